//! Why a request is not taken. The status is what existing senders know; the words are for whoever reads the log.

use std::borrow::Cow;

/// Why a request is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 401 with a challenge: user or password of HTTP Basic are missing or wrong.
    Credentials,
    /// 401 without one: the proof that comes with the request is missing, wrong, or too old.
    Proof(&'static str),
    /// 400: it is broken, or something is missing.
    Broken(Cow<'static, str>),
    /// 415: this media type is not taken here.
    MediaType,
    /// 413: a mail in it is larger than [`crate::LARGEST_MAIL`].
    TooLarge,
    /// 422: it can be read, but is not what was agreed.
    Invalid(Cow<'static, str>),
}

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Credentials | Self::Proof(_) => 401,
            Self::Broken(_) => 400,
            Self::MediaType => 415,
            Self::TooLarge => 413,
            Self::Invalid(_) => 422,
        }
    }

    /// What was wrong, in words.
    #[must_use]
    pub fn words(&self) -> Cow<'static, str> {
        match self {
            Self::Credentials => "wrong user or password".into(),
            Self::Proof(words) => (*words).into(),
            Self::Broken(words) | Self::Invalid(words) => words.clone(),
            Self::MediaType => "the media type is not message/rfc822".into(),
            Self::TooLarge => format!("The mail is larger than {} MiB", crate::LARGEST_MAIL >> 20).into(),
        }
    }
}
