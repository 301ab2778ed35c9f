//! Row ids, one type each, so that an inbox is never looked up by a contact's number.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// An account: one business and everything that belongs to it.
    AccountId,
    /// A user: a person who logs in; an agent or administrator of one or more accounts.
    UserId,
    /// An inbox: one channel of an account.
    InboxId,
    /// A contact: a person the account talks with.
    ContactId,
    /// A contact in an inbox: one visitor session, or one sender on a channel.
    ContactInboxId,
    /// A merge of two contacts.
    MergeId,
    /// A conversation's row; the number people see is its `display_id`.
    ConversationId,
    /// A message.
    MessageId,
    /// A file attached to a message.
    AttachmentId,
    /// One way one message goes to one recipient.
    DeliveryId,
    /// An outgoing mail, rendered once.
    MailId,
    /// An accepted incoming mail.
    InboundMailId,
    /// A unit of background work.
    JobId,
    /// An entry of the event log.
    EventId,
    /// Someone in an account who is told of what happens, by a post to their address.
    WebhookId,
    /// One such post.
    WebhookPostId,
}
