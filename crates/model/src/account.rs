//! The account, its switches, and when inbound mail is on (contract §3).

use crate::{Timestamp, ids::AccountId};

/// One business and everything that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Row id; the number in API paths.
    pub id: AccountId,
    /// Shown to agents and, where an inbox has no business name, to customers.
    pub name: String,
    /// Language of automatic texts, as BCP 47: `en`, `de`, `pt_BR`.
    pub locale: String,
    /// Inbound domain of its own, if any.
    pub domain: Option<String>,
    /// Sender address of its own, if any: `addr` or `Name <addr>`.
    pub support_email: Option<String>,
    /// What is switched on.
    pub features: Features,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The switches of an account; all off at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Features {
    /// Mails carry a reply address, and answers to it come back into the conversation.
    pub inbound_emails: bool,
}

impl Features {
    /// The names the console and the API know.
    pub const NAMES: [&str; 1] = ["inbound_emails"];

    /// Sets the feature called `name`; `false` if there is none.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        match name {
            "inbound_emails" => self.inbound_emails = on,
            _ => return false,
        }
        true
    }

    /// The names of what is on.
    #[must_use]
    pub fn enabled(self) -> Vec<&'static str> {
        if self.inbound_emails { vec!["inbound_emails"] } else { Vec::new() }
    }
}

impl Account {
    /// The inbound domain D: the account's own, else the installation's.
    #[must_use]
    pub fn inbound_domain<'a>(&'a self, installation: Option<&'a str>) -> Option<&'a str> {
        self.domain.as_deref().filter(|domain| !domain.is_empty()).or(installation)
    }

    /// D where inbound is on: the feature is on and D is set. Only then do mails carry a reply address.
    #[must_use]
    pub fn inbound<'a>(&'a self, installation: Option<&'a str>) -> Option<&'a str> {
        self.inbound_domain(installation).filter(|_| self.features.inbound_emails)
    }
}
