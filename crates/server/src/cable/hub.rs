//! The sockets of this node that listen, and handing frames to those concerned. A socket that does not keep up is
//! dropped, not buffered for ever: its client comes back and asks for what it missed.

use super::{frames::Frames, subscriber::Subscriber};
use model::ids::AccountId;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Notify, mpsc, watch};

/// How many frames a socket may be behind.
pub(super) const BACKLOG: usize = 256;

/// The listening sockets of this node.
pub struct Hub {
    listeners: Mutex<HashMap<u64, Listener>>,
    next: AtomicU64,
    closing: watch::Sender<bool>,
}

struct Listener {
    who: Subscriber,
    /// The subscription's name, as its client wrote it.
    identifier: String,
    line: Line,
}

/// The way to a socket.
#[derive(Clone)]
pub(super) struct Line {
    /// Its queue of frames.
    pub(super) out: mpsc::Sender<String>,
    /// Told when the queue is full.
    pub(super) slow: Arc<Notify>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { listeners: Mutex::default(), next: AtomicU64::default(), closing: watch::Sender::new(false) }
    }
}

impl Hub {
    /// Adds a listener; its key.
    pub(super) fn add(&self, who: Subscriber, identifier: String, line: Line) -> u64 {
        let key = self.next.fetch_add(1, Ordering::Relaxed);
        self.listeners().insert(key, Listener { who, identifier, line });
        key
    }

    /// Removes a listener.
    pub(super) fn remove(&self, key: u64) {
        self.listeners().remove(&key);
    }

    /// Whether anybody of the account listens here.
    pub(super) fn listens(&self, account: AccountId) -> bool {
        self.listeners().values().any(|listener| listener.who.account() == account)
    }

    /// Hands an event's frames to those concerned.
    pub(super) fn broadcast(&self, frames: &Frames) {
        self.listeners().retain(|_, listener| {
            let Some(message) = frames.for_(&listener.who) else { return true };
            let taken = listener.line.out.try_send(envelope(&listener.identifier, message)).is_ok();
            if !taken {
                listener.line.slow.notify_one();
            }
            taken
        });
    }

    /// Tells every socket that this node stops.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Turns true when this node stops.
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// How many listen.
    #[must_use]
    pub fn len(&self) -> usize {
        self.listeners().len()
    }

    /// Whether nobody listens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listeners().is_empty()
    }

    fn listeners(&self) -> MutexGuard<'_, HashMap<u64, Listener>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn envelope(identifier: &str, message: &Value) -> String {
    json!({"identifier": identifier, "message": message}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::UserId;

    #[test]
    fn a_socket_that_does_not_keep_up_is_dropped() {
        let (hub, account) = (Hub::default(), AccountId(1));
        let (out, mut frames) = mpsc::channel(2);
        let slow = Arc::new(Notify::new());
        let who = Subscriber::Agent { account, user: UserId(1), administrator: false };
        hub.add(who, "{}".into(), Line { out, slow: slow.clone() });
        let told = Frames::to_agents(account, json!({"event": "account.updated"}));
        hub.broadcast(&told);
        hub.broadcast(&told);
        assert_eq!((hub.len(), hub.listens(account)), (1, true));
        hub.broadcast(&told);
        assert!(hub.is_empty(), "a third frame finds no room");
        assert!(was_told(&slow), "its task is told");
        assert_eq!(frames.try_recv().unwrap(), r#"{"identifier":"{}","message":{"event":"account.updated"}}"#);
    }

    fn was_told(notify: &Notify) -> bool {
        use futures_util::FutureExt;
        notify.notified().now_or_never().is_some()
    }
}
