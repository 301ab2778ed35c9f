//! Mails that no person wrote at that moment: absence notices, delivery reports, receipts, lists.

mod absence;
mod absences;
mod bounces;
mod lists;
mod receipts;

use super::case::{Case, mailbox};
use super::mail::{Part, Transfer};

const GROUP: &str = "automatic";
const PERSON: Person = ("Ann Lee", "ann@x.example");

/// Further header fields.
type Fields = &'static [(&'static str, &'static str)];

/// A name and an address.
type Person = (&'static str, &'static str);

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    [absence::cases(), bounces::cases(), receipts::cases(), lists::cases()].concat()
}

/// A mail of a kind with further header fields.
fn case(name: &str, from: (&str, &str), subject: &str, kind: &str, headers: &[(&str, &str)], body: Part) -> Case {
    let case = Case::reply(GROUP, name, from, subject, body).kind(kind);
    let case = case.mail(|mail| mail.set("From", &mailbox(from, "UTF-8")));
    headers.iter().fold(case, |case, (name, value)| case.with(name, value))
}

fn text(text: &str) -> Part {
    Part::text("plain", "utf-8", Transfer::Quoted, &format!("{text}\n"))
}
