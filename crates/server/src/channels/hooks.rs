//! The webhooks of all channels: one driver that reads the body, lets the provider's file check it, keeps it, and only then
//! answers. What stands in it is read by a job.

use super::{ALL, Provider};
use crate::{app::App, http::problem::Refusal};
use axum::{
    body::to_bytes,
    extract::{FromRequestParts, RawPathParams, Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use desk::accept_post;
use model::ids::InboxId;
use utoipa_axum::router::OpenApiRouter;

/// The largest body, bytes.
const LARGEST: usize = 3 * 1024 * 1024;

/// What was posted to a webhook.
#[derive(Debug)]
pub struct Posted {
    /// Which of the provider's [hooks](Provider::hooks).
    pub hook: &'static str,
    /// The parameters in the path, decoded.
    pub path: Vec<(String, String)>,
    /// The whole address, as the provider knows it: below `FRONTEND_URL`.
    pub url: String,
    /// The parameters behind the question mark, decoded.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// A post that the provider has made.
#[derive(Debug)]
pub struct Admitted {
    /// What is for which inbox.
    pub posts: Vec<(InboxId, String)>,
    /// What the provider wants to hear once they are kept.
    pub answer: Response,
}

impl Admitted {
    /// Everything is for that inbox, and 200 with an empty object is the answer.
    ///
    /// # Errors
    /// The body is not UTF-8.
    pub fn whole(inbox: InboxId, post: &Posted) -> Result<Self, Refusal> {
        let body = post.text()?.to_owned();
        Ok(Self { posts: vec![(inbox, body)], answer: axum::Json(serde_json::json!({})).into_response() })
    }
}

impl Posted {
    /// A parameter in the path; empty where there is none.
    #[must_use]
    pub fn in_path(&self, name: &str) -> &str {
        find(&self.path, name)
    }

    /// A parameter behind the question mark; empty where there is none.
    #[must_use]
    pub fn in_query(&self, name: &str) -> &str {
        find(&self.query, name)
    }

    /// A header; empty where there is none, or it is no text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn text(&self) -> Result<&str, Refusal> {
        let text = std::str::from_utf8(&self.body);
        text.map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "The body is not UTF-8"))
    }
}

fn find<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

/// Adds the webhooks of every channel.
pub fn routes(mut router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    for (kind, provider) in ALL.iter().filter_map(|listed| Some((listed.kind.name, listed.provider?))) {
        for hook in provider.hooks() {
            let take = move |State(app): State<App>, request: Request| take(app, kind, provider, hook, request);
            router = router.route(hook, get(take).post(take));
        }
    }
    router
}

async fn take(
    app: App,
    kind: &'static str,
    provider: &'static dyn Provider,
    hook: &'static str,
    request: Request,
) -> Result<Response, Refusal> {
    let (mut head, body) = request.into_parts();
    let params = RawPathParams::from_request_parts(&mut head, &app).await.map_err(|_| Refusal::not_found())?;
    let body = to_bytes(body, LARGEST).await;
    let body = body.map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 3 MiB"))?;
    let query = head.uri.query().unwrap_or_default();
    let post = Posted {
        hook,
        path: params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        url: format!("{}{}", app.config.frontend_url, head.uri.path_and_query().map_or(hook, |path| path.as_str())),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: head.headers,
        body,
    };
    if head.method == Method::GET {
        return provider.handshake(&app, &post).await;
    }
    let admitted = provider.admit(&app, &post).await.inspect_err(|refusal| {
        tracing::warn!(channel = kind, status = refusal.status.as_u16(), words = refusal.error, "a post was refused");
    })?;
    accept_post::accept(&app.desk, admitted.posts).await?;
    Ok(admitted.answer)
}
