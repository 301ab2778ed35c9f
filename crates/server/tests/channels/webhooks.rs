//! Webhooks of accounts: who is told what, who is not, and how far an address may lead.

use crate::{
    api::{Front, REACHES_LOOPBACK, Scene},
    house::{House, on_both},
    stage::CARLA,
};
use serde_json::{Value, json};
use server::jobs;
use store::testkit::TestDb;

on_both!(
    via crate::house::bare;
    those_are_told_who_asked,
    webhooks_are_made_changed_and_removed,
    what_is_erased_holds_up_nothing,
    other_accounts_and_agents_get_none,
    nothing_goes_into_private_networks,
    what_happens_while_nobody_works_is_told_afterwards,
    two_nodes_tell_everything_once,
);

/// Makes a webhook, a second after everything before it.
async fn make(house: &House, front: &Front, webhook: Value) -> Value {
    house.pass(1).await;
    let made = house.agent().call("POST", "/webhooks").json(webhook).await.ok();
    let made = made["payload"]["webhook"].clone();
    front.knows(&made["secret"]);
    made
}

async fn those_are_told_who_asked(kept: TestDb) {
    let house = House::with(kept, REACHES_LOOPBACK).await;
    let front = Front::begin().await;
    let before = house.thread("early@customer.example").await;
    house.agent().replies(before.number, "Before anybody asked").await;
    let asked = ["message_created", "contact_updated", "conversation_updated", "conversation_status_changed"];
    make(&house, &front, json!({"url": front.url(), "subscriptions": asked})).await;
    let thread = house.thread(CARLA).await;
    let number = thread.number;
    house.agent().replies(number, "Hello").await;
    house.agent().resolves(number).await;
    house
        .agent()
        .call("POST", &format!("/conversations/{number}/assignments"))
        .json(json!({"assignee_id": 1}))
        .await
        .ok();
    let path = format!("/contacts/{}", thread.contact.id);
    house.agent().call("PATCH", &path).json(json!({"name": "Carla C."})).await.ok();
    house.work().await;
    let told: Vec<String> = front.told().iter().map(|told| told["event"].as_str().unwrap().to_owned()).collect();
    for event in asked {
        assert!(told.iter().any(|name| name == event), "{event} in {told:?}");
    }
    assert!(told.iter().all(|name| asked.contains(&name.as_str())), "{told:?}");
    let message = front.heard("message_created");
    assert_eq!(message.len(), 1, "neither what was before, nor lines about what happened");
    assert_eq!(
        (&message[0]["content"], &message[0]["message_type"], &message[0]["inbox"]["id"]),
        (&json!("Hello"), &json!("outgoing"), &json!(house.made.inbox_id.unwrap()))
    );
    let created = message[0]["created_at"].as_str().unwrap();
    assert!(created.parse::<model::Timestamp>().is_ok(), "{created}");
    assert_eq!(message[0]["conversation"]["messages"][0]["message_type"], 1);
    let contact = front.heard("contact_updated").pop().unwrap();
    assert_eq!((&contact["name"], &contact["account"]["id"]), (&json!("Carla C."), &json!(1)));
    let updated = front.heard("conversation_updated").pop().unwrap();
    assert_eq!(updated["meta"]["assignee"]["name"], "Ann Agent");
    assert!(updated["contact_inbox"].get("pubsub_token").is_none());

    // Of one inbox alone.
    let elsewhere = Front::begin().await;
    let app =
        house.agent().call("POST", "/inboxes").json(json!({"name": "App", "channel": {"type": "api"}})).await.ok();
    make(
        &house,
        &elsewhere,
        json!({"webhook": {"url": elsewhere.url(), "subscriptions": ["message_created"], "inbox_id": app["id"]}}),
    )
    .await;
    house.agent().replies(number, "On the website").await;
    house.work().await;
    assert_eq!((front.heard("message_created").len(), elsewhere.told().len()), (2, 0));
}

async fn webhooks_are_made_changed_and_removed(kept: TestDb) {
    let house = House::with(kept, REACHES_LOOPBACK).await;
    let front = Front::begin().await;
    let agent = house.agent();
    let rows = [
        (json!({"subscriptions": ["message_created"]}), "url"),
        (json!({"url": "ftp://x.example", "subscriptions": ["message_created"]}), "url"),
        (json!({"url": front.url()}), "subscriptions"),
        (json!({"url": front.url(), "subscriptions": []}), "subscriptions"),
        (json!({"url": front.url(), "subscriptions": ["everything"]}), "subscriptions"),
        (json!({"url": front.url(), "subscriptions": ["message_created"], "inbox_id": 999}), "inbox_id"),
    ];
    for (asked, field) in rows {
        let words = agent.call("POST", "/webhooks").json(asked.clone()).await.refused(422);
        assert!(words.starts_with(field), "{asked}: {words}");
    }
    let usual = [
        "conversation_created",
        "conversation_status_changed",
        "conversation_updated",
        "message_created",
        "message_updated",
        "webwidget_triggered",
    ];
    let made = make(&house, &front, json!({"name": "CRM", "url": front.url(), "subscriptions": usual})).await;
    assert_eq!((&made["name"], &made["account_id"], &made["subscriptions"]), (&json!("CRM"), &json!(1), &json!(usual)));
    let twice = json!({"url": front.url(), "subscriptions": usual});
    assert_eq!(agent.call("POST", "/webhooks").json(twice).await.refused(422), "url: has already been taken");
    let list = agent.get("/webhooks").await;
    assert_eq!(list["payload"]["webhooks"], json!([made]));
    let path = format!("/webhooks/{}", made["id"]);
    let changed =
        agent.call("PATCH", &path).json(json!({"webhook": {"subscriptions": ["contact_created"]}})).await.ok();
    let changed = &changed["payload"]["webhook"];
    assert_eq!(
        (&changed["subscriptions"], &changed["url"], &changed["secret"]),
        (&json!(["contact_created"]), &made["url"], &made["secret"])
    );
    house.agent().call("POST", "/contacts").json(json!({"name": "New"})).await.ok();
    front.set(crate::provider::Mood::Busy);
    house.work().await;
    let shown = agent.get("/webhooks").await["payload"]["webhooks"][0].clone();
    assert_eq!(shown["last_error"], "the server of the webhook answers 503");
    assert_eq!(agent.call("DELETE", &path).send().await.status.as_u16(), 200);
    agent.call("DELETE", &path).send().await.refused(404);
    front.set(crate::provider::Mood::Takes);
    house.pass(100_000).await;
    assert!(front.told().is_empty(), "nobody wants to be told any more");
}

/// While nobody is there to be told, the contact vanishes whose news would be next.
async fn what_is_erased_holds_up_nothing(kept: TestDb) {
    let house = House::with(kept, REACHES_LOOPBACK).await;
    let front = Front::begin().await;
    let agent = house.agent();
    make(&house, &front, json!({"url": front.url(), "subscriptions": ["contact_created"]})).await;
    front.set(crate::provider::Mood::Busy);
    let gone = agent.call("POST", "/contacts").json(json!({"name": "Gone"})).await.ok();
    house.work().await;
    let gone = &gone["payload"]["contact"]["id"];
    assert!(gone.is_i64());
    agent.call("POST", "/contacts").json(json!({"name": "Stays"})).await.ok();
    house.work().await;
    let erased = agent.call("DELETE", &format!("/contacts/{gone}")).send().await;
    assert!(erased.status.is_success());
    house.work().await;
    front.set(crate::provider::Mood::Takes);
    house.pass(3600).await;
    let told = front.heard("contact_created");
    let names: Vec<&Value> = told.iter().map(|told| &told["name"]).collect();
    assert_eq!(names, ["Stays"]);
}

async fn other_accounts_and_agents_get_none(kept: TestDb) {
    let house = House::with(kept, REACHES_LOOPBACK).await;
    let front = Front::begin().await;
    let made = make(&house, &front, json!({"url": front.url(), "subscriptions": ["message_created"]})).await;
    let asked = desk::setup::Setup {
        account: "Rival".into(),
        name: "Bo".into(),
        email: "bo@rival.example".into(),
        password: "correct horse".into(),
        website_url: None,
        only_first: false,
    };
    let rival = desk::setup::setup(house.desk(), asked).await.unwrap();
    let rivals = |method: &str, path: &str| {
        let path = format!("/api/v1/accounts/{}{path}", rival.account_id);
        house.call(method, &path).header("api_access_token", &rival.access_token)
    };
    let path = format!("/webhooks/{}", made["id"]);
    rivals("PATCH", &path).json(json!({"name": "mine"})).await.refused(404);
    rivals("DELETE", &path).send().await.refused(404);
    assert_eq!(rivals("GET", "/webhooks").send().await.ok()["payload"]["webhooks"], json!([]));
    let foreign = json!({"url": "https://x.example", "subscriptions": ["message_created"], "inbox_id": house.made.inbox_id.unwrap()});
    rivals("POST", "/webhooks").json(foreign).await.refused(422);
    rivals("GET", "/inboxes").send().await.ok();
    house.call("GET", "/api/v1/accounts/1/webhooks").send().await.refused(401);
    house.agent().call("PATCH", "/agents/1").json(json!({"role": "agent"})).await.refused(422);
    // An agent who is no administrator sees neither webhooks nor what signs.
    let agent = json!({"name": "Cy", "email": "cy@acme.example", "role": "agent"});
    house.agent().call("POST", "/agents").json(agent).await.ok();
    let user = house.desk().db.read::<_, store::Error, _>(async |tx| {
        Ok(store::users::of_account(tx, model::ids::AccountId(1))
            .await?
            .into_iter()
            .find(|(user, _)| user.email == "cy@acme.example"))
    });
    let token = user.await.unwrap().unwrap().0.access_token;
    house.agent().call("POST", "/inboxes").json(json!({"name": "App", "channel": {"type": "api"}})).await.ok();
    house.call("GET", "/api/v1/accounts/1/webhooks").header("api_access_token", &token).send().await.refused(401);
    let seen = house.call("GET", "/api/v1/accounts/1/inboxes").header("api_access_token", &token).send().await.ok();
    let app = seen["payload"]
        .as_array()
        .unwrap()
        .iter()
        .find(|inbox| inbox["channel_type"] == "Channel::Api")
        .unwrap()
        .clone();
    assert!(
        app["inbox_identifier"].is_string() && app.get("hmac_token").is_none() && app.get("secret").is_none(),
        "{app}"
    );
}

async fn nothing_goes_into_private_networks(kept: TestDb) {
    let front = Front::begin().await;
    let port = front.url().rsplit(':').next().unwrap().to_owned();
    let open = House::with(kept, REACHES_LOOPBACK).await;
    // The operator allowed it once: the address stands, and what waits is not posted once it is allowed no more.
    make(&open, &front, json!({"url": format!("http://localhost:{port}"), "subscriptions": ["contact_created"]})).await;
    let mut config = open.app.config.clone();
    config.reach = server::reach::Reach { private: false };
    config.fetcher = server::fetch::SafeClient::new(config.reach, &config.trust).unwrap();
    let closed = server::app::App::new(open.app.desk.clone(), config);
    open.agent().call("POST", "/contacts").json(json!({"name": "New"})).await.ok();
    jobs::run_due(&closed).await;
    assert!(front.asked().is_empty(), "nobody connected");
    let shown = open.agent().get("/webhooks").await["payload"]["webhooks"][0].clone();
    assert!(shown["last_error"].is_string() && !shown["last_error"].to_string().contains("127.0.0.1"), "{shown}");

    let router = server::http::router::router(closed);
    let mut house = open;
    house.router = router;
    for url in [
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://0x7f.1/",
    ] {
        let words = house
            .agent()
            .call("POST", "/webhooks")
            .json(json!({"url": url, "subscriptions": ["message_created"]}))
            .await
            .refused(422);
        assert!(words.starts_with("url: ") && words.contains("private network"), "{url}: {words}");
        let channel = json!({"type": "api", "webhook_url": url});
        let words =
            house.agent().call("POST", "/inboxes").json(json!({"name": "App", "channel": channel})).await.refused(422);
        assert!(words.starts_with("webhook_url: "), "{url}: {words}");
    }
    let app =
        house.agent().call("POST", "/inboxes").json(json!({"name": "App", "channel": {"type": "api"}})).await.ok();
    let path = format!("/inboxes/{}", app["id"]);
    house
        .agent()
        .call("PATCH", &path)
        .json(json!({"channel": {"webhook_url": "http://127.0.0.1/"}}))
        .await
        .refused(422);
}

async fn what_happens_while_nobody_works_is_told_afterwards(kept: TestDb) {
    let scene = Scene::on(kept).await;
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let (number, place) = scene.begins(&carla).await;
    scene.says(&place, "Hello").await;
    let before = scene.front.told().len();
    for n in 0..5 {
        scene.house.agent().replies(number, &format!("reply {n}")).await;
    }
    assert_eq!(scene.front.told().len(), before, "nobody works");
    let another = scene.house.another_node().await;
    jobs::run_due(&another).await;
    assert_eq!(scene.front.reached(), ["reply 0", "reply 1", "reply 2", "reply 3", "reply 4"]);
}

async fn two_nodes_tell_everything_once(kept: TestDb) {
    let scene = Scene::on(kept).await;
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let (number, _) = scene.begins(&carla).await;
    scene.house.work().await;
    let another = scene.house.another_node().await;
    for round in 0..4 {
        for n in 0..4 {
            scene.house.agent().replies(number, &format!("{round}.{n}")).await;
        }
        tokio::join!(jobs::run_due(&scene.house.app), jobs::run_due(&another));
    }
    scene.house.work().await;
    let all: Vec<String> = (0..16).map(|n| format!("{}.{}", n / 4, n % 4)).collect();
    assert_eq!(scene.front.reached(), all, "each once, in order");
    let names: std::collections::BTreeSet<String> =
        scene.front.asked().iter().map(|asked| asked.header("x-chatwoot-delivery").to_owned()).collect();
    assert_eq!(names.len(), scene.front.asked().len());
}
