//! Wakes a snoozed conversation when its time has come.

use super::Stop;
use crate::app::App;
use model::{Json, ids::ConversationId};

pub(super) const KIND: &str = desk::change_status::WAKE;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let id = payload["conversation_id"].as_i64().ok_or_else(|| Stop::Fail("no conversation_id".into()))?;
    Ok(desk::change_status::wake(&app.desk, ConversationId(id)).await?)
}
