//! The one list of routes.

use super::{
    application::{
        account, agents, channels, contact_filter, contact_merges, contacts, conversation_actions, conversations, cut,
        deliveries, inbound_mails, inboxes, mail_settings, mailbox, messages, original, profile, sandbox, strangers,
        webhooks,
    },
    assets, client, demo, document, files,
    form::LARGEST_BODY,
    health, onboarding,
    problem::Refusal,
    sessions, unsubscribe, widget,
};
use crate::app::App;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::from_fn,
    routing::get,
};
use tower_http::{set_header::SetResponseHeaderLayer, trace::TraceLayer};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every documented route, with its documentation.
fn documented() -> OpenApiRouter<App> {
    crate::channels::routes(crate::ingress::routes(OpenApiRouter::new()))
        // website widget
        .merge(widget::routes())
        // client API
        .merge(client::routes())
        .routes(routes!(files::file))
        // operations
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        // session
        .routes(routes!(sessions::sign_in))
        .routes(routes!(sessions::sign_out))
        .routes(routes!(onboarding::show, onboarding::make))
        .routes(routes!(profile::show, profile::replace, profile::update))
        // account
        .routes(routes!(account::show, account::update))
        .routes(routes!(mail_settings::show))
        .routes(routes!(agents::list, agents::create))
        .routes(routes!(agents::update, agents::remove))
        .routes(routes!(inboxes::list, inboxes::create))
        .routes(routes!(inboxes::show, inboxes::update))
        .routes(routes!(mailbox::check))
        .routes(routes!(channels::list))
        .routes(routes!(channels::test))
        .routes(routes!(channels::templates))
        .routes(routes!(inboxes::reset))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::update, webhooks::replace, webhooks::remove))
        // contacts
        .routes(routes!(contacts::list, contacts::create))
        .routes(routes!(contacts::search))
        .routes(routes!(contact_filter::filter))
        .routes(routes!(contact_merges::merge))
        .routes(routes!(contact_merges::undo))
        .routes(routes!(contact_merges::offers))
        .routes(routes!(contact_merges::dismiss))
        .routes(routes!(contact_merges::preview))
        .routes(routes!(contact_merges::list))
        .routes(routes!(contact_merges::decide_email))
        .routes(routes!(contacts::show, contacts::update, contacts::replace, contacts::remove))
        .routes(routes!(contacts::conversations))
        // conversations
        .routes(routes!(conversations::list, conversations::create))
        .routes(routes!(conversations::meta))
        .routes(routes!(conversations::show, conversations::remove))
        .routes(routes!(conversation_actions::toggle_status))
        .routes(routes!(conversation_actions::toggle_priority))
        .routes(routes!(conversation_actions::assignments))
        .routes(routes!(conversation_actions::update_last_seen))
        .routes(routes!(conversation_actions::unread))
        .routes(routes!(conversation_actions::toggle_typing_status))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(messages::list, messages::create))
                .layer(DefaultBodyLimit::max(LARGEST_BODY)),
        )
        .routes(routes!(messages::report))
        .routes(routes!(original::show))
        .routes(routes!(cut::show, cut::change))
        .routes(routes!(deliveries::change))
        .routes(routes!(strangers::decide))
        // mail sandbox
        .routes(routes!(sandbox::list))
        .routes(routes!(sandbox::show))
        .routes(routes!(sandbox::reply))
        // links in mails
        .routes(routes!(unsubscribe::ask, unsubscribe::end))
        // inbound log
        .routes(routes!(inbound_mails::list))
        .routes(routes!(inbound_mails::counts))
        .routes(routes!(inbound_mails::replay_many))
        .routes(routes!(inbound_mails::dry_run))
        .routes(routes!(inbound_mails::show))
        .routes(routes!(inbound_mails::raw, inbound_mails::erase_raw))
        .routes(routes!(inbound_mails::replay))
        .routes(routes!(inbound_mails::accept))
}

/// The whole server.
pub fn router(app: App) -> Router {
    let (routes, _) = documented().split_for_parts();
    let routes = routes.route("/demo", get(demo::demo)).merge(assets::routes()).merge(crate::cable::routes());
    let unknown = async || Refusal::not_found();
    let other_method = async || Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "This method does not exist here");
    // Answers hold people's words and tokens: nothing between us and the browser keeps them unless a handler says so.
    let unkept = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let unguessed = SetResponseHeaderLayer::if_not_present(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let routes = routes.fallback(unknown).method_not_allowed_fallback(other_method);
    let routes = routes.layer(from_fn(client::origins::any));
    routes.layer(unkept).layer(unguessed).layer(TraceLayer::new_for_http()).with_state(app)
}

/// The OpenAPI document of every documented route.
#[must_use]
pub fn openapi() -> OpenApi {
    document::completed(documented().split_for_parts().1)
}
