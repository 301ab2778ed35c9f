//! Log-ins of the dashboard. Only a hash of the session token is kept.

use crate::{Result, Tx, params};
use model::{Timestamp, ids::UserId};

pub(crate) const STATEMENTS: &[&str] = &[INSERT, USER, DELETE, DELETE_OTHERS, DELETE_EXPIRED];

const INSERT: &str = "INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
/// Begins a session.
///
/// # Errors
/// Storage trouble.
pub async fn insert(
    tx: &mut Tx<'_>,
    token_hash: &str,
    user: UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(INSERT, params![token_hash, user, now, expires_at]).await.map(|_| ())
}

const USER: &str = "SELECT user_id FROM sessions WHERE token_hash = $1 AND expires_at > $2";
/// Whose session it is, unless it has expired.
///
/// # Errors
/// Storage trouble.
pub async fn user(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<Option<UserId>> {
    tx.optional_column(USER, params![token_hash, now], "user_id").await
}

const DELETE: &str = "DELETE FROM sessions WHERE token_hash = $1";
/// Ends a session.
///
/// # Errors
/// Storage trouble.
pub async fn delete(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    tx.execute(DELETE, params![token_hash]).await.map(|_| ())
}

const DELETE_OTHERS: &str = "DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2";
/// Ends the user's sessions except that one.
///
/// # Errors
/// Storage trouble.
pub async fn delete_others(tx: &mut Tx<'_>, user: UserId, kept: &str) -> Result<u64> {
    tx.execute(DELETE_OTHERS, params![user, kept]).await
}

const DELETE_EXPIRED: &str = "DELETE FROM sessions WHERE expires_at <= $1";
/// Forgets sessions that have expired.
///
/// # Errors
/// Storage trouble.
pub async fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute(DELETE_EXPIRED, params![now]).await
}
