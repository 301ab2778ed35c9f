//! The plan and the truth of how a message goes out (contract §4).

use model::delivery::{Delivery as Row, DeliveryState};
use serde::Serialize;
use utoipa::ToSchema;

/// How a message will go out.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeliveryPlan {
    /// By what: `email`.
    pub by: String,
    /// When; epoch seconds.
    pub at: i64,
    /// To which address.
    pub to: String,
    /// Only if the person has not seen the message by then.
    pub unless_seen: bool,
}

/// What became of a message on its way to one recipient.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Delivery {
    /// Row id.
    pub id: i64,
    /// By what: `email`.
    pub by: String,
    /// To which address.
    pub to: String,
    /// `planned`, `queued`, `sent`, `deferred`, `failed`, `bounced`, `suppressed`, `cancelled` or `sandboxed`.
    pub state: &'static str,
    /// The server's answer, or why not, in words.
    pub detail: Option<String>,
    /// Enhanced status code (RFC 3463).
    pub code: Option<String>,
    /// While planned: when it goes; while deferred: the next try. Epoch seconds.
    pub next_try_at: Option<i64>,
    /// When the state was reached; epoch seconds.
    pub at: i64,
}

impl Delivery {
    /// The row as it is shown.
    #[must_use]
    pub fn of(row: &Row) -> Self {
        Self {
            id: row.id.0,
            by: row.by.clone(),
            to: row.to.clone(),
            state: row.state.as_str(),
            detail: row.detail.clone(),
            code: row.code.clone(),
            next_try_at: row.next_try_at.map(model::Timestamp::as_second),
            at: row.at.as_second(),
        }
    }
}

/// The plan among a message's deliveries: the planned one that goes first.
#[must_use]
pub fn plan(rows: &[Row]) -> Option<DeliveryPlan> {
    let planned = rows.iter().filter(|row| row.state == DeliveryState::Planned);
    let next = planned.filter_map(|row| Some((row.next_try_at?, row))).min_by_key(|(at, _)| *at);
    next.map(|(at, row)| DeliveryPlan {
        by: row.by.clone(),
        at: at.as_second(),
        to: row.to.clone(),
        unless_seen: row.unless_seen,
    })
}
