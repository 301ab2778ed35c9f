//! The mail itself, by DATA or BDAT: handed on as it comes, until something is wrong with it; then it is still read to its
//! end, so that the client hears why.

use super::{Envelope, Mail, Session, State, Step};
use crate::{
    Protocol, Rules,
    command::Hello,
    dots::Dots,
    hops::Hops,
    reply::{self, Reply},
};

/// A mail so many times too large is not read to its end.
const FAR_TOO_LARGE: u64 = 4;

/// What is known of the mail so far.
#[derive(Clone, Debug)]
pub(super) struct Body {
    size: u64,
    hops: Hops,
    bare: bool,
    shown: bool,
}

impl Body {
    pub(super) fn new() -> Self {
        Self { size: 0, hops: Hops::new(), bare: false, shown: false }
    }

    /// Whether the driver has some of it.
    pub(super) fn was_shown(&self) -> bool {
        self.shown
    }

    /// What is wrong with it.
    fn fault(&self, rules: &Rules) -> Option<Reply> {
        let faults = [
            (self.size > rules.largest as u64, reply::TOO_LARGE),
            (self.bare, reply::BARE_ENDS),
            (self.hops.count > rules.most_hops, reply::LOOP),
        ];
        faults.into_iter().find_map(|(is_so, reply)| is_so.then_some(reply))
    }
}

/// How the mail is being read.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    /// Lines until the dot.
    Lines(Dots),
    /// A chunk: so many octets more, and whether it is the last.
    Octets(u64, bool),
    /// A chunk that is not wanted: so many octets more, and why.
    Unwanted(u64, Reply),
    /// To the end of the mail, or of a chunk that is not the last.
    Ended {
        /// The mail is complete.
        complete: bool,
    },
}

impl Reading {
    pub(super) fn lines() -> Self {
        Self::Lines(Dots::new())
    }
}

/// Whether a chunk is so large that it is not read to its end.
pub(super) fn is_endless(size: u64, rules: &Rules) -> bool {
    size > FAR_TOO_LARGE.saturating_mul(rules.largest as u64)
}

impl Session {
    /// Reads on in the mail: nothing where more bytes are needed, else perhaps a step.
    pub(super) fn content(&mut self) -> Option<Option<Step>> {
        let State::Content(reading) = &mut self.state else { return Some(None) };
        let unread = self.input.get(self.at..).unwrap_or_default();
        let most = |left: u64| usize::try_from(left).unwrap_or(usize::MAX).min(unread.len());
        match reading {
            Reading::Ended { complete } => {
                let complete = *complete;
                Some(self.end_of_content(complete))
            }
            Reading::Lines(_) | Reading::Octets(1.., _) | Reading::Unwanted(1.., _) if unread.is_empty() => None,
            Reading::Lines(dots) => {
                let mut piece = Vec::new();
                let (used, end) = dots.read(unread, &mut piece);
                let bare = dots.bare;
                if end {
                    *reading = Reading::Ended { complete: true };
                }
                self.at += used;
                Some(self.take(piece, bare))
            }
            Reading::Octets(left, last) => {
                let used = most(*left);
                let piece = unread.get(..used).unwrap_or_default().to_vec();
                *left -= used as u64;
                if *left == 0 {
                    *reading = Reading::Ended { complete: *last };
                }
                self.at += used;
                Some(self.take(piece, false))
            }
            Reading::Unwanted(left, refusal) => {
                let used = most(*left);
                *left -= used as u64;
                let refusal = (*left == 0).then(|| refusal.clone());
                self.at += used;
                Some(refusal.and_then(|refusal| {
                    self.state = State::Command;
                    self.mistake(&refusal)
                }))
            }
        }
    }

    /// Hands a piece on, or takes back what was handed on where something is wrong.
    fn take(&mut self, piece: Vec<u8>, bare: bool) -> Option<Step> {
        let body = self.mail.as_mut()?.body.as_mut()?;
        body.size = body.size.saturating_add(piece.len() as u64);
        body.bare |= bare;
        body.hops.read(&piece);
        let endless = is_endless(body.size, &self.rules);
        if body.fault(&self.rules).is_some() {
            let taken_back = std::mem::take(&mut body.shown);
            if endless {
                self.close(&reply::TOO_LARGE);
            }
            return taken_back.then_some(Step::Forget);
        }
        if piece.is_empty() {
            return None;
        }
        body.shown = true;
        Some(Step::Body(piece))
    }

    fn end_of_content(&mut self, complete: bool) -> Option<Step> {
        self.state = State::Command;
        let fault = self.mail.as_ref().and_then(|mail| mail.body.as_ref()).and_then(|body| body.fault(&self.rules));
        if fault.is_none() && !complete {
            self.say(&reply::CHUNK_OK);
            return None;
        }
        let mail = self.mail.take()?;
        if let Some(fault) = fault {
            // A chunk that is not the last is answered once, in LMTP too.
            self.say_of_mail(&fault, if complete { mail.to.len() } else { 1 });
            self.be_idle();
            return None;
        }
        self.state = State::Asking(Step::Keep(self.envelope(mail)));
        None
    }

    fn envelope(&self, mail: Mail) -> Envelope {
        let (hello, name) = self.hello.clone().unwrap_or((Hello::Helo, String::new()));
        let with = match (self.rules.protocol, hello, mail.utf8, self.secure) {
            (Protocol::Lmtp, _, false, false) => "LMTP",
            (Protocol::Lmtp, _, false, true) => "LMTPS",
            (Protocol::Lmtp, _, true, false) => "UTF8LMTP",
            (Protocol::Lmtp, _, true, true) => "UTF8LMTPS",
            (Protocol::Smtp, _, true, false) => "UTF8SMTP",
            (Protocol::Smtp, _, true, true) => "UTF8SMTPS",
            (Protocol::Smtp, _, false, true) => "ESMTPS",
            (Protocol::Smtp, Hello::Helo, false, false) => "SMTP",
            (Protocol::Smtp, _, false, false) => "ESMTP",
        };
        Envelope { from: mail.from, to: mail.to, hello: name, with }
    }
}
