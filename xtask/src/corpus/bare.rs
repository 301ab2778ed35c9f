//! History without any mark: programs and gateways that turn HTML into text lose `>` and containers, so that only the line above
//! tells where it begins.

use super::case::Case;
use super::clients::{Lines, apple, filled, find, gmail, linked, thunderbird};
use super::mail::{Part, Transfer};
use super::text::{lines_in, wrapped};
use super::words::{self, Words};

const GROUP: &str = "bare";

/// Whose line it is, and as what it stands there.
const LINES: &[(&str, Lines)] =
    &[("gmail", gmail::LINES), ("apple", apple::LINES), ("thunderbird", thunderbird::LINES)];

pub(crate) fn cases() -> Vec<Case> {
    words::all().into_iter().enumerate().flat_map(|(number, words)| of_language(words, number)).collect()
}

fn of_language(words: &Words, number: usize) -> impl Iterator<Item = Case> {
    LINES.iter().enumerate().filter_map(move |(at, (program, lines))| {
        let line = find(lines, words.code)?;
        Some(if (number + at).is_multiple_of(2) {
            in_text(words, program, line)
        } else {
            in_html(words, program, line)
        })
    })
}

fn in_text(words: &Words, program: &str, line: &str) -> Case {
    let text = format!("{}\n\n{}\n\n{}\n", words.whole(), wrapped(&filled(line), 78), words.history());
    case(words, program, Part::text("plain", "utf-8", Transfer::Quoted, &text))
}

fn in_html(words: &Words, program: &str, line: &str) -> Case {
    let page = format!(
        "<html><body>{}<div><br></div><div>{}</div><div><br></div>{}</body></html>\n",
        lines_in(&words.whole(), "<div>", "<br>", "</div>"),
        linked(line),
        lines_in(&words.history(), "<div>", "<br>", "</div>")
    );
    case(words, &format!("{program}-html"), Part::text("html", "utf-8", Transfer::Quoted, &page))
}

fn case(words: &Words, program: &str, body: Part) -> Case {
    let name = format!("{}-{program}", words.code);
    let case = Case::reply(GROUP, &name, words.person, &format!("Re: {}", words.subject), body);
    case.text(&words.whole()).quoted(&words.asked)
}
