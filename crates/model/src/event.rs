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

crate::named! {
    /// What can happen; the names are those of the cable and the webhooks.
    pub enum EventKind {
        /// A message was added.
        MessageCreated = "message.created",
        /// A message changed: its status, deliveries or attributes.
        MessageUpdated = "message.updated",
        /// A conversation began.
        ConversationCreated = "conversation.created",
        /// A conversation's status changed.
        ConversationStatusChanged = "conversation.status_changed",
        /// A conversation changed otherwise.
        ConversationUpdated = "conversation.updated",
        /// A conversation is being erased; `data` has `id`, the number.
        ConversationDeleted = "conversation.deleted",
        /// An agent has seen it.
        ConversationRead = "conversation.read",
        /// Another agent looks after it.
        AssigneeChanged = "assignee.changed",
        /// Someone began to type; `data` has `user` and `is_private`.
        TypingOn = "conversation.typing_on",
        /// Someone stopped typing.
        TypingOff = "conversation.typing_off",
        /// A contact was made.
        ContactCreated = "contact.created",
        /// A contact changed.
        ContactUpdated = "contact.updated",
        /// A contact has become part of another, or is a contact of its own again; `data` has `mergee_contact_id`, and
        /// `undone`.
        ContactMerged = "contact.merged",
        /// A contact is being erased, or became part of another; `data` has `id`.
        ContactDeleted = "contact.deleted",
        /// Who is here changed; `data` has `users`.
        PresenceUpdate = "presence.update",
        /// An incoming mail changed state; `data` has `id`.
        InboundMailUpdated = "inbound_mail.updated",
        /// The account's settings changed.
        AccountUpdated = "account.updated",
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
