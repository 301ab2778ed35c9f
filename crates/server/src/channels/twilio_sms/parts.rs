//! What of a message goes as what: texts in whole SMS, files as MMS or WhatsApp media where Twilio takes them, templates by
//! their content (<https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>).

use super::{
    super::{Part, Piece, Wire, pieces},
    STATUS, WHATSAPP, is_sid, is_whatsapp,
};
use desk::{file_links, send_on_channel::Errand};
use model::{Json, attachment::Attachment};
use serde_json::json;

/// The largest file of an MMS, bytes (<https://www.twilio.com/docs/messaging/guides/accepted-mime-types>).
pub(super) const MMS_LARGEST: i64 = 5_000_000;
/// The largest file on WhatsApp, bytes (<https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages>).
pub(super) const WHATSAPP_LARGEST: i64 = 16_000_000;
/// The largest picture on WhatsApp, bytes.
const WHATSAPP_LARGEST_PICTURE: i64 = 5_000_000;

/// What goes as MMS, of what we give out under its own type.
const MMS: [&str; 16] = [
    "image/jpeg",
    "image/gif",
    "image/png",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/3gpp",
    "audio/amr",
    "audio/webm",
    "video/mpeg",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/3gpp",
    "application/pdf",
    "text/csv",
];
/// What goes on WhatsApp.
const ON_WHATSAPP: [&str; 9] = [
    "image/jpeg",
    "image/png",
    "audio/mpeg",
    "audio/ogg",
    "audio/amr",
    "audio/3gpp",
    "audio/aac",
    "video/mp4",
    "application/pdf",
];
/// What the numbers begin with that MMS go to: the United States and Canada, Australia
/// (<https://www.twilio.com/docs/messaging/channels/mms>). From elsewhere, files go as links.
const MMS_COUNTRIES: [&str; 2] = ["+1", "+61"];

/// In which pieces a message goes.
pub(super) fn pieces(wire: &Wire, errand: &Errand) -> Vec<Piece> {
    let whatsapp = is_whatsapp(wire);
    let by_mms = goes_by_mms(wire.value("phone_number"), &errand.delivery.to);
    let takes = |file: &Attachment| if whatsapp { on_whatsapp(file) } else { by_mms && in_mms(file) };
    let apart = |piece| match piece {
        // WhatsApp shows words under pictures and films alone.
        Piece::File(file, Some(words)) if whatsapp && !matches!(file.file_type(), "image" | "video") => {
            vec![Piece::Text(words), Piece::File(file, None)]
        }
        piece => vec![piece],
    };
    pieces::taking(wire, errand, takes).into_iter().flat_map(apart).collect()
}

/// Whether MMS go from that number, or from whichever the service chooses, to the other one.
fn goes_by_mms(from: &str, to: &str) -> bool {
    MMS_COUNTRIES.iter().any(|country| to.starts_with(country) && (from.is_empty() || from.starts_with(country)))
}

fn in_mms(file: &Attachment) -> bool {
    file.size <= MMS_LARGEST && MMS.contains(&file.content_type.as_str())
}

fn on_whatsapp(file: &Attachment) -> bool {
    let largest = if file.file_type() == "image" { WHATSAPP_LARGEST_PICTURE } else { WHATSAPP_LARGEST };
    file.size <= largest && ON_WHATSAPP.contains(&file.content_type.as_str())
}

/// The form of a piece.
///
/// # Errors
/// It is a template that names no content.
pub(super) fn form(wire: &Wire, part: &Part<'_>) -> Result<Vec<(&'static str, String)>, String> {
    let address = |number: &str| format!("{}{number}", if is_whatsapp(wire) { WHATSAPP } else { "" });
    let mut form = vec![("To", address(part.to()))];
    match wire.value("phone_number") {
        "" => {}
        number => form.push(("From", address(number))),
    }
    match wire.value("messaging_service_sid") {
        "" => {}
        service => form.push(("MessagingServiceSid", service.to_owned())),
    }
    form.push(("StatusCallback", format!("{}{STATUS}", wire.app.config.frontend_url)));
    match part.piece {
        Piece::Text(words) => form.push(("Body", words.clone())),
        Piece::File(file, words) => {
            form.extend(words.clone().map(|words| ("Body", words)));
            let expiry = file_links::for_mail(wire.app.desk.now());
            form.push(("MediaUrl", file_links::link(&wire.app.desk.house, file, expiry)));
        }
        Piece::Template(template) => {
            let (content, values) = content(template).ok_or("Twilio: the template names no content (HX…)")?;
            form.extend([("ContentSid", content), ("ContentVariables", values)]);
        }
    }
    Ok(form)
}

/// The content of a template (`content_sid`, or its SID as `name`), and the values of its places: `processed_params`, by
/// place, or below `body`.
fn content(template: &Json) -> Option<(String, String)> {
    let sid =
        ["content_sid", "name"].iter().find_map(|field| template[*field].as_str().filter(|sid| is_sid(sid, "HX")))?;
    let given = &template["processed_params"];
    let given = if given["body"].is_object() { &given["body"] } else { given };
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = given.as_object().into_iter().flatten().map(|(place, value)| (place.clone(), json!(text(value))));
    Some((sid.to_owned(), Json::Object(values.collect()).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mms_go_where_there_are_any() {
        let rows = [
            ("+15557122661", "+15551234567", true),
            ("", "+15551234567", true),
            ("+61412345678", "+61487654321", true),
            ("+61412345678", "+15551234567", false),
            ("+4915112345678", "+4917112345678", false),
            ("", "+4917112345678", false),
        ];
        for (from, to, expected) in rows {
            assert_eq!(goes_by_mms(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn a_template_is_its_content_and_its_values() {
        let sid = "HX00000000000000000000000000000001";
        let rows = [
            (
                json!({"content_sid": sid, "name": "order", "processed_params": {"1": "Carla", "2": 7}}),
                r#"{"1":"Carla","2":"7"}"#,
            ),
            (json!({"name": sid, "processed_params": {"body": {"1": "Carla"}}}), r#"{"1":"Carla"}"#),
            (json!({"content_sid": sid}), "{}"),
        ];
        for (template, values) in rows {
            assert_eq!(content(&template), Some((sid.into(), values.into())), "{template}");
        }
        assert_eq!(content(&json!({"name": "order_update"})), None);
    }
}
