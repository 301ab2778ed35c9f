//! What the widget gets to see of conversations and contacts; messages are in `http::shapes`.

use model::{contact::Contact, conversation::Conversation};
use serde::Serialize;
use utoipa::ToSchema;

/// A conversation as its visitor sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct VisitorConversation {
    /// The number people see.
    pub(crate) id: i64,
    /// Where it lives.
    pub(crate) inbox_id: i64,
    /// How far they have seen it; epoch seconds, 0 for never.
    pub(crate) contact_last_seen_at: i64,
    /// `open`, `resolved`, `pending` or `snoozed`.
    pub(crate) status: &'static str,
}

impl VisitorConversation {
    pub(crate) fn of(conversation: &Conversation) -> Self {
        Self {
            id: conversation.display_id,
            inbox_id: conversation.inbox_id.0,
            contact_last_seen_at: conversation.contact_last_seen_at.map_or(0, model::Timestamp::as_second),
            status: conversation.status.as_str(),
        }
    }
}

/// What a visitor is told about themselves.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Oneself {
    /// Row id.
    pub(crate) id: i64,
    /// An address is known.
    pub(crate) has_email: bool,
    /// A name is known.
    pub(crate) has_name: bool,
    /// A phone number is known.
    pub(crate) has_phone_number: bool,
    /// The site's own name for them.
    pub(crate) identifier: Option<String>,
    /// The token of a new session, where this browser had been someone else's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) widget_auth_token: Option<String>,
}

impl Oneself {
    pub(crate) fn of(contact: &Contact) -> Self {
        Self {
            id: contact.id.0,
            has_email: contact.email.is_some(),
            has_name: !contact.name.is_empty(),
            has_phone_number: contact.phone_number.is_some(),
            identifier: contact.identifier.clone(),
            widget_auth_token: None,
        }
    }
}
