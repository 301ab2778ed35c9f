//! Mail of people who take no part stands in the thread for agents alone, until one decides about it: accept, split,
//! reject. What the three have in common.

use crate::{Outcome, Problem, change_status::locked};
use model::{
    Json, Timestamp,
    contact::Contact,
    conversation::Conversation,
    ids::{AccountId, MessageId, UserId},
    message::{Message, Sender},
    status::Arrival,
};
use store::{Tx, contacts, messages, users};

/// A stranger's mail as an agent finds it.
pub(crate) enum Found {
    /// It waits for a decision.
    Waiting(Box<Waiting>),
    /// Somebody has decided already; this is what it has become.
    Decided(Box<Message>),
}

/// A stranger's mail that waits for a decision.
pub(crate) struct Waiting {
    /// Where it stands, locked.
    pub conversation: Conversation,
    /// The mail.
    pub message: Message,
    /// Its author.
    pub author: Contact,
    /// What the agent who decides is called.
    pub agent: String,
}

/// Finds the message of that id in the account's conversation of that number.
///
/// # Errors
/// There is no such message, or it never was withheld.
pub(crate) async fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    display_id: i64,
    id: MessageId,
    by: UserId,
) -> Outcome<Found> {
    let conversation = locked(tx, account, display_id).await?;
    let message = messages::of_account(tx, account, id).await?.ok_or(Problem::NotFound("message"))?;
    let decided = &message.content_attributes["author"];
    if message.conversation_id != conversation.id {
        let split = decided["split_from"] == display_id;
        return if split { Ok(Found::Decided(Box::new(message))) } else { Err(Problem::NotFound("message")) };
    }
    if !message.withheld {
        let accepted = !decided["accepted_by"].is_null();
        let never = || Problem::Invalid("the message is not a stranger's mail that waits".into());
        return if accepted { Ok(Found::Decided(Box::new(message))) } else { Err(never()) };
    }
    let Sender::Contact(author) = message.sender else { return Err(Problem::NotFound("author")) };
    let author = contacts::by_id(tx, account, author).await?.ok_or(Problem::NotFound("author"))?;
    let agent = name(tx, by).await?;
    Ok(Found::Waiting(Box::new(Waiting { conversation, message, author, agent })))
}

/// What an agent is called in the lines about what happened.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn name(tx: &mut Tx<'_>, user: UserId) -> store::Result<String> {
    Ok(users::by_id(tx, user).await?.map_or_else(|| "Someone".to_owned(), |user| user.name))
}

impl Waiting {
    /// How the lines about what happened call the mail.
    pub(crate) fn called(&self) -> String {
        called(&self.message.content_attributes["author"])
    }

    /// As something that has just arrived.
    pub(crate) fn arrival(&self) -> Arrival {
        let automatic = self.message.content_attributes["email"]["auto_reply"] == true;
        Arrival { human: !automatic, takes_part: true, blocked: self.author.blocked }
    }

    /// The message is shown to everybody from now on; `known` is what is noted about its author.
    pub(crate) fn shown(&mut self, known: &[(&str, Json)], now: Timestamp) {
        self.message.withheld = false;
        self.message.updated_at = now;
        if let Some(fields) = self.message.content_attributes.as_object_mut() {
            fields.remove("rejected");
            if let Some(author) = fields.get_mut("author").and_then(Json::as_object_mut) {
                author.extend(known.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
            }
        }
    }
}

/// `a mail from Eve <eve@evil.example>`, of a message's `content_attributes.author`.
pub(crate) fn called(author: &Json) -> String {
    let address = author["address"].as_str().filter(|address| !address.is_empty()).unwrap_or("an unnamed sender");
    match author["name"].as_str().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => format!("a mail from {name} <{address}>"),
        None => format!("a mail from {address}"),
    }
}
