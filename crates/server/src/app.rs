//! What every handler can reach: the desk and the configuration.

use crate::{
    cable::hub::Hub,
    config::Config,
    http::limits::Limits,
    ingress::{Amazon, Intake, imap::Rooms},
    notify::Teller,
};
use desk::Desk;
use std::{ops::Deref, sync::Arc};

/// The running server's state. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

/// See [`App`].
pub struct Inner {
    /// What use cases work at.
    pub desk: Desk,
    /// What the operator configured.
    pub config: Config,
    /// Names this process in job leases and presences; new at each start.
    pub node: String,
    /// How often one address may do what.
    pub limits: Limits,
    /// The sockets of this node.
    pub hub: Hub,
    /// Memory for what is posted to the ingresses.
    pub intake: Intake,
    /// Amazon SNS, for the SES ingress.
    pub amazon: Amazon,
    /// What mailboxes share that are fetched from.
    pub mailboxes: Rooms,
    /// How far it is known that nobody asked to be told.
    pub(crate) teller: Teller,
    /// Lets someone who is not at the machine make the first account; new at each start.
    pub onboarding_token: String,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(desk: Desk, config: Config) -> Self {
        let node = desk.random.hex_128();
        let limits = Limits::new(desk.clock.clone());
        let onboarding_token = desk.random.hex_128();
        let (intake, amazon) = (Intake::default(), Amazon::at(config.amazon.clone()));
        let (hub, mailboxes) = (Hub::default(), Rooms::new(config.data_dir.join("spool")));
        let teller = Teller::default();
        let inner = Inner { desk, config, node, limits, hub, intake, amazon, mailboxes, teller, onboarding_token };
        Self { inner: Arc::new(inner) }
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}
