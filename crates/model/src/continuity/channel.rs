//! Which road a reply takes on a messaging channel: the channel, or e-mail where the channel cannot deliver it.

use super::{Refusal, Way};
use crate::channel::Standing;

/// What the road depends on.
#[derive(Clone, Copy, Debug)]
pub struct Outlook {
    /// The message can go to the person at all: public, and written by an agent.
    pub public_reply: bool,
    /// The contact has an address.
    pub has_address: bool,
    /// Where the channel's reply window stands.
    pub window: Standing,
    /// The channel cannot reach the person any more.
    pub unreachable: bool,
    /// It is a template that the channel takes outside its window.
    pub template: bool,
}

/// Why the channel does not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Its reply window is closed.
    WindowClosed,
    /// It cannot reach the person.
    Unreachable,
}

/// Which road a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// None: a note.
    Stays,
    /// The channel; by e-mail instead where that fails for good, if it falls back.
    Channel {
        /// Whether it does.
        falls_back: bool,
    },
    /// E-mail at once: it was asked for, or the channel does not take it.
    Mail(Option<Obstacle>),
    /// None, although it was to go: the channel does not take it, and it may not go by e-mail.
    Stuck(Obstacle),
}

/// Chooses the road of a new message.
///
/// # Errors
/// `email` was asked for where no mail can go.
pub fn road(way: Way, outlook: &Outlook) -> Result<Road, Refusal> {
    if way == Way::Email {
        return match outlook {
            Outlook { public_reply: false, .. } => Err(Refusal::PrivateByMail),
            Outlook { has_address: false, .. } => Err(Refusal::NoAddress),
            _ => Ok(Road::Mail(None)),
        };
    }
    if !outlook.public_reply {
        return Ok(Road::Stays);
    }
    let by_mail = way == Way::Auto && outlook.has_address;
    Ok(match obstacle(outlook) {
        // An address may be given before the channel fails: whether there is one is asked again then.
        None => Road::Channel { falls_back: way == Way::Auto },
        Some(obstacle) if by_mail => Road::Mail(Some(obstacle)),
        Some(obstacle) => Road::Stuck(obstacle),
    })
}

fn obstacle(outlook: &Outlook) -> Option<Obstacle> {
    if outlook.unreachable {
        Some(Obstacle::Unreachable)
    } else if outlook.window.takes() || outlook.template {
        None
    } else {
        Some(Obstacle::WindowClosed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    const OPEN: Outlook = Outlook {
        public_reply: true,
        has_address: true,
        window: Standing::Open(Timestamp::UNIX_EPOCH),
        unreachable: false,
        template: false,
    };
    const CLOSED: Outlook = Outlook { window: Standing::Closed(None), ..OPEN };
    const GONE: Outlook = Outlook { unreachable: true, ..OPEN };

    #[test]
    fn a_reply_goes_by_the_channel_while_it_takes_it_and_else_by_mail() {
        let mute = |outlook: Outlook| Outlook { has_address: false, ..outlook };
        let tagged = Outlook { window: Standing::Tagged(Timestamp::UNIX_EPOCH), ..OPEN };
        let by_channel = |falls_back| Ok(Road::Channel { falls_back });
        let rows = [
            ("open", Way::Auto, OPEN, by_channel(true)),
            ("no window", Way::Auto, Outlook { window: Standing::Always, ..OPEN }, by_channel(true)),
            ("tagged", Way::Auto, tagged, by_channel(true)),
            ("no address yet", Way::Auto, mute(OPEN), by_channel(true)),
            ("only the channel", Way::Channel, OPEN, by_channel(false)),
            ("closed", Way::Auto, CLOSED, Ok(Road::Mail(Some(Obstacle::WindowClosed)))),
            ("closed, a template", Way::Auto, Outlook { template: true, ..CLOSED }, by_channel(true)),
            ("closed, no address", Way::Auto, mute(CLOSED), Ok(Road::Stuck(Obstacle::WindowClosed))),
            ("closed, only the channel", Way::Channel, CLOSED, Ok(Road::Stuck(Obstacle::WindowClosed))),
            ("gone", Way::Auto, GONE, Ok(Road::Mail(Some(Obstacle::Unreachable)))),
            (
                "gone, a template",
                Way::Channel,
                Outlook { template: true, ..GONE },
                Ok(Road::Stuck(Obstacle::Unreachable)),
            ),
            ("a note", Way::Auto, Outlook { public_reply: false, ..OPEN }, Ok(Road::Stays)),
            ("by mail", Way::Email, OPEN, Ok(Road::Mail(None))),
            ("by mail, closed", Way::Email, CLOSED, Ok(Road::Mail(None))),
            ("by mail, no address", Way::Email, mute(OPEN), Err(Refusal::NoAddress)),
            ("a note by mail", Way::Email, Outlook { public_reply: false, ..OPEN }, Err(Refusal::PrivateByMail)),
        ];
        for (name, way, outlook, expected) in rows {
            assert_eq!(road(way, &outlook), expected, "{name}");
        }
    }
}
