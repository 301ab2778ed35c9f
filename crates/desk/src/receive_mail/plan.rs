//! What is to become of routed mails: who wrote them and what they say, in each conversation. Pure, and away from the
//! async threads, because every word is read again with our own words as hints.

use super::{
    Incoming,
    attribute::{self, Attribution},
    letter::{self, Letter},
    route::{Route, Routed},
    trace::Trace,
};
use crate::Outcome;
use model::{ids::AccountId, inbound::InboundState};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// A mail with its plan.
pub(super) struct Planned {
    pub(super) incoming: Arc<Incoming>,
    pub(super) trace: Trace,
    pub(super) plan: Plan,
}

impl Planned {
    /// Its share in each conversation.
    pub(super) fn parts(&self) -> &[Part] {
        match &self.plan {
            Plan::Append(parts) => parts,
            Plan::Nowhere { .. } | Plan::Unreadable => &[],
        }
    }
}

/// What is to become of a mail.
pub(super) enum Plan {
    /// In each of these conversations.
    Append(Vec<Part>),
    /// It belongs to none.
    Nowhere { state: InboundState, reason: &'static str, account: Option<AccountId> },
    /// The extraction panicked on it.
    Unreadable,
}

/// One conversation's share of a mail.
pub(super) struct Part {
    pub(super) route: Route,
    pub(super) verdict: Attribution,
    pub(super) letter: Letter,
}

/// Plans each, in order.
///
/// # Errors
/// The process is ending.
pub(super) async fn plan(routed: Vec<(Arc<Incoming>, Trace, Routed)>) -> Outcome<Vec<Planned>> {
    let work = move || routed.into_iter().map(|(incoming, trace, routed)| one(incoming, trace, routed)).collect();
    let planned = tokio::task::spawn_blocking(work).await;
    Ok(planned.map_err(|_| store::Error::Unit("planning mails was cut off"))?)
}

fn one(incoming: Arc<Incoming>, mut trace: Trace, routed: Routed) -> Planned {
    let routes = match routed {
        Routed::To(routes) => routes,
        Routed::Nowhere { state, reason, account } => {
            return Planned { incoming, trace, plan: Plan::Nowhere { state, reason, account } };
        }
    };
    let mut parts = Vec::new();
    for route in routes {
        let verdict = attribute::attribute(&incoming, &route, &mut trace);
        let written = catch_unwind(AssertUnwindSafe(|| letter::write(&incoming, &route.hints, &verdict)));
        let Ok(letter) = written else { return Planned { incoming, trace, plan: Plan::Unreadable } };
        trace.note_in(route.conversation.account_id, format!("{}: {}", route.called, letter.told));
        parts.push(Part { route, verdict, letter });
    }
    Planned { incoming, trace, plan: Plan::Append(parts) }
}
