//! What the widget asks for visitors (reference §3.3): its page, and the API under `/api/v1/widget`.
//!
//! Every request names the website (`?website_token=`) and the visitor's session (header `X-Auth-Token`). Whatever of
//! these is unknown, forged, expired or of another website is answered alike: there is no such thing.

pub mod config;
pub mod contact;
pub mod conversations;
pub mod frame;
pub mod guest;
pub mod jwt;
pub mod link_back;
pub mod messages;
pub mod others;
mod shape;

pub(crate) use shape::VisitorConversation;

use crate::app::App;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The widget's routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(frame::frame))
        .routes(routes!(config::config))
        .routes(routes!(contact::show, contact::change, contact::replace))
        .routes(routes!(contact::set_user))
        .routes(routes!(contact::forget_attributes))
        .routes(routes!(conversations::show, conversations::create))
        .routes(routes!(conversations::seen))
        .routes(routes!(conversations::typing))
        .routes(routes!(conversations::end))
        .routes(routes!(conversations::transcript))
        .routes(routes!(conversations::set_attributes))
        .routes(routes!(conversations::forget_attributes))
        .routes(routes!(messages::list, messages::create))
        .routes(routes!(messages::answer))
        .routes(routes!(link_back::link_back))
        .routes(routes!(others::inbox_members))
        .routes(routes!(others::campaigns))
        .routes(routes!(others::events))
        .routes(routes!(others::add_label))
        .routes(routes!(others::remove_label))
        .layer(DefaultBodyLimit::max(super::form::LARGEST_BODY))
}
