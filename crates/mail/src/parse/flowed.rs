//! `format=flowed` text (RFC 3676): soft line breaks are joined, so that a paragraph is one line again.

/// Joins flowed lines of the same quote depth. `delsp` drops the blank before each soft break (RFC 3676 §4.1).
pub(super) fn unflow(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None; // quote depth of the unfinished paragraph
    for (number, line) in text.lines().enumerate() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if open != Some(depth) || signature {
            if number > 0 {
                out.push('\n');
            }
            if depth > 0 {
                out.push_str(&">".repeat(depth));
                out.push(' ');
            }
        }
        let soft = content.ends_with(' ') && !signature;
        let dropped = usize::from(soft && delsp);
        out.push_str(content.get(..content.len() - dropped).unwrap_or(content));
        open = soft.then_some(depth);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::unflow;

    #[test]
    fn soft_breaks_are_joined_within_a_depth() {
        let text = "A long \nline.\n\nSecond\n> quoted \n> on\n>> deeper \n> less\n-- \nAnn \nLee\n";
        assert_eq!(unflow(text, false), "A long line.\n\nSecond\n> quoted on\n>> deeper \n> less\n-- \nAnn Lee\n");
        assert_eq!(unflow("日本 \n語\n", true), "日本語\n");
    }

    #[test]
    fn a_leading_blank_line_stays() {
        assert_eq!(unflow("\nHi\n", false), "\nHi\n");
    }
}
