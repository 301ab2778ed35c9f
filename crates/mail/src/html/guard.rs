//! A look at a document before it is parsed: html5ever compares each attribute of a tag with all before it.

/// Most attributes of one tag. Word writes some twenty.
const MOST_ATTRIBUTES: usize = 500;

/// Whether no tag has absurdly many attributes. Every `<x` is followed as if a tag began there, quotes and all, so that no comment or
/// quote can hide one; where that takes much more than one reading, somebody means it.
pub(super) fn has_sane_tags(html: &str) -> bool {
    let bytes = html.as_bytes();
    let mut budget = 8 * bytes.len() + 4096;
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'<')) {
        at += found + 1;
        let name = at + usize::from(bytes.get(at) == Some(&b'/'));
        if !bytes.get(name).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let Some(length) = tag(bytes.get(name..).unwrap_or_default(), budget) else { return false };
        budget -= length;
    }
    true
}

/// Where in a tag: the states of the standard's tokenizer (HTML §13.2.5), those of names and blanks taken together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Unquoted,
    Quoted(u8),
    AfterQuoted,
}

/// Bytes of the tag that begins here with its name; `None` where it has too many attributes or more bytes than `most`.
fn tag(bytes: &[u8], most: usize) -> Option<usize> {
    let mut attributes = 0;
    let mut state = State::TagName;
    for (at, byte) in bytes.iter().enumerate() {
        let blank = byte.is_ascii_whitespace();
        let before = state;
        state = match (state, byte) {
            (State::Quoted(quote), byte) if quote == *byte => State::AfterQuoted,
            (State::Quoted(_), _) => state,
            (_, b'>') => return Some(at),
            (State::TagName | State::Name | State::BeforeName | State::AfterName | State::AfterQuoted, b'/') => {
                State::BeforeName
            }
            (State::TagName | State::BeforeName | State::Unquoted | State::AfterQuoted, _) if blank => {
                State::BeforeName
            }
            (State::Name | State::AfterName, _) if blank => State::AfterName,
            (State::Name | State::AfterName, b'=') => State::BeforeValue,
            (State::BeforeValue, _) if blank => State::BeforeValue,
            (State::BeforeValue, b'"' | b'\'') => State::Quoted(*byte),
            (State::BeforeValue | State::Unquoted, _) => State::Unquoted,
            (State::TagName, _) => State::TagName,
            (State::BeforeName | State::Name | State::AfterName | State::AfterQuoted, _) => State::Name,
        };
        attributes += usize::from(state == State::Name && before != State::Name);
        if attributes > MOST_ATTRIBUTES || at > most {
            return None;
        }
    }
    Some(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_counted_wherever_a_tag_may_begin() {
        let many: String = (0..=MOST_ATTRIBUTES).map(|n| format!(" a{n}")).collect();
        for absurd in [
            format!("<a{many}>"),
            format!("</a{many}>"),
            format!("<a x=\"y\"{many}>"),
            format!("<!-- <a x=\" --><b{many}>"),
            format!("<a b=1 =\"{many}>"),
            format!("<a{}>", many.replace(' ', "/")),
            format!("<a{}>", (0..=MOST_ATTRIBUTES).map(|n| format!(" a{n}='>'")).collect::<String>()),
            format!("<a {}>", (0..=MOST_ATTRIBUTES).map(|n| format!("a{n}=\"\"")).collect::<String>()),
        ] {
            assert!(!has_sane_tags(&absurd), "{absurd}");
        }
        for sane in [
            String::new(),
            "a < b <".into(),
            format!("<p>{many}</p>"),
            format!("<img src=\"data:{many}\">"),
            format!("<img alt='{many}>' x>"),
            "<p class=a style='b'>".repeat(1000),
            "<".repeat(1000),
        ] {
            assert!(has_sane_tags(&sane), "{sane}");
        }
        assert!(!has_sane_tags(&"<a x='".repeat(100_000)), "one tag within the other, again and again");
    }
}
