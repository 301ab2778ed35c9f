//! Which of a mail's two bodies is shown: words and HTML of a reply say the same.

use super::Reply;
use super::plain::has_words;

/// Longest address that is known as one, in bytes.
const LONGEST: usize = 2_000;

/// Of a reply read from HTML and one read from the plain part beside it, the sounder. The plain part's words are as they were typed;
/// they are taken where the HTML says them too, and where the two have nothing in common. Where one only says more than the other, the
/// HTML with its marks is believed, unless only the plain part shows a cut.
pub(super) fn choose(marked: Reply, plain: Reply) -> Reply {
    let (one, other) = (letters(&marked.text), letters(&plain.text));
    if one == other {
        return Reply { html: marked.html, ..plain };
    }
    let related = one.contains(&other) || other.contains(&one);
    let html_is_sounder = has_words(&marked.text)
        && match (&marked.quoted, &plain.quoted) {
            (Some(_), Some(_)) => related,
            (_, None) => true,
            (None, Some(_)) => false,
        };
    if html_is_sounder { marked } else { Reply { html: Some(crate::html::from_text(&plain.text)), ..plain } }
}

/// Letters and digits alone: the two write links, pictures, emphasis and line ends in their own ways.
fn letters(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let closing = match c {
            '<' if starts_an_address(rest) => Some('>'),
            '(' if starts_an_address(rest) => Some(')'),
            '[' if starts_a_picture(rest) || starts_an_address(rest) => Some(']'),
            _ => None,
        };
        let near = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or_default();
        let end = closing.and_then(|closing| near.find(closing));
        if c.is_alphanumeric() {
            kept.push(c);
        }
        rest = rest.get(end.map_or(c.len_utf8(), |end| end + 1)..).unwrap_or_default();
    }
    kept
}

fn starts_an_address(text: &str) -> bool {
    let inner = text.get(1..).unwrap_or_default();
    ["http", "mailto:", "tel:", "www."].iter().any(|scheme| inner.starts_with(scheme))
}

fn starts_a_picture(text: &str) -> bool {
    ["[image:", "[cid:", "[image]"].iter().any(|picture| text.starts_with(picture))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_pictures_and_emphasis_make_no_difference() {
        for (one, other) in [
            ("See *this* <https://x.example/a>, please", "See this, please"),
            ("a\nb", "a b"),
            ("Look [image: image.png]", "Look [cid:a@b]"),
            ("here (https://x.example)", "here"),
            ("", " "),
        ] {
            assert!(letters(one) == letters(other), "{one:?} {other:?}");
        }
        for (one, other) in [("a", "a b"), ("yes [no]", "yes"), ("1 (2)", "1"), ("a", "")] {
            assert!(letters(one) != letters(other), "{one:?} {other:?}");
        }
    }
}
