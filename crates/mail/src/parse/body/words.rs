//! Pieces of words in the versions that a mail has them in, and several pieces as one.

use std::borrow::Cow;

use crate::html;

/// One piece of words, in the versions that the mail has.
#[derive(Debug, Default, Clone)]
pub(super) struct Words {
    pub(super) plain: Option<String>,
    pub(super) html: Option<String>,
    /// The plain version was made here from enriched text or RTF.
    pub(super) converted: bool,
}

impl Words {
    pub(super) fn as_html(&self) -> String {
        self.html.clone().unwrap_or_else(|| html::from_text(self.plain.as_deref().unwrap_or_default()))
    }

    pub(super) fn as_text(&self) -> Cow<'_, str> {
        match (&self.plain, &self.html) {
            (Some(plain), _) => Cow::Borrowed(plain),
            (None, Some(html)) => Cow::Owned(html::to_text(html)),
            (None, None) => Cow::Borrowed(""),
        }
    }
}

/// All pieces as one.
pub(super) fn joined(mut words: Vec<Words>) -> Option<Words> {
    if words.len() < 2 {
        return words.pop();
    }
    let html = words
        .iter()
        .any(|words| words.html.is_some())
        .then(|| words.iter().map(Words::as_html).collect::<Vec<_>>().join("\n"));
    let plain = words
        .iter()
        .all(|words| words.plain.is_some())
        .then(|| join(&words.iter().map(Words::as_text).collect::<Vec<_>>()));
    let converted = words.iter().all(|words| words.converted);
    Some(Words { plain, html, converted })
}

pub(super) fn join(texts: &[Cow<'_, str>]) -> String {
    let mut all = String::new();
    for text in texts {
        if !all.is_empty() && !all.ends_with('\n') {
            all.push('\n');
        }
        all.push_str(text);
    }
    all
}

/// Line feeds only.
pub(super) fn line_ends(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

pub(super) fn is_blank(words: &Words) -> bool {
    let shows_image = || words.html.as_deref().is_some_and(|html| html.contains("<img") || html.contains("<IMG"));
    words.plain.as_deref().is_none_or(|plain| plain.trim().is_empty())
        && (words.html.is_none()
            || !shows_image() && words.html.as_deref().is_some_and(|html| html::to_text(html).trim().is_empty()))
}
