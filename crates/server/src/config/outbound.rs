//! How mail leaves.

use super::values::{filled, number, one_of, truth};
use clap::Args;
use std::time::Duration;

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Configuration: outgoing mail")]
pub struct OutgoingMail {
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

impl OutgoingMail {
    /// The installation's sender: `addr` or `Name <addr>`.
    pub(super) fn sender(&self) -> Result<String, String> {
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

    /// The outgoing mail server; `None` means the sandbox.
    pub(super) fn smtp(&self) -> Result<Option<Smtp>, String> {
        let Some(host) = filled(&self.smtp_address) else { return Ok(None) };
        let login = filled(&self.smtp_username).map(|user| (user, self.smtp_password.clone()));
        let mechanisms = &[("", None), ("plain", Some(Mechanism::Plain)), ("login", Some(Mechanism::Login))];
        let implicit = truth("SMTP_TLS", &self.smtp_tls)?;
        let starttls = truth("SMTP_ENABLE_STARTTLS_AUTO", &self.smtp_enable_starttls_auto)?;
        let verify = &[("peer", true), ("client_once", true), ("fail_if_no_peer_cert", true), ("none", false)];
        Ok(Some(Smtp {
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
        }))
    }

    /// Whether bounces come back to an address of their own.
    pub(super) fn verp(&self) -> Result<bool, String> {
        one_of("SEGUE_RETURN_PATH", &self.return_path, &[("verp", true), ("from", false)])
    }
}
