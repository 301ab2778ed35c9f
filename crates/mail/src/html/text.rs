//! HTML to text as a person would type it: paragraphs, `- ` lists, `text <link>`, `> ` quotes. Styles, scripts and what the
//! mail hides (preheaders) are left out.

pub(crate) use super::style::Style;
use super::tree::{Step, Tree};
pub(crate) use super::writer::Rendered;
use super::writer::{Writer, visible};

/// The text of HTML. Documents too deep or long for a tree are read linearly, with less layout.
pub fn to_text(html: &str) -> String {
    match Tree::parse(html) {
        Some(tree) => render(&tree, |_| false).text,
        None => linear(html),
    }
}

/// The text of what cannot be read as a tree.
pub(crate) fn linear(html: &str) -> String {
    mail_parser::decoders::html::html_to_text(html)
}

/// The text of the whole tree. `edge` names elements that get lines of their own.
pub(crate) fn render(tree: &Tree, edge: impl Fn(usize) -> bool) -> Rendered {
    render_below(tree, 0, Hidden::of(tree), edge)
}

/// What becomes of elements that are not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    LeftOut,
    Shown,
}

impl Hidden {
    /// They are left out, but where nothing else can be read.
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut readable = false;
        tree.walk(0, |step| {
            let Step::Enter(id) = step else { return false };
            if readable || is_silent(tree.name(id)) || Style::of(tree, id).hidden {
                return false;
            }
            readable = match tree.name(id) {
                "" => tree.text(id).is_some_and(|text| text.split_whitespace().any(|word| visible(word).is_some())),
                "img" => !tree.attr(id, "alt").trim().is_empty(),
                name => name == "hr",
            };
            true
        });
        if readable { Self::LeftOut } else { Self::Shown }
    }

    /// Whether an element of this style is left out.
    pub(crate) fn leaves_out(self, style: &Style) -> bool {
        style.hidden && self == Self::LeftOut
    }
}

/// The text of a node and what is below it.
pub(crate) fn render_below(tree: &Tree, from: usize, hidden: Hidden, edge: impl Fn(usize) -> bool) -> Rendered {
    let mut writer = Writer::default();
    let mut styles: Vec<Style> = Vec::new();
    tree.walk(from, |step| match step {
        Step::Enter(id) => {
            let style = Style::of(tree, id);
            styles.push(style);
            let into = !is_silent(tree.name(id)) && !hidden.leaves_out(&style);
            if into {
                writer.enter(tree, id, &style, edge(id));
            }
            into
        }
        Step::Leave(id) => {
            let style = styles.pop().unwrap_or_default();
            if !is_silent(tree.name(id)) && !hidden.leaves_out(&style) {
                writer.leave(tree, id, &style, edge(id));
            }
            true
        }
    });
    writer.finish()
}

/// Elements that are never seen, or are no words of a mail.
pub(crate) fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "head"
            | "style"
            | "script"
            | "title"
            | "template"
            | "select"
            | "textarea"
            | "object"
            | "iframe"
            | "svg"
            | "math"
            | "noembed"
            | "noframes"
            | "audio"
            | "video"
            | "canvas"
            | "datalist"
            | "applet"
            | "frameset"
    )
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
            (
                "<div style='max-height:0;overflow:hidden'>pre &zwnj;</div>&#847; &zwnj;&nbsp;&#847;<p>Wo\u{ad}rds</p>",
                "Words\n",
            ),
            ("<p>نمی\u{200c}دانم 👩\u{200d}🔧</p>", "نمی\u{200c}دانم 👩\u{200d}🔧\n"),
            (
                "<p class=MsoNormal>One<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Two<o:p></o:p></p>",
                "One\n\nTwo\n",
            ),
            ("<![if !supportLists]><p>x<![endif]>", "x\n"),
            ("<!--[if mso]><p>only Word</p><![endif]--><p>all</p>", "all\n"),
            (
                "<div style='white-space: pre-wrap'>a\n  b<span style='white-space:normal'>\n c</span></div>",
                "a\n  b c\n",
            ),
            ("<noscript>seen</noscript><xmp><b></xmp>", "seen\n\n<b>\n"),
            ("a<p></p>&shy;<p>b", "a\n\nb\n"),
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
        let attributes = format!("<a {}>word", (0..200_000).map(|n| format!("a{n} ")).collect::<String>());
        assert!(to_text(&attributes).contains("word"));
        let wide = format!("{}word", (0..50_000).map(|n| format!("<font size={n}><p>")).collect::<String>());
        assert!(to_text(&wide).contains("word"));
    }
}
