//! What mail programs do with lines: wrap, quote, flow, and put them into HTML.

/// Breaks every longer line at the last blank within so many characters, as programs do that send hard line ends.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    broken(text, columns, "")
}

/// Breaks every longer line softly: a blank ends each but the last (RFC 3676).
pub(crate) fn flowed(text: &str, columns: usize) -> String {
    broken(text, columns, " ")
}

fn broken(text: &str, columns: usize, soft: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in text.split('\n') {
        // a signature's `-- ` is no line to be broken
        let mut rest: Vec<char> = line.chars().collect();
        while rest.len() > columns {
            let Some(at) = rest[..=columns].iter().rposition(|&c| c == ' ').filter(|&at| at > 0) else { break };
            out.push(rest[..at].iter().collect::<String>() + soft);
            rest.drain(..=at);
        }
        out.push(rest.into_iter().collect());
    }
    out.join("\n")
}

/// `> ` before every line, `>` alone before an empty one.
pub(crate) fn quoted(text: &str) -> String {
    let lines = text.split('\n').map(|line| match line.chars().next() {
        None => ">".to_owned(),
        Some('>') => format!(">{line}"),
        Some(_) => format!("> {line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `> ` before every line, the empty ones and quotes too (Apple).
pub(crate) fn quoted_with_blanks(text: &str) -> String {
    text.split('\n').map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

/// Text as it stands within HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Lines as elements of their own; an empty line as an element that holds `empty`.
pub(crate) fn lines_in(text: &str, open: &str, empty: &str, close: &str) -> String {
    let inner = |line: &str| if line.is_empty() { empty.to_owned() } else { escaped(line) };
    text.split('\n').map(|line| format!("{open}{}{close}\n", inner(line))).collect()
}

/// Lines with `<br>` between them.
pub(crate) fn with_breaks(text: &str) -> String {
    escaped(text).replace('\n', "<br>\n")
}

/// Paragraphs as `<p>`, lines within them with `<br>`.
pub(crate) fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(|paragraph| format!("<p>{}</p>\n", with_breaks(paragraph))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_treated_as_programs_do() {
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(flowed("one two three\n-- ", 7), "one two \nthree\n-- ");
        assert_eq!(wrapped("unbreakable", 3), "unbreakable");
        assert_eq!(quoted("a\n\n> b"), "> a\n>\n>> b");
        assert_eq!(lines_in("a\n\n<", "<div>", "<br>", "</div>"), "<div>a</div>\n<div><br></div>\n<div>&lt;</div>\n");
        assert_eq!(paragraphs("a\nb\n\nc"), "<p>a<br>\nb</p>\n<p>c</p>\n");
    }
}
