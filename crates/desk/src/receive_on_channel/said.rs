//! What a person wrote on the channel, and what we wrote there with other tools.

use super::{
    Mark, Person, Scene, Words, conversation, parse_marker,
    person::{self, heard_at},
};
use crate::{
    Outcome, append::append, channel_media, channel_reach, markup, offered_address, send_message::greet_on_channel,
};
use model::{
    Json, Timestamp,
    contact::ContactInbox,
    conversation::Conversation,
    ids::MessageId,
    message::{Kind, Message, Sender},
    status::Arrival,
};
use serde_json::json;
use store::{
    Result, Tx, contact_inboxes, conversations, deliveries,
    messages::{self, NewMessage},
    provider_ids,
};

/// The longest text that is kept, in characters (reference §2.5).
const LONGEST: usize = 150_000;

/// The person wrote.
///
/// # Errors
/// Storage trouble.
pub(super) async fn said(
    tx: &mut Tx<'_>,
    scene: &Scene<'_>,
    by: &Person,
    id: &str,
    words: &Words,
    at: Option<Timestamp>,
) -> Outcome<()> {
    let (session, contact) = person::session(tx, scene, by).await?;
    let known = provider_ids::by_id(tx, scene.inbox.id, id).await?;
    let early = match &known {
        Some(known) if known.message_id.is_some() || known.early.is_none() => return Ok(()),
        Some(known) => known.early.clone().and_then(|told| serde_json::from_value::<Mark>(told).ok()),
        None => None,
    };
    contact_inboxes::heard(tx, session.id, heard_at(scene, at)).await?;
    let mut words = words.clone();
    match early {
        // They took it back before it came.
        Some(Mark::Unsent) => return Ok(()),
        Some(Mark::Edited(text)) => words.text = Some(text),
        _ => {}
    }
    let (mut conversation, began) = conversation::open(tx, scene, &session, &contact).await?;
    let new = message(tx, scene, &conversation, &words, Kind::Incoming, Sender::Contact(contact.id)).await?;
    // Whoever writes here has seen what stands here.
    conversation.contact_last_seen_at = Some(scene.now);
    let arrival = Arrival { human: true, takes_part: true, blocked: contact.blocked };
    let message = append(tx, &mut conversation, &new, &[], Some(arrival), scene.now).await?;
    keep(tx, scene, &message, id, &words).await?;
    // An address on somebody's card is somebody else's.
    if words.attributes["contact_card"] != true {
        offered_address::notice(tx, scene.house, &mut conversation, &contact, &message, scene.now).await?;
    }
    if !began {
        channel_reach::tell(tx, &conversation, scene.now).await?;
    } else if !contact.blocked {
        greet_on_channel(tx, scene.house, scene.inbox, &mut conversation, &session, scene.now).await?;
    }
    Ok(())
}

/// We wrote to the person; where it was not here, it is shown here too.
///
/// # Errors
/// Storage trouble.
pub(super) async fn sent(
    tx: &mut Tx<'_>,
    scene: &Scene<'_>,
    to: &Person,
    id: &str,
    words: &Words,
    marker: Option<&str>,
) -> Outcome<()> {
    let (session, contact) = person::session(tx, scene, to).await?;
    if provider_ids::by_id(tx, scene.inbox.id, id).await?.is_some_and(|known| known.message_id.is_some()) {
        return Ok(());
    }
    if let Some((message, part)) = ours(tx, &session, words, marker).await? {
        // The echo came before the answer to our request.
        provider_ids::take(tx, scene.inbox.id, id, message, part, scene.now).await?;
        return Ok(());
    }
    let (mut conversation, _) = conversation::open(tx, scene, &session, &contact).await?;
    let mut new = message(tx, scene, &conversation, words, Kind::Outgoing, Sender::System).await?;
    new.content_attributes["external_echo"] = json!(true);
    let message = append(tx, &mut conversation, &new, &[], None, scene.now).await?;
    Ok(keep(tx, scene, &message, id, words).await?)
}

/// The message that is on its way from here and that an echo is of, and which part of it.
async fn ours(
    tx: &mut Tx<'_>,
    session: &ContactInbox,
    words: &Words,
    marker: Option<&str>,
) -> Result<Option<(MessageId, i64)>> {
    if let Some((delivery, part)) = marker.and_then(parse_marker) {
        let delivery = deliveries::by_id(tx, delivery).await?.filter(|delivery| delivery.to == session.source_id);
        return Ok(delivery.map(|delivery| (delivery.message_id, part)));
    }
    let Some(conversation) = conversations::latest_of_session(tx, session.id).await? else { return Ok(None) };
    let Some(next) = deliveries::next_on_channel(tx, conversation.id).await? else { return Ok(None) };
    let message = messages::by_id(tx, conversation.id, next.message_id).await?;
    let same = message.filter(|message| {
        let text = words.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let content = message.content.as_deref().map(str::trim);
        // It may have gone without its marks.
        text.is_some_and(|text| {
            content.is_some_and(|content| content == text || markup::write(content, &markup::PLAIN) == text)
        })
    });
    Ok(same.map(|message| (message.id, 0)))
}

async fn message(
    tx: &mut Tx<'_>,
    scene: &Scene<'_>,
    conversation: &Conversation,
    words: &Words,
    kind: Kind,
    sender: Sender,
) -> Result<NewMessage> {
    let text: Option<String> = words.text.as_ref().map(|text| text.chars().take(LONGEST).collect());
    let mut attributes = if words.attributes.is_object() { words.attributes.clone() } else { json!({}) };
    if let Some(answered) = &words.answers {
        attributes["in_reply_to_external_id"] = json!(answered);
        let known = provider_ids::by_id(tx, scene.inbox.id, answered).await?;
        if let Some(message) = known.and_then(|known| known.message_id) {
            attributes["in_reply_to"] = json!(message);
        }
    }
    if !words.media.is_empty() {
        attributes[channel_media::ATTRIBUTE] = channel_media::awaited(&words.media);
    }
    Ok(NewMessage {
        content: text.filter(|text| !text.trim().is_empty()),
        content_type: if words.content_type.is_empty() { "text".into() } else { words.content_type.into() },
        content_attributes: attributes as Json,
        ..NewMessage::text(conversation, kind, sender, "")
    })
}

/// Keeps the provider's id of the message, and lets its files be fetched.
async fn keep(tx: &mut Tx<'_>, scene: &Scene<'_>, message: &Message, id: &str, words: &Words) -> Result<()> {
    provider_ids::take(tx, scene.inbox.id, id, message.id, 0, scene.now).await?;
    let kept = Message { source_id: Some(id.to_owned()), ..message.clone() };
    messages::update(tx, &kept).await?;
    for (n, media) in words.media.iter().enumerate() {
        channel_media::enqueue(tx, message, n, media, scene.now).await?;
    }
    Ok(())
}
