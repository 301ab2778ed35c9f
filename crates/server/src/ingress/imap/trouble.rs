//! Why a mailbox cannot be fetched from: in words that say what to change, and how soon it makes sense to try again.

use crate::reach::Unreachable;
use std::{io, time::Duration};

/// Why a mailbox cannot be fetched from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The host cannot be reached.
    Unreachable(String),
    /// The connection cannot be secured.
    Tls(String),
    /// The server does not do what it takes.
    Unfit(String),
    /// Log-in or password are refused; what the server said.
    LogIn(String),
    /// The folder cannot be opened; what the server said.
    Folder(String),
    /// The server refused something else, or said farewell.
    Server(String),
    /// The connection broke, or what came over it makes no sense.
    Broken(String),
    /// The server did not answer in time.
    Silent,
    /// Our own database or files.
    Ours(String),
    /// Another node has the mailbox now.
    Lost,
}

/// The longest words of a server that are shown.
const LONGEST: usize = 300;

impl Trouble {
    /// For whoever looks after the inbox.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Unreachable(why) => why.clone(),
            Self::Tls(why) => format!("The connection cannot be secured: {why}."),
            Self::Unfit(why) => format!("{why}."),
            Self::LogIn(said) => format!(
                "The server refuses log-in or password{}. Many providers want a password made for this app, and IMAP switched on in the mailbox’s settings.",
                quoted(said)
            ),
            Self::Folder(said) => format!("The folder cannot be opened{}. Is its name right?", quoted(said)),
            Self::Server(said) => format!("The server broke off{}.", quoted(said)),
            Self::Broken(why) => format!("The connection broke: {why}."),
            Self::Silent => "The server does not answer.".into(),
            Self::Ours(why) => format!("Segue’s own database or files are away: {why}."),
            Self::Lost => "Another server of this installation fetches it now.".into(),
        }
    }

    /// How long to wait after it happened `times` times in a row. Log-ins are not hammered on: providers lock accounts.
    pub(super) fn pause(&self, times: u32) -> Duration {
        let (first, longest) = match self {
            Self::LogIn(_) => (60, 30 * 60),
            Self::Unfit(_) | Self::Folder(_) => (30, 10 * 60),
            _ => (2, 5 * 60),
        };
        let doublings = times.saturating_sub(1).min(12);
        Duration::from_secs((first << doublings).min(longest))
    }

    /// Whether it may well be over at once, such as a connection that the server ends from time to time.
    pub(super) fn may_be_nothing(&self) -> bool {
        matches!(self, Self::Server(_) | Self::Broken(_) | Self::Silent | Self::Unreachable(_) | Self::Lost)
    }

    /// Whether a mail that was being fetched may be to blame.
    pub(super) fn may_be_a_mails(&self) -> bool {
        matches!(self, Self::Server(_) | Self::Broken(_) | Self::Silent)
    }
}

fn quoted(said: &str) -> String {
    let said: String = said.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if said.is_empty() { String::new() } else { format!(": “{}”", said.trim_end_matches('.')) }
}

impl From<Unreachable> for Trouble {
    fn from(why: Unreachable) -> Self {
        Self::Unreachable(why.to_string())
    }
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        Self::Ours(error.to_string())
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Broken(match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                "the server ended it".into()
            }
            // Ours, from the guard: about the server, and without its words.
            io::ErrorKind::InvalidData => error.to_string(),
            _ => "the server says what is not IMAP".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_log_ins_are_not_hammered_on() {
        let seconds = |trouble: &Trouble, times| trouble.pause(times).as_secs();
        assert_eq!([1, 2, 3, 9, 100].map(|times| seconds(&Trouble::Silent, times)), [2, 4, 8, 300, 300]);
        let refused = Trouble::LogIn(String::new());
        assert_eq!([1, 2, 6, 100].map(|times| seconds(&refused, times)), [60, 120, 1800, 1800]);
    }

    #[test]
    fn a_servers_words_are_shown_tame() {
        let words = Trouble::LogIn(format!("Invalid\r\ncredentials\u{7}.{}", "x".repeat(1000))).words();
        assert!(words.starts_with("The server refuses log-in or password: “Invalidcredentials.xx"), "{words}");
        assert!(words.chars().count() < 500 && !words.chars().any(char::is_control));
        assert_eq!(Trouble::Folder(" ".into()).words(), "The folder cannot be opened. Is its name right?");
    }
}
