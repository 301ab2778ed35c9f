//! The contact: a person the account talks with, and their session in an inbox.

use crate::{
    Json, Timestamp,
    ids::{AccountId, ContactId, ContactInboxId, InboxId},
};
use serde::{Deserialize, Serialize};

/// A person the account talks with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Row id.
    pub id: ContactId,
    /// Whose contact.
    pub account_id: AccountId,
    /// Name, or empty.
    pub name: String,
    /// The address mails go to, lower case.
    pub email: Option<String>,
    /// Whether the address has proved to be theirs (contract §3).
    pub email_verified: bool,
    /// Other addresses that are theirs, lower case.
    pub additional_emails: Vec<String>,
    /// Those of `additional_emails` that have not proved to be theirs.
    pub unverified_emails: Vec<String>,
    /// An address they wrote in a chat, which waits until an agent takes it for theirs; lower case.
    pub offered_email: Option<String>,
    /// Phone number in E.164.
    pub phone_number: Option<String>,
    /// Whether a provider or an agent vouches for the number; what visitors type proves nothing.
    pub phone_verified: bool,
    /// The site's own name for the person.
    pub identifier: Option<String>,
    /// A blocked contact reopens nothing and notifies nobody.
    pub blocked: bool,
    /// What the system noted: browser, referer, …
    pub additional_attributes: Json,
    /// What the account noted.
    pub custom_attributes: Json,
    /// When the person last did something.
    pub last_activity_at: Timestamp,
    /// When the contact was made.
    pub created_at: Timestamp,
}

impl Contact {
    /// Whether `address` is one of theirs; ASCII case does not count.
    #[must_use]
    pub fn has_address(&self, address: &str) -> bool {
        self.email.iter().chain(&self.additional_emails).any(|own| own.eq_ignore_ascii_case(address))
    }

    /// Whether `address` is one of theirs and has proved to be; ASCII case does not count.
    #[must_use]
    pub fn has_verified(&self, address: &str) -> bool {
        let is = |own: &String| own.eq_ignore_ascii_case(address);
        if self.email.as_ref().is_some_and(is) {
            return self.email_verified;
        }
        self.additional_emails.iter().any(is) && !self.unverified_emails.iter().any(is)
    }

    /// Every address of theirs, the one mails go to first.
    pub fn addresses(&self) -> impl Iterator<Item = &String> {
        self.email.iter().chain(&self.additional_emails)
    }

    /// The address has proved to be theirs. Whether that is news.
    pub fn verified(&mut self, address: &str) -> bool {
        if !self.has_address(address) || self.has_verified(address) {
            return false;
        }
        if self.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(address)) {
            self.email_verified = true;
        }
        self.unverified_emails.retain(|other| !other.eq_ignore_ascii_case(address));
        true
    }

    /// The name, or the address's local part, or `Visitor`.
    #[must_use]
    pub fn display_name(&self) -> &str {
        if !self.name.trim().is_empty() {
            return &self.name;
        }
        self.email.as_deref().and_then(|email| email.split('@').next()).unwrap_or("Visitor")
    }
}

/// A contact in an inbox: a visitor's session.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactInbox {
    /// Row id.
    pub id: ContactInboxId,
    /// Who.
    pub contact_id: ContactId,
    /// Where.
    pub inbox_id: InboxId,
    /// The session's name in tokens: a UUID; on a messaging channel the person's id at the provider.
    pub source_id: String,
    /// The token with which the visitor's widget subscribes to `/cable`.
    pub pubsub_token: String,
    /// The site vouched for the person.
    pub hmac_verified: bool,
    /// When the person was last heard on a messaging channel; opens its reply window.
    pub heard_at: Option<Timestamp>,
    /// Why the channel cannot reach the person any more, until they are heard again.
    pub unreachable: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}
