//! What agents do, over the application API.

use super::{Answer, Call, House};
use serde_json::{Value, json};

/// An agent with an API token.
pub struct Agent<'h> {
    house: &'h House,
    token: String,
    account: i64,
}

impl House {
    /// The first administrator.
    pub fn agent(&self) -> Agent<'_> {
        Agent { house: self, token: self.made.access_token.clone(), account: self.made.account_id.0 }
    }
}

impl Agent<'_> {
    /// A request below the agent's account.
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        let path = format!("/api/v1/accounts/{}{path}", self.account);
        self.house.call(method, &path).header("api_access_token", &self.token)
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call("GET", path).send().await.ok()
    }

    /// Answers in a conversation; the message.
    pub async fn replies(&self, conversation: i64, words: &str) -> Value {
        self.sends(conversation, json!({"content": words})).await.ok()
    }

    pub async fn sends(&self, conversation: i64, message: Value) -> Answer {
        self.call("POST", &format!("/conversations/{conversation}/messages")).json(message).await
    }

    pub async fn messages(&self, conversation: i64) -> Vec<Value> {
        let list = self.get(&format!("/conversations/{conversation}/messages")).await;
        list["payload"].as_array().cloned().unwrap_or_default()
    }

    pub async fn resolves(&self, conversation: i64) {
        self.call("POST", &format!("/conversations/{conversation}/toggle_status"))
            .json(json!({"status": "resolved"}))
            .await
            .ok();
    }
}
