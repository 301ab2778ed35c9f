//! How much of a text is taken apart. People write a few lines, and quote a few hundred; a mail may hold fifty million of
//! them, each of which costs many times its bytes.

/// The most bytes that are read line by line.
const MOST_BYTES: usize = 1 << 20;
/// The most lines.
const MOST_LINES: usize = 10_000;

/// The part of a text that is read line by line, and the rest, which begins with a line wherever the text has any.
pub(super) fn readable(text: &str) -> (&str, &str) {
    let bounded = text.floor_char_boundary(MOST_BYTES);
    let head = text.as_bytes().get(..bounded).unwrap_or_default();
    let ends = head.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let ends: Vec<usize> = ends.take(MOST_LINES).collect();
    let end = match ends.last() {
        Some(end) if bounded < text.len() || ends.len() == MOST_LINES => *end,
        _ => bounded,
    };
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_lines_where_it_can() {
        assert_eq!(readable(""), ("", ""));
        assert_eq!(readable("a\nb"), ("a\nb", ""));
        let many = "a\n".repeat(MOST_LINES);
        assert_eq!(readable(&many), (many.as_str(), ""));
        let more = format!("{many}b");
        assert_eq!(readable(&more), (many.as_str(), "b"));
        let long = format!("{}\n{}", "é".repeat(400_000), "é".repeat(400_000));
        assert_eq!(readable(&long).0.len(), 800_001);
        let one = "é".repeat(MOST_BYTES);
        assert_eq!(readable(&one).0.len(), MOST_BYTES);
    }
}
