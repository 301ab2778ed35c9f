//! Replies that go by a messaging channel, one after the other in the order of the thread: what is to be sent, and what
//! became of it. A message may go in several parts; the provider's id of each is kept as soon as the provider has taken
//! it, so that a process that dies sends only the part again on which it was at work.

mod fall_back;

use crate::{Desk, House, Outcome, channel_reach};
use jiff::SignedDuration;
use model::{
    Timestamp,
    attachment::Attachment,
    channel::{Kind, Standing, standing},
    contact::ContactInbox,
    delivery::{Delivery, DeliveryState},
    event::{Event, EventKind},
    ids::{ConversationId, DeliveryId, MessageId},
    inbox::{Inbox, Messaging},
    message::{Message, MessageStatus},
};
use serde_json::json;
use store::{
    Result, Tx, attachments, channel_health, contact_inboxes, conversations, deliveries, events, inboxes,
    jobs::{self, MAX_ATTEMPTS, NewJob},
    messages, provider_ids,
};

pub(crate) use fall_back::fail;

/// The job that sends one message; its key is the delivery's row id.
pub const KIND: &str = "send_on_channel";

/// Everything needed to send a message.
#[derive(Clone, Debug)]
pub struct Errand {
    /// What is to be done.
    pub delivery: Delivery,
    /// The message.
    pub message: Message,
    /// Its files.
    pub files: Vec<Attachment>,
    /// The inbox.
    pub inbox: Inbox,
    /// Its kind.
    pub kind: &'static Kind,
    /// The person on the channel.
    pub session: ContactInbox,
    /// Where the reply window stands.
    pub window: Standing,
    /// How many parts the provider has taken already.
    pub taken: usize,
    /// The provider's id of the message this one answers.
    pub answers: Option<String>,
}

impl Errand {
    /// The inbox's settings.
    #[must_use]
    pub fn settings(&self) -> &Messaging {
        static NONE: std::sync::LazyLock<Messaging> = std::sync::LazyLock::new(Messaging::default);
        self.inbox.messaging().unwrap_or(&NONE)
    }

    /// What names a part of the message to providers that take nothing twice: a UUID, always the same for the same part.
    #[must_use]
    pub fn part_key(&self, house: &House, part: usize) -> String {
        house.secret.uuid("part of a message", &format!("{}:{part}", self.delivery.id))
    }
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The provider has taken every part.
    Taken,
    /// Not now; later perhaps, not before that pause where the provider asked for one.
    Later(Trouble, Option<SignedDuration>),
    /// Never.
    Never(Trouble),
    /// Never, and nothing else will reach the person there until they are heard again.
    Gone(Trouble),
}

impl End {
    /// What was said against it; nothing where all was taken.
    #[must_use]
    pub fn trouble(self) -> Trouble {
        match self {
            Self::Later(trouble, _) | Self::Never(trouble) | Self::Gone(trouble) => trouble,
            Self::Taken => Trouble { code: None, words: String::new() },
        }
    }
}

/// What a provider, or the way to it, said against a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The provider's code.
    pub code: Option<String>,
    /// In words, without secrets.
    pub words: String,
}

/// Lets a new message go by its channel, unless one before it has the turn: that one may be on its way just now, and must
/// not be sent by two at once.
///
/// # Errors
/// Storage trouble.
pub async fn join(tx: &mut Tx<'_>, conversation: ConversationId, message: MessageId, now: Timestamp) -> Result<()> {
    match deliveries::next_on_channel(tx, conversation).await? {
        Some(next) if next.message_id == message => enqueue(tx, next.id, 1, now, now).await,
        _ => Ok(()),
    }
}

/// The message whose turn it was has been dealt with: lets the conversation's next one go.
///
/// # Errors
/// Storage trouble.
pub async fn go_on(tx: &mut Tx<'_>, conversation: ConversationId, now: Timestamp) -> Result<()> {
    match deliveries::next_on_channel(tx, conversation).await? {
        Some(next) if next.state == DeliveryState::Queued => enqueue(tx, next.id, 1, now, now).await,
        _ => Ok(()),
    }
}

async fn enqueue(tx: &mut Tx<'_>, id: DeliveryId, attempt: i64, at: Timestamp, now: Timestamp) -> Result<()> {
    let payload = json!({"delivery_id": id, "attempt": attempt});
    let job = NewJob { kind: KIND, payload, unique_key: Some(id.to_string()), run_at: at };
    jobs::enqueue(tx, &job, now).await
}

/// What there is to send, if it is still to be sent and its turn.
///
/// # Errors
/// Storage trouble.
pub async fn waiting(desk: &Desk, id: DeliveryId) -> Outcome<Option<Errand>> {
    let (house, now) = (desk.house.clone(), desk.now());
    let read = desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(delivery) = deliveries::by_id(tx, id).await?.filter(waits) else { return Ok(None) };
        if deliveries::next_on_channel(tx, delivery.conversation_id).await?.is_none_or(|next| next.id != id) {
            return Ok(None);
        }
        let Some(conversation) = conversations::by_id(tx, delivery.conversation_id).await? else { return Ok(None) };
        let message = messages::by_id(tx, conversation.id, delivery.message_id).await?;
        let inbox = inboxes::by_id(tx, conversation.inbox_id).await?;
        let session = contact_inboxes::by_id(tx, conversation.contact_inbox_id).await?;
        let (Some(message), Some(inbox), Some(session)) = (message, inbox, session) else { return Ok(None) };
        let Some((settings, kind)) = house.carried(&inbox) else { return Ok(None) };
        let window = standing((kind.able)(settings).window, session.heard_at, now);
        let answered = message.content_attributes.get("in_reply_to").and_then(serde_json::Value::as_i64);
        let answers = match answered {
            Some(id) => provider_ids::of_message(tx, MessageId(id)).await?.into_iter().next(),
            None => None,
        };
        Ok(Some(Errand {
            files: attachments::of_message(tx, message.id).await?,
            taken: provider_ids::of_message(tx, message.id).await?.len(),
            answers: answers.map(|known| known.provider_id),
            delivery,
            message,
            inbox,
            kind,
            session,
            window,
        }))
    });
    Ok(read.await?)
}

/// Whether the channel still has to carry it.
pub(crate) fn waits(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Queued | DeliveryState::Deferred)
}

/// The provider has taken a part and calls it that.
///
/// # Errors
/// Storage trouble.
pub async fn part_taken(desk: &Desk, errand: &Errand, part: usize, provider_id: &str) -> Outcome<()> {
    let now = desk.now();
    let (house, inbox, conversation) = (desk.house.clone(), errand.inbox.id, errand.message.conversation_id);
    let (message, provider_id) = (errand.message.id, provider_id.to_owned());
    let part = i64::try_from(part).unwrap_or(i64::MAX);
    let noted = desk.db.write::<_, crate::Problem, _>(async move |tx| {
        let Some(mut conversation) = conversations::lock(tx, conversation).await? else { return Ok(()) };
        let early = provider_ids::by_id(tx, inbox, &provider_id).await?.and_then(|known| known.early);
        provider_ids::take(tx, inbox, &provider_id, message, part, now).await?;
        if let Some(mut message) = messages::by_id(tx, conversation.id, message).await?.filter(|_| part == 0) {
            message.source_id = Some(provider_id.clone());
            message.updated_at = now;
            messages::update(tx, &message).await?;
        }
        if let Some(told) = early {
            crate::receive_on_channel::told_early(tx, &house, &mut conversation, message, &told, now).await?;
        }
        Ok(())
    });
    noted.await
}

/// Notes how the `attempt`-th try ended, and lets the next message go where this one is dealt with.
///
/// # Errors
/// Storage trouble.
pub async fn conclude(desk: &Desk, errand: &Errand, attempt: i64, end: End) -> Outcome<()> {
    let (house, now) = (desk.house.clone(), desk.now());
    let (delivery, conversation) = (errand.delivery.id, errand.delivery.conversation_id);
    let (inbox, session, kind) = (errand.inbox.id, errand.session.id, errand.kind);
    let noted = desk.db.write::<_, crate::Problem, _>(async move |tx| {
        let Some(mut conversation) = conversations::lock(tx, conversation).await? else { return Ok(()) };
        let Some(delivery) = deliveries::by_id(tx, delivery).await?.filter(waits) else { return Ok(()) };
        let (trouble, wait) = match &end {
            End::Taken => {
                channel_health::sent(tx, inbox, now).await?;
                let sent = Delivery {
                    state: DeliveryState::Sent,
                    detail: None,
                    code: None,
                    next_try_at: None,
                    at: now,
                    ..delivery
                };
                deliveries::update(tx, &sent).await?;
                record(tx, &sent, now).await?;
                return Ok(go_on(tx, conversation.id, now).await?);
            }
            End::Later(trouble, wait) => (trouble, *wait),
            End::Never(trouble) | End::Gone(trouble) => (trouble, None),
        };
        channel_health::failed(tx, inbox, &trouble.words, now).await?;
        let trouble = &Trouble { code: trouble.code.clone(), words: kind.bare(&trouble.words).to_owned() };
        if let End::Later(..) = end
            && let Some(at) = next_try(attempt, wait, now)
        {
            let deferred = Delivery {
                state: DeliveryState::Deferred,
                detail: Some(trouble.words.clone()),
                code: trouble.code.clone(),
                next_try_at: Some(at),
                at: now,
                ..delivery
            };
            deliveries::update(tx, &deferred).await?;
            record(tx, &deferred, now).await?;
            return Ok(enqueue(tx, deferred.id, attempt + 1, at, now).await?);
        }
        if matches!(end, End::Gone(_)) {
            channel_reach::lost(tx, session, &trouble.words, now).await?;
        }
        fail(tx, &house, &mut conversation, delivery, trouble, now).await?;
        Ok(go_on(tx, conversation.id, now).await?)
    });
    noted.await
}

/// When to try again; never after [`MAX_ATTEMPTS`], which is about two days.
fn next_try(attempt: i64, wait: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
    let pause = SignedDuration::try_from(jobs::pause(attempt)).ok()?;
    (attempt < MAX_ATTEMPTS).then(|| now + wait.map_or(pause, |wait| wait.max(pause)))
}

/// Tells everyone who follows that a delivery changed.
async fn record(tx: &mut Tx<'_>, delivery: &Delivery, now: Timestamp) -> Result<()> {
    let event = Event::new(EventKind::MessageUpdated, delivery.account_id, now);
    events::record(tx, &event.conversation(delivery.conversation_id).message(delivery.message_id)).await
}

/// A message nobody got has failed; one that was read has not.
pub(crate) async fn mark_failed(tx: &mut Tx<'_>, mut message: Message, words: &str, now: Timestamp) -> Result<()> {
    if message.status == MessageStatus::Read {
        return Ok(());
    }
    message.status = MessageStatus::Failed;
    if !message.content_attributes.is_object() {
        message.content_attributes = json!({});
    }
    message.content_attributes["external_error"] = json!(words);
    message.updated_at = now;
    messages::update(tx, &message).await
}
