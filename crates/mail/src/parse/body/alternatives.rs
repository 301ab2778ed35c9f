//! `multipart/alternative` (RFC 2046 §5.1.4): which versions of the same words count.

use super::{
    Place, Reader,
    words::{Words, joined},
};
use crate::html;

impl Reader<'_, '_> {
    /// Versions of the same words (RFC 2046 §5.1.4): the plain one and the HTML one of those that there are.
    pub(super) fn alternative(&mut self, children: &[usize]) {
        let outer = std::mem::take(&mut self.words);
        let (mut plain, mut rich): (Vec<Words>, Vec<Words>) = (Vec::new(), Vec::new());
        for child in children {
            self.walk(*child, Place { first: true, beside: false });
            let words = joined(std::mem::take(&mut self.words));
            match words {
                Some(words) if words.html.is_some() => rich.push(words),
                Some(words) => plain.push(words),
                None => {}
            }
        }
        self.words = outer;
        if plain.iter().any(|words| !words.converted) {
            plain.retain(|words| !words.converted);
        }
        plain.dedup_by(|a, b| a.plain.as_deref().map(str::trim) == b.plain.as_deref().map(str::trim));
        rich.dedup_by(|a, b| a.html == b.html);
        let rich = joined(rich);
        let plain =
            joined(plain).or_else(|| Some(Words { html: None, ..rich.clone()? }).filter(|words| words.plain.is_some()));
        let html = rich.and_then(|words| words.html);
        let plain = plain.filter(|words| {
            html.as_deref().is_none_or(|html| !is_stub(words.plain.as_deref().unwrap_or_default(), html))
        });
        let converted = plain.as_ref().is_some_and(|words| words.converted);
        let plain = plain.and_then(|words| words.plain);
        if plain.is_some() || html.is_some() {
            self.words.push(Words { plain, html, converted });
        }
    }
}

/// A plain version that says nothing but that there is an HTML one, or nothing at all.
fn is_stub(plain: &str, html: &str) -> bool {
    let plain = plain.trim();
    if plain.is_empty() {
        return true;
    }
    if plain.len() > 400 || !plain.to_ascii_lowercase().contains("html") {
        return false;
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = words(&html::to_text(html));
    !shown.is_empty() && !shown.contains(&words(plain))
}
