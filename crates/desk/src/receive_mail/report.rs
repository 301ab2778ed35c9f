//! A delivery report sets the delivery state of the message it is about (contract §6.3): found by the bounce address,
//! which leads to one mail, else by the Message-ID of the mail that came back.

use super::{Incoming, Received, conclude::finish, trace::Trace, trace::shown};
use crate::{Desk, Outcome};
use mail::{
    Bounce,
    classify::{BounceClass, BouncedRecipient},
};
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    event::{Event, EventKind},
    ids::ConversationId,
    inbound::InboundState,
    message::MessageStatus,
};
use std::sync::Arc;
use store::{
    Tx, conversations, deliveries, events,
    inbound_conclusions::{self, Conclusion},
    inbound_mails, mail_ids, messages,
    tokens::{self, TokenKind},
};

/// Applies the report.
///
/// # Errors
/// Storage trouble.
pub(super) async fn conclude(desk: &Desk, incoming: &Arc<Incoming>, trace: Trace) -> Outcome<Received> {
    let incoming = incoming.clone();
    desk.db
        .write(async move |tx| {
            let mut trace = trace.clone();
            let Some(bounce) = &incoming.read.classified.bounce else {
                let reason = "a delivery report that cannot be read";
                return Ok(finish(tx, &incoming, None, InboundState::Bounce, reason, trace).await?);
            };
            let Some((conversation, about)) = find(tx, &incoming, bounce, &mut trace).await? else {
                let reason = "a delivery report about a mail we do not know";
                return Ok(finish(tx, &incoming, None, InboundState::Bounce, reason, trace).await?);
            };
            let Some(conversation) = conversations::lock(tx, conversation).await? else {
                let reason = "a delivery report about a conversation that is gone";
                return Ok(finish(tx, &incoming, None, InboundState::Bounce, reason, trace).await?);
            };
            let log = inbound_mails::by_id(tx, incoming.log.id).await?;
            if let Some(log) = log.filter(|log| log.state != InboundState::Pending) {
                return Ok(Received { state: log.state, reason: log.reason });
            }
            let mut message = None;
            for delivery in about {
                message = message.or(Some(delivery.message_id));
                let Some(changed) = apply(bounce, delivery, incoming.now) else { continue };
                trace.note(format!("the delivery to {} is now {}", changed.to, changed.state.as_str()));
                deliveries::update(tx, &changed).await?;
                tell(tx, &changed, incoming.now).await?;
            }
            let reason = words_of(bounce.class);
            let conclusion = Conclusion {
                inbound_mail_id: incoming.log.id,
                conversation_id: conversation.id,
                state: InboundState::Bounce,
                reason: reason.to_owned(),
                message_id: None,
            };
            inbound_conclusions::set(tx, &conclusion).await?;
            let account = Some(conversation.account_id);
            Ok(finish(tx, &incoming, account, InboundState::Bounce, reason, trace).await?)
        })
        .await
}

/// The deliveries it is about, and their conversation.
async fn find(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    bounce: &Bounce,
    trace: &mut Trace,
) -> store::Result<Option<(ConversationId, Vec<Delivery>)>> {
    for (digits, source) in incoming.read.mail.bounce_tokens() {
        let token = tokens::by_token(tx, digits.as_str()).await?.filter(|token| token.kind == TokenKind::Bounce);
        let Some((token, mail)) = token.and_then(|token| token.mail_id.map(|mail| (token, mail))) else { continue };
        trace.note(format!("{}: the bounce address {}", source.as_str(), shown(digits.as_str())));
        return Ok(Some((token.conversation_id, deliveries::of_mail(tx, mail).await?)));
    }
    let Some(id) = &bounce.original_message_id else { return Ok(None) };
    for known in mail_ids::by_header(tx, id).await? {
        let Some(message) = known.message_id.filter(|_| known.outgoing) else { continue };
        let of_message = deliveries::of_message(tx, message).await?;
        // The report may name where a mail was forwarded to; where it went to one recipient only, it is that one.
        let only = of_message.len() == 1;
        let mut about = Vec::new();
        for delivery in of_message.into_iter().filter(|delivery| only || concerns(bounce, &delivery.to)) {
            match delivery.mail_id {
                Some(mail) => about.extend(deliveries::of_mail(tx, mail).await?),
                None => about.push(delivery),
            }
        }
        if !about.is_empty() {
            trace.note(format!("about our mail {id}"));
            return Ok(Some((known.conversation_id, about)));
        }
    }
    Ok(None)
}

/// Whether the report names that recipient, or nobody at all.
fn concerns(bounce: &Bounce, to: &str) -> bool {
    bounce.recipients.is_empty() || bounce.recipients.iter().any(|named| mail::address::same(&named.address, to))
}

/// The delivery as the report has it; `None` where it changes nothing. A mail that came back stays so.
fn apply(bounce: &Bounce, delivery: Delivery, now: Timestamp) -> Option<Delivery> {
    let named = bounce.recipients.iter().find(|named| mail::address::same(&named.address, &delivery.to));
    let state = match named.and_then(|named| named.action.as_deref()).unwrap_or(action_of(bounce.class)) {
        "failed" => DeliveryState::Bounced,
        "delayed" => DeliveryState::Deferred,
        _ => return None,
    };
    let was = delivery.state;
    if was == DeliveryState::Bounced || was == DeliveryState::Cancelled || was == DeliveryState::Sandboxed {
        return None;
    }
    let named = named.or_else(|| bounce.recipients.first());
    let detail = named.and_then(|named| named.diagnostic.clone());
    Some(Delivery {
        state,
        detail: Some(detail.unwrap_or_else(|| words_of(bounce.class).to_owned())),
        code: named.and_then(|named: &BouncedRecipient| named.status.clone()),
        next_try_at: None,
        at: now,
        ..delivery
    })
}

/// The action (RFC 3464 §2.3.3) that a report as a whole amounts to.
fn action_of(class: BounceClass) -> &'static str {
    match class {
        BounceClass::Failed => "failed",
        BounceClass::Delay => "delayed",
        BounceClass::Relayed => "relayed",
        BounceClass::Expanded => "expanded",
        BounceClass::Delivered => "delivered",
    }
}

async fn tell(tx: &mut Tx<'_>, delivery: &Delivery, now: Timestamp) -> store::Result<()> {
    let Some(mut message) = messages::by_id(tx, delivery.conversation_id, delivery.message_id).await? else {
        return Ok(());
    };
    if delivery.state == DeliveryState::Bounced && message.status != MessageStatus::Read {
        message.status = MessageStatus::Failed;
    }
    message.updated_at = now;
    messages::update(tx, &message).await?;
    let event = Event::new(EventKind::MessageUpdated, message.account_id, now);
    events::record(tx, &event.conversation(message.conversation_id).message(message.id)).await
}

fn words_of(class: BounceClass) -> &'static str {
    match class {
        BounceClass::Failed => "a mail of ours came back",
        BounceClass::Delay => "a mail of ours is delayed",
        BounceClass::Relayed => "a mail of ours was handed to a system that sends no reports",
        BounceClass::Expanded => "a mail of ours was sent on to a list",
        BounceClass::Delivered => "a mail of ours arrived",
    }
}
