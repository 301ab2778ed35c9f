//! `segue demo`: the whole product on a throw-away database, with nothing to configure: one account, one agent, one
//! website inbox, the page `/demo` that embeds the widget, and the mail sandbox. The newcomer's first command.

use super::serve::serve;
use crate::{app::App, config::Settings, wiring};
use anyhow::Context;
use clap::Args;
use desk::{
    edit_inbox::{InboxChange, update_inbox},
    setup::{Made, Setup, setup},
    update_account::{AccountChange, update_account},
};
use model::ids::AccountId;
use tokio::net::TcpListener;

/// The agent's log-in address.
const AGENT: &str = "agent@demo.example";
/// The inbound domain; mail to it stays in the sandbox.
const DOMAIN: &str = "reply.demo.example";
/// Seconds a reply waits to be seen: short, so that the loop can be watched.
const DELAY: i64 = 10;

#[derive(Args)]
#[command(after_help = "Example: segue demo --port 8080")]
pub(super) struct Demo {
    #[command(flatten)]
    settings: Settings,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let mut settings = self.settings;
        let listener = listen(&settings).await?;
        if std::env::var_os("FRONTEND_URL").is_none() {
            settings.frontend_url = format!("http://{}", listener.local_addr()?);
        }
        settings.data_dir = folder.path().to_path_buf();
        for unused in [
            &mut settings.database_url,
            &mut settings.blobs_url,
            &mut settings.outbound.smtp_address,
            &mut settings.secret_key_base,
        ] {
            unused.clear();
        }
        let mut config = settings.check().map_err(anyhow::Error::msg)?;
        config.demo = true;
        let app = wiring::open(config).await?;
        let password = app.desk.random.hex_128()[..12].to_owned();
        let made = furnish(&app, &password).await?;
        welcome(&app, &made, &password);
        serve(app, listener).await
    }
}

async fn listen(settings: &Settings) -> anyhow::Result<TcpListener> {
    let address = settings.check().map_err(anyhow::Error::msg)?.listen;
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; choose another with --port"))
}

async fn furnish(app: &App, password: &str) -> anyhow::Result<Made> {
    let asked = Setup {
        account: "Demo".into(),
        name: "Ada".into(),
        email: AGENT.into(),
        password: password.into(),
        website_url: Some(format!("{}/demo", app.config.frontend_url)),
        only_first: false,
    };
    let made = setup(&app.desk, asked).await?;
    switch_on(app, made.account_id).await?;
    if let Some(inbox) = made.inbox_id {
        let change = InboxChange {
            continuity_delay: Some(DELAY),
            welcome_title: Some("Hello there".into()),
            welcome_tagline: Some("Ask us anything. We answer here, or by e-mail when you have gone.".into()),
            ..InboxChange::default()
        };
        update_inbox(&app.desk, made.account_id, inbox, change).await?;
    }
    Ok(made)
}

async fn switch_on(app: &App, account: AccountId) -> anyhow::Result<()> {
    let change = AccountChange {
        domain: Some(DOMAIN.into()),
        support_email: Some("help@demo.example".into()),
        features: vec![("inbound_emails".into(), true)],
        ..AccountChange::default()
    };
    update_account(&app.desk, account, None, change).await?;
    Ok(())
}

fn welcome(app: &App, made: &Made, password: &str) {
    let url = &app.config.frontend_url;
    println!(
        "Segue demo: everything is gone when you stop it (Ctrl-C).

  1. Be a visitor:  {url}/demo
  2. Be the agent:  {url}/app
                    {AGENT} / {password}
  3. Read the mail: {url}/app/accounts/{}/sandbox

Chat as the visitor, leave an address, close the page; answer as the agent.
After {DELAY} seconds the answer is in the mail sandbox; reply there as the visitor.",
        made.account_id
    );
}
