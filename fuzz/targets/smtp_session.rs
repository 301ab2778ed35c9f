//! Any bytes in any pieces as an SMTP or LMTP client. Nothing panics; replies are well-formed lines; the pieces change
//! nothing; and a mail is only kept right after a proper end. The first two bytes choose protocol and cuts.
#![no_main]

#[path = "../../crates/smtp/tests/watch/mod.rs"]
mod watch;

use libfuzzer_sys::fuzz_target;
use smtp::{Fate, Recipient, Rules, Sender, Session, Step};

fuzz_target!(|bytes: &[u8]| {
    let [first, second, input @ ..] = bytes else { return };
    let some = if first & 1 == 0 { Rules::smtp("mx.here.example") } else { Rules::lmtp("mx.here.example") };
    let rules = Rules {
        starttls: first & 2 != 0,
        largest: 2000,
        most_recipients: 3,
        most_errors: 8,
        most_refused: 5,
        most_idle: 12,
        most_hops: 5,
        ..some
    };
    let whole = watch::watch(&rules, [input]);
    // What is sent ahead of STARTTLS is thrown away, so there the pieces do matter.
    if !rules.starttls {
        let pieces = watch::watch(&rules, input.chunks(usize::from(*second).max(1)));
        assert_eq!(pieces, whole);
    }
    ends_are_ends(rules, input);
});

/// Byte by byte: a mail by DATA is complete exactly when CR LF `.` CR LF was sent, and is what stands before it.
fn ends_are_ends(rules: Rules, input: &[u8]) {
    let mut session = Session::new(rules);
    let mut sent = 0;
    let mut body = Vec::new();
    // Where the lines after DATA begin.
    let mut lines = None;
    loop {
        match session.step() {
            Step::Read => {
                if session.output().starts_with(b"354 ") {
                    lines = Some(sent);
                }
                let Some(byte) = input.get(sent) else { return };
                sent += 1;
                session.receive(std::slice::from_ref(byte));
            }
            Step::Sender(_) => {
                lines = None;
                session.sender(Sender::Welcome);
            }
            Step::Recipient(_) => session.recipient(Recipient::Ours),
            Step::Body(bytes) => body.extend(bytes),
            Step::Forget => body.clear(),
            Step::Keep(_) => {
                if let Some(begin) = lines {
                    assert_eq!(body, undotted(&input[begin..sent]));
                }
                body.clear();
                session.kept(&Fate::Kept);
            }
            Step::StartTls => {
                // What follows was sent in the clear; it counts as what is sent then.
                session.output();
                session.secured();
            }
            Step::Close => return,
        }
    }
}

/// The mail in the lines after DATA, written down as RFC 5321 §4.5.2 says it, with no thought of speed.
fn undotted(lines: &[u8]) -> Vec<u8> {
    let text: String = lines.iter().map(|byte| char::from(*byte)).collect();
    let lines = text.strip_suffix(".\r\n").expect("the end of the mail");
    assert!(lines.is_empty() || lines.ends_with("\r\n"), "the dot stands alone on its line");
    let mut mail = Vec::new();
    for line in lines.split_inclusive("\r\n") {
        let words = line.strip_suffix("\r\n").expect("a whole line");
        assert!(words != "." && !words.contains(['\r', '\n']), "no other end, and no line end that is none");
        mail.extend(words.strip_prefix('.').unwrap_or(words).chars().map(|c| c as u8));
        mail.extend(b"\r\n");
    }
    mail
}
