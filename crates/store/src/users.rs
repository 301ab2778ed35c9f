//! Users and their places in accounts.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    ids::{AccountId, UserId},
    user::{Membership, Role, User},
};

pub(crate) const STATEMENTS: &[&str] = &[
    BY_ID,
    LOCK,
    BY_EMAIL,
    BY_ACCESS_TOKEN,
    BY_PUBSUB_TOKEN,
    INSERT,
    JOIN,
    MEMBERSHIPS,
    ROLE_IN,
    OF_ACCOUNT,
    UPDATE,
    LEAVE,
    ADMINISTRATORS,
];

impl FromRow for User {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            password_hash: row.get("password_hash")?,
            access_token: row.get("access_token")?,
            pubsub_token: row.get("pubsub_token")?,
            ui_settings: row.get("ui_settings")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl FromRow for Membership {
    fn from_row(row: &Row) -> Result<Self> {
        let role: String = row.get("role")?;
        Ok(Self {
            account_id: row.get("account_id")?,
            account_name: row.get("account_name")?,
            user_id: row.get("user_id")?,
            role: Role::parse(&role).unwrap_or(Role::Agent),
        })
    }
}

const BY_ID: &str = "SELECT id, name, email, password_hash, access_token, pubsub_token, ui_settings, created_at FROM users WHERE id = $1";
/// The user of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>> {
    tx.optional(BY_ID, params![id]).await
}

const LOCK: &str = "UPDATE users SET name = name WHERE id = $1 RETURNING id, name, email, password_hash, access_token, pubsub_token, ui_settings, created_at";
/// The user of that id, locked for the rest of the transaction.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>> {
    tx.optional(LOCK, params![id]).await
}

const BY_EMAIL: &str = "SELECT id, name, email, password_hash, access_token, pubsub_token, ui_settings, created_at FROM users WHERE email = $1";
/// The user who logs in with that address (lower case).
///
/// # Errors
/// Storage trouble.
pub async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>> {
    tx.optional(BY_EMAIL, params![email]).await
}

const BY_ACCESS_TOKEN: &str = "SELECT id, name, email, password_hash, access_token, pubsub_token, ui_settings, created_at FROM users WHERE access_token = $1";
/// The user with that API token.
///
/// # Errors
/// Storage trouble.
pub async fn by_access_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<User>> {
    tx.optional(BY_ACCESS_TOKEN, params![token]).await
}

const BY_PUBSUB_TOKEN: &str = "SELECT id, name, email, password_hash, access_token, pubsub_token, ui_settings, created_at FROM users WHERE pubsub_token = $1";
/// The user whose dashboards subscribe with that token.
///
/// # Errors
/// Storage trouble.
pub async fn by_pubsub_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<User>> {
    tx.optional(BY_PUBSUB_TOKEN, params![token]).await
}

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Full name.
    pub name: String,
    /// Log-in address, lower case.
    pub email: String,
    /// Argon2 hash in PHC string format.
    pub password_hash: String,
    /// The user's API token.
    pub access_token: String,
    /// The token of the user's dashboards.
    pub pubsub_token: String,
}

const INSERT: &str = "INSERT INTO users (name, email, password_hash, access_token, pubsub_token, ui_settings, created_at) \
     VALUES ($1, $2, $3, $4, $5, '{}', $6) ON CONFLICT (email) DO NOTHING RETURNING id";
/// Makes a user; `None` where the address is taken.
///
/// # Errors
/// Storage trouble.
pub async fn insert(tx: &mut Tx<'_>, new: &NewUser, now: Timestamp) -> Result<Option<UserId>> {
    let values = params![&new.name, &new.email, &new.password_hash, &new.access_token, &new.pubsub_token, now];
    tx.optional_column(INSERT, values, "id").await
}

const JOIN: &str = "INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, $3) \
     ON CONFLICT (account_id, user_id) DO UPDATE SET role = excluded.role";
/// Gives the user a place in the account, or another role there.
///
/// # Errors
/// Storage trouble.
pub async fn join(tx: &mut Tx<'_>, account: AccountId, user: UserId, role: Role) -> Result<()> {
    tx.execute(JOIN, params![account, user, role.as_str()]).await.map(|_| ())
}

const MEMBERSHIPS: &str = "SELECT memberships.account_id, accounts.name AS account_name, memberships.user_id, memberships.role \
     FROM memberships JOIN accounts ON accounts.id = memberships.account_id WHERE memberships.user_id = $1 ORDER BY memberships.account_id";
/// The accounts a user has a place in.
///
/// # Errors
/// Storage trouble.
pub async fn memberships(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Membership>> {
    tx.all(MEMBERSHIPS, params![user]).await
}

const ROLE_IN: &str = "SELECT role FROM memberships WHERE account_id = $1 AND user_id = $2";
/// What the user may do in the account; `None` where they have no place.
///
/// # Errors
/// Storage trouble.
pub async fn role_in(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> Result<Option<Role>> {
    let role: Option<String> = tx.optional_column(ROLE_IN, params![account, user], "role").await?;
    Ok(role.as_deref().and_then(Role::parse))
}

const OF_ACCOUNT: &str = "SELECT users.id, users.name, email, password_hash, access_token, pubsub_token, ui_settings, users.created_at, \
     memberships.account_id, accounts.name AS account_name, memberships.user_id, memberships.role FROM memberships \
     JOIN users ON users.id = memberships.user_id JOIN accounts ON accounts.id = memberships.account_id \
     WHERE memberships.account_id = $1 ORDER BY users.id";
/// The users of an account with their roles there.
///
/// # Errors
/// Storage trouble.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<(User, Role)>> {
    let rows = tx.rows(OF_ACCOUNT, params![account]).await?;
    rows.iter().map(|row| Ok((User::from_row(row)?, Membership::from_row(row)?.role))).collect()
}

const UPDATE: &str = "UPDATE users SET name = $2, email = $3, password_hash = $4, ui_settings = $5, access_token = $6, \
     pubsub_token = $7 WHERE id = $1";
/// Keeps what of a user can change.
///
/// # Errors
/// Storage trouble, also where the address is taken.
pub async fn update(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    let User { id, name, email, password_hash, ui_settings, access_token, pubsub_token, .. } = user;
    let values = params![*id, name, email, password_hash, ui_settings, access_token, pubsub_token];
    tx.execute(UPDATE, values).await.map(|_| ())
}

const LEAVE: &str = "DELETE FROM memberships WHERE account_id = $1 AND user_id = $2";
/// Takes the user's place in the account away; whether they had one.
///
/// # Errors
/// Storage trouble.
pub async fn leave(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> Result<bool> {
    Ok(tx.execute(LEAVE, params![account, user]).await? > 0)
}

const ADMINISTRATORS: &str =
    "SELECT COUNT(*) AS count FROM memberships WHERE account_id = $1 AND role = 'administrator'";
/// How many administrators the account has.
///
/// # Errors
/// Storage trouble.
pub async fn administrators(tx: &mut Tx<'_>, account: AccountId) -> Result<i64> {
    tx.column(ADMINISTRATORS, params![account], "count").await
}
