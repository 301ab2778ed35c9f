//! Routes an accepted mail. Payload: `{"id": <inbound mail>}`. Running again finds the mail concluded and does nothing.

use super::Stop;
use crate::app::App;
use desk::{
    Problem,
    receive_mail::{give_up, receive_mail},
};
use model::ids::InboundMailId;
use store::jobs::Job;

pub(super) const KIND: &str = desk::accept_mail::ROUTE_MAIL;

/// How often a mail is tried on which the database itself stumbles, while it is there for others.
const TRIES: i64 = 5;

pub(super) async fn run(app: &App, job: &Job) -> Result<(), Stop> {
    let id = job.payload["id"].as_i64().ok_or_else(|| Stop::Fail("the payload names no mail".into()))?;
    match receive_mail(&app.desk, InboundMailId(id), None).await {
        Ok(received) => {
            tracing::info!(id, state = received.state.as_str(), reason = received.reason, "a mail was processed");
            Ok(())
        }
        Err(Problem::Storage(error)) if !error.unavailable() && job.attempts >= TRIES => {
            tracing::error!(id, %error, "a mail cannot be kept");
            Ok(give_up(&app.desk, InboundMailId(id), &error.to_string()).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}
