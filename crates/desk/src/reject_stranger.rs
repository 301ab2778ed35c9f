//! An agent rejects a stranger's mail: it stays withheld, folded away for agents; and takes that back.

use crate::{
    Desk, Outcome,
    append::append_activity,
    strangers::{Found, find},
};
use model::{
    event::{Event, EventKind},
    ids::{AccountId, MessageId, UserId},
    message::Message,
};
use store::{events, messages};

/// Marks the withheld message of that id as rejected, or takes that back. Once more changes nothing; one that was
/// accepted meanwhile stays so.
///
/// # Errors
/// There is no such message, or it never was withheld.
pub async fn reject_stranger(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    id: MessageId,
    by: UserId,
    rejected: bool,
) -> Outcome<Message> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let mut mail = match find(tx, account, display_id, id, by).await? {
                Found::Decided(message) => return Ok(*message),
                Found::Waiting(mail) => *mail,
            };
            let was = mail.message.content_attributes["rejected"] == true;
            let Some(fields) = mail.message.content_attributes.as_object_mut().filter(|_| was != rejected) else {
                return Ok(mail.message);
            };
            if rejected {
                fields.insert("rejected".into(), true.into());
            } else {
                fields.remove("rejected");
            }
            mail.message.updated_at = now;
            messages::update(tx, &mail.message).await?;
            let event = Event::new(EventKind::MessageUpdated, account, now);
            let event = event.conversation(mail.conversation.id).message(id).by(Some(by));
            events::record(tx, &event).await?;
            let did = if rejected { "rejected" } else { "no longer rejects" };
            let words = format!("{} {did} {}", mail.agent, mail.called());
            append_activity(tx, &mut mail.conversation, &words, now).await?;
            Ok(mail.message)
        })
        .await
}
