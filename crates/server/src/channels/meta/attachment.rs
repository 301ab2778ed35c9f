//! What is attached to a message of Messenger or Instagram: files, which are fetched, and things that are shared, which
//! stand as links below the text.

use crate::channels::place;
use desk::receive_on_channel::{Media, Source};
use model::Json;

/// Stands for what Meta does not hand to apps: polls, vanishing pictures, what is too new (`is_unsupported`).
pub(super) const UNKNOWN: &str = "[something that is not handed on; it can be seen in the app]";

/// Attachments whose address leads to a file of the person's.
const FILES: [&str; 5] = ["image", "video", "audio", "file", "animated_image_share"];

/// What attachments come to.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) media: Vec<Media>,
    /// Nothing but stickers.
    pub(super) sticker: bool,
    lines: Vec<String>,
}

impl Shown {
    /// The text with what is shared below it, unless it stands in the text.
    pub(super) fn below(&self, text: Option<&str>) -> Option<String> {
        let text = text.unwrap_or_default();
        let more = self.lines.iter().map(String::as_str).filter(|line| !text.contains(line));
        let all: Vec<&str> = Some(text).filter(|text| !text.is_empty()).into_iter().chain(more).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    }
}

/// The attachments of a message.
pub(super) fn shown(message: &Json) -> Shown {
    let mut shown = Shown::default();
    let list = message["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
    let sticker = |attachment: &Json| attachment["payload"]["sticker_id"].is_number();
    shown.sticker = !list.is_empty() && list.iter().all(sticker) && message["text"].is_null();
    for attachment in list {
        let (kind, payload) = (attachment["type"].as_str().unwrap_or_default(), &attachment["payload"]);
        match kind {
            _ if FILES.contains(&kind) => shown.media.extend(file(&payload["url"], None)),
            "story_mention" => {
                shown.media.extend(file(&payload["url"], Some("story")));
                shown.lines.push("[mentions you in a story]".into());
            }
            "location" => shown.lines.extend(place(attachment)),
            _ => {
                let elements = ["elements", "product"].map(|field| &payload[field]);
                let elements =
                    elements.into_iter().filter_map(|list| list.as_array().or_else(|| list["elements"].as_array()));
                let elements = elements.flatten();
                for shared in [attachment, payload].into_iter().chain(elements) {
                    shown.lines.extend(link(shared));
                }
            }
        }
    }
    // The same thing may be told twice, in the attachment and in its payload.
    let mut told: Vec<String> = Vec::new();
    for line in std::mem::take(&mut shown.lines) {
        if !told.iter().any(|before| before.contains(&line)) {
            told.push(line);
        }
    }
    shown.lines = told;
    shown
}

/// The file at an address.
pub(super) fn file(url: &Json, name: Option<&str>) -> Option<Media> {
    let url = url.as_str().filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    Some(Media { source: Source::Url(url.to_owned()), name: name.map(str::to_owned), content_type: None })
}

fn place(attachment: &Json) -> Option<String> {
    let at = &attachment["payload"]["coordinates"];
    let (latitude, longitude) = (at["lat"].as_f64()?, at["long"].as_f64()?);
    Some(place::in_words(attachment["title"].as_str(), latitude, longitude))
}

/// Title and address of something shared.
fn link(shared: &Json) -> Option<String> {
    let text = |field: &str| shared[field].as_str().filter(|text| !text.trim().is_empty());
    let url = text("url").or_else(|| text("item_url"));
    match (text("title"), url) {
        (Some(title), Some(url)) => Some(format!("{title}: {url}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(attachment: &Json, text: Option<&str>) -> (Option<String>, usize) {
        let shown = shown(&json!({"attachments": [attachment]}));
        (shown.below(text), shown.media.len())
    }

    #[test]
    fn what_is_shared_stands_as_a_link() {
        let url = "https://shop.example/1";
        let rows = [
            (json!({"type": "share", "payload": {"url": url}}), url),
            (json!({"type": "fallback", "title": "Shop", "url": url, "payload": null}), "Shop: https://shop.example/1"),
            (json!({"type": "fallback", "payload": {"title": "Shop", "url": url}}), "Shop: https://shop.example/1"),
            (
                json!({"type": "ig_reel", "payload": {"reel_video_id": 1, "title": "Reel", "url": url}}),
                "Reel: https://shop.example/1",
            ),
            (json!({"type": "template", "payload": {"product": {"elements": [{"id": "1", "title": "Mug"}]}}}), "Mug"),
            (
                json!({"type": "location", "title": "Here", "payload": {"coordinates": {"lat": 48.5, "long": 9.25}}}),
                "Here\nhttps://www.openstreetmap.org/?mlat=48.5&mlon=9.25",
            ),
        ];
        for (attachment, expected) in rows {
            assert_eq!(text(&attachment, None), (Some(expected.to_owned()), 0), "{attachment}");
        }
        let share = json!({"type": "share", "payload": {"url": url}});
        assert_eq!(text(&share, Some("Look")).0.as_deref(), Some("Look\nhttps://shop.example/1"));
        assert_eq!(text(&share, Some("Look https://shop.example/1")).0.as_deref(), Some("Look https://shop.example/1"));
    }

    #[test]
    fn files_are_fetched_from_web_addresses_alone() {
        let image = |url: &str| json!({"type": "image", "payload": {"url": url}});
        assert_eq!(text(&image("https://cdn.example/1.jpg"), None), (None, 1));
        assert_eq!(text(&image("file:///etc/passwd"), None), (None, 0));
        assert_eq!(text(&json!({"type": "story_mention", "payload": {"url": "https://cdn.example/2"}}), None).1, 1);
        let sticker =
            json!({"attachments": [{"type": "image", "payload": {"url": "https://x.example", "sticker_id": 3}}]});
        assert!(shown(&sticker).sticker);
    }
}
