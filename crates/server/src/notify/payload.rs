//! What a webhook is told (reference §4.4): the event's name and the message, conversation or contact as it was then. Notes
//! are told too; what a stranger wrote is not, until an agent has accepted it.

use crate::http::shapes::{
    Frame,
    attachment::Attachment,
    conversation::{Conversation as ConversationShape, Parts as ConversationParts},
    load::Loader,
    message::{Message as MessageShape, Parts as MessageParts, Pushed, Wrote},
};
use desk::House;
use model::{
    Timestamp,
    account::Account,
    contact::Contact,
    event::Event,
    ids::{ContactId, MessageId},
    inbox::Inbox,
    message::Kind,
    user::User,
    webhook::Subscription,
};
use serde_json::{Value, json};
use store::{
    Result, Tx, accounts, contacts, conversations, inboxes,
    messages::{self, Audience},
};

/// What an event is about, as it is now.
pub(super) struct Scene {
    account: Account,
    conversation: Option<ConversationParts>,
    /// The last message of the conversation that people may see.
    latest: Option<MessageParts>,
    message: Option<MessageParts>,
    contact: Option<Contact>,
}

impl Scene {
    /// The inbox in which an event happened.
    ///
    /// # Errors
    /// Storage trouble.
    pub(super) async fn inbox(tx: &mut Tx<'_>, event: &Event) -> Result<Option<Inbox>> {
        let Some(id) = event.conversation_id else { return Ok(None) };
        let Some(conversation) = conversations::by_id(tx, id).await? else { return Ok(None) };
        inboxes::by_id(tx, conversation.inbox_id).await
    }

    /// Looks it up; `None` where it is gone.
    ///
    /// # Errors
    /// Storage trouble.
    pub(super) async fn of(tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<Option<Self>> {
        let Some(account) = accounts::by_id(tx, event.account_id).await? else { return Ok(None) };
        let mut loader = Loader::new(tx, event.account_id, now).await?;
        let mut scene = Self { account, conversation: None, latest: None, message: None, contact: None };
        if let Some(id) = event.conversation_id {
            let Some(row) = conversations::by_id(tx, id).await? else { return Ok(None) };
            if let Some(message) = event.message_id {
                let Some(message) = messages::by_id(tx, id, message).await? else { return Ok(None) };
                scene.message = Some(loader.message(tx, &row, message).await?);
            }
            let end = MessageId(i64::MAX);
            if let Some(latest) = messages::last_before(tx, id, end, 1, Audience::Visitor).await?.pop() {
                scene.latest = Some(loader.message(tx, &row, latest).await?);
            }
            scene.conversation = loader.conversation(tx, row).await?;
        }
        if let Some(id) = event.contact_id {
            scene.contact = contacts::by_id(tx, event.account_id, id).await?;
        }
        Ok(Some(scene))
    }

    /// The contact an event is about, if it is about one.
    pub(super) fn contact_id(&self) -> Option<ContactId> {
        self.contact.as_ref().map(|contact| contact.id)
    }
}

/// The body of a post; `None` where there is nothing to tell.
pub(super) fn body(
    event: &Event,
    subscription: Subscription,
    scene: &Scene,
    house: &House,
    now: Timestamp,
) -> Option<Value> {
    let frame = Frame { house, now };
    let mut body = match subscription {
        Subscription::MessageCreated | Subscription::MessageUpdated => message(scene, frame)?,
        Subscription::ConversationCreated
        | Subscription::ConversationStatusChanged
        | Subscription::ConversationUpdated => {
            let mut body = conversation(scene, frame)?;
            body["account"] = account(&scene.account);
            if let Some(changed) = event.data.as_object().filter(|data| !data.is_empty()) {
                body["changed_attributes"] = changed.iter().map(|(name, change)| json!({name: change})).collect();
            }
            body
        }
        Subscription::TypingOn | Subscription::TypingOff => json!({
            "user": event.data["user"],
            "conversation": conversation(scene, frame)?,
            "is_private": event.data["is_private"].as_bool().unwrap_or(false),
        }),
        Subscription::ContactCreated | Subscription::ContactUpdated => {
            let mut body = contact(scene.contact.as_ref()?);
            body["account"] = account(&scene.account);
            body
        }
        Subscription::WebwidgetTriggered | Subscription::InboxCreated | Subscription::InboxUpdated => return None,
    };
    body["event"] = json!(subscription.as_str());
    Some(body)
}

fn message(scene: &Scene, frame: Frame<'_>) -> Option<Value> {
    let parts = scene.message.as_ref()?;
    let row = &parts.message;
    if row.kind == Kind::Activity || row.withheld {
        return None;
    }
    let inbox = &scene.conversation.as_ref()?.inbox;
    let shape = MessageShape::of(parts, frame);
    let mut body = json!({
        "id": shape.id,
        "account": account(&scene.account),
        "additional_attributes": {},
        "content_attributes": shape.content_attributes,
        "content_type": shape.content_type,
        "content": shape.content,
        "conversation": conversation(scene, frame)?,
        "created_at": row.created_at,
        "inbox": {"id": inbox.id, "name": inbox.name},
        "message_type": row.kind.as_str(),
        "private": shape.private,
        "sender": sender(scene, parts.sender.as_ref()),
        "source_id": shape.source_id,
        "status": shape.status,
    });
    if let Some(echo_id) = shape.echo_id {
        body["echo_id"] = json!(echo_id);
    }
    if !parts.files.is_empty() {
        body["attachments"] = parts.files.iter().map(|file| json!(Attachment::of(file, frame))).collect();
    }
    Some(body)
}

/// A conversation as webhooks have it: with its last message that people may see, and with its session, by which a front end
/// of the client API knows it.
fn conversation(scene: &Scene, frame: Frame<'_>) -> Option<Value> {
    let parts = scene.conversation.as_ref()?;
    let shape = ConversationShape::of(parts, frame);
    let session = &parts.session;
    let latest = scene.latest.iter().map(|latest| {
        let shape = MessageShape::of(latest, frame);
        Pushed::of(shape, &latest.message, &parts.conversation, parts.unread, &session.source_id)
    });
    Some(json!({
        "additional_attributes": shape.additional_attributes,
        "can_reply": shape.can_reply,
        "channel": shape.meta.channel,
        "contact_inbox": {
            "id": session.id,
            "contact_id": session.contact_id,
            "inbox_id": session.inbox_id,
            "source_id": session.source_id,
            "hmac_verified": session.hmac_verified,
            "created_at": session.created_at,
        },
        "id": shape.id,
        "uuid": shape.uuid,
        "inbox_id": shape.inbox_id,
        "messages": latest.collect::<Vec<_>>(),
        "labels": shape.labels,
        "meta": {
            "sender": contact(&parts.contact.0),
            "assignee": parts.assignee.as_ref().map(|(assignee, _)| user(assignee)),
            "assignee_type": shape.meta.assignee_type,
            "team": null,
            "hmac_verified": session.hmac_verified,
        },
        "status": shape.status,
        "custom_attributes": shape.custom_attributes,
        "snoozed_until": shape.snoozed_until,
        "unread_count": shape.unread_count,
        "first_reply_created_at": parts.conversation.first_reply_created_at,
        "priority": shape.priority,
        "waiting_since": shape.waiting_since,
        "agent_last_seen_at": shape.agent_last_seen_at,
        "contact_last_seen_at": shape.contact_last_seen_at,
        "last_activity_at": shape.last_activity_at,
        "timestamp": shape.timestamp,
        "created_at": shape.created_at,
        "updated_at": shape.updated_at,
    }))
}

fn account(account: &Account) -> Value {
    json!({"id": account.id, "name": account.name})
}

fn sender(scene: &Scene, wrote: Option<&Wrote>) -> Value {
    match wrote {
        Some(Wrote::Contact(author, _)) => {
            let mut body = contact(author);
            body["account"] = account(&scene.account);
            body
        }
        Some(Wrote::User(author, _)) => user(author),
        None => Value::Null,
    }
}

fn contact(contact: &Contact) -> Value {
    json!({
        "additional_attributes": contact.additional_attributes,
        "avatar": "",
        "blocked": contact.blocked,
        "custom_attributes": contact.custom_attributes,
        "email": contact.email,
        "id": contact.id,
        "identifier": contact.identifier,
        "name": contact.name,
        "phone_number": contact.phone_number,
        "thumbnail": "",
        "type": "contact",
    })
}

fn user(user: &User) -> Value {
    json!({"id": user.id, "name": user.name, "email": user.email, "type": "user"})
}
