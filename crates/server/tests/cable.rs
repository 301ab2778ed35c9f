//! The cable: who hears what, who does not, and what becomes of those who were away.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{House, Node, on_both};
use model::{
    ids::UserId,
    message::{Kind, Sender},
    user::Role,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::{accounts, conversations, events, jobs, messages::NewMessage, users};

on_both!(
    a_visitor_and_an_agent_hear_each_other,
    a_visitor_hears_neither_notes_nor_strangers_nor_headers,
    a_token_that_is_not_ours_hears_nothing,
    another_account_and_another_visitor_hear_nothing,
    who_was_away_asks_for_what_they_missed,
    typing_is_for_the_other_side,
    agents_come_and_go,
    a_visitor_who_leaves_hastens_the_mail,
    who_loses_their_place_hears_no_more,
    a_client_that_speaks_otherwise_is_sent_away,
    a_stopping_node_says_so,
);

impl House {
    fn agents_identifier(&self, pubsub_token: &str) -> Value {
        json!({"pubsub_token": pubsub_token, "account_id": self.made.account_id, "user_id": self.made.user_id})
    }

    async fn agents_token(&self) -> String {
        let id = self.made.user_id;
        let user = self.desk().db.read::<_, store::Error, _>(async move |tx| users::by_id(tx, id).await).await;
        user.unwrap().unwrap().pubsub_token
    }

    /// Another user with a place in the account given, or in one of their own.
    async fn colleague(&self, elsewhere: bool) -> (UserId, String, i64) {
        let (first, now) = (self.made.account_id, self.desk().now());
        let new = users::NewUser {
            name: "Bo".into(),
            email: "bo@acme.example".into(),
            password_hash: String::new(),
            access_token: self.desk().random.hex_128(),
            pubsub_token: self.desk().random.hex_128(),
        };
        let token = new.pubsub_token.clone();
        let made = self.desk().db.write::<_, store::Error, _>(async move |tx| {
            let account = if elsewhere { accounts::insert(tx, "Rival", "en", now).await?.id } else { first };
            let user = users::insert(tx, &new, now).await?.expect("a new address");
            users::join(tx, account, user, Role::Agent).await?;
            Ok((user, account.0))
        });
        let (user, account) = made.await.unwrap();
        (user, token, account)
    }
}

async fn a_visitor_and_an_agent_hear_each_other(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    let mut agent = node.subscribes(house.agents_identifier(&house.agents_token().await)).await.ok().unwrap();
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();

    visitor.asks("Hello?").await;
    let began = agent.hears("conversation.created").await;
    let number = visitor.number().await;
    assert_eq!((&began["id"], &began["account_id"]), (&json!(number), &json!(house.made.account_id)));
    let heard = agent.hears("message.created").await;
    assert_eq!((&heard["content"], &heard["conversation_id"]), (&json!("Hello?"), &json!(number)));
    assert_eq!(heard["conversation"]["unread_count"], 1);

    house.answers(number, "Hello, Vera.").await;
    let (events, said) = widget.hears_until("message.created", "Hello, Vera.").await;
    assert!(events.contains(&"conversation.created".to_owned()), "{events:?}");
    assert!(said.contains("input_email"), "the card came too");
    agent.hears_until("message.created", "Hello, Vera.").await;

    visitor.looks().await;
    loop {
        let updated = agent.hears("message.updated").await;
        if updated["content"] == "Hello, Vera." {
            assert_eq!(updated["status"], "read");
            break;
        }
    }
    visitor.gives("vera@example.org").await.ok();
    assert_eq!(agent.hears("contact.updated").await["email"], "vera@example.org");
    visitor.call("GET", "/conversations/toggle_status").send().await;
    assert_eq!(widget.hears("conversation.status_changed").await["status"], "resolved");
    assert_eq!(agent.hears("conversation.status_changed").await["status"], "resolved");
}

async fn a_visitor_hears_neither_notes_nor_strangers_nor_headers(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    visitor.asks("Hello?").await;
    let number = visitor.number().await;
    house.notes(number, "note-secret").await;
    let (id, now) = (house.conversation_numbered(number).await.id, house.desk().now());
    let mailed = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let mut conversation = conversations::lock(tx, id).await?.expect("a conversation");
        let mail = NewMessage {
            content_type: "incoming_email".into(),
            content_attributes: json!({"email": {"cc": ["header-secret"]}, "author": {"address": "author-secret"}}),
            source_id: Some("id-secret".into()),
            ..NewMessage::text(&conversation, Kind::Incoming, Sender::Contact(conversation.contact_id), "by mail")
        };
        let stranger = NewMessage { withheld: true, content: Some("stranger-secret".into()), ..mail.clone() };
        desk::append::append(tx, &mut conversation, &stranger, &[], None, now).await?;
        desk::append::append_activity(tx, &mut conversation, "activity-secret", now).await?;
        desk::append::append(tx, &mut conversation, &mail, &[], None, now).await
    });
    mailed.await.unwrap();
    house.answers(number, "the end").await;
    let (events, said) = widget.hears_until("message.created", "the end").await;
    let messages = events.iter().filter(|event| *event == "message.created").count();
    assert_eq!(messages, 4, "the question, the card, the mail and the end: {events:?}");
    assert!(said.contains("by mail"));
    assert!(!said.contains("secret"), "{said}");
}

async fn a_token_that_is_not_ours_hears_nothing(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    let agents = house.agents_token().await;
    let refused = [
        json!({}),
        json!({"pubsub_token": ""}),
        json!({"pubsub_token": "x".repeat(32)}),
        json!({"pubsub_token": visitor.auth_token}),
        json!({"pubsub_token": "a.b.c"}),
        json!({"pubsub_token": agents, "account_id": 999}),
        json!({"pubsub_token": house.made.access_token, "account_id": house.made.account_id}),
        json!({"pubsub_token": 7}),
    ];
    for params in refused {
        assert!(node.subscribes(params.clone()).await.is_err(), "{params}");
    }
    let mut socket = node.socket().await;
    let other_channel = json!({"channel": "AdminChannel", "pubsub_token": agents}).to_string();
    socket.send(json!({"command": "subscribe", "identifier": other_channel})).await;
    assert_eq!(socket.frame().await["type"], "reject_subscription");
    assert!(house.app.hub.is_empty());
}

async fn another_account_and_another_visitor_hear_nothing(house: House) {
    let node = house.listens().await;
    let (vera, mallory) = (house.visitor().await, house.visitor().await);
    let (_, rivals_token, rivals_account) = house.colleague(true).await;
    let identifier = json!({"pubsub_token": rivals_token, "account_id": rivals_account});
    let mut rival = node.subscribes(identifier).await.ok().unwrap();
    assert_eq!(rival.hears("presence.update").await["account_id"], rivals_account, "their own coming");
    mallory.asks("Mine").await;
    let mut other = node.subscribes(json!({"pubsub_token": mallory.pubsub_token})).await.ok().unwrap();

    vera.asks("vera-secret").await;
    vera.call("POST", "/conversations/toggle_typing").json(json!({"typing_status": "on"})).await;
    house.answers(vera.number().await, "answer-secret").await;
    house.answers(mallory.number().await, "Yours").await;
    let (_, said) = other.hears_until("message.created", "Yours").await;
    assert!(!said.contains("secret"), "{said}");

    // Whatever the rival hears next is of their own account.
    let (account, now) = (model::ids::AccountId(rivals_account), house.desk().now());
    let told = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        events::record(tx, &model::event::Event::new(model::event::EventKind::AccountUpdated, account, now)).await
    });
    told.await.unwrap();
    assert_eq!(rival.frame().await["message"]["event"], "account.updated");
}

async fn who_was_away_asks_for_what_they_missed(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    visitor.asks("Hello?").await;
    let number = visitor.number().await;
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    let last = house.answers(number, "One").await.id;
    widget.hears_until("message.created", "One").await;
    drop(widget);
    house.answers(number, "Two").await;
    house.answers(number, "Three").await;
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    house.answers(number, "Four").await;
    widget.hears_until("message.created", "Four").await;
    let missed = visitor.get(&format!("/messages?after={last}")).await;
    let words: Vec<_> = missed["payload"].as_array().unwrap().iter().map(|message| &message["content"]).collect();
    assert_eq!(words, ["Two", "Three", "Four"]);
}

async fn typing_is_for_the_other_side(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    visitor.asks("Hello?").await;
    let number = visitor.number().await;
    let token = house.agents_token().await;
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    let mut agent = node.subscribes(house.agents_identifier(&token)).await.ok().unwrap();
    visitor.call("POST", "/conversations/toggle_typing").json(json!({"typing_status": "on"})).await;
    let heard = agent.hears("conversation.typing_on").await;
    assert_eq!((&heard["conversation"]["id"], &heard["user"]["type"]), (&json!(number), &json!("contact")));

    let (account, by) = (house.made.account_id, house.made.user_id);
    desk::typing::agent_types(house.desk(), account, number, by, true, true).await.unwrap();
    desk::typing::agent_types(house.desk(), account, number, by, true, false).await.unwrap();
    house.answers(number, "Done").await;
    let (events, _) = widget.hears_until("message.created", "Done").await;
    let typing = events.iter().filter(|event| *event == "conversation.typing_on").count();
    assert_eq!(typing, 1, "neither their own nor that of a note: {events:?}");
    let (events, _) = agent.hears_until("message.created", "Done").await;
    assert!(!events.contains(&"conversation.typing_on".to_owned()), "an agent knows that they type");
}

async fn agents_come_and_go(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    let id = house.made.user_id.to_string();
    let agent = node.subscribes(house.agents_identifier(&house.agents_token().await)).await.ok().unwrap();
    assert_eq!(widget.hears("presence.update").await["users"][&id], "online");
    let members = visitor.get("/inbox_members").await;
    assert_eq!(members["payload"][0]["availability_status"], "online");
    drop(agent);
    assert_eq!(widget.hears("presence.update").await["users"], json!({}));

    // A node that died says nothing; its people fall silent.
    let mut agent = node.subscribes(house.agents_identifier(&house.agents_token().await)).await.ok().unwrap();
    assert_eq!(widget.hears("presence.update").await["users"][&id], "online");
    house.clock.advance(21);
    desk::presence::forget_silent(house.desk()).await.unwrap();
    assert_eq!(widget.hears("presence.update").await["users"], json!({}));
    agent.performs(json!({"action": "update_presence"})).await;
    assert_eq!(widget.hears("presence.update").await["users"][&id], "online");
}

async fn a_visitor_who_leaves_hastens_the_mail(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    visitor.asks("Hello?").await;
    visitor.gives("vera@example.org").await.ok();
    let mut agent = node.subscribes(house.agents_identifier(&house.agents_token().await)).await.ok().unwrap();
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    widget.performs(json!({"action": "update_presence", "visible": true})).await;
    let contact = house.contact_of(visitor.number().await).await.id.to_string();
    hears_of(&mut agent, &contact, "online").await;

    let number = visitor.number().await;
    house.answers(number, "Here is your answer.").await;
    let due = next_look(&house).await;
    house.clock.advance(80);
    widget.performs(json!({"action": "update_presence", "visible": true})).await;
    drop(widget);
    hears_of(&mut agent, &contact, "offline").await;
    let hastened = next_look(&house).await;
    assert!(hastened < due, "{hastened} is not before {due}");
}

async fn hears_of(agent: &mut house::Socket, contact: &str, state: &str) {
    while agent.hears("presence.update").await["contacts"][contact] != state {}
}

/// When the mail of the conversation is looked after next.
async fn next_look(house: &House) -> model::Timestamp {
    let next =
        house.desk().db.read::<_, store::Error, _>(async |tx| jobs::next_run_at(tx, jobs::Lane::Single).await).await;
    next.unwrap().expect("a waiting job")
}

async fn who_loses_their_place_hears_no_more(house: House) {
    let node = house.listens().await;
    let (user, token, account) = house.colleague(false).await;
    let identifier = json!({"pubsub_token": token, "account_id": account});
    let mut colleague = node.subscribes(identifier).await.ok().unwrap();
    assert_eq!(house.app.hub.len(), 1);
    let place = house.made.account_id;
    let left = house.desk().db.write::<_, store::Error, _>(async move |tx| users::leave(tx, place, user).await);
    left.await.unwrap();
    colleague.performs(json!({"action": "update_presence"})).await;
    loop {
        if colleague.frame().await["type"] == "reject_subscription" {
            break;
        }
    }
    assert!(house.app.hub.is_empty());
}

async fn a_client_that_speaks_otherwise_is_sent_away(house: House) {
    let node = house.listens().await;
    for words in [json!("hello"), json!({"command": "dance", "identifier": "x"}), json!({"identifier": "x"})] {
        let mut socket = node.socket().await;
        socket.send(words).await;
        assert_eq!(
            socket.try_frame().await,
            Some(json!({"type": "disconnect", "reason": "invalid_request", "reconnect": false}))
        );
        assert_eq!(socket.try_frame().await, None);
    }
}

async fn a_stopping_node_says_so(house: House) {
    let node = house.listens().await;
    let visitor = house.visitor().await;
    let mut widget = node.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    node.stop.send_replace(true);
    let farewell = json!({"type": "disconnect", "reason": "server_restart", "reconnect": true});
    assert_eq!(widget.try_frame().await, Some(farewell));
}

/// Two nodes on one PostgreSQL are one system: what happens on one is told on the other within a second.
#[tokio::test]
async fn two_nodes_tell_each_others_events() {
    let Some(test) = store::testkit::postgres().await else { return };
    let house = House::on(test).await;
    let _first = house.listens().await;
    let second = Node::of(house.another_node().await).await;
    let visitor = house.visitor().await;
    visitor.asks("Hello?").await;
    let number = visitor.number().await;
    let mut widget = second.subscribes(json!({"pubsub_token": visitor.pubsub_token})).await.ok().unwrap();
    let mut took = Vec::new();
    for count in 0..5 {
        let words = format!("Answer {count}");
        let written = Instant::now();
        house.answers(number, &words).await;
        widget.hears_until("message.created", &words).await;
        took.push(written.elapsed());
    }
    // The median: a busy machine may hold up one of them.
    took.sort_unstable();
    assert!(took[2] < Duration::from_secs(1), "{took:?}");
}
