//! Files of messages.

use super::Frame;
use model::attachment::Attachment as File;
use serde::Serialize;
use utoipa::ToSchema;

/// A file of a message. Its links are signed and expire: fetch them, do not keep them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Attachment {
    /// Row id.
    pub id: i64,
    /// Of which message.
    pub message_id: i64,
    /// `image`, `audio`, `video` or `file`.
    pub file_type: &'static str,
    /// Whose.
    pub account_id: i64,
    /// The name's extension in lower case.
    pub extension: Option<String>,
    /// The name as the sender gave it.
    pub file_name: String,
    /// Media type.
    pub content_type: String,
    /// Where the file is.
    pub data_url: String,
    /// Where a picture of it is; empty where there is none.
    pub thumb_url: String,
    /// Bytes.
    pub file_size: i64,
    /// Width in pixels, where known.
    pub width: Option<i64>,
    /// Height in pixels, where known.
    pub height: Option<i64>,
    /// Stands within the text of a mail (`cid:`), rather than beneath it.
    pub inline: bool,
    /// `Content-ID` without brackets, for `cid:` links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
}

impl Attachment {
    /// The file with links that work from now on for a day or two.
    #[must_use]
    pub fn of(file: &File, frame: Frame<'_>) -> Self {
        let data_url = desk::file_links::link(frame.house, file, desk::file_links::for_api(frame.now));
        let thumb_url = if file.file_type() == "image" { data_url.clone() } else { String::new() };
        Self {
            id: file.id.0,
            message_id: file.message_id.0,
            file_type: file.file_type(),
            account_id: file.account_id.0,
            extension: file.extension(),
            file_name: file.name.clone(),
            content_type: file.content_type.clone(),
            data_url,
            thumb_url,
            file_size: file.size,
            width: None,
            height: None,
            inline: file.inline,
            content_id: file.content_id.clone(),
        }
    }
}
