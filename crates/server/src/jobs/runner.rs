//! Claims due jobs under a lease and hands them to their handlers, several at once. Each lane has its own loop: what is
//! done one at a time, what is done many at a time, and posts to users' servers. Beside them webhooks are told what happens.

use super::{Stop, handle, handle_many, held::Held};
use crate::{app::App, notify};
use futures_util::FutureExt;
use jiff::SignedDuration;
use model::ids::JobId;
use std::{panic::AssertUnwindSafe, time::Duration};
use store::jobs::{self, Job, Lane, MAX_ATTEMPTS};
use tokio::{sync::watch, task::JoinSet};

/// How long a claim holds without renewal.
const LEASE: SignedDuration = SignedDuration::from_secs(10);
/// How often claims are renewed and dead workers' claims freed.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// The longest pause between two looks; wake-ups make it shorter.
const LOOK: Duration = Duration::from_secs(1);

/// How a lane is worked.
struct Pace {
    /// Tasks at work at once.
    at_once: usize,
    /// Jobs a task does together.
    together: usize,
}

fn pace(lane: Lane) -> Pace {
    match lane {
        Lane::Single => Pace { at_once: 32, together: 1 },
        // While one batch waits for the database, another is read and parsed.
        Lane::Bulk => Pace { at_once: 4, together: 32 },
        // Servers that answer slowly cost each other time, but not those who wait for their mail.
        Lane::Posts => Pace { at_once: 32, together: 1 },
    }
}

/// Works until `stop` turns true, then finishes what was begun.
pub async fn run_until_stopped(app: App, stop: watch::Receiver<bool>) {
    if app.desk.db.single_node() {
        let freed = app.desk.db.write::<_, store::Error, _>(async |tx| jobs::free_all(tx).await).await;
        log_trouble("freeing the jobs of a dead process", freed);
    }
    let held = Held::default();
    let heartbeat = tokio::spawn(keep_claims(app.clone(), held.clone()));
    let [single, bulk, posts] = Lane::ALL.map(|lane| work_lane(app.clone(), lane, held.clone(), stop.clone()));
    tokio::join!(single, bulk, posts, notify::follow(app.clone(), stop.clone()));
    heartbeat.abort();
}

async fn work_lane(app: App, lane: Lane, held: Held, mut stop: watch::Receiver<bool>) {
    let mut woken = app.desk.db.signals().jobs(lane);
    let mut at_work = JoinSet::new();
    let Pace { at_once, together } = pace(lane);
    while !*stop.borrow() {
        woken.mark_unchanged();
        let free = at_once.saturating_sub(at_work.len()) * together;
        let claimed = if free > 0 { claim(&app, lane, free).await } else { Vec::new() };
        let busy = claimed.len() == free;
        for jobs in claimed.chunks(together) {
            let (app, jobs, holding) = (app.clone(), jobs.to_vec(), held.take(jobs));
            at_work.spawn(async move {
                work(&app, lane, jobs).await;
                drop(holding);
            });
        }
        let pause = pause(&app, lane, busy).await;
        tokio::select! {
            Some(_) = at_work.join_next() => {}
            _ = woken.changed() => {}
            _ = stop.changed() => {}
            () = tokio::time::sleep(pause), if !pause.is_zero() || at_work.is_empty() => {}
        }
    }
    while at_work.join_next().await.is_some() {}
}

/// Does everything that is due now, and what follows from it, one after the other; for tests with a settable clock.
pub async fn run_due(app: &App) {
    loop {
        let told = notify::tell_all(app).await;
        let mut found = log_trouble("telling webhooks what happened", told).unwrap_or(false);
        for lane in Lane::ALL {
            let Pace { at_once, together } = pace(lane);
            let claimed = claim(app, lane, at_once * together).await;
            found |= !claimed.is_empty();
            for jobs in claimed.chunks(together) {
                work(app, lane, jobs.to_vec()).await;
            }
        }
        if !found {
            return;
        }
    }
}

/// Until the lane's next job is due; nothing where all hands are busy, since the next free one looks again.
async fn pause(app: &App, lane: Lane, busy: bool) -> Duration {
    if busy {
        return Duration::ZERO;
    }
    let next = app.desk.db.read::<_, store::Error, _>(async move |tx| jobs::next_run_at(tx, lane).await).await;
    let until = next
        .ok()
        .flatten()
        .map_or(LOOK, |at| Duration::try_from(at.duration_since(app.desk.now())).unwrap_or_default());
    until.clamp(Duration::from_millis(5), LOOK)
}

async fn claim(app: &App, lane: Lane, limit: usize) -> Vec<Job> {
    let (now, node) = (app.desk.now(), app.node.clone());
    let limit = i64::try_from(limit).unwrap_or(1);
    let claimed = app
        .desk
        .db
        .write::<_, store::Error, _>(async move |tx| jobs::claim(tx, lane, &node, now, now + LEASE, limit).await);
    log_trouble("claiming jobs", claimed.await).unwrap_or_default()
}

/// Does these jobs and notes how each ended.
async fn work(app: &App, lane: Lane, jobs: Vec<Job>) {
    let working = async {
        match lane {
            Lane::Bulk => handle_many(app, &jobs).await,
            Lane::Single | Lane::Posts => {
                let mut ended = Vec::new();
                for job in &jobs {
                    ended.push((job.id, handle(app, job).await));
                }
                ended
            }
        }
    };
    let ended = AssertUnwindSafe(working).catch_unwind().await;
    let panicked = || Err(Stop::Retry("the handler panicked".into()));
    let ended = ended.unwrap_or_else(|_| jobs.iter().map(|job| (job.id, panicked())).collect());
    let done: Vec<JobId> = ended.iter().filter(|(_, end)| end.is_ok()).map(|(id, _)| *id).collect();
    if !done.is_empty() {
        let noted = app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::done(tx, &done).await).await;
        log_trouble("noting which jobs are done", noted);
    }
    for (id, end) in ended {
        if let (Err(stop), Some(job)) = (end, jobs.iter().find(|job| job.id == id)) {
            stopped(app, job, stop).await;
        }
    }
}

/// Notes that a job was not done, and whether it will be tried again.
async fn stopped(app: &App, job: &Job, stop: Stop) {
    let (id, attempts, now) = (job.id, job.attempts, app.desk.now());
    let noted = match stop {
        Stop::Retry(error) if attempts < MAX_ATTEMPTS => {
            tracing::warn!(kind = job.kind, %id, attempts, error, "a job will be tried again");
            let at = SignedDuration::try_from(jobs::pause(attempts)).map_or(now, |pause| now + pause);
            app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::again(tx, id, at, Some(&error)).await).await
        }
        Stop::Retry(error) | Stop::Fail(error) => {
            tracing::error!(kind = job.kind, %id, attempts, error, "a job was given up");
            app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::give_up(tx, id, &error).await).await
        }
    };
    log_trouble("noting how a job ended", noted);
}

/// Renews the claims on what is being worked on and frees those that nobody renews: of dead nodes, and our own where we
/// could not note how a job ended or did not hear that it was claimed.
async fn keep_claims(app: App, held: Held) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let (now, node, ids) = (app.desk.now(), app.node.clone(), held.ids());
        let renewed =
            app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::renew(tx, &node, &ids, now + LEASE).await);
        log_trouble("renewing claims", renewed.await);
        // On its own: whatever is wrong with other nodes' jobs must not cost this node its claims.
        let freed = app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::free_expired(tx, now).await);
        log_trouble("freeing dead claims", freed.await);
    }
}

fn log_trouble<T>(doing: &str, result: Result<T, store::Error>) -> Option<T> {
    result.inspect_err(|error| tracing::error!(%error, "{doing} failed")).ok()
}
