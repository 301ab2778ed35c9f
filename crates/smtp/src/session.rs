//! The session: what is said when, in which order, and what the driver is asked.
//!
//! [`Session::receive`] takes bytes, [`Session::step`] says what is to be done next, [`Session::output`] gives what is to be
//! sent. A question ([`Step::Sender`], [`Step::Recipient`], [`Step::Keep`], [`Step::StartTls`]) is repeated until it is
//! answered; until then nothing further is read, so what a client sends ahead waits.

mod body;
mod verbs;

use crate::{
    Address, Fate, Protocol, Recipient, Rules, Sender,
    command::Hello,
    reply::{self, Reply},
};
use body::Body;

/// The longest line of the dialogue, octets with its CR LF: 512 (RFC 5321 §4.5.3.1.4) and what extensions add.
const LONGEST_LINE: usize = 1000;
/// A line this long is no mistake any more.
const ENDLESS_LINE: usize = 64 * 1024;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send the output and read more.
    Read,
    /// May this sender (none for `<>`) begin a mail? Answered by [`Session::sender`].
    Sender(Option<Address>),
    /// Is mail for this address taken? Answered by [`Session::recipient`].
    Recipient(Address),
    /// More of the mail, dots undone.
    Body(Vec<u8>),
    /// The mail is complete: keep it, then answer by [`Session::kept`].
    Keep(Envelope),
    /// What was seen of a mail will never be complete: forget it.
    Forget,
    /// Send the output, let TLS begin, then say so by [`Session::secured`].
    StartTls,
    /// Send the output and hang up.
    Close,
}

/// How a mail came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The sender; none for `<>`.
    pub from: Option<Address>,
    /// The recipients that were taken; at least one.
    pub to: Vec<Address>,
    /// The name the client said in its hello.
    pub hello: String,
    /// The keyword for the trace line: `SMTP`, `ESMTPS`, `UTF8LMTP`, …
    pub with: &'static str,
}

/// What the session is at.
#[derive(Clone, Debug)]
enum State {
    /// Between commands.
    Command,
    /// In a line that is too long; so many bytes of it were dropped.
    Overlong(usize),
    /// After DATA or BDAT.
    Content(body::Reading),
    /// A question waits for its answer.
    Asking(Step),
    /// Everything has been said.
    Closed,
}

/// The mail that is being taken.
#[derive(Clone, Debug)]
struct Mail {
    from: Option<Address>,
    to: Vec<Address>,
    utf8: bool,
    body: Option<Body>,
}

/// The server's side of one connection.
#[derive(Debug)]
pub struct Session {
    rules: Rules,
    input: Vec<u8>,
    /// How much of the input has been used.
    at: usize,
    output: Vec<u8>,
    state: State,
    hello: Option<(Hello, String)>,
    secure: bool,
    mail: Option<Mail>,
    errors: u32,
    refused: u32,
    idle: u32,
    stopping: bool,
}

impl Session {
    /// Begins with the greeting.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        let words = match rules.protocol {
            Protocol::Smtp => "ESMTP",
            Protocol::Lmtp => "LMTP",
        };
        let output = format!("220 {} {words} Segue\r\n", rules.hostname).into_bytes();
        Self {
            rules,
            input: Vec::new(),
            at: 0,
            output,
            state: State::Command,
            hello: None,
            secure: false,
            mail: None,
            errors: 0,
            refused: 0,
            idle: 0,
            stopping: false,
        }
    }

    /// Takes bytes the client sent.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.input.drain(..self.at);
        self.at = 0;
        self.input.extend_from_slice(bytes);
    }

    /// What is to be sent, and is then no longer here.
    pub fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// How many recipients were refused in this session.
    #[must_use]
    pub fn refused(&self) -> u32 {
        self.refused
    }

    /// Whether part of a mail has been taken, but not its end.
    #[must_use]
    pub fn in_mail(&self) -> bool {
        matches!(self.state, State::Content(_)) || self.mail.as_ref().is_some_and(|mail| mail.body.is_some())
    }

    /// What is to be done next.
    pub fn step(&mut self) -> Step {
        loop {
            let done = match &self.state {
                State::Closed => return Step::Close,
                State::Asking(question) => return question.clone(),
                State::Command if self.stopping && !self.in_mail() => {
                    self.close(&reply::STOPPING);
                    None
                }
                State::Command => match self.line() {
                    Line::Unfinished => return Step::Read,
                    Line::Wrong(reply) => self.mistake(&reply),
                    Line::Whole(line) => self.obey(&line),
                },
                State::Overlong(_) => {
                    if self.drop_overlong() {
                        None
                    } else {
                        return Step::Read;
                    }
                }
                State::Content(_) => match self.content() {
                    Some(step) => step,
                    None => return Step::Read,
                },
            };
            if let Some(step) = done {
                return step;
            }
        }
    }

    /// Answers [`Step::Sender`].
    pub fn sender(&mut self, sender: Sender) {
        let State::Asking(Step::Sender(_)) = &self.state else { return };
        self.state = State::Command;
        if sender != Sender::Welcome {
            self.mail = None;
        }
        self.say(&sender.reply());
    }

    /// Answers [`Step::Recipient`].
    pub fn recipient(&mut self, recipient: Recipient) {
        let State::Asking(Step::Recipient(address)) = &self.state else { return };
        if recipient == Recipient::Ours
            && let Some(mail) = &mut self.mail
        {
            mail.to.push(address.clone());
        }
        self.state = State::Command;
        self.say(&recipient.reply());
        if matches!(recipient, Recipient::NoSuchUser | Recipient::NotOurs) {
            self.refused += 1;
            if self.refused >= self.rules.most_refused {
                self.close(&reply::TOO_MANY_REFUSED);
            }
        }
    }

    /// Answers [`Step::Keep`].
    pub fn kept(&mut self, fate: &Fate) {
        let State::Asking(Step::Keep(envelope)) = &self.state else { return };
        let recipients = envelope.to.len();
        self.state = State::Command;
        self.idle = 0;
        self.say_of_mail(&fate.reply(), recipients);
    }

    /// Answers [`Step::StartTls`]: what comes from now on came through TLS. Nothing that was said before counts (RFC 3207
    /// §4.2), and what the client sent in the clear after STARTTLS was thrown away.
    pub fn secured(&mut self) {
        let State::Asking(Step::StartTls) = &self.state else { return };
        self.state = State::Command;
        self.secure = true;
        self.hello = None;
        self.mail = None;
        self.input.clear();
        self.at = 0;
    }

    /// The server stops: a mail that has begun may end, then the client is told to come back.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// The client was silent for too long.
    pub fn timed_out(&mut self) {
        if !matches!(self.state, State::Closed) {
            self.close(&reply::TIMED_OUT);
        }
    }

    fn say(&mut self, reply: &Reply) {
        reply.write(&mut self.output);
    }

    /// Says what became of a mail: once, or in LMTP once for each of its recipients.
    fn say_of_mail(&mut self, reply: &Reply, recipients: usize) {
        let times = if self.rules.protocol == Protocol::Lmtp { recipients } else { 1 };
        (0..times).for_each(|_| self.say(reply));
    }

    fn close(&mut self, reply: &Reply) {
        self.say(reply);
        self.state = State::Closed;
        self.mail = None;
        self.input.clear();
        self.at = 0;
    }

    /// Answers what makes no sense, and ends the session where that was too much of it.
    fn mistake(&mut self, reply: &Reply) -> Option<Step> {
        self.say(reply);
        self.errors += 1;
        if self.errors >= self.rules.most_errors {
            self.close(&reply::TOO_MANY_ERRORS);
        }
        None
    }

    fn unread(&self) -> &[u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// The next line of the dialogue.
    fn line(&mut self) -> Line {
        let unread = self.unread();
        let Some(end) = unread.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n') else {
            if unread.len() >= LONGEST_LINE {
                self.state = State::Overlong(0);
                return Line::Wrong(reply::LINE_TOO_LONG);
            }
            return Line::Unfinished;
        };
        let line = unread.get(..end).and_then(|line| line.strip_suffix(b"\r")).map(<[u8]>::to_vec);
        self.at += end + 1;
        match line {
            Some(line) if line.contains(&b'\r') => Line::Wrong(reply::BARE_LINE),
            Some(line) => Line::Whole(line),
            None => Line::Wrong(reply::BARE_LINE),
        }
    }

    /// Drops what comes until the line ends; whether it has.
    fn drop_overlong(&mut self) -> bool {
        let State::Overlong(dropped) = self.state else { return true };
        let unread = self.unread();
        if let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
            self.at += end + 1;
            self.state = State::Command;
            return true;
        }
        let dropped = dropped + unread.len();
        self.at = self.input.len();
        self.state = State::Overlong(dropped);
        if dropped > ENDLESS_LINE {
            self.close(&reply::TOO_MANY_ERRORS);
            return true;
        }
        false
    }
}

enum Line {
    Unfinished,
    Wrong(Reply),
    Whole(Vec<u8>),
}
