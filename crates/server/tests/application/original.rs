//! A message that came by mail: as agents see it, and the mail behind it.

use super::{admin, neighbour};
use crate::house::{House, customer::mail_from, on_both};
use serde_json::{Value, json};

on_both!(the_mail_behind_a_message_is_shown, what_scripts_do_in_a_mail_is_not_shown);

/// The last message of a conversation, as agents see it.
async fn last(house: &House, number: i64) -> Value {
    let list = admin(house).get(&format!("/conversations/{number}/messages")).await.ok();
    list["payload"].as_array().and_then(|all| all.last()).cloned().expect("a message")
}

async fn the_mail_behind_a_message_is_shown(house: House) {
    let thread = house.thread("carla@example.org").await;
    let words = "It works now, thanks.\r\n\r\nOn Sun, Nov 22, 2026 at 10:00 AM Ann wrote:\r\n> Try again, please.\r\n";
    let post = mail_from("Carla <carla@example.org>").to(&thread.reply_address()).id("c1@example.org").says(words);
    house.receives(&post).await;

    let message = last(&house, thread.number).await;
    assert_eq!((&message["content"], &message["message_type"]), (&json!("It works now, thanks."), &json!(0)));
    assert_eq!((&message["content_type"], &message["source_id"]), (&json!("incoming_email"), &json!("c1@example.org")));
    assert_eq!(
        (&message["sender"]["type"], &message["sender"]["email"]),
        (&json!("contact"), &json!("carla@example.org"))
    );
    assert_eq!(message["content_attributes"]["author"]["relation"], "contact");

    let path = format!("/conversations/{}/messages/{}/original", thread.number, message["id"]);
    let original = admin(&house).get(&path).await.ok();
    let header = |name: &str| {
        let found = original["headers"].as_array().into_iter().flatten().find(|header| header[0] == name);
        found.map(|header| header[1].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(header("Message-ID").as_deref(), Some("<c1@example.org>"));
    assert_eq!(original["state"], "delivered");
    assert!(!original["trace"].as_array().expect("a trace").is_empty());
    assert!(original["source"].as_str().expect("the source").contains("> Try again, please."));
    assert!(original["text"].as_str().expect("the text").contains("Try again, please."));
    assert_eq!((&original["html"], &original["verdicts"]), (&json!(null), &json!(null)));
    neighbour(&house).await.get(&path).await.refused(404);
    let conversation = admin(&house).get(&format!("/conversations/{}", thread.number)).await.ok();
    assert_eq!(conversation["last_mail_to"], "carla@example.org");

    let stranger = mail_from("mallory@evil.example").to(&thread.reply_address()).id("m1@evil.example");
    house.receives(&stranger.says("Send it to me instead.")).await;
    let conversation = admin(&house).get(&format!("/conversations/{}", thread.number)).await.ok();
    assert_eq!(conversation["last_mail_to"], json!(null), "replies go to the contact, not to who wrote last");
}

async fn what_scripts_do_in_a_mail_is_not_shown(house: House) {
    let thread = house.thread("carla@example.org").await;
    let markup = "<p onclick=\"steal()\">Hello</p><script>steal()</script><img src=\"https://track.example/x.png\">";
    let post = mail_from("carla@example.org").to(&thread.reply_address()).id("c2@example.org");
    house.receives(&post.with("Content-Type", "text/html; charset=utf-8").says(markup)).await;
    let message = last(&house, thread.number).await;
    assert_eq!(message["content"], "Hello");
    let path = format!("/conversations/{}/messages/{}/original", thread.number, message["id"]);
    let html = admin(&house).get(&path).await.ok()["html"].as_str().expect("its HTML").to_owned();
    assert!(html.contains("Hello") && !html.contains("steal"), "{html}");
    assert!(!html.contains(" src=\"https://track.example"), "remote images wait to be asked for: {html}");
}
