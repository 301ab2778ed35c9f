//! How mail programs wrap what a person writes and what it answers to, from the programs' own formats.

pub(crate) mod apple;
pub(crate) mod exchange;
pub(crate) mod gmail;
pub(crate) mod outlook;
pub(crate) mod outlook_mac;
pub(crate) mod samsung;
pub(crate) mod thunderbird;
pub(crate) mod yahoo;

use super::text::escaped;

/// Who wrote what is answered: name and address.
pub(crate) const US: (&str, &str) = ("Ada Byron", "help@acme.example");

/// Both versions of a reply as a program writes them.
#[derive(Debug, Clone)]
pub(crate) struct Bodies {
    /// The plain one.
    pub(crate) plain: String,
    /// The HTML one.
    pub(crate) html: String,
}

/// A line above the quote in each language that the program speaks: `{name}` and `{mail}` stand for the author.
pub(crate) type Lines = &'static [(&'static str, &'static str)];

/// What a table says for a language.
pub(crate) fn find(table: Lines, code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, line)| *line)
}

/// A line with its author.
pub(crate) fn filled(line: &str) -> String {
    line.replace("{name}", US.0).replace("{mail}", US.1)
}

/// A line with its author as HTML, the address a link.
pub(crate) fn linked(line: &str) -> String {
    let link = format!("<a href=\"mailto:{0}\">{0}</a>", US.1);
    escaped(line).replace("{name}", US.0).replace("{mail}", &link)
}

/// A second, third… block after blank lines, where there is one.
pub(crate) fn below(block: Option<&str>) -> String {
    block.map(|block| format!("\n\n{block}")).unwrap_or_default()
}
