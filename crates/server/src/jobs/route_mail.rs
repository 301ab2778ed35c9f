//! Routes an accepted mail. Payload: `{"id": <inbound mail>}`. Running again finds the mail concluded and does nothing.

use super::Stop;
use crate::app::App;
use desk::receive_mail::receive_mail;
use model::{Json, ids::InboundMailId};

pub(super) const KIND: &str = desk::accept_mail::ROUTE_MAIL;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let id = payload["id"].as_i64().ok_or_else(|| Stop::Fail("the payload names no mail".into()))?;
    let received = receive_mail(&app.desk, InboundMailId(id), None).await?;
    tracing::info!(id, state = received.state.as_str(), reason = received.reason, "a mail was processed");
    Ok(())
}
