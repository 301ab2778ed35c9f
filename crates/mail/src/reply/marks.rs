//! The marks that mail clients leave in HTML around history and signatures, found in one walk.

mod clients;
#[cfg(test)]
mod fixtures;
mod outlook;

use std::ops::Range;

use self::clients::{Reach, mark_of};
use super::body::{Confidence, PartKind};
use super::plain::{Tag, has_words};
use crate::html::text::{Hidden, render_below};
use crate::html::tree::{Step, Tree};

/// A stretch of the document that is one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    /// The nodes, in document order.
    pub(super) nodes: Range<usize>,
    pub(super) kind: PartKind,
    /// The client's.
    pub(super) rule: &'static str,
}

impl Region {
    pub(super) fn tag(&self) -> Tag {
        Tag::hidden(self.kind, self.rule, Confidence::Certain)
    }
}

/// What a walk finds.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// What is not the person's, in order and without overlap.
    pub(super) regions: Vec<Region>,
    /// The client whose mark of history came first.
    pub(super) rule: Option<&'static str>,
    /// Quotes that are answered, by their first node.
    pub(super) answered: Vec<usize>,
}

impl Marks {
    /// The region that a node is in.
    pub(super) fn region(&self, node: usize) -> Option<&Region> {
        let at = self.regions.partition_point(|region| region.nodes.end <= node);
        self.regions.get(at).filter(|region| region.nodes.start <= node)
    }

    /// Whether a region begins with this node.
    pub(super) fn is_edge(&self, node: usize) -> bool {
        self.regions.binary_search_by_key(&node, |region| region.nodes.start).is_ok()
            || self.answered.binary_search(&node).is_ok()
    }
}

/// A quote, and whether words follow it before the next one.
struct Quote {
    region: Region,
    words_after: bool,
}

/// The walk's state.
struct Walk<'t> {
    tree: &'t Tree,
    found: Vec<Region>,
    quotes: Vec<Quote>,
    rule: Option<&'static str>,
    /// nodes before this one are dealt with
    past: usize,
}

/// Finds the marks.
pub(super) fn marks(tree: &Tree) -> Marks {
    let mut walk = Walk { tree, found: Vec::new(), quotes: Vec::new(), rule: None, past: 0 };
    tree.walk(0, |step| match step {
        Step::Enter(id) => id < walk.past && tree.range(id).end > walk.past || id >= walk.past && walk.enter(id),
        Step::Leave(_) => true,
    });
    let Walk { found: mut regions, quotes, rule, .. } = walk;
    // a quote with words below it is what they answer, unless it is the whole mail above a single answer
    let answered = quotes.iter().filter(|quote| quote.words_after).count();
    let last = quotes.len().saturating_sub(1);
    let mut kept = Vec::new();
    for (at, quote) in quotes.into_iter().enumerate() {
        let keep =
            quote.words_after && (answered > 1 || at < last) && tree.name(quote.region.nodes.start) == "blockquote";
        if keep {
            kept.push(quote.region.nodes.start);
        } else {
            regions.push(quote.region);
        }
    }
    regions.sort_by_key(|region| region.nodes.start);
    Marks { regions, rule: if kept.is_empty() { rule } else { Some("interleaved") }, answered: kept }
}

impl Walk<'_> {
    /// Answers whether to look below.
    fn enter(&mut self, id: usize) -> bool {
        let tree = self.tree;
        if let Some(text) = tree.text(id) {
            if let Some(quote) = self.quotes.last_mut().filter(|_| has_words(text)) {
                quote.words_after = true;
            }
            return false;
        }
        let Some(mark) = mark_of(tree, id) else {
            if outlook::begins(tree, id) {
                self.rest(id, PartKind::Quoted, "outlook");
                return false;
            }
            return true;
        };
        let nodes = tree.range(id);
        match (mark.reach, mark.kind) {
            (Reach::Rest, kind) => self.rest(id, kind, mark.rule),
            (Reach::Next, kind) => {
                if let Some(next) = next_words(tree, id).filter(|next| mark_of(tree, *next).is_none()) {
                    self.region(tree.range(next), kind, mark.rule);
                }
            }
            (Reach::Element, PartKind::Quoted) => {
                if let Some(first) = marked_quote_in(tree, id) {
                    // around block quotes: what leads to the first is their heading, the rest is looked through
                    self.rule = self.rule.or(Some(mark.rule));
                    let heading = id + 1..first;
                    if !heading.is_empty() {
                        self.region(heading, PartKind::QuoteHeader, mark.rule);
                    }
                    return true;
                }
                self.rule = self.rule.or(Some(mark.rule));
                let kind = if is_gmail_forward(tree, id) { PartKind::Forwarded } else { PartKind::Quoted };
                self.quotes.push(Quote { region: Region { nodes, kind, rule: mark.rule }, words_after: false });
            }
            (Reach::Element, kind) => self.region(nodes, kind, mark.rule),
        }
        false
    }

    fn region(&mut self, nodes: Range<usize>, kind: PartKind, rule: &'static str) {
        if kind != PartKind::Signature {
            self.rule = self.rule.or(Some(rule));
        }
        self.past = nodes.end;
        self.found.push(Region { nodes, kind, rule });
    }

    fn rest(&mut self, id: usize, kind: PartKind, rule: &'static str) {
        self.region(id..self.tree.nodes.len(), kind, rule);
    }
}

/// The first marked block quote right in a quote's element, or one element deeper.
fn marked_quote_in(tree: &Tree, id: usize) -> Option<usize> {
    let marked = |child: &usize| {
        tree.name(*child) == "blockquote"
            && mark_of(tree, *child).is_some_and(|mark| (mark.reach, mark.kind) == (Reach::Element, PartKind::Quoted))
    };
    if tree.name(id) == "blockquote" {
        return None;
    }
    tree.children(id).find(marked).or_else(|| tree.children(id).find_map(|child| tree.children(child).find(marked)))
}

/// Gmail puts what it passes on where it puts what it quotes, but not into a block quote.
fn is_gmail_forward(tree: &Tree, id: usize) -> bool {
    let first = tree.children(id).find(|child| !tree.name(*child).is_empty());
    let heading = first.filter(|first| {
        tree.name(id) != "blockquote" && mark_of(tree, *first).is_some_and(|mark| mark.rule == "gmail_quote")
    });
    heading.is_some_and(|first| render_below(tree, first, Hidden::LeftOut, |_| false).text.starts_with("-----"))
}

/// The next sibling with words.
fn next_words(tree: &Tree, id: usize) -> Option<usize> {
    let words = |id: &usize| tree.range(*id).any(|below| tree.text(below).is_some_and(has_words));
    tree.next_siblings(id).take(20).find(words)
}
