//! What SPF, DKIM and DMARC say of a mail: asked for while it is routed where the author depends on it, else afterwards,
//! so that an answer with a valid token never waits for DNS (contract §6.5). Whatever comes out loses no mail.

use crate::{
    Desk, Outcome, Problem,
    accept_mail::Transport,
    receive_mail::{Received, bytes_of, receive_mail, verify_address},
};
use bytes::Bytes;
use mail::{Mail, verdict::Verdicts};
use model::{
    Json, Timestamp,
    event::{Event, EventKind},
    ids::{ConversationId, InboundMailId},
    inbound::InboundState,
    message::Message,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{future::Future, pin::Pin};
use store::{
    Tx, conversations, events, inbound_conclusions,
    inbound_mails::{self, InboundMail, Raw},
    jobs::{self, NewJob},
    messages,
};

/// The job that looks verdicts up after the mail was appended; its payload is a [`Waiting`].
pub const VERIFY_MAIL: &str = "verify_mail";

/// A mail whose verdicts are to be looked up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// The mail.
    pub id: InboundMailId,
    /// The conversations whose contact's address it verifies unless it fails.
    pub verifies: Vec<ConversationId>,
}

/// What can be said of a mail without asking anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtHand {
    /// That, and no more can be found out.
    Said(Verdicts),
    /// Nothing yet: [`Verifier::look_up`] knows more.
    AskDns,
    /// Nothing, now or later.
    Nothing,
}

/// Whoever can check signatures and senders; desks see no sockets.
pub trait Verifier: Send + Sync {
    /// What can be said at once.
    fn at_hand(&self, log: &InboundMail, transport: &Transport, mail: &Mail) -> AtHand;

    /// Asks DNS. Answers within five seconds; what could not be found out by then is `temperror`.
    fn look_up<'v>(
        &'v self,
        log: &InboundMail,
        transport: Transport,
        raw: Bytes,
    ) -> Pin<Box<dyn Future<Output = Verdicts> + Send + 'v>>;
}

/// Checks nothing.
pub struct Unverified;

impl Verifier for Unverified {
    fn at_hand(&self, _: &InboundMail, _: &Transport, _: &Mail) -> AtHand {
        AtHand::Nothing
    }

    fn look_up<'v>(
        &'v self,
        _: &InboundMail,
        _: Transport,
        _: Bytes,
    ) -> Pin<Box<dyn Future<Output = Verdicts> + Send + 'v>> {
        Box::pin(async { Verdicts::default() })
    }
}

/// What was found out of the mail before; `None` where nothing was, or some of it could not be found out then.
pub(crate) fn kept(log: &InboundMail) -> Option<Verdicts> {
    let verdicts = Option::<Verdicts>::deserialize(&log.verdicts).ok().flatten()?;
    (!verdicts.may_change()).then_some(verdicts)
}

/// Asks for the verdicts on a mail; `None` once its bytes are erased.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn look_up(desk: &Desk, id: InboundMailId) -> Outcome<Option<Verdicts>> {
    let found = desk.db.read::<_, Problem, _>(async move |tx| {
        let log = inbound_mails::by_id(tx, id).await?.ok_or(Problem::NotFound("mail"))?;
        Ok((log, inbound_mails::raw(tx, id).await?.unwrap_or(Raw::Erased)))
    });
    let (log, raw) = found.await?;
    let Some(bytes) = bytes_of(desk, &raw).await? else { return Ok(None) };
    let transport = Transport::from_json(&log.transport);
    Ok(Some(desk.verifier.look_up(&log, transport, bytes).await))
}

/// Enqueues the look-up of verdicts that will join the message later.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn later(tx: &mut Tx<'_>, waiting: &Waiting, now: Timestamp) -> store::Result<()> {
    let unique_key = Some(waiting.id.to_string());
    let job = NewJob { kind: VERIFY_MAIL, payload: json!(waiting), unique_key, run_at: now };
    jobs::enqueue(tx, &job, now).await
}

/// Enqueues the look-up of verdicts that a mail waits for, which is routed again with them.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn first(desk: &Desk, id: InboundMailId) -> Outcome<Received> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            later(tx, &Waiting { id, verifies: Vec::new() }, now).await?;
            Ok(Received { state: InboundState::Pending, reason: "waits to hear from DNS who sent it".into() })
        })
        .await
}

/// Looks the verdicts on a mail up. A mail that waits for them is processed; to the messages of one that did not wait they
/// are joined, and an address that waited for them is verified unless they fail. Again changes nothing.
///
/// # Errors
/// Storage trouble.
pub async fn verify_mail(desk: &Desk, waiting: Waiting) -> Outcome<()> {
    let verdicts = look_up(desk, waiting.id).await?.unwrap_or_default();
    // Does nothing where the mail was processed already.
    let before = receive_mail(desk, waiting.id, Some(verdicts.clone())).await?;
    tracing::debug!(id = %waiting.id, state = before.state.as_str(), "verdicts on a mail came");
    let now = desk.now();
    desk.db.write(async move |tx| Ok(join(tx, &waiting, &verdicts, now).await?)).await
}

async fn join(tx: &mut Tx<'_>, waiting: &Waiting, verdicts: &Verdicts, now: Timestamp) -> store::Result<()> {
    inbound_mails::set_verdicts(tx, waiting.id, &json!(verdicts)).await?;
    for conclusion in inbound_conclusions::of_mail(tx, waiting.id).await? {
        let Some(message) = conclusion.message_id else { continue };
        let Some(conversation) = conversations::lock(tx, conclusion.conversation_id).await? else { continue };
        let Some(mut message) = messages::by_id(tx, conversation.id, message).await? else { continue };
        // Of a mail that came by two roads the first one's verdicts stand.
        if message.content_attributes.pointer("/email/verdicts").is_some_and(|known| !known.is_null()) {
            continue;
        }
        note(&mut message, verdicts);
        message.updated_at = now;
        messages::update(tx, &message).await?;
        let event = Event::new(EventKind::MessageUpdated, message.account_id, now);
        events::record(tx, &event.conversation(conversation.id).message(message.id)).await?;
        if waiting.verifies.contains(&conversation.id) && !verdicts.fails_dmarc() {
            verify_address(tx, &message, now).await?;
        }
    }
    Ok(())
}

/// Verdicts as they stand in a message's `content_attributes.email`.
pub(crate) fn shown(verdicts: &Verdicts) -> Json {
    json!({
        "spf": verdicts.spf,
        "dkim": verdicts.dkim,
        "dmarc": verdicts.dmarc,
        "policy": verdicts.policy,
        "by": verdicts.by,
    })
}

/// Writes the verdicts into the message. One that is shown as somebody's already, and now fails, is marked as disputed: it
/// stays, since it was seen.
fn note(message: &mut Message, verdicts: &Verdicts) {
    let Some(fields) = message.content_attributes.as_object_mut() else { return };
    if let Some(email) = fields.get_mut("email").and_then(Json::as_object_mut) {
        email.insert("verdicts".into(), shown(verdicts));
    }
    if verdicts.fails_dmarc()
        && let Some(author) = fields.get_mut("author").and_then(Json::as_object_mut)
    {
        author.insert("disputed".into(), true.into());
    }
}
