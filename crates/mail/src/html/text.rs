//! HTML to text as a person would type it: paragraphs, `- ` lists, `text <link>`, `> ` quotes. Styles, scripts and what the
//! mail hides (preheaders) are left out.

use super::tree::{Step, Tree};
use super::writer::Writer;

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
