//! The first account, made in the browser (contract §1). Only for someone at the machine itself, or with the token that
//! the server printed when it started.

use super::{
    auth::from_another_page,
    body::{Body, InQuery},
    problem::Refusal,
    sessions,
};
use crate::{app::App, config::Config};
use axum::{
    Json,
    extract::{ConnectInfo, FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use desk::{
    setup::{Made, Setup, setup},
    signing::same,
};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, net::SocketAddr};
use store::accounts;
use utoipa::{IntoParams, ToSchema};

/// Whether there is anything to be set up, and by whom.
#[derive(Serialize, ToSchema)]
pub(super) struct Onboarding {
    /// There is no account yet.
    needed: bool,
    /// Whoever asks may make it.
    allowed: bool,
}

/// The token the server printed.
#[derive(Deserialize, IntoParams)]
pub(super) struct Token {
    /// The token the server printed when it started.
    token: Option<String>,
}

/// The first account.
#[derive(Deserialize, ToSchema)]
pub(super) struct FirstAccount {
    /// The account's name.
    account_name: String,
    /// The administrator's name.
    #[serde(default)]
    name: String,
    /// The administrator's log-in address.
    email: String,
    /// The administrator's password.
    password: String,
    /// The website of a first inbox.
    website_url: Option<String>,
    /// The token the server printed when it started.
    token: Option<String>,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub(super) struct FirstMade {
    account_id: i64,
    user_id: i64,
    access_token: String,
    inbox_id: Option<i64>,
    website_token: Option<String>,
}

/// Whether the onboarding page is needed.
#[utoipa::path(get, path = "/api/v1/installation/onboarding", tag = "session", params(Token),
    responses((status = 200, description = "whether it is needed and allowed", body = Onboarding)))]
pub(super) async fn show(
    State(app): State<App>,
    AtTheMachine(at_the_machine): AtTheMachine,
    InQuery(Token { token }): InQuery<Token>,
) -> Result<Json<Onboarding>, Refusal> {
    let needed = app.desk.db.read::<_, store::Error, _>(async |tx| accounts::count(tx).await).await? == 0;
    Ok(Json(Onboarding { needed, allowed: needed && (at_the_machine || is_token(&app, token.as_deref())) }))
}

/// Make the first account.
///
/// Sets the session cookie of its administrator.
#[utoipa::path(post, path = "/api/v1/installation/onboarding", tag = "session", request_body = FirstAccount,
    responses((status = 200, description = "made", body = FirstMade), (status = 403, description = "neither at the machine nor with the token"),
        (status = 404, description = "done already"), (status = 422, description = "a value makes no sense")))]
pub(super) async fn make(
    State(app): State<App>,
    AtTheMachine(at_the_machine): AtTheMachine,
    InQuery(Token { token }): InQuery<Token>,
    Body(asked): Body<FirstAccount>,
) -> Result<Response, Refusal> {
    if app.desk.db.read::<_, store::Error, _>(async |tx| accounts::count(tx).await).await? > 0 {
        return Err(Refusal::not_found());
    }
    if !at_the_machine && !is_token(&app, asked.token.as_deref().or(token.as_deref())) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "Open this page on the machine itself, or with the address the server printed when it started",
        ));
    }
    let asked = Setup {
        account: asked.account_name,
        name: asked.name,
        email: asked.email,
        password: asked.password,
        website_url: asked.website_url,
        only_first: true,
    };
    let Made { account_id, user_id, access_token, inbox_id, website_token } = setup(&app.desk, asked).await?;
    let made = FirstMade {
        account_id: account_id.0,
        user_id: user_id.0,
        access_token,
        inbox_id: inbox_id.map(|id| id.0),
        website_token,
    };
    let cookie = sessions::begin(&app, user_id).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(made)).into_response())
}

fn is_token(app: &App, token: Option<&str>) -> bool {
    token.is_some_and(|token| same(token, &app.onboarding_token))
}

/// Whether the request was made by someone at this machine: the socket is local, no proxy passed it on, and it was not
/// another website that made this machine's browser send it.
pub(super) struct AtTheMachine(bool);

impl FromRequestParts<App> for AtTheMachine {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let local = socket.is_some_and(|address| address.is_loopback()) && !passed_on(&parts.headers);
        Ok(Self(
            local
                && only_local(&app.config)
                && own_name(&parts.headers)
                && !from_another_page(&parts.method, &parts.headers),
        ))
    }
}

/// A proxy on this machine makes everybody local; it gives itself away by these headers.
fn passed_on(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// Whether nobody but this machine is meant to reach the server. Behind a proxy everyone's socket is local, and a proxy
/// need not say that it is one; but then the server is configured with a public address, or with its proxies.
fn only_local(config: &Config) -> bool {
    let public = url::Url::parse(&config.frontend_url).ok();
    config.trusted_proxies.is_empty() && public.as_ref().and_then(url::Url::host).is_some_and(|host| is_loopback(&host))
}

/// The name in `Host` is this machine's; a foreign name that resolves to this machine belongs to a page that wants to be
/// let in (DNS rebinding).
fn own_name(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = host.and_then(|host| url::Url::parse(&format!("http://{host}")).ok());
    asked.as_ref().and_then(url::Url::host).is_some_and(|host| is_loopback(&host))
}

fn is_loopback(host: &url::Host<&str>) -> bool {
    match host {
        url::Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    }
}
