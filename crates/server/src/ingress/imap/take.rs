//! Mails out of the mailbox and through the one durable door; and what is done with those that cannot be had.

use super::{
    after,
    cursor::Listed,
    fetcher::{Fetcher, next_try},
    talk::{Known, PIECE, Talk},
    trouble::Trouble,
};
use crate::ingress::{Envelope, LARGEST, Transport, accept, spool::Spool};
use bytes::Bytes;
use desk::Problem;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::SignedDuration;
use store::{
    mailboxes::Cursor,
    mails_set_aside::{self, SetAside},
};

/// How often the connection may break over a mail until it is passed over.
const MOST_BREAKS: i64 = 3;

/// What became of mails.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Those that are ours now.
    pub(super) uids: Vec<u32>,
    /// How many of them came for the first time.
    pub(super) new: i64,
}

/// What a single mail turned out to be.
enum Found {
    /// All of it.
    Whole(Spool),
    /// It was deleted meanwhile.
    Gone,
    /// The server does not give it; what it said.
    Refused(String),
    /// It is larger than any mail may be.
    TooLarge,
}

impl Fetcher {
    /// Takes the mails; those that cannot be had are set aside.
    pub(super) async fn take(&mut self, talk: &mut Talk, mails: &[Listed]) -> Result<Taken, Trouble> {
        let _turn = self.rooms.turn().await;
        let mut together = Vec::new();
        let mut alone = Vec::new();
        for mail in mails {
            if usize::try_from(mail.size).is_ok_and(|size| size > LARGEST) {
                self.pass_over(mail.uid, too_large()).await?;
            } else if mails.len() > 1 && mail.size < PIECE {
                together.push(mail.uid);
            } else {
                alone.push(mail.uid);
            }
        }
        let mut whole: Vec<(u32, Bytes)> = Vec::new();
        if !together.is_empty() {
            self.under_way.clone_from(&together);
            let (pieces, _) = talk.fetch(&together, 0).await?;
            whole.extend(pieces.into_iter().filter(|(_, bytes)| is_last(bytes)));
            alone.extend(together.iter().filter(|uid| whole.iter().all(|(known, _)| known != *uid)));
        }
        let mut taken = self.accept_all(whole).await?;
        for uid in alone {
            self.under_way = vec![uid];
            if let Some(new) = self.take_one(talk, uid).await? {
                taken.uids.push(uid);
                taken.new += i64::from(new);
            }
        }
        Ok(taken)
    }

    /// Tries again what was set aside.
    pub(super) async fn try_again(&mut self, talk: &mut Talk, cursor: &Cursor, end: u32) -> Result<(), Trouble> {
        let (inbox, now) = (self.inbox, self.now());
        let due = self.read(async move |tx| mails_set_aside::due(tx, inbox, end, now).await).await?;
        for mail in due {
            self.under_way = vec![mail.uid];
            if let Some(new) = self.take_one(talk, mail.uid).await? {
                after::tidy(talk, &self.imap, &[mail.uid]).await?;
                self.advance(cursor, end.saturating_sub(1), i64::from(new)).await?;
            }
            self.under_way.clear();
        }
        Ok(())
    }

    /// Takes one mail; whether it came for the first time, or `None` where it is not ours.
    async fn take_one(&mut self, talk: &mut Talk, uid: u32) -> Result<Option<bool>, Trouble> {
        let inbox = self.inbox;
        if self.is_left_alone(uid).await? {
            return Ok(None);
        }
        let accepted = match self.find(talk, uid).await? {
            Found::Whole(spool) => {
                let whole =
                    self.rooms.spools.whole(spool, "").await.map_err(|error| Trouble::Ours(error.to_string()))?;
                self.accept_one(uid, whole.raw.clone()).await?
            }
            Found::Gone => None,
            Found::Refused(said) => {
                let words = if said.is_empty() { String::new() } else { format!(": “{said}”") };
                self.set_aside(uid, format!("The server does not give it{words}."), false).await?;
                return Ok(None);
            }
            Found::TooLarge => {
                self.pass_over(uid, too_large()).await?;
                return Ok(None);
            }
        };
        self.write(async move |tx| mails_set_aside::forget(tx, inbox, uid).await).await?;
        Ok(accepted)
    }

    /// Whether the connection broke over that mail again and again, and it is not yet time to try it once more.
    pub(super) async fn is_left_alone(&self, uid: u32) -> Result<bool, Trouble> {
        let (inbox, now) = (self.inbox, self.now());
        let known = self.read(async move |tx| mails_set_aside::by_uid(tx, inbox, uid).await).await?;
        let later = |known: &SetAside| known.next_try_at.is_none_or(|at| at > now);
        Ok(known.is_some_and(|known| known.attempts >= MOST_BREAKS && later(&known)))
    }

    /// Fetches one mail, piece by piece.
    async fn find(&self, talk: &mut Talk, uid: u32) -> Result<Found, Trouble> {
        let mut spool = Spool::default();
        let mut size: u32 = 0;
        loop {
            let (mut pieces, refused) = talk.fetch(&[uid], size).await?;
            let Some((_, piece)) = pieces.pop() else {
                if refused.is_none() && size > 0 {
                    // It ended where a piece did.
                    return Ok(Found::Whole(spool));
                }
                let there = !talk.list(&uid.to_string(), Known::Uid).await?.is_empty();
                return Ok(if there { Found::Refused(refused.unwrap_or_default()) } else { Found::Gone });
            };
            self.rooms.spools.push(&mut spool, &piece).await;
            size = size.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            if usize::try_from(size).is_ok_and(|size| size > LARGEST) {
                return Ok(Found::TooLarge);
            }
            if is_last(&piece) {
                return Ok(Found::Whole(spool));
            }
        }
    }

    async fn accept_all(&self, mails: Vec<(u32, Bytes)>) -> Result<Taken, Trouble> {
        let at_once = mails.len().max(1);
        let one = |(uid, raw)| async move { Ok::<_, Trouble>((uid, self.accept_one(uid, raw).await?)) };
        // The database commits together what is accepted together.
        let accepted: Vec<_> = stream::iter(mails).map(one).buffered(at_once).try_collect().await?;
        let mut taken = Taken::default();
        for (uid, new) in accepted {
            taken.uids.extend(new.map(|_| uid));
            taken.new += i64::from(new == Some(true));
        }
        Ok(taken)
    }

    /// Through the one durable door; `None` where it cannot pass.
    async fn accept_one(&self, uid: u32, raw: Bytes) -> Result<Option<bool>, Trouble> {
        let transport = Transport { inbox: Some(self.inbox), ..Transport::default() };
        let envelope = Envelope { ingress: "imap".into(), transport, ..Envelope::default() };
        match accept(&self.app.desk, envelope, raw).await {
            Ok(accepted) => {
                tracing::info!(inbox = %self.inbox, uid, id = %accepted.id, new = accepted.new, "a mail was accepted");
                Ok(Some(accepted.new))
            }
            Err(Problem::Storage(error)) => Err(error.into()),
            Err(problem) => {
                self.pass_over(uid, format!("It cannot be taken: {problem}.")).await?;
                Ok(None)
            }
        }
    }

    /// Sets a mail aside for now: it holds up no other, and is tried again. After it `broke` the connection it is first
    /// tried where it is.
    pub(super) async fn set_aside(&self, uid: u32, reason: String, broke: bool) -> Result<(), Trouble> {
        let (inbox, now) = (self.inbox, self.now());
        tracing::warn!(%inbox, uid, reason, "a mail cannot be fetched");
        self.write(async move |tx| {
            let known = mails_set_aside::by_uid(tx, inbox, uid).await?;
            let attempts = known.map_or(0, |known| known.attempts) + 1;
            let pause = match attempts - MOST_BREAKS {
                ..0 if broke => Some(SignedDuration::ZERO),
                more if broke => next_try(more + 1),
                _ => next_try(attempts),
            };
            let (reason, next_try_at) = (reason.clone(), pause.map(|pause| now + pause));
            mails_set_aside::set(tx, &SetAside { inbox_id: inbox, uid, attempts, reason, at: now, next_try_at }).await
        })
        .await
    }

    /// Notes a mail that will never be ours.
    async fn pass_over(&self, uid: u32, reason: String) -> Result<(), Trouble> {
        let (inbox_id, at) = (self.inbox, self.now());
        tracing::warn!(inbox = %inbox_id, uid, reason, "a mail is passed over");
        let mail = SetAside { inbox_id, uid, attempts: 1, reason, at, next_try_at: None };
        self.write(async move |tx| mails_set_aside::set(tx, &mail).await).await
    }
}

fn is_last(piece: &Bytes) -> bool {
    u32::try_from(piece.len()).is_ok_and(|size| size < PIECE)
}

fn too_large() -> String {
    format!("It is larger than {} MiB.", LARGEST >> 20)
}
