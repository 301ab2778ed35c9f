//! Accounts.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    account::{Account, Features},
    ids::AccountId,
};

pub(crate) const STATEMENTS: &[&str] = &[BY_ID, ALL, INSERT, UPDATE, LOCK, NEXT_DISPLAY_ID, COUNT];

impl FromRow for Account {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            locale: row.get("locale")?,
            domain: row.get("domain")?,
            support_email: row.get("support_email")?,
            features: serde_json::from_value(row.get("features")?).unwrap_or_default(),
            created_at: row.get("created_at")?,
        })
    }
}

const BY_ID: &str = "SELECT id, name, locale, domain, support_email, features, created_at FROM accounts WHERE id = $1";
/// The account of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>> {
    tx.optional(BY_ID, params![id]).await
}

const ALL: &str = "SELECT id, name, locale, domain, support_email, features, created_at FROM accounts ORDER BY id";
/// Every account, oldest first.
///
/// # Errors
/// Storage trouble.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Account>> {
    tx.all(ALL, params![]).await
}

const COUNT: &str = "SELECT COUNT(*) AS count FROM accounts";
/// How many accounts there are.
///
/// # Errors
/// Storage trouble.
pub async fn count(tx: &mut Tx<'_>) -> Result<i64> {
    tx.column(COUNT, params![], "count").await
}

const INSERT: &str = "INSERT INTO accounts (name, locale, features, created_at) VALUES ($1, $2, $3, $4) \
     RETURNING id, name, locale, domain, support_email, features, created_at";
/// Makes an account with everything switched off.
///
/// # Errors
/// Storage trouble.
pub async fn insert(tx: &mut Tx<'_>, name: &str, locale: &str, now: Timestamp) -> Result<Account> {
    let row = tx.rows(INSERT, params![name, locale, features_text(Features::default()), now]).await?;
    row.first().map(Account::from_row).ok_or(crate::Error::Unit("no row came back"))?
}

const UPDATE: &str =
    "UPDATE accounts SET name = $2, locale = $3, domain = $4, support_email = $5, features = $6 WHERE id = $1";
/// Keeps the account's settings.
///
/// # Errors
/// Storage trouble.
pub async fn update(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    let Account { id, name, locale, domain, support_email, features, .. } = account;
    let values = params![*id, name, locale, domain.as_deref(), support_email.as_deref(), features_text(*features)];
    tx.execute(UPDATE, values).await.map(|_| ())
}

const LOCK: &str = "UPDATE accounts SET name = name WHERE id = $1 RETURNING id, name, locale, domain, support_email, features, created_at";
/// The account of that id, locked for the rest of the transaction: for what must not change beside it, such as who
/// administers it.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>> {
    tx.optional(LOCK, params![id]).await
}

const NEXT_DISPLAY_ID: &str =
    "UPDATE accounts SET last_display_id = last_display_id + 1 WHERE id = $1 RETURNING last_display_id";
/// The number of the account's next conversation.
///
/// # Errors
/// Storage trouble.
pub async fn next_display_id(tx: &mut Tx<'_>, id: AccountId) -> Result<i64> {
    tx.column(NEXT_DISPLAY_ID, params![id], "last_display_id").await
}

fn features_text(features: Features) -> String {
    serde_json::to_string(&features).unwrap_or_else(|_| "{}".into())
}
