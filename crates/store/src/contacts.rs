//! Contacts.

use crate::{
    FromRow, Result, Row, Tx,
    driver::differing::{CONTACTS_AMONG, SEIZE_CONTACT, TOUCH_CONTACT},
    params,
    tx::Rows,
};
use model::{
    Json, Timestamp,
    contact::Contact,
    ids::{AccountId, ContactId},
};
use std::collections::BTreeSet;

pub(crate) const STATEMENTS: &[&str] = &[
    BY_ID,
    MERGED_INTO,
    LOCK,
    BY_IDENTIFIER,
    BY_EMAIL,
    BY_ADDITIONAL_EMAIL,
    BY_PHONE,
    BY_NAME,
    INSERT,
    RESTORE,
    UPDATE,
    OFFER,
    FORGET,
    SEARCH,
    COUNT,
];

/// What is read of a contact, between `$head` and `$tail`.
macro_rules! contact {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " id, account_id, name, email, email_verified, additional_emails, unverified_emails, offered_email, phone_number, \
             phone_verified, identifier, blocked, additional_attributes, custom_attributes, last_activity_at, created_at ",
            $tail
        )
    };
}

/// Contacts for which `$tail` holds.
macro_rules! select {
    ($tail:literal) => {
        contact!("SELECT", $tail)
    };
}

impl FromRow for Contact {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            email_verified: row.get("email_verified")?,
            additional_emails: serde_json::from_value(row.get("additional_emails")?).unwrap_or_default(),
            unverified_emails: serde_json::from_value(row.get("unverified_emails")?).unwrap_or_default(),
            offered_email: row.get("offered_email")?,
            phone_number: row.get("phone_number")?,
            phone_verified: row.get("phone_verified")?,
            identifier: row.get("identifier")?,
            blocked: row.get("blocked")?,
            additional_attributes: row.get("additional_attributes")?,
            custom_attributes: row.get("custom_attributes")?,
            last_activity_at: row.get("last_activity_at")?,
            created_at: row.get("created_at")?,
        })
    }
}

const BY_ID: &str = select!("FROM contacts WHERE id = $1 AND account_id = $2");
const MERGED_INTO: &str =
    "SELECT base_id FROM contact_merges WHERE mergee_id = $1 AND account_id = $2 AND undone_at IS NULL";
/// The account's contact of that id; the one that it became part of, where it was merged.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, account: AccountId, id: ContactId) -> Result<Option<Contact>> {
    if let Some(found) = tx.optional(BY_ID, params![id, account]).await? {
        return Ok(Some(found));
    }
    match tx.optional_column::<ContactId>(MERGED_INTO, params![id, account], "base_id").await? {
        Some(base) => tx.optional(BY_ID, params![base, account]).await,
        None => Ok(None),
    }
}

const LOCK: &str = contact!("UPDATE contacts SET name = name WHERE id = $1 AND account_id = $2 RETURNING", "");
/// The account's contact of that id, locked for the rest of the transaction: for whoever reads it, changes it and keeps
/// the whole.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, account: AccountId, id: ContactId) -> Result<Option<Contact>> {
    tx.optional(LOCK, params![id, account]).await
}

/// The account's contact of that id, locked so that nothing else comes to belong to it: for whoever takes it away.
///
/// # Errors
/// Storage trouble.
pub async fn seize(tx: &mut Tx<'_>, account: AccountId, id: ContactId) -> Result<Option<Contact>> {
    let sql = SEIZE_CONTACT.for_(tx);
    tx.optional(sql, params![id, account]).await
}

/// The contacts in those rows, whoever's they are.
///
/// # Errors
/// Storage trouble.
pub async fn among(tx: &mut Tx<'_>, ids: &BTreeSet<ContactId>) -> Result<Vec<Contact>> {
    let sql = CONTACTS_AMONG.for_(tx);
    tx.all(sql, params![&ids.iter().map(|id| id.0).collect::<Json>()]).await
}

const BY_IDENTIFIER: &str = select!("FROM contacts WHERE account_id = $1 AND identifier = $2");
/// The account's contact whom the site calls that.
///
/// # Errors
/// Storage trouble.
pub async fn by_identifier(tx: &mut Tx<'_>, account: AccountId, identifier: &str) -> Result<Option<Contact>> {
    tx.optional(BY_IDENTIFIER, params![account, identifier]).await
}

const BY_EMAIL: &str = select!("FROM contacts WHERE account_id = $1 AND email = $2 ORDER BY id");
const BY_ADDITIONAL_EMAIL: &str = select!(
    "FROM contacts WHERE account_id = $1 AND additional_emails <> '[]' AND additional_emails LIKE $2 ESCAPE '\\' ORDER BY id"
);
/// The account's contacts with that address (lower case), first those whose main one it is; several may hold one until it
/// is verified.
///
/// # Errors
/// Storage trouble.
pub async fn by_email(tx: &mut Tx<'_>, account: AccountId, email: &str) -> Result<Vec<Contact>> {
    let mut found: Vec<Contact> = tx.all(BY_EMAIL, params![account, email]).await?;
    let quoted = like(&Json::from(email).to_string());
    let others: Vec<Contact> = tx.all(BY_ADDITIONAL_EMAIL, params![account, quoted]).await?;
    let others = others.into_iter().filter(|other| other.email.as_deref() != Some(email) && other.has_address(email));
    found.extend(others);
    Ok(found)
}

const BY_PHONE: &str = select!("FROM contacts WHERE account_id = $1 AND phone_number = $2 ORDER BY id LIMIT 50");
/// The account's first contacts with that phone number (E.164).
///
/// # Errors
/// Storage trouble.
pub async fn by_phone(tx: &mut Tx<'_>, account: AccountId, number: &str) -> Result<Vec<Contact>> {
    tx.all(BY_PHONE, params![account, number]).await
}

const BY_NAME: &str =
    select!("FROM contacts WHERE account_id = $1 AND search LIKE $2 ESCAPE '\\' ORDER BY id LIMIT 500");
/// The account's first contacts of that name; case does not count.
///
/// # Errors
/// Storage trouble.
pub async fn by_name(tx: &mut Tx<'_>, account: AccountId, name: &str) -> Result<Vec<Contact>> {
    let (found, name): (Vec<Contact>, _) =
        (tx.all(BY_NAME, params![account, like(name)]).await?, name.trim().to_lowercase());
    Ok(found.into_iter().filter(|contact| contact.name.to_lowercase() == name).collect())
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
    /// A provider vouches for the number.
    pub phone_verified: bool,
    /// The site's own name for the person.
    pub identifier: Option<String>,
    /// What the system noted; an object or null.
    pub additional_attributes: Json,
    /// What the account noted; an object or null.
    pub custom_attributes: Json,
}

const INSERT: &str = contact!(
    "INSERT INTO contacts (account_id, name, email, email_verified, additional_emails, phone_number, identifier, blocked, \
     additional_attributes, custom_attributes, search, last_activity_at, created_at, phone_verified) \
     VALUES ($1, $2, $3, FALSE, '[]', $4, $5, FALSE, $6, $7, $8, $9, $9, $10) RETURNING",
    ""
);
/// Makes a contact; its address is unverified.
///
/// # Errors
/// Storage trouble, also where the identifier is taken.
pub async fn insert(tx: &mut Tx<'_>, account: AccountId, new: &NewContact, now: Timestamp) -> Result<Contact> {
    let NewContact { name, email, phone_number, phone_verified, identifier, .. } = new;
    let search = search_text(name, [email, phone_number, identifier].into_iter().flatten());
    let values = params![
        account,
        name,
        email.as_deref(),
        phone_number.as_deref(),
        identifier.as_deref(),
        object(&new.additional_attributes),
        object(&new.custom_attributes),
        search,
        now,
        *phone_verified && phone_number.is_some()
    ];
    let rows = tx.rows(INSERT, values).await?;
    rows.first().map(Contact::from_row).ok_or(crate::Error::Unit("no row came back"))?
}

const RESTORE: &str = "INSERT INTO contacts (id, account_id, name, email_verified, additional_emails, blocked, additional_attributes, \
     custom_attributes, search, last_activity_at, created_at) VALUES ($1, $2, '', FALSE, '[]', FALSE, '{}', '{}', '', $3, $4)";
/// Makes a contact again that was [`forget`]-ten, under its old id.
///
/// # Errors
/// Storage trouble, also where the identifier is taken.
pub async fn restore(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    let values = params![contact.id, contact.account_id, contact.last_activity_at, contact.created_at];
    tx.execute(RESTORE, values).await?;
    update(tx, contact).await
}

const FORGET: &str = "DELETE FROM contacts WHERE id = $1 AND account_id = $2";
/// Takes the row of a contact to whom nothing belongs any more.
///
/// # Errors
/// Storage trouble.
pub async fn forget(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    tx.execute(FORGET, params![contact.id, contact.account_id]).await.map(|_| ())
}

const OFFER: &str = "UPDATE contacts SET offered_email = $2 WHERE id = $1";
/// Notes an address that the person wrote in a chat.
///
/// # Errors
/// Storage trouble.
pub async fn offer_email(tx: &mut Tx<'_>, id: ContactId, address: &str) -> Result<()> {
    tx.execute(OFFER, params![id, address]).await.map(|_| ())
}

const UPDATE: &str = "UPDATE contacts SET name = $2, email = $3, email_verified = $4, additional_emails = $5, phone_number = $6, \
     identifier = $7, blocked = $8, additional_attributes = $9, custom_attributes = $10, search = $11, unverified_emails = $12, \
     offered_email = $13, phone_verified = $14 WHERE id = $1";
/// Keeps what is known of a contact.
///
/// # Errors
/// Storage trouble, also where the identifier is taken.
pub async fn update(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    let Contact { name, email, phone_number, identifier, .. } = contact;
    let (ways, numbers) = (contact.addresses(), [phone_number, identifier].into_iter().flatten());
    let search = search_text(name, ways.chain(numbers));
    let unverified = contact.unverified_emails.iter().filter(|address| contact.additional_emails.contains(address));
    let unverified: Json = unverified.cloned().collect();
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
        search,
        &unverified,
        contact.offered_email.as_deref(),
        contact.phone_verified && phone_number.is_some()
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

const SEARCH: &str = select!(
    "FROM contacts WHERE account_id = $1 AND search LIKE $2 ESCAPE '\\' ORDER BY last_activity_at DESC, id DESC LIMIT $3 OFFSET $4"
);
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

fn search_text<'t>(name: &'t str, more: impl Iterator<Item = &'t String>) -> String {
    let words = std::iter::once(name).chain(more.map(String::as_str));
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

pub(crate) fn object(json: &Json) -> String {
    if json.is_object() { json.to_string() } else { "{}".to_owned() }
}
