//! Routes accepted mails, many at a time. Payload: `{"id": <inbound mail>}`. Running again finds the mail concluded and
//! does nothing.

use super::Stop;
use crate::app::App;
use desk::{
    Outcome, Problem,
    receive_mail::{Due, Received, give_up, receive_mails},
};
use model::ids::{InboundMailId, JobId};
use store::jobs::Job;

pub(super) const KIND: &str = desk::accept_mail::ROUTE_MAIL;

/// How often a mail is tried on which the database itself stumbles, while it is there for others.
pub(super) const TRIES: i64 = 5;

/// Routes the mails of these jobs; how each job ended.
pub(super) async fn run(app: &App, jobs: &[Job]) -> Vec<(JobId, Result<(), Stop>)> {
    let (mut ended, mut due, mut under_way) = (Vec::new(), Vec::new(), Vec::new());
    for job in jobs {
        match job.payload["id"].as_i64().map(InboundMailId) {
            Some(id) => {
                due.push(Due { id, verdicts: None, accepted: None });
                under_way.push(job);
            }
            None => ended.push((job.id, Err(Stop::Fail("the payload names no mail".into())))),
        }
    }
    for (id, received) in receive_mails(&app.desk, &due).await {
        let Some(job) = under_way.iter().find(|job| job.payload["id"] == id.0) else { continue };
        ended.push((job.id, note(app, job, id, received).await));
    }
    ended
}

async fn note(app: &App, job: &Job, id: InboundMailId, received: Outcome<Received>) -> Result<(), Stop> {
    match received {
        Ok(received) => {
            tracing::info!(
                id = id.0,
                state = received.state.as_str(),
                reason = received.reason,
                "a mail was processed"
            );
            Ok(())
        }
        Err(Problem::Storage(error)) if !error.unavailable() && job.attempts >= TRIES => {
            tracing::error!(id = id.0, %error, "a mail cannot be kept");
            Ok(give_up(&app.desk, id, &error.to_string()).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}
