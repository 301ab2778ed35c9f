//! Settings of an e-mail inbox: its own address, the address it can be forwarded to, and the mailbox it is fetched from.

use serde::{Deserialize, Serialize};

/// Settings of an e-mail inbox (reference §2.3, §4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    /// The inbox's own address, lower case: mail to it opens a conversation, replies go out from it.
    pub address: String,
    /// The local part of the forwarding address `<forward_to>@D`: 32 lower-case hexadecimal digits, made once.
    pub forward_to: String,
    /// The mailbox its mail is fetched from, if it is fetched.
    pub imap: Option<Imap>,
}

/// A mailbox that mail is fetched from (RFC 9051).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Imap {
    /// Mail is fetched.
    pub enabled: bool,
    /// The server's host name.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: ImapTls,
    /// Whom to log in as.
    pub login: String,
    /// Their password.
    pub password: Sealed,
    /// The folder that is looked into.
    pub folder: String,
    /// What lies there at the first look is fetched too, not only what comes afterwards.
    pub existing: bool,
    /// What is done with a mail that is ours.
    pub after: AfterFetch,
    /// The folder it is moved to, for [`AfterFetch::Move`].
    pub move_to: String,
}

impl Default for Imap {
    fn default() -> Self {
        Self {
            enabled: false,
            host: String::new(),
            port: 993,
            tls: ImapTls::Implicit,
            login: String::new(),
            password: Sealed::default(),
            folder: "INBOX".into(),
            existing: false,
            after: AfterFetch::Keep,
            move_to: String::new(),
        }
    }
}

crate::named! {
    /// How a connection to a mailbox is secured.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ImapTls {
        /// From the first byte, usually on port 993 (RFC 8314).
        #[default]
        Implicit = "implicit",
        /// After `STARTTLS`, usually on port 143.
        Starttls = "starttls",
        /// Not at all.
        None = "none",
    }
}

crate::named! {
    /// What is done in the mailbox with a mail once it is ours.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum AfterFetch {
        /// Nothing: it stays as it is.
        #[default]
        Keep = "keep",
        /// It is marked as read.
        MarkSeen = "mark_seen",
        /// It is deleted.
        Delete = "delete",
        /// It is moved to another folder.
        Move = "move",
    }
}

/// An encrypted secret (contract §9): what `desk::sealing` made of it. `Debug` shows only whether there is one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// A secret that has been encrypted.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The encrypted text; empty where there is no secret.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether there is a secret.
    #[must_use]
    pub fn is_set(&self) -> bool {
        !self.0.is_empty()
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_set() { "Sealed(…)" } else { "Sealed(none)" })
    }
}
