//! When a reply goes out by e-mail (contract §4). Pure: the situation in, the plan out.

mod channel;

pub use channel::{Obstacle, Outlook, Road, road};

use crate::Timestamp;
use jiff::SignedDuration;

/// How the agent asked for a message to go out; the `delivery` parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By the channel, and by e-mail if it stays unseen.
    #[default]
    Auto,
    /// Never by e-mail.
    Channel,
    /// By e-mail now.
    Email,
}

impl Way {
    /// The way of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "channel" => Some(Self::Channel),
            "email" => Some(Self::Email),
            _ => None,
        }
    }
}

/// What the plan depends on.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// The message can go to the person at all: public, and written by an agent.
    pub public_reply: bool,
    /// The contact has an address.
    pub has_address: bool,
    /// The inbox is an address: there is no other way to the person.
    pub only_by_mail: bool,
    /// The inbox's `continuity_via_email`.
    pub continuity_via_email: bool,
    /// The inbox's `continuity_delay`, seconds.
    pub continuity_delay: u32,
    /// The person's latest message came by mail.
    pub last_came_by_mail: bool,
    /// When a mail already planned for this conversation goes; later messages join it.
    pub planned_for: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
}

/// What happens to a message besides standing in the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// No mail.
    NoMail,
    /// A mail at that time.
    Mail {
        /// When it goes.
        at: Timestamp,
        /// Only if the person has not seen the message by then.
        unless_seen: bool,
    },
}

/// Why a message cannot go the way that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `email` for a private note.
    PrivateByMail,
    /// `email` for a contact without an address.
    NoAddress,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::PrivateByMail => "delivery: a private note cannot go by e-mail",
            Self::NoAddress => "delivery: the contact has no e-mail address",
        })
    }
}

/// Plans the mail for a new message.
///
/// # Errors
/// `email` was asked for where no mail can go.
pub fn plan(way: Way, situation: &Situation) -> Result<Plan, Refusal> {
    match way {
        Way::Channel => Ok(Plan::NoMail),
        Way::Email if !situation.public_reply => Err(Refusal::PrivateByMail),
        Way::Email if !situation.has_address => Err(Refusal::NoAddress),
        Way::Email => Ok(Plan::Mail { at: situation.now, unless_seen: false }),
        Way::Auto => Ok(auto(situation)),
    }
}

fn auto(situation: &Situation) -> Plan {
    let possible = situation.public_reply && situation.has_address;
    if possible && situation.only_by_mail {
        return Plan::Mail { at: situation.now, unless_seen: false };
    }
    if !(possible && situation.continuity_via_email) {
        return Plan::NoMail;
    }
    let delay = if situation.last_came_by_mail { 0 } else { i64::from(situation.continuity_delay) };
    let own = situation.now + SignedDuration::from_secs(delay);
    let at = situation.planned_for.map_or(own, |planned| planned.min(own));
    Plan::Mail { at, unless_seen: true }
}

/// The longest a due mail waits for a visitor who is present.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// What to do with a mail whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtDeadline {
    /// Send what is still unseen.
    Go,
    /// The visitor is looking; look again when they leave, or then.
    Wait(Timestamp),
}

/// Decides at the deadline: a visitor who is present (socket open, page visible) may still see the message, so the mail
/// waits until they leave, at most [`PATIENCE`] after it was due.
#[must_use]
pub fn at_deadline(due: Timestamp, now: Timestamp, present: bool) -> AtDeadline {
    let end = due + PATIENCE;
    if present && now < end { AtDeadline::Wait(end) } else { AtDeadline::Go }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn usual() -> Situation {
        Situation {
            public_reply: true,
            has_address: true,
            only_by_mail: false,
            continuity_via_email: true,
            continuity_delay: 120,
            last_came_by_mail: false,
            planned_for: None,
            now: at(1000),
        }
    }

    #[test]
    fn auto_waits_to_be_seen() {
        let mail = |second, unless_seen| Ok(Plan::Mail { at: at(second), unless_seen });
        let rows = [
            ("usual", usual(), mail(1120, true)),
            ("joins the mail already planned", Situation { planned_for: Some(at(1050)), ..usual() }, mail(1050, true)),
            ("they mail, we mail at once", Situation { last_came_by_mail: true, ..usual() }, mail(1000, true)),
            ("no address", Situation { has_address: false, ..usual() }, Ok(Plan::NoMail)),
            ("switched off", Situation { continuity_via_email: false, ..usual() }, Ok(Plan::NoMail)),
            ("a note", Situation { public_reply: false, ..usual() }, Ok(Plan::NoMail)),
            (
                "an e-mail inbox",
                Situation { only_by_mail: true, continuity_via_email: false, ..usual() },
                mail(1000, false),
            ),
            ("a note there", Situation { only_by_mail: true, public_reply: false, ..usual() }, Ok(Plan::NoMail)),
        ];
        for (name, situation, expected) in rows {
            assert_eq!(plan(Way::Auto, &situation), expected, "{name}");
        }
    }

    #[test]
    fn the_explicit_ways_are_obeyed_or_refused() {
        assert_eq!(plan(Way::Channel, &usual()), Ok(Plan::NoMail));
        assert_eq!(plan(Way::Email, &usual()), Ok(Plan::Mail { at: at(1000), unless_seen: false }));
        assert_eq!(plan(Way::Email, &Situation { public_reply: false, ..usual() }), Err(Refusal::PrivateByMail));
        assert_eq!(plan(Way::Email, &Situation { has_address: false, ..usual() }), Err(Refusal::NoAddress));
        let off = Situation { continuity_via_email: false, ..usual() };
        assert_eq!(plan(Way::Email, &off), Ok(Plan::Mail { at: at(1000), unless_seen: false }));
    }

    #[test]
    fn a_present_visitor_delays_the_mail_ten_minutes_at_most() {
        assert_eq!(at_deadline(at(1000), at(1000), false), AtDeadline::Go);
        assert_eq!(at_deadline(at(1000), at(1000), true), AtDeadline::Wait(at(1600)));
        assert_eq!(at_deadline(at(1000), at(1600), true), AtDeadline::Go);
    }
}
