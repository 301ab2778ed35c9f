//! The two roads to WhatsApp: Meta's Cloud API, and 360dialog, which passes the same API on under an address and a key of
//! its own (<https://docs.360dialog.com/docs/messaging/media>). The operator's setting stands for both addresses.

use super::{Wire, errors};
use desk::send_on_channel::Trouble;
use model::Json;
use reqwest::{Method, RequestBuilder};
use url::Url;

/// Where the Cloud API is.
pub(super) const GRAPH: &str = "https://graph.facebook.com";
/// The version of the Graph API whose documentation we follow.
const VERSION: &str = "v25.0";
/// Where 360dialog is.
const DIALOG: &str = "https://waba-v2.360dialog.io";

/// A road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Road {
    /// Meta's Cloud API.
    Cloud,
    /// 360dialog.
    Dialog,
}

impl Road {
    /// The road that the settings name.
    pub(super) fn named(provider: &str) -> Self {
        if provider == "default" { Self::Dialog } else { Self::Cloud }
    }

    /// The road of an inbox.
    pub(super) fn of(wire: &Wire) -> Self {
        Self::named(wire.value("provider"))
    }

    /// Where it begins.
    pub(super) fn base(self, wire: &Wire) -> Url {
        match self {
            Self::Cloud => wire.url_at(GRAPH, &[]),
            Self::Dialog => wire.url_at(DIALOG, &[]),
        }
    }

    /// What stands at that path of the API.
    fn url(self, wire: &Wire, segments: &[&str]) -> Url {
        match self {
            Self::Cloud => wire.url_at(GRAPH, &[&[VERSION], segments].concat()),
            Self::Dialog => wire.url_at(DIALOG, segments),
        }
    }

    /// A request to what stands at that path of the API.
    pub(super) fn request(self, wire: &Wire, method: Method, segments: &[&str]) -> RequestBuilder {
        self.signed(wire, wire.client().request(method, self.url(wire, segments)))
    }

    /// A request for what stands at that path of the API, as the query says.
    pub(super) fn query(self, wire: &Wire, segments: &[&str], query: &[(&str, String)]) -> RequestBuilder {
        let mut url = self.url(wire, segments);
        url.query_pairs_mut().extend_pairs(query);
        self.signed(wire, wire.client().request(Method::GET, url))
    }

    /// A request to what belongs to the inbox's number; 360dialog's key says which number that is.
    pub(super) fn at_number(self, wire: &Wire, method: Method, what: &str) -> RequestBuilder {
        match self {
            Self::Cloud => self.request(wire, method, &[wire.value("provider_config.phone_number_id"), what]),
            Self::Dialog => self.request(wire, method, &[what]),
        }
    }

    /// The request with the key of the inbox.
    pub(super) fn signed(self, wire: &Wire, request: RequestBuilder) -> RequestBuilder {
        let key = wire.value("provider_config.api_key");
        match self {
            Self::Cloud => request.bearer_auth(key),
            Self::Dialog => request.header("d360-api-key", key),
        }
    }
}

/// A request that carries JSON.
pub(super) fn with_json(request: RequestBuilder, body: &Json) -> RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

/// Asks; the answer where it is a good one.
pub(super) async fn ask(wire: &Wire, request: RequestBuilder) -> Result<Json, Trouble> {
    let reply = wire.client().send(request).await?;
    if reply.is_good() { Ok(reply.json()) } else { Err(errors::trouble(&reply)) }
}
