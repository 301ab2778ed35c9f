//! What agents type: lines, links, and the small part of Markdown people use in a chat (`**strong**`, `*emphasis*`,
//! `` `code` ``, `[words](https://…)`), written as a mail or a messaging channel wants it. Everything else stays as it was.
//! Linear time.

use mail::html::escape;
use std::borrow::Cow;

/// How marked words are written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// What stands around strong words.
    strong: [&'static str; 2],
    /// What stands around emphasised words.
    emphasis: [&'static str; 2],
    /// What stands around code.
    code: [&'static str; 2],
    /// A link: its words and its address.
    link: fn(&str, &str) -> String,
    /// Everything else.
    text: fn(&str) -> Cow<'_, str>,
    /// What stands between lines.
    line: &'static str,
}

/// HTML for a mail, without any block elements.
pub static MAIL: Style = Style {
    strong: ["<strong>", "</strong>"],
    emphasis: ["<em>", "</em>"],
    code: ["<code>", "</code>"],
    link: |words, address| {
        format!("<a href=\"{}\" class=\"accent\" style=\"color:#4649cf\">{}</a>", escape(address), escape(words))
    },
    text: |text| escape(text).into(),
    line: "<br>\n",
};

/// HTML as Telegram takes it (<https://core.telegram.org/bots/api#html-style>).
pub static TELEGRAM: Style = Style {
    strong: ["<b>", "</b>"],
    emphasis: ["<i>", "</i>"],
    code: ["<code>", "</code>"],
    link: |words, address| format!("<a href=\"{}\">{}</a>", escape(address), escape(words)),
    text: |text| escape(text).into(),
    line: "\n",
};

/// As people write in WhatsApp (<https://faq.whatsapp.com/539178204879377>).
pub static WHATSAPP: Style = Style {
    strong: ["*", "*"],
    emphasis: ["_", "_"],
    code: ["`", "`"],
    link: beside,
    text: |text| text.into(),
    line: "\n",
};

/// For channels that show nothing but text: without the marks.
pub static PLAIN: Style =
    Style { strong: ["", ""], emphasis: ["", ""], code: ["", ""], link: beside, text: |text| text.into(), line: "\n" };

/// A link where none can be clicked but the address itself.
fn beside(words: &str, address: &str) -> String {
    let same = words == address || address.strip_prefix("https://") == Some(words);
    if same { words.to_owned() } else { format!("{words} ({address})") }
}

/// The text in that style, without blanks at its end.
#[must_use]
pub fn write(text: &str, style: &Style) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for (n, line) in text.trim_end().lines().enumerate() {
        if n > 0 {
            out.push_str(style.line);
        }
        for span in spans(line) {
            span.write(style, &mut out);
        }
    }
    out
}

/// Whether anything in the text is marked, or a link with words of its own.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.lines().flat_map(spans).any(|span| match span {
        Span::Text(_) => false,
        Span::Link(words, address) => beside(words, &address) != words,
        Span::Strong(_) | Span::Emphasis(_) | Span::Code(_) => true,
    })
}

/// A piece of a line.
enum Span<'t> {
    Text(&'t str),
    Strong(&'t str),
    Emphasis(&'t str),
    Code(&'t str),
    Link(&'t str, Cow<'t, str>),
}

impl Span<'_> {
    fn write(&self, style: &Style, out: &mut String) {
        let (around, words) = match self {
            Self::Text(text) => return out.push_str(&(style.text)(text)),
            Self::Link(words, address) => return out.push_str(&(style.link)(words, address)),
            Self::Strong(words) => (style.strong, words),
            Self::Emphasis(words) => (style.emphasis, words),
            Self::Code(words) => (style.code, words),
        };
        out.push_str(around[0]);
        out.push_str(&(style.text)(words));
        out.push_str(around[1]);
    }
}

fn spans(line: &str) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let (mut rest, mut plain) = (line, line);
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let at_word_start = before.is_none_or(|c: char| !c.is_alphanumeric());
        let found = match c {
            '`' => between(rest, "`").map(|(words, length)| (Span::Code(words), length)),
            '*' if rest.starts_with("**") => between(rest, "**").map(|(words, length)| (Span::Strong(words), length)),
            '*' | '_' if at_word_start => {
                between(rest, if c == '*' { "*" } else { "_" }).map(|(words, length)| (Span::Emphasis(words), length))
            }
            '[' => named_link(rest),
            'h' | 'w' if at_word_start => bare_link(rest),
            _ => None,
        };
        let step = match found {
            None => c.len_utf8(),
            Some((span, length)) => {
                spans.push(Span::Text(&plain[..plain.len() - rest.len()]));
                spans.push(span);
                plain = &rest[length..];
                length
            }
        };
        before = rest[..step].chars().next_back();
        rest = &rest[step..];
    }
    spans.push(Span::Text(plain));
    spans
}

/// The longest piece that is looked at for a closing mark; keeps the work linear.
const REACH: usize = 1000;

/// The start of the text, at most [`REACH`] bytes.
fn reach(text: &str) -> &str {
    text.get(..text.floor_char_boundary(REACH)).unwrap_or(text)
}

/// The words in `mark … mark` at the start, and how many bytes the whole has.
fn between<'t>(text: &'t str, mark: &str) -> Option<(&'t str, usize)> {
    let inner = reach(&text[mark.len()..]);
    let end = inner.find(mark)?;
    let words = &inner[..end];
    let after = inner[end + mark.len()..].chars().next();
    let wanted = !words.is_empty()
        && words.trim().len() == words.len()
        && (mark == "`" || after.is_none_or(|c| !c.is_alphanumeric()));
    wanted.then_some((words, end + 2 * mark.len()))
}

fn named_link(text: &str) -> Option<(Span<'_>, usize)> {
    let (words, rest) = reach(&text[1..]).split_once("](")?;
    let (address, _) = rest.split_once(')')?;
    if words.is_empty() || words.contains('[') || !safe(address) {
        return None;
    }
    Some((Span::Link(words, address.into()), words.len() + address.len() + 4))
}

fn bare_link(text: &str) -> Option<(Span<'_>, usize)> {
    let end = text.find(|c: char| c.is_whitespace() || "<>\"'`".contains(c)).unwrap_or(text.len());
    let whole = &text[..end];
    let mut address = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '…', '*', '_']);
    if address.ends_with(')') && !address.contains('(') {
        address = address.trim_end_matches(')');
    }
    let full = if address.starts_with("www.") { Cow::from(format!("https://{address}")) } else { address.into() };
    safe(&full).then_some((Span::Link(address, full), address.len()))
}

/// Only `http`, `https` and `mailto` ever become links.
fn safe(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| match url.scheme() {
        "http" | "https" => url.host_str().is_some_and(|host| !host.is_empty()),
        "mailto" => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        write(text, &MAIL).replace(" class=\"accent\" style=\"color:#4649cf\"", "")
    }

    #[test]
    fn people_s_markup_becomes_html() {
        let rows = [
            ("a\nb", "a<br>\nb"),
            (
                "**x** and *y* and _z_ and `c<d`",
                "<strong>x</strong> and <em>y</em> and <em>z</em> and <code>c&lt;d</code>",
            ),
            ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
            ("see https://a.example/b_c_d.", "see <a href=\"https://a.example/b_c_d\">https://a.example/b_c_d</a>."),
            ("(www.a.example)", "(<a href=\"https://www.a.example\">www.a.example</a>)"),
            ("[here](https://a.example/?a=1&b=2)", "<a href=\"https://a.example/?a=1&amp;b=2\">here</a>"),
            ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
            ("<script>\"&'", "&lt;script&gt;&quot;&amp;'"),
            ("**", "**"),
            ("", ""),
        ];
        for (text, html) in rows {
            assert_eq!(plain(text), html, "{text}");
        }
    }

    #[test]
    fn long_unclosed_marks_take_linear_time() {
        let text = "*[`_".repeat(50_000);
        assert!(write(&text, &MAIL).len() >= text.len());
        assert!(is_marked(&text), "there is code between two backquotes");
        assert!(!is_marked(&" *a [b _c".repeat(50_000)));
    }

    #[test]
    fn every_style_writes_the_same_words() {
        let text =
            "**Dear** *Carla*,\n\n- `A & B`\n- see [the shop](https://a.example/x_y_z) or www.b.example\n2*3*4\n";
        let rows = [
            (
                &TELEGRAM,
                "<b>Dear</b> <i>Carla</i>,\n\n- <code>A &amp; B</code>\n- see <a href=\"https://a.example/x_y_z\">the shop</a> \
                 or <a href=\"https://www.b.example\">www.b.example</a>\n2*3*4",
            ),
            (
                &WHATSAPP,
                "*Dear* _Carla_,\n\n- `A & B`\n- see the shop (https://a.example/x_y_z) or www.b.example\n2*3*4",
            ),
            (&PLAIN, "Dear Carla,\n\n- A & B\n- see the shop (https://a.example/x_y_z) or www.b.example\n2*3*4"),
        ];
        for (style, expected) in rows {
            assert_eq!(write(text, style), expected);
        }
    }

    #[test]
    fn what_has_no_marks_is_known_and_left_as_it_is() {
        for text in [
            "",
            "plain",
            "2*3*4 and snake_case",
            "https://a.example/_b_",
            "www.a.example",
            "**",
            "a < b & \"c\"",
            "* one\n* two",
        ] {
            assert!(!is_marked(text), "{text}");
            assert_eq!(write(text, &PLAIN), text);
            assert_eq!(write(text, &WHATSAPP), text);
        }
        for text in ["**a**", "x *a*", "_a_", "`a`", "[a](https://a.example)"] {
            assert!(is_marked(text), "{text}");
            // Never longer, so that what fits a channel's limit still fits.
            assert!(write(text, &PLAIN).len() <= text.len() && write(text, &WHATSAPP).len() <= text.len(), "{text}");
        }
    }
}
