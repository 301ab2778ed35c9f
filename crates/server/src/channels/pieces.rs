//! In which pieces a message goes: its text cut to the channel's limit, its files, one by one.

use super::Wire;
use desk::{file_links, markup, receive_on_channel::marker, send_on_channel::Errand};
use model::{Json, attachment::Attachment, channel::split};

/// A piece of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A file, with words where the channel takes them with it.
    File(Attachment, Option<String>),
    /// A template agreed with the provider: `template_params`.
    Template(Json),
}

/// A piece on its way.
pub struct Part<'e> {
    /// The message and the person.
    pub errand: &'e Errand,
    /// Which one, from 0.
    pub n: usize,
    /// What it is.
    pub piece: &'e Piece,
}

impl Part<'_> {
    /// The person's id at the provider.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.errand.delivery.to
    }

    /// What names the part to providers that take nothing twice: a UUID.
    #[must_use]
    pub fn key(&self, wire: &Wire) -> String {
        self.errand.part_key(&wire.app.desk.house, self.n)
    }

    /// What marks the part to providers that give the mark back with their echo.
    #[must_use]
    pub fn marker(&self) -> String {
        marker(self.errand.delivery.id, self.n)
    }

    /// The provider's id of the message that is answered; with the first part alone.
    #[must_use]
    pub fn answers(&self) -> Option<&str> {
        self.errand.answers.as_deref().filter(|_| self.n == 0)
    }
}

/// As the kind's limits say: text before files, or as the caption of the only file. A file that the channel does not take
/// goes as a link.
pub(super) fn usual(wire: &Wire, errand: &Errand) -> Vec<Piece> {
    let largest = (wire.kind.able)(&wire.settings).files.largest;
    taking(wire, errand, |file| file.size <= largest)
}

/// As [`usual`], for a channel that `takes` files by more than their size.
pub(super) fn taking(wire: &Wire, errand: &Errand, takes: impl Fn(&Attachment) -> bool) -> Vec<Piece> {
    let able = (wire.kind.able)(&wire.settings);
    if let Some(template) = errand.message.content_attributes.get("template_params").filter(|_| able.templates) {
        return vec![Piece::Template(template.clone())];
    }
    let mut words = errand.message.content.clone().unwrap_or_default();
    let (taken, linked): (Vec<_>, Vec<_>) = errand.files.iter().partition(|file| takes(file));
    for file in linked {
        let house = &wire.app.desk.house;
        let link = file_links::link(house, file, file_links::for_mail(wire.app.desk.now()));
        words = format!("{words}\n\n{}: {link}", file.name);
    }
    // No style makes a text longer, so what is cut to the limit before stays within it.
    let style = wire.provider.style(wire);
    let written = |text: &str| style.map_or_else(|| text.to_owned(), |style| markup::write(text, style));
    if let ([file], Some(limit)) = (taken.as_slice(), able.files.caption)
        && limit.holds(words.trim())
    {
        let caption = Some(written(words.trim())).filter(|words| !words.is_empty());
        return vec![Piece::File((*file).clone(), caption)];
    }
    let texts = split(&words, able.text).into_iter().map(|text| Piece::Text(written(text)));
    texts.chain(taken.into_iter().map(|file| Piece::File(file.clone(), None))).collect()
}
