//! Whatever comes in, nothing panics, words are never lost, and the work stays in proportion.

use std::time::{Duration, Instant};

use mail::reply::{Hints, extract, extract_html, extract_plain};
use proptest::prelude::*;

/// Lines that mails are made of, so that random mails meet the rules they are to be read by.
const LINES: &[&str] = &[
    "Hello there",
    "",
    "",
    "> quoted",
    ">> deeper",
    ">",
    "-- ",
    "--",
    "On Mon, 5 Jan 2026 at 10:00 Ann <ann@x.example> wrote:",
    "From: Ann <a@x.example>",
    "Sent: Monday",
    "To: b@x.example",
    "Subject: Hi",
    "-----Original Message-----",
    "________________________________",
    "Sent from my iPhone",
    "Best regards,",
    "Ann Lee",
    "Am 5.1.2026 um 10:00 schrieb Ann:",
    "wrote:",
    "> wrote:",
    "| bar",
    "😀",
    "?",
    "this e-mail and any attachments are confidential",
    "2026-01-05 10:00 GMT+01:00 Ann",
    "   ",
    "\u{200b}",
    "a very long line that goes on and on and on until it is broken by some server on its way",
    "lower case follows",
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
    "<div id=divRplyFwdMsg>",
    "<div id=appendonsend></div>",
    "<img src=cid:a>",
    "<img src=http://x/y>",
    "<script>evil()</script>",
    "<style>p{}</style>",
    "<table><tr><td>",
    "</table>",
    "<a href='javascript:x'>",
    "</a>",
    "&nbsp;",
    "<b>From:</b> a@x.example<br><b>Subject:</b> x<br>",
    "<!--",
    "-->",
    "<div style='display:none'>",
    "<div class=gmail_signature>",
    "<svg>",
    "<math>",
    "<template>",
    "<select>",
    "<ul><li>",
];

fn words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn lines_of(lines: &[&str]) -> String {
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_mail(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mail = mail::parse(&raw);
        prop_assert!(!mail.message_id.is_empty());
        prop_assert!(!mail.text.contains('\0'));
        let _ = (mail::classify(&mail), extract(&mail, &Hints::default()), mail::inspect_eml(&raw));
    }

    #[test]
    fn any_headers_and_parts_are_a_mail(pieces in proptest::collection::vec(prop_oneof![
        Just("Content-Type: multipart/mixed; boundary=b\r\n"), Just("Content-Type: multipart/alternative; boundary=\"c\"\n"), Just("\r\n"), Just("--b\r\n"), Just("--c\n"),
        Just("--b--\r\n"), Just("--c--"), Just("Content-Type: text/html; charset=utf-16\r\n"), Just("Content-Transfer-Encoding: base64\r\n"), Just("QUJD\r\n"),
        Just("Content-Type: message/rfc822\r\n"), Just("From: =?utf-8?b?////?= <<a@>\r\n"), Just("To: g: a@b, \"x@y\"@z;, <\r\n"), Just("Message-ID: <>\r\n"), Just("x"),
        Just("Content-Transfer-Encoding: quoted-printable\n"), Just("=ZZ=\r\n"), Just("Content-Type: text/plain; format=flowed\r\n"), Just(" \u{e4} folded\r\n"), Just("Content-Type: message/delivery-status\n"),
    ], 0..60)) {
        let raw = pieces.concat();
        let mail = mail::parse(raw.as_bytes());
        let _ = (mail::classify(&mail), extract(&mail, &Hints::default()));
    }

    #[test]
    fn words_never_become_an_empty_reply(lines in proptest::collection::vec(proptest::sample::select(LINES), 0..30)) {
        let text = lines_of(&lines);
        let reply = extract_plain(&text, &Hints::default());
        prop_assert_eq!(words(&text), words(&text) && !reply.text.trim().is_empty(), "{:?} from {:?}", reply, text);
    }

    #[test]
    fn nothing_is_lost(lines in proptest::collection::vec(proptest::sample::select(LINES), 0..30)) {
        let text = lines_of(&lines);
        let reply = extract_plain(&text, &Hints::default());
        let all = format!("{}\n{}\n{}", reply.text, reply.signature.unwrap_or_default(), reply.quoted.unwrap_or_default());
        for line in text.lines().map(str::trim).filter(|line| words(line)) {
            prop_assert!(all.contains(line), "{line:?} of {text:?} is not in {all:?}");
        }
    }

    #[test]
    fn html_stays_harmless_and_keeps_its_words(pieces in proptest::collection::vec(proptest::sample::select(TAGS), 0..40)) {
        let html = pieces.concat();
        let clean = mail::html::sanitize(&html);
        for bad in ["<script", "<style", "javascript:", "<svg", "<math", "<select", " src=\"http"] {
            prop_assert!(!clean.contains(bad), "{bad} in {clean}");
        }
        let reply = extract_html(&html, &Hints::default());
        prop_assert_eq!(words(&mail::html::to_text(&html)), words(&reply.text), "{:?} from {:?}", reply, html);
        let shown = reply.html.unwrap_or_default();
        let said = |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(said(&mail::html::to_text(&shown)), said(&reply.text), "{} from {:?}", shown, html);
        prop_assert!(!shown.contains("<script") && !shown.contains("javascript:") && !shown.contains(" src=\"http"), "{shown}");
    }

    #[test]
    fn any_text_survives_composing(subject in "\\PC{0,200}", name in "\\PC{0,80}", text in "[\\PC\\n]{0,400}") {
        let letter = mail::Letter {
            from: mail::Mailbox::new(Some(&name), "a@x.example"),
            to: vec![mail::Mailbox::new(None, "b@x.example")],
            subject: subject.clone(),
            message_id: "m@x.example".into(),
            text: text.clone(),
            ..mail::Letter::default()
        };
        let bytes = mail::render(&letter).expect("renders");
        prop_assert!(bytes.is_ascii());
        let folded = |text: &str| text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
        let read = mail::parse(&bytes);
        prop_assert_eq!(read.from[0].name.as_deref().map(folded).unwrap_or_default(), folded(&name));
        prop_assert_eq!(read.subject.as_deref().map(folded).unwrap_or_default(), folded(&subject));
        prop_assert_eq!(read.text.trim_end_matches('\n'), text.trim_end_matches('\n'));
    }
}

/// Bodies that make careless readers quadratic; each of some hundred kilobytes.
#[test]
fn work_grows_with_the_size_alone() {
    let repeated = |piece: &str| piece.repeat(150_000 / piece.len());
    let texts = [
        "\n",
        ">\n",
        "> a\n",
        "a\n",
        ":\n",
        "On \n",
        "From: a@b.c\nSubject: x\n\n",
        "-----Original Message-----\n",
        "Sent from my iPhone\n\n> x\n",
        "-- \n",
        "a\n> b\n",
        "On Mon 5 Jan 2026 10:00 a@b.c wrote:\n",
        "a:\n> b\n",
        "====\n",
        "x ",
        "wrote: ",
        "> long long long long long long long long long long long line\nx\n",
    ];
    for piece in texts {
        let text = repeated(piece);
        let begun = clock();
        let _ = extract_plain(&text, &Hints::default());
        assert!(begun.elapsed() < Duration::from_secs(20), "{piece:?} took {:?}", begun.elapsed());
    }
    let raws = [
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
        "To: a@b.c,\n ",
        "<a@b> ",
        "--b\n\n",
        "Received: x\n",
        "Content-Type: message/rfc822\n\n",
        "=?utf-8?q?a?= ",
        "(",
        "\"",
        "\\",
    ];
    for piece in raws {
        let raw = format!("To: {}", repeated(piece));
        let begun = clock();
        let mail = mail::parse(raw.as_bytes());
        let _ = mail::classify(&mail);
        assert!(begun.elapsed() < Duration::from_secs(20), "{piece:?} took {:?}", begun.elapsed());
    }
    for piece in [
        "<div>",
        "<p>",
        "<b>",
        "<table>",
        "<blockquote>",
        "<a href=x>",
        "<font size=1><p>",
        "<",
        "&",
        "<!--",
        "<div class=gmail_quote>x</div>y",
        "<td>",
        "</p>",
    ] {
        let html = repeated(piece);
        let begun = clock();
        let _ = (extract_html(&html, &Hints::default()), mail::html::sanitize(&html));
        assert!(begun.elapsed() < Duration::from_secs(20), "{piece:?} took {:?}", begun.elapsed());
    }
}

fn clock() -> Instant {
    Instant::now()
}
