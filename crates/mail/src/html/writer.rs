//! Layout of text: line breaks that are due, quote marks, list markers, links. Fed with the steps of a walk by [`super::text`].

use super::tree::{Kind, Tree};

/// Elements with an empty line around them.
const SPACED: &[&str] = &["p", "blockquote", "ul", "ol", "dl", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre"];
/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "div", "li", "tr", "dt", "dd", "center", "section", "article", "header", "footer", "main", "address", "form",
    "fieldset", "hr", "caption", "figure",
];

/// Line breaks that an element wants around it.
fn breaks(tree: &Tree, id: usize) -> usize {
    let name = tree.name(id);
    if name == "p" && is_tight(tree, id) {
        return 1;
    }
    let nested_list = matches!(name, "ul" | "ol") && tree.name(tree.parent(id)) == "li";
    match () {
        () if SPACED.contains(&name) && !nested_list => 2,
        () if BLOCKS.contains(&name) || nested_list => 1,
        () => 0,
    }
}

/// Outlook writes every line as a paragraph without margins.
fn is_tight(tree: &Tree, id: usize) -> bool {
    let style: String = tree.attr(id, "style").chars().filter(|c| !c.is_whitespace()).collect();
    tree.attr(id, "class").starts_with("Mso")
        || style.contains("margin:0")
        || style.contains("margin-top:0")
        || style.contains("margin-bottom:0")
}

/// The text so far.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    /// the node being written, and those that begin the lines so far
    pub(super) node: usize,
    starts: Vec<usize>,
    /// line breaks to write before the next words
    breaks: usize,
    space: bool,
    quotes: usize,
    /// quote depth of the last written line
    written_quotes: usize,
    pre: usize,
    /// open lists: `None` for bullets, the next number for numbered ones
    lists: Vec<Option<usize>>,
    /// open tables: whether a header cell was seen, and cells so far in the row
    tables: Vec<(bool, usize)>,
    /// where the text of each open link begins
    links: Vec<usize>,
    marker: String,
}

impl Writer {
    pub(super) fn enter(&mut self, tree: &Tree, id: usize) {
        if let Some(Kind::Text(text)) = tree.nodes.get(id).map(|node| &node.kind) {
            return if self.pre > 0 { self.preformatted(text) } else { self.words(text) };
        }
        self.breaks = self.breaks.max(breaks(tree, id));
        match tree.name(id) {
            "br" => self.breaks = (self.breaks + 1).min(3),
            "hr" => self.words("---"),
            "blockquote" => self.quotes += 1,
            "pre" => self.pre += 1,
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

    pub(super) fn leave(&mut self, tree: &Tree, id: usize) {
        match tree.name(id) {
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "pre" => self.pre = self.pre.saturating_sub(1),
            "ul" | "ol" => drop(self.lists.pop()),
            "table" => drop(self.tables.pop()),
            "a" => self.link(tree.attr(id, "href").trim()),
            _ => {}
        }
        self.breaks = self.breaks.max(breaks(tree, id));
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
        let text = self.out.get(start..).unwrap_or_default().trim();
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
            if !first {
                self.space = true;
            }
            first = false;
            self.flush_space();
            self.out.push_str(word);
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
                self.out.push_str(line.trim_end_matches('\r'));
            }
        }
    }

    /// Writes the breaks, quote marks, list marker or blank that are due before words.
    fn flush_space(&mut self) {
        if self.breaks > 0 || self.out.is_empty() {
            let lines = if self.out.is_empty() { 1 } else { self.breaks };
            self.starts.extend(std::iter::repeat_n(self.node, lines));
            let marks = |depth: usize| ">".repeat(depth.min(20));
            if !self.out.is_empty() {
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

    pub(super) fn finish(self) -> (String, Vec<usize>) {
        let mut text = self.out.trim_end().to_owned();
        if !text.is_empty() {
            text.push('\n');
        }
        (text, self.starts)
    }
}
