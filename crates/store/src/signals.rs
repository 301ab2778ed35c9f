//! Wake-ups for those who wait for new events and new jobs. A wake-up says "look", never what is there: the tables are
//! the truth.

use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// What a unit of work left for others to find.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// It recorded events.
    pub events: bool,
    /// It enqueued jobs.
    pub jobs: bool,
}

impl std::ops::BitOrAssign for Left {
    fn bitor_assign(&mut self, other: Self) {
        self.events |= other.events;
        self.jobs |= other.jobs;
    }
}

/// The wake-ups of one database.
#[derive(Clone)]
pub struct Signals {
    events: Arc<watch::Sender<()>>,
    jobs: Arc<watch::Sender<()>>,
    /// Other nodes are to be told; the PostgreSQL driver listens.
    pub(crate) outward: Arc<Notify>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            events: Arc::new(watch::Sender::new(())),
            jobs: Arc::new(watch::Sender::new(())),
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

    /// Changes whenever there may be new jobs.
    #[must_use]
    pub fn jobs(&self) -> watch::Receiver<()> {
        self.jobs.subscribe()
    }

    /// After a commit on this node.
    pub(crate) fn committed(&self, left: Left) {
        self.wake(left);
        if left.events || left.jobs {
            self.outward.notify_one();
        }
    }

    /// After word from another node.
    pub(crate) fn wake(&self, left: Left) {
        if left.events {
            self.events.send_replace(());
        }
        if left.jobs {
            self.jobs.send_replace(());
        }
    }
}
