//! Log-in and log-out of the dashboard.

use super::{
    auth::{self, COOKIE, Caller},
    limits::Deed,
    peer::Peer,
    problem::Refusal,
    shapes::user::Profile,
};
use crate::app::App;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::signing::sha256;
use jiff::SignedDuration;
use model::ids::UserId;
use serde::{Deserialize, Serialize};
use store::{sessions, users};
use utoipa::ToSchema;

/// How long a log-in lasts: 30 days.
const SESSION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who logs in.
#[derive(Deserialize, ToSchema)]
pub(super) struct SignIn {
    /// Log-in address.
    email: String,
    /// Password.
    password: String,
}

/// Who is logged in.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedIn {
    /// The user.
    data: Profile,
}

/// Log in.
///
/// Sets the cookie `segue_session`. Limited to 10 tries in 5 minutes from one address, and to 300 an hour as one person.
#[utoipa::path(post, path = "/auth/sign_in", tag = "session", request_body = SignIn,
    responses((status = 200, description = "logged in", body = SignedIn), (status = 401, description = "wrong address or password"),
        (status = 429, description = "too many tries")))]
pub(super) async fn sign_in(
    State(app): State<App>,
    Peer(peer): Peer,
    headers: HeaderMap,
    body: super::body::Body<SignIn>,
) -> Result<Response, Refusal> {
    if auth::from_another_page(&Method::POST, &headers) {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "Send JSON, and say so in Content-Type"));
    }
    app.limits.count(Deed::SignIn, peer)?;
    let SignIn { email, password } = body.0;
    let email = email.trim().to_lowercase();
    app.limits.count_for(Deed::SignInAs, &email)?;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| users::by_email(tx, &email).await).await?;
    let right = app.desk.check_password(&password, found.as_ref().map(|user| user.password_hash.as_str())).await;
    let Some(user) = found.filter(|_| right) else {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "Wrong e-mail address or password"));
    };
    let id = user.id;
    let memberships = app.desk.db.read::<_, store::Error, _>(async move |tx| users::memberships(tx, id).await).await?;
    let cookie = begin(&app, id).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(SignedIn { data: Profile::of(&user, &memberships) })).into_response())
}

/// Log out.
#[utoipa::path(delete, path = "/auth/sign_out", tag = "session",
    responses((status = 204, description = "logged out"), (status = 401, description = "was not logged in")))]
pub(super) async fn sign_out(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Refusal> {
    if let Some(hash) = caller.session.or_else(|| auth::session_token(&headers).map(|token| sha256(token.as_bytes()))) {
        app.desk.db.write::<_, store::Error, _>(async move |tx| sessions::delete(tx, &hash).await).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&app, "", 0))]).into_response())
}

/// Begins a session of that user; the cookie that names it.
pub(super) async fn begin(app: &App, user: UserId) -> Result<HeaderValue, Refusal> {
    let now = app.desk.now();
    let token = app.desk.random.hex_256();
    let hash = sha256(token.as_bytes());
    let write = app.desk.db.write::<_, store::Error, _>(async move |tx| {
        sessions::delete_expired(tx, now).await?;
        sessions::insert(tx, &hash, user, now, now + SESSION).await
    });
    write.await?;
    Ok(cookie(app, &token, SESSION.as_secs()))
}

fn cookie(app: &App, value: &str, seconds: i64) -> HeaderValue {
    let secure = if app.config.frontend_url.starts_with("https://") { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // Hexadecimal digits and fixed words: always a header value.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
