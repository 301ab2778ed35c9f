//! Where people write and how they sign: above, below and between the history, over a thread in several languages.

mod footers;
mod forwards;
mod length;
mod order;
mod signatures;
mod threads;

use super::case::Case;
use super::clients::{filled, find, gmail};
use super::mail::{Part, Transfer};
use super::text::quoted;
use super::words::{self, Words};

const GROUP: &str = "postings";

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    [signatures::cases(), footers::cases(), order::cases(), length::cases(), threads::cases(), forwards::cases()]
        .concat()
}

fn plain(name: &str, words: &Words, text: &str) -> Case {
    let body = Part::text("plain", "utf-8", Transfer::Quoted, &format!("{text}\n"));
    Case::reply(GROUP, name, words.person, &format!("Re: {}", words.subject), body)
}

/// Our mail below a line, as Gmail has both in the language.
fn history(words: &Words) -> String {
    let line = filled(find(gmail::LINES, words.code).unwrap_or_default());
    format!("{line}\n\n{}", quoted(&words.history()))
}

/// Words and signature, alone or above history.
fn signed(name: &str, code: &str, written: &str, signature: &str, alone: bool) -> Case {
    let words = words::of(code);
    let below = if alone { String::new() } else { format!("\n\n{}", history(words)) };
    plain(name, words, &format!("{written}\n\n{signature}{below}")).text(written)
}
