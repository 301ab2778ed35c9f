//! A desk with one account, one agent and one visitor, on a clock that stands still until it is moved.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses a part of the office")]

use desk::{
    Desk, House, mail_unseen, send_mail,
    send_message::{NewReply, send_message},
    setup::{Made, Setup, setup},
    signing::Secret,
    start_chat::{Opening, begin_session, start_chat},
    visitor::Visitor,
    visitor_details::{Details, change_details},
    visitor_message::{Words, visitor_message},
    visitor_seen::visitor_seen,
};
use model::{Clock, Random, Timestamp, conversation::Conversation, delivery::Delivery, ids::MailId, message::Message};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use store::{
    Blobs, accounts, contacts, conversations, deliveries, inboxes, jobs,
    mails::OutgoingMail,
    messages,
    presences::{self, Presence},
    testkit::TestDb,
};

/// Runs each story on SQLite, and on PostgreSQL where there is one.
macro_rules! on_both {
    ($($story:ident),* $(,)?) => {
        mod on_sqlite { $(#[tokio::test] async fn $story() {
            super::$story(super::office::Office::on(store::testkit::sqlite().await).await).await;
        })* }
        mod on_postgres { $(#[tokio::test] async fn $story() {
            if let Some(test) = store::testkit::postgres().await {
                super::$story(super::office::Office::on(test).await).await;
            }
        })* }
    };
}
pub(crate) use on_both;

/// 2026-11-22 10:00 UTC, in milliseconds.
const START: i64 = 1_795_341_600_000;

pub struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from((number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (8 * (place % 8))) & 0xff).unwrap()
                ^ u8::try_from(place).unwrap();
        }
    }
}

pub const DOMAIN: &str = "in.acme.example";
pub const VERA: &str = "vera@example.org";

pub struct Office {
    pub desk: Desk,
    pub clock: Arc<StandingClock>,
    pub made: Made,
    pub visitor: Visitor,
    kept: TestDb,
}

impl Office {
    /// Inbound is on; mails would be sent.
    pub async fn on(kept: TestDb) -> Self {
        let clock = Arc::new(StandingClock(AtomicI64::new(START)));
        let house = House {
            frontend_url: "https://segue.acme.example".into(),
            inbound_domain: Some(DOMAIN.into()),
            sender: "Acme Support <support@acme.example>".into(),
            verp: true,
            sandbox: false,
            retention: desk::retention::Retention::default(),
            secret: Secret::new("secret"),
            channels: Vec::new(),
        };
        let desk = Desk {
            db: kept.db.clone(),
            blobs: Blobs::local(&kept.folder.path().join("blobs")).unwrap(),
            clock: clock.clone(),
            random: Arc::new(Counting(AtomicU64::new(0))),
            parser: mail::parse,
            verifier: Arc::new(desk::verify_mail::Unverified),
            house: Arc::new(house),
        };
        let asked = Setup {
            account: "Acme".into(),
            name: "Ann Agent".into(),
            email: "ann@acme.example".into(),
            password: "correct horse".into(),
            website_url: Some("https://www.acme.example/help?x=1".into()),
            only_first: false,
        };
        let made = setup(&desk, asked).await.unwrap();
        let (account, inbox) = (made.account_id, made.inbox_id.unwrap());
        let found = desk.db.write::<_, store::Error, _>(async move |tx| {
            let mut account = accounts::by_id(tx, account).await?.unwrap();
            account.features.inbound_emails = true;
            accounts::update(tx, &account).await?;
            let mut found = inboxes::by_id(tx, inbox).await?.unwrap();
            found.settings.enable_email_collect = false;
            inboxes::update(tx, &found).await?;
            Ok(found)
        });
        let session = begin_session(&desk, &found.await.unwrap(), model::Json::Null).await.unwrap();
        let visitor = Visitor { account_id: account, session, only: None, at: None };
        Self { desk, clock, made, visitor, kept }
    }

    /// The same office with other settings of the house.
    pub fn rebuilt(mut self, change: impl FnOnce(&mut House)) -> Self {
        let mut house = (*self.desk.house).clone();
        change(&mut house);
        self.desk.house = Arc::new(house);
        self
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub async fn visitor_writes(&self, words: &str) -> Message {
        self.pass(1);
        let words = Words { content: Some(words.into()), ..Words::default() };
        let known = self.conversation().await.is_some();
        let said = if known {
            visitor_message(&self.desk, &self.visitor, Opening::default(), words).await
        } else {
            start_chat(&self.desk, &self.visitor, Opening::default(), words).await
        };
        said.unwrap().message
    }

    pub async fn visitor_leaves_address(&self) {
        let details = Details { name: Some("Vera Visitor".into()), email: Some(VERA.into()), ..Details::default() };
        change_details(&self.desk, &self.visitor, details).await.unwrap();
    }

    /// A question, and an address to answer to.
    pub async fn visitor_with_address(&self) {
        self.visitor_writes("Do you ship to Iceland?").await;
        self.visitor_leaves_address().await;
    }

    /// The widget says so for the next hour.
    pub async fn visitor_is_present(&self) {
        let here = Presence {
            connection: "c1".into(),
            account_id: self.made.account_id,
            contact_inbox_id: Some(self.visitor.session.id),
            user_id: None,
            visible: true,
        };
        let until = self.desk.now() + jiff::SignedDuration::from_hours(1);
        self.write(async move |tx| presences::keep(tx, &here, until).await).await;
    }

    pub async fn visitor_looks(&self) {
        self.pass(1);
        assert!(visitor_seen(&self.desk, &self.visitor).await.unwrap());
    }

    /// The address has proved to be theirs.
    pub async fn address_is_verified(&self) {
        let (account, contact) = (self.made.account_id, self.conversation().await.unwrap().contact_id);
        self.write(async move |tx| {
            let mut contact = contacts::by_id(tx, account, contact).await?.unwrap();
            contact.email_verified = true;
            contacts::update(tx, &contact).await
        })
        .await;
    }

    pub async fn conversation(&self) -> Option<Conversation> {
        let visitor = self.visitor.clone();
        self.desk.db.read::<_, store::Error, _>(async move |tx| visitor.conversation(tx).await).await.unwrap()
    }

    pub async fn agent_writes(&self, words: &str) -> Message {
        self.replies(NewReply { content: Some(words.into()), ..NewReply::default() }).await.unwrap()
    }

    pub async fn replies(&self, new: NewReply) -> desk::Outcome<Message> {
        self.pass(1);
        let number = self.conversation().await.unwrap().display_id;
        send_message(&self.desk, self.made.account_id, number, self.made.user_id, new).await
    }

    /// Does the due `mail_unseen` jobs, as the runner would.
    pub async fn mail_unseen(&self) {
        for job in self.due(mail_unseen::KIND).await {
            let conversation = serde_json::from_value(job.payload["conversation_id"].clone()).unwrap();
            mail_unseen::run(&self.desk, conversation).await.unwrap();
            self.write(async move |tx| jobs::done(tx, &[job.id]).await).await;
        }
    }

    /// Claims the due jobs; those of another kind stay for later.
    pub async fn due(&self, kind: &'static str) -> Vec<jobs::Job> {
        let now = self.desk.now();
        let lease = now + jiff::SignedDuration::from_secs(10);
        let claimed =
            self.write(async move |tx| jobs::claim(tx, jobs::Lane::Single, "office", now, lease, 100).await).await;
        let (wanted, others): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|job| job.kind == kind);
        for job in others {
            self.write(async move |tx| jobs::again(tx, job.id, job.run_at, None).await).await;
        }
        wanted
    }

    /// The mails that wait for the server.
    pub async fn queued(&self) -> Vec<(OutgoingMail, Vec<u8>)> {
        let mut mails = Vec::new();
        for number in 1..50 {
            mails.extend(send_mail::waiting(&self.desk, MailId(number)).await.unwrap());
        }
        mails
    }

    pub async fn deliveries(&self, message: &Message) -> Vec<Delivery> {
        let id = message.id;
        self.desk.db.read::<_, store::Error, _>(async move |tx| deliveries::of_message(tx, id).await).await.unwrap()
    }

    /// The states of a message's deliveries.
    pub async fn states(&self, message: &Message) -> Vec<&'static str> {
        self.deliveries(message).await.iter().map(|delivery| delivery.state.as_str()).collect()
    }

    pub async fn message(&self, message: &Message) -> Message {
        let (conversation, id) = (message.conversation_id, message.id);
        let found =
            self.desk.db.read::<_, store::Error, _>(async move |tx| messages::by_id(tx, conversation, id).await);
        found.await.unwrap().unwrap()
    }

    pub async fn change_conversation(&self, change: impl Fn(&mut Conversation) + Send + Sync + 'static) {
        let id = self.conversation().await.unwrap().id;
        self.write(async move |tx| {
            let mut conversation = conversations::lock(tx, id).await?.unwrap();
            change(&mut conversation);
            conversations::update(tx, &conversation).await
        })
        .await;
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut store::Tx<'_>) -> store::Result<T> + Send + Sync + 'static,
    ) -> T {
        self.desk.db.write(work).await.unwrap()
    }
}
