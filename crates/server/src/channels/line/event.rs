//! What stands in the events of a post (reference, "Webhook Event Objects"). Only chats with one person count: groups are
//! no conversations with a person.

use crate::channels::place;
use desk::receive_on_channel::{Mark, Media, News, Person, Source, Words};
use model::{Json, Timestamp};
use serde_json::json;

/// Under what a message keeps what quotes it.
pub(super) const QUOTE_TOKEN: &str = "quote_token";
/// What the ids of stickers begin with where we fetch them as files.
pub(super) const STICKER: &str = "sticker:";

/// The events of a post, each by itself and without how it was delivered, so that one that LINE delivers again is the
/// same again. A post that is none stays whole. No events are LINE's question whether we are there.
pub(super) fn apart(body: &str) -> Vec<String> {
    let post: Json = serde_json::from_str(body).unwrap_or_default();
    let Some(events) = post["events"].as_array() else { return vec![body.to_owned()] };
    let alone = |event: &Json| {
        let mut event = event.clone();
        if let Some(event) = event.as_object_mut() {
            event.remove("deliveryContext");
        }
        event.to_string()
    };
    events.iter().map(alone).collect()
}

/// Reads one event.
///
/// # Errors
/// It is no JSON object with a `type`.
pub(super) fn read(body: &str) -> Result<Vec<News>, String> {
    let event: Json = serde_json::from_str(body).map_err(|error| format!("the event is not JSON: {error}"))?;
    let kind = event["type"].as_str().ok_or("the event has no type")?;
    let source = &event["source"];
    let Some(user) = source["userId"].as_str().filter(|_| source["type"] == "user") else { return Ok(Vec::new()) };
    let by = Person { id: user.to_owned(), ..Person::default() };
    let at = event["timestamp"].as_i64().and_then(|time| Timestamp::from_millisecond(time).ok());
    let news = match kind {
        "message" => said(by, &event["message"], at),
        "postback" => pressed(by, &event, at),
        "unsend" => {
            let id = event["unsend"]["messageId"].as_str();
            id.map(|id| News::Told { id: id.to_owned(), mark: Mark::Unsent })
        }
        "follow" => Some(News::Came { by, at }),
        "unfollow" => Some(News::Left { who: by.id, why: "they have blocked the account".into() }),
        _ => None,
    };
    Ok(news.into_iter().collect())
}

fn said(by: Person, message: &Json, at: Option<Timestamp>) -> Option<News> {
    let text = |name: &str| message[name].as_str().map(str::to_owned);
    let id = text("id")?;
    let media: Vec<Media> = media(message, &id).into_iter().collect();
    let words = text("text").or_else(|| place(message));
    if words.is_none() && media.is_empty() {
        return None;
    }
    let mut attributes = json!({});
    if let Some(token) = text("quoteToken") {
        attributes[QUOTE_TOKEN] = json!(token);
    }
    let sticker = message["type"] == "sticker";
    if sticker {
        attributes["sticker"] = json!({
            "package_id": message["packageId"], "sticker_id": message["stickerId"], "keywords": message["keywords"],
        });
    }
    let words = Words {
        text: words,
        media,
        answers: text("quotedMessageId"),
        attributes,
        content_type: if sticker { "sticker" } else { "text" },
    };
    Some(News::Said { by, id, words, at })
}

/// The file of a message.
fn media(message: &Json, id: &str) -> Option<Media> {
    let text = |name: &str| message[name].as_str().map(str::to_owned);
    let (source, name, content_type) = match message["type"].as_str()? {
        "image" => (id.to_owned(), Some("image.jpg".to_owned()), None),
        "video" => (id.to_owned(), Some("video.mp4".to_owned()), None),
        "audio" => (id.to_owned(), Some("audio.m4a".to_owned()), None),
        "file" => (id.to_owned(), text("fileName"), None),
        "sticker" => {
            (format!("{STICKER}{}", text("stickerId")?), Some("sticker.png".to_owned()), Some("image/png".to_owned()))
        }
        _ => return None,
    };
    // What an app of the person's made is not with LINE, but at an address of that app's.
    let provider = &message["contentProvider"];
    let source = match provider["originalContentUrl"].as_str().filter(|_| provider["type"] == "external") {
        Some(url) => Source::Url(url.to_owned()),
        None => Source::Id(source),
    };
    Some(Media { source, name, content_type })
}

/// A place, in words.
fn place(message: &Json) -> Option<String> {
    let (latitude, longitude) = (message["latitude"].as_f64()?, message["longitude"].as_f64()?);
    let named = ["title", "address"].iter().filter_map(|field| message[*field].as_str());
    Some(place::in_words(named, latitude, longitude))
}

/// A button of a menu or a card: its data, and the date where it asked for one.
fn pressed(by: Person, event: &Json, at: Option<Timestamp>) -> Option<News> {
    let data = event["postback"]["data"].as_str().filter(|data| !data.is_empty())?;
    let params = event["postback"]["params"].as_object().into_iter().flatten();
    let params = params.filter_map(|(name, value)| Some(format!("{name}: {}", value.as_str()?)));
    let text = std::iter::once(data.to_owned()).chain(params).collect::<Vec<_>>().join("\n");
    let words = Words { text: Some(text), ..Words::default() };
    Some(News::Said { by, id: event["webhookEventId"].as_str()?.to_owned(), words, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, more: &Json) -> Json {
        let mut event = json!({
            "type": kind, "mode": "active", "timestamp": 1_795_341_600_123_i64, "webhookEventId": "01HEVENT",
            "source": {"type": "user", "userId": "U1"}, "deliveryContext": {"isRedelivery": false},
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            event[name] = value.clone();
        }
        event
    }

    fn one(event: &Json) -> News {
        read(&event.to_string()).unwrap().remove(0)
    }

    #[test]
    fn a_redelivered_event_is_the_same_again() {
        let first = event("follow", &json!({}));
        let mut again = first.clone();
        again["deliveryContext"]["isRedelivery"] = json!(true);
        let post = |events: &[&Json]| apart(&json!({"destination": "U0", "events": events}).to_string());
        assert_eq!(post(&[&first, &first]), [post(&[&again]), post(&[&again])].concat());
        assert_eq!(post(&[]), Vec::<String>::new());
        assert_eq!(apart("nonsense"), ["nonsense"]);
        assert!(read("nonsense").is_err() && read("{}").is_err());
    }

    #[test]
    fn groups_and_other_events_are_passed_over() {
        let group = json!({
            "source": {"type": "group", "groupId": "C1", "userId": "U1"}, "message": {"type": "text", "id": "1", "text": "x"},
        });
        let rows = [event("message", &group), event("join", &json!({})), event("beacon", &json!({}))];
        for row in rows {
            assert_eq!(read(&row.to_string()), Ok(vec![]), "{row}");
        }
    }

    #[test]
    fn places_buttons_and_files_elsewhere_are_understood() {
        let place = json!({"message": {
            "type": "location", "id": "5", "title": "Shop", "address": "Main Street 1", "latitude": 35.5, "longitude": 139.25,
        }});
        let News::Said { words, at, .. } = one(&event("message", &place)) else { panic!("said") };
        let expected = "Shop\nMain Street 1\nhttps://www.openstreetmap.org/?mlat=35.5&mlon=139.25";
        assert_eq!((words.text.as_deref(), at.unwrap().as_millisecond()), (Some(expected), 1_795_341_600_123));
        let button = json!({"postback": {"data": "action=book", "params": {"date": "2026-12-01"}}});
        let News::Said { words, id, .. } = one(&event("postback", &button)) else { panic!("said") };
        assert_eq!((id.as_str(), words.text.as_deref()), ("01HEVENT", Some("action=book\ndate: 2026-12-01")));
        let elsewhere = json!({"message": {"type": "image", "id": "6", "contentProvider": {
            "type": "external", "originalContentUrl": "https://app.example/a.jpg", "previewImageUrl": "https://app.example/p.jpg",
        }}});
        let News::Said { words, .. } = one(&event("message", &elsewhere)) else { panic!("said") };
        assert_eq!(words.media[0].source, Source::Url("https://app.example/a.jpg".into()));
    }
}
