//! The one list of routes.

use super::{assets, files, health, problem::Refusal, widget};
use crate::app::App;
use axum::Router;
use tower_http::trace::TraceLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every documented route, with its documentation.
fn documented() -> OpenApiRouter<App> {
    crate::ingress::routes(OpenApiRouter::new())
        // website widget
        .merge(widget::routes())
        .routes(routes!(files::file))
        // operations
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
}

/// The whole server.
pub fn router(app: App) -> Router {
    let (routes, _) = documented().split_for_parts();
    let routes = routes.merge(assets::routes()).merge(crate::cable::routes());
    routes.fallback(async || Refusal::not_found()).layer(TraceLayer::new_for_http()).with_state(app)
}

/// The OpenAPI document of every documented route.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut document = documented().split_for_parts().1;
    document.info.title = "Segue".into();
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.info.description = Some("A customer-support inbox whose conversations go on by e-mail.".into());
    document
}
