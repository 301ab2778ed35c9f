//! Fetches a file that someone sent on a channel. Payload: `{"conversation_id", "message_id", "n", "media"}`. Running again
//! finds that the message has it.

use super::Stop;
use crate::{
    app::App,
    channels::{Lost, Wire},
    fetch::{Fetched, Unfetched},
};
use desk::{
    channel_media::{self, LARGEST, Place},
    receive_on_channel::{Media, Source},
};
use model::ids::{ConversationId, MessageId};
use store::{attachments::NewAttachment, jobs::Job};

pub(super) const KIND: &str = channel_media::KIND;

/// How often a file is tried; providers keep them for minutes to days.
const TRIES: i64 = 8;
/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

pub(super) async fn run(app: &App, job: &Job) -> Result<(), Stop> {
    let number = |name: &str| job.payload[name].as_i64().unwrap_or_default();
    let place = Place {
        conversation: ConversationId(number("conversation_id")),
        message: MessageId(number("message_id")),
        n: job.payload["n"].as_u64().unwrap_or_default(),
    };
    let media: Media =
        serde_json::from_value(job.payload["media"].clone()).map_err(|error| Stop::Fail(error.to_string()))?;
    let Some(inbox) = channel_media::wanted(&app.desk, place).await? else { return Ok(()) };
    let Some(wire) = Wire::of(app, &inbox) else { return Ok(()) };
    let fetched = match &media.source {
        Source::Id(id) => wire.provider.media(&wire, id).await,
        Source::Url(url) => app.config.fetcher.get(url, LARGEST).await.map_err(|unfetched| match unfetched {
            Unfetched::Later(words) => Lost::Later(words),
            Unfetched::Never(words) => Lost::Never(words),
        }),
    };
    match fetched {
        Ok(fetched) => keep(app, place, &media, fetched).await,
        Err(Lost::Later(words)) if job.attempts < TRIES => Err(Stop::Retry(words)),
        Err(Lost::Later(words) | Lost::Never(words)) => Ok(channel_media::failed(&app.desk, place, words).await?),
    }
}

async fn keep(app: &App, place: Place, media: &Media, fetched: Fetched) -> Result<(), Stop> {
    let blob_key = app.desk.random.hex_128();
    let size = i64::try_from(fetched.bytes.len()).unwrap_or(i64::MAX);
    app.desk.blobs.put(&blob_key, fetched.bytes).await?;
    let content_type = media.content_type.clone().or(fetched.content_type);
    let file = NewAttachment {
        name: name(media.name.clone().or(fetched.name)),
        content_type: content_type.unwrap_or_else(|| "application/octet-stream".into()).to_lowercase(),
        size,
        blob_key: blob_key.clone(),
        inline: false,
        content_id: None,
    };
    if !channel_media::came(&app.desk, place, file).await? {
        app.desk.blobs.delete(&blob_key).await?;
    }
    Ok(())
}

/// The file's name without a path.
fn name(given: Option<String>) -> String {
    let given = given.unwrap_or_default();
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { "file".into() } else { name }
}
