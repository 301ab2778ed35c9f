//! `text/enriched` (RFC 1896) and its elder `text/richtext` (RFC 1341) to plain words.

/// The words. In enriched text a single line end is a blank and each further one a line; in richtext line ends are blanks and `<nl>` and `<lt>` the
/// lines.
pub(in crate::parse) fn to_text(source: &str, richtext: bool) -> String {
    let mut out = String::with_capacity(source.len());
    let (mut verbatim, mut silent) = (0usize, 0usize);
    let mut ends = 0usize;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if c == '\r' {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        if c == '\n' && verbatim == 0 {
            ends += 1;
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        match std::mem::take(&mut ends) {
            0 => {}
            1 => out.push(' '),
            _ if richtext => out.push(' '),
            n => out.extend(std::iter::repeat_n('\n', n - 1)),
        }
        if c == '<' {
            if rest.starts_with("<<") && !richtext {
                out.push('<');
                rest = rest.get(2..).unwrap_or_default();
                continue;
            }
            let end = rest.get(..rest.floor_char_boundary(80)).and_then(|near| near.find('>'));
            if let Some(end) = end {
                let tag = rest.get(1..end).unwrap_or_default().to_ascii_lowercase();
                rest = rest.get(end + 1..).unwrap_or_default();
                match tag.as_str() {
                    "param" | "comment" => silent += 1,
                    "/param" | "/comment" => silent = silent.saturating_sub(1),
                    "nofill" | "verbatim" => verbatim += 1,
                    "/nofill" | "/verbatim" => verbatim = verbatim.saturating_sub(1),
                    "nl" | "np" if richtext => out.push('\n'),
                    "paragraph" | "/paragraph" | "p" if richtext => out.push('\n'),
                    "lt" if richtext => out.push('<'),
                    _ => {}
                }
                continue;
            }
        }
        if silent == 0 {
            out.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    if ends > 0 {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn commands_go_and_words_stay() {
        for (source, richtext, words) in [
            (
                "<bold>Now</bold> is the time\nfor all\n\nto <<go>\n\n\nthere",
                false,
                "Now is the time for all\nto <go>\n\nthere",
            ),
            ("<color><param>red</param>Red</color> words\n", false, "Red words\n"),
            ("<nofill>a\nb</nofill>", false, "a\nb"),
            ("<bold>Hi</bold> there<nl>two <lt>three\nfour", true, "Hi there\ntwo <three four"),
            ("a < b", false, "a < b"),
        ] {
            assert_eq!(to_text(source, richtext), words);
        }
    }
}
