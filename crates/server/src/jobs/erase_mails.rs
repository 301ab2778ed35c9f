//! Four times a day: the bytes of mails whose time has come are erased, in small steps.

use super::Stop;
use crate::app::App;
use desk::retention;
use jiff::SignedDuration;
use model::Timestamp;
use serde_json::json;
use store::jobs::{self, NewJob};

pub(super) const KIND: &str = "erase_mails";

const EVERY: SignedDuration = SignedDuration::from_hours(6);

pub(super) async fn run(app: &App) -> Result<(), Stop> {
    plan(app, app.desk.now() + EVERY).await?;
    let erased = retention::erase_due(&app.desk).await?;
    if erased != retention::Erased::default() {
        tracing::info!(erased.incoming, erased.outgoing, "the bytes of old mails were erased");
    }
    Ok(())
}

/// Lets the first round run now; where one is planned already, that one stands.
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
