//! A visitor says something: in the conversation they go on with, or in a new one.

use crate::{
    Desk, House, Outcome, Problem,
    append::append,
    offered_address,
    start_chat::{Opening, begin},
    visitor::Visitor,
};
use model::{
    Timestamp,
    contact::Contact,
    conversation::Conversation,
    ids::MessageId,
    message::{Kind, Message, Sender},
    status::Arrival,
};
use serde_json::json;
use store::{
    Tx,
    attachments::NewAttachment,
    contact_inboxes, conversations,
    messages::{self, Audience, NewMessage},
};

/// The most characters a message may have (reference §2.5).
pub const LONGEST: usize = 150_000;

/// What is said.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The text; `None` where there are only files.
    pub content: Option<String>,
    /// Files whose bytes are in the blob store already.
    pub files: Vec<NewAttachment>,
    /// The widget's own id for the message; said again with the same one, it is the same message.
    pub echo_id: Option<String>,
    /// The message this one answers.
    pub reply_to: Option<MessageId>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Said {
    /// Where it stands.
    pub conversation: Conversation,
    /// The message.
    pub message: Message,
    /// Who said it.
    pub contact: Contact,
    /// It began the conversation.
    pub began: bool,
}

impl Words {
    /// # Errors
    /// There are neither words nor files, or far too many words.
    pub(crate) fn checked(mut self) -> Outcome<Self> {
        self.content = self.content.filter(|content| !content.trim().is_empty());
        if self.content.is_none() && self.files.is_empty() {
            return Err(Problem::invalid("content", "must not be empty"));
        }
        if self.content.as_deref().is_some_and(|content| content.chars().count() > LONGEST) {
            return Err(Problem::invalid("content", "has more than 150000 characters"));
        }
        Ok(self)
    }
}

/// Appends what the visitor says to their conversation; begins one where there is none, with `opening`.
///
/// # Errors
/// The message is empty or a value makes no sense.
pub async fn visitor_message(desk: &Desk, visitor: &Visitor, opening: Opening, words: Words) -> Outcome<Said> {
    let words = words.checked()?;
    let (visitor, house, uuid, now) = (visitor.clone(), desk.house.clone(), desk.random.uuid(), desk.now());
    desk.db
        .write(async move |tx| {
            // Two first messages at once must not begin two conversations.
            contact_inboxes::lock(tx, visitor.session.id).await?;
            let Some(found) = visitor.conversation(tx).await? else {
                return begin(tx, &house, &visitor, &opening, &words, &uuid, now).await;
            };
            let missing = || Problem::NotFound("conversation");
            let mut conversation = conversations::lock(tx, found.id).await?.ok_or_else(missing)?;
            let contact = visitor.contact(tx).await?;
            let message = match said_before(tx, &conversation, &words).await? {
                Some(message) => message,
                None => say(tx, &house, &mut conversation, &contact, &words, now).await?,
            };
            Ok(Said { conversation, message, contact, began: false })
        })
        .await
}

/// The same message sent again, because its first answer was lost on the way.
pub(crate) async fn said_before(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    words: &Words,
) -> Outcome<Option<Message>> {
    let Some(echo_id) = words.echo_id.as_deref() else { return Ok(None) };
    let latest = messages::last_before(tx, conversation.id, MessageId(i64::MAX), 20, Audience::Visitor).await?;
    Ok(latest.into_iter().find(|message| message.kind == Kind::Incoming && message.echo_id.as_deref() == Some(echo_id)))
}

pub(crate) async fn say(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &mut Conversation,
    contact: &Contact,
    words: &Words,
    now: Timestamp,
) -> Outcome<Message> {
    let mut new = NewMessage::text(conversation, Kind::Incoming, Sender::Contact(contact.id), "");
    new.content = words.content.clone();
    new.echo_id = words.echo_id.clone();
    if let Some(earlier) = words.reply_to
        && messages::by_id(tx, conversation.id, earlier).await?.is_some_and(|earlier| !earlier.private)
    {
        new.content_attributes = json!({"in_reply_to": earlier});
    }
    // Whoever writes here has seen what stands here.
    conversation.contact_last_seen_at = Some(now);
    let arrival = Arrival { human: true, takes_part: true, blocked: contact.blocked };
    let message = append(tx, conversation, &new, &words.files, Some(arrival), now).await?;
    offered_address::notice(tx, house, conversation, contact, &message, now).await?;
    Ok(message)
}
