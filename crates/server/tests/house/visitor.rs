//! What visitors do, through the widget's page and API.

use super::{Answer, Call, House};
use desk::send_message::{NewReply, send_message};
use model::{
    continuity::Way,
    conversation::Conversation,
    ids::{ContactId, UserId},
    inbox::{Inbox, WebWidget},
    message::Message,
};
use serde_json::{Value, json};
use store::{contacts, conversations, inboxes};

/// Someone with the widget open.
pub struct Visitor<'h> {
    pub house: &'h House,
    pub website_token: String,
    pub auth_token: String,
    pub pubsub_token: String,
}

impl House {
    /// Someone who comes to the first website for the first time.
    pub async fn visitor(&self) -> Visitor<'_> {
        self.visitor_of(self.made.website_token.as_deref().expect("a website")).await
    }

    pub async fn visitor_of(&self, website_token: &str) -> Visitor<'_> {
        let page = self.call("GET", &format!("/widget?website_token={website_token}")).send().await;
        Visitor::on_page(self, website_token, &page)
    }

    /// The website inbox.
    pub async fn inbox(&self) -> Inbox {
        let id = self.made.inbox_id.expect("an inbox");
        let found = self.desk().db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, id).await);
        found.await.expect("a read").expect("an inbox")
    }

    pub async fn change_inbox(&self, change: impl FnOnce(&mut Inbox)) {
        let mut inbox = self.inbox().await;
        change(&mut inbox);
        let kept = self.desk().db.write::<_, store::Error, _>(async move |tx| inboxes::update(tx, &inbox).await);
        kept.await.expect("a kept inbox");
    }

    pub async fn widget(&self) -> WebWidget {
        self.inbox().await.web_widget().expect("a website inbox").clone()
    }

    /// The first administrator answers, or notes, in a conversation.
    pub async fn answers(&self, number: i64, words: &str) -> Message {
        self.writes(number, NewReply { content: Some(words.into()), ..reply() }).await
    }

    pub async fn notes(&self, number: i64, words: &str) -> Message {
        self.writes(number, NewReply { content: Some(words.into()), private: true, ..reply() }).await
    }

    async fn writes(&self, number: i64, new: NewReply) -> Message {
        let (account, by): (_, UserId) = (self.made.account_id, self.made.user_id);
        send_message(self.desk(), account, number, by, new).await.expect("an answer")
    }

    pub async fn conversation_numbered(&self, number: i64) -> Conversation {
        let account = self.made.account_id;
        let found = self
            .desk()
            .db
            .read::<_, store::Error, _>(async move |tx| conversations::by_display_id(tx, account, number).await);
        found.await.expect("a read").expect("a conversation")
    }

    pub async fn contact_of(&self, number: i64) -> model::contact::Contact {
        let id = self.conversation_numbered(number).await.contact_id;
        self.contact_with(id).await.expect("a contact")
    }

    pub async fn contact_with(&self, id: ContactId) -> Option<model::contact::Contact> {
        let account = self.made.account_id;
        let found = self.desk().db.read::<_, store::Error, _>(async move |tx| contacts::by_id(tx, account, id).await);
        found.await.expect("a read")
    }
}

fn reply() -> NewReply {
    NewReply {
        content: None,
        private: false,
        way: Way::Auto,
        files: Vec::new(),
        echo_id: None,
        to_emails: Vec::new(),
        cc_emails: Vec::new(),
        bcc_emails: Vec::new(),
        content_attributes: Value::Null,
    }
}

impl<'h> Visitor<'h> {
    /// Whoever the page was made for.
    #[track_caller]
    pub fn on_page(house: &'h House, website_token: &str, page: &Answer) -> Self {
        assert_eq!(page.status, 200, "{}", page.text());
        Self {
            house,
            website_token: website_token.into(),
            auth_token: global(&page.text(), "authToken"),
            pubsub_token: global(&page.text(), "chatwootPubsubToken"),
        }
    }

    /// A request of their widget.
    pub fn call(&self, method: &str, path: &str) -> Call<'h> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let path = format!("/api/v1/widget{path}{mark}website_token={}", self.website_token);
        self.house.call(method, &path).header("x-auth-token", &self.auth_token)
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call("GET", path).send().await.ok()
    }

    /// They reload the page.
    pub async fn reloads(&self) -> Visitor<'h> {
        let path = format!("/widget?website_token={}&cw_conversation={}", self.website_token, self.auth_token);
        let page = self.house.call("GET", &path).send().await;
        Self::on_page(self.house, &self.website_token, &page)
    }

    /// They say something; the message.
    pub async fn asks(&self, words: &str) -> Value {
        self.call("POST", "/messages").json(json!({"message": {"content": words}})).await.ok()
    }

    /// The number of their conversation.
    pub async fn number(&self) -> i64 {
        self.get("/conversations").await["id"].as_i64().expect("a conversation")
    }

    pub async fn messages(&self) -> Vec<Value> {
        self.get("/messages").await["payload"].as_array().cloned().expect("messages")
    }

    pub async fn words(&self) -> Vec<String> {
        let messages = self.messages().await;
        messages.iter().map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The card that asks for an address, if it was shown.
    pub async fn card(&self) -> Option<Value> {
        self.messages().await.into_iter().find(|message| message["content_type"] == "input_email")
    }

    /// They answer the card.
    pub async fn gives(&self, address: &str) -> Answer {
        let card = self.card().await.expect("a card")["id"].as_i64().expect("an id");
        self.call("PATCH", &format!("/messages/{card}")).json(json!({"contact": {"email": address}})).await
    }

    /// Their widget reports what was seen.
    pub async fn looks(&self) {
        assert_eq!(self.call("POST", "/conversations/update_last_seen").send().await.status, 200);
    }
}

/// A global of the widget's page.
#[track_caller]
pub fn global(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("window.{name} = ")).unwrap_or_else(|| panic!("no {name} in {page}"));
    let (value, _) = rest.split_once(";\n").expect("the end of the line");
    serde_json::from_str(value).expect("text")
}
