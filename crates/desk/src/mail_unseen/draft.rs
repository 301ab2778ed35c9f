//! One mail on its way from the case to the outbox: written and rendered outside the transaction, kept inside it.

use super::{
    LINK_LIFE,
    case::{Case, Party},
};
use crate::{
    Desk, Outcome,
    letter::{self, Secrets, Written},
    send_mail,
    signing::sha256,
};
use bytes::Bytes;
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    message::MessageStatus,
};
use std::collections::HashMap;
use store::{Result, Tx, deliveries, mail_ids, mails, messages, tokens};

/// A mail that may be kept.
pub(super) struct Draft {
    /// What it carries.
    pub(super) carried: Vec<Delivery>,
    /// The recipient.
    pub(super) address: String,
    /// The reply token the recipient has already.
    pub(super) token: Option<String>,
    secrets: Secrets,
    rendered: Result<(Written, Vec<u8>), String>,
}

/// Writes the mail to `party` that carries `carried`.
///
/// # Errors
/// Storage trouble.
pub(super) async fn draft(
    desk: &Desk,
    case: &Case,
    party: &Party,
    carried: &[&Delivery],
    now: Timestamp,
) -> Outcome<Draft> {
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
///
/// # Errors
/// Storage trouble.
pub(super) async fn keep(tx: &mut Tx<'_>, case: &Case, draft: &Draft, sandboxed: bool, now: Timestamp) -> Result<()> {
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
