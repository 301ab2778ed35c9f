//! What a style attribute says that matters for reading: whether the element is seen, and what becomes of blanks in it.

use super::tree::Tree;

/// What becomes of blanks and line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blanks {
    /// They are one blank.
    Folded,
    /// They stay.
    Kept,
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Style {
    /// Not seen: `display:none` and what amounts to it.
    pub(crate) hidden: bool,
    /// A paragraph without margins.
    pub(super) tight: bool,
    /// A block quote that only indents: it has no line at its side, and nobody marked it.
    pub(super) indents: bool,
    /// `white-space`.
    pub(super) blanks: Option<Blanks>,
}

impl Style {
    /// Reads the style, and the attributes and elements that mean the same.
    pub(crate) fn of(tree: &Tree, id: usize) -> Self {
        let mut style = Self::default();
        for attr in tree.attrs(id) {
            match &*attr.name.local {
                "style" => style.read(&attr.value),
                "hidden" => style.hidden = true,
                _ => {}
            }
        }
        let marked = || ["type", "cite", "class"].iter().any(|attr| !tree.attr(id, attr).is_empty());
        style.indents &= tree.name(id) == "blockquote" && !marked();
        if matches!(tree.name(id), "pre" | "xmp" | "listing" | "plaintext") && style.blanks.is_none() {
            style.blanks = Some(Blanks::Kept);
        }
        style
    }

    fn read(&mut self, text: &str) {
        let mut zero_height = false;
        let mut clipped = false;
        for (name, value) in declarations(text) {
            let is = |wanted: &str| value.eq_ignore_ascii_case(wanted);
            let nothing = || {
                value
                    .trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%')
                    .trim_matches(['0', '.'])
                    .is_empty()
            };
            match name.to_ascii_lowercase().as_str() {
                "display" => self.hidden |= is("none"),
                "visibility" => self.hidden |= is("hidden") || is("collapse"),
                "mso-hide" => self.hidden |= is("all"),
                "opacity" => self.hidden |= nothing(),
                "max-height" | "height" | "max-width" => zero_height |= nothing() && !value.is_empty(),
                "overflow" => clipped |= is("hidden"),
                "margin" | "margin-top" | "margin-bottom" => self.tight |= value.starts_with('0'),
                "border" | "border-style" | "border-width" => self.indents = is("none") || nothing(),
                "white-space" => {
                    let kept = ["pre", "pre-wrap", "pre-line", "break-spaces"].iter().any(|kept| is(kept));
                    self.blanks = Some(if kept { Blanks::Kept } else { Blanks::Folded });
                }
                _ => {}
            }
        }
        self.hidden |= zero_height && clipped;
    }
}

/// The `name: value` pairs of a style attribute, without `!important`.
pub(super) fn declarations(style: &str) -> impl Iterator<Item = (&str, &str)> {
    style.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.trim();
        let value = match value.rsplit_once('!') {
            Some((value, important)) if important.trim().eq_ignore_ascii_case("important") => value.trim_end(),
            _ => value,
        };
        Some((name.trim(), value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(style: &str) -> Style {
        let mut read = Style::default();
        read.read(style);
        read
    }

    #[test]
    fn what_is_not_seen_is_known() {
        for hidden in [
            "display:none",
            "color:red; DISPLAY : None !important;",
            "visibility:hidden",
            "mso-hide:all",
            "opacity:0",
            "opacity: 0.0",
            "max-height:0px;overflow:hidden",
            "height:0;overflow:hidden;width:0",
        ] {
            assert!(read(hidden).hidden, "{hidden}");
        }
        for seen in
            ["", "display:block", "opacity:0.5", "opacity:1", "max-height:0", "max-height:10px;overflow:hidden", "none"]
        {
            assert!(!read(seen).hidden, "{seen}");
        }
    }

    #[test]
    fn blanks_and_margins_are_known() {
        assert_eq!(read("white-space: pre-wrap").blanks, Some(Blanks::Kept));
        assert_eq!(read("white-space:nowrap").blanks, Some(Blanks::Folded));
        assert!(read("margin: 0cm 0cm 0.0001pt").tight && !read("margin:1em").tight);
    }
}
