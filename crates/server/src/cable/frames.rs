//! An event as its listeners get it: one frame for agents, one for visitors, each built once; and who is concerned.
//!
//! A visitor gets what happens in their own conversation, and of messages only those they may see: neither notes, nor
//! activity lines, nor withheld mail, and never the details of a mail.

use super::subscriber::Subscriber;
use crate::{
    app::App,
    http::{
        shapes::{
            Frame,
            contact::Contact,
            conversation::Conversation,
            load::Loader,
            message::{Message, Pushed, VisitorMessage, forget_filled_in, seen_by_visitors},
        },
        widget::VisitorConversation,
    },
};
use model::{
    Timestamp,
    contact::ContactInbox,
    conversation::Conversation as Row,
    event::{Event, EventKind},
    ids::{ConversationId, UserId},
};
use serde_json::{Map, Value, json};
use store::{Result, Tx, contact_inboxes, contacts, conversations, messages, presences};

/// The frames of one event.
pub(super) struct Frames {
    account: model::ids::AccountId,
    /// For agents.
    agents: Option<Value>,
    /// Only for those who see the mail log.
    administrators_only: bool,
    /// Whoever did it and need not hear of it.
    but_not: Option<UserId>,
    /// For visitors.
    visitors: Option<Value>,
    /// For those who came by a link in a mail.
    by_link: Option<Value>,
    /// Which visitors; all of the account where `None`.
    concerned: Option<(ConversationId, ContactInbox)>,
}

impl Frames {
    /// For the agents of an account alone.
    #[cfg(test)]
    pub(super) fn to_agents(account: model::ids::AccountId, agents: Value) -> Self {
        let agents = Some(agents);
        Self {
            account,
            agents,
            administrators_only: false,
            but_not: None,
            visitors: None,
            by_link: None,
            concerned: None,
        }
    }

    /// The frame for a listener, if the event concerns them.
    pub(super) fn for_(&self, who: &Subscriber) -> Option<&Value> {
        match who {
            Subscriber::Agent { account, user, administrator } => {
                let concerned = *account == self.account
                    && (*administrator || !self.administrators_only)
                    && self.but_not != Some(*user);
                self.agents.as_ref().filter(|_| concerned)
            }
            Subscriber::Visitor { account, session, only } => {
                let concerned = *account == self.account
                    && self.concerned.as_ref().is_none_or(|(conversation, home)| match only {
                        Some(only) => only == conversation,
                        None => session.id == home.id || same_person(session, home),
                    });
                let frame = if only.is_some() { &self.by_link } else { &self.visitors };
                frame.as_ref().filter(|_| concerned)
            }
        }
    }
}

/// Two sessions for both of which the site vouched, in one inbox (reference §3.4).
fn same_person(one: &ContactInbox, other: &ContactInbox) -> bool {
    one.hmac_verified && other.hmac_verified && one.contact_id == other.contact_id && one.inbox_id == other.inbox_id
}

/// What an event concerns, as it is now.
struct Scene {
    conversation: Option<(Row, ContactInbox)>,
    parts: Option<crate::http::shapes::conversation::Parts>,
    message: Option<crate::http::shapes::message::Parts>,
    contact: Option<Contact>,
    users_here: Map<String, Value>,
}

/// Builds the frames of an event; nothing where what it tells of is gone meanwhile.
///
/// # Errors
/// Storage trouble.
pub(super) async fn frames(app: &App, event: &Event) -> Result<Frames> {
    let (wanted, now) = (event.clone(), app.desk.now());
    let scene = app.desk.db.read(async move |tx| scene(tx, &wanted, now).await).await?;
    let frame = Frame { house: &app.desk.house, now };
    let (agents, visitors) = data(event, &scene, frame);
    let told = |data: Value| json!({"event": event.kind.as_str(), "data": with_origin(data, event)});
    let typing = matches!(event.kind, EventKind::TypingOn | EventKind::TypingOff);
    Ok(Frames {
        account: event.account_id,
        agents: agents.map(told),
        administrators_only: event.kind == EventKind::InboundMailUpdated,
        but_not: event.performer.filter(|_| typing),
        by_link: visitors.clone().map(by_link).map(told),
        visitors: visitors.map(told),
        concerned: scene.conversation.map(|(conversation, session)| (conversation.id, session)),
    })
}

async fn scene(tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<Scene> {
    let mut loader = Loader::new(tx, event.account_id, now).await?;
    let mut scene = Scene { conversation: None, parts: None, message: None, contact: None, users_here: Map::new() };
    if let Some(id) = event.conversation_id
        && let Some(conversation) = conversations::by_id(tx, id).await?
        && let Some(session) = contact_inboxes::by_id(tx, conversation.contact_inbox_id).await?
    {
        if let Some(message) = event.message_id
            && let Some(message) = messages::by_id(tx, id, message).await?
        {
            scene.message = Some(loader.message(tx, &conversation, message).await?);
        }
        scene.parts = loader.conversation(tx, conversation.clone()).await?;
        scene.conversation = Some((conversation, session));
    }
    if let Some(id) = event.contact_id {
        let found = contacts::by_id(tx, event.account_id, id).await?;
        scene.contact = found.map(|contact| Contact::of(&contact, loader.contact_here(id)));
    }
    if event.kind == EventKind::PresenceUpdate {
        let here = presences::users_here(tx, event.account_id, now).await?;
        scene.users_here = here.into_iter().map(|user| (user.to_string(), json!("online"))).collect();
    }
    Ok(scene)
}

/// What agents and visitors are told.
fn data(event: &Event, scene: &Scene, frame: Frame<'_>) -> (Option<Value>, Option<Value>) {
    match event.kind {
        EventKind::MessageCreated | EventKind::MessageUpdated => message(scene, frame),
        EventKind::ConversationCreated
        | EventKind::ConversationStatusChanged
        | EventKind::ConversationUpdated
        | EventKind::ConversationRead
        | EventKind::AssigneeChanged => conversation(event, scene, frame),
        EventKind::TypingOn | EventKind::TypingOff => typing(event, scene),
        EventKind::ContactCreated | EventKind::ContactUpdated => {
            (scene.contact.as_ref().map(|contact| json!(contact)), None)
        }
        EventKind::ContactMerged => {
            let told = scene.contact.as_ref().map(|contact| {
                let mut told = json!(contact);
                for (name, value) in event.data.as_object().into_iter().flatten() {
                    told[name] = value.clone();
                }
                told
            });
            // What agents know of a person is not told to whoever sits at their browser.
            (told, None)
        }
        EventKind::PresenceUpdate => {
            let users = json!({"users": scene.users_here});
            let mut agents = users.clone();
            agents["contacts"] = event.data.get("contacts").cloned().unwrap_or_else(|| json!({}));
            // Visitors hear which agents come and go, not which other visitors.
            (Some(agents), event.performer.map(|_| users))
        }
        EventKind::InboundMailUpdated
        | EventKind::AccountUpdated
        | EventKind::ContactDeleted
        | EventKind::ConversationDeleted => {
            (Some(if event.data.is_object() { event.data.clone() } else { json!({}) }), None)
        }
    }
}

fn message(scene: &Scene, frame: Frame<'_>) -> (Option<Value>, Option<Value>) {
    let (Some((conversation, session)), Some(parts)) = (&scene.conversation, &scene.message) else {
        return (None, None);
    };
    let unread = scene.parts.as_ref().map_or(0, |parts| parts.unread);
    let (row, source) = (&parts.message, session.source_id.as_str());
    let agents = Pushed::of(Message::of(parts, frame), row, conversation, unread, source);
    let visitors = seen_by_visitors(row).then(|| {
        let shape = VisitorMessage::of(parts, conversation.contact_id, frame);
        json!(Pushed::of(shape, row, conversation, 0, source))
    });
    (Some(json!(agents)), visitors)
}

/// What visitors are told, for those who came by a link in a mail.
fn by_link(mut data: Value) -> Value {
    if let Some(attributes) = data.get_mut("content_attributes") {
        forget_filled_in(attributes);
    }
    data
}

fn conversation(event: &Event, scene: &Scene, frame: Frame<'_>) -> (Option<Value>, Option<Value>) {
    let agents = scene.parts.as_ref().map(|parts| json!(Conversation::of(parts, frame)));
    let to_visitors = matches!(
        event.kind,
        EventKind::ConversationCreated | EventKind::ConversationStatusChanged | EventKind::ConversationUpdated
    );
    let visitors = scene.conversation.as_ref().filter(|_| to_visitors);
    (agents, visitors.map(|(conversation, _)| json!(VisitorConversation::of(conversation))))
}

fn typing(event: &Event, scene: &Scene) -> (Option<Value>, Option<Value>) {
    let Some((conversation, _)) = &scene.conversation else { return (None, None) };
    let mut data = json!({
        "conversation": VisitorConversation::of(conversation),
        "user": event.data["user"],
        "is_private": event.data["is_private"].as_bool().unwrap_or(false),
    });
    let by_agent = event.performer.is_some() && data["is_private"] == false;
    let agents = data.clone();
    if let Some(user) = data["user"].as_object_mut() {
        user.retain(|key, _| ["id", "name", "available_name", "avatar_url", "type"].contains(&key.as_str()));
    }
    (Some(agents), by_agent.then_some(data))
}

/// Every frame says to which account it belongs and who did it.
fn with_origin(mut data: Value, event: &Event) -> Value {
    if let Some(object) = data.as_object_mut() {
        object.insert("account_id".into(), json!(event.account_id));
        if let Some(performer) = event.performer {
            object.insert("performer".into(), json!({"id": performer, "type": "user"}));
        }
    }
    data
}
