//! Once a day: files that nothing names any more are removed, a folder a job, so that stopping never waits for it.
//! Payload: `{"folder": 0 to 255}`.

use super::Stop;
use crate::app::App;
use desk::sweep_files::sweep;
use jiff::SignedDuration;
use model::{Json, Timestamp};
use serde_json::json;
use store::jobs::{self, NewJob};

pub(super) const KIND: &str = "sweep_files";

const EVERY: SignedDuration = SignedDuration::from_hours(24);

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let folder = payload["folder"].as_u64().and_then(|folder| u8::try_from(folder).ok());
    let folder = folder.ok_or_else(|| Stop::Fail("the payload names no folder".into()))?;
    let removed = sweep(&app.desk, folder).await?;
    if removed > 0 {
        tracing::info!(folder, removed, "files that nothing names were removed");
    }
    let now = app.desk.now();
    match folder.checked_add(1) {
        Some(next) => plan(app, next, now).await?,
        None => plan(app, 0, now + EVERY).await?,
    }
    Ok(())
}

/// Lets the first round begin now; where one is under way already, that one goes on.
///
/// # Errors
/// Storage trouble.
pub async fn start(app: &App) -> Result<(), store::Error> {
    plan(app, 0, app.desk.now()).await
}

async fn plan(app: &App, folder: u8, run_at: Timestamp) -> Result<(), store::Error> {
    let now = app.desk.now();
    let job = NewJob { kind: KIND, payload: json!({"folder": folder}), unique_key: Some("next".into()), run_at };
    app.desk.db.write(async move |tx| jobs::enqueue(tx, &job, now).await).await
}
