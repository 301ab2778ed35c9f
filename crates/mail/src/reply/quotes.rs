//! `>` quotes among the person's own lines, and which of them stay because they are answered.

use super::attribution::{attribution_before, attribution_ending_at};
use super::context::Context;
use super::footer::is_mobile_footer;
use super::heading::is_rule;
use super::line::Line;
use super::plain::{above_rules, has_words};
use super::signature;

/// A run of lines that are all history, or all the person's.
pub(super) struct Block {
    pub(super) from: usize,
    pub(super) to: usize,
    /// it is not shown
    pub(super) history: bool,
    /// its lines are quoted
    pub(super) quoted: bool,
    /// where the `>` lines begin, after an attribution
    pub(super) quote: usize,
}

/// Cuts `lines[..end]` into own and quoted runs. An attribution belongs to the quote below it.
pub(super) fn blocks(lines: &[Line<'_>], end: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    while at < end {
        if !lines[at].quoted {
            let from = at;
            while at < end && !lines[at].quoted {
                at += 1;
            }
            blocks.push(Block { from, to: at, history: false, quoted: false, quote: from });
            continue;
        }
        let quote = at;
        let mut to = at;
        while at < end && (lines[at].quoted || lines[at].blank || is_wrapped_quote(lines, at)) {
            if !lines[at].blank {
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
        blocks.push(Block { from, to, history: true, quoted: true, quote });
    }
    blocks
}

/// The rest of a quoted line that a server broke: it goes on in lower case under a long quoted line.
fn is_wrapped_quote(lines: &[Line<'_>], at: usize) -> bool {
    let above = at.checked_sub(1).and_then(|above| lines.get(above));
    above.is_some_and(|line| line.quoted && line.raw.trim_end().chars().count() >= 60)
        && lines.get(at).is_some_and(|line| line.raw.starts_with(char::is_lowercase))
        && lines.get(at + 1).is_none_or(|line| line.quoted || line.blank)
}

/// Where the person wrote below a quote, the quote is what they answer and stays, without its attribution. A long quote above a single
/// answer is the whole mail again and goes. Answers whether anything stays.
pub(super) fn mark_answered(lines: &[Line<'_>], blocks: &mut [Block], context: &Context) -> bool {
    let worded: Vec<bool> =
        blocks.iter().map(|block| !block.history && says_something(lines, block, context)).collect();
    let quotes_before_words =
        (0..blocks.len()).filter(|at| blocks[*at].history && worded.get(at + 1) == Some(&true)).count();
    let mut kept = false;
    for (at, block) in blocks.iter_mut().enumerate() {
        let answered = block.history && worded.get(at + 1) == Some(&true);
        let long = (block.quote..block.to).filter(|line| !lines[*line].blank).count() > 15;
        let whole_mail = quotes_before_words == 1 && (long || block.quote > block.from);
        if answered && !whole_mail {
            block.history = false;
            block.quote += attribution_within(lines.get(block.quote..block.to).unwrap_or_default());
            kept = true;
        }
    }
    kept
}

/// How many of quoted lines are the attribution that Apple Mail quotes too.
fn attribution_within(quoted: &[Line<'_>]) -> usize {
    let bare = quoted.iter().take(6).map(|line| {
        let text = line.raw.trim_start().trim_start_matches(['>', '|']);
        Line { quoted: text.trim_start().starts_with('>'), ..Line::new(text) }
    });
    let bare: Vec<Line<'_>> = bare.collect();
    let end = (0..bare.len().min(5)).find(|end| attribution_before(&bare, *end, true) == Some(0));
    let blank = end.is_some_and(|end| bare.get(end + 1).is_some_and(|line| line.blank));
    end.map_or(0, |end| end + 1 + usize::from(blank))
}

/// Whether the block holds more than a signature.
fn says_something(lines: &[Line<'_>], block: &Block, context: &Context) -> bool {
    let own: Vec<&Line<'_>> = lines.get(block.from..block.to).unwrap_or_default().iter().collect();
    let Some(first) = own.iter().position(|line| !line.blank) else { return false };
    let text = own.get(first).map(|line| line.raw.trim()).unwrap_or_default();
    let begins_signature =
        matches!(text, "--" | "—" | "__") || own.get(first).is_some_and(|line| is_mobile_footer(line) || is_rule(line));
    let end = signature::find(&own, context).first().map_or(own.len(), |(from, _)| *from);
    !begins_signature && own.iter().take(end).any(|line| has_words(line.raw))
}
