//! What agents have seen: a conversation is read, or unread again.

use crate::{Desk, Outcome, change_status::locked};
use jiff::SignedDuration;
use model::{
    Timestamp,
    conversation::Conversation,
    event::{Event, EventKind},
    ids::{AccountId, UserId},
};
use store::{Tx, conversations, events, messages};

/// Notes that an agent has seen all of the account's conversation of that number.
///
/// # Errors
/// There is no such conversation.
pub async fn mark_seen(desk: &Desk, account: AccountId, display_id: i64, by: UserId) -> Outcome<Conversation> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let mut conversation = locked(tx, account, display_id).await?;
            conversation.agent_last_seen_at = Some(now);
            if conversation.assignee_id == Some(by) {
                conversation.assignee_last_seen_at = Some(now);
            }
            keep(tx, &conversation, by, now).await?;
            Ok(conversation)
        })
        .await
}

/// Makes the contact's last message unread again.
///
/// # Errors
/// There is no such conversation.
pub async fn mark_unread(desk: &Desk, account: AccountId, display_id: i64, by: UserId) -> Outcome<Conversation> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let mut conversation = locked(tx, account, display_id).await?;
            let latest = messages::latest_incoming(tx, conversation.id).await?;
            let before = latest.and_then(|message| message.created_at.checked_sub(SignedDuration::from_millis(1)).ok());
            conversation.agent_last_seen_at = before;
            conversation.assignee_last_seen_at = before;
            keep(tx, &conversation, by, now).await?;
            Ok(conversation)
        })
        .await
}

async fn keep(tx: &mut Tx<'_>, conversation: &Conversation, by: UserId, now: Timestamp) -> store::Result<()> {
    conversations::update(tx, conversation).await?;
    let event = Event::new(EventKind::ConversationRead, conversation.account_id, now);
    events::record(tx, &event.conversation(conversation.id).by(Some(by))).await
}
