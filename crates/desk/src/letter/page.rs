//! The body of a mail: the same words as HTML and as plain text, from two templates.

use super::words::Words;
use minijinja::Environment;
use serde::Serialize;
use std::sync::LazyLock;

/// What a mail shows.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    /// The fixed words.
    pub words: &'static Words,
    /// The subject, as the HTML's title.
    pub subject: String,
    /// The first words, which mail clients show in their list.
    pub preview: String,
    /// What is new.
    pub messages: Vec<Shown>,
    /// What was said before.
    pub earlier: Vec<Shown>,
    /// Answers come back into the conversation.
    pub answerable: bool,
    /// The way into the chat.
    pub link: Option<String>,
    /// Where the recipient ends such mails.
    pub unsubscribe: Option<String>,
}

/// A message as a mail shows it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// The author's name.
    pub author: String,
    /// Its first letter.
    pub initial: String,
    /// When it was written.
    pub time: String,
    /// It goes on with what the same author wrote just before.
    pub joins: bool,
    /// The words.
    pub text: String,
    /// The words as HTML, escaped already.
    pub html: String,
    /// Files.
    pub files: Vec<File>,
}

/// A file as a mail shows it.
#[derive(Debug, Serialize)]
pub(super) struct File {
    /// Its name.
    pub name: String,
    /// Its size for people.
    pub size: String,
    /// Where it can be fetched, if it is not attached.
    pub url: Option<String>,
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    // A template that does not parse shows in the tests of this module; here it would leave the mail without a body.
    for (name, source) in [("mail.html", include_str!("mail.html")), ("mail.txt", include_str!("mail.txt"))] {
        if let Err(error) = environment.add_template(name, source) {
            tracing::error!(%error, name, "a template of ours does not parse");
        }
    }
    environment
});

impl Page {
    /// Plain text and HTML.
    ///
    /// # Errors
    /// A template of ours fails: a defect.
    pub(super) fn render(&self) -> Result<(String, String), minijinja::Error> {
        let values = minijinja::Value::from(minijinja::value::Serde(self));
        let text = TEMPLATES.get_template("mail.txt")?.render(values.clone())?;
        let html = TEMPLATES.get_template("mail.html")?.render(values)?;
        Ok((text.trim().to_owned() + "\n", html))
    }
}

/// A size for people: `12 KB`, `1.5 MB`.
pub(super) fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{} B", bytes.max(0)),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
