//! The one task of a node that follows the event log and hands each event to this node's sockets. It also forgets
//! presences that ran out.

use super::frames::frames;
use crate::app::App;
use desk::presence;
use model::event::Position;
use std::time::Duration;
use store::{Error, Result, events};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, sleep},
};

/// How long a lost wake-up can go unnoticed.
const LOOK: Duration = Duration::from_secs(1);
/// How often silent presences are forgotten.
const FORGET: Duration = Duration::from_secs(5);
/// Events read at once.
const BATCH: i64 = 200;
/// The least time between two looks; what happens meanwhile is read together.
const GATHER: Duration = Duration::from_millis(10);
/// The first pause after a wake-up; each further one is twice as long, up to [`LOOK`]. On PostgreSQL an event stays unseen
/// while an older transaction runs, and nobody says when that has ended.
const AGAIN: Duration = Duration::from_millis(20);

/// Follows the log from where it ends now, until `stop` turns true; then tells the sockets. `from` is the place, known
/// when [`here`] was asked before others could write.
pub async fn follow(app: App, from: Position, mut stop: watch::Receiver<bool>) {
    let mut woken = app.desk.db.signals().events();
    let mut forget = interval(FORGET);
    forget.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut position, mut pause) = (from, LOOK);
    loop {
        woken.mark_unchanged();
        match catch_up(&app, position).await {
            Ok(reached) => position = reached,
            Err(error) => tracing::error!(%error, "the event log cannot be read"),
        }
        tokio::select! {
            _ = woken.changed() => {
                sleep(GATHER).await;
                pause = AGAIN;
            }
            () = sleep(pause) => pause = (pause * 2).min(LOOK),
            _ = forget.tick() => {
                if let Err(error) = presence::forget_silent(&app.desk).await {
                    tracing::warn!(%error, "silent presences could not be forgotten");
                }
            }
            () = turned(&mut stop) => {
                app.hub.close();
                return;
            }
        }
    }
}

/// Waits until the flag is true, or whoever could set it is gone.
pub(super) async fn turned(flag: &mut watch::Receiver<bool>) {
    let _ = flag.wait_for(|flag| *flag).await;
}

/// Where the log ends now.
///
/// # Errors
/// Storage trouble.
pub async fn here(app: &App) -> Result<Position> {
    app.desk.db.read::<_, Error, _>(async |tx| events::end(tx).await).await
}

/// Hands out everything after `position`; the place reached.
async fn catch_up(app: &App, mut position: Position) -> Result<Position> {
    loop {
        let batch = app.desk.db.read::<_, Error, _>(async move |tx| events::after(tx, position, BATCH).await).await?;
        for recorded in &batch {
            if app.hub.listens(recorded.event.account_id) {
                match frames(app, &recorded.event).await {
                    Ok(frames) => app.hub.broadcast(&frames),
                    Err(error) if error.unavailable() => return Err(error),
                    // One event that cannot be told must not silence all that follow.
                    Err(error) => tracing::error!(%error, "an event could not be told"),
                }
            }
            position = recorded.position;
        }
        if batch.len() < usize::try_from(BATCH).unwrap_or(0) {
            return Ok(position);
        }
    }
}
