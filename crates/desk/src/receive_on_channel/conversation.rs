//! The conversation that a person on a channel goes on with, or a new one.

use super::Scene;
use model::{
    Json,
    contact::{Contact, ContactInbox},
    conversation::{Conversation, Status},
    event::{Event, EventKind},
};
use store::{
    Result, Tx,
    conversations::{self, NewConversation},
    events,
};

/// The person's conversation, locked, and whether it was made for this.
///
/// # Errors
/// Storage trouble.
pub(super) async fn open(
    tx: &mut Tx<'_>,
    scene: &Scene<'_>,
    session: &ContactInbox,
    contact: &Contact,
) -> Result<(Conversation, bool)> {
    if let Some(latest) = conversations::latest_of_session(tx, session.id).await?
        && let Some(conversation) = conversations::lock(tx, latest.id).await?
        && (scene.inbox.settings.lock_to_single_conversation || goes_on(&conversation, contact))
    {
        return Ok((conversation, false));
    }
    let new = NewConversation {
        account_id: scene.inbox.account_id,
        uuid: scene.fresh.uuid.clone(),
        mail_subject: None,
        additional_attributes: Json::Null,
        custom_attributes: Json::Null,
    };
    let mut conversation = conversations::insert(tx, session, &new, scene.now).await?;
    if contact.blocked {
        // Kept for the record; it wakes nobody.
        conversation.status = Status::Resolved;
        conversations::update(tx, &conversation).await?;
    }
    let created = Event::new(EventKind::ConversationCreated, scene.inbox.account_id, scene.now);
    events::record(tx, &created.conversation(conversation.id)).await?;
    Ok((conversation, true))
}

/// A resolved conversation is over, but a blocked contact does not begin one after the other.
fn goes_on(conversation: &Conversation, contact: &Contact) -> bool {
    conversation.status != Status::Resolved || contact.blocked
}
