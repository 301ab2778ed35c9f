//! Facts about this installation as a whole: key and value.

use crate::{Result, Tx, params};

pub(crate) const STATEMENTS: &[&str] = &[GET, CLAIM];

const GET: &str = "SELECT value FROM installation WHERE key = $1";
/// The value of `key`.
///
/// # Errors
/// Storage trouble.
pub async fn get(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>> {
    tx.optional_column(GET, params![key], "value").await
}

const CLAIM: &str = "INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
/// Sets `key` unless it is set; the value that stands now.
///
/// # Errors
/// Storage trouble.
pub async fn claim(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<String> {
    tx.execute(CLAIM, params![key, value]).await?;
    tx.column(GET, params![key], "value").await
}
