//! Files that people send on channels: the message stands at once, its files follow when they have been fetched.
//! `content_attributes.media` lists those that have not come: `[{n, name, content_type, state: waiting | failed, words}]`.

use crate::{Desk, Outcome, receive_on_channel::Media};
use model::{
    Json, Timestamp,
    event::{Event, EventKind},
    ids::{ConversationId, MessageId},
    inbox::Inbox,
    message::Message,
};
use serde_json::json;
use store::{
    Result, Tx,
    attachments::{self, NewAttachment},
    conversations, events, inboxes,
    jobs::{self, NewJob},
    messages,
};

/// The job that fetches one file; its key is the message's row id and the file's place.
pub const KIND: &str = "fetch_media";
/// The largest file that is fetched, bytes.
pub const LARGEST: usize = 40 * 1024 * 1024;
/// Where a message lists the files that have not come.
pub(crate) const ATTRIBUTE: &str = "media";

/// The list of files that are to come.
pub(crate) fn awaited(media: &[Media]) -> Json {
    let item = |(n, media): (usize, &Media)| json!({"n": n, "name": media.name, "content_type": media.content_type, "state": "waiting"});
    media.iter().enumerate().map(item).collect()
}

/// Lets a file be fetched.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn enqueue(tx: &mut Tx<'_>, message: &Message, n: usize, media: &Media, now: Timestamp) -> Result<()> {
    let payload = json!({"conversation_id": message.conversation_id, "message_id": message.id, "n": n, "media": media});
    let job = NewJob { kind: KIND, payload, unique_key: Some(format!("{}-{n}", message.id)), run_at: now };
    jobs::enqueue(tx, &job, now).await
}

/// Which file of which message.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message.
    pub message: MessageId,
    /// The file's place in the message.
    pub n: u64,
}

/// The inbox of a file that is still to come; `None` where nobody waits for it any more.
///
/// # Errors
/// Storage trouble.
pub async fn wanted(desk: &Desk, place: Place) -> Outcome<Option<Inbox>> {
    let read = desk.db.read::<_, store::Error, _>(async move |tx| {
        let message = messages::by_id(tx, place.conversation, place.message).await?;
        match message.filter(|message| waits(message, place.n)) {
            Some(message) => inboxes::by_id(tx, message.inbox_id).await,
            None => Ok(None),
        }
    });
    Ok(read.await?)
}

fn waits(message: &Message, n: u64) -> bool {
    let items = message.content_attributes.get(ATTRIBUTE).and_then(Json::as_array);
    items.is_some_and(|items| items.iter().any(|item| item["n"] == n && item["state"] == "waiting"))
}

/// The file has come: its bytes are in the blob store. Whether anybody still waited for it.
///
/// # Errors
/// Storage trouble.
pub async fn came(desk: &Desk, place: Place, file: NewAttachment) -> Outcome<bool> {
    conclude(desk, place, Ok(file)).await
}

/// The file cannot be had, and why.
///
/// # Errors
/// Storage trouble.
pub async fn failed(desk: &Desk, place: Place, words: String) -> Outcome<()> {
    conclude(desk, place, Err(words)).await.map(|_| ())
}

async fn conclude(desk: &Desk, place: Place, end: std::result::Result<NewAttachment, String>) -> Outcome<bool> {
    let now = desk.now();
    let noted = desk.db.write::<_, store::Error, _>(async move |tx| {
        let Some(conversation) = conversations::lock(tx, place.conversation).await? else { return Ok(false) };
        let found = messages::by_id(tx, conversation.id, place.message).await?;
        let Some(mut message) = found.filter(|message| waits(message, place.n)) else { return Ok(false) };
        let items = message.content_attributes.get_mut(ATTRIBUTE).and_then(Json::as_array_mut);
        let Some(items) = items else { return Ok(false) };
        match &end {
            Ok(file) => {
                items.retain(|item| item["n"] != place.n);
                attachments::insert(tx, message.account_id, message.id, file).await?;
            }
            Err(words) => {
                for item in items.iter_mut().filter(|item| item["n"] == place.n) {
                    item["state"] = json!("failed");
                    item["words"] = json!(words);
                }
            }
        }
        let none_left = items.is_empty();
        if let Some(attributes) = message.content_attributes.as_object_mut().filter(|_| none_left) {
            attributes.remove(ATTRIBUTE);
        }
        message.updated_at = now;
        messages::update(tx, &message).await?;
        let event = Event::new(EventKind::MessageUpdated, message.account_id, now);
        events::record(tx, &event.conversation(conversation.id).message(message.id)).await?;
        Ok(true)
    });
    Ok(noted.await?)
}
