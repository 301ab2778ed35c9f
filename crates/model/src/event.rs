//! Events: what happened, in order, for everyone who follows: dashboards, widgets, webhooks.

use crate::{
    Json, Timestamp,
    ids::{AccountId, ContactId, ConversationId, EventId, MessageId, UserId},
};

/// Something that happened and is to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// To whom it belongs.
    pub account_id: AccountId,
    /// In which conversation.
    pub conversation_id: Option<ConversationId>,
    /// To which message.
    pub message_id: Option<MessageId>,
    /// To which contact.
    pub contact_id: Option<ContactId>,
    /// Which user did it.
    pub performer: Option<UserId>,
    /// What readers cannot look up: earlier values, typing, presence.
    pub data: Json,
    /// When.
    pub at: Timestamp,
}

/// A recorded event with its place in the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Place in the log.
    pub position: Position,
    /// What happened.
    pub event: Event,
}

/// A place in the event log. On PostgreSQL ids are drawn before commit, so the transaction comes first; on SQLite it is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Transaction.
    pub transaction: i64,
    /// Row.
    pub id: EventId,
}

/// What can happen; the names are those of the cable and the webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A message was added.
    MessageCreated,
    /// A message changed: its status, deliveries or attributes.
    MessageUpdated,
    /// A conversation began.
    ConversationCreated,
    /// A conversation's status changed.
    ConversationStatusChanged,
    /// A conversation changed otherwise.
    ConversationUpdated,
    /// An agent has seen it.
    ConversationRead,
    /// Another agent looks after it.
    AssigneeChanged,
    /// Someone began to type; `data` has `user` and `is_private`.
    TypingOn,
    /// Someone stopped typing.
    TypingOff,
    /// A contact was made.
    ContactCreated,
    /// A contact changed.
    ContactUpdated,
    /// Who is here changed; `data` has `users`.
    PresenceUpdate,
    /// An incoming mail changed state; `data` has `id`.
    InboundMailUpdated,
    /// The account's settings changed.
    AccountUpdated,
}

impl EventKind {
    const ALL: [(Self, &'static str); 14] = [
        (Self::MessageCreated, "message.created"),
        (Self::MessageUpdated, "message.updated"),
        (Self::ConversationCreated, "conversation.created"),
        (Self::ConversationStatusChanged, "conversation.status_changed"),
        (Self::ConversationUpdated, "conversation.updated"),
        (Self::ConversationRead, "conversation.read"),
        (Self::AssigneeChanged, "assignee.changed"),
        (Self::TypingOn, "conversation.typing_on"),
        (Self::TypingOff, "conversation.typing_off"),
        (Self::ContactCreated, "contact.created"),
        (Self::ContactUpdated, "contact.updated"),
        (Self::PresenceUpdate, "presence.update"),
        (Self::InboundMailUpdated, "inbound_mail.updated"),
        (Self::AccountUpdated, "account.updated"),
    ];

    /// The name on the cable and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }
}

impl Event {
    /// An event of that kind with nothing else known yet.
    #[must_use]
    pub fn new(kind: EventKind, account_id: AccountId, at: Timestamp) -> Self {
        Self {
            kind,
            account_id,
            conversation_id: None,
            message_id: None,
            contact_id: None,
            performer: None,
            data: Json::Null,
            at,
        }
    }

    /// … in that conversation.
    #[must_use]
    pub fn conversation(self, id: ConversationId) -> Self {
        Self { conversation_id: Some(id), ..self }
    }

    /// … about that message.
    #[must_use]
    pub fn message(self, id: MessageId) -> Self {
        Self { message_id: Some(id), ..self }
    }

    /// … about that contact.
    #[must_use]
    pub fn contact(self, id: ContactId) -> Self {
        Self { contact_id: Some(id), ..self }
    }

    /// … done by that user.
    #[must_use]
    pub fn by(self, performer: Option<UserId>) -> Self {
        Self { performer, ..self }
    }

    /// … with that data.
    #[must_use]
    pub fn data(self, data: Json) -> Self {
        Self { data, ..self }
    }
}
