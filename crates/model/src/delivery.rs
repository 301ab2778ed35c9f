//! Delivery truth: what became of one message on its way to one recipient (contract §4).

use crate::{
    Timestamp,
    ids::{AccountId, ConversationId, DeliveryId, MailId, MessageId},
};

/// One way one message goes to one recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Row id.
    pub id: DeliveryId,
    /// Whose.
    pub account_id: AccountId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Of which message.
    pub message_id: MessageId,
    /// The mail that carries it, once rendered.
    pub mail_id: Option<MailId>,
    /// By what: `email`.
    pub by: String,
    /// The recipient's address.
    pub to: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// The server's answer, or why not, in words.
    pub detail: Option<String>,
    /// Enhanced status code (RFC 3463), where there is one.
    pub code: Option<String>,
    /// While planned: when it goes; while deferred: the next try.
    pub next_try_at: Option<Timestamp>,
    /// While planned: goes only if the person has not seen the message by then.
    pub unless_seen: bool,
    /// When the state was reached.
    pub at: Timestamp,
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waits for its time.
    Planned,
    /// Rendered, waits for the server.
    Queued,
    /// Accepted by the server.
    Sent,
    /// Refused for now; tried again.
    Deferred,
    /// Given up.
    Failed,
    /// Came back.
    Bounced,
    /// Not sent, because the recipient asked for none.
    Suppressed,
    /// Not sent, because it was seen or called off.
    Cancelled,
    /// Kept in the sandbox; never sent.
    Sandboxed,
}

impl DeliveryState {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Planned, "planned"),
        (Self::Queued, "queued"),
        (Self::Sent, "sent"),
        (Self::Deferred, "deferred"),
        (Self::Failed, "failed"),
        (Self::Bounced, "bounced"),
        (Self::Suppressed, "suppressed"),
        (Self::Cancelled, "cancelled"),
        (Self::Sandboxed, "sandboxed"),
    ];

    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }
}
