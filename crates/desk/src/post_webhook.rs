//! Posts to webhooks: what waits to be told, whom, and what became of a try. Those of a queue (what happens in one
//! conversation, to one address) go one after the other; a post is tried for a day, with growing pauses.

use crate::{
    Desk, House, Outcome,
    edit_inbox::{API, secret},
    edit_webhook,
    send_on_channel::mark_failed,
};
use jiff::SignedDuration;
use model::{
    Timestamp,
    event::{Event, EventKind, Position},
    ids::{EventId, WebhookPostId},
    message::{Kind, MessageStatus},
    webhook::Subscription,
};
use serde_json::json;
use store::{
    Result, Tx, channel_health, conversations, events, inboxes,
    jobs::{self, Lane, NewJob},
    messages,
    webhook_posts::{self, NewWebhookPost, WebhookPost},
    webhooks,
};

/// The job that makes one post; its key is the post's row id.
pub const KIND: &str = "post_webhook";
/// How long a post is tried (contract §7).
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);
/// So often a post that the other side refuses, without being away, holds up those after it.
const HOLDS_UP: i64 = 5;

/// Only where nothing has been told yet there is no place to lock, and then there is no post.
const NOWHERE: Position = Position { transaction: 0, id: EventId(0) };

/// Everything needed to make a post.
#[derive(Clone, Debug)]
pub struct Errand {
    /// What is told.
    pub post: WebhookPost,
    /// Where to.
    pub url: String,
    /// What signs it.
    pub secret: String,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It was taken.
    Taken,
    /// Nobody is there now; not before that pause where they asked for one.
    Away(String, Option<SignedDuration>),
    /// They do not take it now.
    Refused(String),
    /// They never will.
    Never(String),
}

/// Adds a post to the end of its queue; the [cursor](webhook_posts::lock) is locked.
///
/// # Errors
/// Storage trouble.
pub async fn queue(tx: &mut Tx<'_>, new: &NewWebhookPost, now: Timestamp) -> Result<()> {
    let alone = webhook_posts::first_of(tx, &new.queue).await?.is_none();
    webhook_posts::insert(tx, new, now).await?;
    if alone { go_on(tx, &new.queue, now).await } else { Ok(()) }
}

/// Lets the first post of a queue go.
async fn go_on(tx: &mut Tx<'_>, queue: &str, now: Timestamp) -> Result<()> {
    match webhook_posts::first_of(tx, queue).await? {
        Some(id) => enqueue(tx, id, queue, now, now).await,
        None => Ok(()),
    }
}

async fn enqueue(tx: &mut Tx<'_>, id: WebhookPostId, queue: &str, at: Timestamp, now: Timestamp) -> Result<()> {
    let payload = json!({"id": id, "queue": queue});
    let job = NewJob { kind: KIND, payload, unique_key: Some(id.to_string()), run_at: at };
    jobs::enqueue_in(tx, Lane::Posts, &job, now).await
}

/// What there is to post; `None` where it is dealt with, or nobody wants to be told any more.
///
/// # Errors
/// Storage trouble.
pub async fn waiting(desk: &Desk, id: WebhookPostId) -> Outcome<Option<Errand>> {
    let house = desk.house.clone();
    let read = desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(post) = webhook_posts::by_id(tx, id).await? else { return Ok(None) };
        let (url, secret) = whom(tx, &house, &post).await?;
        Ok(Some(Errand { post, url, secret }))
    });
    Ok(read.await?)
}

/// A post whose turn it was is not there any more, since what it was about was erased: lets its queue go on.
///
/// # Errors
/// Storage trouble.
pub async fn skip(desk: &Desk, queue: String) -> Outcome<()> {
    let now = desk.now();
    let went_on = desk.db.write::<_, store::Error, _>(async move |tx| {
        webhook_posts::lock(tx, NOWHERE).await?;
        go_on(tx, &queue, now).await
    });
    Ok(went_on.await?)
}

/// Where a post goes now, and what signs it; an empty address where to nobody.
async fn whom(tx: &mut Tx<'_>, house: &House, post: &WebhookPost) -> Result<(String, String)> {
    if let Some(id) = post.webhook_id {
        let webhook = webhooks::by_id(tx, post.account_id, id).await?;
        return Ok(webhook.map(|hook| (hook.url.clone(), edit_webhook::secret(house, &hook))).unwrap_or_default());
    }
    let Some(id) = post.inbox_id else { return Ok(Default::default()) };
    let inbox = inboxes::by_id(tx, id).await?;
    let messaging = inbox.as_ref().and_then(|inbox| inbox.messaging()).filter(|messaging| messaging.of == API);
    Ok(messaging.map(|api| (api.field("webhook_url").to_owned(), secret(house, api, "secret"))).unwrap_or_default())
}

/// Notes how a try ended, and lets the queue's next post go where this one is dealt with.
///
/// # Errors
/// Storage trouble.
pub async fn conclude(desk: &Desk, errand: &Errand, end: End) -> Outcome<()> {
    let (id, now) = (errand.post.id, desk.now());
    let noted = desk.db.write::<_, store::Error, _>(async move |tx| {
        webhook_posts::lock(tx, NOWHERE).await?;
        let Some(post) = webhook_posts::by_id(tx, id).await? else { return Ok(()) };
        let (words, wait, away) = match &end {
            End::Taken => {
                note(tx, &post, None, now).await?;
                webhook_posts::delete(tx, id).await?;
                return go_on(tx, &post.queue, now).await;
            }
            End::Away(words, wait) => (words, *wait, true),
            End::Refused(words) | End::Never(words) => (words, None, false),
        };
        note(tx, &post, Some(words), now).await?;
        let attempts = post.attempts + 1;
        let again = next_try(post.created_at, attempts, wait, now).filter(|_| !matches!(end, End::Never(_)));
        let Some(at) = again else {
            webhook_posts::delete(tx, id).await?;
            give_up(tx, &post, words, now).await?;
            return go_on(tx, &post.queue, now).await;
        };
        if away || attempts < HOLDS_UP {
            webhook_posts::tried(tx, id, attempts, &post.queue).await?;
            return enqueue(tx, id, &post.queue, at, now).await;
        }
        // It is this one that they stumble on: it waits by itself from now on.
        let aside = format!("post:{id}");
        webhook_posts::tried(tx, id, attempts, &aside).await?;
        enqueue(tx, id, &aside, at, now).await?;
        if post.queue == aside { Ok(()) } else { go_on(tx, &post.queue, now).await }
    });
    Ok(noted.await?)
}

/// When to try again: a last time when [`PATIENCE`] ends.
fn next_try(since: Timestamp, attempts: i64, wait: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
    let pause = SignedDuration::try_from(jobs::pause(attempts)).ok()?;
    let at = now + wait.map_or(pause, |wait| wait.max(pause));
    let end = since + PATIENCE;
    (now < end).then(|| at.min(end))
}

/// Whoever looks at the webhook or the inbox sees how it is doing.
async fn note(tx: &mut Tx<'_>, post: &WebhookPost, failure: Option<&String>, now: Timestamp) -> Result<()> {
    match (post.webhook_id, post.inbox_id, failure) {
        (Some(id), _, None) => webhooks::sent(tx, id, now).await,
        (Some(id), _, Some(words)) => webhooks::failed(tx, id, words, now).await,
        (None, Some(id), None) => channel_health::sent(tx, id, now).await,
        (None, Some(id), Some(words)) => channel_health::failed(tx, id, words, now).await,
        (None, None, _) => Ok(()),
    }
}

/// A reply of which the front end of its API inbox never heard has failed.
async fn give_up(tx: &mut Tx<'_>, post: &WebhookPost, words: &str, now: Timestamp) -> Result<()> {
    let (Some(conversation), Some(message)) = (post.conversation_id, post.message_id) else { return Ok(()) };
    if post.inbox_id.is_none() || post.event != Subscription::MessageCreated.as_str() {
        return Ok(());
    }
    let Some(conversation) = conversations::lock(tx, conversation).await? else { return Ok(()) };
    let Some(message) = messages::by_id(tx, conversation.id, message).await? else { return Ok(()) };
    let reply = message.kind == Kind::Outgoing && !message.private && message.status == MessageStatus::Sent;
    if !reply {
        return Ok(());
    }
    let id = message.id;
    mark_failed(tx, message, words, now).await?;
    let event = Event::new(EventKind::MessageUpdated, conversation.account_id, now);
    events::record(tx, &event.conversation(conversation.id).message(id)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_tried_for_a_day() {
        let begun = Timestamp::UNIX_EPOCH;
        let (mut now, mut tries) = (begun, 1);
        while let Some(at) = next_try(begun, tries, None, now) {
            assert!(at > now);
            (now, tries) = (at, tries + 1);
        }
        assert_eq!((now.duration_since(begun), tries > 10), (PATIENCE, true), "{tries} tries");
        let asked = SignedDuration::from_hours(2);
        assert_eq!(next_try(begun, 1, Some(asked), begun), Some(begun + asked));
        assert_eq!(next_try(begun, 1, Some(asked * 100), begun), Some(begun + PATIENCE));
    }
}
