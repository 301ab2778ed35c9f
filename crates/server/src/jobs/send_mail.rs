//! Hands a queued mail to the server. Payload: `{"mail_id": <row>, "attempt": <n>}`. A try that may succeed later is a
//! new job with the next number, so that the deliveries always say when it comes. Should this process die between the
//! server's 250 and our commit, the same bytes go again: never others.

use super::Stop;
use crate::{
    app::App,
    outbound::smtp::{self, Outgoing},
};
use desk::send_mail::{Answer, Fate, conclude, waiting};
use mail::address::bare;
use model::{Json, ids::MailId};

pub(super) const KIND: &str = desk::send_mail::KIND;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let id = payload["mail_id"].as_i64().ok_or_else(|| Stop::Fail("the payload names no mail".into()))?;
    let attempt = payload["attempt"].as_i64().unwrap_or(1);
    let Some((mail, raw)) = waiting(&app.desk, MailId(id)).await? else { return Ok(()) };
    let answer = match &app.config.smtp {
        Some(config) => {
            let outgoing = Outgoing {
                from: &mail.envelope_from,
                fallback_from: bare(&mail.header_from),
                to: &mail.envelope_to,
                raw: &raw,
            };
            smtp::send(config, outgoing).await
        }
        None => Answer { fate: Fate::Later, detail: "no mail server is configured any more".into(), code: None },
    };
    tracing::info!(id, attempt, fate = ?answer.fate, detail = answer.detail, "a mail was handed to the server");
    Ok(conclude(&app.desk, &mail, attempt, answer).await?)
}
