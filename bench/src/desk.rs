//! What the mails answer: conversations that were each mailed once, so that each has a reply address.

use crate::{database::Database, http::Client, server::Server};
use anyhow::{Result, bail};
use serde_json::json;

/// A conversation's reply address and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Correspondent {
    /// 32 hexadecimal digits.
    pub(crate) token: String,
    /// Who answers.
    pub(crate) address: String,
}

/// Makes that many conversations over the API, each mailed to its contact.
pub(crate) async fn open(server: &Server, database: &Database, conversations: usize) -> Result<Vec<Correspondent>> {
    let mut client = Client::connect(&server.address).await?;
    let (account, token) = (server.account, server.access_token.as_str());
    let base = format!("/api/v1/accounts/{account}");
    client.call("PATCH", &base, token, &json!({"features": {"inbound_emails": true}})).await?;
    for number in 0..conversations {
        let contact = json!({"name": format!("Vera {number}"), "email": format!("vera.{number}@customer.example"), "inbox_id": server.inbox});
        let made = client.call("POST", &format!("{base}/contacts"), token, &contact).await?;
        let contact = made["payload"]["contact"]["id"].clone();
        let opened = json!({"inbox_id": server.inbox, "contact_id": contact});
        let opened = client.call("POST", &format!("{base}/conversations"), token, &opened).await?;
        let path = format!("{base}/conversations/{}/messages", opened["id"]);
        let words = "Thanks for asking! The blue one is in stock again from Tuesday.";
        client.call("POST", &path, token, &json!({"content": words, "delivery": "email"})).await?;
    }
    for _ in 0..1000 {
        let known = database.reply_tokens().await?;
        if known.len() >= conversations {
            return Ok(known.into_iter().map(|(token, address)| Correspondent { token, address }).collect());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    bail!("not every conversation was mailed")
}
