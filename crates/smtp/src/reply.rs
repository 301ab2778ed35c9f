//! What is said to the client: codes (RFC 5321 §4.2), enhanced codes (RFC 3463, RFC 5248) and words. Nothing a client
//! wrote is said back to it.

use std::borrow::Cow;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    /// `5.5.2`; empty where there is none.
    pub(crate) status: &'static str,
    pub(crate) words: Cow<'static, str>,
}

pub(crate) const fn reply(code: u16, status: &'static str, words: &'static str) -> Reply {
    Reply { code, status, words: Cow::Borrowed(words) }
}

impl Reply {
    /// Adds the line to `out`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let blank = if self.status.is_empty() { "" } else { " " };
        out.extend_from_slice(format!("{} {}{blank}{}\r\n", self.code, self.status, self.words).as_bytes());
    }
}

pub(crate) const BYE: Reply = reply(221, "2.0.0", "bye");
pub(crate) const OK: Reply = reply(250, "2.0.0", "ok");
pub(crate) const READY: Reply = reply(220, "2.0.0", "ready for TLS");
pub(crate) const SENDER_OK: Reply = reply(250, "2.1.0", "ok");
pub(crate) const RECIPIENT_OK: Reply = reply(250, "2.1.5", "ok");
pub(crate) const CHUNK_OK: Reply = reply(250, "2.0.0", "go on");
pub(crate) const PERHAPS: Reply = reply(252, "2.1.5", "send a mail to find out");
pub(crate) const HELP: Reply = reply(214, "2.0.0", "see RFC 5321");
pub(crate) const GO_ON: Reply = reply(354, "", "end the mail with a dot on a line of its own");

pub(crate) const STOPPING: Reply = reply(421, "4.3.2", "stopping; try again later");
pub(crate) const TOO_MANY_ERRORS: Reply = reply(421, "4.7.0", "too many errors");
pub(crate) const TOO_MANY_REFUSED: Reply = reply(421, "4.7.0", "too many recipients that are not here");
pub(crate) const TOO_IDLE: Reply = reply(421, "4.7.0", "too many commands without a mail");
pub(crate) const TIMED_OUT: Reply = reply(421, "4.4.2", "nothing came in time");
pub(crate) const TOO_MANY_MAILS: Reply = reply(450, "4.7.1", "too many mails from your address; try again later");
pub(crate) const LATER: Reply = reply(451, "4.3.0", "the storage is away; try again later");
pub(crate) const FULL: Reply = reply(452, "4.3.1", "the storage is full; try again later");
pub(crate) const TOO_MANY_RECIPIENTS: Reply = reply(452, "4.5.3", "too many recipients");

pub(crate) const UNKNOWN_COMMAND: Reply = reply(500, "5.5.1", "unknown command");
pub(crate) const LINE_TOO_LONG: Reply = reply(500, "5.5.2", "the line is too long");
pub(crate) const BARE_LINE: Reply = reply(500, "5.5.2", "lines end in CR LF");
pub(crate) const NOT_TEXT: Reply = reply(500, "5.5.2", "control characters have no place here");
pub(crate) const SYNTAX: Reply = reply(501, "5.5.4", "parameters missing or wrong");
pub(crate) const BAD_SENDER: Reply = reply(501, "5.1.7", "not an address in angle brackets");
pub(crate) const BAD_RECIPIENT: Reply = reply(501, "5.1.3", "not an address in angle brackets");
pub(crate) const NOT_OFFERED: Reply = reply(502, "5.5.1", "not offered here");
pub(crate) const HELLO_FIRST: Reply = reply(503, "5.5.1", "say hello first");
pub(crate) const MAIL_FIRST: Reply = reply(503, "5.5.1", "MAIL first");
pub(crate) const NESTED_MAIL: Reply = reply(503, "5.5.1", "one mail at a time");
pub(crate) const NO_RECIPIENT: Reply = reply(503, "5.5.1", "no recipient is here");
pub(crate) const CHUNKS_BEGUN: Reply = reply(503, "5.5.1", "BDAT was begun");
pub(crate) const SECURE_ALREADY: Reply = reply(503, "5.5.1", "TLS is in use");
pub(crate) const NO_SUCH_USER: Reply = reply(550, "5.1.1", "no such mailbox here");
pub(crate) const NO_RELAY: Reply = reply(550, "5.7.1", "this domain is not here; nothing is relayed");
pub(crate) const BARE_ENDS: Reply = reply(550, "5.6.11", "a line of the mail does not end in CR LF");
pub(crate) const TOO_LARGE: Reply = reply(552, "5.3.4", "the mail is too large");
pub(crate) const NEEDS_UTF8: Reply = reply(553, "5.6.7", "say SMTPUTF8 with this address");
pub(crate) const NOT_SMTP: Reply = reply(554, "5.5.1", "this is a mail server");
pub(crate) const LOOP: Reply = reply(554, "5.4.6", "the mail goes in circles");
pub(crate) const UNKNOWN_PARAMETER: Reply = reply(555, "5.5.4", "unknown parameter");

/// Whether a sender may begin a mail now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// They may.
    Welcome,
    /// Too many mails came from there: later (450).
    Later,
}

impl Sender {
    pub(crate) fn reply(self) -> Reply {
        match self {
            Self::Welcome => SENDER_OK,
            Self::Later => TOO_MANY_MAILS,
        }
    }
}

/// Whether mail for a recipient is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// It is.
    Ours,
    /// The domain is here, nobody of that name is (550 5.1.1).
    NoSuchUser,
    /// The domain is not here (550 5.7.1).
    NotOurs,
    /// Nobody knows at the moment (451).
    Later,
}

impl Recipient {
    pub(crate) fn reply(self) -> Reply {
        match self {
            Self::Ours => RECIPIENT_OK,
            Self::NoSuchUser => NO_SUCH_USER,
            Self::NotOurs => NO_RELAY,
            Self::Later => LATER,
        }
    }
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on disk.
    Kept,
    /// The storage is away (451).
    Later,
    /// The storage is full (452).
    Full,
    /// It is larger than is taken (552).
    TooLarge,
}

impl Fate {
    pub(crate) fn reply(&self) -> Reply {
        match self {
            Self::Kept => reply(250, "2.0.0", "the mail is kept"),
            Self::Later => LATER,
            Self::Full => FULL,
            Self::TooLarge => TOO_LARGE,
        }
    }
}

/// What is said instead of a greeting to a client for whom there is no room.
#[must_use]
pub fn busy(hostname: &str) -> Vec<u8> {
    format!("421 4.7.0 {hostname} has too many connections; try again later\r\n").into_bytes()
}
