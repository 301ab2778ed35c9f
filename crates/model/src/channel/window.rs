//! The reply window: how long after a person's message a provider takes replies.

use crate::Timestamp;
use jiff::SignedDuration;

/// How long replies are taken after the person last wrote, or did what counts as much with that provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Any reply.
    pub open: SignedDuration,
    /// Replies under a tag for human agents; no longer than `open` where there is no such tag.
    pub tagged: SignedDuration,
}

/// Where a window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none: replies are always taken.
    Always,
    /// Replies are taken until then.
    Open(Timestamp),
    /// Replies under the tag for human agents are taken until then.
    Tagged(Timestamp),
    /// No more since then; `None` where the person has never written.
    Closed(Option<Timestamp>),
}

impl Standing {
    /// Whether a reply is taken.
    #[must_use]
    pub fn takes(self) -> bool {
        !matches!(self, Self::Closed(_))
    }

    /// Until when.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Open(until) | Self::Tagged(until) => Some(until),
            Self::Always | Self::Closed(_) => None,
        }
    }
}

/// Where the window stands now, given when the person was last heard on the channel.
#[must_use]
pub fn standing(window: Option<Window>, heard_at: Option<Timestamp>, now: Timestamp) -> Standing {
    let Some(window) = window else { return Standing::Always };
    let Some(heard_at) = heard_at else { return Standing::Closed(None) };
    let (open, tagged) = (heard_at + window.open, heard_at + window.tagged);
    if now < open {
        Standing::Open(open)
    } else if now < tagged {
        Standing::Tagged(tagged)
    } else {
        Standing::Closed(Some(open.max(tagged)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_opens_with_a_message_and_closes() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let day = Window { open: SignedDuration::from_hours(24), tagged: SignedDuration::ZERO };
        let week = Window { tagged: SignedDuration::from_hours(7 * 24), ..day };
        let rows = [
            (None, None, 0, Standing::Always),
            (Some(day), None, 0, Standing::Closed(None)),
            (Some(day), Some(at(1)), 24, Standing::Open(at(25))),
            (Some(day), Some(at(1)), 25, Standing::Closed(Some(at(25)))),
            (Some(week), Some(at(1)), 24, Standing::Open(at(25))),
            (Some(week), Some(at(1)), 25, Standing::Tagged(at(169))),
            (Some(week), Some(at(1)), 169, Standing::Closed(Some(at(169)))),
        ];
        for (window, heard, now, expected) in rows {
            assert_eq!(standing(window, heard, at(now)), expected, "{window:?} {heard:?} {now}");
        }
    }
}
