//! What happened on a messaging channel, as its provider tells it: each piece of news is one unit of work that may come
//! twice, late, or before what it is about, and changes nothing the second time.

mod conversation;
mod person;
mod reaction;
mod said;
mod told;

use crate::{Desk, Outcome, Problem};
use model::{Json, Timestamp, ids::InboxId, inbox::Inbox};
use serde::{Deserialize, Serialize};
use store::{contact_inboxes, inboxes};

pub(crate) use told::told_early;

/// A piece of news.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A person wrote.
    Said {
        /// Who.
        by: Person,
        /// The provider's id of the message.
        id: String,
        /// What.
        words: Words,
        /// When, by the provider's clock.
        at: Option<Timestamp>,
    },
    /// We wrote to a person, here or with another tool of the provider's.
    Sent {
        /// To whom.
        to: Person,
        /// The provider's id of the message.
        id: String,
        /// What.
        words: Words,
        /// What we marked the message with when we sent it: see [`marker`].
        marker: Option<String>,
    },
    /// Something became of one message, theirs or ours.
    Told {
        /// The provider's id of the message.
        id: String,
        /// What.
        mark: Mark,
    },
    /// Everything we wrote until then has arrived, or was read.
    ReachedUntil {
        /// The person's id at the provider.
        who: String,
        /// Until when.
        until: Timestamp,
        /// It was read.
        read: bool,
    },
    /// A person put a sign on a message.
    Reacted {
        /// Who.
        by: Person,
        /// What names this reaction, so that it is told once.
        id: String,
        /// The provider's id of the message.
        to: String,
        /// The sign; `None` where they took it away.
        sign: Option<String>,
        /// When.
        at: Option<Timestamp>,
    },
    /// A person did something without words that opens the reply window: they followed, pressed a button, came back.
    Came {
        /// Who.
        by: Person,
        /// When.
        at: Option<Timestamp>,
    },
    /// A person went: they blocked us, unfollowed, opted out.
    Left {
        /// The person's id at the provider.
        who: String,
        /// In words.
        why: String,
    },
}

/// A person on a channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    /// Their id at the provider, under which replies reach them.
    pub id: String,
    /// Their name.
    pub name: Option<String>,
    /// Their phone number in E.164, where the provider vouches for it.
    pub phone: Option<String>,
    /// What else is known, for `additional_attributes`; an object or null.
    pub noted: Json,
}

/// What someone wrote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// The text.
    pub text: Option<String>,
    /// Files, which are fetched later.
    pub media: Vec<Media>,
    /// The provider's id of the message this one answers.
    pub answers: Option<String>,
    /// Further details for `content_attributes`; an object or null.
    pub attributes: Json,
    /// `text` where empty, or `sticker`.
    pub content_type: &'static str,
}

/// A file at a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// Where it is.
    pub source: Source,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its media type, where it is told.
    pub content_type: Option<String>,
}

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// At an address that anybody may have written: fetched without our credentials, and not from private networks.
    Url(String),
    /// At the provider, under that id.
    Id(String),
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It has arrived.
    Delivered,
    /// It was read.
    Read,
    /// It did not arrive.
    Failed {
        /// The provider's code.
        code: Option<String>,
        /// Why, in words.
        words: String,
        /// Nothing will reach the person there until they are heard again.
        gone: bool,
    },
    /// Its author took it back.
    Unsent,
    /// Its author changed it to that.
    Edited(String),
}

/// Marks a part of a message that we send, where the provider gives the mark back with its echo.
#[must_use]
pub fn marker(delivery: model::ids::DeliveryId, part: usize) -> String {
    format!("segue-{delivery}-{part}")
}

/// What [`marker`] made: which delivery, and which part.
fn parse_marker(marker: &str) -> Option<(model::ids::DeliveryId, i64)> {
    let (delivery, part) = marker.strip_prefix("segue-")?.split_once('-')?;
    Some((model::ids::DeliveryId(delivery.parse().ok()?), part.parse().ok()?))
}

/// Takes a piece of news that the provider of that inbox told.
///
/// # Errors
/// There is no such inbox any more; storage trouble.
pub async fn receive(desk: &Desk, inbox: InboxId, news: News) -> Outcome<()> {
    let (house, now) = (desk.house.clone(), desk.now());
    let fresh = Fresh { uuid: desk.random.uuid(), pubsub_token: desk.random.hex_128() };
    desk.db
        .write(async move |tx| {
            let inbox = inboxes::by_id(tx, inbox).await?.ok_or(Problem::NotFound("inbox"))?;
            let scene = Scene { house: &house, inbox: &inbox, fresh: &fresh, now };
            match &news {
                News::Said { by, id, words, at } => said::said(tx, &scene, by, id, words, *at).await,
                News::Sent { to, id, words, marker } => said::sent(tx, &scene, to, id, words, marker.as_deref()).await,
                News::Told { id, mark } => told::told(tx, &scene, id, mark).await,
                News::ReachedUntil { who, until, read } => told::reached(tx, &scene, who, *until, *read).await,
                News::Reacted { by, id, to, sign, at } => {
                    let reaction = reaction::Reaction { id, to, sign: sign.as_deref() };
                    reaction::reacted(tx, &scene, by, &reaction, *at).await
                }
                News::Came { by, at } => person::came(tx, &scene, by, *at).await,
                News::Left { who, why } => person::left(tx, &scene, who, why).await,
            }
        })
        .await
}

/// Whether that person has been heard in the inbox before.
///
/// # Errors
/// Storage trouble.
pub async fn knows(desk: &Desk, inbox: InboxId, person: &str) -> Outcome<bool> {
    let person = person.to_owned();
    let read = desk.db.read::<_, store::Error, _>(async move |tx| contact_inboxes::by_source(tx, inbox, &person).await);
    Ok(read.await?.is_some())
}

/// Where and when a piece of news is taken.
struct Scene<'s> {
    house: &'s crate::House,
    inbox: &'s Inbox,
    fresh: &'s Fresh,
    now: Timestamp,
}

/// Names for what may have to be made.
struct Fresh {
    uuid: String,
    pubsub_token: String,
}
