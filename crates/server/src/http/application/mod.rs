//! The application API (reference §4.3): what agents, their dashboards and scripts ask for.

pub(super) mod account;
pub(super) mod agents;
pub(super) mod channels;
pub(super) mod contact_filter;
pub(super) mod contact_merges;
pub(super) mod contacts;
pub(super) mod conversation_actions;
pub(super) mod conversations;
pub(super) mod cut;
pub(super) mod deliveries;
pub(super) mod inbound_mails;
pub(super) mod inboxes;
pub(super) mod mail_settings;
pub(super) mod mailbox;
pub(super) mod messages;
pub(super) mod original;
pub(super) mod profile;
pub(super) mod sandbox;
pub(super) mod strangers;
pub(super) mod webhooks;

use super::{problem::Refusal, shapes::Frame};
use crate::app::App;

/// What shapes need of this house, now.
pub(super) fn frame(app: &App) -> Frame<'_> {
    Frame { house: &app.desk.house, now: app.desk.now() }
}

/// Waits for work that a job ends where it takes long.
async fn soon(work: impl Future<Output = desk::Outcome<()>>) -> Result<(), Refusal> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Ok(()),
    }
}

/// How long an answer may wait for work that can go on without it.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Where in a list a page begins, given its number (1 at first) and size.
fn offset(page: Option<i64>, size: i64) -> i64 {
    page.unwrap_or(1).clamp(1, 1_000_000).saturating_sub(1) * size
}
