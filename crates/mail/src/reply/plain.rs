//! Plain text: which lines the person wrote.
//!
//! The lines are read again as long as reading cuts some, so that reading a reply again changes nothing.

use super::attribution::{attribution_before, attribution_ending_at, has_address};
use super::body::{Body, Confidence, Part, PartKind};
use super::bounds::readable;
use super::context::Context;
use super::footer::is_mobile_footer;
use super::heading::{header_block_end, is_header_block, is_rule, is_separator, says_who_or_when, separator};
use super::line::{Line, lines};
use super::quotes::{Block, blocks, mark_answered};
use super::words::Above;
use super::{Hints, Reply, own, signature};

/// What a line is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) kind: PartKind,
    pub(super) rule: &'static str,
    pub(super) confidence: Confidence,
    pub(super) shown: bool,
}

impl Tag {
    pub(super) const WRITTEN: Self =
        Self { kind: PartKind::Written, rule: "written", confidence: Confidence::Certain, shown: true };

    pub(super) fn hidden(kind: PartKind, rule: &'static str, confidence: Confidence) -> Self {
        Self { kind, rule, confidence, shown: false }
    }
}

/// Splits plain text into the newly written words, the signature and the history.
pub fn extract_plain(text: &str, hints: &Hints) -> Reply {
    take_apart_plain(text, hints).reply()
}

/// The parts of a plain text.
pub fn take_apart_plain(text: &str, hints: &Hints) -> Body {
    take_apart(text.to_owned(), &[], "whole", &Context::of(hints, None))
}

/// The parts of a text. `known` are lines of which a mark already told what they are, by their number; `rule` is what told it, or
/// `whole`. Lines that are known to be hidden stay so, unless nothing would be left.
pub(super) fn take_apart(text: String, known: &[Option<Tag>], rule: &'static str, context: &Context) -> Body {
    let (head, rest) = readable(&text);
    let lines = lines(head);
    let mut tags: Vec<Tag> =
        (0..lines.len()).map(|at| known.get(at).copied().flatten().unwrap_or(Tag::WRITTEN)).collect();
    let mut rule = rule;
    if !shows_words(&lines, &tags) {
        tags.iter_mut().filter(|tag| tag.kind == PartKind::Signature).for_each(|tag| *tag = Tag::WRITTEN);
    }
    if !shows_words(&lines, &tags) {
        tags.fill(Tag::WRITTEN);
        rule = "whole";
    }
    let mut budget = 4 * lines.len() + 5_000;
    loop {
        let view = View::of(&lines, &tags);
        let Some(left) = budget.checked_sub(view.lines.len()) else { break };
        budget = left;
        let (told, tagged) = read(&view.lines, context);
        if rule == "whole" {
            rule = told;
        }
        if !view.apply(&tagged, &mut tags) {
            break;
        }
    }
    let mut parts = parts(&lines, &tags);
    if !rest.is_empty() {
        let shown = matches!(rule, "nothing new" | "no words");
        let range = head.len()..text.len();
        parts.push(Part { kind: PartKind::Quoted, range, rule: "too long", confidence: Confidence::Likely, shown });
        rule = if rule == "whole" { "too long" } else { rule };
    }
    Body { parts, rule, text }
}

/// The lines that are shown so far, as the reply joins them.
struct View<'a> {
    lines: Vec<Line<'a>>,
    /// the place of each among all lines; `None` for the empty line that stands for what was taken out
    places: Vec<Option<usize>>,
}

impl<'a> View<'a> {
    fn of(lines: &[Line<'a>], tags: &[Tag]) -> Self {
        let mut view = Self { lines: Vec::new(), places: Vec::new() };
        let mut gap = false;
        for (at, line) in lines.iter().enumerate().filter(|(at, _)| tags.get(*at).is_some_and(|tag| tag.shown)) {
            gap |= view.places.last().is_some_and(|last| last.is_none_or(|last| last + 1 < at));
            if gap && !line.blank {
                gap = false;
                if view.lines.last().is_some_and(|last| !last.blank) {
                    view.lines.push(Line::new(""));
                    view.places.push(None);
                }
            }
            if line.blank && view.lines.is_empty() {
                continue;
            }
            view.lines.push(line.clone());
            view.places.push(Some(at));
        }
        let end = view.lines.iter().rposition(|line| !line.blank).map_or(0, |last| last + 1);
        view.lines.truncate(end);
        view.places.truncate(end);
        view
    }

    /// Answers whether a line was hidden.
    fn apply(&self, tagged: &[Option<Tag>], tags: &mut [Tag]) -> bool {
        let mut hid = false;
        for (place, tag) in self.places.iter().zip(tagged) {
            if let (Some(tag), Some(known)) = (tag, place.and_then(|place| tags.get_mut(place))) {
                *known = *tag;
                hid |= !tag.shown;
            }
        }
        hid
    }
}

/// Reads lines once: the rule that decided, and what is told of each.
fn read(lines: &[Line<'_>], context: &Context) -> (&'static str, Vec<Option<Tag>>) {
    let mut tagged: Vec<Option<Tag>> = vec![None; lines.len()];
    let own = own::find(lines, context);
    if let Some(own::Own { first, end, .. }) = own.as_ref().filter(|own| own.answer_below) {
        // our unmarked mail above the answer
        let start = heading_above(lines, *first);
        tag(&mut tagged, start, *first, Tag::hidden(PartKind::QuoteHeader, "own words", Confidence::Likely));
        tag(&mut tagged, *first, *end, Tag::hidden(PartKind::Quoted, "own words", Confidence::Likely));
        return ("own words", tagged);
    }
    let history = history_start(lines, own.map(|own| own.first), context);
    let (hard, rule) = (history.at, history.rule);
    let mut blocks = blocks(lines, hard);
    let rule = if blocks.iter().any(|block| block.history) && rule == "whole" { "quoted lines" } else { rule };
    let interleaved = mark_answered(lines, &mut blocks, context);
    let rule = if interleaved { "interleaved" } else { rule };
    for block in &blocks {
        tag_block(block, &mut tagged);
    }
    let kind = if history.forwarded { PartKind::Forwarded } else { PartKind::Quoted };
    let header = if history.forwarded { PartKind::Forwarded } else { PartKind::QuoteHeader };
    let below = history.header_end.clamp(hard, lines.len());
    // empty lines alone introduce nothing
    let introduced = lines.get(hard..below).unwrap_or_default().iter().any(|line| !line.blank);
    let below = if introduced { below } else { hard };
    tag(&mut tagged, hard, below, Tag::hidden(header, history.rule, history.confidence));
    tag(&mut tagged, below, lines.len(), Tag::hidden(kind, history.rule, history.confidence));

    let own: Vec<usize> = (0..lines.len()).filter(|at| tagged[*at].is_none_or(|tag| tag.shown)).collect();
    let own_lines: Vec<&Line<'_>> = own.iter().filter_map(|at| lines.get(*at)).collect();
    let signed = signature::find(&own_lines, context);
    let written = &own_lines[..signed.first().map_or(own_lines.len(), |(from, _)| *from)];
    if written.iter().any(|line| has_words(line.raw)) {
        for (n, (from, tag)) in signed.iter().enumerate() {
            let to = signed.get(n + 1).map_or(own.len(), |(next, _)| *next);
            own[*from..to].iter().for_each(|at| tagged[*at] = Some(*tag));
        }
        hide_last_rules(lines, &mut tagged);
        let rule = if rule == "whole" && !signed.is_empty() { "signature" } else { rule };
        return (rule, tagged);
    }
    if let Some(below) = below_introduction(lines, &history, rule) {
        let introduction = Tag::hidden(PartKind::QuoteHeader, "below an introduction", Confidence::Likely);
        let passed_on = Tag { kind: PartKind::Forwarded, shown: true, ..introduction };
        tagged.fill(history.forwarded.then_some(passed_on));
        tag(&mut tagged, 0, below, introduction);
        return ("below an introduction", tagged);
    }
    // nothing but history: then that is what was sent
    let rule = if lines.iter().any(|line| has_words(line.raw)) { "nothing new" } else { "no words" };
    for tag in tagged.iter_mut().flatten() {
        tag.shown = true;
    }
    (rule, tagged)
}

fn tag(tagged: &mut [Option<Tag>], from: usize, to: usize, tag: Tag) {
    tagged.iter_mut().take(to).skip(from).for_each(|known| *known = Some(tag));
}

/// Rules right above history belong to it.
fn hide_last_rules(lines: &[Line<'_>], tagged: &mut [Option<Tag>]) {
    let hidden = |tag: &Option<Tag>| tag.is_some_and(|tag| !tag.shown);
    let says = |(tag, line): (&Option<Tag>, &Line<'_>)| !hidden(tag) && !line.blank && !is_rule(line);
    let last = tagged.iter().zip(lines).rposition(says).map_or(0, |last| last + 1);
    let Some(end) = tagged.iter().skip(last).position(hidden).map(|at| last + at) else { return };
    let Some(history) = tagged[end].filter(|tag| matches!(tag.kind, PartKind::Quoted | PartKind::QuoteHeader)) else {
        return;
    };
    if let Some(rule) = (last..end).find(|at| lines.get(*at).is_some_and(is_rule)) {
        tag(tagged, rule, end, history);
    }
}

fn tag_block(block: &Block, tagged: &mut [Option<Tag>]) {
    let quoted = |shown, confidence| Some(Tag { kind: PartKind::Quoted, rule: "quoted lines", confidence, shown });
    let attributed = block.from < block.quote;
    let confidence = if attributed { Confidence::Certain } else { Confidence::Likely };
    for (at, tag) in tagged.iter_mut().enumerate().take(block.to).skip(block.from) {
        *tag = match () {
            () if !block.quoted => None,
            () if at < block.quote => Some(Tag::hidden(PartKind::QuoteHeader, "attribution", Confidence::Certain)),
            () => quoted(!block.history, confidence),
        };
    }
}

fn shows_words(lines: &[Line<'_>], tags: &[Tag]) -> bool {
    lines.iter().zip(tags).any(|(line, tag)| tag.shown && has_words(line.raw))
}

/// Lines of one kind in a row become a part.
fn parts(lines: &[Line<'_>], tags: &[Tag]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (line, tag) in lines.iter().zip(tags) {
        let &Tag { kind, rule, confidence, shown } = tag;
        match parts.last_mut() {
            Some(part) if (part.kind, part.rule, part.confidence, part.shown) == (kind, rule, confidence, shown) => {
                part.range.end = line.range.end;
            }
            _ => parts.push(Part { kind, range: line.range.clone(), rule, confidence, shown }),
        }
    }
    parts
}

/// A forwarded mail, or one whose client marks nothing: where the words below its introduction begin, if there are any.
fn below_introduction(lines: &[Line<'_>], history: &History, rule: &str) -> Option<usize> {
    if !matches!(rule, "attribution" | "our address" | "separator" | "header block") {
        return None;
    }
    let below = history.header_end;
    let words = lines.iter().skip(below).any(|line| !line.quoted && has_words(line.raw));
    (words && below > 0).then_some(below)
}

/// The line after a separator and the header block that may follow it.
fn introduction_end(lines: &[Line<'_>], first: usize) -> usize {
    let after_separator = first + usize::from(lines.get(first).is_some_and(is_separator));
    let block = (after_separator..lines.len().min(after_separator + 3)).find(|at| is_header_block(lines, *at));
    block.map_or(after_separator, |block| header_block_end(lines, block))
}

/// Whether anything in a text can be read (letters, digits, emoji), so that it is a message.
pub fn has_words(text: &str) -> bool {
    text.chars().any(|c| {
        !c.is_whitespace()
            && !c.is_control()
            && !c.is_ascii_punctuation()
            && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AD}')
    }) || text.contains(['?', '+', '!', '^', ':'])
}

/// Where everything below is history: a header block, a separator, an attribution over unmarked text, our own words.
struct History {
    at: usize,
    /// the first line below its introduction
    header_end: usize,
    rule: &'static str,
    confidence: Confidence,
    /// it is a mail that was passed on
    forwarded: bool,
}

/// `own` is where our own words begin.
fn history_start(lines: &[Line<'_>], own: Option<usize>, context: &Context) -> History {
    let begins = |at: usize, header_end: usize, rule: &'static str, confidence: Confidence| History {
        at: above_rules(lines, at),
        header_end,
        rule,
        confidence,
        forwarded: false,
    };
    let mut mobile_seen = false;
    let mut words_above = false;
    for at in 0..own.unwrap_or(lines.len()) {
        if let Some(above) = separator(&lines[at]) {
            let history = begins(at, introduction_end(lines, at), "separator", Confidence::Certain);
            return History { forwarded: above == Above::Forwarded, ..history };
        }
        if is_header_block(lines, at) {
            return begins(at, header_block_end(lines, at), "header block", Confidence::Certain);
        }
        if let Some(start) = attribution_ending_at(lines, at) {
            let next = lines.iter().skip(at + 1).find(|line| !line.blank);
            if next.is_none_or(|line| !line.quoted) {
                // a sentence at the top of a mail may look the same
                if words_above || lines[start..=at].iter().any(|line| has_address(&line.lower)) {
                    return begins(start, at + 1, "attribution", Confidence::Likely);
                }
            }
        }
        let names_us = lines[at].lower.ends_with(':') && context.names_us(&lines[at]);
        if names_us && lines.iter().skip(at + 1).find(|line| !line.blank).is_none_or(|line| !line.quoted) {
            return begins(at, at + 1, "our address", Confidence::Likely);
        }
        let alone = at > 0 && lines[at - 1].blank && lines.get(at + 1).is_some_and(|line| line.blank);
        if alone && words_above && !mobile_seen && is_mobile_footer(&lines[at]) {
            mobile_seen = true;
            if only_unmarked_lines_below(lines, at) {
                let history = begins(at + 1, at + 1, "mobile footer", Confidence::Likely);
                return History { at: at + 1, ..history };
            }
        }
        words_above |= !lines[at].blank && !lines[at].quoted;
    }
    match own {
        Some(own) => begins(heading_above(lines, own), own, "own words", Confidence::Certain),
        None => History { at: lines.len(), ..begins(lines.len(), lines.len(), "whole", Confidence::Certain) },
    }
}

/// Where what introduces our own words begins: the line above them that ends like an attribution, in whatever language.
fn heading_above(lines: &[Line<'_>], first: usize) -> usize {
    let Some(last) = lines.get(..first).and_then(|above| above.iter().rposition(|line| !line.blank)) else {
        return first;
    };
    if let Some(start) = attribution_before(lines, last, true) {
        return start;
    }
    let introduces =
        lines.get(last).is_some_and(|line| line.lower.ends_with(':') && !line.quoted && says_who_or_when(line));
    if introduces { last } else { first }
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
        let hints = Hints { addresses: vec!["help@acme.example".into()], sent: vec![sent.into()], ..Hints::default() };
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
