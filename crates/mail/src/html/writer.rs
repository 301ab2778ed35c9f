//! Layout of text: line breaks that are due, quote marks, list markers, links. Fed with the steps of a walk by [`super::text`].

use std::borrow::Cow;

use super::style::{Blanks, Style};
use super::tree::Tree;

/// Elements with an empty line around them.
const SPACED: &[&str] = &[
    "p",
    "blockquote",
    "ul",
    "ol",
    "dl",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "xmp",
    "listing",
    "plaintext",
];
/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "div", "li", "tr", "dt", "dd", "center", "section", "article", "header", "footer", "main", "address", "form",
    "fieldset", "hr", "caption", "figure",
];

/// Longest text that could be its link's own address, in bytes.
const LONGEST_LINK: usize = 2_000;

/// Line breaks that an element wants around it.
fn breaks(tree: &Tree, id: usize, style: &Style) -> usize {
    let name = tree.name(id);
    if name == "p" && (style.tight || tree.attr(id, "class").starts_with("Mso")) {
        return 1;
    }
    let nested_list = matches!(name, "ul" | "ol") && tree.name(tree.parent(id)) == "li";
    match () {
        () if SPACED.contains(&name) && !nested_list => 2,
        () if BLOCKS.contains(&name) || nested_list => 1,
        () => 0,
    }
}

/// Text, and where in the tree it comes from.
#[derive(Default)]
pub(crate) struct Rendered {
    /// The text; it ends with a line end unless it is empty.
    pub(crate) text: String,
    /// For each of its lines the node that begins it (of an empty line, the next one's).
    pub(crate) lines: Vec<usize>,
    /// Nodes that wrote words, in order, each with a line that it wrote to: once, but for preformatted text.
    pub(crate) spans: Vec<(usize, usize)>,
}

/// The text so far.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    node: usize,
    starts: Vec<usize>,
    spans: Vec<(usize, usize)>,
    /// line breaks to write before the next words
    breaks: usize,
    /// how many of them there are at least: around paragraphs, whose margins are one
    margin: usize,
    /// at least one is due
    edge: bool,
    space: bool,
    quotes: usize,
    /// quote depth of the last written line
    written_quotes: usize,
    /// what becomes of blanks, of every open element that says so
    blanks: Vec<(usize, Blanks)>,
    /// open lists: `None` for bullets, the next number for numbered ones
    lists: Vec<Option<usize>>,
    /// open tables: whether a header cell was seen, and cells so far in the row
    tables: Vec<(bool, usize)>,
    /// where the text of each open link begins
    links: Vec<usize>,
    marker: String,
}

impl Writer {
    /// `edge`: on a line of its own, whatever it is.
    pub(super) fn enter(&mut self, tree: &Tree, id: usize, style: &Style, edge: bool) {
        self.node = id;
        if let Some(text) = tree.text(id) {
            return match self.blanks.last() {
                Some((_, Blanks::Kept)) => self.preformatted(text),
                _ => self.words(text),
            };
        }
        self.part(breaks(tree, id, style), edge);
        if let Some(blanks) = style.blanks {
            self.blanks.push((id, blanks));
        }
        match tree.name(id) {
            "br" => self.breaks = (self.breaks + 1).min(3),
            "hr" => self.words("---"),
            "blockquote" if !style.indents => self.quotes += 1,
            "ul" => self.lists.push(None),
            "ol" => self.lists.push(Some(tree.attr(id, "start").parse().unwrap_or(1))),
            "li" => self.item(),
            "table" => self.tables.push((false, 0)),
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.1 = 0;
                }
            }
            name @ ("td" | "th") => self.cell(name == "th"),
            "a" => {
                self.flush_space();
                self.links.push(self.out.len());
            }
            "img" => {
                let alt = tree.attr(id, "alt").trim();
                if !alt.is_empty() {
                    self.words(&format!("[image: {alt}]"));
                }
            }
            _ => {}
        }
    }

    pub(super) fn leave(&mut self, tree: &Tree, id: usize, style: &Style, edge: bool) {
        match tree.name(id) {
            "blockquote" if !style.indents => self.quotes = self.quotes.saturating_sub(1),
            "ul" | "ol" => drop(self.lists.pop()),
            "table" => drop(self.tables.pop()),
            "a" => self.link(tree.attr(id, "href").trim()),
            _ => {}
        }
        if self.blanks.last().is_some_and(|(open, _)| *open == id) {
            self.blanks.pop();
        }
        if tree.text(id).is_none() {
            self.part(breaks(tree, id, style), edge);
        }
    }

    /// What comes is on another line.
    fn part(&mut self, breaks: usize, edge: bool) {
        self.breaks = self.breaks.max(breaks.min(1));
        self.margin = self.margin.max(breaks);
        self.edge |= edge;
    }

    fn item(&mut self) {
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(10));
        self.marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{indent}{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ => format!("{indent}- "),
        };
    }

    fn cell(&mut self, header: bool) {
        let Some((has_header, cells)) = self.tables.last_mut() else { return };
        *has_header |= header;
        *cells += 1;
        if *cells > 1 && self.breaks == 0 {
            if *has_header {
                self.out.push_str(" |");
            }
            self.space = true;
        }
    }

    fn link(&mut self, href: &str) {
        let Some(start) = self.links.pop() else { return };
        let text = self.out.get(start..).unwrap_or_default().trim_start();
        // of a long text that is a link the end is no address
        let text = text.get(..text.floor_char_boundary(LONGEST_LINK)).unwrap_or_default().trim_end();
        let scheme = href.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let target = if scheme == "mailto" { href.get(7..).unwrap_or_default() } else { href };
        let shown = |s: &str| {
            s.trim_end_matches('/').trim_start_matches("https://").trim_start_matches("http://").to_lowercase()
        };
        let known = matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel");
        if known
            && !text.is_empty()
            && !target.is_empty()
            && shown(text) != shown(target)
            && !text.contains(target)
            && scheme != "tel"
        {
            self.out.push_str(&format!(" <{target}>"));
        }
    }

    fn words(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) && self.breaks == 0 {
            self.space = true;
        }
        let mut first = true;
        for word in text.split_whitespace() {
            let Some(word) = visible(word) else { continue };
            if !first {
                self.space = true;
            }
            self.flush_space();
            if first {
                self.wrote();
            }
            first = false;
            self.out.push_str(&word);
        }
        if first {
            // an empty line is often a paragraph of one no-break space
            if self.breaks > 0 && text.contains('\u{A0}') {
                self.breaks = (self.breaks + 1).min(3);
            }
        } else if text.ends_with(char::is_whitespace) {
            self.space = true;
        }
    }

    fn preformatted(&mut self, text: &str) {
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.breaks += 1;
            }
            if !line.trim().is_empty() {
                self.flush_space();
                self.wrote();
                self.out.push_str(line.trim_end_matches('\r'));
            }
        }
    }

    fn wrote(&mut self) {
        self.spans.push((self.node, self.starts.len().saturating_sub(1)));
    }

    /// Writes the breaks, quote marks, list marker or blank that are due before words.
    fn flush_space(&mut self) {
        let least = usize::from(std::mem::take(&mut self.edge)).max(std::mem::take(&mut self.margin));
        self.breaks = self.breaks.max(least);
        if self.breaks > 0 || self.starts.is_empty() {
            let first = self.starts.is_empty();
            let lines = if first { 1 } else { self.breaks };
            self.starts.extend(std::iter::repeat_n(self.node, lines));
            let marks = |depth: usize| ">".repeat(depth.min(20));
            if !first {
                // the lines in between belong to the shallower of what they part
                let between = format!("\n{}", marks(self.quotes.min(self.written_quotes)));
                self.out.push_str(&between.repeat(self.breaks.saturating_sub(1)));
                self.out.push('\n');
            }
            if self.quotes > 0 {
                self.out.push_str(&format!("{} ", marks(self.quotes)));
            }
            self.written_quotes = self.quotes;
            self.breaks = 0;
        } else if self.space {
            self.out.push(' ');
        }
        self.space = false;
        if !self.marker.is_empty() {
            let marker = std::mem::take(&mut self.marker);
            self.out.push_str(&marker);
        }
    }

    pub(super) fn finish(self) -> Rendered {
        let mut text = self.out.trim_end().to_owned();
        if !text.is_empty() {
            text.push('\n');
        }
        Rendered { text, lines: self.starts, spans: self.spans }
    }
}

/// A word as it is seen: without soft hyphens and blanks of no width. `None` where it is made of invisible characters alone, which
/// newsletters put by the hundred after the line that a list of mails is to show.
pub(super) fn visible(word: &str) -> Option<Cow<'_, str>> {
    if word.is_ascii() {
        return Some(Cow::Borrowed(word));
    }
    let within = |c: char| matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}');
    let alone = |c: char| {
        within(c) || matches!(c, '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200C}'..='\u{200F}' | '\u{2061}'..='\u{2064}')
    };
    match () {
        () if word.chars().all(alone) => None,
        () if word.contains(within) => Some(Cow::Owned(word.replace(within, ""))),
        () => Some(Cow::Borrowed(word)),
    }
}
