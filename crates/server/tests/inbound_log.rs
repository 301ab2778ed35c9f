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
    the_log_is_searched_and_counted,
    many_are_processed_again_at_once,
    a_pasted_mail_is_only_looked_at,
    the_bytes_of_a_mail_go_when_asked,
    a_mail_to_two_accounts_stands_in_both_logs,
    the_trace_says_where_it_looked_in_vain,
    mail_to_a_revoked_address_is_its_accounts,
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
        "size": size, "conversation_id": thread.number, "envelope_to": [], "kind": "human", "verdicts": null,
        "raw": true, "erases_at": house.desk().now().as_second() + 30 * 86400,
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

async fn the_log_is_searched_and_counted(house: House) {
    let thread = house.thread(CARLA).await;
    let begin = house.desk().now();
    house.receives(&mail_from(CARLA).to(&thread.reply_address()).with("Subject", "Blue shoes").says("Hello")).await;
    house.clock.advance(3600);
    house.receives(&mail_from("eve@evil.example").to("nobody@in.example.org").says("Hello")).await;
    house.clock.advance(3600);
    house.receives(&mail_from(CARLA).to("x@in.example.org").with("Subject", "100% wool").says("Hello")).await;
    let after = |hours: i64| begin.as_second() + hours * 3600;
    let rows = [
        (String::new(), 3),
        ("q=shoes".into(), 1),
        ("q=SHOES".into(), 1),
        ("q=carla".into(), 2),
        ("q=100%25".into(), 1),
        ("q=nobody%40in.example.org".into(), 1),
        ("q=carla&state=unrouted".into(), 1),
        ("state=delivered&q=wool".into(), 0),
        ("ingress=relay".into(), 3),
        ("ingress=smtp".into(), 0),
        ("kind=human".into(), 3),
        ("kind=bounce".into(), 0),
        (format!("since={}", after(1)), 2),
        (format!("until={}", after(1)), 1),
        (format!("since={}&until={}", after(1), after(2)), 1),
        ("since=2026-11-22".into(), 3),
        ("until=2026-11-22T10:30:00Z".into(), 1),
        ("since=2031-01-01".into(), 0),
    ];
    for (query, expected) in rows {
        let page = house.agent().get(&format!("/inbound_mails?{query}")).await;
        assert_eq!(page["payload"].as_array().unwrap().len(), expected, "{query}");
        assert_eq!(page["meta"]["next_before"], Value::Null, "{query}");
    }
    let wrong = house.agent().call("GET", "/inbound_mails?since=soon").send().await.refused(422);
    assert_eq!(wrong, "since: is no time");
    let counts = house.agent().get("/inbound_mails/counts").await;
    let expected = json!({"pending": 0, "delivered": 1, "held": 0, "ignored": 0, "unrouted": 2, "bounce": 0, "failed": 0,
        "erased_soon": 0, "erased_at": null});
    assert_eq!(counts, expected);
}

/// Makes the token known as one of the thread's contact, as an import would.
async fn becomes_known(house: &House, thread: &house::customer::Thread, token: &str) {
    let (conversation, contact, now) = (thread.conversation, thread.contact.id, house.desk().now());
    let token = token.to_owned();
    let known = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        tokens::revoke_address(tx, conversation, CARLA, now).await?;
        let conversation = store::conversations::lock(tx, conversation).await?.expect("a conversation");
        tokens::reply_for(tx, &conversation, Some(contact), CARLA, &token, now).await
    });
    known.await.unwrap();
}

async fn many_are_processed_again_at_once(house: House) {
    let thread = house.thread(CARLA).await;
    let token = "c".repeat(32);
    let to = format!("reply+{token}@{DOMAIN}");
    let mut ids = Vec::new();
    for words in ["One", "Two", "Three"] {
        ids.push(house.receives(&mail_from(CARLA).to(&to).says(words)).await.id.0);
        house.clock.advance(60);
    }
    let stays = house.receives(&mail_from(CARLA).to("nobody@in.example.org").says("Lost")).await;
    becomes_known(&house, &thread, &token).await;
    let replay = async |body: Value| house.agent().call("POST", "/inbound_mails/replay").json(body).await;
    replay(json!({"ids": [ids[0], 4711]})).await.refused(404);
    assert!(house.words(&thread).await.is_empty(), "nothing is done where one of them is not there");
    let one = replay(json!({"ids": [ids[0]]})).await.ok();
    assert_eq!((one["replayed"].as_i64(), one["results"][0]["state"].as_str()), (Some(1), Some("delivered")));
    let all = replay(json!({"state": "unrouted"})).await.ok();
    let states: Vec<_> = all["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["id"].as_i64().unwrap(), row["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states, [(ids[1], "delivered"), (ids[2], "delivered"), (stays.id.0, "unrouted")]);
    assert_eq!((all["replayed"].as_i64(), all["more"].as_bool()), (Some(3), Some(false)));
    assert_eq!(house.words(&thread).await, ["One", "Two", "Three"]);
    replay(json!({"state": "unrouted"})).await.ok();
    replay(json!({"ids": ids})).await.ok();
    house.work().await;
    assert_eq!(house.words(&thread).await.len(), 3, "again changes nothing");
    replay(json!({"state": "delivered"})).await.refused(422);
    replay(json!({})).await.refused(422);
}

async fn a_pasted_mail_is_only_looked_at(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from(CARLA).to("help@acme.example").says("What if?\r\n\r\nOn Sun, Acme wrote:\r\n> Old\r\n");
    let source = String::from_utf8(post.bytes()).unwrap();
    let dry_run = async |body: Value| house.agent().call("POST", "/inbound_mails/dry_run").json(body).await;
    let nowhere = dry_run(json!({"source": source})).await.ok();
    assert_eq!((nowhere["state"].as_str(), nowhere["conversations"].as_array().unwrap().len()), (Some("unrouted"), 0));
    let there = dry_run(json!({"source": source, "to": [thread.reply_address()]})).await.ok();
    let first = &there["conversations"][0];
    assert_eq!((first["conversation_id"].as_i64(), first["verdict"].as_str()), (Some(thread.number), Some("append")));
    assert_eq!((first["content"].as_str(), there["state"].as_str()), (Some("What if?"), None));
    let agent = house.agent();
    let raw = agent.call("POST", "/inbound_mails/dry_run").header("content-type", "message/rfc822");
    let raw = raw.body(post.to(&thread.reply_address()).bytes()).await.ok();
    assert_eq!(raw["conversations"][0]["content"], "What if?");
    dry_run(json!({"source": " "})).await.refused(422);
    dry_run(json!({"to": []})).await.refused(422);

    let (other, token) = another_account(&house).await;
    let call = house.call("POST", &format!("/api/v1/accounts/{other}/inbound_mails/dry_run"));
    let told =
        call.header("api_access_token", &token).json(json!({"source": source, "to": [thread.reply_address()]})).await;
    let told = told.ok();
    assert_eq!((told["state"].as_str(), told["conversations"].as_array().unwrap().len()), (Some("unrouted"), 0));
    assert!(!told.to_string().contains(CARLA) || !told["trace"].to_string().contains("given to"), "{told}");
    assert_eq!((house.words(&thread).await.len(), house.inbound_log().await.len()), (0, 0), "nothing was written");
}

async fn the_bytes_of_a_mail_go_when_asked(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from(CARLA).to(&thread.reply_address()).says("Hello");
    let id = house.receives(&post).await.id.0;
    let path = format!("/inbound_mails/{id}");
    for _ in 0..2 {
        let erased = house.agent().call("DELETE", &format!("{path}/raw")).send().await;
        assert_eq!((erased.status.as_u16(), erased.body.len()), (204, 0));
    }
    let shown = house.agent().get(&path).await;
    assert_eq!((shown["raw"].as_bool(), shown["erases_at"].as_i64()), (Some(false), None));
    assert_eq!((shown["state"].as_str(), shown["headers"].as_array().unwrap().len()), (Some("delivered"), 0));
    house.agent().call("GET", &format!("{path}/raw")).send().await.refused(404);
    assert_eq!(house.words(&thread).await, ["Hello"], "the message stays");
    house.receives(&post).await;
    assert_eq!((house.words(&thread).await.len(), house.inbound_log().await.len()), (1, 1), "it is still known");
    house.agent().call("DELETE", "/inbound_mails/4711/raw").send().await.refused(404);

    let lost = house.receives(&mail_from(CARLA).to("nobody@in.example.org").says("Lost")).await.id.0;
    house.agent().call("DELETE", &format!("/inbound_mails/{lost}/raw")).send().await;
    let replayed = house.agent().call("POST", &format!("/inbound_mails/{lost}/replay")).send().await.ok();
    assert_eq!(replayed["state"], "unrouted", "without its bytes it stays what it was");
}

async fn a_mail_to_two_accounts_stands_in_both_logs(mut house: House) {
    let ours = house.thread(CARLA).await;
    let asked = Setup {
        account: "Other".into(),
        name: "Olaf".into(),
        email: "olaf@other.example".into(),
        password: "correct horse".into(),
        website_url: Some("https://other.example".into()),
        only_first: false,
    };
    let other = desk::setup::setup(house.desk(), asked).await.unwrap();
    let (number, token) = (other.account_id.0, other.access_token.clone());
    let first = std::mem::replace(&mut house.made, other);
    let theirs = house.thread("dora@customer.example").await;
    house.made = first;
    let both = format!("{}, {}", ours.reply_address(), theirs.reply_address());
    let id = house.receives(&mail_from(CARLA).to(&both).says("To both")).await.id.0;
    let path = |rest: &str| format!("/api/v1/accounts/{number}/inbound_mails{rest}");
    let get = async |rest: String| house.call("GET", &path(&rest)).header("api_access_token", &token).send().await.ok();
    let (here, there) = (house.agent().get(&format!("/inbound_mails/{id}")).await, get(format!("/{id}")).await);
    assert_eq!(here["conversation_id"].as_i64(), Some(ours.number));
    assert_eq!(there["conversation_id"].as_i64(), Some(theirs.number));
    assert_eq!(
        (here["to"].clone(), there["to"].clone()),
        (json!([ours.reply_address()]), json!([theirs.reply_address()]))
    );
    for (page, stranger) in
        [(house.agent().get("/inbound_mails").await, "dora"), (get(String::new()).await, "given to carla")]
    {
        assert_eq!(page["payload"].as_array().unwrap().len(), 1);
        assert!(!page.to_string().contains(stranger), "{page}");
    }
    for (shown, own, others) in
        [(&here, "given to carla", "given to dora"), (&there, "given to dora", "given to carla")]
    {
        let told = shown["trace"].to_string();
        assert!(told.contains(own) && !told.contains(others) && told.contains("another account"), "{told}");
    }
    assert_eq!(get("/counts".into()).await["delivered"], 1);
    assert_eq!(house.agent().get("/inbound_mails/counts").await["delivered"], 1);

    // Each lets go of the bytes for itself.
    let mine = format!("/inbound_mails/{id}/raw");
    assert_eq!(house.agent().call("DELETE", &mine).send().await.status.as_u16(), 204);
    house.agent().call("GET", &mine).send().await.refused(404);
    let raw = house.call("GET", &path(&format!("/{id}/raw"))).header("api_access_token", &token);
    assert_eq!(raw.send().await.status.as_u16(), 200);
    let call = house.call("DELETE", &path(&format!("/{id}/raw"))).header("api_access_token", &token);
    assert_eq!(call.send().await.status.as_u16(), 204);
    assert!(house.inbound_log().await[0].erased);
}

async fn the_trace_says_where_it_looked_in_vain(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from(CARLA).to("help@acme.example").with("Delivered-To", &thread.reply_address());
    let found = house.receives(&post.says("Hello")).await;
    let place = |words: &str| found.trace.iter().position(|line| line.contains(words));
    let order = [
        place("looked at To: no reply address"),
        place("Delivered-To: the reply address"),
        place("an address of the contact"),
    ];
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{:?}", found.trace);
    let post = mail_from(CARLA).to("help@acme.example").with("References", "<a@b> <c@d>");
    let lost = house.receives(&post.says("Hello?")).await;
    let told = lost.trace.join("\n");
    assert!(told.contains("looked at To: no reply address"), "{told}");
    assert!(told.contains("looked at In-Reply-To (0) and References (2): no Message-ID of ours"), "{told}");
}

async fn mail_to_a_revoked_address_is_its_accounts(house: House) {
    let thread = house.thread(CARLA).await;
    another_account(&house).await;
    let (conversation, now) = (thread.conversation, house.desk().now());
    let revoked = house
        .desk()
        .db
        .write::<_, store::Error, _>(async move |tx| tokens::revoke_address(tx, conversation, CARLA, now).await);
    revoked.await.unwrap();
    let lost = house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("Hello?")).await;
    assert_eq!((lost.state.as_str(), lost.account_id), ("unrouted", Some(house.made.account_id)));
    // Though the other account has the same domain.
    assert_eq!(house.agent().get("/inbound_mails").await["payload"].as_array().unwrap().len(), 1);
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
