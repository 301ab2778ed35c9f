//! Sends a reply by its channel, part by part. Payload: `{"delivery_id": <row>, "attempt": <n>}`. A part that the provider
//! has taken is not sent again; should this process die between the provider's answer and our commit, that one part may
//! go twice, except where the provider takes nothing twice by its key.

use super::{STUMBLES, Stop, unpanicked};
use crate::{
    app::App,
    channels::{Part, Piece, Wire},
};
use desk::send_on_channel::{End, Errand, Trouble, conclude, part_taken, waiting};
use model::ids::DeliveryId;
use store::jobs::{Job, MAX_ATTEMPTS};

pub(super) const KIND: &str = desk::send_on_channel::KIND;

/// How often a message is tried on which we stumble ourselves, ten minutes with the pauses; then the next one gets its turn.
/// One that nobody was seen to stumble on, since whoever worked on it died, is tried as often as any job.
const TRIES: i64 = 8;

pub(super) async fn run(app: &App, job: &Job) -> Result<(), Stop> {
    let id = job.payload["delivery_id"].as_i64().map(DeliveryId);
    let id = id.ok_or_else(|| Stop::Fail("the payload names no delivery".into()))?;
    let attempt = job.payload["attempt"].as_i64().unwrap_or(1);
    let Some(errand) = waiting(&app.desk, id).await? else { return Ok(()) };
    let end = match Wire::of(app, &errand.inbox) {
        Some(_) if job.attempts >= MAX_ATTEMPTS => never(STUMBLES),
        Some(wire) => match unpanicked(send(&wire, &errand)).await {
            Err(Stop::Retry(_)) if job.attempts >= TRIES => never(STUMBLES),
            end => end?,
        },
        None => never("nobody carries this channel"),
    };
    tracing::info!(%id, attempt, channel = errand.kind.name, ?end, "a message was handed to the provider");
    Ok(conclude(&app.desk, &errand, attempt, end).await?)
}

async fn send(wire: &Wire, errand: &Errand) -> Result<End, Stop> {
    let pieces = wire.provider.pieces(wire, errand);
    let template = pieces.iter().all(|piece| matches!(piece, Piece::Template(_)));
    if pieces.is_empty() {
        return Ok(never("there is nothing that the channel could carry"));
    }
    if !errand.window.takes() && !template {
        return Ok(never("the reply window closed before it could go"));
    }
    for (n, piece) in pieces.iter().enumerate().skip(errand.taken) {
        let part = Part { errand, n, piece };
        match wire.provider.send(wire, &part).await {
            Ok(provider_id) => {
                let id = provider_id.unwrap_or_else(|| part.key(wire));
                part_taken(&wire.app.desk, errand, n, &id).await?;
            }
            Err(end) => return Ok(end),
        }
    }
    Ok(End::Taken)
}

fn never(words: &str) -> End {
    End::Never(Trouble { code: None, words: words.into() })
}
