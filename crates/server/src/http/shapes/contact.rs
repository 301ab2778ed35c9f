//! Contacts: to agents, and to themselves.

use super::{inbox::SlimInbox, user::availability};
use model::{
    Json,
    contact::{Contact as Person, ContactInbox},
    inbox::Inbox,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A contact as agents see it; as the sender of a message it also has `type: "contact"`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Contact {
    /// Row id.
    pub id: i64,
    /// Name, or empty.
    pub name: String,
    /// The address mails go to.
    pub email: Option<String>,
    /// Whether the address has proved to be theirs.
    pub email_verified: bool,
    /// Other addresses that are theirs.
    pub additional_emails: Vec<String>,
    /// Those of `additional_emails` that have not proved to be theirs.
    pub unverified_emails: Vec<String>,
    /// An address they wrote in a chat, which waits until an agent takes it for theirs.
    pub offered_email: Option<String>,
    /// Phone number in E.164.
    pub phone_number: Option<String>,
    /// Whether a provider or an agent vouches for the number.
    pub phone_verified: bool,
    /// The site's own name for the person.
    pub identifier: Option<String>,
    /// Small picture, or empty.
    pub thumbnail: String,
    /// `online` or `offline`.
    pub availability_status: &'static str,
    /// A blocked contact reopens nothing and notifies nobody.
    pub blocked: bool,
    /// What the system noted.
    #[schema(value_type = Object)]
    pub additional_attributes: Json,
    /// What the account noted.
    #[schema(value_type = Object)]
    pub custom_attributes: Json,
    /// When the person last did something; epoch seconds.
    pub last_activity_at: i64,
    /// When the contact was made; epoch seconds.
    pub created_at: i64,
    /// Always `contact`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The contact's sessions, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_inboxes: Option<Vec<Session>>,
}

/// A contact's session in an inbox.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Session {
    /// The session's name.
    pub source_id: String,
    /// Where.
    pub inbox: SlimInbox,
}

impl Contact {
    /// The contact as agents see it, without sessions.
    #[must_use]
    pub fn of(contact: &Person, online: bool) -> Self {
        Self {
            id: contact.id.0,
            name: contact.name.clone(),
            email: contact.email.clone(),
            email_verified: contact.email_verified,
            additional_emails: contact.additional_emails.clone(),
            unverified_emails: contact.unverified_emails.clone(),
            offered_email: contact.offered_email.clone(),
            phone_number: contact.phone_number.clone(),
            phone_verified: contact.phone_verified,
            identifier: contact.identifier.clone(),
            thumbnail: String::new(),
            availability_status: availability(online),
            blocked: contact.blocked,
            additional_attributes: contact.additional_attributes.clone(),
            custom_attributes: contact.custom_attributes.clone(),
            last_activity_at: contact.last_activity_at.as_second(),
            created_at: contact.created_at.as_second(),
            kind: "contact",
            contact_inboxes: None,
        }
    }

    /// … with its sessions.
    #[must_use]
    pub fn with_sessions(self, sessions: &[(ContactInbox, Inbox)]) -> Self {
        let sessions = sessions.iter().map(|(session, inbox)| Session::of(session, inbox)).collect();
        Self { contact_inboxes: Some(sessions), ..self }
    }
}

impl Session {
    /// The session with its inbox.
    #[must_use]
    pub fn of(session: &ContactInbox, inbox: &Inbox) -> Self {
        Self { source_id: session.source_id.clone(), inbox: SlimInbox::of(inbox) }
    }
}

/// A contact as the sender of a message in a visitor's eyes: a name, and an id only if it is the visitor.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct VisitorSender {
    /// Row id, if it is the visitor's own contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Name, or empty.
    pub name: String,
    /// Small picture, or empty.
    pub thumbnail: String,
    /// Always `contact`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

impl VisitorSender {
    /// `contact` as the visitor sees it; `own` if it is theirs.
    #[must_use]
    pub fn of(contact: &Person, own: bool) -> Self {
        Self { id: own.then_some(contact.id.0), name: contact.name.clone(), thumbnail: String::new(), kind: "contact" }
    }
}
