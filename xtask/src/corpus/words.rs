//! What a customer writes and what they answer to, in a language.

mod asian;
mod eastern;
mod northern;
mod oriental;
mod western;

/// A customer, their words, and ours before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    /// Language tag (BCP 47).
    pub(crate) code: &'static str,
    /// The charset that programs without Unicode send it in.
    pub(crate) charset: &'static str,
    /// Name and address of the customer.
    pub(crate) person: (&'static str, &'static str),
    /// How they begin.
    pub(crate) greeting: &'static str,
    /// Their answer to the first question.
    pub(crate) first: &'static str,
    /// Their answer to the second question.
    pub(crate) second: &'static str,
    /// All they say when in a hurry.
    pub(crate) short: &'static str,
    /// How they sign, before the name.
    pub(crate) regards: &'static str,
    /// Our two questions.
    pub(crate) asked: [&'static str; 2],
    /// The subject.
    pub(crate) subject: &'static str,
}

/// Every language.
pub(crate) fn all() -> Vec<&'static Words> {
    [western::ALL, northern::ALL, eastern::ALL, oriental::ALL, asian::ALL].into_iter().flatten().collect()
}

/// A language by its tag.
pub(crate) fn of(code: &str) -> &'static Words {
    all().into_iter().find(|words| words.code == code).unwrap_or(&western::ALL[0])
}

/// A row: tag, charset, name and address; then greeting, first and second answer, short answer, closing, first and second
/// question, subject.
const fn row(
    code: &'static str,
    charset: &'static str,
    person: (&'static str, &'static str),
    [greeting, first, second, short, regards, size, place, subject]: [&'static str; 8],
) -> Words {
    Words { code, charset, person, greeting, first, second, short, regards, asked: [size, place], subject }
}

impl Words {
    /// All of it, as one writes who has time.
    pub(crate) fn whole(&self) -> String {
        format!("{}\n\n{}\n\n{}", self.greeting, self.first, self.second)
    }

    /// Our mail.
    pub(crate) fn history(&self) -> String {
        self.asked.join("\n\n")
    }

    /// The closing and the name.
    pub(crate) fn sign_off(&self) -> String {
        format!("{}\n{}", self.regards, self.person.0)
    }
}
