//! How long the bytes of mails are kept (contract §6, end), and erasing them when their time has come.
//!
//! Of an incoming mail its row, state, hash and trace stay, so that it is known if it comes again; of an outgoing one
//! what threads and delivery reports need. Everything is done in small steps, so that nobody waits for it.

use crate::{Desk, Outcome};
use jiff::SignedDuration;
use model::{
    Timestamp,
    ids::{InboundMailId, MailId},
    inbound::InboundState,
};
use store::{
    attachments,
    inbound_mails::{self, InboundMail, Kept},
    mails,
};

/// What one short write erases at most: mails, and bytes of them.
const STEP: usize = 50;
const STEP_BYTES: i64 = 1 << 20;
/// Mails looked at in one read.
const LOOK: i64 = 200;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long before its end an undecided mail is announced.
pub const ANNOUNCED: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long bytes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// `SEGUE_RAW_MAIL_DAYS`: after a mail was `delivered`, `ignored` or a `bounce`; outgoing ones after they were written.
    pub decided: SignedDuration,
    /// `SEGUE_UNDECIDED_MAIL_DAYS`: after a mail came that someone still has to decide about.
    pub undecided: SignedDuration,
}

impl Default for Retention {
    fn default() -> Self {
        Self::of_days(30, 180)
    }
}

impl Retention {
    /// So many days each.
    #[must_use]
    pub fn of_days(decided: u16, undecided: u16) -> Self {
        let days = |days: u16| SignedDuration::from_hours(i64::from(days) * 24);
        Self { decided: days(decided), undecided: days(undecided) }
    }

    /// When the bytes of an undecided mail go that came at `received`.
    #[must_use]
    pub fn undecided_until(&self, received: Timestamp) -> Timestamp {
        received.checked_add(self.undecided).unwrap_or(Timestamp::MAX)
    }

    /// When the bytes go; `None` where they are gone, and while the mail is being processed.
    #[must_use]
    pub fn erases_at(&self, mail: &InboundMail) -> Option<Timestamp> {
        let due = self.due(mail.state, mail.received_at, mail.processed_at);
        due.filter(|_| !mail.erased)
    }

    /// Between which times of arrival undecided mails lie that go soon.
    #[must_use]
    pub fn announced(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let begun = now.checked_sub(self.undecided).unwrap_or(Timestamp::MIN);
        // A day more: what is due goes with the next round.
        let late = begun.checked_sub(DAY).unwrap_or(begun);
        (late, begun.checked_add(ANNOUNCED).unwrap_or(now))
    }

    fn due(&self, state: InboundState, received: Timestamp, processed: Option<Timestamp>) -> Option<Timestamp> {
        match state {
            InboundState::Pending => None,
            InboundState::Delivered | InboundState::Ignored | InboundState::Bounce => {
                processed.unwrap_or(received).checked_add(self.decided).ok()
            }
            InboundState::Held | InboundState::Unrouted | InboundState::Failed => Some(self.undecided_until(received)),
        }
    }
}

/// How many mails lost their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Incoming ones.
    pub incoming: usize,
    /// Outgoing ones.
    pub outgoing: usize,
}

/// Erases the bytes of all mails whose time has come.
///
/// # Errors
/// Storage trouble; what was erased until then stays so.
pub async fn erase_due(desk: &Desk) -> Outcome<Erased> {
    Ok(Erased { incoming: incoming(desk).await?, outgoing: outgoing(desk).await? })
}

async fn incoming(desk: &Desk) -> Outcome<usize> {
    let (now, retention) = (desk.now(), desk.house.retention);
    let youngest = now.checked_sub(retention.decided.min(retention.undecided)).unwrap_or(Timestamp::MIN);
    let (mut after, mut erased) = (InboundMailId(0), 0);
    loop {
        let looked: Vec<Kept> = desk.db.read(async move |tx| inbound_mails::with_bytes(tx, after, LOOK).await).await?;
        let Some(last) = looked.last() else { return Ok(erased) };
        after = last.id;
        let young = last.received_at > youngest;
        let due =
            |kept: &Kept| retention.due(kept.state, kept.received_at, kept.processed_at).is_some_and(|due| due <= now);
        for step in steps(looked.into_iter().filter(due).collect()) {
            erased += erase(desk, step, now).await?;
        }
        // Ids grow with time: what follows came later still.
        if young {
            return Ok(erased);
        }
    }
}

/// Cuts into pieces that one short write can erase.
fn steps(due: Vec<Kept>) -> Vec<Vec<Kept>> {
    let mut steps: Vec<Vec<Kept>> = Vec::new();
    let mut bytes = 0;
    for kept in due {
        match steps.last_mut() {
            Some(step) if step.len() < STEP && bytes + kept.size <= STEP_BYTES => {
                bytes += kept.size;
                step.push(kept);
            }
            _ => {
                bytes = kept.size;
                steps.push(vec![kept]);
            }
        }
    }
    steps
}

async fn erase(desk: &Desk, step: Vec<Kept>, now: Timestamp) -> Outcome<usize> {
    let written = desk.db.write::<_, store::Error, _>(async move |tx| {
        let (mut count, mut files) = (0, Vec::new());
        for kept in &step {
            // Somebody may have processed it again meanwhile.
            if inbound_mails::erase(tx, kept.id, kept.state, now).await? {
                count += 1;
                files.extend(kept.blob_key.clone());
            }
        }
        Ok((count, files))
    });
    let (count, files) = written.await?;
    remove_files(desk, files).await?;
    Ok(count)
}

async fn outgoing(desk: &Desk) -> Outcome<usize> {
    let now = desk.now();
    let before = now.checked_sub(desk.house.retention.decided).unwrap_or(Timestamp::MIN);
    let (mut after, mut erased) = (MailId(0), 0);
    loop {
        let looked: Vec<mails::Kept> = desk.db.read(async move |tx| mails::with_bytes(tx, after, LOOK).await).await?;
        let Some(last) = looked.last() else { return Ok(erased) };
        after = last.id;
        let young = last.created_at > before;
        let due: Vec<MailId> =
            looked.iter().filter(|kept| kept.created_at <= before && !kept.waits).map(|kept| kept.id).collect();
        for step in due.chunks(STEP) {
            let step = step.to_vec();
            let written = desk.db.write::<_, store::Error, _>(async move |tx| {
                for id in &step {
                    mails::erase(tx, *id, now).await?;
                }
                Ok(step.len())
            });
            erased += written.await?;
        }
        if young {
            return Ok(erased);
        }
    }
}

/// Removes those files that nothing names any more.
///
/// # Errors
/// Storage trouble: then the sweep over all files finds them later.
pub async fn remove_files(desk: &Desk, keys: Vec<String>) -> Outcome<()> {
    for key in unnamed(desk, keys).await? {
        desk.blobs.delete(&key).await?;
    }
    Ok(())
}

/// Those of the files that neither an attachment nor an incoming mail names.
///
/// # Errors
/// Storage trouble.
pub async fn unnamed(desk: &Desk, keys: Vec<String>) -> Outcome<Vec<String>> {
    if keys.is_empty() {
        return Ok(keys);
    }
    let found = desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut unnamed = Vec::new();
        for key in &keys {
            if !attachments::name_blob(tx, key).await? && !inbound_mails::names_blob(tx, key).await? {
                unnamed.push(key.clone());
            }
        }
        Ok(unnamed)
    });
    Ok(found.await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(id: i64, size: i64) -> Kept {
        let at = Timestamp::UNIX_EPOCH;
        let state = InboundState::Delivered;
        Kept { id: InboundMailId(id), state, received_at: at, processed_at: Some(at), size, blob_key: None }
    }

    #[test]
    fn a_step_is_small() {
        let many: Vec<Kept> = (0..120).map(|id| kept(id, 1000)).collect();
        assert_eq!(steps(many).iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
        let large = vec![kept(1, STEP_BYTES), kept(2, 1), kept(3, STEP_BYTES * 3), kept(4, 5), kept(5, 5)];
        assert_eq!(steps(large).iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 2]);
    }

    #[test]
    fn each_state_has_its_time() {
        let retention = Retention::of_days(30, 180);
        let (came, done) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + DAY);
        let days = |state| {
            let due = retention.due(state, came, Some(done))?;
            Some(due.duration_since(came).as_hours() / 24)
        };
        let expected = |state| match state {
            InboundState::Pending => None,
            InboundState::Delivered | InboundState::Ignored | InboundState::Bounce => Some(31),
            InboundState::Held | InboundState::Unrouted | InboundState::Failed => Some(180),
        };
        for state in InboundState::ALL {
            assert_eq!(days(*state), expected(*state), "{state:?}");
        }
    }
}
