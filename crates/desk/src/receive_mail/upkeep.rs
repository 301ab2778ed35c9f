//! What happens to mails besides being processed once: replayed, swept up, given up.

use super::{fail, trace::Trace};
use crate::{Desk, Outcome, accept_mail};
use model::{Timestamp, ids::InboundMailId, inbound::InboundState};
use store::inbound_mails::{self, InboundMail};

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
