//! Plain text: which lines the person wrote.

use super::line::{Line, attribution_ending_at, is_header_block, is_mobile_footer, is_rule, is_separator, lines};
use super::{Hints, Reply, own, signature};

/// Splits plain text into the newly written words, the signature and the history.
pub fn extract_plain(text: &str, hints: &Hints) -> Reply {
    let lines = lines(text);
    let (hard, rule) = history_start(&lines, hints);
    let mut blocks = blocks(&lines, hard);
    let rule = if blocks.iter().any(|block| block.history) && rule == "whole" { "quoted lines" } else { rule };
    let interleaved = mark_answered(&lines, &mut blocks);
    let rule = if interleaved { "interleaved" } else { rule };

    let kept: Vec<usize> =
        blocks.iter().filter(|block| !block.history).flat_map(|block| block.from..block.to).collect();
    let own: Vec<Line<'_>> = kept.iter().filter_map(|at| lines.get(*at)).map(|line| Line::new(line.raw)).collect();
    let cut = signature::start(&own);
    let words = join(&own, 0..cut.unwrap_or(own.len()));
    let signature = cut.map(|cut| join(&own, cut..own.len())).filter(|text| !text.is_empty());
    let dropped =
        blocks.iter().filter(|block| block.history).flat_map(|block| block.from..block.to).chain(hard..lines.len());
    let quoted: Vec<&str> = dropped.filter_map(|at| lines.get(at)).map(|line| line.raw).collect();
    let quoted = trim_lines(&quoted.join("\n"));

    if has_words(&words) {
        let rule = if rule == "whole" && signature.is_some() { "signature" } else { rule };
        return Reply { text: words, signature, quoted: some(quoted), html: None, rule };
    }
    // nothing but history: then that is what was sent
    Reply {
        text: trim_lines(text),
        signature: None,
        quoted: None,
        html: None,
        rule: if has_words(text) { "nothing new" } else { "no words" },
    }
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

fn join(lines: &[Line<'_>], range: std::ops::Range<usize>) -> String {
    let lines: Vec<&str> = lines.get(range).unwrap_or_default().iter().map(|line| line.raw.trim_end()).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    lines.get(first..).unwrap_or_default().join("\n").trim_end().to_owned()
}

/// Where everything below is history: a header block, a separator, an attribution over unmarked text, our own words.
fn history_start(lines: &[Line<'_>], hints: &Hints) -> (usize, &'static str) {
    let own = own::start(lines, hints).unwrap_or(lines.len());
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
        let unmarked =
            lines.get(at + 1..).and_then(|below| below.iter().find(|line| !line.blank)).is_none_or(|line| !line.quoted);
        if unmarked && lines[at].lower.ends_with([':', '：']) && own::names_us(&lines[at], hints) {
            return (above_rules(lines, at), "our address");
        }
        let alone = at == 0 || lines[at - 1].blank;
        if alone && is_mobile_footer(&lines[at]) && only_history_or_words_below(lines, at) {
            return (at, "mobile footer");
        }
    }
    if own < lines.len() { (above_rules(lines, own), "own words") } else { (lines.len(), "whole") }
}

/// A mobile footer ends a mail: what follows is history however it looks, unless quotes follow, which are read line by line.
fn only_history_or_words_below(lines: &[Line<'_>], at: usize) -> bool {
    let below = lines.get(at + 1..).unwrap_or_default();
    below.iter().any(|line| !line.blank)
        && !below.iter().any(|line| line.quoted)
        && !(at + 1..lines.len()).any(|next| {
            is_separator(&lines[next]) || is_header_block(lines, next) || attribution_ending_at(lines, next).is_some()
        })
}

/// Rules and blank lines right above history belong to it.
fn above_rules(lines: &[Line<'_>], mut at: usize) -> usize {
    while at > 0 && lines.get(at - 1).is_some_and(|line| line.blank || is_rule(line)) {
        at -= 1;
    }
    at
}

/// A run of lines that are all history, or all the person's.
struct Block {
    from: usize,
    to: usize,
    history: bool,
    /// where the `>` lines begin, after an attribution
    quote: usize,
}

/// Cuts `lines[..end]` into own and quoted runs. An attribution belongs to the quote below it.
fn blocks(lines: &[Line<'_>], end: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    while at < end {
        if !lines[at].quoted {
            let from = at;
            while at < end && !lines[at].quoted {
                at += 1;
            }
            blocks.push(Block { from, to: at, history: false, quote: from });
            continue;
        }
        let quote = at;
        let mut to = at;
        while at < end && (lines[at].quoted || lines[at].blank) {
            if lines[at].quoted {
                to = at + 1;
            }
            at += 1;
        }
        at = to;
        let mut from = quote;
        if let Some(own) = blocks.last_mut() {
            let last = (own.from..own.to).rev().find(|at| !lines[*at].blank);
            if let Some(start) =
                last.and_then(|last| attribution_ending_at(lines, last)).filter(|start| *start >= own.from)
            {
                from = above_rules(lines, start).max(own.from);
                own.to = from;
            }
        }
        blocks.push(Block { from, to, history: true, quote });
    }
    blocks
}

/// Where the person wrote below a quote, the quote is what they answer and stays, without its attribution. A long quote above a single
/// answer is the whole mail again and goes. Answers whether anything stays.
fn mark_answered(lines: &[Line<'_>], blocks: &mut [Block]) -> bool {
    let worded: Vec<bool> = blocks.iter().map(|block| !block.history && says_something(lines, block)).collect();
    let quotes_before_words =
        (0..blocks.len()).filter(|at| blocks[*at].history && worded.get(at + 1) == Some(&true)).count();
    let mut kept = false;
    for (at, block) in blocks.iter_mut().enumerate() {
        let answered = block.history && worded.get(at + 1) == Some(&true);
        let long = (block.quote..block.to).filter(|line| !lines[*line].blank).count() > 15;
        let whole_mail = quotes_before_words == 1 && (long || block.quote > block.from);
        if answered && !whole_mail {
            block.from = block.quote;
            block.history = false;
            kept = true;
        }
    }
    kept
}

/// Whether the block holds more than a signature.
fn says_something(lines: &[Line<'_>], block: &Block) -> bool {
    let own: Vec<Line<'_>> =
        lines.get(block.from..block.to).unwrap_or_default().iter().map(|line| Line::new(line.raw)).collect();
    let Some(first) = own.iter().position(|line| !line.blank) else { return false };
    let text = own.get(first).map(|line| line.raw.trim()).unwrap_or_default();
    let begins_signature =
        matches!(text, "--" | "—" | "__") || own.get(first).is_some_and(|line| is_mobile_footer(line) || is_rule(line));
    !begins_signature && has_words(&join(&own, 0..signature::start(&own).unwrap_or(own.len())))
}
