//! The house under test: the real router, jobs and database, with a clock that stands still until it is moved and
//! chance that repeats. Stories run on SQLite and PostgreSQL alike: `on_both!(story, …)`.

#![allow(dead_code, unused_macros, unused_imports, unreachable_pub, reason = "each test file uses a part of the house")]

mod agent;
mod contact;
pub mod customer;
pub mod dns;
pub mod mail_client;
mod outside;
mod request;
pub mod socket;
pub mod visitor;

pub use outside::{TestClock, TestRandom};
pub use request::{Answer, Call};
pub use socket::{Node, Socket};
pub use visitor::Visitor;

use desk::{
    Desk, House as Settings,
    setup::{Made, Setup},
    signing::Secret,
};
use server::{
    app::App,
    config::{Config, Settings as Variables},
    http::router,
    ingress::verify::Senders,
    jobs,
};
use std::sync::Arc;
use store::{Blobs, testkit::TestDb};

/// Runs each story on SQLite, and on PostgreSQL where there is one: in a house, or in what is made `via` that function (its
/// path as seen from beside the stories).
macro_rules! on_both {
    (via $made:path; $($story:ident),* $(,)?) => {
        mod on_sqlite { $(#[tokio::test] async fn $story() {
            super::$story($made(store::testkit::sqlite().await).await).await;
        })* }
        mod on_postgres { $(#[tokio::test] async fn $story() {
            if let Some(test) = store::testkit::postgres().await {
                super::$story($made(test).await).await;
            }
        })* }
    };
    ($($story:ident),* $(,)?) => { crate::house::on_both!(via crate::house::House::on; $($story),*); };
}
pub(crate) use on_both;

/// For stories that set up their own house.
pub async fn bare(kept: TestDb) -> TestDb {
    kept
}

/// A running installation with one account, its administrator and a website inbox.
pub struct House {
    pub app: App,
    pub clock: Arc<TestClock>,
    /// The first account.
    pub made: Made,
    pub router: axum::Router,
    kept: TestDb,
}

/// The inbound domain of the first account's installation.
pub const DOMAIN: &str = "in.example.org";
/// The password of the relay ingress.
pub const INGRESS_PASSWORD: &str = "relay-password";
/// The first administrator.
pub const ADMIN: &str = "ann@acme.example";

impl House {
    pub async fn on(kept: TestDb) -> Self {
        Self::with(kept, |_| {}).await
    }

    /// With a configuration changed by `change`.
    pub async fn with(kept: TestDb, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(TestClock::default());
        let mut config = configuration(&kept);
        change(&mut config);
        let app = open(&kept, config, Arc::clone(&clock), 0);
        let asked = Setup {
            account: "Acme".into(),
            name: "Ann Agent".into(),
            email: ADMIN.into(),
            password: "correct horse".into(),
            website_url: Some("https://www.acme.example".into()),
            only_first: false,
        };
        let made = desk::setup::setup(&app.desk, asked).await.expect("an account");
        let router = router::router(app.clone());
        Self { app, clock, made, router, kept }
    }

    /// Another node on the same database, with the same clock.
    pub async fn another_node(&self) -> App {
        let db = store::Db::open(&self.kept.url).await.expect("the same database");
        let mut desk = self.app.desk.clone();
        desk.db = db;
        desk.random = Arc::new(TestRandom::seeded(7));
        App::new(desk, self.app.config.clone())
    }

    /// Does all background work that is due.
    pub async fn work(&self) {
        jobs::run_due(&self.app).await;
    }

    /// Lets time pass, then does what is due.
    pub async fn pass(&self, seconds: i64) {
        self.clock.advance(seconds);
        self.work().await;
    }

    /// The database and how to open it again.
    pub fn kept(&self) -> &TestDb {
        &self.kept
    }

    pub fn desk(&self) -> &Desk {
        &self.app.desk
    }
}

fn configuration(kept: &TestDb) -> Config {
    use clap::Parser;
    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        variables: Variables,
    }
    // Only what is said here counts, whatever the environment of the tests holds.
    let line = [
        "test",
        "--inbound-email-password",
        INGRESS_PASSWORD,
        "--inbound-email-domain",
        DOMAIN,
        "--frontend-url",
        "https://segue.example",
        "--resolver",
        "off",
    ];
    let mut config = Line::parse_from(line).variables.check().expect("a good configuration");
    config.database = kept.url.clone();
    config.data_dir = kept.folder.path().to_path_buf();
    config.blobs_dir = kept.folder.path().join("blobs");
    config.sender = "Acme Support <support@acme.example>".into();
    config
}

fn open(kept: &TestDb, config: Config, clock: Arc<TestClock>, seed: u64) -> App {
    let house = Settings {
        frontend_url: config.frontend_url.clone(),
        inbound_domain: config.inbound_domain.clone(),
        sender: config.sender.clone(),
        verp: config.verp,
        sandbox: config.smtp.is_none(),
        retention: config.retention,
        secret: Secret::new("a secret of the tests"),
        channels: server::channels::carried(&config.channels),
    };
    let blobs = Blobs::local(&config.blobs_dir).expect("a folder for files");
    let random = Arc::new(TestRandom::seeded(seed));
    let verifier = Arc::new(Senders::new(config.senders.resolver, config.senders.trusted_authserv.clone()));
    let (db, house) = (kept.db.clone(), Arc::new(house));
    App::new(Desk { db, blobs, clock, random, parser: mail::parse, verifier, house }, config)
}
