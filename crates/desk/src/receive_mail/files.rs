//! A mail's attachments and inline images into the blob store, before the message that names them.

use super::{Incoming, plan::Part};
use crate::{Desk, Outcome};
use bytes::Bytes;
use model::trust::Verdict;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::attachments::NewAttachment;

/// Keeps every file of a mail that will stand in a conversation. The key follows from mail and place, so that doing it
/// again, after a crash or a conflict, leaves no second file.
///
/// # Errors
/// Storage trouble.
pub(super) async fn keep(desk: &Desk, incoming: &Arc<Incoming>, parts: &[Part]) -> Outcome<Vec<NewAttachment>> {
    let appended = |part: &Part| !matches!(part.verdict.verdict, Verdict::Hold(_));
    if !parts.iter().any(appended) {
        return Ok(Vec::new());
    }
    let mut kept = Vec::new();
    for (place, file) in incoming.read.mail.attachments.iter().enumerate() {
        let named = format!("inbound mail {}, file {place}, {}", incoming.log.id, incoming.log.received_at);
        let blob_key = hex::encode(Sha256::digest(named));
        desk.blobs.put(&blob_key, Bytes::copy_from_slice(&file.bytes)).await?;
        kept.push(NewAttachment {
            name: file.name.clone().unwrap_or_else(|| nameless(place, &file.content_type)),
            content_type: file.content_type.clone(),
            size: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
            blob_key,
            inline: file.inline,
            content_id: file.content_id.clone(),
        });
    }
    Ok(kept)
}

/// A name for a file that has none, with the extension its type usually has.
fn nameless(place: usize, content_type: &str) -> String {
    const EXTENSIONS: &[(&str, &str)] = &[
        ("image/jpeg", "jpg"),
        ("text/plain", "txt"),
        ("text/html", "html"),
        ("message/rfc822", "eml"),
        ("application/octet-stream", "bin"),
        ("text/calendar", "ics"),
    ];
    let known = EXTENSIONS.iter().find(|row| row.0 == content_type).map(|row| row.1);
    let subtype = content_type.split('/').nth(1).unwrap_or("bin");
    let plain = subtype.chars().all(|c| c.is_ascii_alphanumeric()) && subtype.len() <= 5;
    let extension = known.unwrap_or(if plain { subtype } else { "bin" });
    format!("attachment-{}.{extension}", place + 1)
}
