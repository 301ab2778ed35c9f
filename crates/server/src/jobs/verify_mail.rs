//! Looks up what SPF, DKIM and DMARC say of a mail that was appended without waiting for them, or that waits for them.
//! Payload: [`desk::verify_mail::Waiting`]. Running again changes nothing.

use super::{Stop, route_mail::TRIES};
use crate::app::App;
use desk::{
    Problem,
    receive_mail::give_up,
    verify_mail::{Waiting, verify_mail},
};
use serde::Deserialize;
use store::jobs::Job;

pub(super) const KIND: &str = desk::verify_mail::VERIFY_MAIL;

pub(super) async fn run(app: &App, job: &Job) -> Result<(), Stop> {
    let waiting = Waiting::deserialize(&job.payload).map_err(|error| Stop::Fail(error.to_string()))?;
    let id = waiting.id;
    match verify_mail(&app.desk, waiting).await {
        Err(Problem::Storage(error)) if !error.unavailable() && job.attempts >= TRIES => {
            tracing::error!(%id, %error, "a mail cannot be kept");
            Ok(give_up(&app.desk, id, &error.to_string()).await?)
        }
        ended => Ok(ended?),
    }
}
