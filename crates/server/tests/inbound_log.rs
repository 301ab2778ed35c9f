//! The inbound log: administrators read what arrived, what became of it and why, and let it be processed again. An
//! account reads only its own.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use desk::setup::Setup;
use house::{DOMAIN, House, customer::mail_from, on_both};
use model::user::Role;
use serde_json::{Value, json};
use store::{accounts, tokens, users};

on_both!(
    an_administrator_reads_the_log,
    a_mail_is_processed_again_once,
    an_account_sees_only_its_own,
    agents_do_not_see_the_log,
);

const CARLA: &str = "carla@customer.example";

async fn an_administrator_reads_the_log(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from("Carla <Carla@customer.example>").to(&thread.reply_address()).id("1@customer.example");
    house.receives(&post.clone().with("Subject", "Order 7").says("Hello")).await;
    house.receives(&mail_from("eve@evil.example").to("nobody@in.example.org").says("Hello")).await;

    let page = house.agent().get("/inbound_mails").await;
    let [unrouted, delivered] = &page["payload"].as_array().unwrap()[..] else { panic!("two mails: {page}") };
    assert_eq!(page["meta"]["next_before"], Value::Null);
    assert_eq!((unrouted["state"].as_str(), unrouted["conversation_id"].as_i64()), (Some("unrouted"), None));
    assert_eq!(unrouted["to"], json!(["nobody@in.example.org"]));
    let size = post.with("Subject", "Order 7").says("Hello").bytes().len();
    let expected = json!({
        "id": delivered["id"], "received_at": house.desk().now().as_second(), "ingress": "relay",
        "from": "Carla@customer.example", "to": [thread.reply_address()], "subject": "Order 7",
        "message_id": "1@customer.example", "state": "delivered", "reason": "appended to the conversation",
        "size": size, "conversation_id": thread.number,
    });
    assert_eq!(*delivered, expected);

    let only = |query: &str| format!("/inbound_mails?{query}");
    let states = house.agent().get(&only("state=unrouted")).await;
    assert_eq!(states["payload"].as_array().unwrap().len(), 1);
    assert_eq!(house.agent().get(&only("q=order%207")).await["payload"][0]["id"], delivered["id"]);
    let before = house.agent().get(&only(&format!("before={}", unrouted["id"]))).await;
    assert_eq!(before["payload"].as_array().unwrap().len(), 1);
    let wrong = house.agent().call("GET", "/inbound_mails?state=lost").send().await.refused(422);
    assert!(wrong.starts_with("state:"), "{wrong}");

    let id = delivered["id"].as_i64().unwrap();
    let shown = house.agent().get(&format!("/inbound_mails/{id}")).await;
    assert_eq!(shown["headers"][0], json!(["From", "Carla <Carla@customer.example>"]));
    assert!(shown["trace"].as_array().unwrap().len() >= 4, "{shown}");
    let raw = house.agent().call("GET", &format!("/inbound_mails/{id}/raw")).send().await;
    assert_eq!((raw.status.as_u16(), raw.body.len()), (200, size));
    assert_eq!(raw.headers["content-type"], "message/rfc822");
    assert_eq!(raw.headers["x-content-type-options"], "nosniff");
    house.agent().call("GET", "/inbound_mails/4711").send().await.refused(404);
}

async fn a_mail_is_processed_again_once(house: House) {
    let thread = house.thread(CARLA).await;
    // Its reply address becomes known only later: an import, say.
    let token = "c".repeat(32);
    let to = format!("reply+{token}@{DOMAIN}");
    let held = house.receives(&mail_from(CARLA).to(&to).says("Too early")).await;
    assert_eq!(held.state.as_str(), "unrouted");
    let (conversation, contact, now) = (thread.conversation, thread.contact.id, house.desk().now());
    let revived = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        tokens::revoke_address(tx, conversation, CARLA, now).await?;
        let conversation = store::conversations::lock(tx, conversation).await?.expect("a conversation");
        tokens::reply_for(tx, &conversation, Some(contact), CARLA, &token, now).await
    });
    revived.await.unwrap();
    let replay = format!("/inbound_mails/{}/replay", held.id);
    for _ in 0..3 {
        let replayed = house.agent().call("POST", &replay).send().await.ok();
        assert_eq!((replayed["id"].as_i64(), replayed["state"].as_str()), (Some(held.id.0), Some("delivered")));
    }
    house.work().await;
    assert_eq!(house.words(&thread).await, ["Too early"]);
}

async fn another_account(house: &House) -> (i64, String) {
    let asked = Setup {
        account: "Other".into(),
        name: "Olaf".into(),
        email: "olaf@other.example".into(),
        password: "correct horse".into(),
        website_url: None,
        only_first: false,
    };
    let made = desk::setup::setup(house.desk(), asked).await.unwrap();
    (made.account_id.0, made.access_token)
}

async fn an_account_sees_only_its_own(house: House) {
    let thread = house.thread(CARLA).await;
    let log = house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("Hello")).await;
    let lost = house.receives(&mail_from(CARLA).to("nobody@in.example.org").says("Hello?")).await;
    let (other, token) = another_account(&house).await;
    let get = async |path: String| {
        let call = house.call("GET", &format!("/api/v1/accounts/{other}{path}"));
        call.header("api_access_token", &token).send().await
    };
    assert_eq!(get("/inbound_mails".into()).await.ok()["payload"], json!([]));
    for id in [log.id, lost.id] {
        get(format!("/inbound_mails/{id}")).await.refused(404);
        get(format!("/inbound_mails/{id}/raw")).await.refused(404);
        let replay = house.call("POST", &format!("/api/v1/accounts/{other}/inbound_mails/{id}/replay"));
        replay.header("api_access_token", &token).send().await.refused(404);
    }
    // Both have the installation's domain, so what is lost there is neither's; a domain of its own makes it one's.
    assert_eq!(house.agent().get("/inbound_mails").await["payload"].as_array().unwrap().len(), 1);
    let own = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let mut account = accounts::by_id(tx, model::ids::AccountId(other)).await?.expect("an account");
        account.domain = Some("other.example".into());
        accounts::update(tx, &account).await
    });
    own.await.unwrap();
    assert_eq!(house.agent().get("/inbound_mails").await["payload"].as_array().unwrap().len(), 2);
    house.receives(&mail_from(CARLA).to("x@Other.example").says("Hello!")).await;
    assert_eq!(get("/inbound_mails".into()).await.ok()["payload"].as_array().unwrap().len(), 1);
    assert_eq!(house.agent().get("/inbound_mails").await["payload"].as_array().unwrap().len(), 2);
}

async fn agents_do_not_see_the_log(house: House) {
    let (account, now) = (house.made.account_id, house.desk().now());
    let new = users::NewUser {
        name: "Bea".into(),
        email: "bea@acme.example".into(),
        password_hash: "x".into(),
        access_token: "beas-token".into(),
        pubsub_token: "beas-pubsub".into(),
    };
    let joined = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let id = users::insert(tx, &new, now).await?.expect("a new user");
        users::join(tx, account, id, Role::Agent).await
    });
    joined.await.unwrap();
    let path = format!("/api/v1/accounts/{account}/inbound_mails");
    house.call("GET", &path).header("api_access_token", "beas-token").send().await.refused(401);
    house.call("GET", &path).send().await.refused(401);
}
