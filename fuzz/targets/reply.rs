//! Any text as a body, plain and as HTML: the parts together are the text, reading a reply again changes nothing, words never vanish.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail::reply::{Body, Hints, take_apart_html, take_apart_plain};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let hints = Hints {
        addresses: vec!["help@acme.example".into()],
        sent: vec!["We do have the 1962 edition, and it is yours from Friday on.".into()],
        phrases: vec!["Answer this mail to reply.".into()],
        author: Some(mail::Mailbox::new(Some("Ann Lee"), "ann@x.example")),
    };
    for hints in [hints, Hints::default()] {
        let body = take_apart_plain(&text, &hints);
        assert_eq!(body.text, text);
        whole(&body);
        let cuts = body.cuts();
        let once = body.reply().text;
        assert_eq!(has_words(&text), has_words(&text) && !once.trim().is_empty(), "words vanished");
        assert_eq!(take_apart_plain(&once, &hints).reply().text, once, "read again");
        for cut in cuts {
            whole(&Body::cut_at(&text, cut.at));
        }
        whole(&take_apart_html(&text, &hints));
    }
});

/// The parts, without gap or overlap, are the text.
fn whole(body: &Body) {
    let mut end = 0;
    for part in &body.parts {
        assert_eq!(part.range.start, end);
        end = part.range.end;
    }
    assert_eq!(end, body.text.len());
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
