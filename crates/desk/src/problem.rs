//! What a use case answers when it cannot do what was asked.

use store::Error;

/// Why not. The words are for the person who asked; the HTTP edge adds the status.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Problem {
    /// There is no such thing, or not for them.
    #[error("{0} could not be found")]
    NotFound(&'static str),
    /// What was asked makes no sense; says what and where.
    #[error("{0}")]
    Invalid(String),
    /// The value of that field is another one's.
    #[error("{0}: another contact has it")]
    Taken(&'static str),
    /// They may not.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Storage trouble.
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Shorthand for this crate.
pub type Outcome<T> = Result<T, Problem>;

impl Problem {
    /// A value of `field` that makes no sense, and why.
    #[must_use]
    pub fn invalid(field: &str, why: &str) -> Self {
        Self::Invalid(format!("{field}: {why}"))
    }
}
