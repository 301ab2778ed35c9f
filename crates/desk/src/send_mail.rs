//! What became of a try to send a queued mail: the server's answer goes to the deliveries it carries, and a try that may
//! succeed later is enqueued again, in one transaction.

use crate::{Desk, Outcome};
use jiff::SignedDuration;
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    event::{Event, EventKind},
    ids::MailId,
    message::MessageStatus,
};
use serde_json::json;
use store::{
    Result, Tx, conversations, deliveries, events,
    jobs::{self, MAX_ATTEMPTS, NewJob},
    mails::{self, OutgoingMail},
    messages,
};

/// The job that hands one mail to the server; its key is the mail's row id.
pub const KIND: &str = "send_mail";

/// What the server made of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Accepted, refused for now, or refused for good.
    pub fate: Fate,
    /// Its words, or ours where it said nothing.
    pub detail: String,
    /// Enhanced status code (RFC 3463), else the reply code.
    pub code: Option<String>,
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Accepted: the server is responsible from here on.
    Accepted,
    /// Not now; later perhaps.
    Later,
    /// Never.
    Refused,
}

/// Enqueues a try, which is the `attempt`-th.
///
/// # Errors
/// Storage trouble.
pub async fn enqueue(tx: &mut Tx<'_>, mail: MailId, attempt: i64, at: Timestamp, now: Timestamp) -> Result<()> {
    let payload = json!({"mail_id": mail, "attempt": attempt});
    let job = NewJob { kind: KIND, payload, unique_key: Some(mail.to_string()), run_at: at };
    jobs::enqueue(tx, &job, now).await
}

/// The mail and its bytes while it waits to be sent; `None` once it was accepted, given up, or never was to be sent.
///
/// # Errors
/// Storage trouble.
pub async fn waiting(desk: &Desk, id: MailId) -> Outcome<Option<(OutgoingMail, Vec<u8>)>> {
    let found = desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(mail) = mails::by_id(tx, id).await?.filter(|mail| !mail.sandboxed) else { return Ok(None) };
        if !deliveries::of_mail(tx, id).await?.iter().any(waits) {
            return Ok(None);
        }
        Ok(mails::bytes(tx, id).await?.map(|bytes| (mail, bytes)))
    });
    Ok(found.await?)
}

fn waits(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Queued | DeliveryState::Deferred)
}

/// Notes how the `attempt`-th try ended.
///
/// # Errors
/// Storage trouble.
pub async fn conclude(desk: &Desk, mail: &OutgoingMail, attempt: i64, answer: Answer) -> Outcome<()> {
    let now = desk.now();
    let (id, conversation) = (mail.id, mail.conversation_id);
    let noted = desk.db.write::<_, store::Error, _>(async move |tx| {
        conversations::lock(tx, conversation).await?;
        let next_try_at = next_try(answer.fate, attempt, now);
        let state = match (answer.fate, next_try_at) {
            (Fate::Accepted, _) => DeliveryState::Sent,
            (Fate::Later, Some(_)) => DeliveryState::Deferred,
            _ => DeliveryState::Failed,
        };
        let detail = match (answer.fate, state) {
            (Fate::Later, DeliveryState::Failed) => format!("gave up: {}", answer.detail),
            _ => answer.detail.clone(),
        };
        for delivery in deliveries::of_mail(tx, id).await?.into_iter().filter(waits) {
            let (detail, code) = (Some(detail.clone()), answer.code.clone());
            deliveries::update(tx, &Delivery { state, detail, code, next_try_at, at: now, ..delivery.clone() }).await?;
            if state == DeliveryState::Failed {
                mark_failed(tx, &delivery, now).await?;
            }
            let event = Event::new(EventKind::MessageUpdated, delivery.account_id, now);
            events::record(tx, &event.conversation(conversation).message(delivery.message_id)).await?;
        }
        if let Some(at) = next_try_at {
            enqueue(tx, id, attempt + 1, at, now).await?;
        }
        Ok(())
    });
    Ok(noted.await?)
}

/// When to try again; never after [`MAX_ATTEMPTS`], which is about two days.
fn next_try(fate: Fate, attempt: i64, now: Timestamp) -> Option<Timestamp> {
    let pause = SignedDuration::try_from(jobs::pause(attempt)).ok()?;
    (fate == Fate::Later && attempt < MAX_ATTEMPTS).then(|| now + pause)
}

/// A message nobody got is failed, unless the person saw it elsewhere.
async fn mark_failed(tx: &mut Tx<'_>, delivery: &Delivery, now: Timestamp) -> Result<()> {
    let Some(mut message) = messages::by_id(tx, delivery.conversation_id, delivery.message_id).await? else {
        return Ok(());
    };
    if message.status != MessageStatus::Read {
        message.status = MessageStatus::Failed;
        message.updated_at = now;
        messages::update(tx, &message).await?;
    }
    Ok(())
}
