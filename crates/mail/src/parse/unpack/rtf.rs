//! RTF (Microsoft's Rich Text Format specification 1.9.1) to words, and the HTML that Exchange hides in it (MS-OXRTFEX).
//!
//! One pass over the tokens with a stack of groups; pictures, tables of fonts and colours, and destinations nobody needs to know are skipped.

mod output;
mod tables;

use std::collections::HashMap;

use crate::parse::transfer;
use output::Output;
use tables::{CHARACTERS, FONT_CHARSETS, SILENT};

/// Deepest nesting of groups that is kept apart; below, groups share their settings.
const MAX_DEPTH: usize = 1_000;

/// What an RTF document says.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::parse) enum Words {
    Text(String),
    /// The HTML that the document was made from.
    Html(String),
}

#[derive(Clone, Copy)]
struct Group {
    silent: bool,
    /// inside `\*\htmltag`: HTML as it was
    html_tag: bool,
    /// `\htmlrtf`: RTF that only stands for the HTML beside it
    only_rtf: bool,
    /// characters to skip after `\uN`
    skip: usize,
    page: u32,
    in_fonts: bool,
}

/// Reads a document. `None` where the bytes are no RTF.
pub(in crate::parse) fn read(source: &[u8]) -> Option<Words> {
    let source = source.trim_ascii_start();
    source.starts_with(b"{\\rtf").then_some(())?;
    let head = source.get(..2000).unwrap_or(source);
    let from_html = memchr::memmem::find(head, b"\\fromhtml").is_some();
    let mut output = Output::with_capacity(source.len() / 2);
    let mut group = Group { silent: false, html_tag: false, only_rtf: false, skip: 1, page: 1252, in_fonts: false };
    let mut stack: Vec<Group> = Vec::new();
    let mut fonts: HashMap<i32, u32> = HashMap::new();
    let (mut font_named, mut depth, mut to_skip, mut starred, mut default_page) = (0, 0usize, 0usize, false, 1252);
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        at += 1;
        let shown = !group.silent && !group.only_rtf;
        match byte {
            b'{' => {
                depth += 1;
                if depth <= MAX_DEPTH {
                    stack.push(group);
                }
                to_skip = 0;
            }
            b'}' => {
                output.flush();
                if depth <= MAX_DEPTH {
                    match stack.pop() {
                        Some(outer) => group = outer,
                        None => break,
                    }
                    if stack.is_empty() {
                        break;
                    }
                }
                depth = depth.saturating_sub(1);
                to_skip = 0;
            }
            b'\\' => {
                let Some(&next) = source.get(at) else { break };
                if !next.is_ascii_alphabetic() {
                    at += 1;
                    match next {
                        b'\'' => {
                            let hex = source.get(at..at + 2).and_then(transfer::byte_of);
                            at += 2;
                            if to_skip > 0 {
                                to_skip -= 1;
                            } else if shown {
                                if output.page != group.page {
                                    output.flush();
                                    output.page = group.page;
                                }
                                output.bytes.extend(hex);
                            }
                        }
                        b'*' => starred = true,
                        b'~' if shown => output.push("\u{a0}"),
                        b'_' if shown => output.push("-"),
                        b'\n' | b'\r' if shown => output.push("\n"),
                        b'\\' | b'{' | b'}' if to_skip > 0 => to_skip -= 1,
                        b'\\' | b'{' | b'}' if shown => output.push(if next == b'\\' {
                            "\\"
                        } else if next == b'{' {
                            "{"
                        } else {
                            "}"
                        }),
                        _ => {}
                    }
                    continue;
                }
                let rest = source.get(at..).unwrap_or_default();
                let length = rest.iter().take(40).position(|b| !b.is_ascii_alphabetic()).unwrap_or(rest.len().min(40));
                let word = std::str::from_utf8(rest.get(..length).unwrap_or_default()).unwrap_or_default();
                at += length;
                let rest = source.get(at..).unwrap_or_default();
                let sign = usize::from(rest.first() == Some(&b'-'));
                let digits = rest.iter().skip(sign).take(10).take_while(|b| b.is_ascii_digit()).count();
                let number = std::str::from_utf8(rest.get(..sign + digits).unwrap_or_default())
                    .ok()
                    .and_then(|n| n.parse::<i32>().ok());
                at += if digits > 0 { sign + digits } else { 0 };
                if source.get(at) == Some(&b' ') {
                    at += 1;
                }
                let was_starred = std::mem::take(&mut starred);
                match (word, number) {
                    ("bin", Some(length)) => at = at.saturating_add(usize::try_from(length).unwrap_or_default()),
                    ("ansicpg", Some(page)) => {
                        default_page = u32::try_from(page).unwrap_or(1252);
                        group.page = default_page;
                    }
                    ("uc", Some(count)) => group.skip = usize::try_from(count).unwrap_or(1).min(10),
                    ("u", Some(unit)) => {
                        if shown {
                            output.unit(u16::try_from(unit.rem_euclid(65_536)).unwrap_or_default());
                        }
                        to_skip = group.skip;
                    }
                    ("f", Some(font)) if group.in_fonts => font_named = font,
                    ("fcharset", Some(charset)) if group.in_fonts => {
                        let page = FONT_CHARSETS.iter().find(|(known, _)| *known == charset).map(|(_, page)| *page);
                        fonts.insert(font_named, page.filter(|_| charset > 1).unwrap_or(default_page));
                    }
                    ("f", Some(font)) => group.page = fonts.get(&font).copied().unwrap_or(default_page),
                    ("plain", _) => group.page = default_page,
                    ("htmlrtf", number) => {
                        output.flush();
                        group.only_rtf = from_html && number != Some(0);
                    }
                    ("htmltag", _) if was_starred && from_html => group.html_tag = true,
                    ("fonttbl", _) => (group.in_fonts, group.silent) = (true, true),
                    _ if SILENT.contains(&word) || was_starred => group.silent = true,
                    _ if shown && !(from_html && group.html_tag && word == "par") => {
                        if let Some((_, text)) = CHARACTERS.iter().find(|(known, _)| *known == word) {
                            output.push(text);
                        }
                    }
                    _ => {}
                }
            }
            b'\r' | b'\n' => {}
            _ if to_skip > 0 => to_skip -= 1,
            byte if shown => {
                if output.page != group.page {
                    output.flush();
                    output.page = group.page;
                }
                output.bytes.push(byte);
            }
            _ => {}
        }
    }
    output.flush();
    Some(if from_html { Words::Html(output.text) } else { Words::Text(output.text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_the_rest_is_not() {
        let text = |words: &str| Some(Words::Text(words.into()));
        for (source, words) in [
            (r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}Hello \b you\b0\par Bye}", "Hello you\nBye"),
            (r"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
            (
                r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 A;}{\f1\fcharset128 B;}}\f1\'82\'b1\'82\'f1 \f0 caf\'e9}",
                "こん café",
            ),
            (r"{\rtf1\uc1 \u26085?\u26412\'3f\u-10179?\u-8704?}", "日本😀"),
            (
                r"{\rtf1{\*\unknown hidden}{\pict 0102}{\colortbl;\red0;}a\{b\}\\c\~d\tab e\line f}",
                "a{b}\\c\u{a0}d\te\nf",
            ),
            (r"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt link}}}", "link"),
            (r"{\rtf1 cut\'e", "cut"),
            (r"{\rtf1 \bin4 }}}}rest}", "rest"),
        ] {
            assert_eq!(read(source.as_bytes()), text(words), "{source}");
        }
        assert_eq!(read(b"Hello"), None);
    }

    #[test]
    fn html_that_was_made_rtf_is_html_again() {
        let source = r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\*\htmltag64 <p>}Hello\htmlrtf {\b \htmlrtf0 {\*\htmltag84 <b>}you{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}";
        assert_eq!(read(source.as_bytes()), Some(Words::Html("<p>Hello<b>you</b></p>".into())));
    }

    #[test]
    fn deep_groups_end() {
        assert!(read(format!("{{\\rtf1 {}word", "{".repeat(300_000)).as_bytes()).is_some());
        assert!(read(format!("{{\\rtf1 {}word{}", "{".repeat(3_000), "}".repeat(3_000)).as_bytes()).is_some());
    }
}
