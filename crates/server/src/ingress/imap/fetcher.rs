//! Fetches one mailbox: connect, look, wait for word of new mail, look again; after trouble try again, ever later.
//!
//! A look goes on at the cursor. Mails are accepted in small batches; only when a batch is committed, and the mailbox has
//! been tidied as the inbox wants it, does the cursor pass it. Whatever happens in between, the batch comes again, and
//! what was accepted of it is known by its bytes.

use super::{
    Rooms, after,
    cursor::{self, Listed, Windows},
    dial::dial,
    talk::{Known, Talk},
    trouble::Trouble,
};
use crate::app::App;
use futures_util::FutureExt;
use jiff::SignedDuration;
use model::{
    Timestamp,
    ids::InboxId,
    inbox::{AfterFetch, Imap},
};
use std::{convert::Infallible, panic::AssertUnwindSafe, time::Duration};
use store::{
    Tx,
    mailboxes::{self, Cursor},
    mails_set_aside,
};

/// How often a waiting session is made sure of. Networks forget silent connections long before the half hour after which
/// servers may end them (RFC 2177).
const IDLE_FOR: Duration = Duration::from_secs(5 * 60);
/// How often a server is asked that cannot tell of new mail.
const POLL: Duration = Duration::from_secs(60);
/// Mails that are fetched together, and their bytes.
const TOGETHER: usize = 16;
const TOGETHER_BYTES: u32 = 2 * 1024 * 1024;

/// Fetches one mailbox. Dropping it anywhere loses nothing.
pub(super) struct Fetcher {
    pub(super) app: App,
    pub(super) inbox: InboxId,
    pub(super) imap: Imap,
    pub(super) rooms: Rooms,
    /// The mails that are being fetched now.
    pub(super) under_way: Vec<u32>,
    /// A listing is under way.
    listing: bool,
    /// So many mails are looked at one at a time, because the connection broke over several.
    careful: usize,
    /// A look has gone well since the last trouble.
    went_well: bool,
    /// The server says that it can tell of new mail, but cannot.
    cannot_idle: bool,
}

impl Fetcher {
    pub(super) fn new(app: App, inbox: InboxId, imap: Imap, rooms: Rooms) -> Self {
        let (listing, went_well, cannot_idle) = (false, false, false);
        Self { app, inbox, imap, rooms, under_way: Vec::new(), listing, careful: 0, went_well, cannot_idle }
    }

    /// Fetches until the mailbox is another node's.
    pub(super) async fn run(mut self) {
        let mut failures = 0;
        loop {
            let ended = AssertUnwindSafe(self.session()).catch_unwind().await;
            let Err(trouble) =
                ended.unwrap_or_else(|_| Err(Trouble::Broken("what the server says cannot be read".into())));
            if trouble == Trouble::Lost {
                return;
            }
            failures = if std::mem::take(&mut self.went_well) { 1 } else { failures + 1 };
            let words = trouble.words();
            tracing::warn!(inbox = %self.inbox, failures, words, "a mailbox cannot be fetched from");
            let over_a_mail = self.blame(&trouble).await;
            if failures > 1 || !trouble.may_be_nothing() {
                let _ = self.looked(false, words).await;
            }
            // A mail breaks the connection a few times at most.
            let pause = trouble.pause(if over_a_mail { 1 } else { failures });
            // A connection that worked in the settings page is tried at once.
            let nudged = self.rooms.nudged();
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = nudged => {}
            }
        }
    }

    async fn session(&mut self) -> Result<Infallible, Trouble> {
        let mut talk = dial(&self.app, &self.imap).await?;
        tracing::info!(inbox = %self.inbox, host = self.imap.host, "logged in to a mailbox");
        loop {
            let warning = self.look(&mut talk).await?;
            self.looked(true, warning.unwrap_or_default()).await?;
            self.went_well = true;
            self.wait(&mut talk).await?;
        }
    }

    /// Waits for word of new mail, or until it is time to look anyway.
    async fn wait(&mut self, talk: &mut Talk) -> Result<(), Trouble> {
        let (inbox, now) = (self.inbox, self.now());
        let next = self.read(async move |tx| mails_set_aside::next(tx, inbox).await).await?;
        let next = next.map_or(IDLE_FOR, |at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
        let longest = next.clamp(Duration::from_secs(5), IDLE_FOR);
        if talk.offers("IDLE") && !self.cannot_idle {
            self.cannot_idle = !talk.idle(longest).await?;
        } else {
            tokio::time::sleep(longest.min(POLL)).await;
        }
        Ok(())
    }

    /// Fetches everything from the cursor to the end of the folder; what is to be said about it.
    async fn look(&mut self, talk: &mut Talk) -> Result<Option<String>, Trouble> {
        let folder = talk.open(&self.imap.folder, self.imap.after != AfterFetch::Keep).await?;
        let inbox = self.inbox;
        let mailbox = self.read(async move |tx| mailboxes::by_inbox(tx, inbox).await).await?.ok_or(Trouble::Lost)?;
        let cursor = match (cursor::begin(&mailbox, &folder, self.imap.existing, self.now()), mailbox.cursor) {
            (Some((cursor, began_at)), before) => {
                tracing::info!(%inbox, ?before, ?cursor, "fetching begins");
                let node = self.app.node.clone();
                let ours =
                    self.write(async move |tx| mailboxes::begin(tx, inbox, &node, cursor, began_at).await).await?;
                ours.then_some(cursor).ok_or(Trouble::Lost)?
            }
            (None, Some(cursor)) => cursor,
            (None, None) => return Err(Trouble::Lost),
        };
        let mut warning = None;
        let mut windows = Windows::new(&cursor, &folder);
        while let Some((first, last)) = windows.current() {
            let known = if self.careful > 0 { Known::Uid } else { known_of(&cursor, first) };
            self.listing = true;
            let mut listed = talk.list(&format!("{first}:{last}"), known).await?;
            self.listing = false;
            listed.retain(|mail| (first..=last).contains(&mail.uid));
            windows.pass(last, !listed.is_empty());
            let mut left = listed.as_slice();
            while !left.is_empty() {
                let (batch, rest) = left.split_at(batch(left, known == Known::Uid));
                left = rest;
                let described = match (batch, known) {
                    ([one], Known::Uid) => self.describe(talk, one.uid, &cursor).await?,
                    _ => batch.to_vec(),
                };
                let ours: Vec<Listed> = described.into_iter().filter(|mail| mail.is_ours(&cursor)).collect();
                let taken = self.take(talk, &ours).await?;
                let done: Vec<u32> = taken.uids;
                warning = after::tidy(talk, &self.imap, &done).await?.or(warning);
                self.under_way.clear();
                self.careful = self.careful.saturating_sub(batch.len());
                let passed = batch.last().map_or(last, |mail| mail.uid);
                self.advance(&cursor, passed, taken.new).await?;
            }
            self.advance(&cursor, last, 0).await?;
        }
        self.try_again(talk, &cursor, folder.uid_next).await?;
        Ok(warning)
    }

    /// What one mail is, where it was not listed with the others; nothing where it is better left alone.
    async fn describe(&mut self, talk: &mut Talk, uid: u32, cursor: &Cursor) -> Result<Vec<Listed>, Trouble> {
        if self.is_left_alone(uid).await? {
            return Ok(Vec::new());
        }
        self.under_way = vec![uid];
        let mut listed = talk.list(&uid.to_string(), known_of(cursor, uid)).await?;
        listed.retain(|mail| mail.uid == uid);
        Ok(listed)
    }

    /// Everything up to `passed` has been dealt with.
    pub(super) async fn advance(&self, cursor: &Cursor, passed: u32, new: i64) -> Result<(), Trouble> {
        let (inbox, node, validity) = (self.inbox, self.app.node.clone(), cursor.uid_validity);
        let next = passed.saturating_add(1);
        let ours = self.write(async move |tx| mailboxes::advance(tx, inbox, &node, validity, next, new).await).await?;
        if ours { Ok(()) } else { Err(Trouble::Lost) }
    }

    /// Notes how a look went.
    async fn looked(&self, ok: bool, words: String) -> Result<(), Trouble> {
        let (inbox, node, now) = (self.inbox, self.app.node.clone(), self.now());
        self.write(async move |tx| mailboxes::looked(tx, inbox, &node, ok, &words, now).await).await
    }

    /// After trouble that a mail may have made, several are looked at one at a time next, and a single one that makes it
    /// again and again is passed over. Whether it was so.
    async fn blame(&mut self, trouble: &Trouble) -> bool {
        let (under_way, listing) = (std::mem::take(&mut self.under_way), std::mem::take(&mut self.listing));
        if !trouble.may_be_a_mails() {
            return false;
        }
        match under_way[..] {
            [] if listing => self.careful = self.careful.max(TOGETHER),
            [] => return false,
            [uid] => {
                let reason = format!("It could not be fetched: {}", trouble.words());
                // Where not even this can be noted, it is to blame for nothing yet.
                let _ = self.set_aside(uid, reason, true).await;
                self.careful = self.careful.max(1);
            }
            _ => self.careful = self.careful.max(under_way.len()),
        }
        true
    }

    pub(super) fn now(&self) -> Timestamp {
        self.app.desk.now()
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut Tx<'_>) -> store::Result<T> + Send + Sync + 'static,
    ) -> Result<T, Trouble> {
        Ok(self.app.desk.db.read(work).await?)
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut Tx<'_>) -> store::Result<T> + Send + Sync + 'static,
    ) -> Result<T, Trouble> {
        Ok(self.app.desk.db.write(work).await?)
    }
}

/// What is to be known of a mail before it is fetched.
fn known_of(cursor: &Cursor, uid: u32) -> Known {
    if cursor.renumbered.is_some_and(|(below, _)| uid < below) { Known::Times } else { Known::Size }
}

/// How many of the listed mails, at least one, are fetched together.
fn batch(listed: &[Listed], careful: bool) -> usize {
    if careful {
        return 1;
    }
    let mut bytes: u32 = 0;
    let fit = listed.iter().take(TOGETHER).take_while(|mail| {
        bytes = bytes.saturating_add(mail.size);
        bytes <= TOGETHER_BYTES
    });
    fit.count().max(1)
}

/// How long after so many attempts a mail that was set aside is tried again; never after the last.
pub(super) fn next_try(attempts: i64) -> Option<SignedDuration> {
    const MINUTES: [i64; 4] = [1, 10, 60, 360];
    const DAYS: i64 = 10;
    match usize::try_from(attempts.saturating_sub(1)).ok().and_then(|attempt| MINUTES.get(attempt)) {
        Some(minutes) => Some(SignedDuration::from_mins(*minutes)),
        None if attempts < DAYS => Some(SignedDuration::from_hours(24)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(sizes: &[u32]) -> Vec<Listed> {
        let mail = |(uid, size): (u32, &u32)| Listed { uid, size: *size, arrived: None, written: None };
        (1..).zip(sizes).map(mail).collect()
    }

    #[test]
    fn batches_are_small_in_number_and_in_bytes() {
        assert_eq!(batch(&listed(&[1; 100]), false), TOGETHER);
        assert_eq!(batch(&listed(&[1; 100]), true), 1);
        assert_eq!(batch(&listed(&[1_000_000, 1_000_000, 1_000_000]), false), 2);
        assert_eq!(batch(&listed(&[u32::MAX, u32::MAX]), false), 1);
    }

    #[test]
    fn what_was_set_aside_is_tried_ever_later_and_some_day_no_more() {
        let minutes = |attempts| next_try(attempts).map(|pause| pause.as_mins());
        assert_eq!([1, 2, 3, 4, 5, 9].map(minutes), [Some(1), Some(10), Some(60), Some(360), Some(1440), Some(1440)]);
        assert_eq!((minutes(10), minutes(11)), (None, None));
    }
}
