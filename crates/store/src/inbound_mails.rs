//! Accepted mails: their bytes and envelope, what became of them, and why. The hash outlives the bytes, so that a mail
//! that comes again is known.

use crate::{Error, FromRow, Result, Row, Tx, contacts::like, driver::differing::MAILS_WITH_RAW, params};
use model::{
    Json, Timestamp,
    ids::{AccountId, InboundMailId},
    inbound::InboundState,
};
use std::cell::RefCell;

pub(crate) const STATEMENTS: &[&str] = &[ACCEPT, ID_OF_HASH, BY_ID, RAW, CONCLUDE, SET_VERDICTS, LIST, PENDING, REOPEN];

/// A mail that is being accepted. Nothing of it has been parsed.
#[derive(Clone, Debug)]
pub struct NewInbound {
    /// SHA-256 of bytes and envelope recipients, hexadecimal.
    pub hash: String,
    /// Which ingress took it: `relay`, `sandbox`, …
    pub ingress: String,
    /// Envelope sender, where the ingress knows it.
    pub envelope_from: Option<String>,
    /// Envelope recipients, where the ingress knows them.
    pub envelope_to: Vec<String>,
    /// Who handed it over: an IP address.
    pub peer: Option<String>,
    /// What else the ingress knows of its transport; null for nothing.
    pub transport: Json,
    /// Its bytes.
    pub raw: Raw,
    /// Size of the mail, bytes.
    pub size: i64,
}

/// Where the bytes of an accepted mail are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    /// In the row, compressed with zstd.
    Row(Vec<u8>),
    /// In the blob store under that key, as they came.
    Blob(String),
    /// Erased.
    Erased,
}

/// An accepted mail without its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct InboundMail {
    /// Row id.
    pub id: InboundMailId,
    /// Whose it turned out to be.
    pub account_id: Option<AccountId>,
    /// Which ingress took it.
    pub ingress: String,
    /// Envelope sender.
    pub envelope_from: Option<String>,
    /// Envelope recipients.
    pub envelope_to: Vec<String>,
    /// Who handed it over.
    pub peer: Option<String>,
    /// What else the ingress knew of its transport; null for nothing.
    pub transport: Json,
    /// What SPF, DKIM and DMARC said; null where nobody looked, or not yet.
    pub verdicts: Json,
    /// Size of the mail, bytes.
    pub size: i64,
    /// What became of it as a whole: the worst of its conclusions.
    pub state: InboundState,
    /// Why, in words.
    pub reason: String,
    /// The decisions that led there, in order.
    pub trace: Vec<String>,
    /// `human`, `bounce`, …, once parsed.
    pub kind: Option<String>,
    /// Message-ID without brackets, once parsed.
    pub message_id_header: Option<String>,
    /// The author's address, once parsed.
    pub from_address: Option<String>,
    /// Everyone it was addressed to, lower case, once parsed.
    pub recipients: Vec<String>,
    /// Its subject, once parsed.
    pub subject: Option<String>,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// When it was last processed.
    pub processed_at: Option<Timestamp>,
}

impl InboundMail {
    /// A mail that is only looked at.
    #[must_use]
    pub fn unkept(now: Timestamp) -> Self {
        Self {
            id: InboundMailId(0),
            account_id: None,
            ingress: String::new(),
            envelope_from: None,
            envelope_to: Vec::new(),
            peer: None,
            transport: Json::Null,
            verdicts: Json::Null,
            size: 0,
            state: InboundState::Pending,
            reason: String::new(),
            trace: Vec::new(),
            kind: None,
            message_id_header: None,
            from_address: None,
            recipients: Vec::new(),
            subject: None,
            received_at: now,
            processed_at: None,
        }
    }
}

impl FromRow for InboundMail {
    fn from_row(row: &Row) -> Result<Self> {
        let state: String = row.get("state")?;
        let unknown = || Error::Column { column: "state".into(), expected: "a state of an inbound mail" };
        let list = |column| Ok::<_, Error>(serde_json::from_value(row.get(column)?).unwrap_or_default());
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            ingress: row.get("ingress")?,
            envelope_from: row.get("envelope_from")?,
            envelope_to: list("envelope_to")?,
            peer: row.get("peer")?,
            transport: row.get::<Option<Json>>("transport")?.unwrap_or_default(),
            verdicts: row.get::<Option<Json>>("verdicts")?.unwrap_or_default(),
            size: row.get("size")?,
            state: InboundState::parse(&state).ok_or_else(unknown)?,
            reason: row.get("reason")?,
            trace: list("trace")?,
            kind: row.get("kind")?,
            message_id_header: row.get("message_id_header")?,
            from_address: row.get("from_address")?,
            recipients: list("recipients")?,
            subject: row.get("subject")?,
            received_at: row.get("received_at")?,
            processed_at: row.get("processed_at")?,
        })
    }
}

impl FromRow for Raw {
    fn from_row(row: &Row) -> Result<Self> {
        let (bytes, key): (Option<Vec<u8>>, Option<String>) = (row.get("raw")?, row.get("blob_key")?);
        Ok(match (bytes, key) {
            (Some(bytes), _) => Self::Row(bytes),
            (None, Some(key)) => Self::Blob(key),
            (None, None) => Self::Erased,
        })
    }
}

const ACCEPT: &str = "INSERT INTO inbound_mails (hash, ingress, envelope_from, envelope_to, peer, raw, blob_key, size, state, reason, trace, \
     recipients, search, received_at, transport) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', '', '[]', '[]', '', $9, $10) \
     ON CONFLICT (hash) DO NOTHING RETURNING id";
/// Keeps a mail; `None` where the same bytes came to the same recipients before.
///
/// # Errors
/// Storage trouble.
pub async fn accept(tx: &mut Tx<'_>, new: &NewInbound, now: Timestamp) -> Result<Option<InboundMailId>> {
    let (raw, blob_key) = match &new.raw {
        Raw::Row(bytes) => (Some(bytes.as_slice()), None),
        Raw::Blob(key) => (None, Some(key.as_str())),
        Raw::Erased => (None, None),
    };
    let values = params![
        &new.hash,
        &new.ingress,
        new.envelope_from.as_deref(),
        &lower(&new.envelope_to),
        new.peer.as_deref(),
        raw,
        blob_key,
        new.size,
        now,
        kept(&new.transport)
    ];
    tx.optional_column(ACCEPT, values, "id").await
}

const ID_OF_HASH: &str = "SELECT id FROM inbound_mails WHERE hash = $1";
/// The mail with those bytes and recipients, if it came before.
///
/// # Errors
/// Storage trouble.
pub async fn id_of_hash(tx: &mut Tx<'_>, hash: &str) -> Result<Option<InboundMailId>> {
    tx.optional_column(ID_OF_HASH, params![hash], "id").await
}

const BY_ID: &str = "SELECT id, account_id, ingress, envelope_from, envelope_to, peer, transport, verdicts, size, state, reason, trace, kind, message_id_header, \
     from_address, recipients, subject, received_at, processed_at FROM inbound_mails WHERE id = $1";
/// The mail of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: InboundMailId) -> Result<Option<InboundMail>> {
    tx.optional(BY_ID, params![id]).await
}

const RAW: &str = "SELECT raw, blob_key FROM inbound_mails WHERE id = $1";
/// Where the mail's bytes are.
///
/// # Errors
/// Storage trouble.
pub async fn raw(tx: &mut Tx<'_>, id: InboundMailId) -> Result<Option<Raw>> {
    tx.optional(RAW, params![id]).await
}

/// The mails of those ids, and where their bytes are, in the order in which they came.
///
/// # Errors
/// Storage trouble.
pub async fn with_raw(tx: &mut Tx<'_>, ids: &[InboundMailId]) -> Result<Vec<(InboundMail, Raw)>> {
    let ids: Json = ids.iter().map(|id| id.0).collect();
    let sql = MAILS_WITH_RAW.for_(tx);
    let rows = tx.rows(sql, params![&ids]).await?;
    rows.iter().map(|row| Ok((InboundMail::from_row(row)?, Raw::from_row(row)?))).collect()
}

const CONCLUDE: &str = "UPDATE inbound_mails SET account_id = $2, state = $3, reason = $4, trace = $5, kind = $6, message_id_header = $7, \
     from_address = $8, recipients = $9, subject = $10, search = $11, processed_at = $12, verdicts = COALESCE($13, verdicts) \
     WHERE id = $1 AND state = 'pending'";
/// Keeps what became of a pending mail and what was learnt of it.
///
/// # Errors
/// Storage trouble; [`Error::Conflict`] where it is not pending: what became of it is written already.
pub async fn conclude(tx: &mut Tx<'_>, mail: &InboundMail) -> Result<()> {
    let words = [mail.from_address.as_deref(), mail.subject.as_deref(), mail.message_id_header.as_deref()];
    let words = words.into_iter().flatten().chain(mail.recipients.iter().map(String::as_str));
    let search = words.collect::<Vec<_>>().join(" ").to_lowercase();
    let values = params![
        mail.id,
        mail.account_id,
        mail.state.as_str(),
        &mail.reason,
        &Json::from(mail.trace.clone()),
        mail.kind.as_deref(),
        mail.message_id_header.as_deref(),
        mail.from_address.as_deref(),
        &lower(&mail.recipients),
        mail.subject.as_deref(),
        search,
        mail.processed_at,
        kept(&mail.verdicts)
    ];
    tx.later_one(CONCLUDE, values).await
}

const SET_VERDICTS: &str = "UPDATE inbound_mails SET verdicts = $2 WHERE id = $1";
/// Keeps what SPF, DKIM and DMARC said of a mail, found out after it was processed.
///
/// # Errors
/// Storage trouble.
pub async fn set_verdicts(tx: &mut Tx<'_>, id: InboundMailId, verdicts: &Json) -> Result<()> {
    tx.execute(SET_VERDICTS, params![id, kept(verdicts)]).await.map(|_| ())
}

/// Whose mails a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visible {
    /// All there are: the operator's command line.
    Every,
    /// The account's own, and those of nobody addressed to a host of that name, if it has one to itself.
    Account(AccountId, Option<String>),
    /// The account's own and all those of nobody: it is the only account.
    OnlyAccount(AccountId),
}

const LIST: &str = "SELECT id, account_id, ingress, envelope_from, envelope_to, peer, transport, verdicts, size, state, reason, trace, kind, message_id_header, \
     from_address, recipients, subject, received_at, processed_at FROM inbound_mails \
     WHERE (CAST($1 AS BIGINT) IS NULL OR account_id = $1 OR (account_id IS NULL AND (recipients LIKE $2 ESCAPE '\\' OR envelope_to LIKE $2 ESCAPE '\\'))) \
     AND (CAST($3 AS TEXT) IS NULL OR state = $3) AND search LIKE $4 ESCAPE '\\' AND id < $5 AND id >= $6 ORDER BY id DESC LIMIT $7";
/// A page of the log, the latest first: mails before the id `before`, in that state if one is named, with `words` in
/// sender, recipients, subject or id.
///
/// # Errors
/// Storage trouble.
pub async fn list(
    tx: &mut Tx<'_>,
    visible: &Visible,
    state: Option<InboundState>,
    words: &str,
    before: Option<InboundMailId>,
    limit: i64,
) -> Result<Vec<InboundMail>> {
    let before = before.unwrap_or(InboundMailId(i64::MAX));
    page(tx, visible, state, words, (InboundMailId(0), before), limit).await
}

/// Whether the mail of that id is visible; the mail if it is.
///
/// # Errors
/// Storage trouble.
pub async fn visible(tx: &mut Tx<'_>, visible: &Visible, id: InboundMailId) -> Result<Option<InboundMail>> {
    let range = (id, InboundMailId(id.0.saturating_add(1)));
    Ok(page(tx, visible, None, "", range, 1).await?.pop())
}

async fn page(
    tx: &mut Tx<'_>,
    visible: &Visible,
    state: Option<InboundState>,
    words: &str,
    (from, before): (InboundMailId, InboundMailId),
    limit: i64,
) -> Result<Vec<InboundMail>> {
    let (account, unclaimed) = match visible {
        Visible::Every => (None, String::new()),
        Visible::OnlyAccount(account) => (Some(*account), "%".to_owned()),
        // Lists are JSON, so an address ends with a quotation mark. No list contains the empty pattern.
        Visible::Account(account, host) => {
            (Some(*account), host.as_deref().map(|host| like(&format!("@{host}\""))).unwrap_or_default())
        }
    };
    let values = params![account, unclaimed, state.map(InboundState::as_str), like(words), before, from, limit];
    tx.all(LIST, values).await
}

const PENDING: &str = "SELECT id FROM inbound_mails WHERE state = 'pending' AND received_at < $1 ORDER BY id LIMIT $2";
/// Mails accepted before `time` that nobody has processed.
///
/// # Errors
/// Storage trouble.
pub async fn pending(tx: &mut Tx<'_>, time: Timestamp, limit: i64) -> Result<Vec<InboundMailId>> {
    tx.rows(PENDING, params![time, limit]).await?.iter().map(|row| row.get("id")).collect()
}

const REOPEN: &str =
    "UPDATE inbound_mails SET state = 'pending' WHERE id = $1 AND state IN ('failed', 'held', 'unrouted')";
/// Makes a mail pending again whose cause may have been mended; whether it was such a one.
///
/// # Errors
/// Storage trouble.
pub async fn reopen(tx: &mut Tx<'_>, id: InboundMailId) -> Result<bool> {
    Ok(tx.execute(REOPEN, params![id]).await? > 0)
}

/// JSON as text; SQL NULL for null.
fn kept(json: &Json) -> Option<String> {
    (!json.is_null()).then(|| json.to_string())
}

/// Addresses as a JSON list in lower case, as [`list`] looks through it.
fn lower(addresses: &[String]) -> Json {
    addresses.iter().map(|address| address.to_lowercase()).collect()
}

/// What one mail in a row may have unpacked; more is kept as a blob.
const LARGEST_UNPACKED: usize = 4 << 20;

thread_local! {
    // Made once a thread: making them costs more than packing a mail.
    static PACKER: RefCell<Option<zstd::bulk::Compressor<'static>>> = RefCell::new(zstd::bulk::Compressor::new(1).ok());
    static UNPACKER: RefCell<Option<zstd::bulk::Decompressor<'static>>> =
        RefCell::new(zstd::bulk::Decompressor::new().ok());
}

/// Compresses a mail's bytes for its row.
///
/// # Errors
/// The compressor fails, as it does only without memory.
pub fn pack(bytes: &[u8]) -> Result<Vec<u8>> {
    let packed = PACKER.with_borrow_mut(|packer| packer.as_mut().map(|packer| packer.compress(bytes)));
    packed.and_then(std::result::Result::ok).ok_or(Error::Unit("a mail could not be compressed"))
}

/// The bytes that were [`pack`]ed.
///
/// # Errors
/// They are not such bytes.
pub fn unpack(packed: &[u8]) -> Result<Vec<u8>> {
    let bytes = UNPACKER
        .with_borrow_mut(|unpacker| unpacker.as_mut().map(|unpacker| unpacker.decompress(packed, LARGEST_UNPACKED)));
    let broken = || Error::Column { column: "raw".into(), expected: "zstd" };
    bytes.and_then(std::result::Result::ok).ok_or_else(broken)
}
