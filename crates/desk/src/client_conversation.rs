//! Conversations over the client API: they are begun before anything is said, and what a person says is said in one that
//! is named (reference §4.2). A system of the account's may also say it for them (reference §4.3).

use crate::{
    Desk, House, Outcome, Problem,
    change_status::locked,
    edit_inbox::API,
    start_chat::{Opening, greet, insert},
    visitor::Visitor,
    visitor_message::{Said, Words, said_before, say},
};
use model::{Timestamp, conversation::Conversation, ids::AccountId};
use store::{Tx, contact_inboxes, contacts, conversations, inboxes, messages};

/// Begins a conversation; where a person has only one in the inbox, that is gone on with.
///
/// # Errors
/// A value makes no sense.
pub async fn begin_conversation(desk: &Desk, visitor: &Visitor, opening: Opening) -> Outcome<Conversation> {
    let (visitor, uuid, now) = (visitor.clone(), desk.random.uuid(), desk.now());
    desk.db
        .write(async move |tx| {
            contact_inboxes::lock(tx, visitor.session.id).await?;
            let inbox = inboxes::by_id(tx, visitor.session.inbox_id).await?.ok_or(Problem::NotFound("inbox"))?;
            if inbox.settings.lock_to_single_conversation
                && let Some(only) = visitor.conversation(tx).await?
            {
                return Ok(only);
            }
            let contact = visitor.contact(tx).await?;
            let mut conversation = insert(tx, &visitor, &contact, &opening, &uuid, now).await?;
            // Nobody waits before something is said.
            conversation.waiting_since = None;
            conversations::update(tx, &conversation).await?;
            Ok(conversation)
        })
        .await
}

/// Appends what the visitor says [in the conversation they named](Visitor::at). Said again with the same `echo_id`, it is
/// the same message.
///
/// # Errors
/// The message is empty, or the conversation is gone.
pub async fn say_there(desk: &Desk, visitor: &Visitor, words: Words) -> Outcome<Said> {
    let (house, visitor, words, now) = (desk.house.clone(), visitor.clone(), words.checked()?, desk.now());
    desk.db
        .write(async move |tx| {
            let conversation = visitor.locked_conversation(tx).await?;
            said(tx, &house, conversation, &words, now).await
        })
        .await
}

/// Appends what the contact of the account's conversation of that number has said somewhere else; in API inboxes alone.
///
/// # Errors
/// The message is empty, there is no such conversation, or it is in another kind of inbox.
pub async fn said_elsewhere(desk: &Desk, account: AccountId, display_id: i64, words: Words) -> Outcome<Said> {
    let (house, words, now) = (desk.house.clone(), words.checked()?, desk.now());
    desk.db
        .write(async move |tx| {
            let conversation = locked(tx, account, display_id).await?;
            let inbox = inboxes::by_id(tx, conversation.inbox_id).await?.ok_or(Problem::NotFound("inbox"))?;
            if inbox.channel.kind() != API {
                return Err(Problem::Invalid("Incoming messages are only allowed in Api inboxes".into()));
            }
            said(tx, &house, conversation, &words, now).await
        })
        .await
}

/// Appends it, unless it was said before; who says their first words in a conversation is greeted.
async fn said(
    tx: &mut Tx<'_>,
    house: &House,
    mut conversation: Conversation,
    words: &Words,
    now: Timestamp,
) -> Outcome<Said> {
    let contact = contacts::by_id(tx, conversation.account_id, conversation.contact_id).await?;
    let contact = contact.ok_or(Problem::NotFound("contact"))?;
    if let Some(message) = said_before(tx, &conversation, words).await? {
        return Ok(Said { conversation, message, contact, began: false });
    }
    let began = messages::latest_incoming(tx, conversation.id).await?.is_none();
    let message = say(tx, house, &mut conversation, &contact, words, now).await?;
    contact_inboxes::heard(tx, conversation.contact_inbox_id, now).await?;
    if began {
        greet(tx, &mut conversation, &contact, false, now).await?;
    }
    Ok(Said { conversation, message, contact, began })
}
