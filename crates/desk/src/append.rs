//! Appending a message to a conversation: the one way a message comes into being, whoever wrote it.

use model::{
    Timestamp,
    conversation::{Conversation, Status},
    event::{Event, EventKind},
    message::{Kind, Message, Sender},
    status::{Arrival, after_arrival},
};
use serde_json::json;
use store::{
    Result, Tx,
    attachments::{self, NewAttachment},
    contacts, conversations, events,
    messages::{self, NewMessage},
};

/// Appends `new` with its files to the conversation, which the caller has locked, and records what follows from it:
/// times, status by `arrival` (`None` for what comes from inside), events.
///
/// # Errors
/// Storage trouble.
pub async fn append(
    tx: &mut Tx<'_>,
    conversation: &mut Conversation,
    new: &NewMessage,
    files: &[NewAttachment],
    arrival: Option<Arrival>,
    now: Timestamp,
) -> Result<Message> {
    let message = messages::insert(tx, new, now).await?;
    for file in files {
        attachments::insert(tx, conversation.account_id, message.id, file).await?;
    }
    arrived(tx, conversation, &message, arrival, now).await?;
    Ok(message)
}

/// What follows from a message that has come, or that is shown only now: times, status, events. The conversation is
/// locked.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn arrived(
    tx: &mut Tx<'_>,
    conversation: &mut Conversation,
    message: &Message,
    arrival: Option<Arrival>,
    now: Timestamp,
) -> Result<()> {
    let before = conversation.status;
    if let Some(arrival) = arrival {
        conversation.status = after_arrival(before, arrival);
    }
    note_times(conversation, message, now);
    if conversation.status == Status::Open {
        conversation.snoozed_until = None;
    }
    conversations::update(tx, conversation).await?;
    if let Sender::Contact(contact) = message.sender {
        contacts::touch(tx, contact, now).await?;
    }
    let performer = match message.sender {
        Sender::User(user) => Some(user),
        _ => None,
    };
    let created = Event::new(EventKind::MessageCreated, conversation.account_id, now);
    events::record(tx, &created.conversation(conversation.id).message(message.id).by(performer)).await?;
    if conversation.status != before {
        record_status(tx, conversation, before, None, now).await?;
    }
    Ok(())
}

/// Records that the conversation's status changed from `before`.
///
/// # Errors
/// Storage trouble.
pub async fn record_status(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    before: Status,
    performer: Option<model::ids::UserId>,
    now: Timestamp,
) -> Result<()> {
    let data = json!({"status": {"previous_value": before.as_str(), "current_value": conversation.status.as_str()}});
    let event = Event::new(EventKind::ConversationStatusChanged, conversation.account_id, now);
    events::record(tx, &event.conversation(conversation.id).by(performer).data(data)).await
}

/// Appends a line about what happened ("Vera resolved the conversation").
///
/// # Errors
/// Storage trouble.
pub async fn append_activity(
    tx: &mut Tx<'_>,
    conversation: &mut Conversation,
    words: &str,
    now: Timestamp,
) -> Result<Message> {
    let new = NewMessage::text(conversation, Kind::Activity, Sender::System, words);
    append(tx, conversation, &new, &[], None, now).await
}

fn note_times(conversation: &mut Conversation, message: &Message, now: Timestamp) {
    conversation.updated_at = now;
    if message.kind == Kind::Activity || message.withheld {
        return;
    }
    conversation.last_activity_at = now;
    match message.kind {
        Kind::Incoming => conversation.waiting_since = conversation.waiting_since.or(Some(now)),
        Kind::Outgoing if !message.private => {
            conversation.waiting_since = None;
            conversation.first_reply_created_at = conversation.first_reply_created_at.or(Some(now));
        }
        _ => {}
    }
}
