//! Programs that fewer people use, or use in one country: what each puts below the words.

mod desk;
mod html;
mod web;

use super::case::Case;
use super::clients::US;
use super::mail::{Part, Transfer};
use super::text::{escaped, lines_in, quoted, with_breaks};
use super::words::{self, Words};

const GROUP: &str = "programs";

/// A program: its name, the language it is set to, what it signs with, and what stands below that. In the last, `{name}` and
/// `{mail}` are whose mail is answered, `{person}` and `{address}` whose answer it is, `{subject}` the subject, `{history}` and
/// `{quoted}` our mail, bare and with `> `.
struct Program {
    name: &'static str,
    code: &'static str,
    footer: &'static str,
    below: &'static str,
}

const fn program(name: &'static str, code: &'static str, footer: &'static str, below: &'static str) -> Program {
    Program { name, code, footer, below }
}

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let plain = desk::ALL.iter().chain(web::ALL).enumerate();
    let html = html::ALL.iter().enumerate();
    plain
        .map(|(number, program)| program.plain(number))
        .chain(html.map(|(number, program)| program.html(number)))
        .collect()
}

impl Program {
    /// The shorter or the longer words, by turns.
    fn written(words: &Words, number: usize) -> String {
        if number.is_multiple_of(2) { words.short.to_owned() } else { words.whole() }
    }

    fn plain(&self, number: usize) -> Case {
        let words = words::of(self.code);
        let written = Self::written(words, number);
        let below = filled(self.below, words, str::to_owned)
            .replace("{quoted}", &quoted(&words.history()))
            .replace("{history}", &words.history());
        let footer = if self.footer.is_empty() { String::new() } else { format!("{}\n\n", self.footer) };
        let text = format!("{written}\n\n{footer}{below}\n");
        self.case(words, &written, Part::text("plain", "utf-8", Transfer::Quoted, &text))
    }

    fn html(&self, number: usize) -> Case {
        let words = words::of(self.code);
        let written = Self::written(words, number);
        let below = filled(self.below, words, escaped).replace("{history}", &with_breaks(&words.history()));
        let above = lines_in(&written, "<div>", "<br>", "</div>");
        let text = format!("<html><body>{above}{}{below}</body></html>\n", self.footer);
        self.case(words, &written, Part::text("html", "utf-8", Transfer::Quoted, &text))
    }

    fn case(&self, words: &Words, written: &str, body: Part) -> Case {
        let subject = format!("Re: {}", words.subject);
        let case = Case::reply(GROUP, self.name, words.person, &subject, body);
        let case = case.text(written).quoted(&[words.asked[1]]);
        let plain_footer = !self.footer.is_empty() && !self.footer.starts_with('<');
        if plain_footer { case.signature(self.footer) } else { case }
    }
}

fn filled(template: &str, words: &Words, escape: impl Fn(&str) -> String) -> String {
    template
        .replace("{name}", US.0)
        .replace("{mail}", US.1)
        .replace("{person}", &escape(words.person.0))
        .replace("{address}", words.person.1)
        .replace("{subject}", &escape(words.subject))
}
