//! A flat tree of HTML nodes: indexes instead of pointers, so that walking, cutting and dropping need no recursion.
//!
//! html5ever costs more than linear time on absurdly deep or long documents; those are refused, and callers fall back to a
//! linear reading.

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Longest document that is read as a tree, in bytes.
const MAX_LENGTH: usize = 4 * 1024 * 1024;
/// Deepest nesting, counted on the tags before parsing.
const MAX_DEPTH: usize = 1_000;

/// What a node is. Comments and doctypes are left out.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The document itself, node 0.
    Root,
    /// Character data, decoded.
    Text(String),
    /// An element: lower-case name, attributes in order.
    Element(String, Vec<(String, String)>),
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) parent: usize,
    pub(crate) children: Vec<usize>,
}

/// A document. Node 0 is the root; every other node comes after its parent and, among siblings, in document order.
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

/// Elements that never stay open around what follows them.
const NOT_NESTING: &[&str] = &[
    "br", "img", "hr", "p", "li", "td", "th", "tr", "meta", "link", "input", "dd", "dt", "option", "col", "area",
    "base", "wbr", "o:p",
];

fn is_reasonable(html: &str) -> bool {
    let mut depth = 0_usize;
    for piece in html.split('<').skip(1) {
        let (closing, name) = match piece.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, piece),
        };
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = name.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        if NOT_NESTING.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            continue;
        }
        depth = if closing { depth.saturating_sub(1) } else { depth + 1 };
        if depth > MAX_DEPTH {
            return false;
        }
    }
    html.len() <= MAX_LENGTH
}

impl Tree {
    /// Parses a document or fragment; `None` when it is too long or too deep to be read as a tree.
    pub(crate) fn parse(html: &str) -> Option<Self> {
        if !is_reasonable(html) {
            return None;
        }
        let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html);
        let mut tree = Self { nodes: vec![Node { kind: Kind::Root, parent: 0, children: Vec::new() }] };
        let mut todo: Vec<(Handle, usize)> =
            dom.document.children.borrow().iter().rev().map(|child| (child.clone(), 0)).collect();
        while let Some((handle, parent)) = todo.pop() {
            let kind = match &handle.data {
                NodeData::Text { contents } => Kind::Text(contents.borrow().replace('\0', "")),
                NodeData::Element { name, attrs, .. } => {
                    let attrs = attrs.borrow();
                    let attrs =
                        attrs.iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect();
                    Kind::Element(name.local.to_string(), attrs)
                }
                _ => continue,
            };
            let id = tree.nodes.len();
            tree.nodes.push(Node { kind, parent, children: Vec::new() });
            if let Some(parent) = tree.nodes.get_mut(parent) {
                parent.children.push(id);
            }
            todo.extend(handle.children.borrow().iter().rev().map(|child| (child.clone(), id)));
        }
        Some(tree)
    }

    /// Element name, empty for text and root.
    pub(crate) fn name(&self, id: usize) -> &str {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Element(name, _)) => name,
            _ => "",
        }
    }

    /// An attribute's value, empty when absent.
    pub(crate) fn attr(&self, id: usize, wanted: &str) -> &str {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Element(_, attrs)) => {
                attrs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value)
            }
            _ => "",
        }
    }

    pub(crate) fn parent(&self, id: usize) -> usize {
        self.nodes.get(id).map_or(0, |node| node.parent)
    }

    pub(crate) fn children(&self, id: usize) -> &[usize] {
        self.nodes.get(id).map_or(&[], |node| &node.children)
    }

    /// Walks `from` and everything below it; `visit` answers whether to go into an entered node.
    pub(crate) fn walk(&self, from: usize, mut visit: impl FnMut(Step) -> bool) {
        let mut todo = vec![Step::Enter(from)];
        while let Some(step) = todo.pop() {
            let into = visit(step);
            if let Step::Enter(id) = step {
                todo.push(Step::Leave(id));
                if into {
                    todo.extend(self.children(id).iter().rev().map(|child| Step::Enter(*child)));
                }
            }
        }
    }

    /// The HTML below `from` (without `html`, `head` and `body` tags), leaving out whatever `skip` names.
    pub(crate) fn to_html(&self, from: usize, skip: impl Fn(usize) -> bool) -> String {
        const VOID: &[&str] =
            &["br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "embed", "source", "track"];
        const BARE: &[&str] = &["html", "body", ""];
        const RAW: &[&str] = &[
            "style",
            "script",
            "title",
            "head",
            "xmp",
            "iframe",
            "noembed",
            "noframes",
            "noscript",
            "plaintext",
            "template",
        ];
        let mut out = String::new();
        self.walk(from, |step| {
            let (Step::Enter(id) | Step::Leave(id)) = step;
            let name = self.name(id);
            if RAW.contains(&name) || skip(id) {
                return false;
            }
            match (step, self.nodes.get(id).map(|node| &node.kind)) {
                (Step::Enter(_), Some(Kind::Text(text))) => out.push_str(&super::escape(text)),
                (Step::Enter(_), Some(Kind::Element(_, attrs))) if !BARE.contains(&name) => {
                    out.push('<');
                    out.push_str(name);
                    for (name, value) in attrs {
                        out.push_str(&format!(" {name}=\"{}\"", super::escape(value)));
                    }
                    out.push('>');
                }
                (Step::Leave(_), Some(Kind::Element(..))) if !BARE.contains(&name) && !VOID.contains(&name) => {
                    out.push_str(&format!("</{name}>"));
                }
                _ => {}
            }
            true
        });
        out
    }
}
