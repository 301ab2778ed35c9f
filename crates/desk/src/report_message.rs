//! The front end of an API inbox reports what became of a message (reference §4.3): it has arrived, was read, or failed.

use crate::{Desk, Outcome, Problem, change_status::locked, edit_inbox::API, send_on_channel::mark_failed};
use model::{
    event::{Event, EventKind},
    ids::{AccountId, MessageId},
    message::{Kind, Message, MessageStatus},
};
use store::{conversations, deliveries, events, inboxes, messages};

/// Notes it. What was read stays read, and what has arrived does not fail any more; what was read is not mailed as unseen.
///
/// # Errors
/// There is no such message, it is not one of ours to the person, or its inbox is no API inbox.
pub async fn report_message(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    id: MessageId,
    status: MessageStatus,
    external_error: Option<String>,
) -> Outcome<Message> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let missing = || Problem::NotFound("message");
            let mut conversation = locked(tx, account, display_id).await?;
            let inbox = inboxes::by_id(tx, conversation.inbox_id).await?.ok_or(Problem::NotFound("inbox"))?;
            if inbox.channel.kind() != API {
                return Err(Problem::Forbidden("The status of messages can only be reported in Api inboxes"));
            }
            let message = messages::by_id(tx, conversation.id, id).await?.ok_or_else(missing)?;
            if message.private || !matches!(message.kind, Kind::Outgoing | Kind::Template) {
                return Err(Problem::Invalid("status: can only be reported of messages that go to the person".into()));
            }
            let news = match status {
                MessageStatus::Sent => false,
                MessageStatus::Delivered | MessageStatus::Read => {
                    deliveries::reached(tx, conversation.id, id, status, now).await?
                }
                MessageStatus::Failed if message.status == MessageStatus::Sent => {
                    let words = external_error.as_deref().unwrap_or("the front end could not deliver it");
                    mark_failed(tx, message.clone(), words, now).await?;
                    true
                }
                MessageStatus::Failed => false,
            };
            if news && status == MessageStatus::Read {
                let seen = conversation.contact_last_seen_at;
                conversation.contact_last_seen_at = seen.max(Some(message.created_at));
                conversations::update(tx, &conversation).await?;
            }
            if news {
                let event = Event::new(EventKind::MessageUpdated, account, now);
                events::record(tx, &event.conversation(conversation.id).message(id)).await?;
            }
            messages::by_id(tx, conversation.id, id).await?.ok_or_else(missing)
        })
        .await
}
