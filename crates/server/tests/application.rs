//! The application API as agents, dashboards and scripts use it.

mod house;

#[path = "application/access.rs"]
mod access;
#[path = "application/contacts.rs"]
mod contacts;
#[path = "application/conversations.rs"]
mod conversations;
#[path = "application/cut.rs"]
mod cut;
#[path = "application/document.rs"]
mod document;
#[path = "application/original.rs"]
mod original;
#[path = "application/people.rs"]
mod people;
#[path = "application/sessions.rs"]
mod sessions;
#[path = "application/settings.rs"]
mod settings;

use house::{Answer, Call, House};
use serde_json::{Value, json};

/// Someone with a token of their own.
pub(crate) struct Token<'h> {
    house: &'h House,
    pub(crate) token: String,
    pub(crate) account: i64,
}

impl Token<'_> {
    /// A request below the account.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call<'_> {
        self.at(method, &format!("/api/v1/accounts/{}{path}", self.account))
    }

    /// A request anywhere.
    pub(crate) fn at(&self, method: &str, path: &str) -> Call<'_> {
        self.house.call(method, path).header("api_access_token", &self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path).json(body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path).json(body).await
    }

    /// Begins a conversation with a new contact; its number and the contact's id.
    pub(crate) async fn begins(&self, email: &str, words: &str) -> (i64, i64) {
        let inbox = self.get("/inboxes").await.ok()["payload"][0]["id"].clone();
        let contact = self.post("/contacts", json!({"name": "Vera", "email": email, "inbox_id": inbox})).await.ok();
        let contact = contact["payload"]["contact"]["id"].as_i64().expect("an id");
        let asked = json!({"inbox_id": inbox, "contact_id": contact, "message": {"content": words}});
        let conversation = self.post("/conversations", asked).await.ok();
        (conversation["id"].as_i64().expect("a number"), contact)
    }
}

/// The first administrator.
pub(crate) fn admin(house: &House) -> Token<'_> {
    Token { house, token: house.made.access_token.clone(), account: house.made.account_id.0 }
}

/// A colleague in the first account who is no administrator.
pub(crate) async fn colleague(house: &House) -> Token<'_> {
    let asked = json!({"name": "Bob Agent", "email": "bob@acme.example", "password": "battery staple"});
    admin(house).post("/agents", asked).await.ok();
    let signed_in = house.call("POST", "/auth/sign_in");
    let signed_in = signed_in.json(json!({"email": "bob@acme.example", "password": "battery staple"})).await.ok();
    let token = signed_in["data"]["access_token"].as_str().expect("a token").to_owned();
    Token { house, token, account: house.made.account_id.0 }
}

/// The administrator of another account on the same installation.
pub(crate) async fn neighbour(house: &House) -> Token<'_> {
    let asked = desk::setup::Setup {
        account: "Other".into(),
        name: "Olga".into(),
        email: "olga@other.example".into(),
        password: "another horse".into(),
        website_url: Some("https://www.other.example".into()),
        only_first: false,
    };
    let made = desk::setup::setup(house.desk(), asked).await.expect("an account");
    Token { house, token: made.access_token, account: made.account_id.0 }
}
