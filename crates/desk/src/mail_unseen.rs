//! The mail that goes out when replies stay unseen (contract §4): at the deadline, one mail a recipient with everything
//! unseen. It is rendered once; its bytes, tokens, Message-ID and the job that sends it are kept in one transaction, and
//! only if nothing it was written from has changed meanwhile.

pub(crate) mod case;
mod decide;

use crate::{
    Desk, Outcome, Problem,
    letter::{self, Secrets, Written},
    send_mail,
    signing::sha256,
};
use bytes::Bytes;
use case::Case;
use decide::{Steps, decide};
use jiff::SignedDuration;
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    event::{Event, EventKind},
    ids::{ConversationId, MessageId},
    message::MessageStatus,
};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use store::{
    Result, Tx, conversations, deliveries, events,
    jobs::{self, NewJob},
    mail_ids, mails, messages, tokens,
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

/// A mail that may be kept.
struct Draft {
    carried: Vec<Delivery>,
    address: String,
    /// The reply token the recipient has already.
    token: Option<String>,
    secrets: Secrets,
    rendered: Result<(Written, Vec<u8>), String>,
}

async fn draft(desk: &Desk, case: &Case, party: &case::Party, carried: &[&Delivery], now: Timestamp) -> Outcome<Draft> {
    let (conversation, address) = (case.conversation.id, party.address.clone());
    let known =
        desk.db.read::<_, store::Error, _>(async move |tx| tokens::live_reply(tx, conversation, &address).await);
    let token = known.await?;
    let secrets = Secrets {
        reply: token.clone().unwrap_or_else(|| desk.random.hex_128()),
        bounce: desk.random.hex_128(),
        link: desk.random.hex_128(),
    };
    let files = fetch(desk, case, carried).await?;
    let rendered = letter::write(&desk.house, case, party, carried, &secrets, &files, now).and_then(|written| {
        let bytes = mail::render(&written.letter).map_err(|error| error.to_string())?;
        Ok((written, bytes))
    });
    let carried = carried.iter().map(|delivery| (*delivery).clone()).collect();
    Ok(Draft { carried, address: party.address.clone(), token, secrets, rendered })
}

/// The bytes of the files that may be attached, by key.
async fn fetch(desk: &Desk, case: &Case, carried: &[&Delivery]) -> Outcome<HashMap<String, Bytes>> {
    let mut files = HashMap::new();
    let mut room = letter::MOST_ATTACHED;
    for entry in &case.entries {
        if !carried.iter().any(|delivery| delivery.message_id == entry.message.id) {
            continue;
        }
        for file in entry.files.iter().filter(|file| file.size <= letter::MOST_ATTACHED) {
            if file.size > room {
                continue;
            }
            if let Some(bytes) = desk.blobs.get(&file.blob_key).await? {
                room -= file.size;
                files.insert(file.blob_key.clone(), bytes);
            }
        }
    }
    Ok(files)
}

/// Keeps the mail, what leads back from it, and the job that sends it.
async fn keep(tx: &mut Tx<'_>, case: &Case, draft: &Draft, sandboxed: bool, now: Timestamp) -> Result<()> {
    let (written, raw) = match &draft.rendered {
        Ok(rendered) => rendered,
        Err(why) => return fail(tx, case, draft, why, now).await,
    };
    let Draft { carried, address, secrets, .. } = draft;
    let contact = case.contact.has_address(address).then_some(case.contact.id);
    if written.answerable {
        tokens::reply_for(tx, &case.conversation, contact, address, &secrets.reply, now).await?;
    }
    let mail = mails::OutgoingMail {
        id: model::ids::MailId(0),
        account_id: case.account.id,
        conversation_id: case.conversation.id,
        message_id_header: written.letter.message_id.clone(),
        envelope_from: written.envelope_from.clone(),
        envelope_to: address.clone(),
        header_from: shown(&written.letter.from),
        reply_to: written.letter.reply_to.as_ref().map(shown),
        subject: written.letter.subject.clone(),
        sandboxed,
        created_at: now,
    };
    let id = mails::insert(tx, &mail, raw).await?;
    let token = |token: &str, kind| tokens::Token {
        contact_id: contact,
        mail_id: Some(id),
        ..tokens::Token::new(token, kind, &case.conversation, address, now)
    };
    if written.verp {
        tokens::insert(tx, &token(&secrets.bounce, tokens::TokenKind::Bounce)).await?;
    }
    if written.linked {
        let link = token(&sha256(secrets.link.as_bytes()), tokens::TokenKind::Link);
        tokens::insert(tx, &tokens::Token { expires_at: Some(now + LINK_LIFE), ..link }).await?;
    }
    let known = mail_ids::MailId {
        account_id: case.account.id,
        conversation_id: case.conversation.id,
        header: mail.message_id_header,
        text_hash: String::new(),
        outgoing: true,
        party: address.clone(),
        message_id: Some(written.last),
        at: now,
    };
    mail_ids::record(tx, &known).await?;
    let state = if sandboxed { DeliveryState::Sandboxed } else { DeliveryState::Queued };
    for delivery in carried {
        let kept = Delivery { mail_id: Some(id), state, detail: None, next_try_at: None, at: now, ..delivery.clone() };
        deliveries::update(tx, &kept).await?;
    }
    if !sandboxed {
        send_mail::enqueue(tx, id, 1, now, now).await?;
    }
    Ok(())
}

async fn fail(tx: &mut Tx<'_>, case: &Case, draft: &Draft, why: &str, now: Timestamp) -> Result<()> {
    for delivery in &draft.carried {
        let detail = Some(format!("the mail cannot be written: {why}"));
        let failed = Delivery { state: DeliveryState::Failed, detail, next_try_at: None, at: now, ..delivery.clone() };
        deliveries::update(tx, &failed).await?;
        if let Some(mut message) = messages::by_id(tx, case.conversation.id, delivery.message_id).await? {
            message.status = MessageStatus::Failed;
            message.updated_at = now;
            messages::update(tx, &message).await?;
        }
    }
    Ok(())
}

fn shown(mailbox: &mail::Mailbox) -> String {
    match &mailbox.name {
        Some(name) => format!("{name} <{}>", mailbox.address),
        None => mailbox.address.clone(),
    }
}
