//! A visitor's widget reports what they have seen and whether they type; and they may end the chat.

use crate::{
    Desk, Outcome,
    append::{append_activity, record_status},
    visitor::Visitor,
    visitor_details::{merge, remove},
};
use model::{
    Json,
    conversation::{Conversation, Status},
    event::{Event, EventKind},
};
use serde_json::json;
use store::{conversations, events, messages};

/// Notes that the visitor has now seen everything in their conversation. What goes out by mail only while unseen stays
/// here (contract §4). `false` where there is no conversation.
///
/// # Errors
/// Storage trouble.
pub async fn visitor_seen(desk: &Desk, visitor: &Visitor) -> Outcome<bool> {
    let (visitor, now) = (visitor.clone(), desk.now());
    desk.db
        .write(async move |tx| {
            let Some(found) = visitor.conversation(tx).await? else { return Ok(false) };
            let Some(mut conversation) = conversations::lock(tx, found.id).await? else { return Ok(false) };
            conversation.contact_last_seen_at = Some(now);
            conversations::update(tx, &conversation).await?;
            let account = conversation.account_id;
            let read = messages::mark_read(tx, conversation.id, now).await?;
            for message in &read {
                let updated = Event::new(EventKind::MessageUpdated, account, now);
                events::record(tx, &updated.conversation(conversation.id).message(*message)).await?;
            }
            if !read.is_empty() {
                let updated = Event::new(EventKind::ConversationUpdated, account, now);
                events::record(tx, &updated.conversation(conversation.id)).await?;
            }
            Ok(true)
        })
        .await
}

/// Tells the agents that the visitor types, or has stopped.
///
/// # Errors
/// There is no conversation.
pub async fn visitor_typing(desk: &Desk, visitor: &Visitor, on: bool) -> Outcome<()> {
    let (visitor, now) = (visitor.clone(), desk.now());
    desk.db
        .write(async move |tx| {
            let conversation = visitor.conversation(tx).await?.ok_or(crate::Problem::NotFound("conversation"))?;
            let contact = visitor.contact(tx).await?;
            let kind = if on { EventKind::TypingOn } else { EventKind::TypingOff };
            let user = json!({"id": contact.id, "name": contact.display_name(), "type": "contact"});
            let event = Event::new(kind, visitor.account_id, now).conversation(conversation.id).contact(contact.id);
            Ok(events::record(tx, &event.data(json!({"user": user, "is_private": false}))).await?)
        })
        .await
}

/// The visitor ends the chat: it is resolved. Again changes nothing.
///
/// # Errors
/// There is no conversation.
pub async fn end_chat(desk: &Desk, visitor: &Visitor) -> Outcome<()> {
    let (visitor, now) = (visitor.clone(), desk.now());
    desk.db
        .write(async move |tx| {
            let mut conversation = visitor.locked_conversation(tx).await?;
            let before = conversation.status;
            if before == Status::Resolved {
                return Ok(());
            }
            conversation.status = Status::Resolved;
            conversation.snoozed_until = None;
            let contact = visitor.contact(tx).await?;
            let words = format!("{} ended the conversation", contact.display_name());
            append_activity(tx, &mut conversation, &words, now).await?;
            Ok(record_status(tx, &conversation, before, None, now).await?)
        })
        .await
}

/// Changes what the site says about the conversation: sets `more`, forgets `names`.
///
/// # Errors
/// There is no conversation, or it would become too large.
pub async fn annotate_chat(desk: &Desk, visitor: &Visitor, more: Json, names: Vec<String>) -> Outcome<Conversation> {
    let (visitor, now) = (visitor.clone(), desk.now());
    desk.db
        .write(async move |tx| {
            let mut conversation = visitor.locked_conversation(tx).await?;
            merge("custom_attributes", &mut conversation.custom_attributes, &more)?;
            remove(&mut conversation.custom_attributes, &names);
            conversation.updated_at = now;
            conversations::update(tx, &conversation).await?;
            let updated = Event::new(EventKind::ConversationUpdated, visitor.account_id, now);
            events::record(tx, &updated.conversation(conversation.id)).await?;
            Ok(conversation)
        })
        .await
}
