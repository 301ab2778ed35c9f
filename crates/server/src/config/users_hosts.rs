//! Hosts that users supply, such as the servers of mailboxes: how far they may be, and whose certificates are good.

use super::values::{filled, number, truth};
use crate::reach::Reach;
use clap::Args;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{path::Path, sync::Arc, time::Duration};

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
pub struct UsersHosts {
    /// Let hosts and URLs that users supply lead to private addresses
    #[arg(long, env = "SAFE_FETCH_ALLOW_PRIVATE_NETWORK", default_value = "false")]
    pub safe_fetch_allow_private_network: String,
    /// Seconds that the server of a webhook may take to answer
    #[arg(long, env = "WEBHOOK_TIMEOUT", default_value = "5")]
    pub webhook_timeout: String,
    /// Certificates that are trusted besides the public ones, a PEM file
    #[arg(long, env = "SEGUE_EXTRA_CA_CERTS", default_value = "")]
    pub extra_ca_certs: String,
}

impl UsersHosts {
    /// How far hosts may be.
    pub(super) fn reach(&self) -> Result<Reach, String> {
        let private = truth("SAFE_FETCH_ALLOW_PRIVATE_NETWORK", &self.safe_fetch_allow_private_network)?;
        Ok(Reach { private })
    }

    /// How long the server of a webhook may take.
    pub(super) fn webhook_timeout(&self) -> Result<Duration, String> {
        let seconds: u16 = number("WEBHOOK_TIMEOUT", &self.webhook_timeout)?;
        if seconds == 0 || seconds > 60 {
            return Err("WEBHOOK_TIMEOUT: must be from 1 to 60 seconds".into());
        }
        Ok(Duration::from_secs(seconds.into()))
    }

    /// Whose certificates are good.
    pub(super) fn trust(&self) -> Result<Arc<ClientConfig>, String> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(file) = filled(&self.extra_ca_certs) {
            let wrong = |why: &dyn std::fmt::Display| format!("SEGUE_EXTRA_CA_CERTS: {file} cannot be used: {why}");
            let certificates = CertificateDer::pem_file_iter(Path::new(&file)).map_err(|error| wrong(&error))?;
            let before = roots.len();
            for certificate in certificates {
                roots.add(certificate.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))?;
            }
            if roots.len() == before {
                return Err(wrong(&"there is no certificate in it"));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_values_name_their_variable() {
        let hosts = |private: &str, certificates: &str| UsersHosts {
            safe_fetch_allow_private_network: private.into(),
            webhook_timeout: "5".into(),
            extra_ca_certs: certificates.into(),
        };
        assert_eq!(hosts("true", "").reach(), Ok(Reach { private: true }));
        assert_eq!(hosts("false", "").reach(), Ok(Reach { private: false }));
        assert!(hosts("yes", "").reach().unwrap_err().starts_with("SAFE_FETCH_ALLOW_PRIVATE_NETWORK: "));
        assert!(hosts("false", "").trust().is_ok());
        for (seconds, good) in [("5", true), ("0", false), ("61", false), ("soon", false)] {
            let hosts = UsersHosts { webhook_timeout: seconds.into(), ..hosts("false", "") };
            assert_eq!(hosts.webhook_timeout().is_ok(), good, "{seconds}");
        }
        let empty = tempfile::NamedTempFile::new().unwrap();
        for file in ["/nowhere.pem", empty.path().to_str().unwrap()] {
            assert!(hosts("false", file).trust().unwrap_err().starts_with("SEGUE_EXTRA_CA_CERTS: "), "{file}");
        }
    }
}
