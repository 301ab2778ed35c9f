//! A client and a driver that watch a session: whatever is sent, in whatever pieces, what must always hold is checked here.

#![allow(dead_code, unreachable_pub, reason = "each user has a use for a part of it")]

use smtp::{Envelope, Fate, Recipient, Rules, Sender, Session, Step};

/// What came of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Everything that was said to the client.
    pub said: String,
    /// The mails that were kept, with their envelopes.
    pub kept: Vec<(Envelope, Vec<u8>)>,
    /// Whether the session was ended by the server.
    pub closed: bool,
}

impl Seen {
    /// The codes that were said, those of replies of several lines once.
    pub fn codes(&self) -> Vec<&str> {
        let lines = self.said.lines().filter(|line| line.as_bytes().get(3) != Some(&b'-'));
        lines.filter_map(|line| line.get(..3)).collect()
    }
}

/// Plays the client, who sends `input` in these pieces, and a driver who takes all of `…@here.example` but `nobody@`.
///
/// # Panics
/// Something that must always hold does not.
pub fn watch<'a>(rules: &Rules, pieces: impl IntoIterator<Item = &'a [u8]>) -> Seen {
    let mut session = Session::new(rules.clone());
    let (mut seen, mut body) = (Seen::default(), Vec::new());
    let mut pieces = pieces.into_iter();
    loop {
        match session.step() {
            Step::Read => match pieces.next() {
                Some(piece) => session.receive(piece),
                None => break,
            },
            Step::Sender(from) => session.sender(match from {
                Some(address) if address.local() == "often" => Sender::Later,
                _ => Sender::Welcome,
            }),
            Step::Recipient(address) => session.recipient(answer(&address)),
            Step::Body(bytes) => {
                assert!(!bytes.is_empty());
                body.extend(bytes);
                assert!(body.len() <= rules.largest, "more than the largest mail");
            }
            Step::Forget => body.clear(),
            Step::Keep(envelope) => {
                assert!(!envelope.to.is_empty() && envelope.to.len() <= rules.most_recipients);
                assert!(envelope.to.iter().all(|address| answer(address) == Recipient::Ours));
                seen.kept.push((envelope, std::mem::take(&mut body)));
                session.kept(&Fate::Kept);
            }
            Step::StartTls => {
                assert!(rules.starttls);
                session.secured();
            }
            Step::Close => {
                seen.closed = true;
                break;
            }
        }
    }
    seen.said = String::from_utf8(session.output()).expect("only text is said");
    well_formed(&seen.said);
    seen
}

fn answer(address: &smtp::Address) -> Recipient {
    match address.domain() {
        Some(domain) if domain.eq_ignore_ascii_case("here.example") => match address.local() {
            "nobody" => Recipient::NoSuchUser,
            "later" => Recipient::Later,
            _ => Recipient::Ours,
        },
        None => Recipient::Ours,
        Some(_) => Recipient::NotOurs,
    }
}

/// Lines of at most 512 octets (RFC 5321 §4.5.3.1.5): a code, a blank or hyphen, printable ASCII, CR LF.
fn well_formed(said: &str) {
    for line in said.split_inclusive("\r\n") {
        let words = line.strip_suffix("\r\n").expect("a whole line");
        let (code, rest) = words.split_at_checked(3).expect("a code");
        assert!(code.parse::<u16>().is_ok_and(|code| (200..600).contains(&code)), "{line}");
        assert!(rest.starts_with([' ', '-']), "{line}");
        assert!(rest.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && line.len() <= 512, "{line}");
    }
}
