//! Who asks: the inbox and the person that the path names, and whether a valid token stands behind it.

use crate::{
    app::App,
    http::{
        auth::{Caller, TOKEN},
        limits::Deed,
        peer::Peer,
        problem::Refusal,
    },
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use desk::{edit_inbox::API, visitor::Visitor};
use model::{contact::Contact, inbox::Inbox};
use std::net::IpAddr;
use store::{contact_inboxes, contacts, inboxes, users};

/// An API inbox, and who asks in its name.
pub(super) struct Front {
    pub(super) inbox: Inbox,
    /// Whose deeds are counted; nobody's where a system of the account asks, with its token.
    counted: Option<IpAddr>,
}

/// A person of that inbox.
pub(super) struct Person {
    pub(super) front: Front,
    pub(super) visitor: Visitor,
    pub(super) contact: Contact,
    /// What is known of them is theirs to read.
    pub(super) own: bool,
}

/// A person in one of their conversations.
pub(super) struct Place {
    pub(super) person: Person,
    /// The person there.
    pub(super) visitor: Visitor,
}

impl Front {
    /// Counts a deed (contract §7), unless a token stands behind it.
    ///
    /// # Errors
    /// It was one too many.
    pub(super) fn count(&self, app: &App, deed: Deed) -> Result<(), Refusal> {
        self.counted.map_or(Ok(()), |address| app.limits.count(deed, address))
    }
}

async fn named(parts: &mut Parts, app: &App, name: &str) -> Result<String, Refusal> {
    let path = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Refusal::not_found())?;
    let found = path.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
    found.ok_or_else(Refusal::not_found)
}

impl FromRequestParts<App> for Front {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let identifier = named(parts, app, "inbox_identifier").await?;
        let read =
            app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_channel_key(tx, API, &identifier).await);
        let inbox = read.await?.ok_or_else(Refusal::not_found)?;
        let Ok(Peer(address)) = Peer::from_request_parts(parts, app).await;
        let counted = if known(parts, app, &inbox).await? { None } else { Some(address) };
        Ok(Self { inbox, counted })
    }
}

/// Whether a user of the inbox's account asks, as their token says. A wrong token is nobody's, not a mistake.
async fn known(parts: &mut Parts, app: &App, inbox: &Inbox) -> Result<bool, Refusal> {
    if !parts.headers.contains_key(TOKEN) {
        return Ok(false);
    }
    let Ok(Caller { user, .. }) = Caller::from_request_parts(parts, app).await else { return Ok(false) };
    let account = inbox.account_id;
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| users::role_in(tx, account, user.id).await);
    Ok(read.await?.is_some())
}

impl FromRequestParts<App> for Person {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let front = Front::from_request_parts(parts, app).await?;
        let source_id = named(parts, app, "source_id").await?;
        let (inbox, account_id) = (front.inbox.id, front.inbox.account_id);
        let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
            let Some(session) = contact_inboxes::by_source(tx, inbox, &source_id).await? else { return Ok(None) };
            let Some(contact) = contacts::by_id(tx, account_id, session.contact_id).await? else { return Ok(None) };
            let visitor = Visitor { account_id, session, only: None, at: None };
            let own = visitor.owns(tx, &contact).await?;
            Ok(Some((visitor, contact, own)))
        });
        let (visitor, contact, own) = read.await?.ok_or_else(Refusal::not_found)?;
        Ok(Self { front, visitor, contact, own })
    }
}

impl FromRequestParts<App> for Place {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let person = Person::from_request_parts(parts, app).await?;
        let number = named(parts, app, "conversation_id").await?;
        let number: i64 = number.parse().map_err(|_| Refusal::not_found())?;
        let visitor = person.visitor.clone();
        let there = app.desk.db.read::<_, desk::Problem, _>(async move |tx| visitor.at(tx, number).await);
        Ok(Self { visitor: there.await?, person })
    }
}
