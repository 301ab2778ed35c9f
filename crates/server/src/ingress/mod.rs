//! How mail comes in by HTTP: one driver over the list of providers ([`webhooks::ALL`]). It reads the body, lets the
//! provider's functions say what stands in it, and answers only after [`accept`] has committed every mail.
//!
//! The order of the checks is the one that existing senders know: is the ingress enabled, has it its secret, is the sender
//! who they say, is the body what was agreed.

mod answer;
mod body;
mod document;
mod hand_over;
pub mod imap;
pub mod smtp;
mod sns;
mod spool;
mod verdicts;
pub mod verify;

pub use body::Intake;
pub use desk::accept_mail::{Accepted, Envelope, LARGEST, Transport, accept};
pub use sns::Amazon;
pub use webhooks::ALL;

use crate::{
    app::App,
    http::{peer::Peer, problem::Refusal},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use bytes::Bytes;
use utoipa_axum::router::OpenApiRouter;
use webhooks::{Provider, Reading};

/// Bodies up to this size are read where they arrive; parsing larger ones would keep others waiting.
const READ_HERE: usize = 64 * 1024;

/// Adds the routes of every provider. Those that are not enabled answer 404 themselves, before anything else.
pub fn routes(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    ALL.iter().fold(router, |router, provider| {
        router
            .routes((Vec::new(), document::paths(provider), methods(provider)))
            .route(&format!("{}/", provider.path), methods(provider))
            .route(&format!("{}.json", provider.path), methods(provider))
    })
}

/// Other methods than the documented ones do not exist here: 404 rather than 405.
fn methods(provider: &'static Provider) -> MethodRouter<App> {
    let receive = move |State(app): State<App>, request: Request| receive(app, provider, request);
    let here = move |State(app): State<App>| async move {
        if app.config.takes(provider.name) { StatusCode::OK.into_response() } else { unknown() }
    };
    let methods = post(receive).fallback(async || Refusal::not_found());
    if provider.looks_first { methods.merge(get(here)) } else { methods }
}

async fn receive(app: App, provider: &'static Provider, request: Request) -> Response {
    take(&app, provider, request).await.unwrap_or_else(|refused| refused)
}

async fn take(app: &App, provider: &'static Provider, request: Request) -> Result<Response, Response> {
    let (mut head, body) = request.into_parts();
    if !app.config.takes(provider.name) {
        return Err(unknown());
    }
    if let Some(variable) = (provider.missing)(&app.config.secrets) {
        tracing::error!(ingress = provider.name, "mail cannot be taken: {variable} is not set");
        return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{variable} is not set on the server"))
            .into_response());
    }
    let Ok(Peer(peer)) = Peer::from_request_parts(&mut head, app).await;
    let refused = |refusal: webhooks::Refusal| {
        let (status, words) = (refusal.status(), refusal.words());
        tracing::warn!(ingress = provider.name, %peer, status, %words, "a request was refused");
        answer::refused(&refusal)
    };
    let path = head.uri.path_and_query().map_or(provider.path, |path| path.as_str());
    let url = format!("{}{path}", app.config.frontend_url);
    let request = Posted { url, headers: head.headers, now: app.desk.now().as_second() };
    request.with(Bytes::new(), |request| (provider.admit)(request, &app.config.secrets)).map_err(refused)?;
    let announced = request.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let held = app.intake.read(body, announced, provider.largest_body, &app.config.data_dir).await;
    let held = held.map_err(|trouble| answer::unread(&trouble, provider))?;
    let reading = read(app, provider, request, held.bytes.clone()).await?.map_err(refused)?;
    let status = hand_over::hand_over(app, provider, peer, reading).await.map_err(|stopped| match stopped {
        hand_over::Stopped::Refused(refusal) => refused(refusal),
        hand_over::Stopped::Trouble(refusal) => refusal.into_response(),
    })?;
    Ok(status.into_response())
}

/// What the body holds.
async fn read(
    app: &App,
    provider: &'static Provider,
    request: Posted,
    body: Bytes,
) -> Result<Result<Reading, webhooks::Refusal>, Response> {
    if body.len() <= READ_HERE {
        return Ok(request.with(body, |request| (provider.read)(request, &app.config.secrets)));
    }
    let app = app.clone();
    let reading = tokio::task::spawn_blocking(move || {
        request.with(body, |request| (provider.read)(request, &app.config.secrets))
    });
    reading.await.map_err(|error| {
        tracing::error!(%error, ingress = provider.name, "reading a request panicked");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side; it has been logged")
            .into_response()
    })
}

/// A request without its body.
struct Posted {
    url: String,
    headers: HeaderMap,
    now: i64,
}

impl Posted {
    fn with<T>(&self, body: Bytes, use_it: impl FnOnce(&webhooks::Request<'_>) -> T) -> T {
        let header = |name: &'static str| self.headers.get(name).and_then(|value| value.to_str().ok());
        use_it(&webhooks::Request { url: &self.url, header: &header, now: self.now, body })
    }
}

fn unknown() -> Response {
    Refusal::not_found().into_response()
}
