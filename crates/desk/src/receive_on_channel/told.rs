//! What the provider tells of messages: that they arrived, were read, failed, were taken back or changed. It may come in any
//! order, and before the message itself.

use super::{Mark, Scene};
use crate::{
    House, Outcome, channel_reach,
    send_on_channel::{Trouble, fail, go_on, waits},
};
use model::{
    Json, Timestamp,
    conversation::Conversation,
    delivery::DeliveryState,
    event::{Event, EventKind},
    ids::MessageId,
    message::{Kind, MessageStatus},
};
use serde_json::json;
use store::{Result, Tx, attachments, contact_inboxes, conversations, deliveries, events, messages, provider_ids};

/// Something became of the message with that id.
///
/// # Errors
/// Storage trouble.
pub(super) async fn told(tx: &mut Tx<'_>, scene: &Scene<'_>, id: &str, mark: &Mark) -> Outcome<()> {
    let known = provider_ids::by_id(tx, scene.inbox.id, id).await?;
    let Some(message) = known.as_ref().and_then(|known| known.message_id) else {
        let stronger = known.and_then(|known| known.early).and_then(|told| serde_json::from_value::<Mark>(told).ok());
        if stronger.is_none_or(|earlier| rank(&earlier) <= rank(mark)) {
            let told = serde_json::to_value(mark).unwrap_or_default();
            provider_ids::note_early(tx, scene.inbox.id, id, &told, scene.now).await?;
        }
        return Ok(());
    };
    let Some(found) = messages::of_account(tx, scene.inbox.account_id, message).await? else { return Ok(()) };
    let Some(mut conversation) = conversations::lock(tx, found.conversation_id).await? else { return Ok(()) };
    apply(tx, scene.house, &mut conversation, message, mark, scene.now).await
}

/// Of two things told before a message, the one that says more stands.
fn rank(mark: &Mark) -> u8 {
    match mark {
        Mark::Delivered => 0,
        Mark::Read => 1,
        Mark::Failed { .. } => 2,
        Mark::Edited(_) => 3,
        Mark::Unsent => 4,
    }
}

/// What was told of a message before it had its id. The conversation is locked.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn told_early(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &mut Conversation,
    message: MessageId,
    told: &Json,
    now: Timestamp,
) -> Outcome<()> {
    match serde_json::from_value(told.clone()) {
        Ok(mark) => apply(tx, house, conversation, message, &mark, now).await,
        Err(_) => Ok(()),
    }
}

async fn apply(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &mut Conversation,
    id: MessageId,
    mark: &Mark,
    now: Timestamp,
) -> Outcome<()> {
    let changed = match mark {
        Mark::Delivered => deliveries::reached(tx, conversation.id, id, MessageStatus::Delivered, now).await?,
        Mark::Read => deliveries::reached(tx, conversation.id, id, MessageStatus::Read, now).await?,
        Mark::Failed { code, words, gone } => {
            let trouble = Trouble { code: code.clone(), words: words.clone() };
            return failed(tx, house, conversation, id, &trouble, *gone, now).await;
        }
        Mark::Unsent => change(tx, conversation, id, None, now).await?,
        Mark::Edited(text) => change(tx, conversation, id, Some(text), now).await?,
    };
    if changed {
        record(tx, conversation, id, now).await?;
    }
    Ok(())
}

async fn record(tx: &mut Tx<'_>, conversation: &Conversation, id: MessageId, now: Timestamp) -> Result<()> {
    let event = Event::new(EventKind::MessageUpdated, conversation.account_id, now);
    events::record(tx, &event.conversation(conversation.id).message(id)).await
}

/// The provider took it and could not deliver it after all.
async fn failed(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &mut Conversation,
    id: MessageId,
    trouble: &Trouble,
    gone: bool,
    now: Timestamp,
) -> Outcome<()> {
    let arrived = messages::by_id(tx, conversation.id, id).await?;
    if arrived.is_none_or(|message| matches!(message.status, MessageStatus::Delivered | MessageStatus::Read)) {
        return Ok(());
    }
    let by_channel = deliveries::of_message(tx, id).await?.into_iter().find(|delivery| {
        let open = [DeliveryState::Queued, DeliveryState::Deferred, DeliveryState::Sent].contains(&delivery.state);
        delivery.by != deliveries::EMAIL && open
    });
    let Some(delivery) = by_channel else { return Ok(()) };
    let words = house.kind(&delivery.by).map_or(trouble.words.as_str(), |kind| kind.bare(&trouble.words));
    let trouble = &Trouble { code: trouble.code.clone(), words: words.to_owned() };
    if gone {
        channel_reach::lost(tx, conversation.contact_inbox_id, &trouble.words, now).await?;
    }
    let had_the_turn = waits(&delivery);
    fail(tx, house, conversation, delivery, trouble, now).await?;
    if had_the_turn {
        go_on(tx, conversation.id, now).await?;
    }
    Ok(())
}

/// The author changed the text, or took the message back; whether that is news. What an agent wrote here stays.
async fn change(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    id: MessageId,
    text: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let Some(mut message) = messages::by_id(tx, conversation.id, id).await? else { return Ok(false) };
    let attributes = &message.content_attributes;
    let elsewhere = attributes.get("external_echo").is_some();
    let gone = attributes.get("deleted").is_some();
    if !(message.kind == Kind::Incoming || elsewhere) || gone || message.content.as_deref() == text && text.is_some() {
        return Ok(false);
    }
    if !message.content_attributes.is_object() {
        message.content_attributes = json!({});
    }
    message.content_attributes[if text.is_some() { "edited" } else { "deleted" }] = json!(true);
    if text.is_none() {
        attachments::forget_of(tx, id).await?;
        if let Some(attributes) = message.content_attributes.as_object_mut() {
            attributes.remove(crate::channel_media::ATTRIBUTE);
        }
    }
    message.content = text.map(str::to_owned);
    message.updated_at = now;
    messages::update(tx, &message).await?;
    Ok(true)
}

/// Everything that went by the channel until then has arrived, or was read.
///
/// # Errors
/// Storage trouble.
pub(super) async fn reached(
    tx: &mut Tx<'_>,
    scene: &Scene<'_>,
    who: &str,
    until: Timestamp,
    read: bool,
) -> Outcome<()> {
    let Some(session) = contact_inboxes::by_source(tx, scene.inbox.id, who).await? else { return Ok(()) };
    let Some(latest) = conversations::latest_of_session(tx, session.id).await? else { return Ok(()) };
    let Some(conversation) = conversations::lock(tx, latest.id).await? else { return Ok(()) };
    let status = if read { MessageStatus::Read } else { MessageStatus::Delivered };
    for id in deliveries::reached_until(tx, conversation.id, until, status, scene.now).await? {
        record(tx, &conversation, id, scene.now).await?;
    }
    Ok(())
}
