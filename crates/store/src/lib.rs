//! What Segue keeps: one small boundary over SQLite and PostgreSQL, and blobs.
//!
//! Callers see [`Db::read`] and [`Db::write`], and one module a group of tables with its functions over a [`Tx`].
//! Statements are `const`s beside their function, one text for both databases; the few that differ live in `driver`.

pub mod accounts;
pub mod attachments;
pub mod blobs;
pub mod channel_health;
pub mod channel_posts;
pub mod contact_inboxes;
pub mod contact_merges;
pub mod contacts;
pub mod conversations;
mod db;
pub mod deliveries;
mod driver;
pub mod erasure;
mod error;
pub mod events;
pub mod inbound_conclusions;
pub mod inbound_hosts;
pub mod inbound_log;
pub mod inbound_mails;
pub mod inbound_shares;
pub mod inboxes;
pub mod ingress_tokens;
pub mod installation;
pub mod jobs;
pub mod mail_ids;
pub mod mailboxes;
pub mod mails;
pub mod mails_set_aside;
pub mod messages;
pub mod presences;
pub mod provider_ids;
pub mod sessions;
mod signals;
mod statements;
pub mod suppressions;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod tokens;
mod tx;
pub mod users;
mod value;
pub mod webhook_posts;
pub mod webhooks;

pub use blobs::Blobs;
pub use db::{DatabaseUrl, Db};
pub use error::{Error, Result};
pub use signals::Signals;
pub use tx::Tx;
pub use value::{FromRow, FromValue, Row, Value};
