//! What can go wrong between us and the database or the blob store.

/// Why something could not be read or kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The database or blob store is away, full or broken; trying later may help. HTTP answers 503.
    #[error("storage unavailable: {0}")]
    Unavailable(String),
    /// The statement was refused: a defect of ours, or a constraint the caller should have asked about.
    #[error("database: {0}")]
    Database(String),
    /// A column does not hold what the code expects.
    #[error("column {column}: {expected} expected")]
    Column {
        /// Name in the statement's result.
        column: String,
        /// What the code expected.
        expected: &'static str,
    },
    /// Two transactions stood in each other's way; run again by the driver.
    #[error("conflict with another transaction: {0}")]
    Conflict(String),
    /// A unit of work panicked or awaited something other than its transaction.
    #[error("a unit of work failed: {0}")]
    Unit(&'static str),
    /// The configuration names no database we know.
    #[error("{0}")]
    Url(String),
}

/// Shorthand for this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the whole storage is in trouble, rather than this one statement.
    #[must_use]
    pub fn unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
