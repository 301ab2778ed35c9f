//! Who is here: connections to the cable say so again and again, and are forgotten when they fall silent.

use crate::{Desk, Outcome};
use jiff::SignedDuration;
use model::{
    Json, Timestamp,
    event::{Event, EventKind},
    ids::AccountId,
};
use serde_json::json;
use store::{
    Tx, contact_inboxes, conversations, events, jobs,
    presences::{self, Presence},
};

/// How long a visitor counts as here without saying so again.
pub const VISITOR_TTL: SignedDuration = SignedDuration::from_secs(90);
/// How long a user does.
pub const USER_TTL: SignedDuration = SignedDuration::from_secs(20);

/// How long a visitor may be gone before a mail that waits for it goes: going from page to page is no leaving.
pub const GRACE: SignedDuration = SignedDuration::from_secs(5);

/// Someone is here, or still is, or now sees the page or not.
///
/// # Errors
/// Storage trouble.
pub async fn here(desk: &Desk, here: Presence) -> Outcome<()> {
    let now = desk.now();
    let expires_at = now + if here.user_id.is_some() { USER_TTL } else { VISITOR_TTL };
    desk.db
        .write(async move |tx| {
            let before = is_here(tx, &here, now).await?;
            presences::keep(tx, &here, expires_at).await?;
            if !before {
                tell(tx, here.account_id, &here, true, now).await?;
            }
            if !here.visible {
                hasten(tx, &here, now).await?;
            }
            Ok(())
        })
        .await
}

/// A connection is gone.
///
/// # Errors
/// Storage trouble.
pub async fn gone(desk: &Desk, connection: &str) -> Outcome<()> {
    let (connection, now) = (connection.to_owned(), desk.now());
    desk.db
        .write(async move |tx| {
            let Some(gone) = presences::remove(tx, &connection).await? else { return Ok(()) };
            Ok(leave(tx, &gone, now).await?)
        })
        .await
}

/// Forgets everyone who has fallen silent, as when a node died with their connections.
///
/// # Errors
/// Storage trouble.
pub async fn forget_silent(desk: &Desk) -> Outcome<()> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            for gone in presences::expire(tx, now).await? {
                leave(tx, &gone, now).await?;
            }
            Ok(())
        })
        .await
}

async fn leave(tx: &mut Tx<'_>, gone: &Presence, now: Timestamp) -> store::Result<()> {
    if !is_here(tx, gone, now).await? {
        tell(tx, gone.account_id, gone, false, now).await?;
    }
    hasten(tx, gone, now).await
}

async fn is_here(tx: &mut Tx<'_>, who: &Presence, now: Timestamp) -> store::Result<bool> {
    match (who.user_id, who.contact_inbox_id) {
        (Some(user), _) => presences::user_here(tx, who.account_id, user, now).await,
        (None, Some(session)) => presences::session_here(tx, session, now).await,
        (None, None) => Ok(true),
    }
}

/// A mail that waited for the visitor to look away goes now; one whose time has not come stays (contract §4).
async fn hasten(tx: &mut Tx<'_>, gone: &Presence, now: Timestamp) -> store::Result<()> {
    let Some(session) = gone.contact_inbox_id else { return Ok(()) };
    if presences::visitor_present(tx, session, now).await? {
        return Ok(());
    }
    if let Some(conversation) = conversations::latest_of_session(tx, session).await? {
        jobs::hasten(tx, crate::mail_unseen::KIND, &conversation.id.to_string(), now + GRACE).await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx<'_>, account: AccountId, who: &Presence, here: bool, now: Timestamp) -> store::Result<()> {
    let mut event = Event::new(EventKind::PresenceUpdate, account, now);
    let state = if here { "online" } else { "offline" };
    if let Some(session) = who.contact_inbox_id {
        let Some(session) = contact_inboxes::by_id(tx, session).await? else { return Ok(()) };
        event = event.contact(session.contact_id).data(json!({"contacts": {session.contact_id.to_string(): state}}));
    } else if let Some(user) = who.user_id {
        event = event.by(Some(user)).data(Json::Null);
    }
    events::record(tx, &event).await
}
