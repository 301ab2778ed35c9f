//! The jobs that this process is working on. Only claims on these are renewed. A job whose end could not be noted, because
//! the database was away at that moment, is nobody's once its lease is over, and is done again.

use model::ids::JobId;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};
use store::jobs::Job;

/// What is being worked on. Cheap to clone; all clones know the same.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<Mutex<HashSet<JobId>>>);

/// Jobs that are being worked on until this is dropped.
pub(super) struct Holding {
    held: Held,
    ids: Vec<JobId>,
}

impl Held {
    /// Work on these begins.
    pub(super) fn take(&self, jobs: &[Job]) -> Holding {
        let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
        self.change(|held| held.extend(&ids));
        Holding { held: self.clone(), ids }
    }

    /// What is being worked on now.
    pub(super) fn ids(&self) -> Vec<JobId> {
        self.change(|held| held.iter().copied().collect())
    }

    fn change<T>(&self, change: impl FnOnce(&mut HashSet<JobId>) -> T) -> T {
        // Ids are put in and taken out whole, so a panic elsewhere leaves nothing half done.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        let ids = std::mem::take(&mut self.ids);
        self.held.change(|held| ids.iter().for_each(|id| _ = held.remove(id)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_held_no_longer() {
        let job = |id| Job {
            id: JobId(id),
            kind: "x".into(),
            payload: serde_json::Value::Null,
            attempts: 1,
            run_at: model::Timestamp::UNIX_EPOCH,
        };
        let held = Held::default();
        let first = held.take(&[job(1), job(2)]);
        let second = held.take(&[job(3)]);
        drop(first);
        assert_eq!(held.ids(), [JobId(3)]);
        drop(second);
        assert!(held.clone().ids().is_empty());
    }
}
