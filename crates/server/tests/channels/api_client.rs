//! The client API, walked through as a front end does it: shapes, status codes, identities, files, limits, and what a person
//! never gets to see.

use crate::{
    api::Scene,
    house::{customer::mail_from, on_both},
    stage::CARLA,
};
use desk::signing::hmac_sha256;
use serde_json::{Value, json};

on_both!(
    via crate::api::Scene::on;
    the_whole_walk,
    identities_are_vouched_for,
    who_is_vouched_for_has_one_history,
    files_and_the_card,
    what_is_not_for_people_is_not_shown,
    people_hear_at_the_cable,
    so_much_an_hour,
    pages_of_any_origin_may_ask,
);

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

async fn the_whole_walk(scene: Scene) {
    let inbox = scene.client("GET", "").send().await.ok();
    let shown = [
        "csat_survey_enabled",
        "greeting_enabled",
        "identifier",
        "identity_validation_enabled",
        "name",
        "timezone",
        "working_hours",
        "working_hours_enabled",
    ];
    assert_eq!((keys(&inbox), &inbox["name"]), (shown.to_vec(), &json!("App")));
    scene.changes(json!({"greeting_enabled": true, "greeting_message": "We are here"})).await;

    let person = json!({"identifier": "u-1", "name": "Carla", "email": CARLA, "phone_number": "+14155550123", "source_id": "carla-1",
        "avatar_url": "https://x.example/a.png", "custom_attributes": {"plan": "pro"}});
    let made = scene.client("POST", "/contacts").json(person.clone()).await.ok();
    assert_eq!(keys(&made), ["email", "id", "name", "phone_number", "pubsub_token", "source_id"]);
    assert_eq!(
        (&made["source_id"], &made["email"], &made["phone_number"]),
        (&json!("carla-1"), &json!(CARLA), &json!("+14155550123"))
    );
    let again = scene.client("POST", "/contacts").json(json!({"source_id": "carla-1", "name": "Mallory"})).await.ok();
    assert_eq!(again, made, "the same session stays as it is");
    assert_eq!(scene.client("GET", "/contacts/carla-1").send().await.ok(), made);
    let changed = json!({"name": "Carla Customer", "custom_attributes": {"seats": 3}});
    let changed = scene.client("PATCH", "/contacts/carla-1").json(changed).await.ok();
    assert_eq!(
        (&changed["name"], &changed["custom_attributes"]),
        (&json!("Carla Customer"), &json!({"plan": "pro", "seats": 3}))
    );
    assert_eq!(
        (&changed["id"], &changed["additional_attributes"]["avatar_url"]),
        (&made["id"], &json!("https://x.example/a.png"))
    );
    scene.client("PUT", "/contacts/carla-1").json(json!({"phone_number": "12"})).await.refused(422);
    scene.client("GET", "/contacts/nobody").send().await.refused(404);

    let place = "/contacts/carla-1/conversations";
    let begun = scene.client("POST", place).json(json!({"custom_attributes": {"order": 7}})).await.ok();
    assert_eq!(
        keys(&begun),
        [
            "agent_last_seen_at",
            "contact",
            "contact_last_seen_at",
            "custom_attributes",
            "id",
            "inbox_id",
            "messages",
            "status",
            "uuid"
        ]
    );
    assert_eq!(
        (&begun["status"], &begun["messages"], &begun["custom_attributes"]),
        (&json!("open"), &json!([]), &json!({"order": 7}))
    );
    let number = begun["id"].as_i64().unwrap();
    let there = format!("{place}/{number}");
    let message = json!({"content": "Hello", "echo_id": "e-1"});
    let said = scene.client("POST", &format!("{there}/messages")).json(message).await.ok();
    for key in [
        "id",
        "content",
        "message_type",
        "content_type",
        "content_attributes",
        "created_at",
        "conversation_id",
        "attachments",
        "sender",
    ] {
        assert!(said.get(key).is_some(), "{key}");
    }
    assert_eq!(
        (&said["message_type"], &said["echo_id"], &said["created_at"].is_i64()),
        (&json!(0), &json!("e-1"), &true)
    );
    scene.house.agent().replies(number, "Hi Carla").await;
    let all = scene.seen(&there).await;
    let words: Vec<&str> = all.iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert_eq!(words, ["Hello", "We are here", "Hi Carla"]);
    let after = scene.client("GET", &format!("{there}/messages?after={}", all[1]["id"])).send().await.ok();
    assert_eq!((after.as_array().unwrap().len(), &after[0]["content"]), (1, &json!("Hi Carla")));
    let before = scene.client("GET", &format!("{there}/messages?before={}", all[1]["id"])).send().await.ok();
    assert_eq!(before.as_array().unwrap().len(), 1);
    scene.client("GET", &format!("{there}/messages?before=x")).send().await.refused(422);

    for (typing, status) in [("on", 200), ("off", 200), ("maybe", 422)] {
        let answer =
            scene.client("POST", &format!("{there}/toggle_typing")).json(json!({"typing_status": typing})).await;
        assert_eq!(answer.status.as_u16(), status, "{typing}");
    }
    scene.house.clock.advance(1);
    assert_eq!(scene.client("POST", &format!("{there}/update_last_seen")).send().await.status.as_u16(), 200);
    let shown = scene.client("GET", &there).send().await.ok();
    assert!(shown["contact_last_seen_at"].as_i64().unwrap() > 0 && shown["messages"].as_array().unwrap().len() == 3);
    let second = scene.client("POST", place).json(json!({})).await.ok();
    let list = scene.client("GET", place).send().await.ok();
    let numbers: Vec<&Value> = list.as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(numbers, [&second["id"], &json!(number)]);
    for _ in 0..2 {
        let ended = scene.client("POST", &format!("{there}/toggle_status")).send().await.ok();
        assert_eq!(ended["status"], "resolved");
    }
    scene.says(&there, "One more thing").await;
    assert_eq!(scene.client("GET", &there).send().await.ok()["status"], "open");
    scene.changes(json!({"lock_to_single_conversation": true})).await;
    let only = scene.client("POST", place).json(json!({})).await.ok();
    assert_eq!(only["id"], second["id"]);
    scene.house.work().await;
    let told: Vec<String> = scene.front.told().iter().map(|told| told["event"].as_str().unwrap().to_owned()).collect();
    for event in [
        "conversation_created",
        "message_created",
        "conversation_typing_on",
        "conversation_typing_off",
        "conversation_status_changed",
        "message_updated",
    ] {
        assert!(told.iter().any(|name| name == event), "{event} in {told:?}");
    }
    assert!(!told.iter().any(|name| name.starts_with("contact_")), "{told:?}");
    let changed = scene.front.heard("conversation_status_changed")[0].clone();
    assert_eq!(
        changed["changed_attributes"],
        json!([{"status": {"previous_value": "open", "current_value": "resolved"}}])
    );
    assert_eq!(
        (&changed["id"], &changed["status"].is_string(), &changed["account"]["name"]),
        (&json!(number), &true, &json!("Acme"))
    );
}

async fn identities_are_vouched_for(scene: Scene) {
    let key = scene.inbox["hmac_token"].as_str().unwrap();
    let hash = |identifier: &str| hmac_sha256(key.as_bytes(), identifier.as_bytes());
    let wrong = "HMAC failed: Invalid Identifier Hash Provided";
    let create = async |person: Value| scene.client("POST", "/contacts").json(person).await;
    assert_eq!(create(json!({"identifier": "u-1", "identifier_hash": hash("u-2")})).await.refused(401), wrong);
    assert_eq!(create(json!({"identifier_hash": hash("")})).await.refused(401), wrong);
    let carla = create(json!({"identifier": "u-1", "identifier_hash": hash("u-1"), "name": "Carla"})).await.ok();
    // Whoever types the same identifier is somebody else.
    let mallory = create(json!({"identifier": "u-1", "name": "Mallory"})).await.ok();
    assert_ne!(mallory["id"], carla["id"]);
    let session = format!("/contacts/{}", mallory["source_id"].as_str().unwrap());
    assert_eq!(
        scene.client("PATCH", &session).json(json!({"identifier": "u-1", "identifier_hash": "0"})).await.refused(401),
        wrong
    );

    scene.changes(json!({"channel": {"hmac_mandatory": true}})).await;
    assert_eq!(scene.client("GET", "").send().await.ok()["identity_validation_enabled"], true);
    assert_eq!(create(json!({"name": "Anybody"})).await.refused(401), wrong);
    assert_eq!(create(json!({"identifier": "u-3"})).await.refused(401), wrong);
    create(json!({"identifier": "u-3", "identifier_hash": hash("u-3")})).await.ok();
    assert_eq!(scene.client("PATCH", &session).json(json!({"name": "M"})).await.refused(401), wrong);
    assert_eq!(scene.client("GET", &session).send().await.refused(401), wrong);
    let known = format!("/contacts/{}", carla["source_id"].as_str().unwrap());
    assert_eq!(scene.client("GET", &known).send().await.ok()["name"], "Carla");
    scene.client("GET", &format!("{known}?identifier=u-1&identifier_hash={}", hash("u-1"))).send().await.ok();
    scene.client("GET", &format!("{known}?identifier=u-1&identifier_hash={}", hash("u-9"))).send().await.refused(401);
}

async fn who_is_vouched_for_has_one_history(scene: Scene) {
    let key = scene.inbox["hmac_token"].as_str().unwrap();
    let carla = json!({"identifier": "u-1", "identifier_hash": hmac_sha256(key.as_bytes(), b"u-1")});
    let phone = scene.introduces(carla.clone()).await;
    let (number, _) = scene.begins(&phone).await;
    let tablet = scene.introduces(carla.clone()).await;
    assert_ne!(phone, tablet);
    let place = format!("{tablet}/conversations/{number}");
    scene.says(&place, "From the tablet").await;
    assert_eq!(scene.client("GET", &format!("{tablet}/conversations")).send().await.ok()[0]["id"], number);
    // A session that nobody vouches for has its own history, until somebody does.
    let browser = scene.introduces(json!({"name": "Somebody"})).await;
    assert_eq!(scene.client("GET", &format!("{browser}/conversations")).send().await.ok(), json!([]));
    scene.client("GET", &format!("{browser}/conversations/{number}")).send().await.refused(404);
    let joined = scene.client("PATCH", &browser).json(carla).await.ok();
    assert_eq!(joined["identifier"], "u-1");
    assert_eq!(scene.client("GET", &format!("{browser}/conversations/{number}")).send().await.ok()["id"], number);
}

async fn files_and_the_card(scene: Scene) {
    scene.changes(json!({"enable_email_collect": true})).await;
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let (number, place) = scene.begins(&carla).await;
    let form = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nSee\r\n--b\r\n\
                Content-Disposition: form-data; name=\"attachments[]\"; filename=\"../a.txt\"\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b--\r\n";
    let path = format!("{place}/messages");
    let call = scene.client("POST", &path).header("content-type", "multipart/form-data; boundary=b");
    let said = call.body(form).await.ok();
    let file = &said["attachments"][0];
    assert_eq!(
        (&said["content"], &file["file_type"], &file["file_name"]),
        (&json!("See"), &json!("file"), &json!("a.txt"))
    );
    let link = file["data_url"].as_str().unwrap().strip_prefix("https://segue.example").unwrap().to_owned();
    assert_eq!(scene.house.call("GET", &link).send().await.body, b"words");
    scene.house.work().await;
    let told = scene.front.heard("message_created")[0].clone();
    assert_eq!((&told["attachments"][0]["file_size"], &told["message_type"]), (&json!(5), &json!("incoming")));

    let card = scene.seen(&place).await.into_iter().find(|message| message["content_type"] == "input_email").unwrap();
    let answer = format!("{path}/{}", card["id"]);
    scene.client("PATCH", &answer).json(json!({"submitted_values": {"email": "no address"}})).await.refused(422);
    scene.client("PATCH", &answer).json(json!({})).await.refused(422);
    scene.client("PATCH", &format!("{path}/{}", said["id"])).json(json!({"submitted_email": CARLA})).await.refused(404);
    let listed = json!({"submitted_values": [{"name": "email", "title": "E-mail", "value": CARLA}]});
    let kept = scene.client("PUT", &answer).json(listed).await.ok();
    assert_eq!(kept["content_attributes"]["submitted_email"], CARLA);
    let conversation = scene.house.agent().get(&format!("/conversations/{number}")).await;
    assert_eq!(
        (&conversation["meta"]["sender"]["email"], &conversation["meta"]["sender"]["email_verified"]),
        (&json!(CARLA), &json!(false))
    );
}

async fn what_is_not_for_people_is_not_shown(scene: Scene) {
    let carla = scene.introduces(json!({"name": "Carla", "email": CARLA})).await;
    let (number, place) = scene.begins(&carla).await;
    scene.says(&place, "Hello").await;
    scene.house.agent().sends(number, json!({"content": "a secret note", "private": true})).await.ok();
    scene.replies(number, "By mail", "email").await;
    let path = format!("/sandbox/mails/{}", scene.mails().await[0]["id"]);
    let mail = scene.house.agent().get(&path).await;
    let reply_to = mail["reply_to"].as_str().unwrap().rsplit('<').next().unwrap().trim_end_matches('>').to_owned();
    let post = mail_from("Eve <eve@other.example>").to(&reply_to).id("eve1@other.example");
    scene.house.receives(&post.says("I am nobody here")).await;
    scene.answers_the_mail("Thanks").await;
    let everything = [
        scene.client("GET", &place).send().await.text(),
        scene.client("GET", &format!("{carla}/conversations")).send().await.text(),
        scene.client("GET", &format!("{place}/messages")).send().await.text(),
    ];
    for text in everything {
        assert!(text.contains("Thanks"), "{text}");
        for hidden in ["secret note", "nobody here", "text_content", "message_id\":\"", "in.example.org", "hmac"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
    let told: Vec<String> = scene.front.asked().iter().map(crate::provider::Asked::text).collect();
    assert!(told.iter().all(|body| !body.contains("nobody here")), "a stranger's mail waits for an agent");
    assert!(told.iter().any(|body| body.contains("secret note")), "notes are told, as in the reference");
    let messages = scene.house.agent().messages(number).await;
    let stranger = messages.iter().find(|message| message["withheld"] == true).unwrap();
    let path = format!("/conversations/{number}/messages/{}/stranger", stranger["id"]);
    scene.house.agent().call("POST", &path).json(json!({"action": "accept"})).await.ok();
    scene.house.work().await;
    let told = scene.front.heard("message_created").pop().unwrap();
    assert_eq!((&told["content"], &told["sender"]["name"]), (&json!("I am nobody here"), &json!("Eve")));
}

async fn people_hear_at_the_cable(scene: Scene) {
    let made = scene.client("POST", "/contacts").json(json!({"name": "Carla"})).await.ok();
    let carla = format!("/contacts/{}", made["source_id"].as_str().unwrap());
    let eve = scene.client("POST", "/contacts").json(json!({"name": "Eve"})).await.ok();
    let (number, _) = scene.begins(&carla).await;
    let node = scene.house.listens().await;
    let mut hers = node.subscribes(json!({"pubsub_token": made["pubsub_token"]})).await.ok().unwrap();
    let mut other = node.subscribes(json!({"pubsub_token": eve["pubsub_token"]})).await.ok().unwrap();
    scene.house.agent().sends(number, json!({"content": "a note", "private": true})).await.ok();
    scene.house.agent().replies(number, "Hi Carla").await;
    let heard = hers.hears_until("message.created", "Hi Carla").await;
    assert!(!heard.1.contains("a note"), "{heard:?}");
    let place = format!("/contacts/{}", eve["source_id"].as_str().unwrap());
    let (elsewhere, _) = scene.begins(&place).await;
    scene.house.agent().replies(elsewhere, "Hi Eve").await;
    let heard = other.hears_until("message.created", "Hi Eve").await;
    assert!(!heard.1.contains("Hi Carla"), "{heard:?}");
}

async fn so_much_an_hour(scene: Scene) {
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let path = format!("{carla}/conversations");
    for _ in 0..30 {
        scene.client("POST", &path).json(json!({})).await.ok();
    }
    let refused = scene.client("POST", &path).json(json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.headers["retry-after"].to_str().unwrap()), (429, "120"));
    scene.client("POST", &path).from([192, 0, 2, 8]).json(json!({})).await.ok();
    let token = scene.house.made.access_token.clone();
    scene.client("POST", &path).header("api_access_token", &token).json(json!({})).await.ok();
    scene.client("POST", &path).header("api_access_token", "wrong").json(json!({})).await.refused(429);
    for _ in 0..119 {
        scene.client("POST", "/contacts").json(json!({})).await.ok();
    }
    scene.client("POST", "/contacts").json(json!({})).await.refused(429);
    scene.client("POST", "/contacts").header("api_access_token", &token).json(json!({})).await.ok();
}

async fn pages_of_any_origin_may_ask(scene: Scene) {
    let asked = scene.client("OPTIONS", "/contacts").header("origin", "https://app.example");
    let asked =
        asked.header("access-control-request-method", "POST").header("access-control-request-headers", "content-type");
    let answer = asked.send().await;
    assert_eq!(answer.status.as_u16(), 204);
    for header in ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"] {
        assert_eq!(answer.headers[header], "*", "{header}");
    }
    let answer = scene.client("POST", "/contacts").header("origin", "https://app.example").json(json!({})).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(!answer.headers.contains_key("access-control-allow-credentials"));
    let agents = scene.house.agent().call("GET", "/inboxes").header("origin", "https://app.example").send().await;
    assert!(
        !agents.headers.contains_key("access-control-allow-origin"),
        "the application API is not for other origins' pages"
    );
}
