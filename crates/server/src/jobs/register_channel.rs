//! Tells a provider where the webhook of an inbox is. Payload: `{"inbox_id": <row>}`. Running again says the same again.

use super::Stop;
use crate::{app::App, channels::Wire};
use model::{Json, ids::InboxId};
use store::{channel_health, inboxes};

pub(super) const KIND: &str = desk::edit_inbox::REGISTER;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let id = payload["inbox_id"].as_i64().map(InboxId);
    let id = id.ok_or_else(|| Stop::Fail("the payload names no inbox".into()))?;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, id).await).await?;
    let Some(wire) = found.and_then(|inbox| Wire::of(app, &inbox)) else { return Ok(()) };
    let registered = wire.provider.register(&wire).await;
    let (now, failure) = (app.desk.now(), registered.err().map(|trouble| trouble.words));
    let said = failure.clone();
    let noted = app.desk.db.write::<_, store::Error, _>(async move |tx| match &said {
        Some(words) => channel_health::failed(tx, id, words, now).await,
        None => channel_health::registered(tx, id, now).await,
    });
    noted.await?;
    failure.map_or(Ok(()), |words| Err(Stop::Retry(words)))
}
