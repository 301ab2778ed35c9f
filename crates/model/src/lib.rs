//! Entities and rules of Segue, pure: no I/O, no clock of its own, no chance of its own.
//!
//! Entities are plain structs with public fields, as `store` keeps them and `server` shows them. Rules
//! ([`continuity`], [`trust`], [`status`]) are functions from values to decisions.

pub mod account;
pub mod attachment;
pub mod channel;
pub mod contact;
pub mod continuity;
pub mod conversation;
pub mod delivery;
pub mod event;
pub mod ids;
pub mod inbound;
pub mod inbox;
pub mod merge;
pub mod message;
mod named;
pub mod outside;
pub mod status;
pub mod trust;
pub mod user;
pub mod webhook;

pub use jiff::Timestamp;
pub use outside::{Clock, Random};
pub use serde_json::Value as Json;
