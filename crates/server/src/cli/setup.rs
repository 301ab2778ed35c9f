//! `segue setup`: what the onboarding page does, without a browser. Prints one JSON object.

use crate::{config::Settings, wiring};
use clap::Args;

#[derive(Args)]
#[command(after_help = "Example: segue setup --account Acme --email ann@example.org --website https://example.org")]
pub(super) struct Setup {
    /// Name of the account
    #[arg(long)]
    account: String,
    /// Log-in address of its administrator
    #[arg(long)]
    email: String,
    /// Name of the administrator
    #[arg(long, default_value = "")]
    name: String,
    /// Password of the administrator; a random one is made and printed on standard error where missing
    #[arg(long)]
    password: Option<String>,
    /// Website for a first inbox
    #[arg(long)]
    website: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

impl Setup {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.check().map_err(anyhow::Error::msg)?;
        let app = wiring::open(config).await?;
        let password = self.password.unwrap_or_else(|| {
            let password = app.desk.random.hex_128();
            eprintln!("password: {password}");
            password
        });
        let asked = desk::setup::Setup {
            account: self.account,
            name: self.name,
            email: self.email,
            password,
            website_url: self.website,
            only_first: false,
        };
        let made = desk::setup::setup(&app.desk, asked).await?;
        println!("{}", serde_json::to_string(&made)?);
        Ok(())
    }
}
