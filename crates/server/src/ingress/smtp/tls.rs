//! STARTTLS: the certificate and its key from PEM files, read again when they have changed, so that a renewed
//! certificate is used without a restart.

use anyhow::{Context, anyhow};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};
use tokio_rustls::TlsAcceptor;

/// The certificate in use.
pub(super) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<(Stamp, Arc<ServerConfig>)>,
}

/// When both files were written.
type Stamp = [Option<SystemTime>; 2];

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// A line that names the variable whose file cannot be used.
    pub(super) fn open(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let current = Mutex::new((stamp(certificate, key), read(certificate, key)?));
        Ok(Self { certificate: certificate.into(), key: key.into(), current })
    }

    /// What the next client is served with. Files that have changed and cannot be used are told and left alone.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.certificate, &self.key);
        if now != current.0 {
            match read(&self.certificate, &self.key) {
                Ok(config) => {
                    tracing::info!(file = %self.certificate.display(), "the certificate was read again");
                    current.1 = config;
                }
                Err(error) => tracing::error!("the certificate has changed and cannot be used: {error:#}"),
            }
            current.0 = now;
        }
        TlsAcceptor::from(Arc::clone(&current.1))
    }
}

fn stamp(certificate: &Path, key: &Path) -> Stamp {
    [certificate, key].map(|path| fs::metadata(path).and_then(|file| file.modified()).ok())
}

fn read(certificate: &Path, key: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    let named = |variable: &str, path: &Path| format!("{variable}: {} cannot be used", path.display());
    let chain = || named("SEGUE_SMTP_TLS_CERT", certificate);
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect).with_context(chain)?;
    if certificates.is_empty() {
        return Err(anyhow!("there is no certificate in it")).with_context(chain);
    }
    let secret = PrivateKeyDer::from_pem_file(key).with_context(|| named("SEGUE_SMTP_TLS_KEY", key))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, secret)
        .with_context(|| named("SEGUE_SMTP_TLS_KEY", key))?;
    Ok(Arc::new(config))
}
