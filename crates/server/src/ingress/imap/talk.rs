//! What is said to a mailbox's server after the log-in (RFC 9051), and what its answers mean. Nothing here marks a mail
//! by reading it.

use super::{
    cursor::{Folder, LARGEST_SPAN, Listed, arrival},
    guard::Guarded,
    trouble::Trouble,
};
use async_imap::{
    Session,
    imap_proto::{AttributeValue, Capability, MailboxDatum, Outcome, Response, ResponseCode, Status},
};
use bytes::Bytes;
use std::{future::Future, time::Duration};
use tokio::time::timeout;

/// How long the server may be silent while it answers.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes of answers without mails.
const MOST_SAID: usize = 256 * 1024;
/// Mails are asked for in pieces of this size, so that the largest one never lies in memory twice.
pub(super) const PIECE: u32 = 1024 * 1024;
/// Bytes around each mail in an answer.
const AROUND: usize = 8 * 1024;
/// Bytes that a listing has for each mail, at most.
const LISTED: usize = 400;

/// A session with a mailbox's server.
pub(super) struct Talk {
    session: Session<Guarded>,
    offers: Vec<String>,
    /// The server has told of new mail since the folder was opened. It tells once, in whatever answer comes next.
    news: bool,
}

/// What a listing tells of each mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Its UID: the server need not open it for that.
    Uid,
    /// And its size.
    Size,
    /// And when it arrived, and was written.
    Times,
}

/// How a server answered a command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was done.
    Done,
    /// It was refused, in these words.
    Refused(String),
}

impl Talk {
    /// Asks what the server offers now.
    ///
    /// # Errors
    /// As [`Talk::command`].
    pub(super) async fn begin(session: Session<Guarded>) -> Result<Self, Trouble> {
        let mut talk = Self { session, offers: Vec::new(), news: false };
        let mut offers = Vec::new();
        talk.command("CAPABILITY", 0, MOST_SAID, |response| {
            if let Response::Capabilities(listed) = response {
                offers.extend(listed.iter().map(name_of));
            }
        })
        .await?;
        talk.offers = offers;
        Ok(talk)
    }

    /// Whether the server offers that.
    pub(super) fn offers(&self, name: &str) -> bool {
        self.offers.iter().any(|offer| offer.eq_ignore_ascii_case(name))
    }

    /// Opens the folder; `to_change` its mails, or only to read them.
    ///
    /// # Errors
    /// There is none of that name, or it has no lasting numbers; or as [`Talk::command`].
    pub(super) async fn open(&mut self, folder: &str, to_change: bool) -> Result<Folder, Trouble> {
        let verb = if to_change { "SELECT" } else { "EXAMINE" };
        let (mut validity, mut next, mut exists) = (None, None, 0);
        let opened = self
            .command(&format!("{verb} {}", quoted_name(folder)), 0, MOST_SAID, |response| match response {
                Response::Data { outcome: Outcome { code: Some(ResponseCode::UidValidity(number)), .. }, .. } => {
                    validity = Some(*number);
                }
                Response::Data { outcome: Outcome { code: Some(ResponseCode::UidNext(number)), .. }, .. } => {
                    next = Some(*number);
                }
                Response::MailboxData(MailboxDatum::Exists(count)) => exists = *count,
                _ => {}
            })
            .await?;
        if let Answer::Refused(said) = opened {
            return Err(Trouble::Folder(said));
        }
        let uid_validity = validity.filter(|number| *number > 0);
        let uid_validity = uid_validity
            .ok_or_else(|| Trouble::Unfit("The server gives its mails no lasting numbers (UIDVALIDITY)".into()))?;
        self.news = false;
        let uid_next = match next {
            Some(next) => next,
            None if exists == 0 => 1,
            None => self.list("*", Known::Uid).await?.last().map_or(1, |last| last.uid.saturating_add(1)),
        };
        Ok(Folder { uid_validity, uid_next, exact: next.is_some() })
    }

    /// The mails with those UIDs, by UID.
    ///
    /// # Errors
    /// As [`Talk::command`].
    pub(super) async fn list(&mut self, uids: &str, known: Known) -> Result<Vec<Listed>, Trouble> {
        let (items, literal) = match known {
            Known::Uid => ("(UID)", 0),
            Known::Size => ("(UID RFC822.SIZE)", 0),
            Known::Times => ("(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (DATE)])", AROUND),
        };
        let line = format!("UID FETCH {uids} {items}");
        let mut listed: Vec<Listed> = Vec::new();
        let most = usize::try_from(LARGEST_SPAN).unwrap_or(usize::MAX);
        let in_all = most * LISTED + MOST_SAID;
        let answer = self
            .command(&line, literal, in_all, |response| {
                if let Response::Fetch(_, attributes) = response
                    && let Some(mail) = described(attributes)
                    && listed.len() < most
                {
                    listed.push(mail);
                }
            })
            .await?;
        if let Answer::Refused(said) = answer {
            return Err(Trouble::Server(said));
        }
        listed.sort_unstable_by_key(|mail| mail.uid);
        listed.dedup_by_key(|mail| mail.uid);
        Ok(listed)
    }

    /// A piece of each of those mails, from byte `from`; those that are missing could not be had, and the second says why.
    ///
    /// # Errors
    /// As [`Talk::command`].
    pub(super) async fn fetch(
        &mut self,
        uids: &[u32],
        from: u32,
    ) -> Result<(Vec<(u32, Bytes)>, Option<String>), Trouble> {
        let line = format!("UID FETCH {} (UID BODY.PEEK[]<{from}.{PIECE}>)", set(uids));
        let piece = usize::try_from(PIECE).unwrap_or(usize::MAX);
        let mut pieces: Vec<(u32, Bytes)> = Vec::new();
        let answer = self
            .command(&line, piece, uids.len() * (piece + AROUND) + MOST_SAID, |response| {
                if let Response::Fetch(_, attributes) = response
                    && let Some((uid, bytes)) = piece_of(attributes)
                    && uids.contains(&uid)
                    && pieces.iter().all(|(known, _)| *known != uid)
                {
                    pieces.push((uid, bytes));
                }
            })
            .await?;
        let refused = match answer {
            Answer::Done => None,
            Answer::Refused(said) => Some(said),
        };
        Ok((pieces, refused))
    }

    /// Says a command that is answered in words alone.
    ///
    /// # Errors
    /// As [`Talk::command`].
    pub(super) async fn say(&mut self, line: &str) -> Result<Answer, Trouble> {
        self.command(line, 0, MOST_SAID, |_| {}).await
    }

    /// Waits until something changes in the folder, at most that long; whether the server can tell (RFC 2177).
    ///
    /// # Errors
    /// As [`Talk::command`].
    pub(super) async fn idle(&mut self, longest: Duration) -> Result<bool, Trouble> {
        if self.news {
            return Ok(true);
        }
        self.session.get_mut().allow(0, MOST_SAID);
        let tag = in_time(self.session.run_command("IDLE")).await?.map_err(|_| ended())?;
        let waiting = timeout(longest, async {
            let (mut accepted, mut news) = (false, false);
            while !(accepted && news) {
                let data = self.session.read_response().await?.ok_or_else(ended)?;
                match data.parsed() {
                    Response::Continue(_) => accepted = true,
                    Response::Done { tag: done, .. } if *done == tag => return Ok(Some(accepted)),
                    Response::MailboxData(MailboxDatum::Exists(_)) => news = true,
                    Response::Data { status: Status::Bye, outcome } => return Err(farewell(outcome)),
                    _ => {}
                }
            }
            Ok(None)
        });
        if let Ok(ended) = waiting.await
            && let Some(accepted) = ended?
        {
            return Ok(accepted);
        }
        in_time(self.session.run_command_untagged("DONE")).await?.map_err(|_| ended())?;
        loop {
            let data = in_time(self.session.read_response()).await??.ok_or_else(ended)?;
            match data.parsed() {
                Response::Done { tag: done, .. } if *done == tag => return Ok(true),
                Response::Data { status: Status::Bye, outcome } => return Err(farewell(outcome)),
                _ => {}
            }
        }
    }

    /// Says a command and hears its answer: literals of at most `literal` bytes, `in_all` bytes.
    ///
    /// # Errors
    /// The connection broke, the server said farewell, was silent, or said what makes no sense.
    async fn command(
        &mut self,
        line: &str,
        literal: usize,
        in_all: usize,
        mut each: impl FnMut(&Response<'_>),
    ) -> Result<Answer, Trouble> {
        self.session.get_mut().allow(literal, in_all);
        let tag = in_time(self.session.run_command(line)).await?.map_err(|_| ended())?;
        loop {
            let data = in_time(self.session.read_response()).await??.ok_or_else(ended)?;
            match data.parsed() {
                Response::Done { tag: done, status, outcome } if *done == tag => {
                    let said = || outcome.information.as_deref().unwrap_or_default().to_owned();
                    return Ok(if *status == Status::Ok { Answer::Done } else { Answer::Refused(said()) });
                }
                Response::Data { status: Status::Bye, outcome } => return Err(farewell(outcome)),
                other => {
                    self.news |= matches!(other, Response::MailboxData(MailboxDatum::Exists(_)));
                    each(other);
                }
            }
        }
    }
}

fn described(attributes: &[AttributeValue<'_>]) -> Option<Listed> {
    let (mut uid, mut listed) = (None, Listed { uid: 0, size: 0, arrived: None, written: None });
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(number) => uid = Some(*number),
            AttributeValue::Rfc822Size(size) => listed.size = *size,
            AttributeValue::InternalDate(date) => listed.arrived = arrival(date),
            AttributeValue::BodySection { section: Some(_), data: Some(header), .. } => {
                listed.written = mail::parse(header).date;
            }
            _ => {}
        }
    }
    uid.map(|uid| Listed { uid, ..listed })
}

fn piece_of(attributes: &[AttributeValue<'_>]) -> Option<(u32, Bytes)> {
    let uid = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(number) => Some(*number),
        _ => None,
    });
    let bytes = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, data: Some(data), .. } => Some(Bytes::copy_from_slice(data)),
        _ => None,
    });
    uid.zip(bytes)
}

pub(super) fn name_of(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => "IMAP4rev1".into(),
        Capability::Auth(name) => format!("AUTH={name}"),
        Capability::Atom(name) => name.to_string(),
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    timeout(PATIENCE, work).await.map_err(|_| Trouble::Silent)
}

fn ended() -> Trouble {
    Trouble::Broken("the server ended it".into())
}

fn farewell(outcome: &Outcome<'_>) -> Trouble {
    Trouble::Server(outcome.information.as_deref().unwrap_or_default().to_owned())
}

/// The UIDs as a set, runs as ranges: `3:5,9`.
pub(super) fn set(uids: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*uid) => *last = *uid,
            _ => runs.push((*uid, *uid)),
        }
    }
    let runs =
        runs.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}:{last}") });
    runs.collect::<Vec<_>>().join(",")
}

/// A folder's name as the protocol writes it: modified UTF-7 (RFC 3501 §5.1.3) in quotes.
pub(super) fn quoted_name(folder: &str) -> String {
    let mut name = String::with_capacity(folder.len() + 2);
    let mut other: Vec<u16> = Vec::new();
    for letter in folder.chars() {
        if matches!(letter, ' '..='~') {
            flush(&mut other, &mut name);
            match letter {
                '&' => name.push_str("&-"),
                '"' | '\\' => name.extend(['\\', letter]),
                _ => name.push(letter),
            }
        } else {
            other.extend_from_slice(letter.encode_utf16(&mut [0; 2]));
        }
    }
    flush(&mut other, &mut name);
    format!("\"{name}\"")
}

fn flush(other: &mut Vec<u16>, name: &mut String) {
    use base64::Engine as _;
    if other.is_empty() {
        return;
    }
    let bytes: Vec<u8> = other.drain(..).flat_map(u16::to_be_bytes).collect();
    let encoded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes).replace('/', ",");
    name.extend(["&", &encoded, "-"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_short() {
        assert_eq!(set(&[3, 4, 5, 9, 11, 12]), "3:5,9,11:12");
        assert_eq!((set(&[7]).as_str(), set(&[u32::MAX - 1, u32::MAX]).as_str()), ("7", "4294967294:4294967295"));
    }

    #[test]
    fn names_of_folders_are_written_as_servers_know_them() {
        let rows = [
            ("INBOX", "\"INBOX\""),
            ("R & D", "\"R &- D\""),
            ("Entwürfe", "\"Entw&APw-rfe\""),
            ("台北", "\"&U,BTFw-\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("😀x", "\"&2D3eAA-x\""),
        ];
        for (folder, written) in rows {
            assert_eq!(quoted_name(folder), written, "{folder}");
        }
    }
}
