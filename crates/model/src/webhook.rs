//! Webhooks: who in an account is told of what happens, by a post to an address of theirs (reference §4.4).

use crate::{
    Timestamp,
    event::EventKind,
    ids::{AccountId, InboxId, WebhookId},
    inbox::Sealed,
};

/// Someone who is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// Row id.
    pub id: WebhookId,
    /// Of whose affairs.
    pub account_id: AccountId,
    /// Of that inbox's alone.
    pub inbox_id: Option<InboxId>,
    /// What it is for, in words; may be empty.
    pub name: String,
    /// Where the posts go.
    pub url: String,
    /// What they are told.
    pub subscriptions: Vec<Subscription>,
    /// Signs the posts.
    pub secret: Sealed,
    /// When a post was last taken.
    pub sent_at: Option<Timestamp>,
    /// When one last failed.
    pub failed_at: Option<Timestamp>,
    /// Why, in words.
    pub failure: Option<String>,
    /// When it was made; nothing older is told.
    pub created_at: Timestamp,
}

crate::named! {
    /// What can be told, by its name in `event`.
    pub enum Subscription {
        /// A conversation began.
        ConversationCreated = "conversation_created",
        /// A conversation's status changed.
        ConversationStatusChanged = "conversation_status_changed",
        /// A conversation changed otherwise.
        ConversationUpdated = "conversation_updated",
        /// A message was added.
        MessageCreated = "message_created",
        /// A message changed.
        MessageUpdated = "message_updated",
        /// A visitor opened the widget. Can be asked for, but is not told: nothing is kept of it.
        WebwidgetTriggered = "webwidget_triggered",
        /// A contact was made.
        ContactCreated = "contact_created",
        /// A contact changed.
        ContactUpdated = "contact_updated",
        /// An inbox was made. Can be asked for, but is not told.
        InboxCreated = "inbox_created",
        /// An inbox changed. Can be asked for, but is not told.
        InboxUpdated = "inbox_updated",
        /// Someone began to type.
        TypingOn = "conversation_typing_on",
        /// Someone stopped typing.
        TypingOff = "conversation_typing_off",
    }
}

impl Subscription {
    /// What an event is told as; `None` where it is nobody's business outside.
    #[must_use]
    pub fn of(kind: EventKind) -> Option<Self> {
        Some(match kind {
            EventKind::MessageCreated => Self::MessageCreated,
            EventKind::MessageUpdated => Self::MessageUpdated,
            EventKind::ConversationCreated => Self::ConversationCreated,
            EventKind::ConversationStatusChanged => Self::ConversationStatusChanged,
            EventKind::ConversationUpdated | EventKind::AssigneeChanged => Self::ConversationUpdated,
            EventKind::TypingOn => Self::TypingOn,
            EventKind::TypingOff => Self::TypingOff,
            EventKind::ContactCreated => Self::ContactCreated,
            EventKind::ContactUpdated => Self::ContactUpdated,
            EventKind::ConversationDeleted
            | EventKind::ConversationRead
            | EventKind::ContactDeleted
            | EventKind::ContactMerged
            | EventKind::PresenceUpdate
            | EventKind::InboundMailUpdated
            | EventKind::AccountUpdated => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_told_by_the_references_names() {
        let rows = [
            (EventKind::MessageCreated, Some("message_created")),
            (EventKind::AssigneeChanged, Some("conversation_updated")),
            (EventKind::TypingOn, Some("conversation_typing_on")),
            (EventKind::ContactDeleted, None),
            (EventKind::PresenceUpdate, None),
        ];
        for (kind, name) in rows {
            assert_eq!(Subscription::of(kind).map(Subscription::as_str), name, "{kind:?}");
        }
    }
}
