//! The settings of an inbox that a provider carries, or of the client API, checked by its kind's table of fields. What
//! not everyone sees is encrypted.

use super::text;
use crate::{
    Desk, House, Outcome, Problem,
    sealing::{self, Purpose},
};
use model::{
    Json,
    channel::{Field, Given, Kind, Shape, Shown},
    inbox::{Channel, Inbox, Messaging, Sealed},
};
use std::collections::BTreeMap;
use store::{Tx, inboxes};

/// The longest setting, in characters; tokens of some providers are long.
const LONGEST: usize = 4096;

/// What is asked, below `channel` or beside it; holds secrets and shows none.
#[derive(Clone, Default)]
pub struct Asked(pub Json);

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asked(…)")
    }
}

/// Settings of a kind that were checked, with the secrets sealed.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    kind: &'static Kind,
    settings: Messaging,
}

/// What is to become of the settings, given what they were.
///
/// # Errors
/// A value makes no sense or is missing; the words name the field.
pub(super) fn check(desk: &Desk, kind: &'static Kind, before: &Messaging, asked: &Asked) -> Outcome<Checked> {
    let mut settings = Messaging { of: kind.name.into(), ..before.clone() };
    let mut clear = in_the_clear(&desk.house, kind, before);
    for field in kind.fields {
        let value = match (asked_for(&asked.0, field.name)?, field.shape) {
            (Some(value), Shape::Drawn) if !value.trim().is_empty() => checked(field, &value)?,
            (_, Shape::Drawn) if !clear.contains_key(field.name) => desk.random.hex_128(),
            (_, Shape::Drawn) => continue,
            (Some(value), _) => checked(field, &value)?,
            (None, Shape::OneOf(choices)) if !clear.contains_key(field.name) => {
                choices.first().copied().unwrap_or_default().to_owned()
            }
            (None, _) => continue,
        };
        if field.shown != Shown::Everyone {
            let sealed = sealing::seal(&desk.house.secret, &*desk.random, Purpose::Channel, &value);
            settings.secrets.insert(field.name.into(), sealed);
        } else {
            settings.fields.insert(field.name.into(), value.clone());
        }
        clear.insert(field.name.into(), value);
    }
    for field in kind.fields.iter().filter(|field| field.required) {
        if clear.get(field.name).is_none_or(String::is_empty) {
            return Err(Problem::invalid(field.name, "must not be empty"));
        }
    }
    settings.key = (kind.key)(&clear).filter(|key| !key.is_empty()).ok_or_else(|| {
        match kind.fields.iter().find(|field| field.required) {
            Some(field) => Problem::Invalid(format!("{}: does not look as it should. {}", field.name, field.help)),
            None => Problem::invalid("channel", "does not look as it should"),
        }
    })?;
    Ok(Checked { kind, settings })
}

/// The settings with their secrets opened.
#[must_use]
pub fn in_the_clear(house: &House, kind: &Kind, settings: &Messaging) -> Given {
    let open = |sealed: &Sealed| sealing::open(&house.secret, Purpose::Channel, sealed).unwrap_or_default();
    let secrets = settings.secrets.iter().map(|(name, sealed)| (name.clone(), open(sealed)));
    let all: BTreeMap<String, String> = settings.fields.clone().into_iter().chain(secrets).collect();
    all.into_iter().filter(|(name, value)| kind.field(name).is_some() && !value.is_empty()).collect()
}

/// The settings in the clear as they would be, unchecked; `None` where nothing is asked of them.
///
/// # Errors
/// A value is no text.
pub fn as_asked(house: &House, kind: &Kind, before: &Messaging, asked: &Asked) -> Outcome<Option<Given>> {
    let mut given = in_the_clear(house, kind, before);
    let mut touched = false;
    for field in kind.fields {
        if let Some(value) = asked_for(&asked.0, field.name)? {
            given.insert(field.name.into(), value.trim().to_owned());
            touched = true;
        }
    }
    Ok(touched.then_some(given))
}

/// What signs `identifier_hash` (reference §3.4); empty where nobody can vouch for people.
#[must_use]
pub fn hmac_token(house: &House, inbox: &Inbox) -> String {
    match &inbox.channel {
        Channel::WebWidget(widget) => widget.hmac_token.clone(),
        Channel::Messaging(messaging) => secret(house, messaging, "hmac_token"),
        Channel::Email(_) => String::new(),
    }
}

/// A setting that is kept encrypted; empty where there is none.
#[must_use]
pub fn secret(house: &House, messaging: &Messaging, name: &str) -> String {
    let sealed = messaging.secrets.get(name);
    sealed.and_then(|sealed| sealing::open(&house.secret, Purpose::Channel, sealed)).unwrap_or_default()
}

/// Draws a setting of our making anew.
pub(super) fn draw_anew(desk: &Desk, messaging: &mut Messaging, name: &str) {
    let sealed = sealing::seal(&desk.house.secret, &*desk.random, Purpose::Channel, &desk.random.hex_128());
    messaging.secrets.insert(name.into(), sealed);
}

impl Checked {
    /// Lets an inbox have these settings, unless another has what names it to the provider.
    ///
    /// # Errors
    /// Another has.
    pub(super) async fn take(&self, tx: &mut Tx<'_>, id: model::ids::InboxId, channel: &mut Channel) -> Outcome<()> {
        let other = inboxes::by_channel_key(tx, self.kind.name, &self.settings.key).await?;
        if other.is_some_and(|other| other.id != id) {
            let first = self.kind.fields.iter().find(|field| field.required).map_or("channel", |field| field.name);
            return Err(Problem::invalid(first, "belongs to another inbox already"));
        }
        *channel = Channel::Messaging(self.settings.clone());
        Ok(())
    }
}

/// What is asked for that field; a dot leads into an object.
fn asked_for(asked: &Json, name: &str) -> Outcome<Option<String>> {
    let value = name.split('.').try_fold(asked, |value, step| value.get(step));
    match value {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(Json::Bool(truth)) => Ok(Some(truth.to_string())),
        Some(Json::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(Problem::invalid(name, "must be text")),
    }
}

fn checked(field: &Field, value: &str) -> Outcome<String> {
    let value = text(field.name, value, LONGEST)?;
    if value.chars().any(char::is_control) {
        return Err(Problem::invalid(field.name, "must not have control characters"));
    }
    if value.is_empty() && !field.required {
        return Ok(value);
    }
    let why = match field.shape {
        Shape::Text | Shape::Drawn => None,
        Shape::Phone if is_phone(&value) => None,
        Shape::Phone => Some("must be a phone number such as +15551234567".to_owned()),
        Shape::Url if is_web_address(&value) => None,
        Shape::Url => Some("must be an http or https address".into()),
        Shape::OneOf(choices) if choices.contains(&value.as_str()) => None,
        Shape::OneOf(choices) => Some(format!("must be one of {}", choices.join(", "))),
        Shape::Truth if ["true", "false"].contains(&value.as_str()) => None,
        Shape::Truth => Some("must be true or false".into()),
        Shape::Number(most) if value.parse().is_ok_and(|number: u32| (1..=most).contains(&number)) => None,
        Shape::Number(most) => Some(format!("must be a whole number from 1 to {most}")),
    };
    match why {
        Some(why) => Err(Problem::Invalid(format!("{}: {why}", field.name))),
        None => Ok(value),
    }
}

fn is_phone(value: &str) -> bool {
    let digits = value.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_web_address(value: &str) -> bool {
    url::Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const fn field(name: &'static str, shape: Shape) -> Field {
        Field { name, label: "", help: "", shown: Shown::Everyone, required: true, shape }
    }

    #[test]
    fn values_are_checked_and_named() {
        let rows = [
            (field("phone_number", Shape::Phone), "0711 123", false),
            (field("phone_number", Shape::Phone), "+4971112345", true),
            (field("webhook_url", Shape::Url), "javascript:alert(1)", false),
            (field("webhook_url", Shape::Url), " https://x.example/hook ", true),
            (field("medium", Shape::OneOf(&["sms", "whatsapp"])), "fax", false),
            (field("human_agent", Shape::Truth), "yes", false),
            (field("hours", Shape::Number(24)), "25", false),
            (field("hours", Shape::Number(24)), "24", true),
            (field("token", Shape::Text), "a\r\nb", false),
        ];
        for (field, value, good) in rows {
            let checked = checked(&field, value);
            assert_eq!(checked.is_ok(), good, "{} {value}", field.name);
            if let Err(problem) = checked {
                assert!(problem.to_string().starts_with(field.name), "{problem}");
            }
        }
    }

    #[test]
    fn a_field_is_found_below_its_object() {
        let asked = json!({"provider_config": {"api_key": "k"}, "port": 3, "list": []});
        assert_eq!(asked_for(&asked, "provider_config.api_key").unwrap().as_deref(), Some("k"));
        assert_eq!(asked_for(&asked, "provider_config.other").unwrap(), None);
        assert_eq!(asked_for(&asked, "port").unwrap().as_deref(), Some("3"));
        assert!(asked_for(&asked, "list").is_err());
    }
}
