//! What we ask of Amazon SNS: the certificate of a message, and to confirm a subscription. Only addresses that
//! [`webhooks::ses::Topic::owns`] reach this place; redirects are not followed.

use bytes::Bytes;
use reqwest::{Client, Url, redirect::Policy};
use rustls::{ClientConfig, RootCertStore};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Semaphore;

/// The longest a request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest certificate, bytes.
const LARGEST: usize = 64 * 1024;
/// So many certificates are remembered; SNS changes its own about once a year.
const REMEMBERED: usize = 8;

/// Amazon SNS.
pub struct Amazon {
    /// Where it is instead, in tests.
    elsewhere: Option<Url>,
    /// Those that are known, with their addresses.
    certificates: Mutex<Vec<(String, Bytes)>>,
    /// Held while asking, so that a burst of messages asks once. Messages whose certificate is known do not wait for it:
    /// else made-up addresses would keep the true ones waiting.
    asking: Semaphore,
}

impl Amazon {
    /// At its own addresses, or all of it at `elsewhere`.
    #[must_use]
    pub fn at(elsewhere: Option<Url>) -> Self {
        Self { elsewhere, certificates: Mutex::default(), asking: Semaphore::new(1) }
    }

    /// The certificate at that address (PEM), asked for once.
    ///
    /// # Errors
    /// It cannot be had, and why.
    pub(super) async fn certificate(&self, url: &str) -> Result<Bytes, String> {
        if let Some(known) = self.known(url) {
            return Ok(known);
        }
        let _asking = self.asking.acquire().await.map_err(|error| error.to_string())?;
        if let Some(known) = self.known(url) {
            return Ok(known);
        }
        let certificate = self.get(url).await?;
        let mut known = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == REMEMBERED {
            known.remove(0);
        }
        known.push((url.to_owned(), certificate.clone()));
        Ok(certificate)
    }

    fn known(&self, url: &str) -> Option<Bytes> {
        let known = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(from, _)| from == url).map(|(_, certificate)| certificate.clone())
    }

    /// Confirms the subscription that this address was made for.
    ///
    /// # Errors
    /// Amazon does not say that it is confirmed.
    pub(super) async fn confirm(&self, url: &str) -> Result<(), String> {
        self.get(url).await.map(|_| ()).map_err(|words| format!("the subscription could not be confirmed: {words}"))
    }

    async fn get(&self, url: &str) -> Result<Bytes, String> {
        let mut url = Url::parse(url).map_err(|error| error.to_string())?;
        if let Some(elsewhere) = &self.elsewhere {
            let mut there = elsewhere.clone();
            there.set_path(url.path());
            there.set_query(url.query());
            url = there;
        }
        let mut answer = client()?.get(url).send().await.map_err(|error| error.without_url().to_string())?;
        if !answer.status().is_success() {
            return Err(format!("Amazon SNS answered {}", answer.status()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err("the answer is larger than a certificate can be".into());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }
}

/// Made when it is needed, which is about once a year.
fn client() -> Result<Client, String> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth();
    let client = Client::builder().tls_backend_preconfigured(tls).redirect(Policy::none()).no_proxy().timeout(PATIENCE);
    client.build().map_err(|error| error.to_string())
}
