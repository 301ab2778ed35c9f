//! Mails what stays unseen in a conversation. Payload: `{"conversation_id": <row>}`. Running again finds nothing planned.

use super::Stop;
use crate::app::App;
use model::{Json, ids::ConversationId};

pub(super) const KIND: &str = desk::mail_unseen::KIND;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let id = payload["conversation_id"].as_i64();
    let id = id.ok_or_else(|| Stop::Fail("the payload names no conversation".into()))?;
    Ok(desk::mail_unseen::run(&app.desk, ConversationId(id)).await?)
}
