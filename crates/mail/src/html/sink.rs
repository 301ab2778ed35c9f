//! html5ever's tree builder, writing into an arena of linked nodes; what a hostile document would cost is counted on the way.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName, local_name, ns};

use super::tree::Kind;

/// Deepest nesting that is read. People's mails stay below a hundred; long chains of answers reach some hundreds.
const MOST_DEPTH: u32 = 700;
/// Most nodes. A long newsletter has some ten thousand.
const MOST_NODES: usize = 120_000;
/// Most work: a step is a node made or moved, or some that are passed in search of an open element.
const MOST_STEPS: usize = 2_000_000;

/// No node.
const NONE: u32 = u32::MAX;

/// A node while the tree is built: links go by number.
struct Raw {
    kind: RawKind,
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    previous: u32,
    depth: u32,
}

enum RawKind {
    Document,
    Text(StrTendril),
    Element {
        name: QualName,
        attrs: Vec<Attribute>,
        contents: u32,
        integration: bool,
    },
    /// Comments, instructions.
    Other,
}

/// Where html5ever puts what it reads.
pub(super) struct Arena {
    nodes: RefCell<Vec<Raw>>,
    steps: Cell<usize>,
    deepest: Cell<u32>,
    /// depth of what was added last, which is how many elements are open, nearly
    open: Cell<u32>,
}

impl Arena {
    pub(super) fn new(bytes: usize) -> Self {
        let mut nodes = Vec::with_capacity((bytes / 24 + 16).min(MOST_NODES));
        nodes.push(Raw::new(RawKind::Document));
        Self { nodes: RefCell::new(nodes), steps: Cell::new(0), deepest: Cell::new(0), open: Cell::new(0) }
    }

    /// Whether reading on would cost more than it may.
    pub(super) fn is_absurd(&self) -> bool {
        self.deepest.get() > MOST_DEPTH || self.steps.get() > MOST_STEPS || self.nodes.borrow().len() > MOST_NODES
    }

    fn step(&self, count: usize) {
        self.steps.set(self.steps.get().saturating_add(count));
    }

    fn add(&self, kind: RawKind) -> u32 {
        self.step(1 + self.open.get() as usize / 16);
        let mut nodes = self.nodes.borrow_mut();
        let id = u32::try_from(nodes.len()).unwrap_or(NONE);
        nodes.push(Raw::new(kind));
        id
    }

    fn with<T>(&self, id: u32, default: T, read: impl FnOnce(&mut Raw) -> T) -> T {
        self.nodes.borrow_mut().get_mut(id as usize).map_or(default, read)
    }

    fn append_to_text(&self, id: u32, more: &StrTendril) -> bool {
        self.with(id, false, |node| match &mut node.kind {
            RawKind::Text(text) => {
                text.push_tendril(more);
                true
            }
            _ => false,
        })
    }

    /// Puts `id`, which has no parent, before `next` (or at the end) among the children of `parent`.
    fn link(&self, id: u32, parent: u32, next: u32) {
        let (last, depth) = self.with(parent, (NONE, 0), |node| (node.last, node.depth + 1));
        let previous = if next == NONE { last } else { self.with(next, NONE, |node| node.previous) };
        self.with(id, (), |node| {
            (node.parent, node.previous, node.next, node.depth) = (parent, previous, next, depth);
        });
        self.with(previous, (), |node| node.next = id);
        self.with(next, (), |node| node.previous = id);
        self.with(parent, (), |node| {
            if previous == NONE {
                node.first = id;
            }
            if next == NONE {
                node.last = id;
            }
        });
        self.open.set(depth);
        self.deepest.set(self.deepest.get().max(depth));
    }

    fn unlink(&self, id: u32) {
        let (parent, previous, next) = self.with(id, (NONE, NONE, NONE), |node| {
            let links = (node.parent, node.previous, node.next);
            (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
            links
        });
        self.with(previous, (), |node| node.next = next);
        self.with(next, (), |node| node.previous = previous);
        self.with(parent, (), |node| {
            if node.first == id {
                node.first = next;
            }
            if node.last == id {
                node.last = previous;
            }
        });
    }

    fn place(&self, parent: u32, next: u32, child: NodeOrText<u32>) {
        let before = match next {
            NONE => self.with(parent, NONE, |node| node.last),
            next => self.with(next, NONE, |node| node.previous),
        };
        let id = match child {
            NodeOrText::AppendText(text) if self.append_to_text(before, &text) => return,
            NodeOrText::AppendText(text) => self.add(RawKind::Text(text)),
            NodeOrText::AppendNode(id) => {
                self.unlink(id);
                id
            }
        };
        self.link(id, parent, next);
    }
}

impl Raw {
    fn new(kind: RawKind) -> Self {
        Self { kind, parent: NONE, first: NONE, last: NONE, next: NONE, previous: NONE, depth: 0 }
    }
}

/// An element's name, copied, so that the arena can change meanwhile.
#[derive(Debug)]
pub(super) struct Name(QualName);

impl html5ever::interface::ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Arena {
    type Handle = u32;
    type Output = Vec<(Kind, usize)>;
    type ElemName<'a> = Name;

    /// The nodes in document order, each with the number of its parent.
    fn finish(self) -> Self::Output {
        let mut nodes = self.nodes.into_inner();
        let mut ordered = vec![(Kind::Root, 0)];
        let mut todo: Vec<(u32, usize)> = Vec::new();
        let mut at = nodes.first().map_or(NONE, |root| root.first);
        let mut parent = 0;
        loop {
            let Some(node) = nodes.get_mut(at as usize) else {
                match todo.pop() {
                    Some(next) => (at, parent) = next,
                    None => return ordered,
                }
                continue;
            };
            let (first, next) = (node.first, node.next);
            let kind = match std::mem::replace(&mut node.kind, RawKind::Other) {
                RawKind::Text(text) => Some(Kind::Text(text)),
                RawKind::Element { name, attrs, .. } => Some(Kind::Element(name, attrs)),
                RawKind::Document | RawKind::Other => None,
            };
            let Some(kind) = kind else {
                at = next;
                continue;
            };
            ordered.push((kind, parent));
            if first == NONE {
                at = next;
            } else {
                todo.push((next, parent));
                parent = ordered.len() - 1;
                at = first;
            }
        }
    }

    /// What is wrong is often an end without a beginning, which was sought among all open elements.
    fn parse_error(&self, _: Cow<'static, str>) {
        self.step(1 + self.open.get() as usize / 4);
    }

    fn get_document(&self) -> u32 {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a u32) -> Name {
        let name = self.with(*target, None, |node| match &node.kind {
            RawKind::Element { name, .. } => Some(name.clone()),
            _ => None,
        });
        Name(name.unwrap_or_else(|| QualName::new(None, ns!(), local_name!(""))))
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> u32 {
        let contents = if flags.template { self.add(RawKind::Document) } else { NONE };
        let integration = flags.mathml_annotation_xml_integration_point;
        self.add(RawKind::Element { name, attrs, contents, integration })
    }

    fn create_comment(&self, _: StrTendril) -> u32 {
        self.add(RawKind::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> u32 {
        self.add(RawKind::Other)
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        self.place(*parent, NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &u32, previous: &u32, child: NodeOrText<u32>) {
        match self.with(*element, NONE, |node| node.parent) {
            NONE => self.place(*previous, NONE, child),
            parent => self.place(parent, *element, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// What stands in a template is kept apart, and never shown.
    fn get_template_contents(&self, target: &u32) -> u32 {
        self.with(*target, NONE, |node| match node.kind {
            RawKind::Element { contents, .. } => contents,
            _ => NONE,
        })
    }

    fn same_node(&self, x: &u32, y: &u32) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &u32, child: NodeOrText<u32>) {
        let parent = self.with(*sibling, NONE, |node| node.parent);
        self.place(parent, *sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &u32, more: Vec<Attribute>) {
        self.with(*target, (), |node| {
            if let RawKind::Element { attrs, .. } = &mut node.kind {
                // `<html>` and `<body>` may be repeated without end, each time with other attributes
                let missing = more.into_iter().take(64usize.saturating_sub(attrs.len()));
                let known: Vec<LocalName> = attrs.iter().map(|attr| attr.name.local.clone()).collect();
                attrs.extend(missing.filter(|attr| !known.contains(&attr.name.local)));
            }
        });
    }

    fn remove_from_parent(&self, target: &u32) {
        self.unlink(*target);
        self.step(1);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        loop {
            let child = self.with(*node, NONE, |node| node.first);
            if child == NONE {
                return;
            }
            self.unlink(child);
            self.link(child, *new_parent, NONE);
            self.step(1);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &u32) -> bool {
        self.with(*target, false, |node| matches!(node.kind, RawKind::Element { integration: true, .. }))
    }
}
