//! Wake-ups for those who wait for new events and new jobs. A wake-up says "look", never what is there: the tables are
//! the truth.

use crate::jobs::Lane;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// What a unit of work left for others to find.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// It recorded events.
    pub events: bool,
    /// It enqueued jobs that are done one at a time.
    pub single: bool,
    /// It enqueued jobs that are done many at a time.
    pub bulk: bool,
    /// It enqueued posts to addresses that users supply.
    pub posts: bool,
    /// It erased what must not be found in the file any more.
    pub erased: bool,
}

impl Left {
    /// Whatever there may be.
    pub(crate) const ANYTHING: Self = Self { events: true, single: true, bulk: true, posts: true, erased: false };

    /// Jobs in that lane.
    pub(crate) fn job_in(&mut self, lane: Lane) {
        match lane {
            Lane::Single => self.single = true,
            Lane::Bulk => self.bulk = true,
            Lane::Posts => self.posts = true,
        }
    }

    /// Jobs, in whatever lane.
    pub(crate) fn job_somewhere(&mut self) {
        (self.single, self.bulk, self.posts) = (true, true, true);
    }
}

impl std::ops::BitOrAssign for Left {
    fn bitor_assign(&mut self, other: Self) {
        self.events |= other.events;
        self.single |= other.single;
        self.bulk |= other.bulk;
        self.posts |= other.posts;
        self.erased |= other.erased;
    }
}

/// The wake-ups of one database.
#[derive(Clone)]
pub struct Signals {
    events: Arc<watch::Sender<()>>,
    single: Arc<watch::Sender<()>>,
    bulk: Arc<watch::Sender<()>>,
    posts: Arc<watch::Sender<()>>,
    /// Other nodes are to be told; the PostgreSQL driver listens.
    pub(crate) outward: Arc<Notify>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            events: Arc::new(watch::Sender::new(())),
            single: Arc::new(watch::Sender::new(())),
            bulk: Arc::new(watch::Sender::new(())),
            posts: Arc::new(watch::Sender::new(())),
            outward: Arc::default(),
        }
    }
}

impl Signals {
    /// Changes whenever there may be new events.
    #[must_use]
    pub fn events(&self) -> watch::Receiver<()> {
        self.events.subscribe()
    }

    /// Changes whenever there may be new jobs in that lane.
    #[must_use]
    pub fn jobs(&self, lane: Lane) -> watch::Receiver<()> {
        match lane {
            Lane::Single => self.single.subscribe(),
            Lane::Bulk => self.bulk.subscribe(),
            Lane::Posts => self.posts.subscribe(),
        }
    }

    /// After a commit on this node.
    pub(crate) fn committed(&self, left: Left) {
        self.wake(left);
        if left.events || left.single || left.bulk || left.posts {
            self.outward.notify_one();
        }
    }

    /// After word from another node.
    pub(crate) fn wake(&self, left: Left) {
        if left.events {
            self.events.send_replace(());
        }
        if left.single {
            self.single.send_replace(());
        }
        if left.bulk {
            self.bulk.send_replace(());
        }
        if left.posts {
            self.posts.send_replace(());
        }
    }
}
