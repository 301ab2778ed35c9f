//! One socket: welcome, pings, subscriptions, presence; and what the hub hands it.

use super::{
    follower::turned,
    hub::{BACKLOG, Line},
    subscriber::Subscriber,
};
use crate::app::App;
use axum::extract::ws::{Message, WebSocket};
use desk::presence;
use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::presences::Presence;
use tokio::{
    sync::{
        Notify,
        mpsc::{self, Receiver},
    },
    time::{Instant, interval, sleep_until, timeout},
};

/// How often the server pings; clients take a longer silence for death.
const PING: Duration = Duration::from_secs(3);
/// How long one frame may take to leave.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a socket may stay without a subscription.
const IDLE: Duration = Duration::from_secs(30);
/// The most subscriptions of one socket.
const MOST: usize = 8;
/// The most bytes of a subscription's identifier; it goes along with every frame.
const LONGEST_IDENTIFIER: usize = 1024;
/// Every so many pings it is looked up whether the subscribers may still listen.
const PINGS_A_LOOK: u32 = 10;

/// What clients send (the data of a `message` is JSON within JSON).
#[derive(Deserialize)]
struct Command {
    command: String,
    identifier: String,
    #[serde(default)]
    data: String,
}

/// A confirmed subscription.
struct Subscription {
    /// Its key in the hub.
    key: u64,
    /// Names its presence.
    connection: String,
    who: Subscriber,
    /// The visitor has said whether they are here.
    present: bool,
}

/// Why a connection ends.
enum End {
    /// The client went, or cannot be reached.
    Gone,
    /// The client does not keep up.
    Slow,
    /// This node stops.
    Stopping,
    /// The client speaks another language, or says nothing.
    Useless,
}

struct Socket {
    app: App,
    out: SplitSink<WebSocket, Message>,
    line: Line,
    frames: Receiver<String>,
    subscriptions: HashMap<String, Subscription>,
}

/// Serves a socket until it ends.
pub(super) async fn serve(app: App, socket: WebSocket) {
    let (out, mut client) = socket.split();
    let (queue, frames) = mpsc::channel(BACKLOG);
    let line = Line { out: queue, slow: Arc::new(Notify::new()) };
    let mut socket = Socket { app, out, line, frames, subscriptions: HashMap::new() };
    let end = socket.run(&mut client).await;
    let farewell = match end {
        End::Stopping => Some(json!({"type": "disconnect", "reason": "server_restart", "reconnect": true})),
        End::Slow => Some(json!({"type": "disconnect", "reason": "remote", "reconnect": true})),
        End::Useless => Some(json!({"type": "disconnect", "reason": "invalid_request", "reconnect": false})),
        End::Gone => None,
    };
    if let Some(farewell) = farewell {
        let _ = socket.send(&farewell).await;
        let _ = timeout(PATIENCE, socket.out.close()).await;
    }
    for (_, subscription) in std::mem::take(&mut socket.subscriptions) {
        socket.leave(subscription).await;
    }
}

impl Socket {
    async fn run(&mut self, client: &mut futures_util::stream::SplitStream<WebSocket>) -> End {
        if self.send(&json!({"type": "welcome"})).await.is_err() {
            return End::Gone;
        }
        let mut closing = self.app.hub.closing();
        let mut ping = interval(PING);
        ping.reset();
        let mut pings = 0_u32;
        let mut idle_until = Instant::now() + IDLE;
        loop {
            let heard = tokio::select! {
                heard = client.next() => heard,
                () = self.line.slow.notified() => return End::Slow,
                Some(frame) = self.frames.recv() => {
                    if self.send_text(frame).await.is_err() {
                        return End::Gone;
                    }
                    continue;
                }
                _ = ping.tick() => {
                    let now = self.app.desk.now().as_second();
                    if self.send(&json!({"type": "ping", "message": now})).await.is_err() {
                        return End::Gone;
                    }
                    pings = pings.wrapping_add(1);
                    if pings.is_multiple_of(PINGS_A_LOOK)
                        && let Err(end) = self.look_again().await
                    {
                        return end;
                    }
                    continue;
                }
                () = sleep_until(idle_until), if self.subscriptions.is_empty() => return End::Useless,
                () = turned(&mut closing) => return End::Stopping,
            };
            let text = match heard {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Binary(_))) => return End::Useless,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Gone,
            };
            let Ok(command) = serde_json::from_str::<Command>(&text) else { return End::Useless };
            if let Err(end) = self.obey(command).await {
                return end;
            }
            if !self.subscriptions.is_empty() {
                idle_until = Instant::now() + IDLE;
            }
        }
    }

    async fn obey(&mut self, command: Command) -> Result<(), End> {
        match command.command.as_str() {
            "subscribe" => self.subscribe(command.identifier).await,
            "unsubscribe" => {
                if let Some(subscription) = self.subscriptions.remove(&command.identifier) {
                    self.leave(subscription).await;
                }
                Ok(())
            }
            "message" => self.act(&command).await,
            _ => Err(End::Useless),
        }
    }

    async fn subscribe(&mut self, identifier: String) -> Result<(), End> {
        if !self.subscriptions.contains_key(&identifier) {
            let room = self.subscriptions.len() < MOST && identifier.len() <= LONGEST_IDENTIFIER;
            let who = if room { self.who(&identifier).await } else { None };
            let Some(who) = who else {
                return self.send(&json!({"identifier": identifier, "type": "reject_subscription"})).await;
            };
            self.listen(identifier.clone(), who).await;
        }
        self.send(&json!({"identifier": identifier, "type": "confirm_subscription"})).await
    }

    async fn listen(&mut self, identifier: String, who: Subscriber) {
        let is_agent = matches!(who, Subscriber::Agent { .. });
        let key = self.app.hub.add(who.clone(), identifier.clone(), self.line.clone());
        let connection = self.app.desk.random.hex_128();
        self.subscriptions.insert(identifier.clone(), Subscription { key, connection, who, present: false });
        if is_agent {
            self.here(&identifier, true).await;
        }
    }

    async fn who(&self, identifier: &str) -> Option<Subscriber> {
        let found = Subscriber::of(&self.app, identifier).await;
        found.inspect_err(|error| tracing::error!(%error, "a subscription could not be looked up")).ok().flatten()
    }

    async fn act(&mut self, command: &Command) -> Result<(), End> {
        let said: Value = serde_json::from_str(&command.data).unwrap_or_default();
        if !self.subscriptions.contains_key(&command.identifier) || said["action"] != "update_presence" {
            return Ok(());
        }
        if self.still_may(&command.identifier).await? {
            self.here(&command.identifier, said["visible"].as_bool().unwrap_or(true)).await;
        }
        Ok(())
    }

    /// Looks up again who listens: also who says nothing must not hear on after losing their place.
    async fn look_again(&mut self) -> Result<(), End> {
        let identifiers: Vec<String> = self.subscriptions.keys().cloned().collect();
        for identifier in identifiers {
            self.still_may(&identifier).await?;
        }
        Ok(())
    }

    /// Whether the subscription is still that of the same subscriber. Who has lost their place, or whose link has ended,
    /// is sent away; who has another place now gets that.
    async fn still_may(&mut self, identifier: &str) -> Result<bool, End> {
        let Some(before) = self.subscriptions.get(identifier).map(|subscription| subscription.who.clone()) else {
            return Ok(false);
        };
        // Where it cannot be looked up now, the next look decides.
        if Subscriber::of(&self.app, identifier).await.is_ok_and(|still| still != Some(before)) {
            if let Some(subscription) = self.subscriptions.remove(identifier) {
                self.leave(subscription).await;
            }
            self.subscribe(identifier.to_owned()).await?;
            return Ok(false);
        }
        Ok(true)
    }

    /// They are here; `visible` says whether they look.
    async fn here(&mut self, identifier: &str, visible: bool) {
        let Some(subscription) = self.subscriptions.get_mut(identifier) else { return };
        subscription.present = true;
        let (contact_inbox_id, user_id) = match &subscription.who {
            Subscriber::Agent { user, .. } => (None, Some(*user)),
            Subscriber::Visitor { session, .. } => (Some(session.id), None),
        };
        let connection = subscription.connection.clone();
        let account_id = subscription.who.account();
        let here = Presence { connection, account_id, contact_inbox_id, user_id, visible };
        if let Err(error) = presence::here(&self.app.desk, here).await {
            tracing::warn!(%error, "a presence could not be kept");
        }
    }

    async fn leave(&self, subscription: Subscription) {
        self.app.hub.remove(subscription.key);
        if subscription.present
            && let Err(error) = presence::gone(&self.app.desk, &subscription.connection).await
        {
            tracing::warn!(%error, "a presence could not be ended; it will run out");
        }
    }

    async fn send(&mut self, frame: &Value) -> Result<(), End> {
        self.send_text(frame.to_string()).await
    }

    async fn send_text(&mut self, frame: String) -> Result<(), End> {
        match timeout(PATIENCE, self.out.send(Message::Text(frame.into()))).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}
