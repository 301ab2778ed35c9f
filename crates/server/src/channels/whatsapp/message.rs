//! The messages that we send
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages>), and the files that
//! can go with them.

use model::{Json, attachment::Attachment};
use serde_json::json;

/// How a file of a media type goes, and how large it may be, bytes
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media>, "Supported media
/// types"). Files of other types are refused there.
const TAKEN: [(&str, &str, i64); 17] = [
    ("image/jpeg", "image", 5_000_000),
    ("image/png", "image", 5_000_000),
    ("audio/aac", "audio", 16_000_000),
    ("audio/amr", "audio", 16_000_000),
    ("audio/mpeg", "audio", 16_000_000),
    ("audio/mp4", "audio", 16_000_000),
    ("audio/ogg", "audio", 16_000_000),
    ("video/mp4", "video", 16_000_000),
    ("video/3gpp", "video", 16_000_000),
    ("text/plain", "document", LARGEST),
    ("application/pdf", "document", LARGEST),
    ("application/msword", "document", LARGEST),
    ("application/vnd.ms-excel", "document", LARGEST),
    ("application/vnd.ms-powerpoint", "document", LARGEST),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document", LARGEST),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "document", LARGEST),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "document", LARGEST),
];
/// The largest file, bytes.
pub(super) const LARGEST: i64 = 100_000_000;

/// The media type without parameters.
pub(super) fn media_type(file: &Attachment) -> &str {
    file.content_type.split(';').next().unwrap_or_default().trim()
}

/// As what the file goes; `None` where it is not taken.
pub(super) fn goes_as(file: &Attachment) -> Option<&'static str> {
    let row = TAKEN.iter().find(|(known, ..)| *known == media_type(file));
    row.filter(|(.., largest)| file.size <= *largest).map(|(_, kind, _)| *kind)
}

/// Whether a person's id is a phone number, without the plus; what else it may be is an id of theirs within the business
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>).
pub(super) fn is_phone(id: &str) -> bool {
    (7..=15).contains(&id.len()) && id.bytes().all(|digit| digit.is_ascii_digit())
}

/// The frame of a message to that person, as an answer to another where it is one.
fn frame(to: &str, answers: Option<&str>, kind: &str) -> Json {
    let mut message = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "type": kind});
    message[if is_phone(to) { "to" } else { "recipient" }] = json!(to);
    if let Some(id) = answers {
        message["context"] = json!({"message_id": id});
    }
    message
}

/// A text; what the first link in it leads to is shown with it.
pub(super) fn text(to: &str, answers: Option<&str>, words: &str) -> Json {
    let mut message = frame(to, answers, "text");
    let linked = words.contains("https://") || words.contains("http://");
    message["text"] = json!({"preview_url": linked, "body": words});
    message
}

/// A file that has been uploaded.
pub(super) fn media(to: &str, answers: Option<&str>, file: &Attachment, id: &str, caption: Option<&str>) -> Json {
    let kind = goes_as(file).unwrap_or("document");
    let mut message = frame(to, answers, kind);
    message[kind] = json!({"id": id});
    if let Some(words) = caption.filter(|_| kind != "audio") {
        message[kind]["caption"] = json!(words);
    }
    if kind == "document" {
        message[kind]["filename"] = json!(file.name);
    }
    message
}

/// A template as `template_params` says: `{name, language, processed_params}`, the last with `body`, `header` and `buttons`,
/// or the values of the body alone.
///
/// # Errors
/// It lacks its name or its language.
pub(super) fn template(to: &str, params: &Json) -> Result<Json, String> {
    let text = |name: &str| params[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let name = text("name").ok_or("template_params.name: must not be empty")?;
    let language = text("language").ok_or("template_params.language: must not be empty")?;
    let values = &params["processed_params"];
    let whole = ["body", "header", "buttons"].iter().any(|part| !values[*part].is_null());
    let components = if whole {
        let buttons = values["buttons"].as_array().into_iter().flatten().enumerate().filter_map(button);
        component("header", &header(&values["header"]))
            .into_iter()
            .chain(component("body", &body(&values["body"])))
            .chain(buttons)
            .collect()
    } else {
        component("body", &body(values)).into_iter().collect::<Vec<_>>()
    };
    let mut message = frame(to, None, "template");
    message["template"] = json!({
        "name": name, "language": {"policy": "deterministic", "code": language}, "components": components,
    });
    Ok(message)
}

fn component(kind: &str, parameters: &[Json]) -> Option<Json> {
    (!parameters.is_empty()).then(|| json!({"type": kind, "parameters": parameters}))
}

/// The word or number that stands there.
fn filled(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The values of a body: numbered ones in their order, named ones under their names.
fn body(values: &Json) -> Vec<Json> {
    let all = values.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name, filled(value)?)));
    let mut all: Vec<(Option<u32>, &String, String)> =
        all.map(|(name, value)| (name.parse().ok(), name, value)).collect();
    all.sort_by_key(|(number, ..)| *number);
    let parameter = |(number, name, text): (Option<u32>, &String, String)| match number {
        Some(_) => json!({"type": "text", "text": text}),
        None => json!({"type": "text", "parameter_name": name, "text": text}),
    };
    all.into_iter().map(parameter).collect()
}

/// The value of a header: a file at an address, or words.
fn header(values: &Json) -> Vec<Json> {
    let Some(link) = filled(&values["media_url"]) else { return body(values) };
    let kind = values["media_type"].as_str().unwrap_or("image").to_lowercase();
    let mut file = json!({"link": link});
    if let Some(name) = filled(&values["media_name"]).filter(|_| kind == "document") {
        file["filename"] = json!(name);
    }
    let mut parameter = json!({"type": kind});
    parameter[kind.as_str()] = file;
    vec![parameter]
}

/// A button with a value of its own.
fn button((index, button): (usize, &Json)) -> Option<Json> {
    let value = filled(&button["parameter"])?;
    let kind = button["type"].as_str().unwrap_or("url").to_lowercase();
    let parameter = match kind.as_str() {
        "copy_code" => json!({"type": "coupon_code", "coupon_code": value}),
        "quick_reply" => json!({"type": "payload", "payload": value}),
        _ => json!({"type": "text", "text": value}),
    };
    Some(json!({"type": "button", "sub_type": kind, "index": index.to_string(), "parameters": [parameter]}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::{AccountId, AttachmentId, MessageId};

    fn file(content_type: &str, size: i64) -> Attachment {
        Attachment {
            id: AttachmentId(1),
            message_id: MessageId(1),
            account_id: AccountId(1),
            name: "a.bin".into(),
            content_type: content_type.into(),
            size,
            blob_key: String::new(),
            inline: false,
            content_id: None,
        }
    }

    #[test]
    fn files_go_as_what_they_are_up_to_their_limit() {
        let rows = [
            ("image/jpeg", 5_000_000, Some("image")),
            ("image/jpeg", 5_000_001, None),
            ("image/webp", 1, None),
            ("audio/ogg; codecs=opus", 1, Some("audio")),
            ("video/mp4", 16_000_001, None),
            ("application/pdf", 100_000_000, Some("document")),
            ("application/pdf", 100_000_001, None),
            ("application/zip", 1, None),
        ];
        for (content_type, size, expected) in rows {
            assert_eq!(goes_as(&file(content_type, size)), expected, "{content_type} {size}");
        }
    }

    #[test]
    fn a_person_is_called_by_their_number_or_by_their_id() {
        assert_eq!(text("4915112345678", None, "x")["to"], "4915112345678");
        let message = text("US.13491208655302741918", Some("wamid.1"), "see https://a.example");
        assert_eq!((&message["recipient"], &message["to"]), (&json!("US.13491208655302741918"), &Json::Null));
        assert_eq!(message["context"]["message_id"], "wamid.1");
        assert_eq!(message["text"], json!({"preview_url": true, "body": "see https://a.example"}));
        let sound = media("4915112345678", None, &file("audio/aac", 1), "9", Some("words"));
        assert_eq!(sound["audio"], json!({"id": "9"}));
        let paper = media("4915112345678", None, &file("application/pdf", 1), "9", Some("words"));
        assert_eq!(paper["document"], json!({"id": "9", "caption": "words", "filename": "a.bin"}));
    }

    #[test]
    fn a_template_has_the_components_that_its_values_ask_for() {
        let params = json!({"name": "order_update", "language": "en_US", "category": "UTILITY", "processed_params": {
            "header": {"media_url": "https://a.example/b.pdf", "media_type": "DOCUMENT", "media_name": "b.pdf"},
            "body": {"10": "ten", "2": "two", "1": 1, "3": ""},
            "buttons": [{"type": "url", "parameter": "4711"}, {"type": "phone_number"}, {"type": "copy_code", "parameter": "X1"}],
        }});
        let message = template("4915112345678", &params).unwrap();
        let text = |text: &str| json!({"type": "text", "text": text});
        assert_eq!(
            message["template"],
            json!({"name": "order_update", "language": {"policy": "deterministic", "code": "en_US"}, "components": [
                {"type": "header", "parameters": [
                    {"type": "document", "document": {"link": "https://a.example/b.pdf", "filename": "b.pdf"}},
                ]},
                {"type": "body", "parameters": [text("1"), text("two"), text("ten")]},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": [text("4711")]},
                {"type": "button", "sub_type": "copy_code", "index": "2",
                 "parameters": [{"type": "coupon_code", "coupon_code": "X1"}]},
            ]})
        );
        let named = json!({"name": "n", "language": "de", "processed_params": {"body": {"first_name": "Carla"}}});
        assert_eq!(
            template("4915112345678", &named).unwrap()["template"]["components"][0]["parameters"],
            json!([{"type": "text", "parameter_name": "first_name", "text": "Carla"}])
        );
        let flat = json!({"name": "n", "language": "de", "processed_params": {"2": "b", "1": "a"}});
        assert_eq!(
            template("4915112345678", &flat).unwrap()["template"]["components"],
            json!([{"type": "body", "parameters": [text("a"), text("b")]}])
        );
        let bare = json!({"name": "hello_world", "language": "en_US"});
        assert_eq!(template("4915112345678", &bare).unwrap()["template"]["components"], json!([]));
        assert!(template("4915112345678", &json!({"language": "de"})).unwrap_err().starts_with("template_params.name"));
        assert!(template("4915112345678", &json!({"name": "n"})).unwrap_err().starts_with("template_params.language"));
    }
}
