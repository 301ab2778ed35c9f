//! Tells a webhook one thing that happened. Payload: `{"id": <row>, "queue": <name>}`. Should this process die between their answer and our
//! commit, the same bytes go again, under the same `X-Chatwoot-Delivery`.

use super::Stop;
use crate::{app::App, notify::post};
use desk::post_webhook::{End, conclude, skip, waiting};
use model::{Json, ids::WebhookPostId};

pub(super) const KIND: &str = desk::post_webhook::KIND;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let id = payload["id"].as_i64().map(WebhookPostId);
    let id = id.ok_or_else(|| Stop::Fail("the payload names no post".into()))?;
    let Some(errand) = waiting(&app.desk, id).await? else {
        let queue = payload["queue"].as_str().unwrap_or_default().to_owned();
        return Ok(skip(&app.desk, queue).await?);
    };
    let end = match errand.url.as_str() {
        "" => End::Never("there is no address to post to".into()),
        url => post(app, url, &errand.secret, &errand.post.delivery_id, errand.post.body.clone()).await,
    };
    tracing::info!(%id, event = errand.post.event, attempt = errand.post.attempts + 1, ?end, "a webhook was told");
    Ok(conclude(&app.desk, &errand, end).await?)
}
