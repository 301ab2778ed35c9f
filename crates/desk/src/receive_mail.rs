//! An accepted mail becomes a message: parse (pure), find the conversation and the author (read; then pure), append
//! (one short write that checks again what may have changed). Every mail ends in exactly one state with its reason and
//! the trace of the decisions (contract §6).

mod attribute;
mod author;
mod conclude;
mod files;
mod foresee;
mod letter;
mod opening;
mod plan;
mod read;
mod report;
mod route;
mod trace;
mod upkeep;

use crate::{
    Desk, Outcome,
    accept_mail::Transport,
    verify_mail::{self, AtHand},
};
use bytes::Bytes;
use futures_util::FutureExt;
use mail::{Kind, Mail, verdict::Verdicts};
use model::{
    Timestamp,
    ids::{AccountId, InboundMailId, UserId},
    inbound::InboundState,
};
use plan::Plan;
use read::Read;
use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
};
use store::{
    inbound_hosts,
    inbound_mails::{self, InboundMail, Raw},
};
use trace::Trace;

pub(crate) use author::verify_address;
pub use foresee::{Foreseen, ForeseenIn, ForeseenOpening, foresee};
pub use upkeep::{give_up, replay, sweep};

/// How bytes become a mail; `mail::parse`, or in tests something worse.
pub type Parser = fn(&[u8]) -> Mail;

/// How often a mail is routed anew because something changed between reading and writing.
const MAX_ROUNDS: u32 = 5;

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The worst of its states.
    pub state: InboundState,
    /// Why, in words.
    pub reason: String,
}

/// A mail to be processed.
#[derive(Clone, Debug)]
pub struct Due {
    /// Which.
    pub id: InboundMailId,
    /// What is known of SPF, DKIM and DMARC; without it the desk's verifier is asked.
    pub verdicts: Option<Verdicts>,
    /// Who accepted it though it was held.
    pub accepted: Option<Acceptance>,
}

/// Somebody's decision that a held mail is to be appended under its author's own name.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// In conversations of this account.
    pub account: AccountId,
    /// Who decided.
    pub by: UserId,
    /// What they are called.
    pub name: String,
    /// 32 random hexadecimal digits: the token of the author's reply address.
    pub fresh: String,
}

/// What is done with a mail whose author cannot be told without DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Patience {
    /// The answers are waited for.
    Wait,
    /// The mail leaves the batch, which waits for nobody, and comes back with its verdicts.
    Later,
}

/// Processes pending mails together, which costs a fraction of one at a time; one that has been processed stays as it
/// is. What becomes of one never depends on the others: where they cannot be concluded together, or a defect shows, each
/// is on its own.
///
/// The errors are storage trouble: try again later; or a defect of ours, which ends where it began. Whatever is wrong with
/// a mail itself is a state, not an error.
pub async fn receive_mails(desk: &Desk, mails: &[Due]) -> Vec<(InboundMailId, Outcome<Received>)> {
    if mails.len() > 1
        && let Ok(received) = guarded(together(desk, mails, Patience::Later)).await
    {
        return received.into_iter().map(|(id, received)| (id, Ok(received))).collect();
    }
    let mut received = Vec::new();
    for mail in mails {
        let one = guarded(together(desk, std::slice::from_ref(mail), Patience::Later)).await;
        received.push((mail.id, one.and_then(only)));
    }
    received
}

/// A panic is an error, so that it costs no other mail anything.
async fn guarded<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err(store::Error::Unit("processing it panicked").into()))
}

/// Processes one pending mail, after at most five seconds for the verdicts that its author may depend on.
///
/// # Errors
/// Storage trouble: try again later. Whatever is wrong with the mail itself is a state, not an error.
pub async fn receive_mail(desk: &Desk, id: InboundMailId, verdicts: Option<Verdicts>) -> Outcome<Received> {
    let mail = Due { id, verdicts, accepted: None };
    guarded(together(desk, &[mail], Patience::Wait)).await.and_then(only)
}

/// Processes a pending mail that was held, and that somebody has accepted.
///
/// # Errors
/// As [`receive_mail`].
pub(crate) async fn receive_accepted(desk: &Desk, id: InboundMailId, acceptance: Acceptance) -> Outcome<Received> {
    let mail = Due { id, verdicts: None, accepted: Some(acceptance) };
    guarded(together(desk, &[mail], Patience::Wait)).await.and_then(only)
}

fn only(mut received: Vec<(InboundMailId, Received)>) -> Outcome<Received> {
    received.pop().map(|(_, received)| received).ok_or(crate::Problem::NotFound("mail"))
}

/// Read, route, write; again for those of which something changed between reading and writing.
async fn together(desk: &Desk, mails: &[Due], patience: Patience) -> Outcome<Vec<(InboundMailId, Received)>> {
    let (mut done, mut under_way) = read::read(desk, mails).await?;
    for _ in 0..MAX_ROUNDS {
        if under_way.is_empty() {
            return Ok(done);
        }
        under_way = round(desk, under_way, patience, &mut done).await?;
    }
    Err(store::Error::Conflict("the conversation changed again and again".into()).into())
}

/// A mail on its way through this module, and the decisions about it so far.
#[derive(Clone)]
struct UnderWay {
    incoming: Arc<Incoming>,
    trace: Trace,
}

/// What is known of a mail.
struct Incoming {
    log: InboundMail,
    read: Read,
    /// How it came.
    transport: Transport,
    /// What SPF, DKIM and DMARC say, once that is known.
    verdicts: OnceLock<Verdicts>,
    /// Whether DNS would say more than is known.
    ask_dns: bool,
    /// Who accepted it though it was held.
    accepted: Option<Acceptance>,
    now: Timestamp,
}

impl Incoming {
    fn new(log: InboundMail, read: Read, transport: Transport, at_hand: AtHand, now: Timestamp) -> Self {
        let ask_dns = at_hand == AtHand::AskDns;
        let verdicts = match at_hand {
            AtHand::Said(verdicts) => verdicts.into(),
            AtHand::AskDns | AtHand::Nothing => OnceLock::new(),
        };
        Self { log, read, transport, verdicts, ask_dns, accepted: None, now }
    }

    /// The decision of somebody of that account to append it.
    fn accepted_in(&self, account: AccountId) -> Option<&Acceptance> {
        self.accepted.as_ref().filter(|acceptance| acceptance.account == account)
    }

    /// Whether its verdicts are still to be looked up.
    fn unverified(&self) -> bool {
        self.ask_dns && self.verdicts.get().is_none()
    }
}

/// Routes and concludes once. What is concluded joins `done`; the others, of which what was read has changed meanwhile,
/// come back as they were.
async fn round(
    desk: &Desk,
    under_way: Vec<UnderWay>,
    patience: Patience,
    done: &mut Vec<(InboundMailId, Received)>,
) -> Outcome<Vec<UnderWay>> {
    let (reports, letters): (Vec<_>, Vec<_>) =
        under_way.into_iter().partition(|mail| mail.incoming.read.classified.kind == Kind::Bounce);
    for report in reports {
        let id = report.incoming.log.id;
        done.push((id, report::conclude(desk, &report.incoming, report.trace).await?));
    }
    if letters.is_empty() {
        return Ok(letters);
    }
    let mut routed = route::route(desk, &letters).await?;
    for (incoming, _, _) in routed.iter().filter(|(incoming, _, routed)| attribute::waits(incoming, routed)) {
        match patience {
            Patience::Wait => {
                let verdicts = verify_mail::look_up(desk, incoming.log.id).await?;
                let _ = incoming.verdicts.set(verdicts.unwrap_or_default());
            }
            Patience::Later => done.push((incoming.log.id, verify_mail::first(desk, incoming.log.id).await?)),
        }
    }
    routed.retain(|(incoming, _, routed)| !attribute::waits(incoming, routed));
    if routed.is_empty() {
        return Ok(Vec::new());
    }
    let mut planned = Vec::new();
    for mail in plan::plan(routed).await? {
        match mail.plan {
            Plan::Unreadable => {
                let (id, log) = (mail.incoming.log.id, mail.incoming.log.clone());
                let reason = "its words could not be read: the extraction failed on it";
                done.push((id, fail(desk, log, mail.trace, reason).await?));
            }
            Plan::Nowhere { .. } => planned.push((mail, Vec::new())),
            Plan::Append(ref parts) => {
                let files = files::keep(desk, &mail.incoming, parts).await?;
                planned.push((mail, files));
            }
        }
    }
    let mut again = Vec::new();
    for (id, received) in conclude::conclude(desk, planned).await? {
        match received {
            Some(received) => done.push((id, received)),
            None => again.extend(letters.iter().find(|mail| mail.incoming.log.id == id).cloned()),
        }
    }
    Ok(again)
}

pub(crate) async fn bytes_of(desk: &Desk, raw: &Raw) -> Outcome<Option<Bytes>> {
    Ok(match raw {
        Raw::Row(packed) => Some(inbound_mails::unpack(packed)?.into()),
        Raw::Blob(key) => desk.blobs.get(key).await?,
        Raw::Erased => None,
    })
}

async fn fail(desk: &Desk, mut log: InboundMail, mut trace: Trace, reason: &str) -> Outcome<Received> {
    trace.note(reason.to_owned());
    log.state = InboundState::Failed;
    reason.clone_into(&mut log.reason);
    log.trace = trace.lines(log.account_id);
    log.processed_at = Some(desk.now());
    desk.db
        .write(async move |tx| {
            inbound_mails::conclude(tx, &log).await?;
            if log.account_id.is_none() {
                inbound_hosts::note(tx, &log).await?;
            }
            Ok(Received { state: log.state, reason: log.reason.clone() })
        })
        .await
}

fn words_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Human => "written by a person",
        Kind::AutoReply => "like an automatic answer",
        Kind::AutoGenerated => "written by a machine",
        Kind::Bounce => "like a delivery report",
        Kind::Receipt => "like a read receipt",
        Kind::List => "sent over a mailing list",
    }
}
