//! Files of agents on their way to a provider, from the blob store.

use super::Wire;
use bytes::Bytes;
use desk::send_on_channel::{End, Trouble};
use model::{Json, attachment::Attachment};
use reqwest::multipart::{Form, Part};

/// The file itself.
///
/// # Errors
/// The store is away, or has it no more.
pub(super) async fn bytes(wire: &Wire, file: &Attachment) -> Result<Bytes, End> {
    let trouble = |words: &str| Trouble { code: None, words: words.to_owned() };
    let read = wire.app.desk.blobs.get(&file.blob_key).await;
    let read = read.map_err(|_| End::Later(trouble("the file store is away"), None))?;
    read.ok_or_else(|| End::Never(trouble("the file is gone")))
}

/// The file as a part of a form (RFC 7578), of that media type; as plain bytes where that is none.
///
/// # Errors
/// As [`bytes`].
pub(super) async fn part(wire: &Wire, file: &Attachment, media_type: &str) -> Result<Part, End> {
    let bytes = bytes(wire, file).await?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let of = |kind: &str| Part::stream_with_length(bytes.clone(), length).file_name(file.name.clone()).mime_str(kind);
    let part = of(media_type).or_else(|_| of("application/octet-stream"));
    part.map_err(|error| End::Never(Trouble { code: None, words: error.to_string() }))
}

/// A form with the values of a JSON object: texts as they are, everything else as JSON.
pub(super) fn form(values: &Json) -> Form {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = values.as_object().into_iter().flatten();
    values.fold(Form::new(), |form, (name, value)| form.text(name.clone(), text(value)))
}
