//! The client API (reference §4.2): a front end of one's own speaks for people, below `/public/api/v1`.
//!
//! The inbox's identifier names the inbox, the session's name the person; whoever knows it speaks for them. Whatever of these
//! is unknown, or is not theirs, is answered alike: there is no such thing. Pages of any origin may ask, since no cookie counts
//! here.

mod caller;
mod contacts;
mod conversations;
mod messages;
pub(super) mod origins;
mod shape;

use super::form::LARGEST_BODY;
use crate::app::App;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The client API's routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(contacts::inbox))
        .routes(routes!(contacts::create))
        .routes(routes!(contacts::show, contacts::change, contacts::replace))
        .routes(routes!(conversations::list, conversations::create))
        .routes(routes!(conversations::show))
        .routes(routes!(conversations::end))
        .routes(routes!(conversations::typing))
        .routes(routes!(conversations::seen))
        .routes(routes!(messages::list, messages::create))
        .routes(routes!(messages::answer, messages::replace))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}
