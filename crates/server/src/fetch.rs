//! The one HTTP client for addresses that users or strangers supply (contract §9): names are resolved once, addresses in
//! private networks refused, the connection goes to the very address that was looked at, and every redirect is looked at
//! again.

use crate::reach::Reach;
use bytes::Bytes;
use reqwest::{
    Method,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::lookup_host;
use url::{Host, Url};

/// The longest a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest a request may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest looking up a name may take when an address is given.
const LOOK_UP: Duration = Duration::from_secs(3);
/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// The client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SafeClient {
    client: reqwest::Client,
    reach: Reach,
}

/// A file that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its media type, lower case, without parameters.
    pub content_type: Option<String>,
    /// Its name, where the provider has one.
    pub name: Option<String>,
}

/// Why nothing was fetched. The words are for whoever supplied the address, and say nothing about our network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfetched {
    /// It may work later.
    Later(String),
    /// It will not.
    Never(String),
}

impl SafeClient {
    /// A client that reaches so far and trusts those certificates.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(reach: Reach, trust: &Arc<rustls::ClientConfig>) -> Result<Self, String> {
        let client = reqwest::Client::builder().tls_backend_preconfigured((**trust).clone());
        let client = client.redirect(Policy::none()).no_proxy().connect_timeout(CONNECT).timeout(PATIENCE);
        let client = client.dns_resolver(Arc::new(Guarded(reach))).user_agent("Segue").build();
        Ok(Self { client: client.map_err(|error| error.to_string())?, reach })
    }

    /// Fetches a file of at most `largest` bytes.
    ///
    /// # Errors
    /// It cannot be had.
    pub async fn get(&self, url: &str, largest: usize) -> Result<Fetched, Unfetched> {
        let mut url = Url::parse(url).map_err(|_| Unfetched::Never("the address of the file is none".into()))?;
        for _ in 0..=MOST_REDIRECTS {
            self.look_at(&url)?;
            let mut answer = self.client.request(Method::GET, url.clone()).send().await.map_err(|error| why(&error))?;
            let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
            let status = answer.status();
            if status.is_redirection() {
                let next = header("location").and_then(|next| url.join(next).ok());
                url = next.ok_or_else(|| Unfetched::Never("it leads nowhere".into()))?;
                continue;
            }
            if !status.is_success() {
                let words = format!("the server of the file answers {}", status.as_u16());
                let passes = status.is_server_error() || status.as_u16() == 429;
                return Err(if passes { Unfetched::Later(words) } else { Unfetched::Never(words) });
            }
            let content_type =
                header("content-type").map(|kind| kind.split(';').next().unwrap_or_default().trim().to_lowercase());
            let mut bytes = Vec::new();
            while let Some(chunk) = answer.chunk().await.map_err(|error| why(&error))? {
                if bytes.len() + chunk.len() > largest {
                    return Err(Unfetched::Never(format!("the file is larger than {} MiB", largest / (1024 * 1024))));
                }
                bytes.extend_from_slice(&chunk);
            }
            return Ok(Fetched { bytes: bytes.into(), content_type, name: None });
        }
        Err(Unfetched::Never("it leads in a circle".into()))
    }

    /// Posts JSON with those headers; the status, and how long to wait where it was said. Redirects are not followed: what is
    /// signed goes to the address that was given.
    ///
    /// # Errors
    /// There was no answer.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
        patience: Duration,
    ) -> Result<(u16, Option<u32>), Unfetched> {
        let url = Url::parse(url).map_err(|_| Unfetched::Never("the address is none".into()))?;
        self.look_at(&url)?;
        let mut request = self.client.request(Method::POST, url).timeout(patience);
        request = request.header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.body(body).send().await.map_err(|error| why(&error))?;
        let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok((answer.status().as_u16(), wait))
    }

    /// Whether an address may be kept to be asked later: it is one on the web, and its name does not lead into private
    /// networks now. Where it leads later is looked at again then.
    ///
    /// # Errors
    /// Why not, in words.
    pub async fn check(&self, url: &str) -> Result<(), String> {
        let url = Url::parse(url).map_err(|_| "must be an http or https address".to_owned())?;
        let private = "leads into a private network. The operator of this installation can allow that: \
                       SAFE_FETCH_ALLOW_PRIVATE_NETWORK=true";
        self.look_at(&url).map_err(|_| private.to_owned())?;
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        // A name that has no address yet may have one later.
        let found = tokio::time::timeout(LOOK_UP, lookup_host((name, 0))).await;
        let Ok(Ok(found)) = found else { return Ok(()) };
        let found: Vec<SocketAddr> = found.collect();
        let open = found.is_empty() || found.iter().any(|address| self.reach.allows(address.ip()));
        if open { Ok(()) } else { Err(private.to_owned()) }
    }

    /// Refuses what is no address on the web, and literal addresses that users may not reach; names are looked at when they
    /// are resolved.
    fn look_at(&self, url: &Url) -> Result<(), Unfetched> {
        let allowed = match url.host() {
            _ if !matches!(url.scheme(), "http" | "https") => false,
            Some(Host::Ipv4(address)) => self.reach.allows(address.into()),
            Some(Host::Ipv6(address)) => self.reach.allows(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(Unfetched::Never("its address is in a private network, or none on the web".into()))
        }
    }
}

fn why(error: &reqwest::Error) -> Unfetched {
    Unfetched::Later(
        if error.is_timeout() { "it does not come in time" } else { "its server cannot be reached" }.into(),
    )
}

/// Resolves names to addresses that users may reach.
struct Guarded(Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            if open.is_empty() {
                return Err("no address that may be reached".into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(private: bool) -> SafeClient {
        let crypto = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let crypto = crypto.with_safe_default_protocol_versions().unwrap();
        let crypto = crypto.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
        SafeClient::new(Reach { private }, &Arc::new(crypto)).unwrap()
    }

    #[tokio::test]
    async fn nothing_is_posted_into_private_networks_by_name_or_address() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["127.0.0.1", "localhost", "[::1]", "2130706433", "169.254.169.254"] {
            let url = format!("http://{host}:{port}/hook");
            assert!(client(false).check(&url).await.is_err(), "{url}");
            // What a name leads to is looked at when the connection is made, whatever it led to before.
            let posted = client(false).post(&url, &[], "{}".into(), Duration::from_secs(2)).await;
            assert!(posted.is_err(), "{url}: {posted:?}");
        }
        let came = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(came.is_err(), "nobody was to connect");
        assert!(client(true).check(&format!("http://localhost:{port}/hook")).await.is_ok());
        assert!(client(true).check("http://169.254.169.254/").await.is_err());
        assert!(client(true).check("file:///etc/passwd").await.is_err());
    }
}
