//! Mails that are easily misread: words that look like history, history that looks like words, mails of almost nothing.

mod html;
mod kept;
mod languages;
mod nearly;
mod odd;
mod pages;

use super::case::Case;
use super::mail::{Part, Transfer};

const GROUP: &str = "traps";
const PERSON: (&str, &str) = ("Ann Lee", "ann@x.example");
const SUBJECT: &str = "Re: Order 1042";

/// The history below, as Gmail has it.
const BELOW: &str = "On Tue, Nov 3, 2026 at 10:15\u{202f}AM Ada Byron <help@acme.example> wrote:\n\n> Which size do you need?\n>\n> And where shall we send it?";

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    [kept::cases(), odd::cases(), html::cases(), languages::cases(), pages::cases(), nearly::cases()].concat()
}

fn plain(name: &str, text: &str) -> Case {
    Case::reply(GROUP, name, PERSON, SUBJECT, Part::text("plain", "utf-8", Transfer::Eight, &format!("{text}\n")))
}

fn html(name: &str, text: &str) -> Case {
    Case::reply(GROUP, name, PERSON, SUBJECT, Part::text("html", "utf-8", Transfer::Quoted, &format!("{text}\n")))
}
