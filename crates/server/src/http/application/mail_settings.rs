//! How mail leaves and comes in, as the operator configured it.

use crate::{
    app::App,
    config::Config,
    http::{auth::Agent, problem::Refusal},
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

/// How mail leaves and comes in.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MailSettings {
    /// Mail is kept to be looked at, and never sent.
    sandbox: bool,
    /// The outgoing mail server, `host:port`.
    smtp: Option<String>,
    /// The sender where account and inbox set none.
    sender: String,
    /// The inbound domain where an account sets none.
    inbound_domain_default: Option<String>,
    /// The enabled ingresses.
    ingresses: Vec<String>,
    /// Every ingress there is.
    roads: Vec<Road>,
    /// Where MTAs post incoming mail to.
    ingress_url: String,
    /// Whether the ingress has its password; without it every mail is refused.
    ingress_password_set: bool,
    /// Where DNS answers about senders come from: `system`, `off`, or `address:port`.
    resolver: String,
    /// The server whose `Authentication-Results` are trusted.
    trusted_authserv: Option<String>,
    /// Where the built-in server takes mail by SMTP, `address:port`; null where it does not.
    smtp_listen: Option<String>,
    /// Where it takes mail by LMTP, `address:port` or `unix:/path`; null where it does not.
    lmtp_listen: Option<String>,
}

/// A way in by HTTP.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Road {
    /// Its name in `RAILS_INBOUND_EMAIL_SERVICE`.
    name: &'static str,
    /// It stands there.
    enabled: bool,
    /// Where the service posts to.
    url: String,
    /// It takes mail: it is enabled and has its secret.
    ready: bool,
    /// The variable that must be set and is not.
    missing: Option<&'static str>,
}

/// Every ingress, as it is configured.
fn roads(config: &Config) -> Vec<Road> {
    let road = |provider: &&'static webhooks::Provider| {
        let (enabled, missing) = (config.takes(provider.name), (provider.missing)(&config.secrets));
        let url = format!("{}{}", config.frontend_url, provider.path);
        Road { name: provider.name, enabled, url, ready: enabled && missing.is_none(), missing }
    };
    webhooks::ALL.iter().map(road).collect()
}

/// How mail leaves and comes in.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/settings/mail", tag = "account", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the settings", body = MailSettings)))]
pub(in crate::http) async fn show(State(app): State<App>, _: Agent) -> Result<Json<MailSettings>, Refusal> {
    let config = &app.config;
    Ok(Json(MailSettings {
        sandbox: config.smtp.is_none(),
        smtp: config.smtp.as_ref().map(|smtp| format!("{}:{}", smtp.host, smtp.port)),
        sender: config.sender.clone(),
        inbound_domain_default: config.inbound_domain.clone(),
        ingresses: config.ingresses.clone(),
        roads: roads(config),
        ingress_url: format!("{}/rails/action_mailbox/relay/inbound_emails", config.frontend_url),
        ingress_password_set: config.secrets.password.is_some(),
        resolver: config.senders.resolver(),
        trusted_authserv: config.senders.trusted_authserv.clone(),
        smtp_listen: config.receiving.smtp.map(|address| address.to_string()),
        lmtp_listen: config.receiving.lmtp.as_ref().map(ToString::to_string),
    }))
}
