//! Ending unasked-for mail: the page behind the link in a mail, and the one-click POST of mail clients (RFC 8058 §3.1).
//! Looking changes nothing, because scanners follow links.

use super::problem::Refusal;
use crate::{app::App, http::body::InPath};
use axum::{
    extract::State,
    http::{HeaderName, header},
    response::Html,
};
use desk::unsubscribe;
use mail::html::escape;

type Page = ([(HeaderName, &'static str); 2], Html<String>);

/// The page that asks whether to end such mail.
#[utoipa::path(get, path = "/unsubscribe/{key}", tag = "unsubscribe", params(("key" = String, Path, description = "from the mail")),
    responses((status = 200, description = "a page with one button"), (status = 404, description = "not a link of ours")))]
pub(super) async fn ask(State(app): State<App>, InPath(key): InPath<String>) -> Result<Page, Refusal> {
    let (words, account) = unsubscribe::look(&app.desk, &key).await?;
    let button = format!("<form method=\"post\"><button>{}</button></form>", escape(words.unsubscribe));
    Ok(page(words.language, &account, &button))
}

/// End such mail, by the page's button or by a mail client's one click. Again changes nothing.
#[utoipa::path(post, path = "/unsubscribe/{key}", tag = "unsubscribe", params(("key" = String, Path, description = "from the mail")),
    responses((status = 200, description = "it is ended"), (status = 404, description = "not a link of ours")))]
pub(super) async fn end(State(app): State<App>, InPath(key): InPath<String>) -> Result<Page, Refusal> {
    unsubscribe::unsubscribe(&app.desk, &key).await?;
    let (words, account) = unsubscribe::look(&app.desk, &key).await?;
    Ok(page(words.language, &account, &format!("<p role=\"status\">{}</p>", escape(words.unsubscribed))))
}

fn page(language: &str, account: &str, body: &str) -> Page {
    const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-content:center;\
        justify-items:center;gap:16px;font:16px/1.5 system-ui,sans-serif;background:light-dark(#faf9f7,#161514);color:light-dark(#1c1a18,#efece7)}\
        h1{margin:0;font-size:16px;font-weight:600}p{margin:0}button{font:inherit;padding:8px 16px;border:0;border-radius:8px;\
        background:light-dark(#5558e3,#7c7ff5);color:light-dark(#fff,#12111f);cursor:pointer}button:focus-visible{outline:2px solid currentColor;outline-offset:2px}";
    let account = escape(account);
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{account}</title><style>{STYLE}</style></head><body><h1>{account}</h1>{body}</body></html>"
    );
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::REFERRER_POLICY, "no-referrer")], Html(html))
}
