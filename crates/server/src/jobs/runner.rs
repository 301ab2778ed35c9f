//! Claims due jobs under a lease and hands them to their handlers, several at once.

use super::{Stop, handle};
use crate::app::App;
use futures_util::FutureExt;
use jiff::SignedDuration;
use std::{panic::AssertUnwindSafe, time::Duration};
use store::jobs::{self, Job, MAX_ATTEMPTS};
use tokio::{sync::watch, task::JoinSet};

/// How long a claim holds without renewal.
const LEASE: SignedDuration = SignedDuration::from_secs(10);
/// How often claims are renewed and dead workers' claims freed.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// The longest pause between two looks; wake-ups make it shorter.
const LOOK: Duration = Duration::from_secs(1);
/// Jobs at work at once.
const AT_ONCE: usize = 32;

/// Works until `stop` turns true, then finishes what was begun.
pub async fn run_until_stopped(app: App, mut stop: watch::Receiver<bool>) {
    if app.desk.db.single_node() {
        let freed = app.desk.db.write::<_, store::Error, _>(async |tx| jobs::free_all(tx).await).await;
        log_trouble("freeing the jobs of a dead process", freed);
    }
    let heartbeat = tokio::spawn(keep_claims(app.clone()));
    let mut woken = app.desk.db.signals().jobs();
    let mut at_work = JoinSet::new();
    while !*stop.borrow() {
        woken.mark_unchanged();
        let free = AT_ONCE - at_work.len();
        let claimed = if free > 0 { claim(&app, free).await } else { Vec::new() };
        let busy = claimed.len() == free;
        for job in claimed {
            let app = app.clone();
            at_work.spawn(async move { work(&app, job).await });
        }
        let pause = pause(&app, busy).await;
        tokio::select! {
            Some(_) = at_work.join_next() => {}
            _ = woken.changed() => {}
            _ = stop.changed() => {}
            () = tokio::time::sleep(pause), if !pause.is_zero() || at_work.is_empty() => {}
        }
    }
    while at_work.join_next().await.is_some() {}
    heartbeat.abort();
}

/// Does everything that is due now, and what follows from it, one after the other; for tests with a settable clock.
pub async fn run_due(app: &App) {
    loop {
        let claimed = claim(app, AT_ONCE).await;
        if claimed.is_empty() {
            return;
        }
        for job in claimed {
            work(app, job).await;
        }
    }
}

/// Until the next job is due; nothing where all hands are busy, since the next free one looks again.
async fn pause(app: &App, busy: bool) -> Duration {
    if busy {
        return Duration::ZERO;
    }
    let next = app.desk.db.read::<_, store::Error, _>(async |tx| jobs::next_run_at(tx).await).await;
    let until = next
        .ok()
        .flatten()
        .map_or(LOOK, |at| Duration::try_from(at.duration_since(app.desk.now())).unwrap_or_default());
    until.clamp(Duration::from_millis(5), LOOK)
}

async fn claim(app: &App, limit: usize) -> Vec<Job> {
    let (now, node) = (app.desk.now(), app.node.clone());
    let limit = i64::try_from(limit).unwrap_or(1);
    let claimed =
        app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::claim(tx, &node, now, now + LEASE, limit).await);
    log_trouble("claiming jobs", claimed.await).unwrap_or_default()
}

/// Does one job and notes how it ended.
async fn work(app: &App, job: Job) {
    let ended = AssertUnwindSafe(handle(app, &job)).catch_unwind().await;
    let ended = ended.unwrap_or_else(|_| Err(Stop::Retry("the handler panicked".into())));
    let (id, attempts, now) = (job.id, job.attempts, app.desk.now());
    let noted = match ended {
        Ok(()) => app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::done(tx, id).await).await,
        Err(Stop::Retry(error)) if attempts < MAX_ATTEMPTS => {
            tracing::warn!(kind = job.kind, %id, attempts, error, "a job will be tried again");
            let at = SignedDuration::try_from(jobs::pause(attempts)).map_or(now, |pause| now + pause);
            app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::again(tx, id, at, Some(&error)).await).await
        }
        Err(Stop::Retry(error) | Stop::Fail(error)) => {
            tracing::error!(kind = job.kind, %id, attempts, error, "a job was given up");
            app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::give_up(tx, id, &error).await).await
        }
    };
    log_trouble("noting how a job ended", noted);
}

/// Renews this node's claims and frees those of dead ones.
async fn keep_claims(app: App) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let (now, node) = (app.desk.now(), app.node.clone());
        let renewed =
            app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::renew(tx, &node, now + LEASE).await);
        log_trouble("renewing claims", renewed.await);
        // On its own: whatever is wrong with other nodes' jobs must not cost this node its claims.
        let freed = app.desk.db.write::<_, store::Error, _>(async move |tx| jobs::free_expired(tx, now).await);
        log_trouble("freeing dead claims", freed.await);
    }
}

fn log_trouble<T>(doing: &str, result: Result<T, store::Error>) -> Option<T> {
    result.inspect_err(|error| tracing::error!(%error, "{doing} failed")).ok()
}
