//! Contacts.

use crate::{
    FromRow, Result, Row, Tx,
    driver::differing::{CONTACTS_AMONG, TOUCH_CONTACT},
    params,
    tx::Rows,
};
use model::{
    Json, Timestamp,
    contact::Contact,
    ids::{AccountId, ContactId},
};
use std::collections::BTreeSet;

pub(crate) const STATEMENTS: &[&str] = &[BY_ID, LOCK, BY_IDENTIFIER, BY_EMAIL, INSERT, UPDATE, SEARCH, COUNT];

impl FromRow for Contact {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            email_verified: row.get("email_verified")?,
            additional_emails: serde_json::from_value(row.get("additional_emails")?).unwrap_or_default(),
            phone_number: row.get("phone_number")?,
            identifier: row.get("identifier")?,
            blocked: row.get("blocked")?,
            additional_attributes: row.get("additional_attributes")?,
            custom_attributes: row.get("custom_attributes")?,
            last_activity_at: row.get("last_activity_at")?,
            created_at: row.get("created_at")?,
        })
    }
}

const BY_ID: &str = "SELECT id, account_id, name, email, email_verified, additional_emails, phone_number, identifier, blocked, \
     additional_attributes, custom_attributes, last_activity_at, created_at FROM contacts WHERE id = $1 AND account_id = $2";
/// The account's contact of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, account: AccountId, id: ContactId) -> Result<Option<Contact>> {
    tx.optional(BY_ID, params![id, account]).await
}

const LOCK: &str = "UPDATE contacts SET name = name WHERE id = $1 AND account_id = $2 RETURNING id, account_id, name, email, email_verified, additional_emails, \
     phone_number, identifier, blocked, additional_attributes, custom_attributes, last_activity_at, created_at";
/// The account's contact of that id, locked for the rest of the transaction: for whoever reads it, changes it and keeps
/// the whole.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, account: AccountId, id: ContactId) -> Result<Option<Contact>> {
    tx.optional(LOCK, params![id, account]).await
}

/// The contacts in those rows, whoever's they are.
///
/// # Errors
/// Storage trouble.
pub async fn among(tx: &mut Tx<'_>, ids: &BTreeSet<ContactId>) -> Result<Vec<Contact>> {
    let sql = CONTACTS_AMONG.for_(tx);
    tx.all(sql, params![&ids.iter().map(|id| id.0).collect::<Json>()]).await
}

const BY_IDENTIFIER: &str = "SELECT id, account_id, name, email, email_verified, additional_emails, phone_number, identifier, blocked, \
     additional_attributes, custom_attributes, last_activity_at, created_at FROM contacts WHERE account_id = $1 AND identifier = $2";
/// The account's contact whom the site calls that.
///
/// # Errors
/// Storage trouble.
pub async fn by_identifier(tx: &mut Tx<'_>, account: AccountId, identifier: &str) -> Result<Option<Contact>> {
    tx.optional(BY_IDENTIFIER, params![account, identifier]).await
}

const BY_EMAIL: &str = "SELECT id, account_id, name, email, email_verified, additional_emails, phone_number, identifier, blocked, \
     additional_attributes, custom_attributes, last_activity_at, created_at FROM contacts WHERE account_id = $1 AND email = $2 ORDER BY id";
/// The account's contacts with that address (lower case); several may hold one until it is verified.
///
/// # Errors
/// Storage trouble.
pub async fn by_email(tx: &mut Tx<'_>, account: AccountId, email: &str) -> Result<Vec<Contact>> {
    tx.all(BY_EMAIL, params![account, email]).await
}

/// A contact to be made.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// Name, or empty.
    pub name: String,
    /// Address in lower case.
    pub email: Option<String>,
    /// Phone number in E.164.
    pub phone_number: Option<String>,
    /// The site's own name for the person.
    pub identifier: Option<String>,
    /// What the system noted; an object or null.
    pub additional_attributes: Json,
    /// What the account noted; an object or null.
    pub custom_attributes: Json,
}

const INSERT: &str = "INSERT INTO contacts (account_id, name, email, email_verified, additional_emails, phone_number, identifier, blocked, \
     additional_attributes, custom_attributes, search, last_activity_at, created_at) \
     VALUES ($1, $2, $3, FALSE, '[]', $4, $5, FALSE, $6, $7, $8, $9, $9) \
     RETURNING id, account_id, name, email, email_verified, additional_emails, phone_number, identifier, blocked, \
     additional_attributes, custom_attributes, last_activity_at, created_at";
/// Makes a contact; its address is unverified.
///
/// # Errors
/// Storage trouble, also where the identifier is taken.
pub async fn insert(tx: &mut Tx<'_>, account: AccountId, new: &NewContact, now: Timestamp) -> Result<Contact> {
    let NewContact { name, email, phone_number, identifier, additional_attributes, custom_attributes } = new;
    let search = search_text(name, email.as_deref(), phone_number.as_deref(), identifier.as_deref());
    let values = params![
        account,
        name,
        email.as_deref(),
        phone_number.as_deref(),
        identifier.as_deref(),
        object(additional_attributes),
        object(custom_attributes),
        search,
        now
    ];
    let rows = tx.rows(INSERT, values).await?;
    rows.first().map(Contact::from_row).ok_or(crate::Error::Unit("no row came back"))?
}

const UPDATE: &str = "UPDATE contacts SET name = $2, email = $3, email_verified = $4, additional_emails = $5, phone_number = $6, \
     identifier = $7, blocked = $8, additional_attributes = $9, custom_attributes = $10, search = $11 WHERE id = $1";
/// Keeps what is known of a contact.
///
/// # Errors
/// Storage trouble, also where the identifier is taken.
pub async fn update(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    let Contact { name, email, phone_number, identifier, .. } = contact;
    let search = search_text(name, email.as_deref(), phone_number.as_deref(), identifier.as_deref());
    let values = params![
        contact.id,
        name,
        email.as_deref(),
        contact.email_verified,
        &Json::from(contact.additional_emails.clone()),
        phone_number.as_deref(),
        identifier.as_deref(),
        contact.blocked,
        object(&contact.additional_attributes),
        object(&contact.custom_attributes),
        search
    ];
    tx.execute(UPDATE, values).await.map(|_| ())
}

/// Notes that the contact did something.
///
/// # Errors
/// Storage trouble.
pub async fn touch(tx: &mut Tx<'_>, id: ContactId, now: Timestamp) -> Result<()> {
    tx.gather(&TOUCH_CONTACT, Rows::LastOf((id.0, 0)), params![id, now]).await
}

const SEARCH: &str = "SELECT id, account_id, name, email, email_verified, additional_emails, phone_number, identifier, blocked, \
     additional_attributes, custom_attributes, last_activity_at, created_at FROM contacts \
     WHERE account_id = $1 AND search LIKE $2 ESCAPE '\\' ORDER BY last_activity_at DESC, id DESC LIMIT $3 OFFSET $4";
/// The account's contacts with `words` in name, address, number or identifier (all of them where empty), those who did
/// something last first.
///
/// # Errors
/// Storage trouble.
pub async fn search(tx: &mut Tx<'_>, account: AccountId, words: &str, limit: i64, offset: i64) -> Result<Vec<Contact>> {
    tx.all(SEARCH, params![account, like(words), limit, offset]).await
}

const COUNT: &str = "SELECT COUNT(*) AS count FROM contacts WHERE account_id = $1 AND search LIKE $2 ESCAPE '\\'";
/// How many contacts [`search`] would find in all.
///
/// # Errors
/// Storage trouble.
pub async fn count(tx: &mut Tx<'_>, account: AccountId, words: &str) -> Result<i64> {
    tx.column(COUNT, params![account, like(words)], "count").await
}

/// `words` anywhere, as a LIKE pattern with `\` as escape.
pub(crate) fn like(words: &str) -> String {
    let escaped = words.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

fn search_text(name: &str, email: Option<&str>, phone_number: Option<&str>, identifier: Option<&str>) -> String {
    let words = [Some(name), email, phone_number, identifier];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase()
}

pub(crate) fn object(json: &Json) -> String {
    if json.is_object() { json.to_string() } else { "{}".to_owned() }
}
