//! How mail comes in.

use super::values::{filled, host_name, list};
use clap::Args;

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Configuration: incoming mail")]
pub struct IncomingMail {
    /// Enabled inbound services, comma-separated
    #[arg(long, env = "RAILS_INBOUND_EMAIL_SERVICE", default_value = "relay")]
    pub inbound_email_service: String,
    /// Password of the relay ingress
    #[arg(long, env = "RAILS_INBOUND_EMAIL_PASSWORD", default_value = "", hide_env_values = true)]
    pub inbound_email_password: String,
    /// Inbound domain where an account sets none
    #[arg(long, env = "MAILER_INBOUND_EMAIL_DOMAIN", default_value = "")]
    pub inbound_email_domain: String,
}

impl IncomingMail {
    /// Names of the enabled ingresses.
    pub(super) fn ingresses(&self) -> Result<Vec<String>, String> {
        list(&self.inbound_email_service).map(known_ingress).collect()
    }

    /// The installation's inbound domain.
    pub(super) fn domain(&self) -> Result<Option<String>, String> {
        let domain = filled(&self.inbound_email_domain);
        domain.map(|domain| host_name("MAILER_INBOUND_EMAIL_DOMAIN", &domain)).transpose()
    }
}

fn known_ingress(name: &str) -> Result<String, String> {
    let known: Vec<&str> = crate::ingress::ALL.iter().map(|ingress| ingress.name).collect();
    if known.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(format!("RAILS_INBOUND_EMAIL_SERVICE: {name} is none of {}", known.join(", ")))
    }
}
