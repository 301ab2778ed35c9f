//! Who asks: the website from the query, the visitor from the token.

use super::jwt::Claims;
use crate::{app::App, http::problem::Refusal};
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use desk::{link_back, visitor::Visitor};
use model::{contact::Contact, ids::InboxId, inbox::Inbox};
use serde::Deserialize;
use store::{contact_inboxes, contacts, inboxes};

/// The website a request names.
pub struct Site(pub Inbox);

/// A visitor of that website.
pub struct Guest {
    /// The website's inbox.
    pub inbox: Inbox,
    /// The session, and what it may see.
    pub visitor: Visitor,
    /// Who it is, as far as known.
    pub contact: Contact,
    /// What is known of them is theirs to read.
    pub own: bool,
}

#[derive(Deserialize)]
struct Named {
    website_token: Option<String>,
}

impl FromRequestParts<App> for Site {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let named = Query::<Named>::try_from_uri(&parts.uri).ok().and_then(|Query(named)| named.website_token);
        let found = inbox(app, named.unwrap_or_default()).await?;
        found.map(Self).ok_or_else(Refusal::not_found)
    }
}

impl FromRequestParts<App> for Guest {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Site(inbox) = Site::from_request_parts(parts, app).await?;
        let token = parts.headers.get("x-auth-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
        let (visitor, contact) = known(app, inbox.id, token).await?.ok_or_else(Refusal::not_found)?;
        let (asking, asked) = (visitor.clone(), contact.clone());
        let own = app.desk.db.read::<_, store::Error, _>(async move |tx| asking.owns(tx, &asked).await).await?;
        Ok(Self { inbox, visitor, contact, own })
    }
}

impl Guest {
    /// The token with which this visitor listens at `/cable`.
    pub fn pubsub_token(&self, auth_token: &str) -> String {
        pubsub_token(&self.visitor, auth_token)
    }
}

/// The token with which a visitor listens at `/cable`: the session's own; for one who came by a link that link's, since
/// the session may have other conversations.
pub(crate) fn pubsub_token(visitor: &Visitor, auth_token: &str) -> String {
    match visitor.only {
        Some(_) => auth_token.to_owned(),
        None => visitor.session.pubsub_token.clone(),
    }
}

/// The website inbox with that token.
pub(crate) async fn inbox(app: &App, website_token: String) -> Result<Option<Inbox>, Refusal> {
    let found = app
        .desk
        .db
        .read::<_, store::Error, _>(async move |tx| inboxes::by_website_token(tx, &website_token).await)
        .await?;
    Ok(found)
}

/// The visitor a session token names on the website of `inbox`.
pub(crate) async fn known(app: &App, inbox: InboxId, token: &str) -> Result<Option<(Visitor, Contact)>, Refusal> {
    let now = app.desk.now();
    let Some(claims) = Claims::read(token, &app.desk.house.secret, now).filter(|claims| claims.inbox_id == inbox)
    else {
        return Ok(None);
    };
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let (session, only) = match &claims.link {
            None => (contact_inboxes::by_source(tx, inbox, &claims.source_id).await?, None),
            Some(hash) => match link_back::opened(tx, inbox, hash, now).await? {
                Some(opened) => (Some(opened.session), Some(opened.conversation_id)),
                None => (None, None),
            },
        };
        let Some(session) = session else { return Ok(None) };
        let Some(inbox) = inboxes::by_id(tx, inbox).await? else { return Ok(None) };
        let contact = contacts::by_id(tx, inbox.account_id, session.contact_id).await?;
        Ok(contact.map(|contact| (Visitor { account_id: inbox.account_id, session, only, at: None }, contact)))
    });
    Ok(found.await?)
}
