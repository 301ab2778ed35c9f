//! Uploaded and mailed files, to whoever holds a link that has not expired. They came from strangers: a browser may
//! show raster images in place and must save everything else (contract §9).

use super::problem::Refusal;
use crate::app::App;
use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use model::attachment::Attachment;
use std::fmt::Write as _;
use store::attachments;

/// A file by its signed link.
#[utoipa::path(get, path = "/rails/active_storage/blobs/{key}/{name}", tag = "files",
    params(("key" = String, Path, description = "signed, expiring"), ("name" = String, Path, description = "for people")),
    responses((status = 200, description = "the file"), (status = 404, description = "no such file, or the link has expired")))]
pub(super) async fn file(
    State(app): State<App>,
    Path((key, _name)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let opened = desk::file_links::opens(&app.desk.house.secret, &key, app.desk.now());
    let id = opened.ok_or_else(Refusal::not_found)?;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| attachments::by_id(tx, id).await).await?;
    let file = found.ok_or_else(Refusal::not_found)?;
    let bytes = app.desk.blobs.get(&file.blob_key).await?.ok_or_else(Refusal::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, content_type(&file)),
        (header::CONTENT_DISPOSITION, disposition(&file)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    Ok((headers, bytes).into_response())
}

/// The file's own type where a browser cannot be made to run it; otherwise plain bytes.
fn content_type(file: &Attachment) -> HeaderValue {
    let tame = file.shown_inline()
        || file.content_type.starts_with("audio/")
        || file.content_type.starts_with("video/")
        || matches!(file.content_type.as_str(), "application/pdf" | "text/plain" | "text/csv" | "application/zip");
    let named = HeaderValue::from_str(&file.content_type).ok().filter(|_| tame);
    named.unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// RFC 6266, with the name in UTF-8 (RFC 8187).
fn disposition(file: &Attachment) -> HeaderValue {
    let kind = if file.shown_inline() { "inline" } else { "attachment" };
    let mut name = String::with_capacity(file.name.len());
    for byte in file.name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "%{byte:02X}");
        }
    }
    HeaderValue::try_from(format!("{kind}; filename*=UTF-8''{name}")).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::{AccountId, AttachmentId, MessageId};

    fn file(name: &str, content_type: &str) -> Attachment {
        Attachment {
            id: AttachmentId(1),
            message_id: MessageId(1),
            account_id: AccountId(1),
            name: name.into(),
            content_type: content_type.into(),
            size: 1,
            blob_key: "00".into(),
            inline: false,
            content_id: None,
        }
    }

    #[test]
    fn only_raster_images_are_shown_and_nothing_can_run() {
        let rows = [
            ("a.png", "image/png", "image/png", "inline; filename*=UTF-8''a.png"),
            ("ü b.pdf", "application/pdf", "application/pdf", "attachment; filename*=UTF-8''%C3%BC%20b.pdf"),
            ("x.html", "text/html", "application/octet-stream", "attachment; filename*=UTF-8''x.html"),
            ("x.svg", "image/svg+xml", "application/octet-stream", "attachment; filename*=UTF-8''x.svg"),
            ("a\r\nb\"", "text/plain", "text/plain", "attachment; filename*=UTF-8''a%0D%0Ab%22"),
            ("n", "bad\r\ntype", "application/octet-stream", "attachment; filename*=UTF-8''n"),
        ];
        for (name, given, sent, shown) in rows {
            let file = file(name, given);
            assert_eq!(
                (content_type(&file), disposition(&file)),
                (sent.parse().unwrap(), shown.parse().unwrap()),
                "{name}"
            );
        }
    }
}
