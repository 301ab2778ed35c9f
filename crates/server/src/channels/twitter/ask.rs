//! Requests to X: in the name of the profile, or of the app.

use super::{
    Reply, Wire, answer,
    oauth::{Credentials, authorization},
};
use desk::send_on_channel::{End, Trouble};
use model::Json;
use reqwest::{Method, RequestBuilder};
use url::Url;

/// Why there is no answer that says yes.
pub(super) enum Refused {
    /// There is none.
    Unheard(Trouble),
    /// It says no.
    Said(Box<Reply>),
}

impl Refused {
    /// What to tell people.
    pub(super) fn trouble(self) -> Trouble {
        match self {
            Self::Unheard(trouble) => trouble,
            Self::Said(reply) => answer::trouble(&reply),
        }
    }

    /// How a message ends by it.
    pub(super) fn end(self, wire: &Wire) -> End {
        match self {
            Self::Unheard(trouble) => End::Later(trouble, None),
            Self::Said(reply) => answer::end(&reply, wire.app.desk.now()),
        }
    }
}

/// A request in the name of the profile.
pub(super) fn signed(wire: &Wire, method: &Method, url: Url) -> RequestBuilder {
    let credentials = Credentials {
        consumer: app(wire),
        token: (wire.value("twitter_access_token"), wire.value("twitter_access_token_secret")),
    };
    let desk = &wire.app.desk;
    let proof = authorization(credentials, method.as_str(), &url, &desk.random.hex_128(), desk.now().as_second());
    wire.client().request(method.clone(), url).header("authorization", proof)
}

/// The app's key and its secret.
pub(super) fn app(wire: &Wire) -> (&str, &str) {
    (wire.value_or("consumer_key", "TWITTER_CONSUMER_KEY"), wire.value_or("consumer_secret", "TWITTER_CONSUMER_SECRET"))
}

/// Asks X; the answer where it says yes.
pub(super) async fn ask(wire: &Wire, request: RequestBuilder) -> Result<Json, Refused> {
    let reply = wire.client().send(request).await.map_err(Refused::Unheard)?;
    if reply.is_good() { Ok(reply.json()) } else { Err(Refused::Said(Box::new(reply))) }
}
