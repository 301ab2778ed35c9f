//! The relay ingress: an MTA's piping command posts the raw mail with a password. Order and form of the answers are
//! those that existing relays know.

use super::{Envelope, LARGEST, accept, no_such_method};
use crate::{app::App, http::problem::Refusal};
use axum::{
    body::to_bytes,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use desk::signing::{same, sha256};
use http_body_util::LengthLimitError;
use std::net::SocketAddr;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) const NAME: &str = "relay";
pub(super) const PATH: &str = "/rails/action_mailbox/relay/inbound_emails";
const USER: &str = "actionmailbox";

pub(super) fn routes(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    let (schemas, paths, methods) = routes!(receive);
    let elsewhere = || post(receive).fallback(no_such_method);
    router
        .routes((schemas, paths, methods.fallback(no_such_method)))
        .route(&format!("{PATH}/"), elsewhere())
        .route(&format!("{PATH}.json"), elsewhere())
}

/// Take a raw mail from a mail server
///
/// HTTP Basic, user `actionmailbox`, password `RAILS_INBOUND_EMAIL_PASSWORD`. The answer comes after the mail has been
/// stored; what becomes of it stands in the inbound log. The same bytes once more change nothing.
#[utoipa::path(
    post,
    path = "/rails/action_mailbox/relay/inbound_emails",
    tag = "ingress",
    request_body(content = Vec<u8>, content_type = "message/rfc822"),
    responses(
        (status = 204, description = "Stored"),
        (status = 401, description = "Wrong user or password"),
        (status = 404, description = "The relay ingress is not enabled"),
        (status = 413, description = "Larger than 50 MiB"),
        (status = 415, description = "Not message/rfc822"),
        (status = 500, description = "No password is configured"),
        (status = 503, description = "The storage is away; try again"),
    )
)]
pub async fn receive(State(app): State<App>, request: Request) -> Response {
    take(&app, request).await.unwrap_or_else(|refused| refused)
}

async fn take(app: &App, request: Request) -> Result<Response, Response> {
    let (head, body) = request.into_parts();
    if !app.config.ingresses.iter().any(|name| name == NAME) {
        return Err(Refusal::not_found().into_response());
    }
    let Some(password) = &app.config.inbound_password else {
        tracing::error!("the relay ingress has no password: set RAILS_INBOUND_EMAIL_PASSWORD");
        let words = "RAILS_INBOUND_EMAIL_PASSWORD is not set on the server";
        return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, words).into_response());
    };
    if !authorized(&head.headers, password) {
        return Err(denied());
    }
    if !is_mail(&head.headers) {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, [(header::CONTENT_TYPE, "text/html")]).into_response());
    }
    let too_large = || {
        let words = format!("The mail is larger than {} MiB", LARGEST >> 20);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, words).into_response()
    };
    let announced = head.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > LARGEST as u64) {
        return Err(too_large());
    }
    let raw = to_bytes(body, LARGEST).await.map_err(|error| {
        let cut_off = std::error::Error::source(&error).is_none_or(|source| !source.is::<LengthLimitError>());
        if cut_off {
            Refusal::new(StatusCode::BAD_REQUEST, "The mail broke off before its end").into_response()
        } else {
            too_large()
        }
    })?;
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_string());
    let envelope = Envelope { ingress: NAME.into(), peer, ..Envelope::default() };
    let accepted = accept(&app.desk, envelope, raw).await.map_err(|problem| Refusal::from(problem).into_response())?;
    tracing::info!(id = %accepted.id, new = accepted.new, "a mail was accepted");
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// HTTP Basic (RFC 7617); user and password are compared in constant time, as hashes so that lengths do not show either.
fn authorized(headers: &HeaderMap, password: &str) -> bool {
    let Some(value) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
    let Some((scheme, credentials)) = value.trim().split_once(' ') else { return false };
    let decoded = BASE64_STANDARD.decode(credentials.trim()).unwrap_or_default();
    let separator = decoded.iter().position(|byte| *byte == b':');
    let Some((user, given)) = separator.and_then(|at| Some((decoded.get(..at)?, decoded.get(at + 1..)?))) else {
        return false;
    };
    let right_user = same(&sha256(user), &sha256(USER.as_bytes()));
    let right_password = same(&sha256(given), &sha256(password.as_bytes()));
    scheme.eq_ignore_ascii_case("basic") & right_user & right_password
}

fn denied() -> Response {
    let headers = [
        (header::WWW_AUTHENTICATE, "Basic realm=\"Action Mailbox\""),
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    ];
    (StatusCode::UNAUTHORIZED, headers, "HTTP Basic: Access denied.\n").into_response()
}

/// `message/rfc822` in any case, whatever its parameters.
fn is_mail(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("message/rfc822")
}
