//! A reply in a conversation on a messaging channel: which road it takes, and what follows from that.

use super::NewReply;
use crate::{House, Outcome, Problem, append::append, send_on_channel};
use model::{
    Timestamp,
    channel::{Kind, Standing, standing},
    contact::ContactInbox,
    continuity::{Obstacle, Outlook, Plan, Refusal, Road, road},
    conversation::Conversation,
    delivery::DeliveryState,
    inbox::{Inbox, Messaging},
    message::{Kind as MessageKind, Message, MessageStatus, Sender},
};
use store::{
    Result, Tx, contact_inboxes,
    deliveries::{self, NewDelivery},
    messages::{self, NewMessage},
};

/// How a message goes out.
pub(super) struct Outing {
    /// By mail.
    pub(super) plan: Plan,
    /// By the channel.
    pub(super) channel: Option<ByChannel>,
    /// What the thread says about it.
    pub(super) activity: Option<String>,
    /// The mail was asked for: it goes to people, too, who want no other.
    pub(super) mandatory: bool,
}

/// By a channel.
pub(super) struct ByChannel {
    kind: &'static Kind,
    to: String,
    falls_back: bool,
    /// Why it does not go after all.
    stuck: Option<String>,
}

impl Outing {
    /// By mail alone, or not at all.
    pub(super) fn of(plan: Plan) -> Self {
        let mandatory = matches!(plan, Plan::Mail { unless_seen: false, .. });
        Self { plan, channel: None, activity: None, mandatory }
    }
}

/// Chooses the road.
///
/// # Errors
/// `email` was asked for where no mail can go.
pub(super) async fn outing(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    new: &NewReply,
    has_address: bool,
    settings: &Messaging,
    kind: &'static Kind,
    now: Timestamp,
) -> Outcome<Outing> {
    let session = contact_inboxes::by_id(tx, conversation.contact_inbox_id).await?;
    let session = session.ok_or(Problem::NotFound("session"))?;
    let able = (kind.able)(settings);
    let window = standing(able.window, session.heard_at, now);
    let outlook = Outlook {
        public_reply: !new.private,
        has_address,
        window,
        unreachable: session.unreachable.is_some(),
        template: able.templates && new.content_attributes.get("template_params").is_some_and(model::Json::is_object),
    };
    let road = road(new.way, &outlook).map_err(|refusal: Refusal| Problem::Invalid(refusal.to_string()))?;
    let mail = Plan::Mail { at: now, unless_seen: false };
    let why = |obstacle| words(obstacle, kind, window, session.unreachable.as_deref());
    let by_channel = |falls_back, stuck| ByChannel { kind, to: session.source_id.clone(), falls_back, stuck };
    Ok(match road {
        Road::Stays => Outing::of(Plan::NoMail),
        Road::Channel { falls_back } => {
            Outing { channel: Some(by_channel(falls_back, None)), ..Outing::of(Plan::NoMail) }
        }
        Road::Mail(None) => Outing::of(mail),
        Road::Mail(Some(obstacle)) => {
            let activity = Some(format!("{}; the message goes by e-mail instead", why(obstacle)));
            Outing { activity, mandatory: false, ..Outing::of(mail) }
        }
        Road::Stuck(obstacle) => {
            Outing { channel: Some(by_channel(false, Some(why(obstacle)))), ..Outing::of(Plan::NoMail) }
        }
    })
}

/// Settings and kind of an inbox that the house carries itself, where its reply window is closed now: then it is as with any
/// other channel.
///
/// # Errors
/// Storage trouble.
pub(super) async fn closed<'i>(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &Conversation,
    inbox: &'i Inbox,
    now: Timestamp,
) -> Result<Option<(&'i Messaging, &'static Kind)>> {
    let Some(settings) = inbox.messaging() else { return Ok(None) };
    let Some(kind) = house.kind(&settings.of) else { return Ok(None) };
    let Some(window) = (kind.able)(settings).window else { return Ok(None) };
    let session = contact_inboxes::by_id(tx, conversation.contact_inbox_id).await?;
    let heard_at = session.and_then(|session| session.heard_at);
    Ok((!standing(Some(window), heard_at, now).takes()).then_some((settings, kind)))
}

fn words(obstacle: Obstacle, kind: &Kind, window: Standing, unreachable: Option<&str>) -> String {
    let title = kind.title;
    match (obstacle, window) {
        (Obstacle::Unreachable, _) => {
            format!("{title} cannot reach the person any more ({})", unreachable.unwrap_or("for no known reason"))
        }
        (Obstacle::WindowClosed, Standing::Closed(None)) => {
            format!("{title} takes no message before the person has written there")
        }
        (Obstacle::WindowClosed, Standing::Closed(Some(at))) => {
            format!("The reply window of {title} closed on {}", at.strftime("%-d %B at %H:%M UTC"))
        }
        (Obstacle::WindowClosed, _) => format!("The reply window of {title} is closed"),
    }
}

/// Plans the delivery by the channel and lets it go when it is its turn.
///
/// # Errors
/// Storage trouble.
pub(super) async fn plan(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    message: &mut Message,
    by: &ByChannel,
    now: Timestamp,
) -> Result<()> {
    let state = if by.stuck.is_some() { DeliveryState::Failed } else { DeliveryState::Queued };
    let delivery = NewDelivery {
        by: by.kind.name.into(),
        to: by.to.clone(),
        state,
        detail: by.stuck.clone(),
        at: now,
        unless_seen: false,
        falls_back: by.falls_back,
    };
    deliveries::plan(tx, message, &delivery, now).await?;
    if by.stuck.is_some() {
        message.status = MessageStatus::Failed;
        return messages::update(tx, message).await;
    }
    send_on_channel::join(tx, conversation.id, message.id, now).await
}

/// Greets a person who begins a conversation on a channel, where the inbox has a greeting.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn greet_on_channel(
    tx: &mut Tx<'_>,
    house: &House,
    inbox: &Inbox,
    conversation: &mut Conversation,
    session: &ContactInbox,
    now: Timestamp,
) -> Result<()> {
    let settings = &inbox.settings;
    let Some((_, kind)) = house.carried(inbox) else { return Ok(()) };
    if !settings.greeting_enabled || settings.greeting_message.trim().is_empty() {
        return Ok(());
    }
    let greeting = NewMessage::text(conversation, MessageKind::Template, Sender::System, &settings.greeting_message);
    let mut greeting = append(tx, conversation, &greeting, &[], None, now).await?;
    // Automatic messages never start a mail (contract §4).
    let by = ByChannel { kind, to: session.source_id.clone(), falls_back: false, stuck: None };
    plan(tx, conversation, &mut greeting, &by, now).await
}
