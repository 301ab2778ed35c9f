//! Tokens of webhooks whose signature covers the token alone: which bytes each has brought, so that nobody sends others
//! under it. On every node, and after a restart.

use crate::{Result, Tx, params};
use model::Timestamp;

pub(crate) const STATEMENTS: &[&str] = &[FORGET, CLAIM, BROUGHT];

const FORGET: &str = "DELETE FROM ingress_tokens WHERE good_until < $1";
const CLAIM: &str =
    "INSERT INTO ingress_tokens (token, brought, good_until) VALUES ($1, $2, $3) ON CONFLICT (token) DO NOTHING";
const BROUGHT: &str = "SELECT brought FROM ingress_tokens WHERE token = $1";
/// Whether the token may bring these bytes, named by their hash: none came with it before, or the same. Tokens whose
/// signature is no longer good are forgotten.
///
/// # Errors
/// Storage trouble.
pub async fn claim(tx: &mut Tx<'_>, token: &str, brings: &str, good_until: Timestamp, now: Timestamp) -> Result<bool> {
    tx.execute(FORGET, params![now]).await?;
    if tx.execute(CLAIM, params![token, brings, good_until]).await? > 0 {
        return Ok(true);
    }
    let brought: Option<String> = tx.optional_column(BROUGHT, params![token], "brought").await?;
    Ok(brought.as_deref() == Some(brings))
}
