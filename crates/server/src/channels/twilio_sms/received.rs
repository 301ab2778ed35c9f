//! What stands in the forms: a person's message (<https://www.twilio.com/docs/messaging/guides/webhook-request>), or what
//! became of one of ours (<https://www.twilio.com/docs/messaging/guides/track-outbound-message-status>).

use super::{WHATSAPP, form::Form, refused};
use crate::channels::place;
use desk::receive_on_channel::{Mark, Media, News, Person, Source, Words};
use model::Json;
use serde_json::json;

/// What people write alone in a message to hear no more, where Twilio does not say itself that it was that
/// (<https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out>).
const STOP: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
/// The most files of a message.
const MOST_FILES: usize = 10;
/// What is noted of a new contact: under which name here, and as what Twilio tells it.
const NOTED: [(&str, &str); 5] = [
    ("from_city", "FromCity"),
    ("from_state", "FromState"),
    ("from_zip_code", "FromZip"),
    ("from_country", "FromCountry"),
    ("wa_id", "WaId"),
];
/// How files end whose type does not say it.
const ENDINGS: [(&str, &str); 7] = [
    ("image/jpeg", "jpg"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("text/plain", "txt"),
    ("text/vcard", "vcf"),
    ("text/x-vcard", "vcf"),
    ("video/quicktime", "mov"),
];

/// Reads a form that was posted for that account.
///
/// # Errors
/// It has no `MessageSid`, or does not say who wrote.
pub(super) fn read(form: &Form, account: &str) -> Result<Vec<News>, String> {
    let id = form.filled("MessageSid").or_else(|| form.filled("SmsSid")).ok_or("the post names no message")?;
    if let Some(status) = form.filled("MessageStatus").filter(|status| status != "received") {
        return Ok(mark(form, &status).map(|mark| News::Told { id, mark }).into_iter().collect());
    }
    let from = form.filled("From").ok_or("the post does not say who wrote")?;
    let by = person(form, &from);
    let who = by.id.clone();
    let text = form.filled("Body").or_else(|| form.filled("ButtonText")).or_else(|| place(form));
    let media = media(form, account);
    let mut news = Vec::new();
    if text.is_some() || !media.is_empty() {
        let words = Words {
            text,
            media,
            answers: form.filled("OriginalRepliedMessageSid"),
            attributes: form.filled("ButtonPayload").map_or(Json::Null, |payload| json!({"button_payload": payload})),
            ..Words::default()
        };
        news.push(News::Said { by, id, words, at: None });
    } else {
        news.push(News::Came { by, at: None });
    }
    if is_opt_out(form, &from) {
        let words = form.get("Body").trim();
        news.push(News::Left {
            who,
            why: format!("they have opted out with {}", if words.is_empty() { "STOP" } else { words }),
        });
    }
    Ok(news)
}

/// Whether the person wants to hear no more. Twilio then takes nothing for them until they write START.
fn is_opt_out(form: &Form, from: &str) -> bool {
    match form.get("OptOutType") {
        "" => {
            let word = form.get("Body").trim().to_uppercase();
            !from.starts_with(WHATSAPP) && STOP.contains(&word.as_str())
        }
        told => told.eq_ignore_ascii_case("STOP"),
    }
}

fn person(form: &Form, from: &str) -> Person {
    let id = from.strip_prefix(WHATSAPP).unwrap_or(from).to_owned();
    // Short codes and names of senders are no phone numbers.
    let phone = id
        .strip_prefix('+')
        .is_some_and(|digits| (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit()));
    let told = NOTED.iter().filter_map(|(name, told)| Some(((*name).to_owned(), json!(form.filled(told)?))));
    Person {
        name: form.filled("ProfileName"),
        phone: phone.then(|| id.clone()),
        noted: Json::Object(told.collect()),
        id,
    }
}

/// The files. Those that are with the account are fetched there, wherever the address says that this is.
fn media(form: &Form, account: &str) -> Vec<Media> {
    let count = form.get("NumMedia").parse().unwrap_or(0_usize).min(MOST_FILES);
    let one = |n: usize| {
        let url = form.filled(&format!("MediaUrl{n}"))?;
        let content_type = form.filled(&format!("MediaContentType{n}")).map(|kind| kind.to_lowercase());
        let name = content_type.as_deref().and_then(|kind| name(kind, n));
        Some(Media { source: kept(&url, account).map_or(Source::Url(url), Source::Id), name, content_type })
    };
    (0..count).filter_map(one).collect()
}

/// What names a file of the account's: its message and itself.
fn kept(url: &str, account: &str) -> Option<String> {
    let path = url.split_once("://")?.1.split_once('/')?.1;
    let steps: Vec<&str> = path.split('/').collect();
    let ["2010-04-01", "Accounts", owner, "Messages", message, "Media", media] = steps.as_slice() else { return None };
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|c| c.is_ascii_alphanumeric());
    (*owner == account && is_id(message) && is_id(media)).then(|| format!("{message}/{media}"))
}

fn name(content_type: &str, n: usize) -> Option<String> {
    let (class, subtype) = content_type.split(';').next()?.trim().split_once('/')?;
    let known = ENDINGS.iter().find(|(kind, _)| content_type.starts_with(kind)).map(|(_, ending)| *ending);
    let ending = known.or_else(|| Some(subtype).filter(|ending| ending.bytes().all(|c| c.is_ascii_alphanumeric())))?;
    Some(format!("{}-{}.{ending}", if class == "application" { "file" } else { class }, n + 1))
}

/// A place, in words.
fn place(form: &Form) -> Option<String> {
    let number = |name: &str| form.get(name).trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let (latitude, longitude) = (number("Latitude")?, number("Longitude")?);
    Some(place::in_words([form.get("Label"), form.get("Address")], latitude, longitude))
}

/// What became of a message of ours; on its way it is no news.
fn mark(form: &Form, status: &str) -> Option<Mark> {
    match status {
        "delivered" => Some(Mark::Delivered),
        "read" => Some(Mark::Read),
        "undelivered" | "failed" => {
            let code = form.filled("ErrorCode");
            let said = form.filled("ErrorMessage").or_else(|| form.filled("ChannelStatusMessage"));
            let (words, gone) = refused::told(code.as_deref(), said);
            Some(Mark::Failed { code, words, gone })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "AC00000000000000000000000000000001";

    fn told(pairs: &[(&str, &str)]) -> Result<Vec<News>, String> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        read(&Form::parse(&body), ACCOUNT)
    }

    fn said(pairs: &[(&str, &str)]) -> Vec<News> {
        told(&[&[("MessageSid", "SM1"), ("From", "+15551234567"), ("To", "+15557122661")], pairs].concat()).unwrap()
    }

    #[test]
    fn who_opts_out_has_said_so_and_gone() {
        type Pairs = &'static [(&'static str, &'static str)];
        let rows: [(Pairs, Option<&str>); 9] = [
            (&[("Body", " Stop ")], Some("they have opted out with Stop")),
            (&[("Body", "unsubscribe")], Some("they have opted out with unsubscribe")),
            (&[("Body", "OptOut")], Some("they have opted out with OptOut")),
            (&[("Body", "ARRET"), ("OptOutType", "STOP")], Some("they have opted out with ARRET")),
            (&[("Body", "Please stop calling")], None),
            (&[("Body", "START"), ("OptOutType", "START")], None),
            (&[("Body", "HELP"), ("OptOutType", "HELP")], None),
            (&[("Body", "unstop")], None),
            (&[("Body", "stop"), ("From", "whatsapp:+15551234567")], Some("they have opted out with stop")),
        ];
        for (pairs, expected) in rows {
            let news = said(pairs);
            assert!(matches!(&news[0], News::Said { .. }), "{pairs:?}");
            let left = news.get(1).map(|news| match news {
                News::Left { who, why } => (who.as_str(), why.as_str()),
                _ => panic!("{news:?}"),
            });
            assert_eq!(left, expected.map(|why| ("+15551234567", why)), "{pairs:?}");
        }
        let whatsapp = [("MessageSid", "SM1"), ("From", "whatsapp:+15551234567"), ("Body", "stop")];
        assert_eq!(told(&whatsapp).unwrap().len(), 1, "there is no such word on WhatsApp");
    }

    #[test]
    fn a_person_is_a_number_whatever_the_medium() {
        let by = |pairs: &[(&str, &str)]| match told(pairs).unwrap().remove(0) {
            News::Said { by, .. } => by,
            other => panic!("{other:?}"),
        };
        let carla = by(&[
            ("MessageSid", "SM1"),
            ("From", "whatsapp:+15551234567"),
            ("ProfileName", "Carla"),
            ("WaId", "15551234567"),
            ("Body", "x"),
        ]);
        let phone = Some("+15551234567".to_owned());
        assert_eq!((carla.id.as_str(), carla.name.as_deref(), carla.phone), ("+15551234567", Some("Carla"), phone));
        assert_eq!(carla.noted, json!({"wa_id": "15551234567"}));
        let short = by(&[("SmsSid", "SM1"), ("From", "12345"), ("FromCity", ""), ("FromState", "CA"), ("Body", "x")]);
        assert_eq!((short.id.as_str(), short.phone, short.noted), ("12345", None, json!({"from_state": "CA"})));
    }

    #[test]
    fn files_of_the_account_are_fetched_there_and_others_as_anybodys() {
        let path = format!("2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1");
        let rows = [
            (format!("https://api.twilio.com/{path}"), Source::Id("MM1/ME1".into())),
            (format!("https://evil.example/{path}"), Source::Id("MM1/ME1".into())),
            (format!("https://api.twilio.com/{path}/../x"), Source::Url(format!("https://api.twilio.com/{path}/../x"))),
            ("https://evil.example/x".into(), Source::Url("https://evil.example/x".into())),
        ];
        for (url, expected) in rows {
            let news = said(&[("NumMedia", "1"), ("MediaUrl0", &url), ("MediaContentType0", "image/jpeg")]);
            let News::Said { words, .. } = &news[0] else { panic!("said") };
            assert_eq!(words.media[0].source, expected, "{url}");
            assert_eq!(words.media[0].name.as_deref(), Some("image-1.jpg"));
        }
        let other =
            "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages/MM1/Media/ME1";
        assert_eq!(kept(other, ACCOUNT), None);
        let names = [
            ("application/pdf", "file-1.pdf"),
            ("text/x-vcard", "text-1.vcf"),
            ("audio/ogg; codecs=opus", "audio-1.ogg"),
        ];
        for (kind, expected) in names {
            assert_eq!(name(kind, 0).as_deref(), Some(expected));
        }
        assert_eq!(name("application/vnd.ms-excel", 0), None);
    }

    #[test]
    fn places_and_buttons_are_understood() {
        let text = |pairs: &[(&str, &str)]| match said(pairs).remove(0) {
            News::Said { words, .. } => (words.text.unwrap_or_default(), words.attributes),
            other => panic!("{other:?}"),
        };
        let place = [("Latitude", "37.5"), ("Longitude", "-122.25"), ("Label", "Shop"), ("Address", "1 Main Street")];
        let expected = "Shop\n1 Main Street\nhttps://www.openstreetmap.org/?mlat=37.5&mlon=-122.25";
        assert_eq!(text(&place).0, expected);
        let button = text(&[("ButtonText", "Book"), ("ButtonPayload", "book-1")]);
        assert_eq!(button, ("Book".into(), json!({"button_payload": "book-1"})));
        assert!(matches!(said(&[]).as_slice(), [News::Came { .. }]));
    }

    #[test]
    fn what_became_of_a_message_is_told() {
        let mark = |status: &str, code: &str| {
            let news = told(&[("MessageSid", "SM1"), ("MessageStatus", status), ("ErrorCode", code)]).unwrap();
            news.into_iter().next().map(|news| match news {
                News::Told { id, mark } if id == "SM1" => mark,
                other => panic!("{other:?}"),
            })
        };
        for on_its_way in ["accepted", "queued", "sending", "sent"] {
            assert_eq!(mark(on_its_way, ""), None);
        }
        assert_eq!((mark("delivered", ""), mark("read", "")), (Some(Mark::Delivered), Some(Mark::Read)));
        let rows = [
            ("30005", "Twilio: the number is unknown, or no longer in service", true),
            ("30007", "Twilio: the carrier has filtered it", false),
        ];
        for (code, words, gone) in rows {
            let expected = Mark::Failed { code: Some(code.into()), words: words.into(), gone };
            assert_eq!(mark("undelivered", code), Some(expected));
        }
        assert!(told(&[("From", "+15551234567"), ("Body", "x")]).is_err());
        assert!(told(&[("MessageSid", "SM1"), ("Body", "x")]).is_err());
    }
}
