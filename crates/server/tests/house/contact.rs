//! What contacts write, whatever the channel; and an installation nobody has set up yet.

use super::{House, TestClock, configuration, open};
use desk::{append::append, setup::Made};
use model::{
    ids::{AccountId, ContactId, UserId},
    message::{Kind, Message, Sender},
    status::Arrival,
};
use server::http::router;
use std::sync::Arc;
use store::{DatabaseUrl, conversations, messages::NewMessage, testkit};

impl House {
    /// The contact writes into the conversation of that number.
    pub async fn the_contact_writes(&self, number: i64, contact: i64, words: &str) -> Message {
        let (account, now, words) = (self.made.account_id, self.app.desk.now(), words.to_owned());
        let write = self.app.desk.db.write::<_, store::Error, _>(async move |tx| {
            let found = conversations::by_display_id(tx, account, number).await?.expect("a conversation");
            let mut conversation = conversations::lock(tx, found.id).await?.expect("a conversation");
            let new = NewMessage::text(&conversation, Kind::Incoming, Sender::Contact(ContactId(contact)), &words);
            let arrival = Arrival { human: true, takes_part: true, blocked: false };
            append(tx, &mut conversation, &new, &[], Some(arrival), now).await
        });
        write.await.expect("a message")
    }

    /// The same installation on a fresh database of the same kind, before its first account is made.
    pub async fn without_accounts(&self, frontend_url: &str) -> Self {
        let kept = match self.kept.url {
            DatabaseUrl::Sqlite(_) => testkit::sqlite().await,
            DatabaseUrl::Postgres(_) => testkit::postgres().await.expect("the server of this test"),
        };
        let clock = Arc::new(TestClock::default());
        let mut config = configuration(&kept);
        frontend_url.clone_into(&mut config.frontend_url);
        let app = open(&kept, config, Arc::clone(&clock), 0);
        let (account_id, user_id) = (AccountId(0), UserId(0));
        let made = Made { account_id, user_id, access_token: String::new(), inbox_id: None, website_token: None };
        let router = router::router(app.clone());
        Self { app, clock, made, router, kept }
    }
}
