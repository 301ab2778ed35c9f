//! Reading accepted mails: their rows in one read, then their bytes, parsed away from the async threads. A parser that
//! panics on one mail costs that mail its processing and nothing else.

use super::{Due, Incoming, Parser, Received, UnderWay, bytes_of, fail, trace::Trace, words_of};
use crate::{
    Desk, Outcome, Problem,
    accept_mail::Transport,
    verify_mail::{self, AtHand},
};
use bytes::Bytes;
use mail::{Classified, Mail};
use model::{ids::InboundMailId, inbound::InboundState};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use store::inbound_mails::{self, InboundMail, Raw};

/// Bytes of mails that are read together; where there are more, each is on its own.
const MOST_TOGETHER: i64 = 32 * 1024 * 1024;

/// What the bytes say.
pub(super) struct Read {
    pub(super) mail: Mail,
    pub(super) classified: Classified,
}

/// Reads the pending ones among the mails. What has been processed, or cannot be, is done.
///
/// # Errors
/// Storage trouble.
pub(super) async fn read(desk: &Desk, mails: &[Due]) -> Outcome<(Vec<(InboundMailId, Received)>, Vec<UnderWay>)> {
    let (mut done, mut pending, mut under_way) = (Vec::new(), Vec::new(), Vec::new());
    let rows = rows(desk, mails).await?;
    if rows.len() > 1 && rows.iter().map(|(log, _)| log.size).sum::<i64>() > MOST_TOGETHER {
        return Err(store::Error::Conflict("these mails are too large to be read together".into()).into());
    }
    for (log, raw) in rows {
        let due = mails.iter().find(|mail| mail.id == log.id);
        let (verdicts, accepted) = (due.and_then(|due| due.verdicts.clone()), due.and_then(|due| due.accepted.clone()));
        if log.state != InboundState::Pending {
            done.push((log.id, Received { state: log.state, reason: log.reason }));
        } else if let Some(bytes) = bytes_of(desk, &raw).await? {
            pending.push((log, bytes, verdicts, accepted));
        } else {
            done.push((log.id, fail(desk, log, Trace::default(), "its bytes have been erased").await?));
        }
    }
    let texts = pending.iter().map(|(log, bytes, ..)| (bytes.clone(), log.envelope_to.clone())).collect();
    for ((log, _, verdicts, accepted), read) in pending.into_iter().zip(parse(texts, desk.parser).await?) {
        let mut trace = Trace::default();
        let Some(read) = read else {
            let reason = "it could not be parsed: the parser failed on it";
            done.push((log.id, fail(desk, log, trace, reason).await?));
            continue;
        };
        trace.note(format!("looks {}: {}", words_of(read.classified.kind), read.classified.because));
        let transport = Transport::from_json(&log.transport);
        let at_hand = match verdicts.or_else(|| verify_mail::kept(&log)) {
            Some(verdicts) => AtHand::Said(verdicts),
            None => desk.verifier.at_hand(&log, &transport, &read.mail),
        };
        let incoming = Incoming::new(log, read, transport, at_hand, desk.now());
        let incoming = Arc::new(Incoming { accepted, ..incoming });
        under_way.push(UnderWay { incoming, trace });
    }
    Ok((done, under_way))
}

async fn rows(desk: &Desk, mails: &[Due]) -> Outcome<Vec<(InboundMail, Raw)>> {
    let ids: Vec<InboundMailId> = mails.iter().map(|mail| mail.id).collect();
    desk.db
        .read(async move |tx| {
            let rows = inbound_mails::with_raw(tx, &ids).await?;
            if rows.len() < ids.len() { Err(Problem::NotFound("mail")) } else { Ok(rows) }
        })
        .await
}

/// Parses each, in order; `None` where the parser panicked.
///
/// # Errors
/// The process is ending.
pub(super) async fn parse(mails: Vec<(Bytes, Vec<String>)>, parser: Parser) -> Outcome<Vec<Option<Read>>> {
    let one = move |(bytes, envelope): (Bytes, Vec<String>)| {
        catch_unwind(AssertUnwindSafe(|| {
            let mail = parser(&bytes).with_envelope(envelope.iter().map(String::as_str));
            let classified = mail::classify(&mail);
            Read { mail, classified }
        }))
        .ok()
    };
    let parsed = tokio::task::spawn_blocking(move || mails.into_iter().map(one).collect());
    Ok(parsed.await.map_err(|_| store::Error::Unit("reading mails was cut off"))?)
}
