//! Plain text: which lines the person wrote.

use super::attribution::attribution_ending_at;
use super::bounds::readable;
use super::footer::is_mobile_footer;
use super::heading::{header_block_end, is_header_block, is_rule, is_separator};
use super::line::{Line, lines};
use super::quotes::{blocks, mark_answered};
use super::{Hints, Reply, own, signature};

/// Splits plain text into the newly written words, the signature and the history.
pub fn extract_plain(text: &str, hints: &Hints) -> Reply {
    split(text, hints, 0).reply
}

/// A reply, and how far it reaches.
pub(super) struct Split {
    pub(super) reply: Reply,
    /// The newly written words are the lines before this one; `None` where they are not all at the top.
    pub(super) end: Option<usize>,
}

/// Of a text that nobody would read to its end the end is folded away with the history.
pub(super) fn split(text: &str, hints: &Hints, depth: usize) -> Split {
    let (head, rest) = readable(text);
    let mut split = split_all(head, hints, depth);
    if rest.is_empty() {
        return split;
    }
    let reply = &mut split.reply;
    if matches!(reply.rule, "nothing new" | "no words") {
        reply.text = trim_lines(text);
    } else {
        let quoted = reply.quoted.take().map(|quoted| quoted + "\n").unwrap_or_default();
        reply.quoted = some(trim_lines(&(quoted + rest)));
        reply.rule = if reply.rule == "whole" { "too long" } else { reply.rule };
    }
    split
}

/// `depth` counts the introductions that were taken off the top.
fn split_all(text: &str, hints: &Hints, depth: usize) -> Split {
    let lines = lines(text);
    let (hard, rule) = history_start(&lines, hints);
    let mut blocks = blocks(&lines, hard);
    let rule = if blocks.iter().any(|block| block.history) && rule == "whole" { "quoted lines" } else { rule };
    let interleaved = mark_answered(&lines, &mut blocks);
    let rule = if interleaved { "interleaved" } else { rule };

    // `None` is an empty line where an attribution was taken out
    let mut kept: Vec<Option<usize>> = Vec::new();
    for block in blocks.iter().filter(|block| !block.history) {
        if block.parted && !kept.is_empty() {
            kept.push(None);
        }
        kept.extend((block.from..block.to).map(Some));
    }
    let line = |at: &Option<usize>| at.and_then(|at| lines.get(at)).cloned().unwrap_or_else(|| Line::new(""));
    let own: Vec<Line<'_>> = kept.iter().map(line).collect();
    let cut = signature::start(&own);
    let end = cut.unwrap_or(own.len());
    let end = kept.iter().take(end).enumerate().all(|(n, at)| Some(n) == *at).then_some(end);
    let words = join(&own, 0..cut.unwrap_or(own.len()));
    let signature = cut.map(|cut| join(&own, cut..own.len())).filter(|text| !text.is_empty());
    let mut is_kept = vec![false; lines.len()];
    kept.iter().flatten().for_each(|at| is_kept[*at] = true);
    let dropped = lines.iter().zip(is_kept).filter(|(_, kept)| !kept);
    let quoted: Vec<&str> = dropped.map(|(line, _)| line.raw).collect();
    let quoted = trim_lines(&quoted.join("\n"));

    if has_words(&words) {
        let rule = if rule == "whole" && signature.is_some() { "signature" } else { rule };
        return Split { reply: Reply { text: words, signature, quoted: some(quoted), html: None, rule }, end };
    }
    if depth < 3
        && let Some(below) = below_introduction(&lines, hard, rule)
    {
        let introduction: Vec<&str> = lines.iter().take(below).map(|line| line.raw).collect();
        let rest: Vec<&str> = lines.iter().skip(below).map(|line| line.raw).collect();
        let inner = split_all(&rest.join("\n"), hints, depth + 1).reply;
        let quoted = [trim_lines(&introduction.join("\n")), inner.quoted.unwrap_or_default()].join("\n\n");
        let reply = Reply { quoted: some(trim_lines(&quoted)), rule: "below an introduction", ..inner };
        return Split { reply, end: None };
    }
    // nothing but history: then that is what was sent
    let rule = if has_words(text) { "nothing new" } else { "no words" };
    Split { reply: Reply { text: trim_lines(text), rule, ..Reply::default() }, end: Some(lines.len()) }
}

/// A forwarded mail, or one whose client marks nothing: where the words below its introduction begin, if there are any.
fn below_introduction(lines: &[Line<'_>], hard: usize, rule: &str) -> Option<usize> {
    let first = (hard..lines.len()).find(|at| lines.get(*at).is_some_and(|line| !line.blank && !is_rule(line)))?;
    let below = match rule {
        "attribution" | "our address" => {
            (first..lines.len().min(first + 5)).find(|at| attribution_ending_at(lines, *at).is_some())? + 1
        }
        "separator" | "header block" => {
            let after_separator = first + usize::from(lines.get(first).is_some_and(is_separator));
            let block = (after_separator..lines.len().min(after_separator + 3)).find(|at| is_header_block(lines, *at));
            block.map_or(after_separator, |block| header_block_end(lines, block))
        }
        _ => return None,
    };
    let words = lines.iter().skip(below).any(|line| !line.quoted && has_words(line.raw));
    (words && below > 0).then_some(below)
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Whether anything in it can be read (letters, digits, emoji), so that it is a message.
pub(super) fn has_words(text: &str) -> bool {
    text.chars().any(|c| {
        !c.is_whitespace()
            && !c.is_control()
            && !c.is_ascii_punctuation()
            && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AD}')
    }) || text.contains(['?', '+', '!', '^', ':'])
}

fn trim_lines(text: &str) -> String {
    let start = text.len() - text.trim_start_matches(['\n', '\r', '\u{FEFF}']).len();
    let text = text.get(start..).unwrap_or(text);
    // leading blanks belong to the first line, unless the whole is blank
    text.trim_end().trim_start_matches('\n').to_owned()
}

pub(super) fn join(lines: &[Line<'_>], range: std::ops::Range<usize>) -> String {
    let lines: Vec<&str> = lines.get(range).unwrap_or_default().iter().map(|line| line.raw.trim_end()).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    lines.get(first..).unwrap_or_default().join("\n").trim_end().to_owned()
}

/// Where everything below is history: a header block, a separator, an attribution over unmarked text, our own words.
fn history_start(lines: &[Line<'_>], hints: &Hints) -> (usize, &'static str) {
    let own = own::start(lines, hints).unwrap_or(lines.len());
    let mut mobile_seen = false;
    for at in 0..lines.len().min(own) {
        if is_separator(&lines[at]) {
            return (above_rules(lines, at), "separator");
        }
        if is_header_block(lines, at) {
            return (above_rules(lines, at), "header block");
        }
        if let Some(start) = attribution_ending_at(lines, at) {
            let next = lines.iter().skip(at + 1).find(|line| !line.blank);
            if next.is_none_or(|line| !line.quoted) {
                return (above_rules(lines, start), "attribution");
            }
        }
        let names_us = lines[at].lower.ends_with([':', '：']) && own::names_us(&lines[at], hints);
        if names_us && lines.iter().skip(at + 1).find(|line| !line.blank).is_none_or(|line| !line.quoted) {
            return (above_rules(lines, at), "our address");
        }
        let alone = at == 0 || lines[at - 1].blank;
        if alone && !mobile_seen && is_mobile_footer(&lines[at]) {
            mobile_seen = true;
            if only_unmarked_lines_below(lines, at) {
                return (at, "mobile footer");
            }
        }
    }
    if own < lines.len() { (above_rules(lines, own), "own words") } else { (lines.len(), "whole") }
}

/// A mobile footer ends a mail: what follows is history however it looks, unless quotes follow, which are read line by line.
fn only_unmarked_lines_below(lines: &[Line<'_>], at: usize) -> bool {
    let below = lines.get(at + 1..).unwrap_or_default();
    below.iter().any(|line| !line.blank)
        && !below.iter().any(|line| line.quoted)
        && !(at + 1..lines.len()).any(|next| {
            is_separator(&lines[next]) || is_header_block(lines, next) || attribution_ending_at(lines, next).is_some()
        })
}

/// Rules and blank lines right above history belong to it.
pub(super) fn above_rules(lines: &[Line<'_>], mut at: usize) -> usize {
    while at > 0 && lines.get(at - 1).is_some_and(|line| line.blank || is_rule(line)) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reply {
        extract_plain(text, &Hints::default())
    }

    #[test]
    fn what_looks_like_history_but_is_not_stays() {
        let kept = [
            "My questions:\n1. When?\n2. Where?",
            "Please change my flight\nFrom: Berlin\nTo: Paris\nDate: 5 May 2026",
            "The error says:\n\n> not found\n\nWhat can I do?",
            "On Monday I wrote to you about my order: no answer.",
            "I was sent from one desk to the next. Please help!",
            "Code:\n---\na = 1\n---\nWhy?",
            "a | b\n| 1 | 2 |\n| 3 | 4 |",
            "Regards are due to your team, they were great.",
            "?",
            "👍",
            "Sent you the form yesterday",
        ];
        for text in kept {
            assert_eq!(read(text).text, text, "{:?}", read(text));
        }
    }

    #[test]
    fn a_quote_kept_for_its_answer_is_set_apart() {
        let reply = read(
            "Hi,\n\nOn 22/11/2026 10:00, Acme wrote:\n> Which size?\n\nLarge.\n\n> Where to?\n\nHome.\n\n-- \nBob",
        );
        assert_eq!(reply.text, "Hi,\n\n> Which size?\n\nLarge.\n\n> Where to?\n\nHome.");
        assert_eq!(reply.signature.as_deref(), Some("--\nBob"));
    }

    #[test]
    fn a_full_quote_above_the_answer_goes() {
        let long: String = (0..30).map(|n| format!("> line {n}\n")).collect();
        let reply = read(&format!("On Mon, 5 Jan 2026 10:00 Ann <a@x.example> wrote:\n{long}\nYes, do that."));
        assert_eq!(reply.text, "Yes, do that.");
    }

    #[test]
    fn our_own_mail_is_recognised_in_any_form() {
        let sent = "Hello Ann,\n\nYour parcel is on its way to you.\nIt should arrive on Friday.\n\nZoe";
        let hints = Hints { addresses: vec!["help@acme.example".into()], sent: vec![sent.into()] };
        let reply =
            extract_plain("Great!\n\nYour parcel is on its way to you.\nIt should arrive on Friday.\n\nZoe", &hints);
        assert_eq!((reply.text.as_str(), reply.rule), ("Great!", "own words"));
        let broken = "Great!\n\nYour parcel is on its way to you. It should arrive\non Friday at the latest, they told us today.";
        let sent = "Your parcel is on its way to you. It should arrive on Friday at the latest, they told us today.";
        let reply = extract_plain(broken, &Hints { sent: vec![sent.into()], ..Hints::default() });
        assert_eq!((reply.text.as_str(), reply.rule), ("Great!", "own words"));
        let reply = extract_plain("Great!\n\nAcme (help@acme.example) kirjoitteli:\n\nsomething", &hints);
        assert_eq!((reply.text.as_str(), reply.rule), ("Great!", "our address"));
    }

    #[test]
    fn of_a_text_without_end_the_end_is_folded_away() {
        let line = "All work and no play.\n";
        let endless = line.repeat(60_000);
        let reply = read(&endless);
        assert_eq!(reply.rule, "too long");
        assert!(reply.text.len() < 1 << 20 && reply.text.starts_with(line));
        let quoted = reply.quoted.unwrap();
        assert_eq!(reply.text.len() + 1 + quoted.len(), endless.trim_end().len(), "nothing is lost");

        let answered =
            read(&format!("Yes.\n\nOn Mon, 5 Jan 2026 10:00 Ann <a@x.example> wrote:\n{}", "> old\n".repeat(60_000)));
        assert_eq!((answered.text.as_str(), answered.rule), ("Yes.", "quoted lines"));
        assert_eq!(answered.quoted.unwrap().matches("> old").count(), 60_000);
        // words that stand where nobody looks are not lost either
        let late = format!("{}Here.", "\n".repeat(60_000));
        assert_eq!(read(&late).text, "Here.");
    }

    #[test]
    fn legal_footers_are_part_of_the_signature() {
        let reply = read(
            "Yes please.\n\nThis email and any attachments are confidential and intended\nfor the addressee only.",
        );
        assert_eq!(reply.text, "Yes please.");
        assert!(reply.signature.is_some_and(|text| text.starts_with("This email")));
    }
}
