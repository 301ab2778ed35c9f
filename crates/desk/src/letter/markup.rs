//! What agents type, as HTML for a mail: lines, links, and the small part of Markdown people use in a chat (`**strong**`,
//! `*emphasis*`, `` `code` ``, `[words](https://…)`). Everything else stays as it was written, escaped. Linear time.

use mail::html::escape;

/// The text as HTML without any block elements.
#[must_use]
pub(super) fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut lines = text.trim_end().lines();
    if let Some(first) = lines.next() {
        inline(first, &mut html);
    }
    for line in lines {
        html.push_str("<br>\n");
        inline(line, &mut html);
    }
    html
}

fn inline(line: &str, html: &mut String) {
    let mut rest = line;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let at_word_start = before.is_none_or(|c: char| !c.is_alphanumeric());
        let taken = match c {
            '`' => between(rest, "`", "code", html),
            '*' if rest.starts_with("**") => between(rest, "**", "strong", html),
            '*' | '_' if at_word_start => between(rest, if c == '*' { "*" } else { "_" }, "em", html),
            '[' => named_link(rest, html),
            'h' | 'w' if at_word_start => bare_link(rest, html),
            _ => 0,
        };
        let step = if taken == 0 {
            html.push_str(&escape(&rest[..c.len_utf8()]));
            c.len_utf8()
        } else {
            taken
        };
        before = rest[..step].chars().next_back();
        rest = &rest[step..];
    }
}

/// The longest piece that is looked at for a closing mark; keeps the work linear.
const REACH: usize = 1000;

/// The start of the text, at most [`REACH`] bytes.
fn reach(text: &str) -> &str {
    text.get(..text.floor_char_boundary(REACH)).unwrap_or(text)
}

/// How many bytes `mark … mark` at the start took; 0 where there is no such thing.
fn between(text: &str, mark: &str, tag: &str, html: &mut String) -> usize {
    let inner = reach(&text[mark.len()..]);
    let Some(end) = inner.find(mark) else { return 0 };
    let words = &inner[..end];
    let after = inner[end + mark.len()..].chars().next();
    let wanted = !words.is_empty()
        && words.trim().len() == words.len()
        && (tag == "code" || after.is_none_or(|c| !c.is_alphanumeric()));
    if !wanted {
        return 0;
    }
    html.push_str(&format!("<{tag}>{}</{tag}>", escape(words)));
    end + 2 * mark.len()
}

fn named_link(text: &str, html: &mut String) -> usize {
    let Some((words, rest)) = reach(&text[1..]).split_once("](") else { return 0 };
    let Some((address, _)) = rest.split_once(')') else { return 0 };
    if words.is_empty() || words.contains('[') || !safe(address) {
        return 0;
    }
    html.push_str(&link(address, words));
    words.len() + address.len() + 4
}

fn bare_link(text: &str, html: &mut String) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || "<>\"'`".contains(c)).unwrap_or(text.len());
    let whole = &text[..end];
    let mut address = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '…', '*', '_']);
    if address.ends_with(')') && !address.contains('(') {
        address = address.trim_end_matches(')');
    }
    let full = if address.starts_with("www.") { format!("https://{address}") } else { address.to_owned() };
    if !safe(&full) {
        return 0;
    }
    html.push_str(&link(&full, address));
    address.len()
}

/// Only `http`, `https` and `mailto` ever become links.
fn safe(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| match url.scheme() {
        "http" | "https" => url.host_str().is_some_and(|host| !host.is_empty()),
        "mailto" => true,
        _ => false,
    })
}

fn link(address: &str, words: &str) -> String {
    format!("<a href=\"{}\" class=\"accent\" style=\"color:#4649cf\">{}</a>", escape(address), escape(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        to_html(text).replace(" class=\"accent\" style=\"color:#4649cf\"", "")
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
        assert!(to_html(&text).len() >= text.len());
    }
}
