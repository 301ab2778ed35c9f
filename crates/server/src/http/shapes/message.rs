//! Messages: to agents, to visitors, and on the cable.

use super::{
    Frame,
    attachment::Attachment,
    contact::{Contact, VisitorSender},
    delivery::{Delivery, DeliveryPlan, plan},
    user::AgentSender,
};
use model::{
    Json,
    attachment::Attachment as File,
    contact::Contact as Person,
    conversation::Conversation,
    delivery::Delivery as Way,
    ids::ContactId,
    message::{Message as Row, Sender as Author},
    user::User,
};
use serde::Serialize;
use serde_json::Map;
use utoipa::ToSchema;

/// A message with what belongs to it.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The message.
    pub message: Row,
    /// The number of its conversation.
    pub display_id: i64,
    /// Who wrote it; `None` for the system, and for whoever is gone.
    pub sender: Option<Wrote>,
    /// Its files.
    pub files: Vec<File>,
    /// How it goes out.
    pub deliveries: Vec<Way>,
}

/// Who wrote a message, in full.
#[derive(Clone, Debug)]
pub enum Wrote {
    /// A contact, and whether they are here.
    Contact(Box<Person>, bool),
    /// A user, and whether they are here.
    User(Box<User>, bool),
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Sender {
    /// A contact.
    Contact(Box<Contact>),
    /// A user.
    User(Box<AgentSender>),
}

/// A message as agents see it (reference §4.3).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Message {
    /// Row id.
    pub id: i64,
    /// The words; null where there are only files.
    pub content: Option<String>,
    /// Whose.
    pub account_id: i64,
    /// The conversation's inbox.
    pub inbox_id: i64,
    /// The client's own id, where it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_id: Option<String>,
    /// The number of the conversation.
    pub conversation_id: i64,
    /// 0 incoming, 1 outgoing, 2 activity, 3 template.
    pub message_type: i64,
    /// `text`, `input_email`, `incoming_email`, …
    pub content_type: String,
    /// `sent`, `delivered`, `read` or `failed`.
    pub status: &'static str,
    /// Details by content type: `email`, `author`, `submitted_email`, …
    #[schema(value_type = Object)]
    pub content_attributes: Json,
    /// Epoch seconds.
    pub created_at: i64,
    /// A note among agents.
    pub private: bool,
    /// A stranger's mail that no agent has accepted: shown to agents alone.
    pub withheld: bool,
    /// The id elsewhere: a mail's Message-ID without brackets.
    pub source_id: Option<String>,
    /// Who wrote it; null for the system.
    pub sender: Option<Sender>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// How it will go out, while that is planned.
    pub delivery_plan: Option<DeliveryPlan>,
    /// What became of it on its way to each recipient.
    pub deliveries: Vec<Delivery>,
}

impl Message {
    /// The message as agents see it.
    #[must_use]
    pub fn of(parts: &Parts, frame: Frame<'_>) -> Self {
        let Parts { message, display_id, sender, files, deliveries } = parts;
        Self {
            id: message.id.0,
            content: message.content.clone(),
            account_id: message.account_id.0,
            inbox_id: message.inbox_id.0,
            echo_id: message.echo_id.clone(),
            conversation_id: *display_id,
            message_type: message.kind.number(),
            content_type: message.content_type.clone(),
            status: message.status.as_str(),
            content_attributes: for_agents(&message.content_attributes),
            created_at: message.created_at.as_second(),
            private: message.private,
            withheld: message.withheld,
            source_id: message.source_id.clone(),
            sender: sender.as_ref().map(Sender::of),
            attachments: files.iter().map(|file| Attachment::of(file, frame)).collect(),
            delivery_plan: plan(deliveries),
            deliveries: deliveries.iter().map(Delivery::of).collect(),
        }
    }
}

impl Sender {
    fn of(wrote: &Wrote) -> Self {
        match wrote {
            Wrote::Contact(contact, online) => Self::Contact(Box::new(Contact::of(contact, *online))),
            Wrote::User(user, online) => Self::User(Box::new(AgentSender::of(user, *online))),
        }
    }
}

/// A message as the visitor sees it: no mail headers, no addresses, no notes on who wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct VisitorMessage {
    /// Row id.
    pub id: i64,
    /// The words; null where there are only files.
    pub content: Option<String>,
    /// The conversation's inbox.
    pub inbox_id: i64,
    /// The client's own id, where it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_id: Option<String>,
    /// The number of the conversation.
    pub conversation_id: i64,
    /// 0 incoming, 1 outgoing, 3 template.
    pub message_type: i64,
    /// `text`, `input_email`, `incoming_email`, …
    pub content_type: String,
    /// `sent`, `delivered`, `read` or `failed`.
    pub status: &'static str,
    /// `submitted_email`, `submitted_values`, `items`, `in_reply_to`; nothing else.
    #[schema(value_type = Object)]
    pub content_attributes: Json,
    /// Epoch seconds.
    pub created_at: i64,
    /// Always false.
    pub private: bool,
    /// The id elsewhere; never a mail's Message-ID.
    pub source_id: Option<String>,
    /// Who wrote it; null for the system.
    pub sender: Option<SenderToVisitor>,
    /// Its files.
    pub attachments: Vec<Attachment>,
}

/// Who wrote a message, as the visitor sees them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SenderToVisitor {
    /// A contact.
    Contact(VisitorSender),
    /// A user.
    User(AgentSender),
}

/// `content_attributes` as agents get them: a mail's text stands under `reply` too (reference §2.5), though it is kept once.
fn for_agents(kept: &Json) -> Json {
    let mut shown = kept.clone();
    if let Some(text) = shown.pointer_mut("/email/text_content").and_then(Json::as_object_mut)
        && let Some(full) = text.get("full").cloned()
    {
        text.entry("reply").or_insert(full);
    }
    shown
}

/// What of `content_attributes` visitors get: a list of what may go, so that nothing new goes by mistake.
const VISITORS_ATTRIBUTES: [&str; 4] = ["submitted_email", "submitted_values", "items", "in_reply_to"];

/// What of that the person filled in: their address, and whatever a form asked.
const FILLED_IN: [&str; 2] = ["submitted_email", "submitted_values"];

impl VisitorMessage {
    /// The message as the visitor whose contact is `own` sees it. Which messages a visitor sees at all is the
    /// business of [`seen_by_visitors`].
    #[must_use]
    pub fn of(parts: &Parts, own: ContactId, frame: Frame<'_>) -> Self {
        let Parts { message, display_id, sender, files, .. } = parts;
        let mailed = message.content_attributes.get("email").is_some() || message.content_type == "incoming_email";
        Self {
            id: message.id.0,
            content: message.content.clone(),
            inbox_id: message.inbox_id.0,
            echo_id: message.echo_id.clone(),
            conversation_id: *display_id,
            message_type: message.kind.number(),
            content_type: message.content_type.clone(),
            status: message.status.as_str(),
            content_attributes: for_visitors(&message.content_attributes),
            created_at: message.created_at.as_second(),
            private: false,
            source_id: message.source_id.clone().filter(|_| !mailed),
            sender: sender.as_ref().map(|sender| SenderToVisitor::of(sender, own)),
            attachments: files.iter().map(|file| Attachment::of(file, frame)).collect(),
        }
    }
}

impl VisitorMessage {
    /// The message for whoever came by a link in a mail, which may have been forwarded: without what the person filled
    /// in about themselves.
    #[must_use]
    pub fn by_link(mut self) -> Self {
        forget_filled_in(&mut self.content_attributes);
        self
    }
}

/// Takes what the person filled in out of a message's `content_attributes`.
pub fn forget_filled_in(content_attributes: &mut Json) {
    if let Some(attributes) = content_attributes.as_object_mut() {
        attributes.retain(|key, _| !FILLED_IN.contains(&key.as_str()));
    }
}

impl SenderToVisitor {
    fn of(wrote: &Wrote, own: ContactId) -> Self {
        match wrote {
            Wrote::Contact(contact, _) => Self::Contact(VisitorSender::of(contact, contact.id == own)),
            Wrote::User(user, online) => Self::User(AgentSender::of(user, *online)),
        }
    }
}

/// Whether visitors see a message at all: neither notes, nor activity lines, nor a stranger's mail that waits.
#[must_use]
pub fn seen_by_visitors(message: &Row) -> bool {
    !message.private && !message.withheld && message.kind != model::message::Kind::Activity
}

fn for_visitors(attributes: &Json) -> Json {
    let allowed = VISITORS_ATTRIBUTES.iter().filter_map(|key| Some(((*key).to_owned(), attributes.get(key)?.clone())));
    Json::Object(allowed.collect::<Map<_, _>>())
}

/// A message on the cable: the shape of its audience, and the part of the conversation that lists show.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Pushed<M> {
    /// The message.
    #[serde(flatten)]
    pub message: M,
    /// `Contact`, `User` or null.
    pub sender_type: Option<&'static str>,
    /// When it last changed; epoch seconds.
    pub updated_at: i64,
    /// What changed in the conversation.
    pub conversation: PushedConversation,
}

/// What a pushed message says of its conversation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PushedConversation {
    /// Who looks after it.
    pub assignee_id: Option<i64>,
    /// How many of the contact's messages no agent has seen.
    pub unread_count: i64,
    /// Epoch seconds.
    pub last_activity_at: i64,
    /// The session.
    pub contact_inbox: PushedSession,
}

/// The session of a pushed message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PushedSession {
    /// Its name.
    pub source_id: String,
}

impl<M> Pushed<M> {
    /// `shape`, a shape of `message`, for the cable.
    #[must_use]
    pub fn of(shape: M, message: &Row, conversation: &Conversation, unread_count: i64, source_id: &str) -> Self {
        let sender_type = match message.sender {
            Author::Contact(_) => Some("Contact"),
            Author::User(_) => Some("User"),
            Author::System => None,
        };
        Self {
            message: shape,
            sender_type,
            updated_at: message.updated_at.as_second(),
            conversation: PushedConversation {
                assignee_id: conversation.assignee_id.map(|user| user.0),
                unread_count,
                last_activity_at: conversation.last_activity_at.as_second(),
                contact_inbox: PushedSession { source_id: source_id.to_owned() },
            },
        }
    }
}
