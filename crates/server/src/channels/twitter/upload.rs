//! Files that agents send: uploaded in pieces before the message that carries them
//! (<https://docs.x.com/x-api/media/quickstart/media-upload-chunked>); a file waits 24 hours for its message.

use super::{
    Wire,
    ask::{Refused, ask, signed},
};
use crate::channels::upload as files;
use desk::send_on_channel::{End, Trouble};
use model::{Json, attachment::Attachment};
use reqwest::{
    Method,
    multipart::{Form, Part as FormPart},
};
use serde_json::json;
use std::time::Duration;

/// The largest film, bytes.
pub(super) const LARGEST_FILM: i64 = 512 * 1000 * 1000;
/// What goes as a file: its media type, what X calls it, and the largest
/// (<https://docs.x.com/x-api/media/quickstart/best-practices>).
const FILES: [(&str, &str, i64); 5] = [
    ("image/jpeg", "dm_image", 5 * 1000 * 1000),
    ("image/png", "dm_image", 5 * 1000 * 1000),
    ("image/webp", "dm_image", 5 * 1000 * 1000),
    ("image/gif", "dm_gif", 15 * 1000 * 1000),
    ("video/mp4", "dm_video", LARGEST_FILM),
];
/// The largest piece, bytes.
const PIECE: usize = 4 * 1024 * 1024;
/// How often we ask whether X has prepared a film, and the longest pause in between, seconds.
const QUESTIONS: usize = 12;
const LONGEST_PAUSE: u64 = 10;

fn row(file: &Attachment) -> Option<&'static str> {
    let row = FILES.iter().find(|(kind, _, largest)| file.content_type == *kind && file.size <= *largest);
    row.map(|(_, category, _)| *category)
}

/// Whether X takes a file.
pub(super) fn takes(file: &Attachment) -> bool {
    row(file).is_some()
}

fn never(words: &str) -> End {
    End::Never(Trouble { code: None, words: words.into() })
}

fn later(words: &str) -> End {
    End::Later(Trouble { code: None, words: words.into() }, None)
}

/// Uploads a file from the blob store; X's id of it.
///
/// # Errors
/// X does not take it, or not now.
pub(super) async fn upload(wire: &Wire, file: &Attachment) -> Result<String, End> {
    let category = row(file).ok_or_else(|| never("X takes no such file"))?;
    let bytes = files::bytes(wire, file).await?;
    let refused = |refused: Refused| refused.end(wire);
    let begun = json!({"media_type": file.content_type, "total_bytes": bytes.len(), "media_category": category});
    let request = signed(wire, &Method::POST, wire.url(&["2", "media", "upload", "initialize"]));
    let request = request.header("content-type", "application/json").body(begun.to_string());
    let begun = ask(wire, request).await.map_err(refused)?;
    let id = begun["data"]["id"].as_str().ok_or_else(|| later("X names no file"))?.to_owned();
    for (n, from) in (0..bytes.len()).step_by(PIECE).enumerate() {
        let piece = bytes.slice(from..bytes.len().min(from + PIECE));
        let form = Form::new().text("segment_index", n.to_string());
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let form = form.part("media", FormPart::stream_with_length(piece, length).file_name("media"));
        let request = signed(wire, &Method::POST, wire.url(&["2", "media", "upload", &id, "append"])).multipart(form);
        ask(wire, request).await.map_err(refused)?;
    }
    let request = signed(wire, &Method::POST, wire.url(&["2", "media", "upload", &id, "finalize"]));
    let mut state = ask(wire, request).await.map_err(refused)?;
    for _ in 0..QUESTIONS {
        match progress(&state) {
            Progress::Ready => return Ok(id),
            Progress::Failed(words) => return Err(never(&words)),
            Progress::AskAgain(pause) => tokio::time::sleep(pause).await,
        }
        let mut url = wire.url(&["2", "media", "upload"]);
        url.query_pairs_mut().append_pair("command", "STATUS").append_pair("media_id", &id);
        state = ask(wire, signed(wire, &Method::GET, url)).await.map_err(refused)?;
    }
    Err(later("X is still preparing the file"))
}

/// How far X is with a file.
#[derive(Debug, PartialEq, Eq)]
enum Progress {
    Ready,
    Failed(String),
    AskAgain(Duration),
}

fn progress(state: &Json) -> Progress {
    let info = &state["data"]["processing_info"];
    match info["state"].as_str() {
        Some("pending" | "in_progress") => {
            let pause = info["check_after_secs"].as_u64().unwrap_or(1).min(LONGEST_PAUSE);
            Progress::AskAgain(Duration::from_secs(pause))
        }
        Some("failed") => {
            let said = info["error"]["message"].as_str().unwrap_or("it says no more");
            Progress::Failed(format!("X could not prepare the file: {said}"))
        }
        _ => Progress::Ready,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_file_is_understood() {
        let of = |info: Json| progress(&json!({"data": {"id": "1", "processing_info": info}}));
        let rows = [
            (Json::Null, Progress::Ready),
            (json!({"state": "succeeded"}), Progress::Ready),
            (json!({"state": "pending", "check_after_secs": 3}), Progress::AskAgain(Duration::from_secs(3))),
            (json!({"state": "in_progress", "check_after_secs": 600}), Progress::AskAgain(Duration::from_secs(10))),
            (json!({"state": "in_progress"}), Progress::AskAgain(Duration::from_secs(1))),
        ];
        for (info, expected) in rows {
            assert_eq!(of(info.clone()), expected, "{info}");
        }
        let failed = of(json!({"state": "failed", "error": {"message": "InvalidMedia"}}));
        assert_eq!(failed, Progress::Failed("X could not prepare the file: InvalidMedia".into()));
    }
}
