//! Every ten minutes: mails that were accepted but never processed, because their job was given up, are tried again.

use super::Stop;
use crate::app::App;
use jiff::SignedDuration;
use model::Timestamp;
use serde_json::json;
use store::jobs::{self, NewJob};

pub(super) const KIND: &str = "sweep_inbound";

const EVERY: SignedDuration = SignedDuration::from_mins(10);

pub(super) async fn run(app: &App) -> Result<(), Stop> {
    let now = app.desk.now();
    plan(app, now + EVERY).await?;
    let left = desk::receive_mail::sweep(&app.desk, now - EVERY).await?;
    if left > 0 {
        tracing::warn!(left, "mails that were left unprocessed are tried again");
    }
    Ok(())
}

/// Lets the first sweep run now; where one is planned already, that one stands.
///
/// # Errors
/// Storage trouble.
pub async fn start(app: &App) -> Result<(), store::Error> {
    plan(app, app.desk.now()).await
}

async fn plan(app: &App, run_at: Timestamp) -> Result<(), store::Error> {
    let now = app.desk.now();
    let job = NewJob { kind: KIND, payload: json!({}), unique_key: Some("next".into()), run_at };
    app.desk.db.write(async move |tx| jobs::enqueue(tx, &job, now).await).await
}
