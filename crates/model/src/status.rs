//! When a conversation reopens (contract §6.7, reference §2.7).

use crate::conversation::Status;

/// Whether what arrived may wake a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// A person wrote it; not a machine.
    pub human: bool,
    /// The author takes part in the conversation; not a stranger.
    pub takes_part: bool,
    /// The contact is blocked.
    pub blocked: bool,
}

/// The status after something arrived from outside: `resolved` and `snoozed` reopen for human words of people who take
/// part, unless the contact is blocked; everything else stays.
#[must_use]
pub fn after_arrival(status: Status, arrival: Arrival) -> Status {
    let wakes = arrival.human && arrival.takes_part && !arrival.blocked;
    match status {
        Status::Resolved | Status::Snoozed if wakes => Status::Open,
        unchanged => unchanged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: Arrival = Arrival { human: true, takes_part: true, blocked: false };

    #[test]
    fn only_human_words_of_people_who_take_part_reopen() {
        let rows = [
            (Status::Resolved, PERSON, Status::Open),
            (Status::Snoozed, PERSON, Status::Open),
            (Status::Pending, PERSON, Status::Pending),
            (Status::Open, PERSON, Status::Open),
            (Status::Resolved, Arrival { human: false, ..PERSON }, Status::Resolved),
            (Status::Resolved, Arrival { takes_part: false, ..PERSON }, Status::Resolved),
            (Status::Snoozed, Arrival { blocked: true, ..PERSON }, Status::Snoozed),
        ];
        for (before, arrival, after) in rows {
            assert_eq!(after_arrival(before, arrival), after, "{before:?} {arrival:?}");
        }
    }
}
