//! What stands in the posts of X: those of the Account Activity API
//! (<https://docs.x.com/x-api/account-activity/introduction>) and of the X Activity API, which wraps the same events
//! (<https://docs.x.com/x-api/activity/event-payloads>). Direct messages count, and who has read or blocked.

use crate::channels::place;
use desk::receive_on_channel::{Media, News, Person, Source, Words};
use model::{Json, Timestamp};
use serde_json::json;

/// Where the files of direct messages are, which want our signature.
const FILE_HOSTS: [&str; 2] = ["ton.twitter.com", "ton.x.com"];

/// For which profile a post is.
pub(super) fn profile(post: &Json) -> Option<&str> {
    post["for_user_id"].as_str().or_else(|| post["data"]["filter"]["user_id"].as_str())
}

/// Reads a post for that profile.
///
/// # Errors
/// It is no JSON object.
pub(super) fn read(own: &str, body: &str) -> Result<Vec<News>, String> {
    let post: Json = serde_json::from_str(body).map_err(|error| format!("the post is not JSON: {error}"))?;
    if !post.is_object() {
        return Err("the post is no object".into());
    }
    let activity = if post["data"].is_object() { &post["data"]["payload"] } else { &post };
    let events = |name: &str| activity[name].as_array().cloned().unwrap_or_default();
    let mut news: Vec<News> = Vec::new();
    news.extend(events("direct_message_events").iter().filter_map(|event| message(own, event, &activity["users"])));
    news.extend(events("direct_message_mark_read_events").iter().filter_map(|event| seen(own, event)));
    news.extend(events("block_events").iter().filter_map(|event| blocked(own, event)));
    Ok(news)
}

fn time(event: &Json) -> Option<Timestamp> {
    let milliseconds = &event["created_timestamp"];
    let milliseconds = milliseconds.as_str().and_then(|text| text.parse().ok()).or_else(|| milliseconds.as_i64())?;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// A person, named by what the post says of its users.
pub(super) fn person(id: &str, users: &Json) -> Person {
    let user = &users[id];
    let user = if user["data"].is_object() { &user["data"] } else { user };
    let handle = [&user["username"], &user["screen_name"]].into_iter().find(|name| name.is_string());
    let handle = handle.cloned().unwrap_or_default();
    let noted = json!({
        "username": handle, "social_twitter_user_id": id, "social_twitter_user_name": handle,
    });
    let name = user["name"].as_str().or_else(|| handle.as_str()).map(str::to_owned);
    Person { id: id.to_owned(), name, phone: None, noted }
}

/// A message, theirs or the profile's own.
fn message(own: &str, event: &Json, users: &Json) -> Option<News> {
    let created = &event["message_create"];
    let (sender, recipient) = (created["sender_id"].as_str()?, created["target"]["recipient_id"].as_str()?);
    let id = event["id"].as_str()?.to_owned();
    let words = words(&created["message_data"]);
    if words.text.is_none() && words.media.is_empty() {
        return None;
    }
    if sender == own {
        return Some(News::Sent { to: person(recipient, users), id, words, marker: None });
    }
    let ours = recipient == own;
    ours.then(|| News::Said { by: person(sender, users), id, words, at: time(event) })
}

fn words(data: &Json) -> Words {
    let attachment = &data["attachment"];
    let file = &attachment["media"];
    let mut text = data["text"].as_str().unwrap_or_default().to_owned();
    // A file stands in the text as a short link, other links as short ones too.
    if let Some(link) = file["url"].as_str() {
        text = text.replace(link, "");
    }
    for link in data["entities"]["urls"].as_array().into_iter().flatten() {
        if let (Some(short), Some(long)) = (link["url"].as_str(), link["expanded_url"].as_str()) {
            text = text.replace(short, long);
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").trim().to_owned();
    let place = &attachment["location"]["shared_coordinate"]["coordinates"]["coordinates"];
    let place = match (place[0].as_f64(), place[1].as_f64()) {
        (Some(longitude), Some(latitude)) => Some(place::in_words([], latitude, longitude)),
        _ => None,
    };
    let lines: Vec<String> = [Some(text), place].into_iter().flatten().filter(|line| !line.is_empty()).collect();
    let chosen = &data["quick_reply_response"]["metadata"];
    Words {
        text: Some(lines.join("\n")).filter(|text| !text.is_empty()),
        media: media(file).into_iter().collect(),
        attributes: if chosen.is_string() { json!({"quick_reply": chosen}) } else { Json::Null },
        ..Words::default()
    }
}

/// The file of a message; of a film the largest of its versions.
fn media(file: &Json) -> Option<Media> {
    let versions = file["video_info"]["variants"].as_array();
    let films = versions.into_iter().flatten().filter(|film| film["content_type"] == "video/mp4");
    let film = films.max_by_key(|film| film["bitrate"].as_i64().unwrap_or_default());
    let (address, name) = match film {
        Some(film) => (film["url"].as_str()?, "video.mp4".to_owned()),
        None => {
            let address = file["media_url_https"].as_str()?;
            (address, address.rsplit('/').next().unwrap_or_default().to_owned())
        }
    };
    let content_type = film.map(|_| "video/mp4".to_owned());
    Some(Media { source: source(address), name: Some(name).filter(|name| !name.is_empty()), content_type })
}

/// Where a file is: at X by its path, where our signature is wanted; else at an address like any other.
fn source(address: &str) -> Source {
    let url = url::Url::parse(address).ok();
    let ours = url.filter(|url| url.scheme() == "https" && url.port().is_none());
    let ours = ours.filter(|url| url.host_str().is_some_and(|host| FILE_HOSTS.contains(&host)));
    ours.map_or_else(|| Source::Url(address.to_owned()), |url| Source::Id(url.path().to_owned()))
}

fn seen(own: &str, event: &Json) -> Option<News> {
    let who = event["sender_id"].as_str().filter(|who| *who != own)?;
    Some(News::ReachedUntil { who: who.to_owned(), until: time(event)?, read: true })
}

fn blocked(own: &str, event: &Json) -> Option<News> {
    let id = |side: &str| event[side]["id"].as_str().map(str::to_owned);
    let who = id("source").filter(|_| id("target").as_deref() == Some(own))?;
    Some(News::Left { who, why: "they have blocked the profile".into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(data: &Json) -> String {
        let created = json!({"sender_id": "2", "target": {"recipient_id": "1"}, "message_data": data});
        let event = json!({"type": "message_create", "id": "9", "created_timestamp": "1795341600123", "message_create": created});
        json!({"for_user_id": "1", "direct_message_events": [event]}).to_string()
    }

    fn said(data: &Json) -> (Words, Option<Timestamp>) {
        let News::Said { words, at, .. } = read("1", &event(data)).unwrap().remove(0) else { panic!("said") };
        (words, at)
    }

    #[test]
    fn links_marks_places_and_choices_are_understood() {
        let link = json!({"url": "https://t.co/a", "expanded_url": "https://shop.example/order?a=1&b=2"});
        let (words, at) = said(&json!({
            "text": "1 &lt; 2 &amp;amp; https://t.co/a", "entities": {"urls": [link]},
            "quick_reply_response": {"type": "options", "metadata": "colour_blue"},
        }));
        assert_eq!(words.text.as_deref(), Some("1 < 2 &amp; https://shop.example/order?a=1&b=2"));
        assert_eq!(
            (&words.attributes["quick_reply"], at.unwrap().as_millisecond()),
            (&json!("colour_blue"), 1_795_341_600_123)
        );
        let (words, _) = said(&json!({"text": "Here", "attachment": {"type": "location", "location": {
            "type": "shared_coordinate",
            "shared_coordinate": {"coordinates": {"type": "Point", "coordinates": [-128.5, 37.75]}},
        }}}));
        assert_eq!(words.text.as_deref(), Some("Here\nhttps://www.openstreetmap.org/?mlat=37.75&mlon=-128.5"));
    }

    #[test]
    fn only_the_providers_own_files_are_fetched_with_our_signature() {
        let of = |address: &str| source(address);
        let path = "/1.1/ton/data/dm/1/2/a.jpg";
        assert_eq!(of(&format!("https://ton.twitter.com{path}")), Source::Id(path.into()));
        assert_eq!(of(&format!("https://ton.x.com{path}")), Source::Id(path.into()));
        for other in [
            "http://ton.twitter.com/a.jpg",
            "https://ton.twitter.com.example/a.jpg",
            "https://ton.twitter.com@evil.example/a.jpg",
            "https://ton.twitter.com:8443/a.jpg",
            "https://video.twimg.com/dm_video/a.mp4",
            "nonsense",
        ] {
            assert_eq!(of(other), Source::Url(other.into()));
        }
    }

    #[test]
    fn of_a_film_the_largest_version_is_taken() {
        let film = |bitrate: i64, url: &str| json!({"content_type": "video/mp4", "bitrate": bitrate, "url": url});
        let list = json!({"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/a.m3u8"});
        let file = json!({
            "type": "video", "url": "https://t.co/v", "media_url_https": "https://pbs.twimg.com/dm_video_preview/a.jpg",
            "video_info": {"variants": [film(320_000, "https://video.twimg.com/s.mp4"), list, film(832_000, "https://video.twimg.com/l.mp4")]},
        });
        let (words, _) = said(&json!({"text": " https://t.co/v", "attachment": {"type": "media", "media": file}}));
        assert_eq!((words.text, words.media.len()), (None, 1));
        assert_eq!(words.media[0].source, Source::Url("https://video.twimg.com/l.mp4".into()));
    }

    #[test]
    fn what_is_not_for_the_profile_is_passed_over() {
        let created = json!({"sender_id": "3", "target": {"recipient_id": "4"}, "message_data": {"text": "x"}});
        let other =
            json!({"direct_message_events": [{"type": "message_create", "id": "9", "message_create": created}]});
        let empty = event(&json!({"text": " "}));
        let typing = json!({"direct_message_indicate_typing_events": [{"sender_id": "2"}]}).to_string();
        let own = json!({"block_events": [{"source": {"id": "1"}, "target": {"id": "2"}}]}).to_string();
        let read_by_us =
            json!({"direct_message_mark_read_events": [{"sender_id": "1", "created_timestamp": "1"}]}).to_string();
        for body in [other.to_string(), empty, typing, own, read_by_us, "{}".into()] {
            assert_eq!(read("1", &body), Ok(vec![]), "{body}");
        }
        assert!(read("1", "nonsense").is_err() && read("1", "[]").is_err());
    }
}
