//! Background work: the list of handlers, a file each, and the runner that claims jobs for them.
//!
//! A job is enqueued in the transaction that wants it done. Its handler may run more than once: it re-checks the state
//! of the world in its own write.

mod erase;
mod erase_mails;
mod fetch_media;
mod forget_events;
mod held;
mod mail_unseen;
mod post_webhook;
mod read_post;
mod register_channel;
mod route_mail;
mod runner;
mod send_mail;
mod send_on_channel;
mod settle_merge;
mod sweep_files;
mod sweep_inbound;
mod verify_mail;
mod wake_conversation;

use crate::app::App;
use futures_util::FutureExt;
use model::ids::JobId;
use std::panic::AssertUnwindSafe;
use store::jobs::Job;

pub use erase_mails::start as start_erasing;
pub use forget_events::start as start_forgetting;
pub use runner::{run_due, run_until_stopped};
pub use sweep_files::start as start_sweeping_files;
pub use sweep_inbound::start as start_sweeping;

/// Why a handler stopped before its work was done.
#[derive(Debug)]
pub enum Stop {
    /// The cause may pass: try again later.
    Retry(String),
    /// Trying again cannot help.
    Fail(String),
}

/// What is said of work that a handler cannot get done, through no fault of anybody else's.
const STUMBLES: &str = "Segue stumbles over it";

/// Work that may panic, by a job that others wait for: it has to say how it ended.
async fn unpanicked<T>(work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(Stop::Retry(STUMBLES.into())))
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Retry(error.to_string())
    }
}

impl From<desk::Problem> for Stop {
    fn from(problem: desk::Problem) -> Self {
        match problem {
            desk::Problem::Storage(error) => error.into(),
            other => Self::Fail(other.to_string()),
        }
    }
}

/// The list of what is done one at a time: which handler does which kind of job.
async fn handle(app: &App, job: &Job) -> Result<(), Stop> {
    match job.kind.as_str() {
        erase::KIND => erase::run(app, &job.payload).await,
        erase_mails::KIND => erase_mails::run(app).await,
        fetch_media::KIND => fetch_media::run(app, job).await,
        forget_events::KIND => forget_events::run(app).await,
        mail_unseen::KIND => mail_unseen::run(app, &job.payload).await,
        post_webhook::KIND => post_webhook::run(app, &job.payload).await,
        read_post::KIND => read_post::run(app, job).await,
        register_channel::KIND => register_channel::run(app, &job.payload).await,
        send_mail::KIND => send_mail::run(app, &job.payload).await,
        send_on_channel::KIND => send_on_channel::run(app, job).await,
        settle_merge::KIND => settle_merge::run(app, &job.payload).await,
        sweep_files::KIND => sweep_files::run(app, &job.payload).await,
        sweep_inbound::KIND => sweep_inbound::run(app).await,
        verify_mail::KIND => verify_mail::run(app, job).await,
        wake_conversation::KIND => wake_conversation::run(app, &job.payload).await,
        unknown => Err(Stop::Fail(format!("no handler for jobs of kind {unknown}"))),
    }
}

/// The list of what is done many at a time; how each job ended.
async fn handle_many(app: &App, jobs: &[Job]) -> Vec<(JobId, Result<(), Stop>)> {
    let (mails, others): (Vec<Job>, Vec<Job>) = jobs.iter().cloned().partition(|job| job.kind == route_mail::KIND);
    let unknown = |job: &Job| Stop::Fail(format!("no handler for many jobs of kind {}", job.kind));
    let mut ended: Vec<_> = others.iter().map(|job| (job.id, Err(unknown(job)))).collect();
    ended.extend(route_mail::run(app, &mails).await);
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_said_to_have_stumbled() {
        let panics = unpanicked(async { Err::<(), _>(Stop::Fail(["words"][std::hint::black_box(1)].into())) }).await;
        assert!(matches!(panics, Err(Stop::Retry(words)) if words == STUMBLES));
        assert!(matches!(unpanicked(async { Ok::<_, Stop>(7) }).await, Ok(7)));
    }
}
