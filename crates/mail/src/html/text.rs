//! HTML to text as a person would type it: paragraphs, `- ` lists, `text <link>`, `> ` quotes. Styles, scripts and what the
//! mail hides (preheaders) are left out.

use super::tree::{Kind, Step, Tree};

/// The text of HTML. Documents too deep or long for a tree are read linearly, with less layout.
pub fn to_text(html: &str) -> String {
    match Tree::parse(html) {
        Some(tree) => render_all(&tree),
        None => mail_parser::decoders::html::html_to_text(html),
    }
}

/// The whole tree; what is hidden only where nothing else has words.
pub(crate) fn render_all(tree: &Tree) -> String {
    let shown = render(tree, 0, |id| is_hidden(tree, id));
    if shown.trim().is_empty() { render(tree, 0, |_| false) } else { shown }
}

pub(crate) fn is_hidden(tree: &Tree, id: usize) -> bool {
    let style = tree.attr(id, "style");
    if style.is_empty() {
        return false;
    }
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("display:none") || style.contains("mso-hide:all")
}

/// The text below `from`, leaving out whatever `skip` names.
pub(crate) fn render(tree: &Tree, from: usize, skip: impl Fn(usize) -> bool) -> String {
    render_lines(tree, from, skip).0
}

/// The text, and for each of its lines the node that begins it (of an empty line, the next one's).
pub(crate) fn render_lines(tree: &Tree, from: usize, skip: impl Fn(usize) -> bool) -> (String, Vec<usize>) {
    let mut writer = Writer::default();
    tree.walk(from, |step| match step {
        Step::Enter(id) => {
            if SILENT.contains(&tree.name(id)) || skip(id) {
                return false;
            }
            writer.node = id;
            writer.enter(tree, id);
            true
        }
        Step::Leave(id) => {
            if !SILENT.contains(&tree.name(id)) && !skip(id) {
                writer.leave(tree, id);
            }
            true
        }
    });
    writer.finish()
}

const SILENT: &[&str] =
    &["head", "style", "script", "title", "template", "select", "textarea", "object", "iframe", "svg", "math"];
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

#[derive(Default)]
struct Writer {
    out: String,
    /// the node being written, and those that begin the lines so far
    node: usize,
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
    fn enter(&mut self, tree: &Tree, id: usize) {
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

    fn leave(&mut self, tree: &Tree, id: usize) {
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

    fn finish(self) -> (String, Vec<usize>) {
        let mut text = self.out.trim_end().to_owned();
        if !text.is_empty() {
            text.push('\n');
        }
        (text, self.starts)
    }
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn structure_becomes_text() {
        let cases = [
            ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree\n"),
            ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo\n"),
            ("<p class=MsoNormal>One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>", "One\n\nTwo\n"),
            ("<ul><li>a<li>b<ol start=3><li>c</ol></ul>", "- a\n- b\n  3. c\n"),
            (
                "<a href='https://x.example/a'>here</a> and <a href='https://x.example'>x.example</a>",
                "here <https://x.example/a> and x.example\n",
            ),
            ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", "A | B\n1 | 2\n"),
            (
                "before<blockquote>quoted<br>more<blockquote>deep</blockquote></blockquote>after",
                "before\n\n> quoted\n> more\n>\n>> deep\n\nafter\n",
            ),
            (
                "<style>p{}</style><script>x()</script><div style='display: none'>pre</div>Hi<img alt=logo>",
                "Hi[image: logo]\n",
            ),
            ("<div style='display:none'>only</div>", "only\n"),
            ("<pre>  a\n  b</pre>", "  a\n  b\n"),
            ("a <b> b</b>\n c", "a b c\n"),
            ("", ""),
        ];
        for (html, text) in cases {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn absurd_documents_take_no_time_and_keep_their_words() {
        let deep = format!("{}word{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
        assert!(to_text(&deep).contains("word"));
        let wide = format!("{}word", (0..50_000).map(|n| format!("<font size={n}><p>")).collect::<String>());
        assert!(to_text(&wide).contains("word"));
    }
}
