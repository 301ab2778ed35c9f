//! An agent gives a stranger's mail a conversation of its own, with its author, in the same inbox.

use crate::{
    Desk, Outcome,
    append::{append_activity, arrived},
    strangers::{Found, Waiting, find},
};
use model::{
    Json, Timestamp,
    conversation::Conversation,
    event::{Event, EventKind},
    ids::{AccountId, MessageId, UserId},
    message::Message,
    trust::Relation,
};
use serde_json::json;
use store::{
    Tx, contact_inboxes,
    conversations::{self, NewConversation},
    events, inbound_conclusions, mail_ids, messages,
};

/// Moves the withheld message of that id to a new conversation with its author, its Message-ID with it, so that answers
/// go there. Of several agents who decide at once one does; the others get what it has become.
///
/// # Errors
/// There is no such message, or it never was withheld.
pub async fn split_stranger(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    id: MessageId,
    by: UserId,
) -> Outcome<Message> {
    let now = desk.now();
    let fresh = Fresh { uuid: desk.random.uuid(), source: desk.random.uuid(), pubsub: desk.random.hex_128() };
    desk.db
        .write(async move |tx| {
            let mut mail = match find(tx, account, display_id, id, by).await? {
                Found::Decided(message) => return Ok(*message),
                Found::Waiting(mail) => *mail,
            };
            let mut new = conversation_for(tx, &mail, &fresh, now).await?;
            let begun = Event::new(EventKind::ConversationCreated, account, now).conversation(new.id);
            events::record(tx, &begun.by(Some(by))).await?;
            messages::give(tx, id, new.id).await?;
            mail_ids::give(tx, id, new.id).await?;
            inbound_conclusions::give(tx, id, new.id).await?;
            mail.message.conversation_id = new.id;
            mail.shown(&[("relation", json!(Relation::Contact)), ("split_from", json!(display_id))], now);
            messages::update(tx, &mail.message).await?;
            let arrival = mail.arrival();
            arrived(tx, &mut new, &mail.message, Some(arrival), now).await?;
            let (agent, called) = (&mail.agent, mail.called());
            let there = format!("{agent} made this conversation of {called} in conversation #{display_id}");
            append_activity(tx, &mut new, &there, now).await?;
            let here = format!("{agent} moved {called} to conversation #{}", new.display_id);
            append_activity(tx, &mut mail.conversation, &here, now).await?;
            let left = Event::new(EventKind::ConversationUpdated, account, now).conversation(mail.conversation.id);
            events::record(tx, &left.by(Some(by))).await?;
            Ok(mail.message)
        })
        .await
}

struct Fresh {
    uuid: String,
    source: String,
    pubsub: String,
}

/// A new conversation with the author, in the session they have in the inbox, if they have one.
async fn conversation_for(
    tx: &mut Tx<'_>,
    mail: &Waiting,
    fresh: &Fresh,
    now: Timestamp,
) -> store::Result<Conversation> {
    let (author, inbox) = (mail.author.id, mail.conversation.inbox_id);
    let sessions = contact_inboxes::of_contact(tx, author).await?;
    let session = match sessions.into_iter().rfind(|session| session.inbox_id == inbox) {
        Some(session) => session,
        None => contact_inboxes::insert(tx, author, inbox, &fresh.source, &fresh.pubsub, now).await?,
    };
    let subject = mail.message.content_attributes["email"]["subject"].as_str();
    let new = NewConversation {
        account_id: mail.conversation.account_id,
        uuid: fresh.uuid.clone(),
        mail_subject: subject.map(str::to_owned),
        additional_attributes: Json::Null,
        custom_attributes: Json::Null,
    };
    conversations::insert(tx, &session, &new, now).await
}
