//! What stands in a notification of Messenger or Instagram (Messenger Platform, "Webhook Events Reference"; Instagram
//! Platform, "Webhook Notification Examples"): both write `messaging` events alike, Instagram without delivery marks and
//! with messages taken back. An app that does not hold the conversation gets the same events as `standby`, and the test
//! button of Meta's dashboard sends one of them as `changes`.

use super::attachment;
use desk::receive_on_channel::{Mark, News, Person, Words};
use model::{Json, Timestamp};
use serde_json::json;

/// How the ids of buttons begin whose press has no id of Meta's.
pub(super) const PRESSED: &str = "pressed/";

/// Reads a notification.
///
/// # Errors
/// It is no JSON object with a list of entries that hold lists of events.
pub(in crate::channels) fn read(body: &str) -> Result<Vec<News>, String> {
    let post: Json = serde_json::from_str(body).map_err(|error| format!("the notification is not JSON: {error}"))?;
    let entries = post["entry"].as_array().ok_or("the notification has no list of entries")?;
    let mut news = Vec::new();
    for entry in entries {
        let own = id(&entry["id"]).ok_or("an entry has no id")?;
        for field in ["messaging", "standby", "changes"] {
            let events = match &entry[field] {
                Json::Null => continue,
                Json::Array(events) => events,
                _ => return Err(format!("`{field}` of an entry is no list")),
            };
            for event in events {
                let event = if field == "changes" { &event["value"] } else { event };
                news.extend(read_event(&own, event));
            }
        }
    }
    Ok(news)
}

/// An id: text, or a number in some examples.
fn id(value: &Json) -> Option<String> {
    let id = value.as_str().map(str::to_owned).or_else(|| Some(value.as_u64()?.to_string()))?;
    (!id.is_empty()).then_some(id)
}

/// A time: milliseconds, or seconds as text in tests from the dashboard.
fn time(value: &Json) -> Option<Timestamp> {
    const FIRST_IN_MILLISECONDS: i64 = 100_000_000_000;
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    let seconds = number < FIRST_IN_MILLISECONDS;
    if seconds { Timestamp::from_second(number).ok() } else { Timestamp::from_millisecond(number).ok() }
}

/// An event, and whose it is.
struct Event<'e> {
    json: &'e Json,
    /// The person, whoever of the two has done it.
    person: Person,
    /// It was done by the page or account itself.
    own: bool,
    at: Option<Timestamp>,
}

fn read_event(own: &str, json: &Json) -> Vec<News> {
    let sender = id(&json["sender"]["id"]);
    let by_us = sender.as_deref() == Some(own);
    let Some(who) = (if by_us { id(&json["recipient"]["id"]) } else { sender }) else { return Vec::new() };
    let event =
        Event { json, person: Person { id: who, ..Person::default() }, own: by_us, at: time(&json["timestamp"]) };
    let has = |field: &str| json[field].is_object();
    if has("message") {
        return message(event).into_iter().collect();
    }
    if has("message_edit") {
        return edited(&json["message_edit"]).into_iter().collect();
    }
    // What the page itself does beside writing is no news.
    if by_us {
        return Vec::new();
    }
    if has("postback") {
        pressed(event).into_iter().collect()
    } else if has("reaction") {
        reacted(event).into_iter().collect()
    } else if has("delivery") {
        marks(&event, &json["delivery"], false)
    } else if has("read") {
        marks(&event, &json["read"], true)
    } else if has("referral") || has("optin") {
        vec![News::Came { by: event.person, at: event.at }]
    } else {
        Vec::new()
    }
}

fn message(event: Event<'_>) -> Option<News> {
    let message = &event.json["message"];
    let id = id(&message["mid"])?;
    if message["is_deleted"] == true {
        return Some(News::Told { id, mark: Mark::Unsent });
    }
    let words = words(message);
    Some(if event.own || message["is_echo"] == true {
        let marker = message["metadata"].as_str().map(str::to_owned);
        News::Sent { to: event.person, id, words, marker }
    } else {
        News::Said { by: event.person, id, words, at: event.at }
    })
}

fn words(message: &Json) -> Words {
    let mut shown = attachment::shown(message);
    let mut attributes = json!({});
    let answered = &message["reply_to"];
    if let Some(story) = answered.get("story").filter(|story| story.is_object()) {
        attributes["story"] = story.clone();
        shown.media.extend(attachment::file(&story["url"], Some("story")));
    }
    if message["referral"].is_object() {
        attributes["referral"] = message["referral"].clone();
    }
    let text = message["text"].as_str().or_else(|| message["quick_reply"]["payload"].as_str());
    let text = shown.below(text);
    let nothing = text.is_none() && shown.media.is_empty();
    Words {
        text: if nothing { Some(attachment::UNKNOWN.to_owned()) } else { text },
        media: shown.media,
        answers: id(&answered["mid"]),
        attributes,
        content_type: if shown.sticker { "sticker" } else { "text" },
    }
}

fn edited(edit: &Json) -> Option<News> {
    Some(News::Told { id: id(&edit["mid"])?, mark: Mark::Edited(edit["text"].as_str()?.to_owned()) })
}

fn pressed(event: Event<'_>) -> Option<News> {
    let postback = &event.json["postback"];
    let text = postback["title"].as_str().or_else(|| postback["payload"].as_str())?.to_owned();
    let made = || format!("{PRESSED}{}/{}", event.person.id, event.json["timestamp"]);
    let id = id(&postback["mid"]).unwrap_or_else(made);
    let words = Words { text: Some(text), content_type: "text", ..Words::default() };
    Some(News::Said { by: event.person, id, words, at: event.at })
}

fn reacted(event: Event<'_>) -> Option<News> {
    let reaction = &event.json["reaction"];
    let to = id(&reaction["mid"])?;
    let sign = reaction["emoji"].as_str().or_else(|| reaction["reaction"].as_str());
    let sign = sign.filter(|_| reaction["action"] != "unreact").map(str::to_owned);
    let id = format!("{to}/reaction/{}/{}", event.person.id, event.json["timestamp"]);
    Some(News::Reacted { by: event.person, id, to, sign, at: event.at })
}

/// Messages that arrived or were read: by their ids, and all until the watermark. Instagram names the message that was seen
/// last instead; whoever sees it has seen those before.
fn marks(event: &Event<'_>, told: &Json, read: bool) -> Vec<News> {
    let mark = if read { Mark::Read } else { Mark::Delivered };
    let listed = told["mids"].as_array().into_iter().flatten();
    let ids = listed.chain([&told["mid"]]).filter_map(id);
    let mut news: Vec<News> = ids.map(|id| News::Told { id, mark: mark.clone() }).collect();
    let until = time(&told["watermark"]).or_else(|| event.at.filter(|_| told["mid"].is_string()));
    news.extend(until.map(|until| News::ReachedUntil { who: event.person.id.clone(), until, read }));
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(event: &Json) -> Vec<News> {
        read(&json!({"object": "page", "entry": [{"id": "1", "messaging": [event]}]}).to_string()).unwrap()
    }

    #[test]
    fn what_is_no_notification_is_said_to_be_none_and_unknown_events_are_passed_over() {
        for broken in ["nonsense", "{}", r#"{"entry":[{"id":"1","messaging":"x"}]}"#, r#"{"entry":[{"messaging":[]}]}"#]
        {
            assert!(read(broken).is_err(), "{broken}");
        }
        for (n, event) in [
            json!({"sender": {"id": "7"}, "account_linking": {"status": "linked"}}),
            json!({"recipient": {"id": "1"}, "optin": {"user_ref": "x"}}),
            json!({"sender": {"id": "1"}, "recipient": {"id": "7"}, "read": {"watermark": 1}}),
            json!({"sender": {"id": "7"}, "message": {"text": "without an id"}}),
            json!("nonsense"),
        ]
        .iter()
        .enumerate()
        {
            assert_eq!(of(event), [], "{n}");
        }
    }

    #[test]
    fn a_test_from_the_dashboard_and_a_standby_event_are_read_too() {
        let value = json!({"sender": {"id": "7"}, "recipient": {"id": "1"}, "timestamp": "1527459824",
            "message": {"mid": "m", "text": "hello"}});
        for entry in [
            json!({"id": "1", "changes": [{"field": "messages", "value": value}]}),
            json!({"id": "1", "standby": [value]}),
        ] {
            let news = read(&json!({"entry": [entry]}).to_string()).unwrap();
            let News::Said { by, id, words, at } = &news[0] else { panic!("{news:?}") };
            assert_eq!((by.id.as_str(), id.as_str(), words.text.as_deref()), ("7", "m", Some("hello")));
            assert_eq!(at.map(Timestamp::as_second), Some(1_527_459_824));
        }
    }

    #[test]
    fn marks_name_messages_or_a_watermark() {
        let until = |ms| Timestamp::from_millisecond(ms).unwrap();
        let reached = |ms, read| News::ReachedUntil { who: "7".into(), until: until(ms), read };
        let told = |id: &str, mark| News::Told { id: id.into(), mark };
        let event = |field: &str, value: Json| {
            let mut event =
                json!({"sender": {"id": "7"}, "recipient": {"id": "1"}, "timestamp": 1_795_341_600_000_i64});
            event[field] = value;
            of(&event)
        };
        let delivered = event("delivery", json!({"mids": ["a", "b"], "watermark": 1_795_341_500_000_i64}));
        let marks = [told("a", Mark::Delivered), told("b", Mark::Delivered), reached(1_795_341_500_000, false)];
        assert_eq!(delivered, marks);
        assert_eq!(event("read", json!({"watermark": 1_795_341_500_000_i64})), [reached(1_795_341_500_000, true)]);
        let seen = event("read", json!({"mid": "a"}));
        assert_eq!(seen, [told("a", Mark::Read), reached(1_795_341_600_000, true)]);
    }

    #[test]
    fn buttons_reactions_and_links_are_understood() {
        let event = |field: &str, value: Json| {
            let mut event =
                json!({"sender": {"id": "7"}, "recipient": {"id": "1"}, "timestamp": 1_795_341_600_000_i64});
            event[field] = value;
            of(&event).remove(0)
        };
        let News::Said { id, words, .. } = event("postback", json!({"title": "Start", "payload": "GO"})) else {
            panic!("said")
        };
        assert_eq!((id.as_str(), words.text.as_deref()), ("pressed/7/1795341600000", Some("Start")));
        let quick = json!({"mid": "m", "text": "Red", "quick_reply": {"payload": "RED"}});
        let News::Said { words, .. } = event("message", quick) else { panic!("said") };
        assert_eq!(words.text.as_deref(), Some("Red"));
        let sign = |action: &str| {
            let reaction = json!({"mid": "m", "action": action, "reaction": "love", "emoji": "❤"});
            let News::Reacted { sign, to, .. } = event("reaction", reaction) else { panic!("reacted") };
            assert_eq!(to, "m");
            sign
        };
        assert_eq!((sign("react").as_deref(), sign("unreact")), (Some("❤"), None));
        for field in ["referral", "optin"] {
            assert!(matches!(event(field, json!({"ref": "x"})), News::Came { .. }), "{field}");
        }
        let gone = event("message", json!({"mid": "m", "is_deleted": true}));
        assert_eq!(gone, News::Told { id: "m".into(), mark: Mark::Unsent });
        let edit = event("message_edit", json!({"mid": "m", "text": "better", "num_edit": 1}));
        assert_eq!(edit, News::Told { id: "m".into(), mark: Mark::Edited("better".into()) });
    }
}
