//! The marks that mail clients leave in HTML around history and signatures.

use std::collections::{BTreeSet, HashSet};

use super::plain::has_words;
use crate::html::text::render;
use crate::html::tree::{Kind, Step, Tree};

/// The parts of a tree that are not the person's words.
pub(super) struct Marks {
    /// nodes that are history, with everything below
    pub(super) cut: HashSet<usize>,
    /// nodes that hold a signature, in order
    pub(super) signatures: BTreeSet<usize>,
    /// the client whose mark came first
    pub(super) rule: Option<&'static str>,
}

impl Marks {
    /// These nodes and everything below them.
    pub(super) fn below<'a>(tree: &Tree, starts: impl IntoIterator<Item = &'a usize>) -> HashSet<usize> {
        let mut nodes = HashSet::new();
        for start in starts {
            tree.walk(*start, |step| match step {
                Step::Enter(id) => nodes.insert(id),
                Step::Leave(_) => true,
            });
        }
        nodes
    }
}

/// How far a mark of history reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// This element is history.
    Element,
    /// Everything from here on is history.
    Rest,
}

/// Where a client leaves its mark.
enum At {
    /// A class.
    Class(&'static str),
    /// The end of an id; webmail puts its own prefix before it.
    Id(&'static str),
    /// An attribute with this value.
    Attr(&'static str, &'static str),
}

/// The marks of clients: element (empty: any), mark, reach, name of the rule. A new client is a new row.
const CLIENTS: &[(&str, At, Reach, &str)] = &[
    ("", At::Class("gmail_quote"), Reach::Element, "gmail_quote"),
    ("", At::Class("gmail_quote_container"), Reach::Element, "gmail_quote"),
    ("", At::Class("gmail_extra"), Reach::Element, "gmail_quote"),
    ("", At::Class("gmail_attr"), Reach::Element, "gmail_quote"),
    ("", At::Class("moz-cite-prefix"), Reach::Element, "thunderbird"),
    ("", At::Class("moz-email-headers-table"), Reach::Rest, "thunderbird"),
    ("", At::Class("moz-forward-container"), Reach::Element, "thunderbird"),
    ("blockquote", At::Attr("type", "cite"), Reach::Element, "cite"),
    ("", At::Id("appendonsend"), Reach::Rest, "outlook"),
    ("", At::Id("divRplyFwdMsg"), Reach::Rest, "outlook"),
    ("", At::Id("mail-editor-reference-message-container"), Reach::Rest, "outlook"),
    ("", At::Id("OLK_SRC_BODY_SECTION"), Reach::Rest, "outlook"),
    ("hr", At::Id("stopSpelling"), Reach::Rest, "outlook"),
    ("hr", At::Attr("tabindex", "-1"), Reach::Rest, "outlook"),
    ("", At::Class("yahoo_quoted"), Reach::Element, "yahoo"),
    ("", At::Id("yahoo_quoted"), Reach::Element, "yahoo"),
    ("", At::Class("protonmail_quote"), Reach::Element, "proton"),
    ("", At::Class("tutanota_quote"), Reach::Element, "tuta"),
    ("", At::Class("zmail_extra"), Reach::Element, "zoho"),
    ("", At::Class("front-blockquote"), Reach::Element, "front"),
    ("blockquote", At::Class("iosymail"), Reach::Element, "yahoo"),
    ("blockquote", At::Id("replyBlockquote"), Reach::Element, "quote element"),
    ("", At::Id("reply-intro"), Reach::Element, "roundcube"),
    ("", At::Id("mail_android_quote"), Reach::Element, "android"),
    ("", At::Class("ms-outlook-mobile-reference-message"), Reach::Rest, "outlook"),
];

impl At {
    fn is_at(&self, tree: &Tree, id: usize) -> bool {
        match self {
            Self::Class(class) => tree.attr(id, "class").split_whitespace().any(|word| word == *class),
            Self::Id(end) => tree.attr(id, "id").ends_with(end),
            Self::Attr(name, value) => tree.attr(id, name).eq_ignore_ascii_case(value),
        }
    }
}

/// The mark that an element is, if it is one.
fn mark(tree: &Tree, id: usize) -> Option<(Reach, &'static str)> {
    let name = tree.name(id);
    if name.is_empty() {
        return None;
    }
    let row = CLIENTS.iter().find(|(element, at, ..)| (element.is_empty() || *element == name) && at.is_at(tree, id));
    let outlook = || {
        (name == "div" && is_outlook_rule(tree.attr(id, "style")) && holds_header_block(tree, id))
            .then_some((Reach::Rest, "outlook"))
    };
    row.map(|(_, _, reach, rule)| (*reach, *rule)).or_else(outlook)
}

/// The element in which a client puts the signature that the person set up.
fn is_signature(tree: &Tree, id: usize) -> bool {
    let (class, element_id) = (tree.attr(id, "class"), tree.attr(id, "id"));
    ["gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "tutaSignature"]
        .iter()
        .any(|known| class.split_whitespace().any(|word| word == *known))
        || matches!(
            element_id,
            "Signature" | "AppleMailSignature" | "ms-outlook-mobile-signature" | "lineBreakAtBeginningOfSignature"
        )
}

/// Outlook draws a line above the history: `border:none;border-top:solid #E1E1E1 1.0pt`.
fn is_outlook_rule(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("border-top:solid") && style.contains("1.0pt")
        || style.contains("border-top:1pxsolid")
        || style.contains("border-top:#")
}

fn holds_header_block(tree: &Tree, id: usize) -> bool {
    let text = render(tree, id, |_| false);
    let lines = super::line::lines(&text);
    (0..lines.len().min(3)).any(|at| super::heading::is_header_block(&lines, at))
}

/// Finds the marks in one walk.
pub(super) fn marks(tree: &Tree) -> Marks {
    let mut marks = Marks { cut: HashSet::new(), signatures: BTreeSet::new(), rule: None };
    let mut rest: Option<usize> = None; // the node from which everything is history
    let mut words_after: HashSet<usize> = HashSet::new();
    let mut quotes: Vec<usize> = Vec::new();
    tree.walk(0, |step| {
        let Step::Enter(id) = step else { return true };
        if rest.is_some() {
            return false;
        }
        if is_signature(tree, id) {
            marks.signatures.insert(id);
            return false;
        }
        if let Some((reach, rule)) = mark(tree, id) {
            marks.rule = marks.rule.or(Some(rule));
            match reach {
                Reach::Rest => rest = Some(id),
                Reach::Element => quotes.push(id),
            }
            return false;
        }
        if let Some(Kind::Text(text)) = tree.nodes.get(id).map(|node| &node.kind)
            && has_words(text)
        {
            words_after.extend(quotes.last());
        }
        true
    });
    if let Some(start) = rest {
        marks.cut.insert(start);
        cut_after(tree, start, &mut marks.cut);
    }
    // a quote with words below it is what they answer, unless it is the whole mail above a single answer
    let answered = quotes.iter().filter(|id| words_after.contains(id)).count();
    for id in quotes {
        let keep = words_after.contains(&id) && answered > 1 && tree.name(id) == "blockquote";
        if !keep {
            marks.cut.insert(id);
        }
    }
    marks
}

/// Cuts all that follows `node` in the document: its later siblings, and those of its ancestors.
pub(super) fn cut_after(tree: &Tree, node: usize, cut: &mut HashSet<usize>) {
    let mut at = node;
    while at != 0 {
        let parent = tree.parent(at);
        let siblings = tree.children(parent);
        let after = siblings.iter().position(|child| *child == at).map_or(siblings.len(), |index| index + 1);
        cut.extend(siblings.get(after..).unwrap_or_default());
        at = parent;
    }
}

/// Cuts the empty lines that stood above the history: all after the last words or image that stay.
pub(super) fn cut_empty_end(tree: &Tree, cut: &mut HashSet<usize>) {
    let mut last = None;
    tree.walk(0, |step| {
        let Step::Enter(id) = step else { return true };
        if cut.contains(&id) {
            return false;
        }
        let shows = match tree.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Text(text)) => !text.trim().is_empty(),
            _ => tree.name(id) == "img",
        };
        if shows {
            last = Some(id);
        }
        true
    });
    if let Some(last) = last {
        cut_after(tree, last, cut);
    }
}
