//! What reading a mail costs: `cargo bench -p segue-mail`. The mails are like those of the ingest measurement; `parse` stands beside
//! what comes after it, so that one run on one machine compares them.

mod mails;

use divan::{Bencher, black_box};
use mail::reply::{Hints, extract, extract_html, extract_plain};

fn main() {
    divan::main();
}

/// The mails by name.
const FORMS: [&str; 2] = ["4 KB plain", "40 KB HTML"];

fn raw(form: &str) -> Vec<u8> {
    if form == FORMS[0] { mails::plain() } else { mails::html() }
}

/// From bytes to headers and decoded bodies.
#[divan::bench(args = FORMS)]
fn parse(bencher: Bencher<'_, '_>, form: &str) {
    let raw = raw(form);
    bencher.bench_local(|| mail::parse(black_box(&raw)));
}

/// From bodies to the reply.
#[divan::bench(args = FORMS)]
fn extraction(bencher: Bencher<'_, '_>, form: &str) {
    let mail = mail::parse(&raw(form));
    bencher.bench_local(|| extract(black_box(&mail), &Hints::default()));
}

/// The same where we know what we had sent.
#[divan::bench(args = FORMS)]
fn extraction_with_our_words(bencher: Bencher<'_, '_>, form: &str) {
    let mail = mail::parse(&raw(form));
    let hints = Hints {
        addresses: vec!["help@acme.example".into()],
        sent: (0..30).map(|n| format!("This is what we wrote in message {n}.\nIt was about your order.\n")).collect(),
        ..Hints::default()
    };
    bencher.bench_local(|| extract(black_box(&mail), &hints));
}

/// Bodies of 10 MB that make careless readers slow.
const HOSTILE: [(&str, &str); 12] = [
    ("empty lines", "\n"),
    ("quotes", "> a\n"),
    ("answers", "> a\nb\n"),
    ("attributions", "On Mon 5 Jan 2026 10:00 a@b.c wrote:\n"),
    ("header blocks", "From: a@b.c\nSubject: x\n\n"),
    ("separators", "-----Original Message-----\n"),
    ("one line", "wrote: "),
    ("footers", "Sent from my iPhone\n\nx\n"),
    ("signatures", "-- \n"),
    ("deep quotes", ">"),
    ("colons", "a:\n"),
    ("addresses", "<a@b.c> "),
];

#[divan::bench(args = HOSTILE.map(|(name, _)| name), sample_count = 3, sample_size = 1)]
fn hostile_10_mb_plain(bencher: Bencher<'_, '_>, name: &str) {
    let piece = HOSTILE.iter().find(|(known, _)| *known == name).map_or("", |(_, piece)| piece);
    let text = piece.repeat(10_000_000 / piece.len());
    bencher.bench_local(|| extract_plain(black_box(&text), &Hints::default()));
}

const HOSTILE_HTML: [&str; 6] =
    ["<div>", "<blockquote>", "<p>a", "<div class=gmail_quote>x</div>y", "<table><td>", "a &lt;"];

#[divan::bench(args = HOSTILE_HTML, sample_count = 3, sample_size = 1)]
fn hostile_10_mb_html(bencher: Bencher<'_, '_>, piece: &str) {
    let html = piece.repeat(10_000_000 / piece.len());
    bencher.bench_local(|| extract_html(black_box(&html), &Hints::default()));
}
