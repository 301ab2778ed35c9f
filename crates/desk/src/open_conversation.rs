//! An agent begins a conversation with a contact.

use crate::{
    Desk, Outcome, Problem,
    append::record_status,
    assign::colleague,
    send_message::{NewReply, check, write},
};
use model::{
    Json,
    channel::Kind,
    conversation::{Conversation, Status},
    event::{Event, EventKind},
    ids::{AccountId, ContactId, InboxId, UserId},
};
use store::{
    Tx, contact_inboxes, contacts,
    conversations::{self, NewConversation},
    events, inboxes,
};

/// What is asked: with whom and where. Either a session, or a contact and an inbox.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The session's name.
    pub source_id: Option<String>,
    /// The inbox.
    pub inbox_id: Option<InboxId>,
    /// The contact; a session is made where it has none in the inbox.
    pub contact_id: Option<ContactId>,
    /// Who looks after it.
    pub assignee_id: Option<UserId>,
    /// Where it stands at first; open where `None`.
    pub status: Option<Status>,
    /// The first message.
    pub message: Option<NewReply>,
    /// What the system noted; an object or null.
    pub additional_attributes: Json,
    /// What the account noted; an object or null.
    pub custom_attributes: Json,
}

/// Begins a conversation.
///
/// # Errors
/// There is no such session, contact, inbox or agent in the account, or the first message makes no sense: nothing is
/// made then.
pub async fn open_conversation(
    desk: &Desk,
    account: AccountId,
    by: UserId,
    mut asked: Opening,
) -> Outcome<Conversation> {
    asked.message = asked.message.map(check).transpose()?;
    let (now, house) = (desk.now(), desk.house.clone());
    let (uuid, source_id, pubsub_token) = (desk.random.uuid(), desk.random.uuid(), desk.random.hex_128());
    let inbox = asked.inbox_id.ok_or_else(|| Problem::invalid("inbox_id", "is missing"))?;
    desk.db
        .write(async move |tx| {
            let found = inboxes::by_id(tx, inbox).await?.filter(|inbox| inbox.account_id == account);
            let place = found.ok_or(Problem::NotFound("inbox"))?;
            let known = match (&asked.source_id, asked.contact_id) {
                (Some(source), _) => {
                    let session = contact_inboxes::by_source(tx, inbox, source).await?;
                    Some(session.ok_or(Problem::NotFound("session"))?)
                }
                (None, Some(contact)) => {
                    contacts::by_id(tx, account, contact).await?.ok_or(Problem::NotFound("contact"))?;
                    let sessions = contact_inboxes::of_contact(tx, contact).await?;
                    sessions.into_iter().rfind(|session| session.inbox_id == inbox)
                }
                (None, None) => return Err(Problem::invalid("contact_id", "is missing, and so is source_id")),
            };
            let session = match (known, asked.contact_id) {
                (Some(session), _) => session,
                (None, Some(contact)) => {
                    let name = match house.carried(&place) {
                        Some((_, kind)) => on_the_channel(tx, account, kind, contact).await?,
                        None => source_id.clone(),
                    };
                    contact_inboxes::insert(tx, contact, inbox, &name, &pubsub_token, now).await?
                }
                (None, None) => return Err(Problem::NotFound("session")),
            };
            if let Some(assignee) = asked.assignee_id {
                colleague(tx, account, assignee).await?;
            }
            let new = NewConversation {
                account_id: account,
                uuid: uuid.clone(),
                mail_subject: None,
                additional_attributes: asked.additional_attributes.clone(),
                custom_attributes: asked.custom_attributes.clone(),
            };
            let mut conversation = conversations::insert(tx, &session, &new, now).await?;
            // Nobody waits yet: the contact has not written.
            conversation.waiting_since = None;
            conversation.assignee_id = asked.assignee_id;
            conversation.status = asked.status.unwrap_or(Status::Open);
            conversations::update(tx, &conversation).await?;
            let event = Event::new(EventKind::ConversationCreated, account, now).conversation(conversation.id);
            events::record(tx, &event.by(Some(by))).await?;
            if conversation.status != Status::Open {
                record_status(tx, &conversation, Status::Open, Some(by), now).await?;
            }
            if let Some(message) = &asked.message {
                write(tx, &house, &mut conversation, by, message, now).await?;
            }
            Ok(conversation)
        })
        .await
}

/// What the contact is called on a channel on which they have never written.
///
/// # Errors
/// Nobody can be written to first there, or the contact has no phone number.
async fn on_the_channel(tx: &mut Tx<'_>, account: AccountId, kind: &Kind, contact: ContactId) -> Outcome<String> {
    let Some(by_phone) = kind.write_first else {
        let why = format!("has not written on {} yet, and nobody can be written to first there", kind.title);
        return Err(Problem::invalid("contact_id", &why));
    };
    let contact = contacts::by_id(tx, account, contact).await?.ok_or(Problem::NotFound("contact"))?;
    let phone = contact.phone_number.ok_or_else(|| Problem::invalid("contact_id", "has no phone number"))?;
    Ok(by_phone(&phone))
}
