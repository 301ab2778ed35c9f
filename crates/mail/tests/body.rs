//! A body in parts: nothing is lost, reading a reply again changes nothing, words never vanish.

use std::time::{Duration, Instant};

use mail::reply::{Body, Hints, extract_html, take_apart_html, take_apart_plain};
use proptest::prelude::*;

/// Lines that mails are made of, so that random mails meet the rules they are to be read by.
const LINES: &[&str] = &[
    "Hello there",
    "",
    "",
    "",
    "It did not arrive.",
    "> quoted",
    "> Which size?",
    ">> deeper",
    ">",
    "> On 5 Jan 2026, at 10:00, Ann Lee <ann@x.example> wrote:",
    "-- ",
    "--",
    "On Mon, 5 Jan 2026 at 10:00 Ann <ann@x.example> wrote:",
    "On 5 January 2026 Ann wrote:",
    "Am 5.1.2026 um 10:00 schrieb Ann:",
    "<ann@x.example> wrote:",
    "From: Ann <a@x.example>",
    "Sent: Monday, 5 January 2026 10:00",
    "To: b@x.example",
    "Subject: Hi",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "________________________________",
    "---",
    "Sent from my iPhone",
    "Best regards,",
    "Cheers, Ann",
    "Ann Lee",
    "Ann",
    "Acme Ltd. | +44 20 7946 0000 | www.acme.example",
    "PS: call me",
    "wrote:",
    "> wrote:",
    "| bar",
    "😀",
    "this e-mail and any attachments are confidential",
    "Virus-free. www.avast.com",
    "Your parcel is on its way to you, it should arrive on Friday.",
    "Answer this mail to reply.",
    "help@acme.example:",
    "a very long line that goes on and on and on until it is broken by some server on its way",
    "lower case follows",
    "\u{200b}",
    "在 2026年1月5日，10:00，Ann <ann@x.example> 写道：",
];

const TAGS: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<div class=gmail_quote>",
    "<blockquote type=cite>",
    "<blockquote>",
    "</blockquote>",
    "<br>",
    "<hr>",
    "word ",
    "other words",
    "<div id=divRplyFwdMsg>",
    "<div id=appendonsend></div>",
    "<b>From:</b> a@x.example<br><b>Subject:</b> x<br>",
    "<div class=gmail_signature>",
    "<pre>a\nb\n</pre>",
    "<ul><li>",
    "<table><tr><td>",
    "</table>",
];

fn hints() -> Hints {
    Hints {
        addresses: vec!["help@acme.example".into()],
        sent: vec!["Hello,\n\nYour parcel is on its way to you, it should arrive on Friday.\n\nZoe".into()],
        phrases: vec!["Answer this mail to reply.".into()],
        author: Some(mail::Mailbox::new(Some("Ann Lee"), "ann@x.example")),
    }
}

fn words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// The parts, without gap or overlap, are the text.
fn rebuilt(body: &Body) -> String {
    let mut end = 0;
    for part in &body.parts {
        assert_eq!(part.range.start, end);
        assert!(!part.range.is_empty());
        end = part.range.end;
    }
    body.parts.iter().map(|part| body.text_of(part)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_are_the_text(lines in proptest::collection::vec(proptest::sample::select(LINES), 0..30), end in "\r?\n?") {
        let text = lines.join(if end.len() > 1 { "\r\n" } else { "\n" }) + &end;
        let body = take_apart_plain(&text, &hints());
        prop_assert_eq!(rebuilt(&body), &*text);
        prop_assert_eq!(&body.text, &text);
    }

    #[test]
    fn any_text_is_its_parts(text in "\\PC{0,60}(\r?\n\\PC{0,60}){0,8}") {
        let body = take_apart_plain(&text, &hints());
        prop_assert_eq!(rebuilt(&body), text);
    }

    #[test]
    fn reading_a_reply_again_changes_nothing(lines in proptest::collection::vec(proptest::sample::select(LINES), 0..30)) {
        let text = lines.join("\n");
        let once = take_apart_plain(&text, &hints()).reply().text;
        let twice = take_apart_plain(&once, &hints()).reply().text;
        prop_assert_eq!(&once, &twice, "of {:?}", text);
    }

    #[test]
    fn words_never_vanish(lines in proptest::collection::vec(proptest::sample::select(LINES), 0..30)) {
        let text = lines.join("\n");
        let reply = take_apart_plain(&text, &hints()).reply();
        prop_assert_eq!(words(&text), words(&text) && !reply.text.trim().is_empty(), "{:?}", reply);
        let all = format!("{}\n{}\n{}", reply.text, reply.signature.unwrap_or_default(), reply.quoted.unwrap_or_default());
        for line in text.lines().map(str::trim).filter(|line| words(line)) {
            prop_assert!(all.contains(line), "{line:?} of {text:?} is not in {all:?}");
        }
    }

    #[test]
    fn a_moved_cut_loses_nothing(lines in proptest::collection::vec(proptest::sample::select(LINES), 0..30)) {
        let body = take_apart_plain(&lines.join("\n"), &hints());
        for cut in body.cuts() {
            prop_assert_eq!(rebuilt(&Body::cut_at(&body.text, cut.at)), &*body.text);
            prop_assert!(!Body::cut_at(&body.text, cut.at).reply().text.is_empty());
        }
    }

    #[test]
    fn html_is_its_parts_as_rendered(pieces in proptest::collection::vec(proptest::sample::select(TAGS), 0..40)) {
        let html = pieces.concat();
        let body = take_apart_html(&html, &hints());
        prop_assert_eq!(rebuilt(&body), &*body.text);
        prop_assert_eq!(body.reply().text, extract_html(&html, &hints()).text);
    }
}

/// The time that a text takes is in proportion to its length, whatever it holds.
#[test]
fn twice_the_text_takes_about_twice_the_time() {
    let taken = |piece: &str, bytes: usize| {
        let text = piece.repeat(bytes / piece.len());
        let begun = clock();
        let body = take_apart_plain(&text, &hints());
        assert_eq!(body.text.len(), text.len());
        begun.elapsed()
    };
    for piece in LINES
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .chain(["\n".into(), "a:\n\n> b\n\n".into()])
    {
        let (once, many) = (taken(&piece, 40_000), taken(&piece, 320_000));
        assert!(many < once * 40 + Duration::from_millis(500), "{piece:?}: {once:?}, then {many:?}");
    }
}

fn clock() -> Instant {
    Instant::now()
}
