//! What stands in an update (Bot API, `Update`, `Message`). Only private chats count: groups are no conversations with a
//! person.

use crate::channels::place;
use desk::receive_on_channel::{Mark, Media, News, Person, Source, Words};
use model::{Json, Timestamp};
use serde_json::json;

/// The id of a message: Telegram counts them within a chat.
pub(super) fn message_id(chat: &str, id: i64) -> String {
    format!("{chat}/{id}")
}

/// Reads an update.
///
/// # Errors
/// It is no JSON object with an `update_id`.
pub(super) fn read(body: &str) -> Result<Vec<News>, String> {
    let update: Json = serde_json::from_str(body).map_err(|error| format!("the update is not JSON: {error}"))?;
    if !update["update_id"].is_i64() {
        return Err("the update has no update_id".into());
    }
    let news = [
        message(&update["message"]),
        edited(&update["edited_message"]),
        pressed(&update["callback_query"]),
        member(&update["my_chat_member"]),
        reacted(&update["message_reaction"], &update["update_id"]),
    ];
    Ok(news.into_iter().flatten().collect())
}

/// The chat's id, if it is a private one.
fn chat(message: &Json) -> Option<String> {
    let chat = &message["chat"];
    (chat["type"] == "private").then(|| chat["id"].as_i64()).flatten().map(|id| id.to_string())
}

fn person(chat: String, from: &Json) -> Person {
    let text = |name: &str| from[name].as_str().filter(|text| !text.is_empty());
    let name: Vec<&str> = [text("first_name"), text("last_name")].into_iter().flatten().collect();
    let name = if name.is_empty() { text("username").map(str::to_owned) } else { Some(name.join(" ")) };
    let noted = json!({
        "username": from["username"], "language_code": from["language_code"],
        "social_telegram_user_id": from["id"], "social_telegram_user_name": from["username"],
    });
    Person { id: chat, name, phone: None, noted }
}

fn time(seconds: &Json) -> Option<Timestamp> {
    Timestamp::from_second(seconds.as_i64()?).ok()
}

fn message(message: &Json) -> Option<News> {
    let chat = chat(message)?;
    let id = message_id(&chat, message["message_id"].as_i64()?);
    let text = message["text"].as_str().or_else(|| message["caption"].as_str()).map(str::to_owned);
    let media: Vec<Media> = media(message);
    let text = text.or_else(|| in_words(message));
    if text.is_none() && media.is_empty() {
        return None;
    }
    let words = Words {
        text,
        media,
        answers: message["reply_to_message"]["message_id"].as_i64().map(|id| message_id(&chat, id)),
        attributes: Json::Null,
        content_type: if message["sticker"].is_object() { "sticker" } else { "text" },
    };
    Some(News::Said { by: person(chat, &message["from"]), id, words, at: time(&message["date"]) })
}

/// The files of a message; of a photo's sizes the largest.
fn media(message: &Json) -> Vec<Media> {
    let photo = message["photo"].as_array().and_then(|sizes| {
        sizes.iter().max_by_key(|size| size["width"].as_i64().unwrap_or(0) * size["height"].as_i64().unwrap_or(0))
    });
    let kinds = [
        (photo.unwrap_or(&Json::Null), "image/jpeg", "photo.jpg"),
        (&message["animation"], "video/mp4", "animation.mp4"),
        // An animation comes with a document of the same file.
        (if message["animation"].is_object() { &Json::Null } else { &message["document"] }, "", "file"),
        (&message["audio"], "audio/mpeg", "audio.mp3"),
        (&message["voice"], "audio/ogg", "voice.ogg"),
        (&message["video"], "video/mp4", "video.mp4"),
        (&message["video_note"], "video/mp4", "video.mp4"),
        (&message["sticker"], sticker(&message["sticker"]).0, sticker(&message["sticker"]).1),
    ];
    let files = kinds.into_iter().filter_map(|(file, kind, name)| {
        let text = |field: &str| file[field].as_str().map(str::to_owned);
        let kind = text("mime_type").or_else(|| Some(kind.to_owned()).filter(|kind| !kind.is_empty()));
        Some(Media {
            source: Source::Id(text("file_id")?),
            name: Some(text("file_name").unwrap_or_else(|| name.to_owned())),
            content_type: kind,
        })
    });
    files.collect()
}

fn sticker(sticker: &Json) -> (&'static str, &'static str) {
    if sticker["is_video"] == true {
        ("video/webm", "sticker.webm")
    } else if sticker["is_animated"] == true {
        ("application/gzip", "sticker.tgs")
    } else {
        ("image/webp", "sticker.webp")
    }
}

/// What is neither text nor file, in words.
fn in_words(message: &Json) -> Option<String> {
    if let (Some(latitude), Some(longitude)) =
        (message["location"]["latitude"].as_f64(), message["location"]["longitude"].as_f64())
    {
        let named = ["title", "address"].iter().filter_map(|field| message["venue"][*field].as_str());
        return Some(place::in_words(named, latitude, longitude));
    }
    let contact = &message["contact"];
    let phone = contact["phone_number"].as_str()?;
    let names = ["first_name", "last_name"].iter().filter_map(|field| contact[*field].as_str());
    Some(names.chain([phone]).collect::<Vec<_>>().join(" "))
}

fn edited(message: &Json) -> Option<News> {
    let chat = chat(message)?;
    let text = message["text"].as_str().or_else(|| message["caption"].as_str())?;
    Some(News::Told { id: message_id(&chat, message["message_id"].as_i64()?), mark: Mark::Edited(text.to_owned()) })
}

fn pressed(query: &Json) -> Option<News> {
    let chat = chat(&query["message"])?;
    let id = format!("{chat}/callback/{}", query["id"].as_str()?);
    let words = Words { text: query["data"].as_str().map(str::to_owned), ..Words::default() };
    words.text.is_some().then(|| News::Said { by: person(chat, &query["from"]), id, words, at: None })
}

fn member(change: &Json) -> Option<News> {
    let who = chat(change)?;
    match change["new_chat_member"]["status"].as_str()? {
        "kicked" | "left" => Some(News::Left { who, why: "they have blocked the bot".into() }),
        "member" => Some(News::Came { by: person(who, &change["from"]), at: time(&change["date"]) }),
        _ => None,
    }
}

fn reacted(reaction: &Json, update: &Json) -> Option<News> {
    let chat = chat(reaction)?;
    let to = message_id(&chat, reaction["message_id"].as_i64()?);
    let sign = reaction["new_reaction"].as_array().and_then(|signs| signs.last());
    let sign = sign.and_then(|sign| sign["emoji"].as_str()).map(str::to_owned);
    let id = format!("{to}/reaction/{update}");
    Some(News::Reacted { by: person(chat, &reaction["user"]), id, to, sign, at: time(&reaction["date"]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_unknown_updates_are_passed_over() {
        let group =
            json!({"update_id": 1, "message": {"message_id": 1, "text": "x", "chat": {"id": -5, "type": "group"}}});
        assert_eq!(read(&group.to_string()), Ok(vec![]));
        assert_eq!(read(r#"{"update_id": 2, "poll": {}}"#), Ok(vec![]));
        assert!(read("{}").is_err());
        assert!(read("nonsense").is_err());
    }

    #[test]
    fn a_sticker_a_place_and_an_edit_are_understood() {
        let chat = json!({"id": 7, "type": "private"});
        let of = |message: Json| {
            let mut update = json!({"update_id": 1});
            update["message"] = message;
            update["message"]["chat"] = chat.clone();
            update["message"]["message_id"] = json!(4);
            read(&update.to_string()).unwrap().remove(0)
        };
        let News::Said { words, id, .. } = of(json!({"sticker": {"file_id": "f"}})) else { panic!("said") };
        assert_eq!((words.content_type, words.media.len(), id.as_str()), ("sticker", 1, "7/4"));
        let News::Said { words, .. } = of(json!({"location": {"latitude": 48.5, "longitude": 9.25}})) else {
            panic!("said")
        };
        assert_eq!(words.text.as_deref(), Some("https://www.openstreetmap.org/?mlat=48.5&mlon=9.25"));
        let edit = json!({"update_id": 1, "edited_message": {"message_id": 4, "text": "new", "chat": chat}});
        let told = News::Told { id: "7/4".into(), mark: Mark::Edited("new".into()) };
        assert_eq!(read(&edit.to_string()), Ok(vec![told]));
    }
}
