//! Channels: what kinds there are, an inbox's settings for one, how it is doing, and what it takes now.

use super::Frame;
use desk::{House, edit_inbox::in_the_clear};
use model::{
    Json, Timestamp,
    channel::{
        Capabilities as Able, Continuity, Field as Row, Given, Kind as KindRow, Shape, Shown, Standing, standing,
    },
    contact::ContactInbox,
    inbox::{Inbox, Messaging},
};
use serde::Serialize;
use serde_json::{Map, json};
use store::channel_health::Health as HealthRow;
use utoipa::ToSchema;

/// A kind of channel, with what its set-up page needs.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Kind {
    /// `channel.type`.
    #[serde(rename = "type")]
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// `Channel::Telegram`, …
    pub channel_type: String,
    /// Whether the fields and steps make its set-up page.
    pub carried: bool,
    /// Its settings, in the order of the page.
    pub fields: Vec<Field>,
    /// What to do at the provider, one step a line; `{webhook}` stands for the address of the webhook.
    pub steps: Vec<&'static str>,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Field {
    /// Its name; a dot leads into an object.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Where to find it.
    pub help: &'static str,
    /// It is never shown.
    pub secret: bool,
    /// It must be given.
    pub required: bool,
    /// `text`, `phone`, `url`, `choice`, `truth`, `number`, or `drawn`: made by us.
    pub shape: &'static str,
    /// What there is to choose from.
    pub choices: Vec<&'static str>,
}

impl Kind {
    /// The kind as it is shown.
    #[must_use]
    pub fn of(kind: &'static KindRow, carried: bool) -> Self {
        let messaging = Messaging { of: kind.name.into(), ..Messaging::default() };
        Self {
            name: kind.name,
            title: kind.title,
            channel_type: model::inbox::Channel::Messaging(messaging).class(),
            carried,
            fields: kind.fields.iter().map(Field::of).collect(),
            steps: kind.steps.to_vec(),
        }
    }
}

impl Field {
    fn of(field: &Row) -> Self {
        let (shape, choices) = match field.shape {
            Shape::Text => ("text", Vec::new()),
            Shape::Phone => ("phone", Vec::new()),
            Shape::Url => ("url", Vec::new()),
            Shape::OneOf(choices) => ("choice", choices.to_vec()),
            Shape::Truth => ("truth", Vec::new()),
            Shape::Number(_) => ("number", Vec::new()),
            Shape::Drawn => ("drawn", Vec::new()),
        };
        Self {
            name: field.name,
            label: field.label,
            help: field.help,
            secret: field.shown == Shown::Nobody,
            required: field.required,
            shape,
            choices,
        }
    }
}

/// What an inbox has that someone else carries.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Carried {
    /// Its settings, as its kind names them; of secrets only whether there is one, as `…_set`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub settings: Map<String, Json>,
    /// The address of its webhook, where it has one.
    pub callback_webhook_url: Option<String>,
    /// What it can do.
    pub capabilities: Capabilities,
    /// How it is doing; to administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
}

/// What a channel can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Capabilities {
    /// Seconds after the person's latest message in which replies are taken; always where null.
    pub reply_window: Option<i64>,
    /// The longest text that goes as one message.
    pub text_limit: usize,
    /// The largest file, bytes; 0 where it takes none.
    pub largest_file: i64,
    /// Whether the provider tells that a message has arrived.
    pub tells_delivered: bool,
    /// Whether it tells that it was read.
    pub tells_read: bool,
    /// Templates agreed with the provider go out at any time.
    pub templates: bool,
}

/// How a channel is doing; times in epoch seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Health {
    /// When the provider last posted to the webhook.
    pub last_webhook_at: Option<i64>,
    /// When it last took a message.
    pub last_sent_at: Option<i64>,
    /// When it was last told where the webhook is.
    pub registered_at: Option<i64>,
    /// When something last failed.
    pub last_error_at: Option<i64>,
    /// What, in words.
    pub last_error: Option<String>,
}

impl From<HealthRow> for Health {
    fn from(row: HealthRow) -> Self {
        let seconds = |time: Option<Timestamp>| time.map(Timestamp::as_second);
        Self {
            last_webhook_at: seconds(row.heard_at),
            last_sent_at: seconds(row.sent_at),
            registered_at: seconds(row.registered_at),
            last_error_at: seconds(row.failed_at),
            last_error: row.failure,
        }
    }
}

impl From<Able> for Capabilities {
    fn from(able: Able) -> Self {
        Self {
            reply_window: able.window.map(|window| window.open.max(window.tagged).as_secs()),
            text_limit: able.text.most,
            largest_file: able.files.largest,
            tells_delivered: able.marks.delivered,
            tells_read: able.marks.read,
            templates: able.templates,
        }
    }
}

impl Carried {
    /// What an inbox has, if someone else carries it.
    #[must_use]
    pub fn of(inbox: &Inbox, house: &House, administrator: bool) -> Option<Self> {
        let messaging = inbox.messaging()?;
        let kind = house.kind(&messaging.of)?;
        let clear = if administrator { in_the_clear(house, kind, messaging) } else { Given::new() };
        let mut settings = Map::new();
        for field in kind.fields {
            match field.shown {
                Shown::Nobody => {
                    let set = messaging.secrets.get(field.name).is_some_and(model::inbox::Sealed::is_set);
                    put(&mut settings, &format!("{}_set", field.name), json!(set));
                }
                Shown::Administrators if !administrator => {}
                Shown::Administrators => {
                    let text = clear.get(field.name).map_or("", String::as_str);
                    put(&mut settings, field.name, value(field.shape, text));
                }
                Shown::Everyone => put(&mut settings, field.name, value(field.shape, messaging.field(field.name))),
            }
        }
        let webhook = (kind.webhook)(messaging);
        Some(Self {
            settings,
            callback_webhook_url: webhook.map(|path| format!("{}{path}", house.frontend_url)),
            capabilities: (kind.able)(messaging).into(),
            health: None,
        })
    }
}

fn value(shape: Shape, text: &str) -> Json {
    match shape {
        Shape::Truth => json!(text == "true"),
        Shape::Number(_) => text.parse::<u32>().map_or(Json::Null, |number| json!(number)),
        _ => json!(text),
    }
}

/// Puts a value where its name says; a dot leads into an object.
fn put(into: &mut Map<String, Json>, name: &str, value: Json) {
    match name.split_once('.') {
        None => _ = into.insert(name.to_owned(), value),
        Some((object, rest)) => {
            let below = into.entry(object).or_insert_with(|| json!({}));
            if let Some(below) = below.as_object_mut() {
                put(below, rest, value);
            }
        }
    }
}

/// What the channel of a conversation takes now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplyWindow {
    /// The channel's name for people.
    pub channel: &'static str,
    /// Whether it takes a reply.
    pub open: bool,
    /// Until when, or since when not; epoch seconds, null where there is no limit.
    pub ends_at: Option<i64>,
    /// Only under the provider's tag for human agents.
    pub tagged: bool,
    /// Why the channel cannot reach the person any more.
    pub unreachable: Option<String>,
}

impl ReplyWindow {
    /// What the channel takes from a conversation of that session; `None` where the house carries it itself and takes it at
    /// any time.
    #[must_use]
    pub fn of(inbox: &Inbox, session: &ContactInbox, frame: Frame<'_>) -> Option<Self> {
        let messaging = inbox.messaging()?;
        let kind = frame.house.kind(&messaging.of)?;
        let able = (kind.able)(messaging);
        if kind.continuity == Continuity::Unseen && able.window.is_none() {
            return None;
        }
        let window = standing(able.window, session.heard_at, frame.now);
        let ends_at = match window {
            Standing::Closed(since) => since,
            open => open.until(),
        };
        Some(Self {
            channel: kind.title,
            open: window.takes() && session.unreachable.is_none(),
            ends_at: ends_at.map(Timestamp::as_second),
            tagged: matches!(window, Standing::Tagged(_)),
            unreachable: session.unreachable.clone(),
        })
    }
}
