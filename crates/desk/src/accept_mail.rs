//! Accepting a mail: bytes and envelope are committed, with the job that will route it, before anyone is told that we
//! have it (contract §6.1). Nothing is parsed here.

use crate::{Desk, Outcome, Problem};
use bytes::Bytes;
use mail::verdict::Verdicts;
use model::{
    Json,
    ids::{InboundMailId, InboxId},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use store::{
    Tx,
    inbound_mails::{self, NewInbound, Raw},
    jobs::{self, Lane, NewJob},
};

/// The job that routes an accepted mail; its payload is `{"id": <inbound mail>}`.
pub const ROUTE_MAIL: &str = "route_mail";

/// The largest mail, bytes.
pub const LARGEST: usize = 50 * 1024 * 1024;

/// Mails up to this size lie in the database, larger ones in the blob store.
const LARGEST_IN_ROW: usize = 256 * 1024;

/// Mails up to this size are hashed and packed in less time than it takes to hand them to another thread.
const SOON_HASHED: usize = 64 * 1024;

/// What is known of a mail besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    /// Which ingress took it: `relay`, `sandbox`, …
    pub ingress: String,
    /// Envelope sender, where the ingress knows it.
    pub from: Option<String>,
    /// Envelope recipients, where the ingress knows them.
    pub to: Vec<String>,
    /// Who handed it over: an IP address.
    pub peer: Option<String>,
    /// How many bytes at its beginning are trace lines of our own server (RFC 5321 §4.4). They differ each time a mail is
    /// handed over, so they do not count when it comes again.
    pub traced: usize,
    /// What else is known of how it came.
    pub transport: Transport,
}

/// What an ingress knows of a mail's transport beyond the envelope; what it does not know is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Transport {
    /// What the SMTP client called itself in HELO, EHLO or LHLO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helo: Option<String>,
    /// The SMTP client's address, where it is the sender's own server that spoke to us: what SPF is about. Never that of a
    /// relay or a provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<IpAddr>,
    /// What the provider that took the mail said of SPF, DKIM and DMARC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdicts: Option<Verdicts>,
    /// The inbox it was fetched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox: Option<InboxId>,
}

impl Transport {
    /// As it is kept; null where nothing is known.
    fn to_json(&self) -> Json {
        if *self == Self::default() { Json::Null } else { json!(self) }
    }

    /// What was kept; nothing where that cannot be read.
    #[must_use]
    pub fn from_json(kept: &Json) -> Self {
        Self::deserialize(kept).unwrap_or_default()
    }
}

/// A mail that is ours from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its place in the inbound log.
    pub id: InboundMailId,
    /// Whether it came for the first time; otherwise nothing was done.
    pub new: bool,
}

/// Keeps the mail and lets it be routed; the same bytes for the same recipients only once.
///
/// # Errors
/// It is too large, or storage trouble: then it is not ours, and the sender has to keep it.
pub async fn accept(desk: &Desk, envelope: Envelope, raw: Bytes) -> Outcome<Accepted> {
    if raw.len().saturating_sub(envelope.traced) > LARGEST {
        return Err(Problem::Invalid(format!("the mail is larger than {} MiB", LARGEST >> 20)));
    }
    let (hash, packed) = digest(&envelope, &raw).await?;
    let size = i64::try_from(raw.len()).unwrap_or(i64::MAX);
    let kept = match packed {
        Some(packed) => Raw::Row(packed),
        None => {
            let known = hash.clone();
            let known: Option<InboundMailId> =
                desk.db.read(async move |tx| inbound_mails::id_of_hash(tx, &known).await).await?;
            if let Some(id) = known {
                return Ok(Accepted { id, new: false });
            }
            // Named by its hash, so that a mail that comes twice at the same time leaves one file.
            desk.blobs.put(&hash, raw).await?;
            Raw::Blob(hash.clone())
        }
    };
    let Envelope { ingress, from: envelope_from, to: envelope_to, peer, transport, .. } = envelope;
    let transport = transport.to_json();
    let new = NewInbound { hash, ingress, envelope_from, envelope_to, peer, transport, raw: kept, size };
    let now = desk.now();
    desk.db
        .write_together(async move |tx| {
            if let Some(id) = inbound_mails::accept(tx, &new, now).await? {
                enqueue(tx, id, now).await?;
                return Ok(Accepted { id, new: true });
            }
            let id = inbound_mails::id_of_hash(tx, &new.hash).await?;
            Ok(Accepted { id: id.ok_or(Problem::NotFound("mail"))?, new: false })
        })
        .await
}

/// Enqueues the job that routes the mail; of several waiting ones there is one.
///
/// # Errors
/// Storage trouble.
pub async fn enqueue(tx: &mut Tx<'_>, id: InboundMailId, now: model::Timestamp) -> store::Result<()> {
    let job = NewJob { kind: ROUTE_MAIL, payload: json!({"id": id}), unique_key: Some(id.to_string()), run_at: now };
    jobs::enqueue_in(tx, Lane::Bulk, &job, now).await
}

/// The hash of bytes and recipients, and the compressed bytes of a small mail.
async fn digest(envelope: &Envelope, raw: &Bytes) -> Outcome<(String, Option<Vec<u8>>)> {
    let (mut to, raw, traced) = (envelope.to.clone(), raw.clone(), envelope.traced);
    // A mail in the mailboxes of two inboxes is for both.
    to.extend(envelope.transport.inbox.map(|inbox| format!("inbox {inbox}")));
    if raw.len() <= SOON_HASHED {
        return Ok(digest_of(to, &raw, traced)?);
    }
    let done = tokio::task::spawn_blocking(move || digest_of(to, &raw, traced)).await;
    Ok(done.map_err(|_| store::Error::Unit("hashing a mail panicked"))??)
}

fn digest_of(mut to: Vec<String>, raw: &[u8], traced: usize) -> store::Result<(String, Option<Vec<u8>>)> {
    to.iter_mut().for_each(|address| *address = address.to_lowercase());
    to.sort_unstable();
    to.dedup();
    let mut hash = Sha256::new();
    for address in &to {
        hash.update(address.as_bytes());
        hash.update([0]);
    }
    // A NUL before the bytes, so that no mail can pose as another with a recipient more.
    hash.update([0]);
    hash.update(raw.get(traced..).unwrap_or_default());
    let small = raw.len() <= LARGEST_IN_ROW;
    let packed = small.then(|| inbound_mails::pack(raw)).transpose()?;
    Ok((hex::encode(hash.finalize()), packed))
}
