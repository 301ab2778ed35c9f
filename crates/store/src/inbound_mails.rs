//! Accepted mails: their bytes and envelope, what became of them, and why. The hash outlives the bytes, so that a mail
//! that comes again is known.

use crate::{
    Error, FromRow, Result, Row, Tx,
    driver::differing::{CONCLUDE_MAIL, MAILS_WITH_RAW},
    params,
    tx::Rows,
};
use model::{
    Json, Timestamp,
    ids::{AccountId, InboundMailId},
    inbound::InboundState,
};
use std::cell::RefCell;

pub(crate) const STATEMENTS: &[&str] =
    &[ACCEPT, ID_OF_HASH, BY_ID, RAW, SET_VERDICTS, PENDING, REOPEN, WITH_BYTES, ERASE, SCRUB, NAMES_BLOB];

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
    /// Whether its bytes are gone.
    pub erased: bool,
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
            erased: false,
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
            erased: row.get::<Option<Timestamp>>("erased_at")?.is_some(),
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
     from_address, recipients, subject, received_at, processed_at, erased_at FROM inbound_mails WHERE id = $1";
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

/// Keeps what became of a pending mail and what was learnt of it.
///
/// # Errors
/// Storage trouble; [`Error::Conflict`] where it is not pending: what became of it is written already.
pub async fn conclude(tx: &mut Tx<'_>, mail: &InboundMail) -> Result<()> {
    let search = search_text(mail);
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
    tx.gather(&CONCLUDE_MAIL, Rows::MustChange, values).await
}

const SET_VERDICTS: &str = "UPDATE inbound_mails SET verdicts = $2 WHERE id = $1";
/// Keeps what SPF, DKIM and DMARC said of a mail, found out after it was processed.
///
/// # Errors
/// Storage trouble.
pub async fn set_verdicts(tx: &mut Tx<'_>, id: InboundMailId, verdicts: &Json) -> Result<()> {
    tx.execute(SET_VERDICTS, params![id, kept(verdicts)]).await.map(|_| ())
}

const PENDING: &str = "SELECT id FROM inbound_mails WHERE state = 'pending' AND received_at < $1 ORDER BY id LIMIT $2";
/// Mails accepted before `time` that nobody has processed.
///
/// # Errors
/// Storage trouble.
pub async fn pending(tx: &mut Tx<'_>, time: Timestamp, limit: i64) -> Result<Vec<InboundMailId>> {
    tx.rows(PENDING, params![time, limit]).await?.iter().map(|row| row.get("id")).collect()
}

const REOPEN: &str = "UPDATE inbound_mails SET state = 'pending' WHERE id = $1 AND state IN ('failed', 'held', 'unrouted') AND erased_at IS NULL";
/// Makes a mail pending again whose cause may have been mended; whether it was such a one. Without its bytes it is not.
///
/// # Errors
/// Storage trouble.
pub async fn reopen(tx: &mut Tx<'_>, id: InboundMailId) -> Result<bool> {
    Ok(tx.execute(REOPEN, params![id]).await? > 0)
}

/// A mail whose bytes are there, as the retention looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub id: InboundMailId,
    /// What became of it.
    pub state: InboundState,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// When it was last processed.
    pub processed_at: Option<Timestamp>,
    /// Size of the mail, bytes.
    pub size: i64,
    /// Where the bytes are, if not in the row.
    pub blob_key: Option<String>,
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        let state: String = row.get("state")?;
        let unknown = || Error::Column { column: "state".into(), expected: "a state of an inbound mail" };
        Ok(Self {
            id: row.get("id")?,
            state: InboundState::parse(&state).ok_or_else(unknown)?,
            received_at: row.get("received_at")?,
            processed_at: row.get("processed_at")?,
            size: row.get("size")?,
            blob_key: row.get("blob_key")?,
        })
    }
}

const WITH_BYTES: &str = "SELECT id, state, received_at, processed_at, size, blob_key FROM inbound_mails WHERE erased_at IS NULL AND id > $1 ORDER BY id LIMIT $2";
/// The mails after `after` whose bytes are there, the oldest first.
///
/// # Errors
/// Storage trouble.
pub async fn with_bytes(tx: &mut Tx<'_>, after: InboundMailId, limit: i64) -> Result<Vec<Kept>> {
    tx.all(WITH_BYTES, params![after, limit]).await
}

const ERASE: &str = "UPDATE inbound_mails SET raw = NULL, blob_key = NULL, erased_at = $2 WHERE id = $1 AND state = $3 AND erased_at IS NULL";
/// Erases the bytes of a mail that is still in `state`; whether it was. A file of its own is the caller's to remove, after
/// the commit.
///
/// # Errors
/// Storage trouble.
pub async fn erase(tx: &mut Tx<'_>, id: InboundMailId, state: InboundState, now: Timestamp) -> Result<bool> {
    tx.erases();
    Ok(tx.execute(ERASE, params![id, now, state.as_str()]).await? > 0)
}

const SCRUB: &str = "UPDATE inbound_mails SET envelope_from = NULL, envelope_to = '[]', peer = NULL, transport = NULL, verdicts = NULL, \
     raw = NULL, blob_key = NULL, erased_at = COALESCE(erased_at, $2), trace = '[]', message_id_header = NULL, from_address = NULL, \
     recipients = '[]', subject = NULL, search = '', reason = $3, \
     state = CASE WHEN state IN ('delivered', 'bounce') THEN state ELSE 'ignored' END WHERE id = $1";
/// Erases everything that the mail said, with everything that names anybody; `reason` is what stays in the log beside
/// the hash. A mail that waited for a decision waits no more.
///
/// # Errors
/// Storage trouble.
pub async fn scrub(tx: &mut Tx<'_>, id: InboundMailId, reason: &str, now: Timestamp) -> Result<()> {
    tx.erases();
    tx.execute(SCRUB, params![id, now, reason]).await.map(|_| ())
}

const NAMES_BLOB: &str = "SELECT id FROM inbound_mails WHERE blob_key = $1 LIMIT 1";
/// Whether a mail's bytes are in that file.
///
/// # Errors
/// Storage trouble.
pub async fn names_blob(tx: &mut Tx<'_>, key: &str) -> Result<bool> {
    Ok(tx.optional_column::<InboundMailId>(NAMES_BLOB, params![key], "id").await?.is_some())
}

/// What a search finds the mail by, in lower case; short enough for an index (PostgreSQL: 2.7 kB an entry).
fn search_text(mail: &InboundMail) -> String {
    const LONGEST: usize = 1_900;
    const LONGEST_WORD: usize = 300;
    let words = [mail.from_address.as_deref(), mail.message_id_header.as_deref(), mail.subject.as_deref()];
    let unnamed = mail.envelope_to.iter().filter(|to| !mail.recipients.contains(to));
    let words = words.into_iter().flatten().chain(mail.recipients.iter().chain(unnamed).map(String::as_str));
    let mut text = String::new();
    for word in words {
        let word: String = word.chars().take(LONGEST_WORD).flat_map(char::to_lowercase).collect();
        if text.len() + word.len() < LONGEST {
            text.push_str(&word);
            text.push(' ');
        }
    }
    text
}

/// JSON as text; SQL NULL for null.
fn kept(json: &Json) -> Option<String> {
    (!json.is_null()).then(|| json.to_string())
}

/// Addresses as a JSON list in lower case, as they are looked through.
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
