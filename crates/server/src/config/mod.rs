//! Configuration (contract §2): environment variables, each also a flag, checked at the start. A value that makes no
//! sense stops it with a line that names the variable.

mod channels;
mod inbound;
mod outbound;
pub mod receiving;
mod senders;
mod users_hosts;
mod values;

pub use channels::ChannelConfig;
pub use outbound::{Mechanism, Smtp, Tls};
pub use receiving::{Lmtp, Receiving};
pub use senders::SenderConfig;

use crate::{channels::Client, fetch::SafeClient, reach::Reach};
use clap::Args;
use desk::retention::Retention;
use ipnet::IpNet;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use store::DatabaseUrl;
use values::{filled, list, number};

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Configuration")]
pub struct Settings {
    /// Public base URL, used in links and the snippet
    #[arg(long, env = "FRONTEND_URL", default_value = "http://127.0.0.1:3000")]
    pub frontend_url: String,
    /// Address to listen on
    #[arg(long, env = "BIND", default_value = "127.0.0.1")]
    pub bind: String,
    /// Port to listen on
    #[arg(long, env = "PORT", default_value = "3000")]
    pub port: String,
    /// Networks (CIDR, comma-separated) whose X-Forwarded-For and X-Forwarded-Proto count
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: String,
    /// `sqlite:PATH` or `postgres://…`; a file in the data directory where empty
    #[arg(long, env = "DATABASE_URL", default_value = "")]
    pub database_url: String,
    /// Database, files and the generated secret
    #[arg(long, env = "SEGUE_DATA_DIR", default_value = "./segue-data")]
    pub data_dir: PathBuf,
    /// `file:PATH`; a folder in the data directory where empty
    #[arg(long, env = "SEGUE_BLOBS_URL", default_value = "")]
    pub blobs_url: String,
    /// Signs tokens; generated in the data directory on SQLite, must be set on PostgreSQL
    #[arg(long, env = "SECRET_KEY_BASE", default_value = "", hide_env_values = true)]
    pub secret_key_base: String,
    /// How mail comes in
    #[command(flatten)]
    pub inbound: inbound::IncomingMail,
    /// The built-in receiving server
    #[command(flatten)]
    pub receiving: receiving::Variables,
    /// How mail leaves
    #[command(flatten)]
    pub outbound: outbound::OutgoingMail,
    /// Who sent a mail
    #[command(flatten)]
    pub senders: senders::SenderSettings,
    /// Hosts that users supply
    #[command(flatten)]
    pub users_hosts: users_hosts::UsersHosts,
    /// Messaging channels
    #[command(flatten)]
    pub channels: channels::ChannelSettings,
}

/// The checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Public base URL without a slash at its end.
    pub frontend_url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Networks whose forwarding headers count.
    pub trusted_proxies: Vec<IpNet>,
    /// The database.
    pub database: DatabaseUrl,
    /// Database, files and the generated secret.
    pub data_dir: PathBuf,
    /// Where files are kept.
    pub blobs_dir: PathBuf,
    /// `SECRET_KEY_BASE`, if set.
    pub secret_key_base: Option<String>,
    /// Names of the enabled ingresses.
    pub ingresses: Vec<String>,
    /// What the ingresses prove their senders with.
    pub secrets: webhooks::Secrets,
    /// Where Amazon SNS is instead of its own addresses; only for tests.
    pub amazon: Option<url::Url>,
    /// The installation's inbound domain.
    pub inbound_domain: Option<String>,
    /// The built-in receiving server.
    pub receiving: Receiving,
    /// The installation's sender: `addr` or `Name <addr>`.
    pub sender: String,
    /// Outgoing mail server; `None` means the sandbox.
    pub smtp: Option<Smtp>,
    /// Bounces come back to an address of their own.
    pub verp: bool,
    /// How it is found out who sent a mail.
    pub senders: SenderConfig,
    /// How far the hosts may be that users supply.
    pub reach: Reach,
    /// Whose certificates are good there.
    pub trust: Arc<rustls::ClientConfig>,
    /// Where the providers of messaging channels are.
    pub channels: ChannelConfig,
    /// The way to them.
    pub providers: Client,
    /// The way to addresses that users or strangers supply.
    pub fetcher: SafeClient,
    /// How long the server of a webhook may take to answer.
    pub webhook_timeout: Duration,
    /// How long the bytes of mails are kept.
    pub retention: Retention,
    /// The throw-away installation of `segue demo`.
    pub demo: bool,
}

impl Settings {
    /// Checks every value.
    ///
    /// # Errors
    /// A line that names the variable and the reason.
    pub fn check(&self) -> Result<Config, String> {
        let frontend_url = self.frontend_url.trim_end_matches('/').to_owned();
        let parsed = url::Url::parse(&frontend_url).map_err(|error| format!("FRONTEND_URL: {error}"))?;
        if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
            return Err("FRONTEND_URL: must be an http or https URL".into());
        }
        let bind =
            self.bind.parse().map_err(|_| "BIND: must be an IP address such as 127.0.0.1 or 0.0.0.0".to_owned())?;
        let database = match filled(&self.database_url) {
            Some(url) => url.parse().map_err(|error| format!("DATABASE_URL: {error}"))?,
            None => DatabaseUrl::Sqlite(self.data_dir.join("segue.sqlite3")),
        };
        let blobs_dir = match filled(&self.blobs_url) {
            Some(url) => url.strip_prefix("file:").map(PathBuf::from).ok_or("SEGUE_BLOBS_URL: must be file:PATH")?,
            None => self.data_dir.join("blobs"),
        };
        let (reach, trust) = (self.users_hosts.reach()?, self.users_hosts.trust()?);
        Ok(Config {
            frontend_url,
            listen: SocketAddr::new(bind, number("PORT", &self.port)?),
            trusted_proxies: list(&self.trusted_proxies)
                .map(|network| {
                    network
                        .parse()
                        .map_err(|_| format!("TRUSTED_PROXIES: {network} is not a network such as 10.0.0.0/8"))
                })
                .collect::<Result<_, _>>()?,
            database,
            data_dir: self.data_dir.clone(),
            blobs_dir,
            secret_key_base: filled(&self.secret_key_base),
            ingresses: self.inbound.ingresses()?,
            secrets: self.inbound.secrets()?,
            amazon: None,
            inbound_domain: self.inbound.domain()?,
            receiving: self.receiving.check(parsed.host_str().unwrap_or_default())?,
            sender: self.outbound.sender()?,
            smtp: self.outbound.smtp()?,
            verp: self.outbound.verp()?,
            senders: self.senders.check()?,
            reach,
            channels: self.channels.check()?,
            providers: Client::new(&trust)?,
            fetcher: SafeClient::new(reach, &trust)?,
            trust,
            webhook_timeout: self.users_hosts.webhook_timeout()?,
            retention: self.inbound.retention()?,
            demo: false,
        })
    }
}

impl Config {
    /// Whether the ingress of that name is enabled.
    #[must_use]
    pub fn takes(&self, ingress: &str) -> bool {
        self.ingresses.iter().any(|name| name == ingress)
    }
}
