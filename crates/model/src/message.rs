//! The message: what someone wrote, or what happened, in a conversation.

use crate::{
    Json, Timestamp,
    ids::{AccountId, ContactId, ConversationId, InboxId, MessageId, UserId},
};

/// One entry of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Row id; grows with time within a conversation.
    pub id: MessageId,
    /// Whose.
    pub account_id: AccountId,
    /// The conversation's inbox.
    pub inbox_id: InboxId,
    /// The conversation's row.
    pub conversation_id: ConversationId,
    /// Which way it goes.
    pub kind: Kind,
    /// The words; `None` where there are only files.
    pub content: Option<String>,
    /// `text`, `input_email`, `incoming_email`, … (reference §4.3).
    pub content_type: String,
    /// Details by content type: `email`, `author`, `submitted_email`, …
    pub content_attributes: Json,
    /// A note among agents.
    pub private: bool,
    /// A stranger's mail that no agent has accepted: not shown to visitors, client API or webhooks.
    pub withheld: bool,
    /// Delivery in the reference's four values.
    pub status: MessageStatus,
    /// The id elsewhere: a mail's Message-ID without brackets, a provider's id.
    pub source_id: Option<String>,
    /// The client's own id for a message it shows before we answer.
    pub echo_id: Option<String>,
    /// Who wrote it.
    pub sender: Sender,
    /// When it came or was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Which way a message goes; numbers as in the reference's `message_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the person: 0.
    Incoming,
    /// From us: 1.
    Outgoing,
    /// A line about what happened: 2.
    Activity,
    /// Written by the system: 3.
    Template,
}

impl Kind {
    const ALL: [(Self, i64, &'static str); 4] = [
        (Self::Incoming, 0, "incoming"),
        (Self::Outgoing, 1, "outgoing"),
        (Self::Activity, 2, "activity"),
        (Self::Template, 3, "template"),
    ];

    /// The number in the API and the database.
    #[must_use]
    pub fn number(self) -> i64 {
        Self::ALL.iter().find(|row| row.0 == self).map_or(0, |row| row.1)
    }

    /// The name in webhooks and request parameters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }

    /// The kind with that number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == number).map(|row| row.0)
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.2 == name).map(|row| row.0)
    }
}

/// Delivery in the reference's four values; never goes back from `Read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageStatus {
    /// On its way.
    Sent,
    /// Arrived.
    Delivered,
    /// Seen by the person.
    Read,
    /// Did not arrive.
    Failed,
}

impl MessageStatus {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sent, Self::Delivered, Self::Read, Self::Failed].into_iter().find(|status| status.as_str() == name)
    }
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A contact.
    Contact(ContactId),
    /// A user.
    User(UserId),
    /// The system.
    System,
}
