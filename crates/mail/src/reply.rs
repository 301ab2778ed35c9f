//! What the person newly wrote, apart from their signature and the history that their client quoted.
//!
//! Plain text is read line by line ([`extract_plain`]), HTML as a tree ([`extract_html`]). The words of every language stand in one table.
//! Nothing is lost: the parts that are cut are returned too, and a mail that has words never yields an empty reply.

mod attribution;
mod body;
mod bounds;
mod choice;
mod contact;
mod context;
mod cut;
mod footer;
mod heading;
mod line;
mod locales;
mod marks;
mod markup;
mod notice;
mod own;
mod plain;
mod quotes;
mod signature;
mod words;

use serde::Serialize;

pub use body::{Body, Confidence, Cut, Part, PartKind};
pub use markup::{extract_html, take_apart_html};
pub use plain::{extract_plain, has_words, take_apart_plain};

use crate::message::{Mail, Mailbox};
use context::Context;

/// What is known of the conversation before reading.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Our addresses in this conversation: sender and reply address.
    pub addresses: Vec<String>,
    /// The text of the mails that we sent lately, oldest first; history that repeats them is found whatever its form.
    pub sent: Vec<String>,
    /// What our mails say besides the messages, as headings and footers.
    pub phrases: Vec<String>,
    /// Who wrote the mail, by whose name a signature is known; [`extract`] takes it from the mail where it is not given.
    pub author: Option<Mailbox>,
}

/// A mail's words, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Reply {
    /// What the person newly wrote; empty only when the mail has no words at all.
    pub text: String,
    /// Signature, mobile and legal footers.
    pub signature: Option<String>,
    /// The history that was cut.
    pub quoted: Option<String>,
    /// The newly written HTML, sanitised; `None` for plain mail.
    pub html: Option<String>,
    /// What decided the cut, for the trace: `whole` when nothing was cut.
    pub rule: &'static str,
    /// The body that this is the reply of, in parts: where it was cut and where else it could be.
    pub parts: Body,
}

/// Takes a mail apart. HTML is preferred for its markers when the mail has it; the words come from the plain part where that is sound.
pub fn extract(mail: &Mail, hints: &Hints) -> Reply {
    let context = Context::of(hints, mail.author());
    let plain = || plain::take_apart(mail.text.clone(), &[], "whole", &context).reply();
    let Some(html) = mail.html.as_deref() else { return plain() };
    let marked = markup::extract(html, &context);
    if mail.text_from_html || !plain::has_words(&mail.text) {
        return marked;
    }
    choice::choose(marked, plain())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(plain: &str, html: &str) -> Reply {
        let mail = Mail { text: plain.into(), html: Some(html.into()), ..Mail::default() };
        extract(&mail, &Hints::default())
    }

    #[test]
    fn the_sounder_of_two_bodies_is_read() {
        let both = read("New *words*\n\n> Old", "<p>New <b>words</b></p><blockquote type=cite>Old</blockquote>");
        assert_eq!((both.text.as_str(), both.html.as_deref()), ("New *words*", Some("<p>New <b>words</b></p>")));
        let unmarked =
            read("New\n\nSomebody, some day\nOld", "<p>New</p><div class=gmail_quote>Somebody, some day<br>Old</div>");
        assert_eq!(unmarked.text, "New");
        let empty = read(" \n", "<p>New</p>");
        assert_eq!(empty.text, "New");
        let stub = read("This mail needs HTML.", &format!("<p>{}</p>", "Real words. ".repeat(50)));
        assert!(stub.text.starts_with("Real words."));
    }
}
