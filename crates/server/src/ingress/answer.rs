//! The answers to requests that are not taken, in the form that existing senders know.

use super::body::Trouble;
use crate::http::problem::Refusal;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use webhooks::Provider;

/// The answer to a refusal: a challenge for HTTP Basic, no words for a wrong proof or media type, else what was wrong.
pub(super) fn refused(refusal: &webhooks::Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    match refusal {
        webhooks::Refusal::Credentials => {
            let headers = [
                (header::WWW_AUTHENTICATE, "Basic realm=\"Action Mailbox\""),
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            ];
            (status, headers, "HTTP Basic: Access denied.\n").into_response()
        }
        webhooks::Refusal::Proof(_) | webhooks::Refusal::MediaType => {
            (status, [(header::CONTENT_TYPE, "text/html")]).into_response()
        }
        _ => Refusal::new(status, refusal.words()).into_response(),
    }
}

/// The answer where the body could not be read.
pub(super) fn unread(trouble: &Trouble, provider: &Provider) -> Response {
    let refusal = match trouble {
        Trouble::TooLarge if provider.largest_body == webhooks::LARGEST_MAIL => {
            return refused(&webhooks::Refusal::TooLarge);
        }
        Trouble::TooLarge => {
            let words = format!("The body is larger than {} MiB", provider.largest_body >> 20);
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, words)
        }
        Trouble::CutOff => Refusal::new(StatusCode::BAD_REQUEST, "The mail broke off before its end"),
        Trouble::Slow => Refusal::new(StatusCode::REQUEST_TIMEOUT, "The body did not come on"),
        Trouble::Crowded => {
            tracing::warn!(ingress = provider.name, "too many large requests at once");
            let words = "Too many large mails are coming in; try again in a moment";
            Refusal { retry_after: Some(30), ..Refusal::new(StatusCode::SERVICE_UNAVAILABLE, words) }
        }
        Trouble::Disk(error) => {
            tracing::error!(%error, "a large request could not be kept on disk");
            let words = "The storage is away; try again in a moment";
            Refusal { retry_after: Some(5), ..Refusal::new(StatusCode::SERVICE_UNAVAILABLE, words) }
        }
    };
    refusal.into_response()
}
