//! Who asks: a user by API token or by the dashboard's session cookie, in an account they have a place in.
//!
//! Browsers send cookies along whatever page made the request, so a cookie counts for a write only together with the
//! header `X-Segue-Request`, which other origins cannot set without being asked for leave (Fetch §4.8).

use super::problem::Refusal;
use crate::app::App;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use desk::signing::sha256;
use model::{
    ids::AccountId,
    user::{Role, User},
};
use store::{accounts, sessions, users};

/// The dashboard's session cookie.
pub const COOKIE: &str = "segue_session";
/// The header that shows a write comes from our own page.
pub const OWN_PAGE: &str = "x-segue-request";
/// The header for API tokens.
pub const TOKEN: &str = "api_access_token";

/// A user who is signed in, in whatever account.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub user: User,
    /// Hash of the session they came with, if they came with one.
    pub session: Option<String>,
}

/// A user in the account that the path names.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Who.
    pub user: User,
    /// Where.
    pub account: AccountId,
    /// What they may do there.
    pub role: Role,
}

/// An [`Agent`] who is an administrator of the account.
#[derive(Clone, Debug)]
pub struct Administrator(pub Agent);

impl Agent {
    /// Whether they also change settings and see the mail logs.
    #[must_use]
    pub fn administrates(&self) -> bool {
        self.role == Role::Administrator
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let now = app.desk.now();
        let credential = credential(&parts.headers, &parts.method)?;
        let session = match &credential {
            Credential::Session(hash) => Some(hash.clone()),
            Credential::Token(_) => None,
        };
        let read = app.desk.db.read::<_, store::Error, _>(async move |tx| match &credential {
            Credential::Token(token) => users::by_access_token(tx, token).await,
            Credential::Session(hash) => match sessions::user(tx, hash, now).await? {
                Some(id) => users::by_id(tx, id).await,
                None => Ok(None),
            },
        });
        let user = read.await?.ok_or_else(Refusal::unauthorized)?;
        Ok(Self { user, session })
    }
}

impl FromRequestParts<App> for Agent {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Caller { user, .. } = Caller::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Refusal::not_found())?;
        let named = path.iter().find(|(name, _)| *name == "account_id").and_then(|(_, value)| value.parse().ok());
        let account = AccountId(named.ok_or_else(Refusal::not_found)?);
        let id = user.id;
        let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
            let role = users::role_in(tx, account, id).await?;
            let exists = role.is_some() || accounts::by_id(tx, account).await?.is_some();
            Ok((role, exists))
        });
        match read.await? {
            (Some(role), _) => Ok(Self { user, account, role }),
            (None, true) => Err(not_authorized()),
            (None, false) => Err(Refusal::not_found()),
        }
    }
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let agent = Agent::from_request_parts(parts, app).await?;
        if agent.administrates() { Ok(Self(agent)) } else { Err(not_authorized()) }
    }
}

/// 401 in the reference's words, for those who are known but may not.
fn not_authorized() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "You are not authorized to do this action")
}

/// Whether another website may have made a browser send this: it can make it send forms and plain text, but neither
/// JSON nor headers of its own without leave.
#[must_use]
pub fn from_another_page(method: &Method, headers: &HeaderMap) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    !reads && !json && !headers.contains_key(OWN_PAGE)
}

enum Credential {
    Token(String),
    /// Hash of the session token.
    Session(String),
}

/// What a request brings. A token wins over a cookie: whoever sends one means it.
fn credential(headers: &HeaderMap, method: &Method) -> Result<Credential, Refusal> {
    if let Some(token) = headers.get(TOKEN) {
        let token = token.to_str().map_err(|_| Refusal::unauthorized())?;
        return Ok(Credential::Token(token.trim().to_owned()));
    }
    let session = session_token(headers).ok_or_else(Refusal::unauthorized)?;
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if !reads && !headers.contains_key(OWN_PAGE) {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "The header X-Segue-Request is missing"));
    }
    Ok(Credential::Session(sha256(session.as_bytes())))
}

/// The session token in the request's cookies (RFC 6265 §4.2).
#[must_use]
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, value)| *name == COOKIE && !value.is_empty()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(rows: &[(&'static str, &'static str)]) -> HeaderMap {
        rows.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_cookie_writes_only_from_our_own_page() {
        type Row = (&'static [(&'static str, &'static str)], Method, Result<&'static str, u16>);
        const COOKIES: (&str, &str) = ("cookie", "a=b; segue_session=s");
        let rows: [Row; 7] = [
            (&[], Method::GET, Err(401)),
            (&[COOKIES], Method::GET, Ok("session")),
            (&[COOKIES], Method::POST, Err(403)),
            (&[COOKIES], Method::DELETE, Err(403)),
            (&[COOKIES, ("x-segue-request", "1")], Method::POST, Ok("session")),
            (&[(TOKEN, "t")], Method::POST, Ok("token")),
            (&[("cookie", "segue_session="), (TOKEN, "t")], Method::GET, Ok("token")),
        ];
        for (rows, method, expected) in rows {
            let found = match credential(&headers(rows), &method) {
                Ok(Credential::Token(_)) => Ok("token"),
                Ok(Credential::Session(_)) => Ok("session"),
                Err(refusal) => Err(refusal.status.as_u16()),
            };
            assert_eq!(found, expected, "{method} {rows:?}");
        }
    }
}
