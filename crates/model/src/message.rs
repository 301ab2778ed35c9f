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

crate::named! {
    /// Which way a message goes; numbers as in the reference's `message_type`.
    pub enum Kind {
        /// From the person: 0.
        Incoming = "incoming",
        /// From us: 1.
        Outgoing = "outgoing",
        /// A line about what happened: 2.
        Activity = "activity",
        /// Written by the system: 3.
        Template = "template",
    }
}

impl Kind {
    /// The number in the API and the database.
    #[must_use]
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The kind with that number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.number() == number)
    }
}

crate::named! {
    /// Delivery in the reference's four values; never goes back from `Read`.
    pub enum MessageStatus {
        /// On its way.
        Sent = "sent",
        /// Arrived.
        Delivered = "delivered",
        /// Seen by the person.
        Read = "read",
        /// Did not arrive.
        Failed = "failed",
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
