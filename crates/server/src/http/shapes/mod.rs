//! JSON as it leaves the house: one file per entity, shared by the application API, the widget API and the cable.
//!
//! Shapes are plain structs made by pure functions from entities; what an entity needs of its surroundings (a message's
//! sender and files, a conversation's contact) is gathered by [`load`] within one read. Keys and meanings are the
//! reference's (§4.3); what Segue adds is optional. Times are epoch seconds.

pub mod account;
pub mod attachment;
pub mod channel;
pub mod contact;
pub mod conversation;
pub mod delivery;
pub mod inbox;
pub mod load;
pub mod message;
pub mod user;
pub mod webhook;

use desk::House;
use model::Timestamp;

/// What shapes need of the house: where links lead, what signs them, and the time from which they expire.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The house.
    pub house: &'a House,
    /// The time now.
    pub now: Timestamp,
}

/// Epoch seconds; 0 where there is no such time, as the reference writes them.
fn seconds_or_zero(time: Option<Timestamp>) -> i64 {
    time.map_or(0, Timestamp::as_second)
}
