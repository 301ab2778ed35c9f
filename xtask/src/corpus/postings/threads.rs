//! Threads through several programs and languages, and lines above the quote that are longer than a line.

use super::{GROUP, plain};
use crate::corpus::case::Case;
use crate::corpus::clients::{find, gmail, linked, outlook, thunderbird};
use crate::corpus::mail::{Part, Transfer};
use crate::corpus::text::{quoted, with_breaks, wrapped};
use crate::corpus::words::{self, Words};

/// An author whose name and address fill a line.
const LONG: (&str, &str) =
    ("Customer Service of the Acme Trading Company (Orders)", "customer-service+orders-1042@mail.acme.example");

/// Who answers, and in which language the mail before was answered.
const PAIRS: &[(&str, &str)] = &[
    ("en", "de"),
    ("de", "en"),
    ("fr", "en"),
    ("en", "fr"),
    ("es", "pt-BR"),
    ("it", "de"),
    ("nl", "fr"),
    ("pl", "uk"),
    ("ru", "en"),
    ("sv", "fi"),
    ("da", "nb"),
    ("ja", "en"),
    ("en", "ja"),
    ("ko", "en"),
    ("zh-Hans", "en"),
    ("he", "ar"),
    ("tr", "el"),
    ("hu", "ro"),
];

pub(super) fn cases() -> Vec<Case> {
    let long = words::all().into_iter().filter_map(long_line);
    let threads = PAIRS.iter().enumerate().map(|(number, (outer, inner))| {
        let (outer, inner) = (words::of(outer), words::of(inner));
        match number % 3 {
            0 => outlook_over_gmail(outer, inner),
            1 => gmail_over_outlook(outer, inner),
            _ => html_in_html(outer, inner),
        }
    });
    long.chain(threads).collect()
}

/// Gmail breaks the line above the quote after 78 columns.
fn long_line(words: &Words) -> Option<Case> {
    let line = find(gmail::LINES, words.code)?.replace("{name}", LONG.0).replace("{mail}", LONG.1);
    let text = format!("{}\n\n{}\n\n{}", words.whole(), wrapped(&line, 78), quoted(&words.history()));
    Some(plain(&format!("{}-long-line", words.code), words, &text).text(&words.whole()).quoted(&words.asked))
}

fn before(words: &Words) -> String {
    let line = find(thunderbird::LINES, words.code).or_else(|| find(gmail::LINES, words.code)).unwrap_or_default();
    let line = line.replace("{name}", "Cy Dow").replace("{mail}", "cy@x.example");
    format!("{}\n\n{line}\n{}", words.short, quoted(words.asked[0]))
}

fn outlook_over_gmail(outer: &Words, inner: &Words) -> Case {
    let block = outlook::of(outer.code).plain(outer.person, outer.subject);
    let text = format!("{}\n\n{block}\n\n{}", outer.whole(), before(inner));
    plain(&format!("{}-outlook-over-{}", outer.code, inner.code), outer, &text)
        .text(&outer.whole())
        .quoted(&[inner.short])
}

fn gmail_over_outlook(outer: &Words, inner: &Words) -> Case {
    let line = super::filled(find(gmail::LINES, outer.code).unwrap_or_default());
    let block = outlook::of(inner.code).plain(inner.person, inner.subject);
    let below = format!("{}\n\n{block}\n\n{}", inner.short, inner.asked[0]);
    let text = format!("{}\n\n{}\n\n{}", outer.whole(), wrapped(&line, 78), quoted(&below));
    plain(&format!("{}-gmail-over-{}", outer.code, inner.code), outer, &text)
        .text(&outer.whole())
        .quoted(&[inner.short])
}

fn html_in_html(outer: &Words, inner: &Words) -> Case {
    let quote = |line: &str, content: &str| {
        format!(
            "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">{content}</blockquote></div>",
            linked(line)
        )
    };
    let line = |words: &Words| find(gmail::LINES, words.code).unwrap_or_default();
    let oldest = quote(line(inner), &with_breaks(inner.asked[0]));
    let older = quote(line(outer), &format!("<div dir=\"ltr\">{}</div>{oldest}", with_breaks(inner.short)));
    let html = format!("{}{older}\n", gmail::upper(&outer.whole(), None));
    let body = Part::text("html", "utf-8", Transfer::Quoted, &html);
    let subject = format!("Re: {}", outer.subject);
    Case::reply(GROUP, &format!("{}-html-over-{}", outer.code, inner.code), outer.person, &subject, body)
        .text(&outer.whole())
        .quoted(&[inner.short])
}
