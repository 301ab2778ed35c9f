//! An accepted mail becomes a message: parse (pure), find the conversation and the author (read; then pure), append
//! (one short write that checks again what may have changed). Every mail ends in exactly one state with its reason and
//! the trace of the decisions (contract §6).

mod attribute;
mod author;
mod conclude;
mod files;
mod foresee;
mod letter;
mod report;
mod route;
mod trace;

use crate::{
    Desk, Outcome,
    accept_mail::{self, Transport},
};
use bytes::Bytes;
use mail::{Classified, Kind, Mail, verdict::Verdicts};
use model::{Timestamp, ids::InboundMailId, inbound::InboundState};
use std::sync::Arc;
use store::inbound_mails::{self, InboundMail, Raw};
use trace::Trace;

pub use foresee::{Foreseen, ForeseenIn, foresee};

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

/// Processes a pending mail; one that has been processed stays as it is. `verdicts` is what is known of SPF, DKIM and
/// DMARC.
///
/// # Errors
/// Storage trouble: try again later. Whatever is wrong with the mail itself is a state, not an error.
pub async fn receive_mail(desk: &Desk, id: InboundMailId, verdicts: Option<Verdicts>) -> Outcome<Received> {
    receive_with(desk, id, verdicts, mail::parse).await
}

/// As [`receive_mail`], with a parser of the caller's.
///
/// # Errors
/// As [`receive_mail`].
pub async fn receive_with(
    desk: &Desk,
    id: InboundMailId,
    verdicts: Option<Verdicts>,
    parser: Parser,
) -> Outcome<Received> {
    let found = desk.db.read(async move |tx| {
        let mail = inbound_mails::by_id(tx, id).await?;
        Ok::<_, crate::Problem>((mail, inbound_mails::raw(tx, id).await?))
    });
    let (Some(log), Some(raw)) = found.await? else { return Err(crate::Problem::NotFound("mail")) };
    if log.state != InboundState::Pending {
        return Ok(Received { state: log.state, reason: log.reason });
    }
    let mut trace = Trace::default();
    let bytes = match bytes_of(desk, &raw).await? {
        Some(bytes) => bytes,
        None => return fail(desk, log, trace, "its bytes have been erased").await,
    };
    let Some(read) = read(bytes, &log, parser).await else {
        return fail(desk, log, trace, "it could not be parsed: the parser failed on it").await;
    };
    trace.note(format!("looks {}: {}", words_of(read.classified.kind), read.classified.because));
    let incoming =
        Arc::new(Incoming { transport: Transport::from_json(&log.transport), log, read, verdicts, now: desk.now() });
    for _ in 0..MAX_ROUNDS {
        if let Some(received) = round(desk, &incoming, trace.clone()).await? {
            return Ok(received);
        }
    }
    Err(store::Error::Conflict("the conversation changed again and again".into()).into())
}

/// A mail on its way through this module.
struct Incoming {
    log: InboundMail,
    read: Read,
    /// How it came.
    #[expect(dead_code, reason = "read by the routes of e-mail inboxes")]
    transport: Transport,
    verdicts: Option<Verdicts>,
    now: Timestamp,
}

/// What the bytes say.
struct Read {
    mail: Mail,
    classified: Classified,
}

/// Routes and concludes once; `None` where what was read has changed meanwhile.
async fn round(desk: &Desk, incoming: &Arc<Incoming>, mut trace: Trace) -> Outcome<Option<Received>> {
    if incoming.read.classified.kind == Kind::Bounce {
        return report::conclude(desk, incoming, trace).await.map(Some);
    }
    let routed = route::route(desk, incoming, &mut trace).await?;
    let routes = match routed {
        route::Routed::To(routes) => routes,
        route::Routed::Nowhere { state, reason, account } => {
            return conclude::without_conversation(desk, incoming, trace, account, (state, reason)).await.map(Some);
        }
    };
    let mut letters = Vec::new();
    for route in routes {
        let verdict = attribute::attribute(incoming, &route, &mut trace);
        // Reads every word again with our own words as hints; away from the async threads, panics caught.
        let Some(letter) = letter::write(incoming.clone(), &route, &verdict).await else {
            let log = incoming.log.clone();
            return fail(desk, log, trace, "its words could not be read: the extraction failed on it").await.map(Some);
        };
        if route.at_home {
            trace.note(format!("{}: {}", route.called, letter.told));
        }
        letters.push(conclude::Part { route, verdict, letter });
    }
    let files = files::keep(desk, incoming, &letters).await?;
    conclude::conclude(desk, incoming.clone(), letters, files, trace).await
}

pub(crate) async fn bytes_of(desk: &Desk, raw: &Raw) -> Outcome<Option<Bytes>> {
    Ok(match raw {
        Raw::Row(packed) => Some(inbound_mails::unpack(packed)?.into()),
        Raw::Blob(key) => desk.blobs.get(key).await?,
        Raw::Erased => None,
    })
}

/// Parses away from the async threads; `None` where the parser panicked.
async fn read(bytes: Bytes, log: &InboundMail, parser: Parser) -> Option<Read> {
    let envelope = log.envelope_to.clone();
    let parsed = tokio::task::spawn_blocking(move || {
        let mail = parser(&bytes).with_envelope(envelope.iter().map(String::as_str));
        let classified = mail::classify(&mail);
        Read { mail, classified }
    });
    parsed.await.ok()
}

async fn fail(desk: &Desk, mut log: InboundMail, mut trace: Trace, reason: &str) -> Outcome<Received> {
    trace.note(reason.to_owned());
    log.state = InboundState::Failed;
    reason.clone_into(&mut log.reason);
    log.trace = trace.into_lines();
    log.processed_at = Some(desk.now());
    desk.db
        .write(async move |tx| {
            inbound_mails::conclude(tx, &log).await?;
            Ok(Received { state: log.state, reason: log.reason.clone() })
        })
        .await
}

/// Ends a mail that cannot be processed however often it is tried: `failed`, to be replayed once the cause is mended. A
/// mail that has been processed stays as it is.
///
/// # Errors
/// Storage trouble.
pub async fn give_up(desk: &Desk, id: InboundMailId, why: &str) -> Outcome<()> {
    let found: Option<InboundMail> = desk.db.read(async move |tx| inbound_mails::by_id(tx, id).await).await?;
    if let Some(log) = found.filter(|log| log.state == InboundState::Pending) {
        fail(desk, log, Trace::default(), &format!("it could not be kept: {why}")).await?;
    }
    Ok(())
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

/// Lets mails whose cause may have been mended be processed again: makes them pending and enqueues them. Whether the
/// mail was such a one; a mail that stands in a conversation stays as it is.
///
/// # Errors
/// Storage trouble.
pub async fn replay(desk: &Desk, id: InboundMailId) -> Outcome<bool> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let reopened = inbound_mails::reopen(tx, id).await?;
            if reopened {
                accept_mail::enqueue(tx, id, now).await?;
            }
            Ok(reopened)
        })
        .await
}

/// Enqueues mails that were accepted before `time` and are still pending, because their job was given up. How many.
///
/// # Errors
/// Storage trouble.
pub async fn sweep(desk: &Desk, time: Timestamp) -> Outcome<usize> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let left = inbound_mails::pending(tx, time, 1000).await?;
            for id in &left {
                accept_mail::enqueue(tx, *id, now).await?;
            }
            Ok(left.len())
        })
        .await
}
