//! What stands in a post
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages>): several changes,
//! of several numbers perhaps, each with several messages, echoes and statuses.

use super::{errors, message::is_phone, words};
use desk::receive_on_channel::{Mark, News, Person, Words};
use model::{Json, Timestamp};
use serde_json::json;

/// The number whose news it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<'n> {
    /// Its id at Meta; empty where it is not known.
    pub(super) id: &'n str,
    /// The number in E.164.
    pub(super) phone: &'n str,
    /// Nothing else is posted to this address.
    pub(super) alone: bool,
}

impl Number<'_> {
    fn is_meant(self, value: &Json) -> bool {
        let about = &value["metadata"];
        match (about["phone_number_id"].as_str(), about["display_phone_number"].as_str()) {
            (Some(id), _) if !self.id.is_empty() => id == self.id,
            (_, Some(phone)) => digits(phone) == digits(self.phone),
            _ => self.alone && value.is_object(),
        }
    }
}

/// The digits of a phone number, however it is written.
pub(super) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// The changes of a post that are about the number, each by itself, so that one that is posted again among others is the
/// same again. A post that has none stays whole.
pub(super) fn apart(body: &str, number: Number<'_>) -> Vec<String> {
    let post: Json = serde_json::from_str(body).unwrap_or_default();
    let Some(entries) = post["entry"].as_array() else { return vec![body.to_owned()] };
    let changes = entries.iter().filter_map(|entry| entry["changes"].as_array()).flatten();
    changes.filter(|change| number.is_meant(&change["value"])).map(Json::to_string).collect()
}

/// Reads one change.
///
/// # Errors
/// It is no JSON object with a `value`.
pub(super) fn read(body: &str) -> Result<Vec<News>, String> {
    let change: Json = serde_json::from_str(body).map_err(|error| format!("the change is not JSON: {error}"))?;
    let value = &change["value"];
    if !value.is_object() {
        return Err("the change has no value".into());
    }
    let each = |name: &str| value[name].as_array().cloned().unwrap_or_default();
    let said = each("messages").into_iter().filter_map(|message| received(value, &message));
    let sent = each("message_echoes").into_iter().filter_map(|message| echoed(&message));
    let told = each("statuses").into_iter().filter_map(|status| told(&status));
    Ok(said.chain(sent).chain(told).collect())
}

fn text(value: &Json, name: &str) -> Option<String> {
    value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn time(message: &Json) -> Option<Timestamp> {
    let seconds = &message["timestamp"];
    Timestamp::from_second(seconds.as_str().and_then(|text| text.parse().ok()).or_else(|| seconds.as_i64())?).ok()
}

/// Who wrote: by their phone number, or, where they keep it to themselves, by their id within the business.
fn author(value: &Json, message: &Json) -> Option<Person> {
    let (phone, user) = (text(message, "from"), text(message, "from_user_id"));
    let is_theirs = |contact: &&Json| {
        phone.is_some() && text(contact, "wa_id") == phone || user.is_some() && text(contact, "user_id") == user
    };
    let contacts = value["contacts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let contact = contacts.iter().find(is_theirs).unwrap_or(&Json::Null);
    let mut by = person(phone, user.or_else(|| text(contact, "user_id")))?;
    by.name = text(&contact["profile"], "name").or_else(|| text(&contact["profile"], "username"));
    if let Some(username) = text(&contact["profile"], "username") {
        by.noted["social_whatsapp_user_name"] = json!(username);
    }
    Some(by)
}

fn person(phone: Option<String>, user: Option<String>) -> Option<Person> {
    let noted = user.as_ref().map_or(json!({}), |user| json!({"social_whatsapp_user_id": user}));
    let id = phone.or(user)?;
    let phone = is_phone(&id).then(|| format!("+{id}"));
    Some(Person { id, name: None, phone, noted })
}

/// What a person did.
fn received(value: &Json, message: &Json) -> Option<News> {
    // Groups are no conversations with a person.
    if message["group_id"].is_string() {
        return None;
    }
    let (by, at) = (author(value, message)?, time(message));
    let id = text(message, "id")?;
    match message["type"].as_str()? {
        "reaction" => {
            let reaction = &message["reaction"];
            Some(News::Reacted { by, id, to: text(reaction, "message_id")?, sign: text(reaction, "emoji"), at })
        }
        "request_welcome" => Some(News::Came { by, at }),
        "system" => moved(&by, &message["system"]),
        "revoke" | "edit" => changed(message),
        _ => Some(News::Said { by, id, words: words::of(message)?, at }),
    }
}

/// A person who has another number or id now is not reached under the one we know.
fn moved(by: &Person, system: &Json) -> Option<News> {
    let from = match system["type"].as_str()? {
        "user_changed_number" | "customer_changed_number" => by.id.clone(),
        "user_changed_user_id" => text(system, "previous_user_id").filter(|_| !is_phone(&by.id))?,
        _ => return None,
    };
    let now = text(system, "wa_id").map(|id| format!("they have another number now, +{id}"));
    Some(News::Left { who: from, why: now.unwrap_or_else(|| "they have another number now".into()) })
}

/// A message was taken back or changed by its author.
fn changed(message: &Json) -> Option<News> {
    let (taken_back, edit) = (&message["revoke"], &message["edit"]);
    if let Some(id) = text(taken_back, "original_message_id") {
        return Some(News::Told { id, mark: Mark::Unsent });
    }
    let mark = Mark::Edited(words::of(&edit["message"])?.text?);
    Some(News::Told { id: text(edit, "original_message_id")?, mark })
}

/// What the business wrote on its phone, where the number is in use there too
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes>).
fn echoed(message: &Json) -> Option<News> {
    match message["type"].as_str()? {
        "revoke" | "edit" => changed(message),
        "reaction" | "system" => None,
        _ => {
            let to = person(text(message, "to"), text(message, "to_user_id"))?;
            let words: Words = words::of(message)?;
            Some(News::Sent { to, id: text(message, "id")?, words, marker: None })
        }
    }
}

/// What became of a message of ours
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status>).
fn told(status: &Json) -> Option<News> {
    if status["recipient_type"] == "group" {
        return None;
    }
    let mark = match status["status"].as_str()? {
        "delivered" => Mark::Delivered,
        "read" | "played" => Mark::Read,
        "failed" => {
            let (trouble, gone) = errors::told(&status["errors"]);
            Mark::Failed { code: trouble.code, words: trouble.words, gone }
        }
        _ => return None,
    };
    Some(News::Told { id: text(status, "id")?, mark })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Number<'static> = Number { id: "106540352242922", phone: "+15550783881", alone: false };

    fn change(value: &Json) -> Vec<News> {
        read(&json!({"field": "messages", "value": value}).to_string()).unwrap()
    }

    fn value(id: &str) -> Json {
        json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550783881", "phone_number_id": id}})
    }

    #[test]
    fn a_post_comes_apart_and_what_is_another_numbers_is_left_out() {
        let of = |id: &str| json!({"field": "messages", "value": value(id)});
        let account = json!({"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}});
        let entries =
            json!([{"id": "1", "changes": [of(OURS.id), of("999"), account]}, {"id": "2", "changes": [of(OURS.id)]}]);
        let post = json!({"object": "whatsapp_business_account", "entry": entries}).to_string();
        assert_eq!(apart(&post, OURS), [of(OURS.id).to_string(), of(OURS.id).to_string()]);
        let by_phone = Number { id: "", ..OURS };
        assert_eq!(apart(&post, by_phone).len(), 3, "without an id the number itself says whose it is");
        assert_eq!(apart(&post, Number { phone: "+4930123456", ..by_phone }).len(), 0);
        assert_eq!(apart(&post, Number { alone: true, ..by_phone }).len(), 4);
        assert_eq!((apart("nonsense", OURS), apart("{}", OURS)), (vec!["nonsense".into()], vec!["{}".into()]));
        assert!(read("nonsense").is_err() && read("{}").is_err() && read(r#"{"entry": 1}"#).is_err());
        assert_eq!(change(&value(OURS.id)), vec![]);
    }

    #[test]
    fn a_person_without_a_number_is_known_by_their_id() {
        let mut value = value(OURS.id);
        value["contacts"] = json!([{"profile": {"name": "Carla", "username": "carla.c"}, "user_id": "DE.1349"}]);
        value["messages"] = json!([
            {"from_user_id": "DE.1349", "id": "wamid.1", "timestamp": "1795341600", "type": "text", "text": {"body": "Hi"}},
            {"from": "4915112345678", "id": "wamid.2", "timestamp": "1795341601", "type": "text", "text": {"body": "Ho"}},
            {"from": "4915112345678", "id": "wamid.3", "group_id": "G1", "type": "text", "text": {"body": "to all"}},
        ]);
        let news = change(&value);
        let News::Said { by, at, .. } = &news[0] else { panic!("said") };
        assert_eq!((by.id.as_str(), by.name.as_deref(), by.phone.as_deref()), ("DE.1349", Some("Carla"), None));
        assert_eq!(by.noted, json!({"social_whatsapp_user_id": "DE.1349", "social_whatsapp_user_name": "carla.c"}));
        assert_eq!(at.unwrap().as_second(), 1_795_341_600);
        let News::Said { by, .. } = &news[1] else { panic!("said") };
        assert_eq!((by.phone.as_deref(), by.name.as_deref()), (Some("+4915112345678"), None), "no name of another's");
        assert_eq!(news.len(), 2, "a group is passed over");
    }

    #[test]
    fn a_changed_number_is_not_reached_any_more() {
        let mut value = value(OURS.id);
        let system = json!({"type": "user_changed_number", "wa_id": "4915199999999", "body": "User Carla changed"});
        value["messages"] = json!([{"from": "4915112345678", "id": "wamid.4", "type": "system", "system": system}]);
        let why = "they have another number now, +4915199999999".to_owned();
        assert_eq!(change(&value), [News::Left { who: "4915112345678".into(), why }]);
        value["messages"][0]["system"] = json!({"type": "user_changed_user_id", "previous_user_id": "DE.1"});
        assert_eq!(change(&value), vec![], "the number holds");
    }

    #[test]
    fn statuses_tell_what_became_of_a_message() {
        let mut value = value(OURS.id);
        let status = |status: &str| json!({"id": "wamid.5", "status": status, "recipient_id": "4915112345678"});
        let group = json!({"id": "wamid.6", "status": "read", "recipient_type": "group"});
        value["statuses"] =
            json!([status("sent"), status("delivered"), status("read"), status("played"), status("warning"), group]);
        let told = |mark| News::Told { id: "wamid.5".into(), mark };
        assert_eq!(change(&value), [told(Mark::Delivered), told(Mark::Read), told(Mark::Read)]);
    }
}
