//! A visitor comes to a website and begins a chat: session, conversation, first message, greeting, and the card that
//! asks for an address.

use crate::{
    Desk, House, Outcome,
    append::append,
    visitor::Visitor,
    visitor_details::{Details, apply, keep, merge},
    visitor_message::{Said, Words, said_before, say},
};
use model::{
    Json, Timestamp,
    account::Account,
    contact::{Contact, ContactInbox},
    conversation::{Conversation, Status},
    event::{Event, EventKind},
    inbox::Inbox,
    message::{Kind, Sender},
};
use store::{
    Tx, accounts, contact_inboxes,
    contacts::{self, NewContact},
    conversations::{self, NewConversation},
    events, inboxes,
    messages::NewMessage,
};

/// Makes a session for someone who has just come, with a contact of their own about whom nothing is known.
///
/// # Errors
/// Storage trouble.
pub async fn begin_session(desk: &Desk, inbox: &Inbox, noted: Json) -> Outcome<ContactInbox> {
    let (account, inbox, now) = (inbox.account_id, inbox.id, desk.now());
    let (source_id, pubsub_token) = (desk.random.uuid(), desk.random.hex_128());
    let new = NewContact { additional_attributes: noted, ..NewContact::default() };
    desk.db
        .write(async move |tx| {
            let contact = contacts::insert(tx, account, &new, now).await?;
            events::record(tx, &Event::new(EventKind::ContactCreated, account, now).contact(contact.id)).await?;
            Ok(contact_inboxes::insert(tx, contact.id, inbox, &source_id, &pubsub_token, now).await?)
        })
        .await
}

/// What is known when a chat begins.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// What the visitor says about themselves, from a form before the chat; passed over where the contact is not theirs
    /// to change.
    pub details: Details,
    /// What the system noted: referer, browser, `initiated_at`.
    pub additional_attributes: Json,
    /// What the site says about the conversation.
    pub custom_attributes: Json,
}

/// Begins a new conversation with its first message; asked again with the same `echo_id`, answers with what was made.
///
/// # Errors
/// The message is empty or a value makes no sense.
pub async fn start_chat(desk: &Desk, visitor: &Visitor, opening: Opening, words: Words) -> Outcome<Said> {
    visitor.whole_session()?;
    let words = words.checked()?;
    let (visitor, house, uuid, now) = (visitor.clone(), desk.house.clone(), desk.random.uuid(), desk.now());
    desk.db
        .write(async move |tx| {
            contact_inboxes::lock(tx, visitor.session.id).await?;
            if let Some(conversation) = conversations::latest_of_session(tx, visitor.session.id).await?
                && let Some(message) = said_before(tx, &conversation, &words).await?
            {
                let contact = visitor.contact(tx).await?;
                return Ok(Said { conversation, message, contact, began: false });
            }
            begin(tx, &house, &visitor, &opening, &words, &uuid, now).await
        })
        .await
}

/// Begins a conversation in a unit of work that has locked the session.
pub(crate) async fn begin(
    tx: &mut Tx<'_>,
    house: &House,
    visitor: &Visitor,
    opening: &Opening,
    words: &Words,
    uuid: &str,
    now: Timestamp,
) -> Outcome<Said> {
    let mut contact = visitor.contact(tx).await?;
    let before = contact.clone();
    if visitor.owns(tx, &contact).await? {
        apply(tx, house, &mut contact, &opening.details).await?;
    }
    if contact != before {
        keep(tx, &contact, now).await?;
    }
    let asked_before = conversations::latest_of_session(tx, visitor.session.id).await?.is_some();
    let mut conversation = insert(tx, visitor, &contact, opening, uuid, now).await?;
    let message = say(tx, house, &mut conversation, &contact, words, now).await?;
    greet(tx, &mut conversation, &contact, asked_before, now).await?;
    Ok(Said { conversation, message, contact, began: true })
}

pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    contact: &Contact,
    opening: &Opening,
    uuid: &str,
    now: Timestamp,
) -> Outcome<Conversation> {
    let (mut additional_attributes, mut custom_attributes) = (Json::Null, Json::Null);
    merge("additional_attributes", &mut additional_attributes, &opening.additional_attributes)?;
    merge("custom_attributes", &mut custom_attributes, &opening.custom_attributes)?;
    let new = NewConversation {
        account_id: visitor.account_id,
        uuid: uuid.to_owned(),
        mail_subject: None,
        additional_attributes,
        custom_attributes,
    };
    let session = ContactInbox { contact_id: contact.id, ..visitor.session.clone() };
    let mut conversation = conversations::insert(tx, &session, &new, now).await?;
    if contact.blocked {
        // Kept for the record; it wakes nobody.
        conversation.status = Status::Resolved;
        conversations::update(tx, &conversation).await?;
    }
    let created = Event::new(EventKind::ConversationCreated, visitor.account_id, now);
    events::record(tx, &created.conversation(conversation.id)).await?;
    Ok(conversation)
}

/// The automatic messages at the beginning: the greeting, where the inbox has one, and the card that asks a person
/// without address for one; once in a session, never in the way.
pub(crate) async fn greet(
    tx: &mut Tx<'_>,
    conversation: &mut Conversation,
    contact: &Contact,
    asked_before: bool,
    now: Timestamp,
) -> Outcome<()> {
    let Some(inbox) = inboxes::by_id(tx, conversation.inbox_id).await? else { return Ok(()) };
    let settings = &inbox.settings;
    if settings.greeting_enabled && !settings.greeting_message.trim().is_empty() {
        let greeting = NewMessage::text(conversation, Kind::Template, Sender::System, &settings.greeting_message);
        append(tx, conversation, &greeting, &[], None, now).await?;
    }
    if settings.enable_email_collect && contact.email.is_none() && !asked_before && !contact.blocked {
        let account = accounts::by_id(tx, conversation.account_id).await?;
        let question = email_question(account.as_ref());
        let card = NewMessage {
            content_type: "input_email".into(),
            ..NewMessage::text(conversation, Kind::Template, Sender::System, question)
        };
        append(tx, conversation, &card, &[], None, now).await?;
    }
    Ok(())
}

/// The words on the card, by the account's language.
const EMAIL_QUESTION: &[(&str, &str)] = &[
    ("en", "We may answer after you have gone. Where shall we write?"),
    ("de", "Vielleicht antworten wir erst, wenn Sie schon weg sind. Wohin dürfen wir schreiben?"),
    ("fr", "Notre réponse arrivera peut-être après votre départ. Où pouvons-nous vous écrire ?"),
    ("es", "Puede que respondamos cuando ya no esté. ¿Adónde le escribimos?"),
    ("pt", "Podemos responder depois de você sair. Para onde devemos escrever?"),
];

fn email_question(account: Option<&Account>) -> &'static str {
    let language = account.and_then(|account| account.locale.split(['_', '-']).next()).unwrap_or("en");
    let found = EMAIL_QUESTION.iter().find(|(known, _)| known.eq_ignore_ascii_case(language));
    found.map_or(EMAIL_QUESTION[0].1, |(_, words)| words)
}
