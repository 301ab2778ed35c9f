//! Mails whose outside is unusual: charsets, encodings, nesting, broken boundaries, file names, signatures around the whole.

mod charsets;
mod damage;
mod files;
mod tnef;
mod wrapped;

use super::case::Case;
use super::mail::{Part, Text, Transfer};

const GROUP: &str = "mime";
const PERSON: (&str, &str) = ("Ann Lee", "ann@x.example");
const SUBJECT: &str = "Re: Order 1042";

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    [charsets::cases(), damage::cases(), files::cases(), wrapped::cases(), tnef::cases()].concat()
}

fn case(name: &str, body: Part) -> Case {
    Case::reply(GROUP, name, PERSON, SUBJECT, body)
}

/// Text whose header fields say something else than what it is.
fn labelled(content_type: &str, charset: &str, transfer: Transfer, text: &str) -> Part {
    Part::Text(Text {
        content_type: content_type.to_owned(),
        charset: charset.to_owned(),
        transfer,
        text: format!("{text}\n"),
    })
}
