//! A flat tree of HTML nodes: indexes instead of pointers, so that walking, cutting and dropping need no recursion.
//!
//! Parsing costs more than linear time on absurdly deep or long documents, and on a few that are made for it; those are refused, and
//! callers fall back to a linear reading.

use std::ops::Range;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ParseOpts, QualName};

use super::guard::has_sane_tags;
use super::sink::Arena;

/// Longest document that is read as a tree, in bytes: some pictures may stand in it as text.
const MAX_LENGTH: usize = 8 * 1024 * 1024;
/// Bytes that are parsed before their cost is looked at again.
const PIECE: usize = 4 * 1024;

/// What a node is. Comments and doctypes are left out, and what stands in templates.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The document itself, node 0.
    Root,
    /// Character data, decoded.
    Text(StrTendril),
    /// An element and its attributes in order; names are in lower case, but for some of SVG's.
    Element(QualName, Vec<Attribute>),
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) parent: usize,
    /// The number after its last descendant's.
    pub(crate) end: usize,
}

/// A document. Node 0 is the root; nodes stand in document order, each before all that is below it.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

/// A step of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Enter(usize),
    Leave(usize),
}

impl Tree {
    /// Parses a document or fragment; `None` when it is too long, too deep, or too costly to be read as a tree.
    pub(crate) fn parse(html: &str) -> Option<Self> {
        if html.len() > MAX_LENGTH || !has_sane_tags(html) {
            return None;
        }
        // as where scripts do not run: what stands in `noscript` is seen
        let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        let options = ParseOpts { tree_builder, ..ParseOpts::default() };
        let mut parser = html5ever::parse_document(Arena::new(html.len()), options);
        let mut at = 0;
        while at < html.len() {
            let to = html.ceil_char_boundary(at.saturating_add(PIECE));
            parser.process(StrTendril::from_slice(html.get(at..to)?));
            at = to;
            if parser.tokenizer.sink.sink.is_absurd() {
                return None;
            }
        }
        let ordered = parser.finish();
        let mut nodes: Vec<Node> =
            ordered.into_iter().enumerate().map(|(id, (kind, parent))| Node { kind, parent, end: id + 1 }).collect();
        for id in (1..nodes.len()).rev() {
            let Node { parent, end, .. } = nodes[id];
            if let Some(parent) = nodes.get_mut(parent) {
                parent.end = parent.end.max(end);
            }
        }
        Some(Self { nodes })
    }

    /// Element name, empty for text and root.
    pub(crate) fn name(&self, id: usize) -> &str {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Element(name, _)) => &name.local,
            _ => "",
        }
    }

    /// Character data, of text alone.
    pub(crate) fn text(&self, id: usize) -> Option<&str> {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// All attributes, of elements alone.
    pub(crate) fn attrs(&self, id: usize) -> &[Attribute] {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Element(_, attrs)) => attrs,
            _ => &[],
        }
    }

    /// An attribute's value, empty when absent.
    pub(crate) fn attr(&self, id: usize, wanted: &str) -> &str {
        self.attrs(id).iter().find(|attr| &*attr.name.local == wanted).map_or("", |attr| &attr.value)
    }

    pub(crate) fn parent(&self, id: usize) -> usize {
        self.nodes.get(id).map_or(0, |node| node.parent)
    }

    /// The node and all below it.
    pub(crate) fn range(&self, id: usize) -> Range<usize> {
        id..self.nodes.get(id).map_or(id, |node| node.end)
    }

    /// What is right below a node.
    pub(crate) fn children(&self, id: usize) -> impl Iterator<Item = usize> {
        let end = self.range(id).end;
        let mut at = id + 1;
        std::iter::from_fn(move || {
            let child = at;
            at = self.range(child).end;
            (child < end).then_some(child)
        })
    }

    /// What follows a node under the same parent.
    pub(crate) fn next_siblings(&self, id: usize) -> impl Iterator<Item = usize> {
        let end = self.range(self.parent(id)).end;
        let mut at = id;
        std::iter::from_fn(move || {
            at = self.range(at).end;
            (at < end).then_some(at)
        })
    }

    /// Walks `from` and everything below it; `visit` answers whether to go into an entered node.
    pub(crate) fn walk(&self, from: usize, mut visit: impl FnMut(Step) -> bool) {
        let end = self.range(from).end;
        let mut open: Vec<usize> = Vec::new();
        let mut at = from;
        loop {
            while let Some(last) = open.last().filter(|last| self.range(**last).end <= at) {
                visit(Step::Leave(*last));
                open.pop();
            }
            if at >= end {
                return;
            }
            open.push(at);
            at = if visit(Step::Enter(at)) { at + 1 } else { self.range(at).end };
        }
    }
}
