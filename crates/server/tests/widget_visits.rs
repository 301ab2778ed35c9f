//! The life of a website visitor, from the first page to the last answer.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use desk::send_message::{NewReply, send_message};
use house::{House, on_both};
use model::message::MessageStatus;
use serde_json::json;

on_both!(
    a_visitor_asks_and_is_answered,
    the_card_asks_once_and_never_blocks,
    the_greeting_comes_first,
    a_session_lives_on_over_a_reload,
    what_is_sent_twice_is_said_once,
    what_an_agent_sends_twice_is_written_once,
    two_first_messages_begin_one_conversation,
    a_form_before_the_chat_says_who_it_is,
    a_visitor_ends_the_chat_and_comes_back,
    seen_is_told_once,
    history_comes_in_pages,
    a_blocked_contact_wakes_nobody,
);

async fn a_visitor_asks_and_is_answered(house: House) {
    let visitor = house.visitor().await;
    assert_eq!(visitor.get("/conversations").await, json!({}));
    assert_eq!(visitor.messages().await, Vec::<serde_json::Value>::new());

    let config = visitor.call("POST", "/config").json(json!({})).await.ok();
    assert_eq!(config["website_channel_config"]["website_name"], "Acme");
    assert_eq!(config["contact"]["pubsub_token"], visitor.pubsub_token.as_str());
    assert!(!config.to_string().contains(&house.widget().await.hmac_token), "the hmac token is the account's alone");

    let asked = visitor.asks("Where is my parcel?").await;
    assert_eq!((&asked["content"], &asked["message_type"]), (&json!("Where is my parcel?"), &json!(0)));
    let number = visitor.number().await;
    assert_eq!(asked["conversation_id"], number);

    house.answers(number, "On its way.").await;
    let messages = visitor.messages().await;
    let last = messages.last().unwrap();
    assert_eq!((&last["content"], &last["message_type"]), (&json!("On its way."), &json!(1)));
    assert_eq!(last["sender"]["name"], "Ann Agent");
    assert!(!last["sender"].to_string().contains(house::ADMIN), "an agent's log-in address is nobody's business");
}

async fn the_card_asks_once_and_never_blocks(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Hello?").await;
    let card = visitor.card().await.expect("the card");
    assert_eq!(card["message_type"], 3);
    visitor.asks("Anybody?").await;
    assert_eq!(visitor.messages().await.iter().filter(|message| message["content_type"] == "input_email").count(), 1);

    let contact = visitor.gives("Vera@Example.ORG").await.ok();
    assert_eq!(contact["contact"]["has_email"], true);
    let number = visitor.number().await;
    let kept = house.contact_of(number).await;
    assert_eq!((kept.email.as_deref(), kept.email_verified), (Some("vera@example.org"), false));
    assert_eq!(visitor.card().await.unwrap()["content_attributes"]["submitted_email"], "vera@example.org");

    // A slip is mended in place.
    visitor.gives("vera@example.net").await.ok();
    assert_eq!(house.contact_of(number).await.email.as_deref(), Some("vera@example.net"));

    let begun =
        visitor.call("POST", "/conversations").json(json!({"message": {"content": "Another thing"}})).await.ok();
    assert_ne!(begun["id"], number);
    assert!(visitor.card().await.is_none(), "asked once");
}

async fn the_greeting_comes_first(house: House) {
    house
        .change_inbox(|inbox| {
            inbox.settings.greeting_enabled = true;
            inbox.settings.greeting_message = "Welcome aboard!".into();
        })
        .await;
    let visitor = house.visitor().await;
    visitor.asks("Hi").await;
    visitor.asks("Hi again").await;
    let words = visitor.words().await;
    assert_eq!(words.iter().filter(|words| *words == "Welcome aboard!").count(), 1);
    assert_eq!(words[..2], ["Hi", "Welcome aboard!"]);

    house.change_inbox(|inbox| inbox.settings.enable_email_collect = false).await;
    let other = house.visitor().await;
    other.asks("Hi").await;
    assert!(other.card().await.is_none());
}

async fn a_session_lives_on_over_a_reload(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Hello").await;
    house.clock.advance(60);
    let reloaded = visitor.reloads().await;
    assert_eq!(reloaded.pubsub_token, visitor.pubsub_token);
    assert_eq!(reloaded.number().await, visitor.number().await);
    house.clock.advance(181 * 24 * 3600);
    let late = visitor.reloads().await;
    assert_ne!(late.pubsub_token, visitor.pubsub_token, "an expired session is a new visitor");
    assert_eq!(late.get("/conversations").await, json!({}));
}

async fn what_is_sent_twice_is_said_once(house: House) {
    let visitor = house.visitor().await;
    let message = json!({"message": {"content": "Did this arrive?", "echo_id": "e-1"}});
    let first = visitor.call("POST", "/messages").json(message.clone()).await.ok();
    let second = visitor.call("POST", "/messages").json(message).await.ok();
    assert_eq!((&first["id"], &first["echo_id"]), (&second["id"], &json!("e-1")));
    assert_eq!(visitor.words().await.iter().filter(|words| *words == "Did this arrive?").count(), 1);

    let begins = json!({"message": {"content": "Another matter", "echo_id": "e-2"}});
    let first = visitor.call("POST", "/conversations").json(begins.clone()).await.ok();
    let again = visitor.call("POST", "/conversations").json(begins.clone()).await.ok();
    assert_eq!((&first["id"], &first["messages"][0]["id"]), (&again["id"], &again["messages"][0]["id"]));
    let other = house.visitor().await;
    let others = other.call("POST", "/conversations").json(begins).await.ok();
    assert_ne!(first["id"], others["id"], "another visitor's echo is another message");
    let new = json!({"message": {"content": "A third matter", "echo_id": "e-3"}});
    assert_ne!(visitor.call("POST", "/conversations").json(new).await.ok()["id"], first["id"]);
}

async fn what_an_agent_sends_twice_is_written_once(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Hello").await;
    let number = visitor.number().await;
    let writes = async |echo_id: &str| {
        let new = NewReply { content: Some("An answer".into()), echo_id: Some(echo_id.into()), ..NewReply::default() };
        send_message(house.desk(), house.made.account_id, number, house.made.user_id, new).await.unwrap().id
    };
    let first = writes("a-1").await;
    assert_eq!(writes("a-1").await, first);
    assert_ne!(writes("a-2").await, first);
    assert_eq!(visitor.words().await.iter().filter(|words| *words == "An answer").count(), 2);
}

async fn two_first_messages_begin_one_conversation(house: House) {
    let visitor = house.visitor().await;
    let (one, other) = tokio::join!(visitor.asks("One"), visitor.asks("Two"));
    assert_eq!(one["conversation_id"], other["conversation_id"]);
    assert_eq!(visitor.words().await.len(), 3, "both, and the card");
}

async fn a_form_before_the_chat_says_who_it_is(house: House) {
    let visitor = house.visitor().await;
    let body = json!({
        "contact": {"name": "Vera", "email": "vera@example.org", "phone_number": "+491701234567"},
        "message": {"content": "Hello", "referer_url": "https://www.acme.example/shop", "timestamp": "now"},
        "custom_attributes": {"plan": "gold"},
    });
    let begun = visitor.call("POST", "/conversations").json(body).await.ok();
    assert_eq!(begun["custom_attributes"]["plan"], "gold");
    assert_eq!(begun["messages"][0]["content"], "Hello");
    assert!(visitor.card().await.is_none(), "the address is known");
    let number = visitor.number().await;
    let contact = house.contact_of(number).await;
    assert_eq!((contact.name.as_str(), contact.phone_number.as_deref()), ("Vera", Some("+491701234567")));
    let noted = house.conversation_numbered(number).await.additional_attributes;
    assert_eq!(noted["referer"], "https://www.acme.example/shop");

    let bad = json!({"contact": {"email": "not an address"}, "message": {"content": "Hello"}});
    let other = house.visitor().await;
    let refused = other.call("POST", "/conversations").json(bad).await.refused(422);
    assert!(refused.contains("email"), "{refused}");
    assert_eq!(other.get("/conversations").await, json!({}), "nothing was written");
}

async fn a_visitor_ends_the_chat_and_comes_back(house: House) {
    let visitor = house.visitor().await;
    visitor.call("GET", "/conversations/toggle_status").send().await.refused(404);
    visitor.asks("Thanks").await;
    assert_eq!(visitor.call("GET", "/conversations/toggle_status").send().await.status, 200);
    assert_eq!(visitor.get("/conversations").await["status"], "resolved");
    assert_eq!(visitor.call("GET", "/conversations/toggle_status").send().await.status, 200);
    visitor.asks("One more thing").await;
    assert_eq!(visitor.get("/conversations").await["status"], "open");

    let set = json!({"custom_attributes": {"order": 7, "size": "L"}});
    visitor.call("POST", "/conversations/set_custom_attributes").json(set).await.ok();
    let gone = json!({"custom_attribute": ["size"]});
    visitor.call("POST", "/conversations/destroy_custom_attributes").json(gone).await.ok();
    let number = visitor.number().await;
    assert_eq!(house.conversation_numbered(number).await.custom_attributes, json!({"order": 7}));
    assert_eq!(visitor.call("POST", "/conversations/transcript").send().await.status, 200);
    let typing = visitor.call("POST", "/conversations/toggle_typing").json(json!({"typing_status": "on"})).await;
    assert_eq!(typing.status, 200);
    visitor.call("POST", "/conversations/toggle_typing").json(json!({"typing_status": "?"})).await.refused(422);
}

async fn seen_is_told_once(house: House) {
    let visitor = house.visitor().await;
    visitor.looks().await;
    visitor.asks("Hello").await;
    let number = visitor.number().await;
    house.clock.advance(5);
    let answer = house.answers(number, "Hello!").await;
    assert_eq!(answer.status, MessageStatus::Sent);
    house.clock.advance(5);
    visitor.looks().await;
    let status = |messages: &[serde_json::Value]| messages.last().unwrap()["status"].clone();
    assert_eq!(status(&visitor.messages().await), "read");
    let seen = house.conversation_numbered(number).await.contact_last_seen_at;
    assert_eq!(seen, Some(house.desk().now()));
    house.clock.advance(5);
    house.answers(number, "Are you there?").await;
    assert_eq!(status(&visitor.messages().await), "sent");
}

async fn history_comes_in_pages(house: House) {
    let visitor = house.visitor().await;
    for count in 0..30 {
        visitor.asks(&format!("{count}")).await;
    }
    let latest = visitor.messages().await;
    assert_eq!(latest.len(), 20);
    let first = latest[0]["id"].as_i64().unwrap();
    let before = visitor.get(&format!("/messages?before={first}")).await;
    assert_eq!(before["payload"].as_array().unwrap().len(), 11, "the rest, and the card");
    let after = visitor.get(&format!("/messages?after={first}")).await;
    assert_eq!(after["payload"].as_array().unwrap().len(), 19);
    visitor.call("GET", "/messages?after=x").send().await.refused(422);
}

async fn a_blocked_contact_wakes_nobody(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Buy now").await;
    let number = visitor.number().await;
    let mut contact = house.contact_of(number).await;
    contact.blocked = true;
    let kept = house.desk().db.write::<_, store::Error, _>(async move |tx| store::contacts::update(tx, &contact).await);
    kept.await.unwrap();
    visitor.call("GET", "/conversations/toggle_status").send().await;
    visitor.asks("Buy again").await;
    assert_eq!(visitor.get("/conversations").await["status"], "resolved");
    let begun = visitor.call("POST", "/conversations").json(json!({"message": {"content": "And again"}})).await.ok();
    assert_eq!(begun["status"], "resolved");
}
