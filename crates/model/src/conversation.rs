//! The conversation: one thread with one contact.

use crate::{
    Json, Timestamp,
    ids::{AccountId, ContactId, ContactInboxId, ConversationId, InboxId, UserId},
};

/// One thread with one contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// Row id.
    pub id: ConversationId,
    /// Whose.
    pub account_id: AccountId,
    /// Where it lives.
    pub inbox_id: InboxId,
    /// With whom.
    pub contact_id: ContactId,
    /// The session it began in.
    pub contact_inbox_id: ContactInboxId,
    /// The number people see; counts up within the account.
    pub display_id: i64,
    /// Public UUID; stands in Message-IDs, never in reply addresses.
    pub uuid: String,
    /// Where it stands.
    pub status: Status,
    /// Until when it sleeps, if snoozed.
    pub snoozed_until: Option<Timestamp>,
    /// Who looks after it.
    pub assignee_id: Option<UserId>,
    /// `low`, `medium`, `high`, `urgent`.
    pub priority: Option<String>,
    /// The subject of the mail it was born from.
    pub mail_subject: Option<String>,
    /// How far the contact has seen it.
    pub contact_last_seen_at: Option<Timestamp>,
    /// How far any agent has seen it.
    pub agent_last_seen_at: Option<Timestamp>,
    /// How far the assignee has seen it.
    pub assignee_last_seen_at: Option<Timestamp>,
    /// When an agent first answered.
    pub first_reply_created_at: Option<Timestamp>,
    /// Since when the contact waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// When anything last happened in it.
    pub last_activity_at: Timestamp,
    /// What the system noted: referer, browser, initiated_at.
    pub additional_attributes: Json,
    /// What the site or account noted.
    pub custom_attributes: Json,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

crate::named! {
    /// Where a conversation stands.
    pub enum Status {
        /// Someone should look after it.
        Open = "open",
        /// Done.
        Resolved = "resolved",
        /// Not yet handed to people.
        Pending = "pending",
        /// Asleep until a time or the next message.
        Snoozed = "snoozed",
    }
}
