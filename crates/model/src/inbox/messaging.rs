//! Settings of an inbox whose messages a provider carries: what its kind's table of fields ([`crate::channel::Kind`])
//! names, secrets encrypted.

use super::Sealed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An inbox of a messaging channel, or of the client API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Messaging {
    /// The name of its kind: `telegram`.
    pub of: String,
    /// What outside callers know it by, unique among inboxes of the kind.
    pub key: String,
    /// Settings that may be shown, by field name.
    pub fields: BTreeMap<String, String>,
    /// Settings that are never shown, by field name.
    pub secrets: BTreeMap<String, Sealed>,
}

impl Messaging {
    /// A setting that may be shown; empty where there is none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.field(name) == "true"
    }
}
