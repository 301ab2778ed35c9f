//! Background work that survives: enqueued in the transaction that wants it done, claimed under a lease, tried again
//! with growing pauses, given up after [`MAX_ATTEMPTS`].

use crate::{
    FromRow, Result, Row, Tx,
    driver::differing::{CLAIM_JOBS, JOBS_DONE, RENEW_JOBS},
    params,
};
use model::{Json, Timestamp, ids::JobId};
use std::time::Duration;

pub(crate) const STATEMENTS: &[&str] =
    &[INSERT, AGAIN, GIVE_UP, FREE_EXPIRED, FREE_ALL, NEXT_RUN_AT, PENDING, HASTEN, DROP_CLASHING];

/// How often a job is tried before it is given up: with [`pause`] about two days.
pub const MAX_ATTEMPTS: i64 = 20;

/// Where a job waits. Each lane is claimed from by itself, so that neither holds up the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Work done one at a time.
    Single,
    /// Work of which there may be very much and that is done many at a time.
    Bulk,
    /// Posts to addresses that users supply, whose servers may be slow to answer.
    Posts,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 3] = [Self::Single, Self::Bulk, Self::Posts];

    fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Bulk => "bulk",
            Self::Posts => "posts",
        }
    }
}

/// A job someone has claimed.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Row id.
    pub id: JobId,
    /// Which handler does it.
    pub kind: String,
    /// What the handler is to do.
    pub payload: Json,
    /// Which try this is; 1 at first.
    pub attempts: i64,
    /// When it was due.
    pub run_at: Timestamp,
}

impl FromRow for Job {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            payload: row.get("payload")?,
            attempts: row.get("attempts")?,
            run_at: row.get("run_at")?,
        })
    }
}

/// A job to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which handler does it.
    pub kind: &'static str,
    /// What the handler is to do.
    pub payload: Json,
    /// At most one waiting job of the kind has this key; a second is dropped.
    pub unique_key: Option<String>,
    /// When it is due.
    pub run_at: Timestamp,
}

const INSERT: &str = "INSERT INTO jobs (kind, payload, unique_key, state, run_at, attempts, created_at, lane) \
     VALUES ($1, $2, $3, 'waiting', $4, 0, $5, $6) \
     ON CONFLICT (kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL DO NOTHING";
/// Enqueues a job in this transaction; workers are woken after the commit.
///
/// # Errors
/// Storage trouble.
pub async fn enqueue(tx: &mut Tx<'_>, job: &NewJob, now: Timestamp) -> Result<()> {
    enqueue_in(tx, Lane::Single, job, now).await
}

/// As [`enqueue`], in that lane.
///
/// # Errors
/// Storage trouble.
pub async fn enqueue_in(tx: &mut Tx<'_>, lane: Lane, job: &NewJob, now: Timestamp) -> Result<()> {
    let NewJob { kind, payload, unique_key, run_at } = job;
    tx.later(INSERT, params![*kind, payload, unique_key.as_deref(), *run_at, now, lane.as_str()]).await?;
    tx.left.job_in(lane);
    Ok(())
}

/// Claims up to `limit` due jobs of a lane for `worker` until `lease_until`.
///
/// # Errors
/// Storage trouble.
pub async fn claim(
    tx: &mut Tx<'_>,
    lane: Lane,
    worker: &str,
    now: Timestamp,
    lease_until: Timestamp,
    limit: i64,
) -> Result<Vec<Job>> {
    let sql = CLAIM_JOBS.for_(tx);
    let mut jobs: Vec<Job> = tx.all(sql, params![now, limit, worker, lease_until, lane.as_str()]).await?;
    jobs.sort_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// The jobs are done.
///
/// # Errors
/// Storage trouble.
pub async fn done(tx: &mut Tx<'_>, ids: &[JobId]) -> Result<()> {
    let ids: Json = ids.iter().map(|id| id.0).collect();
    let sql = JOBS_DONE.for_(tx);
    tx.execute(sql, params![&ids]).await.map(|_| ())
}

const DROP_CLASHING: &str = "DELETE FROM jobs WHERE id = $1 AND EXISTS (SELECT 1 FROM jobs AS other WHERE other.kind = jobs.kind \
     AND other.unique_key = jobs.unique_key AND other.state = 'waiting' AND other.id <> jobs.id)";
const AGAIN: &str = "UPDATE jobs SET state = 'waiting', run_at = $2, last_error = $3, claimed_by = NULL, lease_until = NULL WHERE id = $1";
/// The job is to be done again at `run_at`; `error` says why. Where an equal one waits already, that one stands for both.
///
/// # Errors
/// Storage trouble.
pub async fn again(tx: &mut Tx<'_>, id: JobId, run_at: Timestamp, error: Option<&str>) -> Result<()> {
    tx.execute(DROP_CLASHING, params![id]).await?;
    tx.execute(AGAIN, params![id, run_at, error]).await?;
    tx.left.job_somewhere();
    Ok(())
}

const GIVE_UP: &str =
    "UPDATE jobs SET state = 'failed', last_error = $2, claimed_by = NULL, lease_until = NULL WHERE id = $1";
/// The job will not be tried again; it is kept to be looked at.
///
/// # Errors
/// Storage trouble.
pub async fn give_up(tx: &mut Tx<'_>, id: JobId, error: &str) -> Result<()> {
    tx.execute(GIVE_UP, params![id, error]).await.map(|_| ())
}

/// `worker` still works on these jobs.
///
/// # Errors
/// Storage trouble.
pub async fn renew(tx: &mut Tx<'_>, worker: &str, ids: &[JobId], lease_until: Timestamp) -> Result<u64> {
    let ids: Json = ids.iter().map(|id| id.0).collect();
    let sql = RENEW_JOBS.for_(tx);
    tx.execute(sql, params![worker, lease_until, &ids]).await
}

// Of jobs with one key only the oldest is freed at a time, and none beside a waiting one: at most one may wait.
const FREE_EXPIRED: &str = "UPDATE jobs SET state = 'waiting', claimed_by = NULL, lease_until = NULL WHERE state = 'running' AND lease_until < $1 \
     AND NOT EXISTS (SELECT 1 FROM jobs AS other WHERE other.kind = jobs.kind AND other.unique_key = jobs.unique_key \
     AND (other.state = 'waiting' OR (other.state = 'running' AND other.lease_until < $1 AND other.id < jobs.id)))";
/// Frees what dead workers had claimed.
///
/// # Errors
/// Storage trouble.
pub async fn free_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let freed = tx.execute(FREE_EXPIRED, params![now]).await?;
    if freed > 0 {
        tx.left.job_somewhere();
    }
    Ok(freed)
}

const FREE_ALL: &str = "UPDATE jobs SET state = 'waiting', claimed_by = NULL, lease_until = NULL WHERE state = 'running' \
     AND NOT EXISTS (SELECT 1 FROM jobs AS other WHERE other.kind = jobs.kind AND other.unique_key = jobs.unique_key \
     AND (other.state = 'waiting' OR (other.state = 'running' AND other.id < jobs.id)))";
/// Frees what was claimed; at start, where no other process works on this database.
///
/// # Errors
/// Storage trouble.
pub async fn free_all(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute(FREE_ALL, params![]).await
}

const NEXT_RUN_AT: &str = "SELECT MIN(run_at) AS run_at FROM jobs WHERE lane = $1 AND state = 'waiting'";
/// When the lane's next waiting job is due.
///
/// # Errors
/// Storage trouble.
pub async fn next_run_at(tx: &mut Tx<'_>, lane: Lane) -> Result<Option<Timestamp>> {
    tx.column(NEXT_RUN_AT, params![lane.as_str()], "run_at").await
}

const PENDING: &str = "SELECT COUNT(*) AS count FROM jobs WHERE state <> 'failed' AND run_at <= $1";
/// How many jobs are due and not done.
///
/// # Errors
/// Storage trouble.
pub async fn pending(tx: &mut Tx<'_>, now: Timestamp) -> Result<i64> {
    tx.column(PENDING, params![now], "count").await
}

const HASTEN: &str =
    "UPDATE jobs SET run_at = $3 WHERE kind = $1 AND unique_key = $2 AND state = 'waiting' AND run_at > $3";
/// Lets the waiting job of that kind and key run at `run_at` if it would run later.
///
/// # Errors
/// Storage trouble.
pub async fn hasten(tx: &mut Tx<'_>, kind: &str, unique_key: &str, run_at: Timestamp) -> Result<()> {
    tx.execute(HASTEN, params![kind, unique_key, run_at]).await?;
    tx.left.job_somewhere();
    Ok(())
}

/// How long to wait after the given try failed: 5 s, doubled each time, at most 6 hours.
#[must_use]
pub fn pause(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 13) - 1).unwrap_or(0);
    Duration::from_secs((5_u64 << doublings).min(6 * 3600))
}
