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
    /// By what: `email`, or the kind of a channel.
    pub by: String,
    /// The recipient's address, or their id on the channel.
    pub to: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// The server's answer, or why not, in words.
    pub detail: Option<String>,
    /// Enhanced status code (RFC 3463), or the provider's, where there is one.
    pub code: Option<String>,
    /// While planned: when it goes; while deferred: the next try.
    pub next_try_at: Option<Timestamp>,
    /// While planned: goes only if the person has not seen the message by then.
    pub unless_seen: bool,
    /// By a channel: goes by e-mail instead where the channel cannot deliver it.
    pub falls_back: bool,
    /// When the state was reached.
    pub at: Timestamp,
}

crate::named! {
    /// How far a delivery has come.
    pub enum DeliveryState {
        /// Waits for its time.
        Planned = "planned",
        /// Rendered, waits for the server.
        Queued = "queued",
        /// Accepted by the server.
        Sent = "sent",
        /// Refused for now; tried again.
        Deferred = "deferred",
        /// Given up.
        Failed = "failed",
        /// Came back.
        Bounced = "bounced",
        /// Not sent, because the recipient asked for none.
        Suppressed = "suppressed",
        /// Not sent, because it was seen or called off.
        Cancelled = "cancelled",
        /// Kept in the sandbox; never sent.
        Sandboxed = "sandboxed",
    }
}
