//! What to do about the mails of a conversation now. Pure: the case in, the steps out.

use super::case::{Case, Party};
use jiff::SignedDuration;
use model::{
    Timestamp,
    continuity::AtDeadline,
    delivery::{Delivery, DeliveryState},
};

/// How long a visitor counts as here after their widget last said so; a mail that waits for them is looked at again then.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(90);

/// What to do.
#[derive(Debug, Default)]
pub(crate) struct Steps<'c> {
    /// Deliveries that change without a mail: seen, unwanted, put off.
    pub changed: Vec<Delivery>,
    /// Mails to write: to whom, and what they carry.
    pub mails: Vec<(&'c Party, Vec<&'c Delivery>)>,
    /// When to look again.
    pub next: Option<Timestamp>,
}

/// Decides for each recipient on their own: what was seen is dropped; when the first of the rest is due, all of it goes
/// as one mail.
pub(crate) fn decide(case: &Case, now: Timestamp) -> Steps<'_> {
    let mut steps = Steps::default();
    for party in &case.parties {
        let mut waiting: Vec<&Delivery> = Vec::new();
        for delivery in case.planned.iter().filter(|delivery| delivery.to == party.address) {
            match dropped(case, party, delivery, now) {
                Some(changed) => steps.changed.push(changed),
                None => waiting.push(delivery),
            }
        }
        match when(case, party, &waiting, now) {
            When::Never => {}
            When::Now => steps.mails.push((party, waiting)),
            When::LookAgain(at) => steps.look(at),
            When::PutOff(at) => {
                steps.look(at);
                let detail = "waits: an address that is not verified gets at most 5 mails a day";
                let put_off = |delivery: &&Delivery| Delivery {
                    next_try_at: Some(at),
                    detail: Some(detail.into()),
                    ..(*delivery).clone()
                };
                steps.changed.extend(waiting.iter().filter(|delivery| delivery.next_try_at != Some(at)).map(put_off));
            }
        }
    }
    steps
}

impl Steps<'_> {
    fn look(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

fn dropped(case: &Case, party: &Party, delivery: &Delivery, now: Timestamp) -> Option<Delivery> {
    let end = |state, detail: String| {
        Some(Delivery { state, detail: Some(detail), next_try_at: None, at: now, ..delivery.clone() })
    };
    if !delivery.unless_seen {
        return None;
    }
    if let Some(at) = case.seen(delivery.message_id) {
        return end(DeliveryState::Cancelled, format!("seen at {}", at.strftime("%H:%M UTC")));
    }
    if party.suppressed {
        return end(DeliveryState::Suppressed, "the recipient has unsubscribed from mail they did not ask for".into());
    }
    None
}

enum When {
    Never,
    Now,
    LookAgain(Timestamp),
    PutOff(Timestamp),
}

fn when(case: &Case, party: &Party, waiting: &[&Delivery], now: Timestamp) -> When {
    let Some(due) = waiting.iter().map(|delivery| delivery.next_try_at.unwrap_or(now)).min() else {
        return When::Never;
    };
    if due > now {
        return When::LookAgain(due);
    }
    if let Some(until) = party.sated_until {
        return When::PutOff(until);
    }
    let asked_for =
        waiting.iter().any(|delivery| !delivery.unless_seen && delivery.next_try_at.is_none_or(|at| at <= now));
    match case.at_deadline(due, now) {
        AtDeadline::Wait(end) if !asked_for => When::LookAgain(end.min(now + LOOK_AGAIN)),
        _ => When::Now,
    }
}
