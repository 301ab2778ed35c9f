//! Whether a channel reaches a person, and until when: noted with their session, and told to the dashboards, whose composer
//! says where a reply would go.

use model::{
    Timestamp,
    contact::ContactInbox,
    conversation::Conversation,
    event::{Event, EventKind},
    ids::ContactInboxId,
};
use store::{Result, Tx, contact_inboxes, conversations, events};

/// The person did something on the channel that opens the reply window.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn came(tx: &mut Tx<'_>, session: &ContactInbox, at: Timestamp, now: Timestamp) -> Result<()> {
    contact_inboxes::heard(tx, session.id, at).await?;
    tell_latest(tx, session.id, now).await
}

/// Nothing reaches the person there any more, and why.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn lost(tx: &mut Tx<'_>, session: ContactInboxId, why: &str, now: Timestamp) -> Result<()> {
    contact_inboxes::set_unreachable(tx, session, Some(why)).await?;
    tell_latest(tx, session, now).await
}

/// Tells that the window of a conversation stands elsewhere now.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn tell(tx: &mut Tx<'_>, conversation: &Conversation, now: Timestamp) -> Result<()> {
    let event = Event::new(EventKind::ConversationUpdated, conversation.account_id, now);
    events::record(tx, &event.conversation(conversation.id)).await
}

async fn tell_latest(tx: &mut Tx<'_>, session: ContactInboxId, now: Timestamp) -> Result<()> {
    match conversations::latest_of_session(tx, session).await? {
        Some(conversation) => tell(tx, &conversation, now).await,
        None => Ok(()),
    }
}
