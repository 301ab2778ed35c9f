//! What a message says: its text, its files, and in words whatever is neither
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages>, by type).

use crate::channels::place;
use desk::receive_on_channel::{Media, Source, Words};
use model::Json;
use serde_json::json;

/// The types of messages that are a file, with the name that a nameless one gets.
const FILES: [(&str, &str); 6] = [
    ("image", "image"),
    ("video", "video"),
    ("audio", "audio"),
    ("voice", "voice"),
    ("document", "document"),
    ("sticker", "sticker"),
];
/// The ends of the names of files of a media type.
const ENDINGS: [(&str, &str); 9] = [
    ("image/jpeg", ".jpg"),
    ("image/png", ".png"),
    ("image/webp", ".webp"),
    ("video/mp4", ".mp4"),
    ("video/3gpp", ".3gp"),
    ("audio/ogg", ".ogg"),
    ("audio/mp4", ".m4a"),
    ("audio/mpeg", ".mp3"),
    ("application/pdf", ".pdf"),
];

fn text(value: &Json, name: &str) -> Option<String> {
    value[name].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What the message says; `None` where it says nothing.
pub(super) fn of(message: &Json) -> Option<Words> {
    let kind = message["type"].as_str()?;
    let media: Vec<Media> = media(kind, &message[kind]).into_iter().collect();
    let said = match kind {
        "text" => text(&message["text"], "body"),
        "location" => place(&message["location"]),
        "contacts" => contacts(&message["contacts"]),
        "button" => text(&message["button"], "text"),
        "interactive" => chosen(&message["interactive"]),
        "order" => order(&message["order"]),
        _ => text(&message[kind], "caption"),
    };
    let said = if said.is_none() && media.is_empty() { Some(not_passed_on(message)) } else { said };
    let mut attributes = json!({});
    if kind == "contacts" {
        attributes["contact_card"] = json!(true);
    }
    if message["referral"].is_object() {
        attributes["referral"] = message["referral"].clone();
    }
    if message["context"]["referred_product"].is_object() {
        attributes["referred_product"] = message["context"]["referred_product"].clone();
    }
    Some(Words {
        text: said,
        media,
        answers: text(&message["context"], "id"),
        attributes,
        content_type: if kind == "sticker" { "sticker" } else { "text" },
    })
}

fn media(kind: &str, file: &Json) -> Option<Media> {
    let (_, nameless) = FILES.iter().find(|(known, _)| *known == kind)?;
    let content_type = text(file, "mime_type").map(|kind| kind.split(';').next().unwrap_or_default().trim().to_owned());
    let ending = ENDINGS.iter().find(|(known, _)| content_type.as_deref() == Some(*known)).map_or("", |(_, end)| end);
    let name = text(file, "filename").unwrap_or_else(|| format!("{nameless}{ending}"));
    Some(Media { source: Source::Id(text(file, "id")?), name: Some(name), content_type })
}

/// A place.
fn place(location: &Json) -> Option<String> {
    let (latitude, longitude) = (location["latitude"].as_f64()?, location["longitude"].as_f64()?);
    let named = ["name", "address"].iter().filter_map(|field| location[*field].as_str());
    Some(place::in_words(named, latitude, longitude))
}

/// Cards of an address book, one a line.
fn contacts(cards: &Json) -> Option<String> {
    let each = |card: &Json, list: &str, field: &str| {
        let all = card[list].as_array().into_iter().flatten();
        all.filter_map(|one| text(one, field)).collect::<Vec<_>>()
    };
    let line = |card: &Json| {
        let name = text(&card["name"], "formatted_name");
        let parts = name.into_iter().chain(each(card, "phones", "phone")).chain(each(card, "emails", "email"));
        parts.collect::<Vec<_>>().join(", ")
    };
    let lines = cards.as_array()?.iter().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What was chosen: a button, a row of a list, or what was filled in.
fn chosen(interactive: &Json) -> Option<String> {
    if let Some(title) = text(&interactive["button_reply"], "title") {
        return Some(title);
    }
    let row = &interactive["list_reply"];
    if let Some(title) = text(row, "title") {
        let described = text(row, "description");
        return Some([Some(title), described].into_iter().flatten().collect::<Vec<_>>().join("\n"));
    }
    let form: Json = serde_json::from_str(&text(&interactive["nfm_reply"], "response_json")?).ok()?;
    let filled = form.as_object()?.iter().filter(|(name, _)| *name != "flow_token");
    let lines =
        filled.map(|(name, value)| format!("{name}: {}", value.as_str().map_or(value.to_string(), str::to_owned)));
    let lines = lines.collect::<Vec<_>>();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What was ordered from the catalogue, one article a line.
fn order(order: &Json) -> Option<String> {
    let line = |item: &Json| {
        let number = |name: &str| item[name].as_str().map_or_else(|| item[name].to_string(), str::to_owned);
        let price = (number("item_price"), text(item, "currency").unwrap_or_default());
        Some(format!("{} × {}, {} {}", number("quantity"), text(item, "product_retailer_id")?, price.0, price.1))
    };
    let lines = order["product_items"].as_array()?.iter().filter_map(line);
    Some(text(order, "text").into_iter().chain(lines).collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty())
}

/// A message of which WhatsApp says only that there is one.
fn not_passed_on(message: &Json) -> String {
    let error = &message["errors"][0];
    let why = text(&error["error_data"], "details").or_else(|| text(error, "title"));
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    format!("[A message that WhatsApp does not pass on{why}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &Json) -> String {
        of(message).unwrap().text.unwrap()
    }

    #[test]
    fn whatever_is_chosen_or_filled_in_is_readable() {
        let button = json!({"type": "button", "button": {"text": "Yes", "payload": "yes-1"}});
        let reply = json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "No"}}});
        let row = json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {
            "id": "1", "title": "Monday", "description": "from nine",
        }}});
        let form = json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {
            "name": "flow", "body": "Sent", "response_json": r#"{"flow_token": "t", "size": "M", "count": 2}"#,
        }}});
        assert_eq!([said(&button), said(&reply), said(&row)], ["Yes", "No", "Monday\nfrom nine"]);
        let mut lines: Vec<String> = said(&form).lines().map(str::to_owned).collect();
        lines.sort();
        assert_eq!(lines, ["count: 2", "size: M"]);
        let order = json!({"type": "order", "order": {"catalog_id": "1", "text": "Please", "product_items": [
            {"product_retailer_id": "mug-1", "quantity": 2, "item_price": 9.5, "currency": "EUR"},
        ]}});
        assert_eq!(said(&order), "Please\n2 × mug-1, 9.5 EUR");
    }

    #[test]
    fn what_is_not_passed_on_says_why() {
        let errors =
            json!([{"code": 131_051, "title": "Unsupported", "error_data": {"details": "Message type unknown"}}]);
        let message = json!({"type": "unsupported", "errors": errors});
        assert_eq!(said(&message), "[A message that WhatsApp does not pass on: Message type unknown]");
        assert_eq!(said(&json!({"type": "poll"})), "[A message that WhatsApp does not pass on]");
        assert_eq!(said(&json!({"type": "image"})), "[A message that WhatsApp does not pass on]");
        assert_eq!(of(&json!({})), None);
    }

    #[test]
    fn files_have_names_and_types() {
        let voice =
            json!({"type": "audio", "audio": {"id": "9", "mime_type": "audio/ogg; codecs=opus", "voice": true}});
        let file = of(&voice).unwrap().media.remove(0);
        let expected = (Source::Id("9".into()), Some("audio.ogg"), Some("audio/ogg"));
        assert_eq!((file.source, file.name.as_deref(), file.content_type.as_deref()), expected);
    }
}
