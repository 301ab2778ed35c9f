//! Follows the event log for webhooks. How far it has been told is kept in the database, so that nothing is left out while
//! no node runs, and several nodes tell everything once. While nobody asks to be told, nothing is written.

use super::{
    audience::{Listener, listeners},
    payload::{Scene, body},
};
use crate::app::App;
use desk::{House, post_webhook::queue};
use model::{
    Timestamp,
    event::{Position, Recorded},
    ids::EventId,
    webhook::{Subscription, Webhook},
};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{
    Error, Result, Tx, events,
    webhook_posts::{self, NewWebhookPost},
    webhooks,
};
use tokio::{sync::watch, time::sleep};

/// How long a lost wake-up can go unnoticed.
const LOOK: Duration = Duration::from_secs(1);
/// Events told in one unit of work.
const BATCH: i64 = 100;
/// The least time between two looks; what happens meanwhile is told together.
const GATHER: Duration = Duration::from_millis(10);
/// The first pause after a wake-up; each further one is twice as long, up to [`LOOK`]: on PostgreSQL an event stays unseen
/// while an older transaction runs.
const AGAIN: Duration = Duration::from_millis(20);

/// Where the log ended when this node last saw that nobody asked to be told: nothing before is anybody's business.
#[derive(Default)]
pub(crate) struct Teller(Mutex<Option<Position>>);

impl Teller {
    fn idle(&self) -> Option<Position> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle_until(&self, position: Position) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(position);
    }
}

/// Tells what happens until `stop` turns true.
pub(crate) async fn follow(app: App, mut stop: watch::Receiver<bool>) {
    let mut woken = app.desk.db.signals().events();
    let mut pause = LOOK;
    while !*stop.borrow() {
        woken.mark_unchanged();
        if let Err(error) = tell(&app).await {
            tracing::error!(%error, "webhooks could not be told what happened; it is tried again");
        }
        tokio::select! {
            _ = woken.changed() => {
                sleep(GATHER).await;
                pause = AGAIN;
            }
            () = sleep(pause) => pause = (pause * 2).min(LOOK),
            _ = stop.changed() => {}
        }
    }
}

/// Queues posts for everything that has happened, and waits for what older transactions still hide; whether anything had. For
/// tests.
///
/// # Errors
/// Storage trouble: what was not told is told next time.
pub(crate) async fn tell_all(app: &App) -> Result<bool> {
    let mut found = false;
    loop {
        found |= tell(app).await?;
        match look(app).await? {
            Looked::Nobody(_) | Looked::Nothing { hidden: false } => return Ok(found),
            Looked::Nothing { hidden: true } => sleep(GATHER).await,
            Looked::News(_) => {}
        }
    }
}

/// Queues posts for everything that has happened; whether anything had.
///
/// # Errors
/// Storage trouble: what was not told is told next time.
async fn tell(app: &App) -> Result<bool> {
    let mut found = false;
    loop {
        match look(app).await? {
            Looked::Nobody(end) => {
                app.teller.idle_until(end);
                return Ok(found);
            }
            Looked::Nothing { .. } => return Ok(found),
            Looked::News(from) => {
                found = true;
                let (house, now) = (app.desk.house.clone(), app.desk.now());
                app.desk.db.write::<_, Error, _>(async move |tx| batch(tx, &house, from, now).await).await?;
            }
        }
    }
}

async fn look(app: &App) -> Result<Looked> {
    let idle = app.teller.idle();
    let looked = app.desk.db.read::<_, Error, _>(async move |tx| {
        if !webhooks::any(tx).await? {
            return Ok(Looked::Nobody(events::end(tx).await?));
        }
        let from = match (webhook_posts::cursor(tx).await?, idle) {
            (Some(cursor), Some(idle)) => cursor.max(idle),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Position { transaction: 0, id: EventId(0) },
        };
        if !events::after(tx, from, 1).await?.is_empty() {
            return Ok(Looked::News(from));
        }
        Ok(Looked::Nothing { hidden: events::behind(tx, from).await? })
    });
    looked.await
}

enum Looked {
    /// Nobody asks; the log ends there.
    Nobody(Position),
    /// Everything that can be read has been told.
    Nothing {
        /// There is more, which an older transaction still hides.
        hidden: bool,
    },
    /// Something behind that place has not.
    News(Position),
}

/// Queues the posts of the next events, whatever other nodes have told meanwhile.
async fn batch(tx: &mut Tx<'_>, house: &House, from: Position, now: Timestamp) -> Result<()> {
    let from = webhook_posts::lock(tx, from).await?.max(from);
    let events = events::after(tx, from, BATCH).await?;
    let Some(last) = events.last() else { return Ok(()) };
    let mut asked: Vec<Webhook> = Vec::new();
    for recorded in &events {
        let account = recorded.event.account_id;
        let Some(subscription) = Subscription::of(recorded.event.kind) else { continue };
        if !asked.iter().any(|webhook| webhook.account_id == account) {
            asked.extend(webhooks::of_account(tx, account).await?);
        }
        tell_one(tx, house, recorded, subscription, &asked, now).await?;
    }
    webhook_posts::move_to(tx, last.position).await
}

async fn tell_one(
    tx: &mut Tx<'_>,
    house: &House,
    recorded: &Recorded,
    subscription: Subscription,
    asked: &[Webhook],
    now: Timestamp,
) -> Result<()> {
    let event = &recorded.event;
    let inbox = Scene::inbox(tx, event).await?;
    let listeners = listeners(event, subscription, asked, inbox.as_ref());
    if listeners.is_empty() {
        return Ok(());
    }
    let Some(scene) = Scene::of(tx, event, now).await? else { return Ok(()) };
    let Some(body) = body(event, subscription, &scene, house, now) else { return Ok(()) };
    let body = body.to_string();
    for listener in listeners {
        let (webhook_id, inbox_id) = match listener {
            Listener::Webhook(id) => (Some(id), None),
            Listener::Inbox(id) => (None, Some(id)),
        };
        let post = NewWebhookPost {
            account_id: event.account_id,
            webhook_id,
            inbox_id,
            queue: listener.queue(event.account_id, event.conversation_id),
            event: subscription.as_str(),
            delivery_id: delivery_id(house, recorded.position, listener),
            conversation_id: event.conversation_id,
            contact_id: scene.contact_id(),
            message_id: event.message_id,
            body: body.clone(),
        };
        queue(tx, &post, now).await?;
    }
    Ok(())
}

/// Names what is told of an event to a listener: a UUID, the same whoever tells it.
fn delivery_id(house: &House, Position { transaction, id }: Position, listener: Listener) -> String {
    house.secret.uuid("webhook delivery", &format!("{transaction}:{id}:{listener:?}"))
}
