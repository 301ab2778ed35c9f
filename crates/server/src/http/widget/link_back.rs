//! `POST /api/v1/widget/link_back`: the token of a link in our mails for a session in its conversation. A GET would be
//! followed by mail scanners; this is not.

use super::{
    guest::{Site, known, pubsub_token},
    jwt::Claims,
};
use crate::{
    app::App,
    http::{form::Form, limits::Deed, peer::Peer, problem::Refusal},
};
use axum::{Json, extract::State, http::HeaderMap};
use desk::{link_back::open, visitor::Visitor};
use model::Json as Value;
use serde_json::json;

/// Exchanges `token` for `{auth_token, pubsub_token}`, good for that conversation until the link expires.
#[utoipa::path(post, path = "/api/v1/widget/link_back", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, description = "`{auth_token, pubsub_token}`"), (status = 404, description = "no such link, or it has expired or was revoked"), (status = 429, description = "too often")))]
pub(crate) async fn link_back(
    State(app): State<App>,
    Peer(address): Peer,
    Site(inbox): Site,
    headers: HeaderMap,
    form: Form,
) -> Result<Json<Value>, Refusal> {
    app.limits.count(Deed::LinkBack, address)?;
    let opened = open(&app.desk, inbox.id, &form.text(&["token"]).unwrap_or_default()).await?;
    let own = headers.get("x-auth-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    if let Some((visitor, _)) = known(&app, inbox.id, own).await?
        && opened.already_open_to(&visitor)
    {
        // Their own browser: nothing to exchange.
        return Ok(Json(json!({"auth_token": own, "pubsub_token": visitor.session.pubsub_token})));
    }
    let claims = Claims {
        exp: opened.expires_at.as_second(),
        link: Some(opened.hash),
        ..Claims::session(&opened.session, app.desk.now())
    };
    let auth_token = claims.sign(&app.desk.house.secret);
    let only = Some(opened.conversation_id);
    let visitor = Visitor { account_id: inbox.account_id, session: opened.session, only, at: None };
    let pubsub_token = pubsub_token(&visitor, &auth_token);
    Ok(Json(json!({"auth_token": auth_token, "pubsub_token": pubsub_token})))
}
