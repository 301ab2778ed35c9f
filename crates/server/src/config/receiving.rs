//! The built-in receiving server: where it listens, its name, its certificate.

use super::values::filled;
use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
pub struct Variables {
    /// Where the built-in mail server listens for SMTP, such as `0.0.0.0:25`; off where empty
    #[arg(long, env = "SEGUE_SMTP_LISTEN", default_value = "")]
    pub smtp_listen: String,
    /// Where it listens for LMTP, such as `127.0.0.1:24` or `unix:/run/segue/lmtp`; off where empty
    #[arg(long, env = "SEGUE_LMTP_LISTEN", default_value = "")]
    pub lmtp_listen: String,
    /// Its certificate chain, a PEM file; with it and its key STARTTLS is offered
    #[arg(long, env = "SEGUE_SMTP_TLS_CERT", default_value = "")]
    pub smtp_tls_cert: String,
    /// The certificate's key, a PEM file
    #[arg(long, env = "SEGUE_SMTP_TLS_KEY", default_value = "")]
    pub smtp_tls_key: String,
    /// The name it goes by; the host of FRONTEND_URL where empty
    #[arg(long, env = "SEGUE_SMTP_HOSTNAME", default_value = "")]
    pub smtp_hostname: String,
}

/// The built-in receiving server.
#[derive(Clone, Debug)]
pub struct Receiving {
    /// Where SMTP is spoken, if anywhere.
    pub smtp: Option<SocketAddr>,
    /// Where LMTP is spoken, if anywhere.
    pub lmtp: Option<Lmtp>,
    /// Certificate chain and key, PEM files; with them STARTTLS is offered.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// The name it goes by.
    pub hostname: String,
}

/// Where LMTP is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lmtp {
    /// At a port.
    Tcp(SocketAddr),
    /// At a socket in the file system.
    Unix(PathBuf),
}

impl std::fmt::Display for Lmtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Variables {
    /// Checks every value. `host` is the name where none is given.
    ///
    /// # Errors
    /// A line that names the variable and the reason.
    pub(super) fn check(&self, host: &str) -> Result<Receiving, String> {
        let lmtp = filled(&self.lmtp_listen).map(|value| match value.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') => Ok(Lmtp::Unix(path.into())),
            Some(_) => Err("SEGUE_LMTP_LISTEN: after unix: comes an absolute path".to_owned()),
            None => address("SEGUE_LMTP_LISTEN", &value).map(Lmtp::Tcp),
        });
        let certificate = match (filled(&self.smtp_tls_cert), filled(&self.smtp_tls_key)) {
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            (None, None) => None,
            (Some(_), None) => return Err("SEGUE_SMTP_TLS_KEY: is missing; the certificate needs its key".into()),
            (None, Some(_)) => return Err("SEGUE_SMTP_TLS_CERT: is missing; the key needs its certificate".into()),
        };
        let hostname = filled(&self.smtp_hostname).unwrap_or_else(|| host.trim_matches(['[', ']']).to_owned());
        if !hostname.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c)) || hostname.len() > 253 {
            return Err(format!("SEGUE_SMTP_HOSTNAME: {hostname} is not a host name"));
        }
        Ok(Receiving {
            smtp: filled(&self.smtp_listen).map(|value| address("SEGUE_SMTP_LISTEN", &value)).transpose()?,
            lmtp: lmtp.transpose()?,
            certificate,
            hostname: hostname.to_lowercase(),
        })
    }
}

fn address(variable: &str, value: &str) -> Result<SocketAddr, String> {
    value.parse().map_err(|_| format!("{variable}: {value} is not an address and port such as 0.0.0.0:25"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        variables: Variables,
    }

    fn check(words: &[&str]) -> Result<Receiving, String> {
        Line::parse_from([&["x"], words].concat()).variables.check("segue.example")
    }

    #[test]
    fn listeners_are_read() {
        let read = check(&["--smtp-listen", "0.0.0.0:25", "--lmtp-listen", "unix:/run/segue/lmtp"]).unwrap();
        assert_eq!(read.smtp, "0.0.0.0:25".parse().ok());
        assert_eq!(read.lmtp.map(|lmtp| lmtp.to_string()).as_deref(), Some("unix:/run/segue/lmtp"));
        assert_eq!((read.hostname.as_str(), read.certificate), ("segue.example", None));
        let read = check(&["--lmtp-listen", "[::1]:24", "--smtp-hostname", "MX.Example.org"]).unwrap();
        assert_eq!(read.lmtp, Some(Lmtp::Tcp("[::1]:24".parse().unwrap())));
        assert_eq!((read.smtp, read.hostname.as_str()), (None, "mx.example.org"));
    }

    #[test]
    fn a_wrong_value_is_named() {
        for (words, variable) in [
            (["--smtp-listen", "25"], "SEGUE_SMTP_LISTEN"),
            (["--smtp-listen", "unix:/x"], "SEGUE_SMTP_LISTEN"),
            (["--lmtp-listen", "unix:x"], "SEGUE_LMTP_LISTEN"),
            (["--lmtp-listen", "localhost:24"], "SEGUE_LMTP_LISTEN"),
            (["--smtp-tls-cert", "/x"], "SEGUE_SMTP_TLS_KEY"),
            (["--smtp-tls-key", "/x"], "SEGUE_SMTP_TLS_CERT"),
            (["--smtp-hostname", "two words"], "SEGUE_SMTP_HOSTNAME"),
        ] {
            let told = check(&words).unwrap_err();
            assert!(told.starts_with(&format!("{variable}: ")), "{words:?}: {told}");
        }
    }
}
