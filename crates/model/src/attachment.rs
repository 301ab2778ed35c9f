//! A file attached to a message; its bytes lie in the blob store.

use crate::ids::{AccountId, AttachmentId, MessageId};

/// A file attached to a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Row id.
    pub id: AttachmentId,
    /// Of which message.
    pub message_id: MessageId,
    /// Whose.
    pub account_id: AccountId,
    /// File name as the sender gave it, without path.
    pub name: String,
    /// Media type as the sender gave it, lower case.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Key in the blob store.
    pub blob_key: String,
    /// Shown within the text of a mail rather than beneath it.
    pub inline: bool,
    /// `Content-ID` without brackets, for `cid:` links.
    pub content_id: Option<String>,
}

impl Attachment {
    /// `image`, `audio`, `video` or `file`, as the API's `file_type`.
    #[must_use]
    pub fn file_type(&self) -> &'static str {
        match self.content_type.split('/').next() {
            Some("image") if self.shown_inline() => "image",
            Some("audio") => "audio",
            Some("video") => "video",
            _ => "file",
        }
    }

    /// Whether a browser may show it in place: raster images only; everything else downloads.
    #[must_use]
    pub fn shown_inline(&self) -> bool {
        matches!(
            self.content_type.as_str(),
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp"
        )
    }

    /// The name's extension in lower case, if it has one.
    #[must_use]
    pub fn extension(&self) -> Option<String> {
        let (stem, extension) = self.name.rsplit_once('.')?;
        (!stem.is_empty() && !extension.is_empty()).then(|| extension.to_ascii_lowercase())
    }
}
