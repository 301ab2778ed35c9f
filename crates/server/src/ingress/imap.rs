//! Mail out of mailboxes: each e-mail inbox that has one is fetched from by one node at a time, under a lease as jobs
//! have it. Changed settings count within a second; a node that dies is followed by another within ten.
//!
//! * [`fetcher`]: one mailbox, over and over; `take`: its mails, through the one durable door; `after`: what is done
//!   with them there
//! * `cursor`: how far it has come; pure
//! * `dial`, `talk`, `guard`: the connection and its language, and what is not put up with
//! * `trouble`: what went wrong, in words
//! * `check`: the settings, tried

mod after;
mod check;
mod cursor;
mod dial;
mod fetcher;
mod guard;
mod take;
mod talk;
mod trouble;

pub use check::check;

use super::spool::Spools;
use crate::app::App;
use fetcher::Fetcher;
use jiff::SignedDuration;
use model::{ids::InboxId, inbox::Imap};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use store::{inboxes, mailboxes};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
    task::{AbortHandle, JoinSet},
};

/// How long a claim holds without renewal.
const LEASE: SignedDuration = SignedDuration::from_secs(10);
/// How often claims are renewed, and mailboxes looked for that nobody fetches.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// How often settings are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// Mailboxes that are fetched from at the same time; the others wait with their connections open.
const AT_ONCE: usize = 4;

/// What mailboxes that are fetched from share.
#[derive(Clone)]
pub struct Rooms {
    spools: Spools,
    turns: Arc<Semaphore>,
    nudges: Arc<Notify>,
}

impl Rooms {
    /// With large mails in files of that folder.
    #[must_use]
    pub fn new(folder: std::path::PathBuf) -> Self {
        Self { spools: Spools::new(folder), turns: Arc::new(Semaphore::new(AT_ONCE)), nudges: Arc::default() }
    }

    /// Lets those try again that wait after trouble.
    pub fn nudge(&self) {
        self.nudges.notify_waiters();
    }

    async fn nudged(&self) {
        self.nudges.notified().await;
    }

    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }
}

/// A mailbox that this node fetches from.
struct Fetched {
    imap: Imap,
    task: AbortHandle,
}

/// Fetches from mailboxes until it is stopped. What was begun and not committed comes again after the next start.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    if app.desk.db.single_node() {
        let freed = app.desk.db.write::<_, store::Error, _>(async |tx| mailboxes::free_all(tx).await).await;
        log_trouble("freeing the mailboxes of a dead process", freed);
    }
    let mut node = Node { app, fetched: HashMap::new(), tasks: JoinSet::new(), tried: HashSet::new() };
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut look = tokio::time::interval(LOOK);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => {}
            _ = heartbeat.tick() => node.renew().await,
            _ = look.tick() => node.look().await,
            Some(_) = node.tasks.join_next() => node.fetched.retain(|_, fetched| !fetched.task.is_finished()),
        }
    }
    let held: Vec<InboxId> = node.fetched.keys().copied().collect();
    for inbox in held {
        node.let_go(inbox).await;
    }
}

struct Node {
    app: App,
    fetched: HashMap<InboxId, Fetched>,
    tasks: JoinSet<()>,
    /// Mailboxes that were another node's when they were last asked for.
    tried: HashSet<InboxId>,
}

impl Node {
    /// Keeps what is claimed, and gives up what another node has taken meanwhile.
    async fn renew(&mut self) {
        self.tried.clear();
        let (node, until) = (self.app.node.clone(), self.app.desk.now() + LEASE);
        let renewed =
            self.app.desk.db.write::<_, store::Error, _>(async move |tx| mailboxes::renew(tx, &node, until).await);
        let Some(ours) = log_trouble("renewing the claims on mailboxes", renewed.await) else { return };
        self.fetched.retain(|inbox, fetched| {
            let keep = ours.contains(inbox);
            if !keep {
                fetched.task.abort();
            }
            keep
        });
    }

    /// Begins what is wanted and not done, and ends what is no longer wanted so.
    async fn look(&mut self) {
        let wanted = self.app.desk.db.read::<_, store::Error, _>(async |tx| inboxes::with_imap(tx).await).await;
        let Some(wanted) = log_trouble("looking for mailboxes", wanted) else { return };
        let wanted: HashMap<InboxId, Imap> =
            wanted.iter().filter_map(|inbox| Some((inbox.id, inbox.email()?.imap.clone()?))).collect();
        let changed =
            |(inbox, fetched): (&InboxId, &Fetched)| (wanted.get(inbox) != Some(&fetched.imap)).then_some(*inbox);
        let changed: Vec<InboxId> = self.fetched.iter().filter_map(changed).collect();
        for inbox in changed {
            self.let_go(inbox).await;
        }
        for (inbox, imap) in wanted {
            if !self.fetched.contains_key(&inbox) && self.tried.insert(inbox) {
                self.take_on(inbox, imap).await;
            }
        }
    }

    async fn take_on(&mut self, inbox: InboxId, imap: Imap) {
        let (node, now) = (self.app.node.clone(), self.app.desk.now());
        let (folder, server) = (imap.folder.clone(), format!("{}@{}:{}", imap.login, imap.host, imap.port));
        let claimed = self.app.desk.db.write::<_, store::Error, _>(async move |tx| {
            mailboxes::claim(tx, inbox, (&folder, &server), &node, now, now + LEASE).await
        });
        if log_trouble("claiming a mailbox", claimed.await) == Some(true) {
            let fetcher = Fetcher::new(self.app.clone(), inbox, imap.clone(), self.app.mailboxes.clone());
            self.fetched.insert(inbox, Fetched { imap, task: self.tasks.spawn(fetcher.run()) });
        }
    }

    async fn let_go(&mut self, inbox: InboxId) {
        let Some(fetched) = self.fetched.remove(&inbox) else { return };
        fetched.task.abort();
        self.tried.remove(&inbox);
        let node = self.app.node.clone();
        let released =
            self.app.desk.db.write::<_, store::Error, _>(async move |tx| mailboxes::release(tx, inbox, &node).await);
        log_trouble("releasing a mailbox", released.await);
    }
}

fn log_trouble<T>(doing: &str, result: Result<T, store::Error>) -> Option<T> {
    result.inspect_err(|error| tracing::error!(%error, "{doing} failed")).ok()
}
