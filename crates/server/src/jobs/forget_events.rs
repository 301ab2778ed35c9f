//! Every hour: events older than a week are forgotten, since whoever was away longer reads the state, not the log; and what
//! providers posted a month ago, which they repeat for days, not weeks.

use super::Stop;
use crate::app::App;
use jiff::SignedDuration;
use model::Timestamp;
use serde_json::json;
use store::{
    channel_posts, events,
    jobs::{self, NewJob},
    provider_ids,
};

pub(super) const KIND: &str = "forget_events";

const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How long events are kept; webhooks are retried for a day.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the hash of a provider's post is known.
const POSTS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) async fn run(app: &App) -> Result<(), Stop> {
    let now = app.desk.now();
    plan(app, now + EVERY).await?;
    let forget = app.desk.db.write::<_, store::Error, _>(async move |tx| {
        channel_posts::forget(tx, now - POSTS_KEPT).await?;
        provider_ids::forget_early(tx, now - KEPT).await?;
        events::delete_before(tx, now - KEPT).await
    });
    forget.await?;
    Ok(())
}

/// Lets it be done now; where it is planned already, that stands.
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
