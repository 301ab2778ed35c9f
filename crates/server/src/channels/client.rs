//! The one HTTP client for providers. Where they are is the operator's setting (`SEGUE_*_API_URL`), so private networks are
//! no matter here; time and size are. Redirects are not followed: our credentials go to the provider alone.

use bytes::Bytes;
use desk::send_on_channel::Trouble;
use jiff::SignedDuration;
use model::Json;
use reqwest::{
    RequestBuilder,
    header::{HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use std::{sync::Arc, time::Duration};

/// The longest a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest a request may take, files up and down included.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest answer that is no file, bytes.
const LONGEST: usize = 1024 * 1024;

/// The client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client(reqwest::Client);

/// What a provider answered.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// How long to wait, where it said so.
    pub retry_after: Option<SignedDuration>,
    /// The media type, lower case, without parameters.
    pub content_type: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Client {
    /// A client that trusts those certificates.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(trust: &Arc<rustls::ClientConfig>) -> Result<Self, String> {
        let client = reqwest::Client::builder().tls_backend_preconfigured((**trust).clone());
        let client = client.redirect(Policy::none()).no_proxy().connect_timeout(CONNECT).timeout(PATIENCE);
        client.user_agent("Segue").build().map(Self).map_err(|error| error.to_string())
    }

    /// A request to that address.
    pub fn request(&self, method: reqwest::Method, url: url::Url) -> RequestBuilder {
        self.0.request(method, url)
    }

    /// Sends a request; the answer, whatever its status.
    ///
    /// # Errors
    /// There was none, or one too long. The words hold no address, which may hold a secret.
    pub async fn send(&self, request: RequestBuilder) -> Result<Reply, Trouble> {
        self.fetch(request, LONGEST).await
    }

    /// As [`Self::send`], with an answer of up to `largest` bytes.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn fetch(&self, request: RequestBuilder, largest: usize) -> Result<Reply, Trouble> {
        let mut answer = request.send().await.map_err(|error| away(&error))?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let retry_after = header(RETRY_AFTER.as_str()).and_then(|seconds| seconds.trim().parse().ok());
        let content_type =
            header("content-type").map(|kind| kind.split(';').next().unwrap_or_default().trim().to_lowercase());
        let mut reply = Reply {
            status: answer.status().as_u16(),
            retry_after: retry_after.map(|seconds: u32| SignedDuration::from_secs(seconds.into())),
            content_type,
            headers: answer.headers().clone(),
            body: Bytes::new(),
        };
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| away(&error))? {
            if body.len() + chunk.len() > largest {
                return Err(Trouble { code: None, words: format!("the answer is larger than {largest} bytes") });
            }
            body.extend_from_slice(&chunk);
        }
        reply.body = body.into();
        Ok(reply)
    }
}

fn away(error: &reqwest::Error) -> Trouble {
    let words = if error.is_timeout() {
        "the provider does not answer in time"
    } else if error.is_connect() {
        "the provider cannot be reached"
    } else {
        "the connection to the provider broke"
    };
    Trouble { code: None, words: words.into() }
}

impl Reply {
    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether trying again later may help: too many requests, or trouble at the provider.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        self.status == 429 || self.status == 408 || self.status >= 500
    }

    /// A header; empty where there is none, or it is no text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
