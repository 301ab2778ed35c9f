//! Reads what a provider posted and takes its news, one after the other. Payload: `{"id": <row>}`. Running again changes
//! nothing: every piece of news is known again.

use super::{STUMBLES, Stop, unpanicked};
use crate::{app::App, channels::Wire};
use desk::{
    accept_post::{conclude, waiting},
    receive_on_channel::{News, Person, knows, receive},
};
use model::inbox::Inbox;
use store::jobs::{Job, MAX_ATTEMPTS};

pub(super) const KIND: &str = desk::accept_post::READ_POST;

/// How often a post is tried on which we stumble, ten minutes with the pauses; then the next one gets its turn. One that
/// nobody was seen to stumble on, since whoever worked on it died, is tried as often as any job.
const TRIES: i64 = 8;

pub(super) async fn run(app: &App, job: &Job) -> Result<(), Stop> {
    let id = job.payload["id"].as_i64().ok_or_else(|| Stop::Fail("the payload names no post".into()))?;
    let Some((post, inbox)) = waiting(&app.desk, id).await? else { return Ok(()) };
    let taken = match job.attempts {
        ..MAX_ATTEMPTS => unpanicked(take(app, &inbox, &post.body)).await,
        _ => Err(Stop::Fail(STUMBLES.into())),
    };
    let failure = match taken {
        Ok(()) => None,
        Err(Stop::Retry(words)) if job.attempts < TRIES => return Err(Stop::Retry(words)),
        Err(Stop::Retry(words) | Stop::Fail(words)) => {
            tracing::error!(id, inbox = %inbox.id, words, "a provider's post could not be taken");
            Some(words)
        }
    };
    Ok(conclude(&app.desk, id, inbox.id, failure).await?)
}

async fn take(app: &App, inbox: &Inbox, body: &str) -> Result<(), Stop> {
    let wire = Wire::of(app, inbox).ok_or_else(|| Stop::Fail("nobody carries this channel".into()))?;
    let all = wire.provider.read(&wire, body).map_err(Stop::Fail)?;
    for mut news in all {
        if let News::Said { by, .. } | News::Sent { to: by, .. } | News::Came { by, .. } = &mut news {
            *by = introduced(&wire, std::mem::take(by)).await?;
        }
        receive(&app.desk, inbox.id, news).await?;
    }
    Ok(())
}

/// The person with what the provider knows of them, where we do not know them yet.
async fn introduced(wire: &Wire, person: Person) -> Result<Person, Stop> {
    if person.name.is_some() || knows(&wire.app.desk, wire.inbox.id, &person.id).await? {
        return Ok(person);
    }
    Ok(wire.provider.profile(wire, &person.id).await.map_or(person, |known| known))
}
