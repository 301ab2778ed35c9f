//! HTML: which part of the tree the person wrote. One walk finds the first mark of history; everything from there on in document
//! order is cut, or, where the person wrote below a quote, only the quotes.

use std::collections::HashSet;

use super::plain::{extract_plain, has_words};
use super::{Hints, Reply};
use crate::html::sanitize::{clean, park_remote_images};
use crate::html::text::{is_hidden, render};
use crate::html::tree::{Kind, Step, Tree};

/// Splits HTML into the newly written words, the signature and the history.
pub fn extract_html(html: &str, hints: &Hints) -> Reply {
    let Some(mut tree) = Tree::parse(html) else {
        let text = crate::html::to_text(html);
        return Reply { html: Some(crate::html::from_text(&text)), ..extract_plain(&text, hints) };
    };
    park_remote_images(&mut tree);
    let marks = marks(&tree);
    let hidden: HashSet<usize> = (0..tree.nodes.len()).filter(|id| is_hidden(&tree, *id)).collect();
    let text_without = |skip: &dyn Fn(usize) -> bool| render(&tree, 0, |id| hidden.contains(&id) || skip(id));
    let html_without = |skip: &dyn Fn(usize) -> bool| clean(&tree.to_html(0, skip));

    let cut = |id: usize| marks.is_cut(id);
    let own = text_without(&cut);
    let mut reply = extract_plain(&own, hints);
    let history = marks.history(&tree);
    let quoted = marks.any().then(|| render(&tree, 0, |id| hidden.contains(&id) || !history.contains(&id)));
    if !has_words(&own) || (marks.any() && reply.rule == "no words") {
        // nothing outside the quotes: read the whole as text
        let whole = crate::html::text::render_all(&tree);
        return Reply { html: Some(html_without(&|_| false)), ..extract_plain(&whole, hints) };
    }
    let quoted = quoted.map(|text| text.trim_end().to_owned()).filter(|text| !text.is_empty());
    reply.quoted = match (reply.quoted.take(), quoted) {
        (Some(first), Some(second)) => Some(format!("{first}\n{second}")),
        (first, second) => first.or(second),
    };
    if let Some(rule) = marks.rule {
        reply.rule = rule;
    }
    let signature = |id: usize| marks.is_cut(id) || marks.signatures.contains(&id);
    let html = html_without(&signature);
    reply.html =
        Some(if reply.text_is_all_of(&own) || marks.any() { html } else { crate::html::from_text(&reply.text) });
    reply
}

impl Reply {
    /// Whether the plain reading cut nothing but a signature from `text`.
    fn text_is_all_of(&self, text: &str) -> bool {
        self.quoted.is_none()
            && text.trim_start().starts_with(self.text.lines().next().unwrap_or_default().trim_start())
    }
}

/// The parts of a tree that are not the person's words.
struct Marks {
    /// nodes that are history, with everything below
    cut: HashSet<usize>,
    /// nodes that hold a signature
    signatures: HashSet<usize>,
    rule: Option<&'static str>,
}

impl Marks {
    fn any(&self) -> bool {
        !self.cut.is_empty()
    }

    fn is_cut(&self, id: usize) -> bool {
        self.cut.contains(&id)
    }

    /// Everything in the history, and what leads to it.
    fn history(&self, tree: &Tree) -> HashSet<usize> {
        let mut nodes = HashSet::from([0]);
        for start in &self.cut {
            tree.walk(*start, |step| {
                let (Step::Enter(id) | Step::Leave(id)) = step;
                nodes.insert(id);
                true
            });
            let mut above = tree.parent(*start);
            while nodes.insert(above) {
                above = tree.parent(above);
            }
        }
        nodes
    }
}

/// How a client marks history.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// This element alone is history.
    Element,
    /// Everything from here on is history.
    Rest,
}

/// The mark that an element is, if it is one.
fn mark(tree: &Tree, id: usize) -> Option<(Reach, &'static str)> {
    let name = tree.name(id);
    if name.is_empty() {
        return None;
    }
    let class = tree.attr(id, "class");
    let element_id = tree.attr(id, "id");
    let class_is = |wanted: &str| class.split_whitespace().any(|word| word == wanted);
    let id_ends = |wanted: &str| element_id.ends_with(wanted);
    let found = match () {
        () if class_is("gmail_quote") || class_is("gmail_quote_container") || class_is("gmail_extra") => {
            (Reach::Element, "gmail_quote")
        }
        () if class_is("gmail_attr") => (Reach::Element, "gmail_attr"),
        () if class_is("moz-cite-prefix") || class_is("moz-email-headers-table") => (Reach::Element, "thunderbird"),
        () if name == "blockquote" && tree.attr(id, "type").eq_ignore_ascii_case("cite") => (Reach::Element, "cite"),
        () if id_ends("appendonsend")
            || id_ends("divRplyFwdMsg")
            || id_ends("mail-editor-reference-message-container") =>
        {
            (Reach::Rest, "outlook")
        }
        () if id_ends("stopSpelling") || element_id == "OLK_SRC_BODY_SECTION" => (Reach::Rest, "outlook"),
        () if class_is("yahoo_quoted") || id_ends("yahoo_quoted") || element_id.starts_with("yahoo_quoted") => {
            (Reach::Element, "yahoo")
        }
        () if class_is("protonmail_quote")
            || class_is("tutanota_quote")
            || class_is("zmail_extra")
            || class_is("front-blockquote") =>
        {
            (Reach::Element, "quote element")
        }
        () if class_is("WordSection1") => return None,
        () if name == "div" && is_outlook_rule(tree.attr(id, "style")) && holds_header_block(tree, id) => {
            (Reach::Rest, "outlook")
        }
        () if name == "hr" && (tree.attr(id, "id") == "stopSpelling" || tree.attr(id, "tabindex") == "-1") => {
            (Reach::Rest, "outlook")
        }
        () if name == "blockquote"
            && (class_is("quote") || element_id == "replyBlockquote" || class_is("iosymail")) =>
        {
            (Reach::Element, "quote element")
        }
        () => return None,
    };
    Some(found)
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
    (0..lines.len().min(3)).any(|at| super::line::is_header_block(&lines, at))
}

fn marks(tree: &Tree) -> Marks {
    let mut marks = Marks { cut: HashSet::new(), signatures: HashSet::new(), rule: None };
    let mut rest: Option<usize> = None; // the node from which everything is history
    let mut words_after: HashSet<usize> = HashSet::new();
    let mut quotes: Vec<usize> = Vec::new();
    tree.walk(0, |step| {
        let Step::Enter(id) = step else { return true };
        if rest.is_some() {
            return false;
        }
        let class = tree.attr(id, "class");
        if class
            .split_whitespace()
            .any(|word| matches!(word, "gmail_signature" | "moz-signature" | "gmail_signature_prefix"))
            || tree.attr(id, "id") == "Signature"
        {
            marks.signatures.insert(id);
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
        cut_rest(tree, start, &mut marks.cut);
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

/// Cuts `start` and all that follows it in the document: its later siblings, and those of its ancestors.
fn cut_rest(tree: &Tree, start: usize, cut: &mut HashSet<usize>) {
    let mut at = start;
    cut.insert(start);
    while at != 0 {
        let parent = tree.parent(at);
        let siblings = tree.children(parent);
        let after = siblings.iter().position(|child| *child == at).map_or(siblings.len(), |index| index + 1);
        cut.extend(siblings.get(after..).unwrap_or_default());
        at = parent;
    }
}
