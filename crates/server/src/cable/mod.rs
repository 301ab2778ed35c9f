//! Realtime: ActionCable's protocol (`actioncable-v1-json`) at `/cable`, as the reference's dashboards and widgets speak
//! it (reference §3.7).
//!
//! A socket subscribes with a pubsub token ([`subscriber`]); its task ([`connection`]) passes frames. One task a node
//! ([`follower`]) reads the event log after its place, woken by a signal, builds the frames of each event once
//! ([`frames`]) and hands them to those concerned ([`hub`]). So every node sees every event, whichever node it happened
//! on; and who was away asks the API for what they missed.

mod connection;
pub mod follower;
mod frames;
pub mod hub;
mod subscriber;

use crate::app::App;
use axum::{
    Router,
    extract::{State, WebSocketUpgrade},
    response::Response,
    routing::get,
};

/// The most bytes a client's frame may have.
const LARGEST_FRAME: usize = 4 * 1024;

/// The route. No cookie counts here: a subscription needs its token, so other pages' sockets get nothing.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/cable", get(cable))
}

async fn cable(State(app): State<App>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .protocols(["actioncable-v1-json"])
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME)
        .on_upgrade(move |socket| connection::serve(app, socket))
}
