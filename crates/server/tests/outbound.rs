//! Mail on its way out, from the agent's request to the server's answer, and the sandbox where there is no server.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;
mod post;

use house::{House, customer::Thread, on_both};
use post::{Manners, Post};
use serde_json::{Value, json};
use store::testkit::TestDb;

on_both!(
    via crate::house::bare;
    an_answer_from_the_sandbox_comes_back_into_the_thread,
    the_sandbox_is_for_administrators_without_a_server,
    a_deferred_mail_goes_again_byte_by_byte,
    a_connection_lost_after_the_mail_repeats_the_same_mail,
    a_refused_mail_fails_its_message,
    nobody_is_tried_for_ever,
    a_planned_mail_is_hastened_or_called_off_over_the_api,
    one_click_ends_unasked_for_mail,
);

const CARLA: &str = "carla@customer.example";

async fn inbound_on(house: &House) {
    let on = json!({"features": {"inbound_emails": true}});
    house.agent().call("PATCH", "").json(on).await.ok();
}

async fn sandbox(kept: TestDb) -> (House, Thread) {
    let house = House::on(kept).await;
    inbound_on(&house).await;
    let thread = house.thread(CARLA).await;
    (house, thread)
}

async fn with_server(kept: TestDb, manners: Manners) -> (House, Thread, Post) {
    let post = Post::with(manners).await;
    let config = post.config();
    let house = House::with(kept, |all| all.smtp = Some(config)).await;
    inbound_on(&house).await;
    let thread = house.thread(CARLA).await;
    (house, thread, post)
}

/// The message as the API shows it now.
async fn shown(house: &House, thread: &Thread, message: &Value) -> Value {
    let messages = house.agent().messages(thread.number).await;
    messages.into_iter().find(|found| found["id"] == message["id"]).unwrap()
}

async fn by_mail(house: &House, thread: &Thread, words: &str) -> Value {
    house.agent().sends(thread.number, json!({"content": words, "delivery": "email"})).await.ok()
}

async fn an_answer_from_the_sandbox_comes_back_into_the_thread(kept: TestDb) {
    let (house, thread) = sandbox(kept).await;
    let reply = house.agent().replies(thread.number, "Shall we ship it?").await;
    assert_eq!(reply["delivery_plan"]["to"], CARLA);
    assert_eq!(reply["delivery_plan"]["unless_seen"], true);
    assert_eq!(reply["delivery_plan"]["at"].as_i64().unwrap() - reply["created_at"].as_i64().unwrap(), 120);
    house.pass(120).await;
    let mailed = shown(&house, &thread, &reply).await;
    assert_eq!((&mailed["delivery_plan"], &mailed["deliveries"][0]["state"]), (&Value::Null, &json!("sandboxed")));
    assert_eq!(mailed["status"], "sent");

    let list = house.agent().get("/sandbox/mails").await;
    let mail = &list["payload"][0];
    assert_eq!((&mail["to"], &mail["conversation_id"]), (&json!(CARLA), &json!(thread.number)));
    assert_eq!(mail["message_ids"], json!([reply["id"]]));
    let path = format!("/sandbox/mails/{}", mail["id"]);
    let whole = house.agent().get(&path).await;
    assert!(whole["text"].as_str().unwrap().contains("Shall we ship it?"));
    assert!(whole["html"].as_str().unwrap().contains("Shall we ship it?"));
    assert!(whole["headers"].as_array().unwrap().iter().any(|header| header[0] == "Reply-To"));

    let text = json!({"text": "Yes, please.\nBy sea."});
    let accepted = house.agent().call("POST", &format!("{path}/reply")).json(text).await.ok();
    assert!(accepted["inbound_mail_id"].is_i64());
    house.work().await;
    let messages = house.agent().messages(thread.number).await;
    let answer = messages.last().unwrap();
    assert_eq!((&answer["content"], &answer["message_type"]), (&json!("Yes, please.\nBy sea."), &json!(0)));
    assert_eq!(answer["content_attributes"]["author"]["relation"], "contact");
    house.agent().call("POST", &format!("{path}/reply")).json(json!({"text": " "})).await.refused(422);

    // The next answer goes at once, in the same thread, to an address that is verified now.
    let next = house.agent().replies(thread.number, "It is on its way").await;
    house.work().await;
    assert_eq!(shown(&house, &thread, &next).await["deliveries"][0]["state"], "sandboxed");
    let newest = house.agent().get("/sandbox/mails").await["payload"][0].clone();
    let next = house.agent().get(&format!("/sandbox/mails/{}", newest["id"])).await;
    let header = |mail: &Value, name: &str| {
        let headers = mail["headers"].as_array().unwrap().clone();
        headers.iter().find(|header| header[0] == name).map(|header| header[1].as_str().unwrap().to_owned())
    };
    let first_id = header(&whole, "Message-ID").unwrap();
    let references = header(&next, "References").unwrap();
    assert!(references.contains(&first_id), "{references} holds {first_id}");
    assert_ne!(header(&next, "In-Reply-To"), Some(first_id), "it answers the customer's mail, not ours");
    assert_eq!(header(&next, "Subject"), header(&whole, "Subject"));
    assert_eq!(header(&next, "Reply-To"), header(&whole, "Reply-To"));
}

async fn the_sandbox_is_for_administrators_without_a_server(kept: TestDb) {
    let (house, thread, _post) = with_server(kept, Manners::default()).await;
    by_mail(&house, &thread, "x").await;
    house.work().await;
    for path in ["/sandbox/mails", "/sandbox/mails/1"] {
        house.agent().call("GET", path).send().await.refused(404);
    }
    house.agent().call("POST", "/sandbox/mails/1/reply").json(json!({"text": "x"})).await.refused(404);
    house.call("GET", "/api/v1/accounts/1/sandbox/mails").send().await.refused(401);
}

async fn a_deferred_mail_goes_again_byte_by_byte(kept: TestDb) {
    let busy = Manners { end_of_data: Some("451 4.3.0 try again"), ..Manners::default() };
    let (house, thread, post) = with_server(kept, busy).await;
    let reply = by_mail(&house, &thread, "hello").await;
    house.work().await;
    let deferred = shown(&house, &thread, &reply).await["deliveries"][0].clone();
    assert_eq!((&deferred["state"], &deferred["code"]), (&json!("deferred"), &json!("4.3.0")));
    assert_eq!(deferred["detail"], "127.0.0.1: 4.3.0 try again");
    assert_eq!(deferred["next_try_at"].as_i64().unwrap(), house.desk().now().as_second() + 5);
    house.pass(4).await;
    assert_eq!(post.given().len(), 1, "not before its time");
    house.pass(1).await;
    house.pass(10).await;
    post.now_with(Manners::default());
    house.pass(20).await;
    let sent = shown(&house, &thread, &reply).await["deliveries"][0].clone();
    assert_eq!((&sent["state"], &sent["next_try_at"]), (&json!("sent"), &Value::Null));
    assert_eq!(sent["detail"], "accepted by 127.0.0.1: 2.0.0 Ok: queued as 4711");
    let given = post.given();
    assert_eq!(given.len(), 4);
    assert!(given.iter().all(|again| again == &given[0]), "never other bytes");
    house.pass(100_000).await;
    assert_eq!(post.given().len(), 4, "once accepted it is not sent again");
}

async fn a_connection_lost_after_the_mail_repeats_the_same_mail(kept: TestDb) {
    let (house, thread, post) = with_server(kept, Manners { end_of_data: None, ..Manners::default() }).await;
    let reply = by_mail(&house, &thread, "hello").await;
    house.work().await;
    assert_eq!(shown(&house, &thread, &reply).await["deliveries"][0]["state"], "deferred");
    post.now_with(Manners::default());
    house.pass(5).await;
    assert_eq!(shown(&house, &thread, &reply).await["deliveries"][0]["state"], "sent");
    let given = post.given();
    assert_eq!((given.len(), &given[0].raw), (2, &given[1].raw));
    let id = format!("conversation/{}/messages/{}@{}", thread.uuid, reply["id"], house::DOMAIN);
    assert_eq!(mail::parse(&given[1].raw).message_id, id);
    assert!(given[1].from.starts_with("bounce+") && given[1].to == CARLA);
}

async fn a_refused_mail_fails_its_message(kept: TestDb) {
    let unknown = Manners { rcpt: "550 5.1.1 no such user", ..Manners::default() };
    let (house, thread, post) = with_server(kept, unknown).await;
    let reply = by_mail(&house, &thread, "hello").await;
    house.work().await;
    let failed = shown(&house, &thread, &reply).await;
    assert_eq!((&failed["status"], &failed["deliveries"][0]["state"]), (&json!("failed"), &json!("failed")));
    assert_eq!(failed["deliveries"][0]["code"], "5.1.1");
    post.now_with(Manners::default());
    house.pass(1_000_000).await;
    assert!(post.given().is_empty());
}

async fn nobody_is_tried_for_ever(kept: TestDb) {
    let (house, thread, _post) = with_server(kept, Manners { rcpt: "450 4.2.0 later", ..Manners::default() }).await;
    let reply = by_mail(&house, &thread, "hello").await;
    house.work().await;
    for _ in 0..19 {
        assert_eq!(shown(&house, &thread, &reply).await["deliveries"][0]["state"], "deferred");
        house.pass(6 * 60 * 60).await;
    }
    let given_up = shown(&house, &thread, &reply).await;
    assert_eq!((&given_up["status"], &given_up["deliveries"][0]["state"]), (&json!("failed"), &json!("failed")));
    assert_eq!(given_up["deliveries"][0]["detail"], "gave up: 127.0.0.1: 4.2.0 later");
}

async fn a_planned_mail_is_hastened_or_called_off_over_the_api(kept: TestDb) {
    let (house, thread) = sandbox(kept).await;
    let agent = house.agent();
    let act = async |message: &Value, action: &str| {
        let path = format!("/conversations/{}/messages/{}/delivery", thread.number, message["id"]);
        agent.call("POST", &path).json(json!({"action": action})).await
    };
    let first = agent.replies(thread.number, "one").await;
    assert_eq!(act(&first, "later").await.refused(422), "action: must be now or cancel");
    let cancelled = act(&first, "cancel").await.ok();
    assert_eq!(
        (&cancelled["delivery_plan"], &cancelled["deliveries"][0]["state"]),
        (&Value::Null, &json!("cancelled"))
    );
    act(&first, "now").await.refused(422);
    let second = agent.replies(thread.number, "two").await;
    assert_eq!(act(&second, "now").await.ok()["delivery_plan"]["unless_seen"], false);
    house.work().await;
    assert_eq!(shown(&house, &thread, &second).await["deliveries"][0]["state"], "sandboxed");
    act(&json!({"id": 999}), "now").await.refused(404);
    let path = format!("/api/v1/accounts/1/conversations/{}/messages/{}/delivery", thread.number, second["id"]);
    house.call("POST", &path).json(json!({"action": "now"})).await.refused(401);
}

async fn one_click_ends_unasked_for_mail(kept: TestDb) {
    let (house, thread) = sandbox(kept).await;
    house.agent().replies(thread.number, "one").await;
    house.pass(120).await;
    let mail = house.agent().get("/sandbox/mails").await["payload"][0].clone();
    let mail = house.agent().get(&format!("/sandbox/mails/{}", mail["id"])).await;
    let header = |name: &str| {
        let headers = mail["headers"].as_array().unwrap();
        headers.iter().find(|header| header[0] == name).map(|header| header[1].as_str().unwrap().to_owned())
    };
    assert_eq!(header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let link = header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    let path = link.strip_prefix("https://segue.example").unwrap();
    let page = house.call("GET", path).send().await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Stop these mails") && page.text().contains("<form method=\"post\">"));
    let still = house.agent().replies(thread.number, "two").await;
    assert_eq!(still["deliveries"][0]["state"], "planned", "looking changes nothing");
    let form = house.call("POST", path).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.body("List-Unsubscribe=One-Click").await.status, 200);
    let silent = house.agent().replies(thread.number, "three").await;
    assert_eq!((&silent["deliveries"][0]["state"], &silent["delivery_plan"]), (&json!("suppressed"), &Value::Null));
    for bad in ["/unsubscribe/x", "/unsubscribe/00-11"] {
        house.call("POST", bad).send().await.refused(404);
        house.call("GET", bad).send().await.refused(404);
    }
}
