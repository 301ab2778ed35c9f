//! Configuration (contract §2): environment variables, each also a flag, checked at the start. A value that makes no
//! sense stops it with a line that names the variable.

use clap::Args;
use ipnet::IpNet;
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use store::DatabaseUrl;

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
    /// Enabled inbound services, comma-separated
    #[arg(long, env = "RAILS_INBOUND_EMAIL_SERVICE", default_value = "relay")]
    pub inbound_email_service: String,
    /// Password of the relay ingress
    #[arg(long, env = "RAILS_INBOUND_EMAIL_PASSWORD", default_value = "", hide_env_values = true)]
    pub inbound_email_password: String,
    /// Inbound domain where an account sets none
    #[arg(long, env = "MAILER_INBOUND_EMAIL_DOMAIN", default_value = "")]
    pub inbound_email_domain: String,
    /// Sender where account and inbox set none: `Name <addr>`
    #[arg(long, env = "MAILER_SENDER_EMAIL", default_value = "Segue <support@localhost>")]
    pub sender_email: String,
    /// Outgoing mail server; where empty, mail goes to the sandbox
    #[arg(long, env = "SMTP_ADDRESS", default_value = "")]
    pub smtp_address: String,
    /// Its port
    #[arg(long, env = "SMTP_PORT", default_value = "587")]
    pub smtp_port: String,
    /// The name to say in EHLO
    #[arg(long, env = "SMTP_DOMAIN", default_value = "")]
    pub smtp_domain: String,
    /// User name
    #[arg(long, env = "SMTP_USERNAME", default_value = "")]
    pub smtp_username: String,
    /// Password
    #[arg(long, env = "SMTP_PASSWORD", default_value = "", hide_env_values = true)]
    pub smtp_password: String,
    /// `plain`, `login`, or empty for none unless a user name is set
    #[arg(long, env = "SMTP_AUTHENTICATION", default_value = "")]
    pub smtp_authentication: String,
    /// Use STARTTLS where the server offers it
    #[arg(long, env = "SMTP_ENABLE_STARTTLS_AUTO", default_value = "true")]
    pub smtp_enable_starttls_auto: String,
    /// TLS from the first byte
    #[arg(long, env = "SMTP_TLS", default_value = "false")]
    pub smtp_tls: String,
    /// `peer` checks the certificate, `none` does not
    #[arg(long, env = "SMTP_OPENSSL_VERIFY_MODE", default_value = "peer")]
    pub smtp_openssl_verify_mode: String,
    /// Seconds to wait for a connection
    #[arg(long, env = "SMTP_OPEN_TIMEOUT", default_value = "15")]
    pub smtp_open_timeout: String,
    /// Seconds to wait for an answer
    #[arg(long, env = "SMTP_READ_TIMEOUT", default_value = "30")]
    pub smtp_read_timeout: String,
    /// `verp` gives each mail a bounce address of its own, `from` does not
    #[arg(long, env = "SEGUE_RETURN_PATH", default_value = "verp")]
    pub return_path: String,
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
    /// Password of the relay ingress.
    pub inbound_password: Option<String>,
    /// The installation's inbound domain.
    pub inbound_domain: Option<String>,
    /// The installation's sender: `addr` or `Name <addr>`.
    pub sender: String,
    /// Outgoing mail server; `None` means the sandbox.
    pub smtp: Option<Smtp>,
    /// Bounces come back to an address of their own.
    pub verp: bool,
    /// The throw-away installation of `segue demo`.
    pub demo: bool,
}

/// The outgoing mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The name to say in EHLO.
    pub hello: Option<String>,
    /// User name and password.
    pub login: Option<(String, String)>,
    /// The mechanism to use, if one was chosen.
    pub mechanism: Option<Mechanism>,
    /// How the connection is protected.
    pub tls: Tls,
    /// Whether the server's certificate is checked.
    pub verify: bool,
    /// How long to wait for a connection.
    pub open_timeout: Duration,
    /// How long to wait for an answer.
    pub read_timeout: Duration,
}

/// How to log in to the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// AUTH PLAIN (RFC 4616).
    Plain,
    /// AUTH LOGIN.
    Login,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// By STARTTLS where the server offers it.
    Opportunistic,
    /// From the first byte.
    Implicit,
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
            ingresses: list(&self.inbound_email_service).map(known_ingress).collect::<Result<_, _>>()?,
            inbound_password: filled(&self.inbound_email_password),
            inbound_domain: filled(&self.inbound_email_domain).map(|domain| host_name(&domain)).transpose()?,
            sender: self.sender()?,
            smtp: filled(&self.smtp_address).map(|host| self.smtp(host)).transpose()?,
            verp: one_of("SEGUE_RETURN_PATH", &self.return_path, &[("verp", true), ("from", false)])?,
            demo: false,
        })
    }

    fn sender(&self) -> Result<String, String> {
        let sender = self.sender_email.trim();
        let address = sender.rsplit_once('<').map_or(sender, |(_, rest)| rest.trim_end_matches('>'));
        // `support@localhost`, the default, has a host without a dot.
        let good = address
            .split_once('@')
            .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains(['@', ' ']));
        if good {
            Ok(sender.to_owned())
        } else {
            Err(format!("MAILER_SENDER_EMAIL: {sender} is not `addr` or `Name <addr>`"))
        }
    }

    fn smtp(&self, host: String) -> Result<Smtp, String> {
        let login = filled(&self.smtp_username).map(|user| (user, self.smtp_password.clone()));
        let mechanisms = &[("", None), ("plain", Some(Mechanism::Plain)), ("login", Some(Mechanism::Login))];
        let implicit = truth("SMTP_TLS", &self.smtp_tls)?;
        let starttls = truth("SMTP_ENABLE_STARTTLS_AUTO", &self.smtp_enable_starttls_auto)?;
        let verify = &[("peer", true), ("client_once", true), ("fail_if_no_peer_cert", true), ("none", false)];
        Ok(Smtp {
            host,
            port: number("SMTP_PORT", &self.smtp_port)?,
            hello: filled(&self.smtp_domain),
            login,
            mechanism: one_of("SMTP_AUTHENTICATION", &self.smtp_authentication, mechanisms)?,
            tls: match (implicit, starttls) {
                (true, _) => Tls::Implicit,
                (_, true) => Tls::Opportunistic,
                _ => Tls::None,
            },
            verify: one_of("SMTP_OPENSSL_VERIFY_MODE", &self.smtp_openssl_verify_mode, verify)?,
            open_timeout: Duration::from_secs(number("SMTP_OPEN_TIMEOUT", &self.smtp_open_timeout)?),
            read_timeout: Duration::from_secs(number("SMTP_READ_TIMEOUT", &self.smtp_read_timeout)?),
        })
    }
}

fn filled(value: &str) -> Option<String> {
    Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned)
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn known_ingress(name: &str) -> Result<String, String> {
    let known: Vec<&str> = crate::ingress::ALL.iter().map(|ingress| ingress.name).collect();
    if known.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(format!("RAILS_INBOUND_EMAIL_SERVICE: {name} is none of {}", known.join(", ")))
    }
}

fn host_name(domain: &str) -> Result<String, String> {
    let good = mail::address::is_host_name(domain);
    if good {
        Ok(domain.to_lowercase())
    } else {
        Err(format!("MAILER_INBOUND_EMAIL_DOMAIN: {domain} is not a host name"))
    }
}

fn number<T: std::str::FromStr>(variable: &str, value: &str) -> Result<T, String> {
    value.trim().parse().map_err(|_| format!("{variable}: {value} is not a number in range"))
}

fn truth(variable: &str, value: &str) -> Result<bool, String> {
    one_of(variable, value, &[("true", true), ("false", false), ("1", true), ("0", false)])
}

fn one_of<T: Copy>(variable: &str, value: &str, known: &[(&str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(name, _)| value.trim().eq_ignore_ascii_case(name));
    let names = || known.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
    found.map(|(_, meaning)| *meaning).ok_or_else(|| format!("{variable}: {value} is none of {}", names()))
}
