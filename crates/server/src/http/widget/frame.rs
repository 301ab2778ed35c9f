//! `GET /widget`: the page inside the frame. It carries the website's settings and the visitor's session as globals in
//! one script of its own, and loads the widget's app; nothing else may run in it.

use super::{
    config::{for_page, global_config},
    guest::{inbox, known, pubsub_token},
    jwt::Claims,
};
use crate::{
    app::App,
    http::{assets::widget_url, limits::Deed, peer::Peer, problem::Refusal},
};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{Html, IntoResponse},
};
use desk::{start_chat::begin_session, visitor::Visitor};
use model::{Json as Value, inbox::Inbox};
use serde::Deserialize;
use serde_json::json;

/// What the loader asks with.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    website_token: Option<String>,
    cw_conversation: Option<String>,
}

/// The widget's page; a visitor without a good `cw_conversation` gets a new session.
#[utoipa::path(get, path = "/widget", tag = "widget",
    params(("website_token" = String, Query,), ("cw_conversation" = Option<String>, Query, description = "the session's token"), ("locale" = Option<String>, Query,)),
    responses((status = 200, description = "the page"), (status = 404, description = "no such website"), (status = 429, description = "too many new sessions")))]
pub(crate) async fn frame(
    State(app): State<App>,
    Peer(address): Peer,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, "web widget does not exist");
    let inbox = inbox(&app, asked.website_token.unwrap_or_default()).await?.ok_or_else(missing)?;
    let brought = asked.cw_conversation.unwrap_or_default();
    let (visitor, auth_token) = match known(&app, inbox.id, &brought).await? {
        // A session that is used lives on; a link keeps its end.
        Some((visitor, _)) if visitor.only.is_none() => session(&app, visitor),
        Some((visitor, _)) => (visitor, brought),
        None => {
            app.limits.count(Deed::NewSession, address)?;
            let session_row = begin_session(&app.desk, &inbox, noted(&headers)).await?;
            session(&app, Visitor { account_id: inbox.account_id, session: session_row, only: None, at: None })
        }
    };
    let page = page(&app, &inbox, &visitor, &auth_token).await?;
    Ok((page.0, Html(page.1)))
}

fn session(app: &App, visitor: Visitor) -> (Visitor, String) {
    let token = Claims::session(&visitor.session, app.desk.now()).sign(&app.desk.house.secret);
    (visitor, token)
}

fn noted(headers: &HeaderMap) -> Value {
    let language = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first: Option<String> =
        language.and_then(|list| list.split([',', ';']).next()).map(|first| first.chars().take(35).collect());
    first.map_or(Value::Null, |first| json!({"browser_language": first}))
}

async fn page(
    app: &App,
    inbox: &Inbox,
    visitor: &Visitor,
    auth_token: &str,
) -> Result<([(HeaderName, String); 4], String), Refusal> {
    let channel = for_page(app, inbox).await?;
    let nonce = app.desk.random.hex_128();
    let globals = [
        ("chatwootWebChannel", channel.clone()),
        ("chatwootPubsubToken", json!(pubsub_token(visitor, auth_token))),
        ("authToken", json!(auth_token)),
        ("globalConfig", global_config()),
    ];
    let script: String =
        globals.iter().map(|(name, value)| format!("window.{name} = {};\n", within_script(value))).collect();
    let locale = channel["locale"].as_str().unwrap_or("en");
    let html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"{}\">\n<script nonce=\"{nonce}\">\n{script}</script>\n\
         <script type=\"module\" nonce=\"{nonce}\" src=\"{}\"></script>\n</head>\n<body>\n<div id=\"app\"></div>\n</body>\n</html>\n",
        escaped(locale),
        escaped(&inbox.name),
        widget_url("widget.css"),
        widget_url("widget.js"),
    );
    // Any website may embed its own widget; scripts only with this answer's nonce.
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: http: https:; \
         media-src 'self' blob: data: http: https:; font-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; \
         form-action 'none'; frame-ancestors http: https:"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, html))
}

/// JSON that cannot end the script element it stands in, nor a line where JavaScript ends lines.
fn within_script(value: &Value) -> String {
    let escapes =
        [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")];
    escapes.into_iter().fold(value.to_string(), |text, (from, to)| text.replace(from, to))
}

/// Text as it may stand in HTML, also in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let escapes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];
    escapes.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_cannot_break_out_of_the_script() {
        let hostile = json!({"welcomeTitle": "</script><script>alert(1)</script>\u{2028}&"});
        let text = within_script(&hostile);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), hostile);
    }
}
