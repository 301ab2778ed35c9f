//! Addresses that asked an account for no more unasked-for mail (RFC 8058); an agent may still write to them on purpose.

use crate::{Result, Tx, params};
use model::{Timestamp, ids::AccountId};

pub(crate) const STATEMENTS: &[&str] = &[ADD, HAS, REMOVE];

const ADD: &str = "INSERT INTO suppressions (account_id, address, at) VALUES ($1, $2, $3) ON CONFLICT (account_id, address) DO NOTHING";
/// The address (lower case) wants no `auto` mail of the account any more.
///
/// # Errors
/// Storage trouble.
pub async fn add(tx: &mut Tx<'_>, account: AccountId, address: &str, now: Timestamp) -> Result<()> {
    tx.execute(ADD, params![account, address, now]).await.map(|_| ())
}

const REMOVE: &str = "DELETE FROM suppressions WHERE account_id = $1 AND address = $2";
/// The address takes that back.
///
/// # Errors
/// Storage trouble.
pub async fn remove(tx: &mut Tx<'_>, account: AccountId, address: &str) -> Result<()> {
    tx.execute(REMOVE, params![account, address]).await.map(|_| ())
}

const HAS: &str = "SELECT 1 AS one FROM suppressions WHERE account_id = $1 AND address = $2";
/// Whether the address (lower case) wants no `auto` mail of the account.
///
/// # Errors
/// Storage trouble.
pub async fn has(tx: &mut Tx<'_>, account: AccountId, address: &str) -> Result<bool> {
    Ok(!tx.rows(HAS, params![account, address]).await?.is_empty())
}
