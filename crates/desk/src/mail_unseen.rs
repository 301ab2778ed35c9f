//! The mail that goes out when replies stay unseen (contract §4): at the deadline, one mail a recipient with everything
//! unseen. It is rendered once; its bytes, tokens, Message-ID and the job that sends it are kept in one transaction, and
//! only if nothing it was written from has changed meanwhile.

pub(crate) mod case;
mod decide;
mod draft;

use crate::{Desk, Outcome, Problem};
use decide::{Steps, decide};
use draft::{draft, keep};
use jiff::SignedDuration;
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    event::{Event, EventKind},
    ids::{ConversationId, MessageId},
};
use serde_json::json;
use std::collections::BTreeSet;
use store::{
    Result, Tx, conversations, deliveries, events,
    jobs::{self, NewJob},
    tokens,
};

/// The job that looks after a conversation's planned mails; its key is the conversation's row id.
pub const KIND: &str = "mail_unseen";
/// How long a link back leads into the conversation.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How often a case may change under our hands before the job is left for later.
const PATIENCE: usize = 10;

/// Lets the conversation's planned mails be looked after at `at`, or earlier if that was meant already.
///
/// # Errors
/// Storage trouble.
pub async fn schedule(tx: &mut Tx<'_>, conversation: ConversationId, at: Timestamp, now: Timestamp) -> Result<()> {
    let key = conversation.to_string();
    let job = NewJob {
        kind: KIND,
        payload: json!({"conversation_id": conversation}),
        unique_key: Some(key.clone()),
        run_at: at,
    };
    jobs::enqueue(tx, &job, now).await?;
    jobs::hasten(tx, KIND, &key, at).await
}

/// Looks after the conversation's planned mails: what was seen is dropped, what is due is rendered and queued, and a
/// later look is scheduled for the rest.
///
/// # Errors
/// Storage trouble.
pub async fn run(desk: &Desk, conversation: ConversationId) -> Outcome<()> {
    for _ in 0..PATIENCE {
        let now = desk.now();
        let read = desk.db.read::<_, store::Error, _>(async move |tx| case::read(tx, conversation, now).await);
        let Some(case) = read.await? else { return Ok(()) };
        let misaddressed = case.misaddressed();
        if !misaddressed.is_empty() {
            let to = case.contact.email.clone();
            let readdressed = desk.db.write::<_, store::Error, _>(async move |tx| {
                conversations::lock(tx, conversation).await?;
                readdress(tx, &misaddressed, to.as_deref(), now).await
            });
            readdressed.await?;
            continue;
        }
        let steps = decide(&case, now);
        let mut drafts = Vec::with_capacity(steps.mails.len());
        for (party, carried) in &steps.mails {
            drafts.push(draft(desk, &case, party, carried, now).await?);
        }
        let Steps { changed, next, .. } = steps;
        let sandbox = desk.house.sandbox;
        let kept = desk.db.write::<_, store::Error, _>(async move |tx| {
            conversations::lock(tx, conversation).await?;
            if case::read(tx, conversation, now).await?.as_ref() != Some(&case) {
                return Ok(false);
            }
            for draft in &drafts {
                if tokens::live_reply(tx, conversation, &draft.address).await? != draft.token {
                    return Ok(false);
                }
            }
            let mut touched: BTreeSet<MessageId> = changed.iter().map(|delivery| delivery.message_id).collect();
            for delivery in &changed {
                deliveries::update(tx, delivery).await?;
            }
            for draft in &drafts {
                touched.extend(draft.carried.iter().map(|delivery| delivery.message_id));
                keep(tx, &case, draft, sandbox, now).await?;
            }
            for message in touched {
                let event = Event::new(EventKind::MessageUpdated, case.account.id, now);
                events::record(tx, &event.conversation(conversation).message(message)).await?;
            }
            if let Some(at) = next {
                schedule(tx, conversation, at, now).await?;
            }
            Ok(true)
        });
        if kept.await? {
            return Ok(());
        }
    }
    Err(Problem::Storage(store::Error::Conflict("the conversation changes faster than its mail can be written".into())))
}

/// Lets planned mails follow a person who has corrected their address.
async fn readdress(tx: &mut Tx<'_>, astray: &[Delivery], to: Option<&str>, now: Timestamp) -> Result<()> {
    for delivery in astray {
        let moved = match to {
            Some(to) => deliveries::readdress(tx, delivery.id, to).await?,
            None => false,
        };
        if !moved {
            let detail = Some("the address is the contact's no more".to_owned());
            let state = DeliveryState::Cancelled;
            deliveries::update(tx, &Delivery { state, detail, next_try_at: None, at: now, ..delivery.clone() }).await?;
        }
        let event = Event::new(EventKind::MessageUpdated, delivery.account_id, now);
        events::record(tx, &event.conversation(delivery.conversation_id).message(delivery.message_id)).await?;
    }
    Ok(())
}
