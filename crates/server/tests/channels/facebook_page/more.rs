//! What Facebook pages have of their own.

use super::{CARLA, FacebookPage, OTHER, OTHER_SECRET, PAGE, SECRET, USER_TOKEN, VERIFY, Wide, fixture, form, signed};
use crate::{
    provider::Mood,
    stage::{Hook, Scene, Stage, both, deliveries},
};
use serde_json::{Value, json};

mod usually {
    use super::*;
    both!(
        super::super::FacebookPage,
        marks_come_by_watermark_in_any_order,
        echoes_stand_once,
        an_echo_before_the_answer_is_the_answer,
        one_post_of_two_pages_is_taken_apart,
        only_our_tokens_prove_the_webhook,
        what_people_do_beside_writing_is_shown,
        errors_mean_what_they_say,
        the_settings_are_checked,
        files_are_not_fetched_from_private_networks,
    );
    use super::{
        an_echo_before_the_answer_is_the_answer, echoes_stand_once, errors_mean_what_they_say,
        files_are_not_fetched_from_private_networks, marks_come_by_watermark_in_any_order,
        one_post_of_two_pages_is_taken_apart, only_our_tokens_prove_the_webhook, the_settings_are_checked,
        what_people_do_beside_writing_is_shown,
    };
}

mod wide {
    use super::{files_come_and_go, people_answer_for_a_week};
    use crate::stage::both;
    both!(super::super::Wide, files_come_and_go, people_answer_for_a_week);
}

async fn posts<S: Stage>(scene: &Scene<S>, hook: &Hook) {
    let answer = scene.posts(hook).await;
    assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
    scene.house.work().await;
}

async fn messages<S: Stage>(scene: &Scene<S>) -> Vec<Value> {
    scene.house.agent().messages(scene.number().await).await
}

async fn marks_come_by_watermark_in_any_order(mut scene: Scene<FacebookPage>) {
    scene.carla_says("Hello").await;
    let first = scene.agent_replies("one", "auto").await;
    let mid = first["source_id"].clone();
    let now = scene.house.desk().now().as_millisecond();
    posts(&scene, &fixture("delivery", |event| event["delivery"] = json!({"mids": [mid], "watermark": now - 1}))).await;
    assert_eq!(scene.shown(&first).await["status"], "delivered");
    posts(&scene, &fixture("read", |event| event["read"]["watermark"] = json!(now))).await;
    assert_eq!(scene.shown(&first).await["status"], "read");
    scene.house.pass(60).await;
    let second = scene.agent_replies("two", "auto").await;
    // The earlier marks come again, and one too early for the message.
    posts(&scene, &fixture("read", |event| event["read"]["watermark"] = json!(now))).await;
    posts(&scene, &fixture("delivery", |event| event["delivery"] = json!({"watermark": now + 1}))).await;
    assert_eq!(
        (scene.shown(&first).await["status"].clone(), scene.shown(&second).await["status"].clone()),
        (json!("read"), json!("sent"))
    );
    posts(&scene, &fixture("delivery", |event| event["delivery"] = json!({"watermark": now + 60_000}))).await;
    assert_eq!(scene.shown(&second).await["status"], "delivered");
}

async fn echoes_stand_once(mut scene: Scene<FacebookPage>) {
    scene.carla_says("Hello").await;
    let reply = scene.agent_replies("from here", "auto").await;
    let sent = scene.stage.0.taken("/me/messages")[0].json();
    let marker = sent["message"]["metadata"].clone();
    let echo = fixture("echo", |event| {
        event["message"]["mid"] = reply["source_id"].clone();
        event["message"]["metadata"] = marker;
        event["message"]["text"] = json!("from here");
    });
    for _ in 0..2 {
        posts(&scene, &echo).await;
        posts(&scene, &fixture("echo", |_| {})).await;
    }
    let said = messages(&scene).await;
    let said: Vec<(&Value, &Value)> = said.iter().map(|m| (&m["message_type"], &m["content"])).collect();
    assert_eq!(
        said,
        [
            (&json!(0), &json!("Hello")),
            (&json!(1), &json!("from here")),
            (&json!(1), &json!("Written in the page's inbox"))
        ]
    );
    assert_eq!(scene.stage.reached(), ["from here"], "what was written elsewhere is not sent again");
}

async fn an_echo_before_the_answer_is_the_answer(mut scene: Scene<FacebookPage>) {
    scene.carla_says("Hello").await;
    scene.stage.set(Mood::Busy);
    let reply = scene.agent_replies("taken all the same", "auto").await;
    assert_eq!(deliveries(&reply)[0].1, "deferred");
    let marker = scene.stage.0.asked("/me/messages")[0].json()["message"]["metadata"].clone();
    posts(&scene, &fixture("echo", |event| event["message"]["metadata"] = marker)).await;
    scene.stage.set(Mood::Takes);
    scene.house.pass(3600).await;
    assert_eq!(deliveries(&scene.shown(&reply).await)[0].1, "sent");
    assert!(scene.stage.reached().is_empty(), "it does not go a second time");
    assert_eq!(scene.thread().await.len(), 2);
}

async fn another_page(scene: &Scene<FacebookPage>) -> Value {
    let channel =
        json!({"type": "facebook_page", "page_id": OTHER, "user_access_token": USER_TOKEN, "app_secret": OTHER_SECRET});
    let made =
        scene.house.agent().call("POST", "/inboxes").json(json!({"name": "Other", "channel": channel})).await.ok();
    scene.house.work().await;
    made
}

async fn one_post_of_two_pages_is_taken_apart(mut scene: Scene<FacebookPage>) {
    let other = another_page(&scene).await;
    scene.carla_says("Hello").await;
    let event = |page: &str, mid: &str| {
        let sender = json!({"id": CARLA});
        let message = json!({"mid": mid, "text": mid});
        json!({"id": page, "time": 1, "messaging": [{"sender": sender, "recipient": {"id": page}, "timestamp": 1_795_341_600_000_i64, "message": message}]})
    };
    let both =
        json!({"object": "page", "entry": [event(OTHER, "m_for_the_other"), event(PAGE, "m_a"), event(PAGE, "m_b")]});
    posts(&scene, &signed(&both, SECRET)).await;
    let said: Vec<String> = scene.thread().await.into_iter().map(|(_, words)| words).collect();
    assert_eq!(said, ["Hello", "m_a", "m_b"], "and nothing for the page whose secret did not sign");
    posts(&scene, &signed(&both, OTHER_SECRET)).await;
    let path = format!("/conversations?status=all&inbox_id={}", other["id"]);
    let list = scene.house.agent().get(&path).await;
    let there = list["data"]["payload"].as_array().unwrap().clone();
    assert_eq!((there.len(), &there[0]["messages"][0]["content"]), (1, &json!("m_for_the_other")));
    // A page that nobody has here, by an app that someone has.
    let unknown = json!({"object": "page", "entry": [event("999", "m_x")]});
    posts(&scene, &signed(&unknown, SECRET)).await;
    let wrong = json!({"object": "instagram", "entry": [event(PAGE, "m_y")]});
    scene.posts(&signed(&wrong, SECRET)).await.refused(400);
}

async fn only_our_tokens_prove_the_webhook(scene: Scene<FacebookPage>) {
    let ask = async |mode: &str, token: &str| {
        let path = format!("/bot?hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444");
        scene.house.call("GET", &path).send().await
    };
    let good = ask("subscribe", &VERIFY.replace(' ', "%20")).await;
    assert_eq!((good.status.as_u16(), good.text().as_str()), (200, "1158201444"));
    for (mode, token) in [("subscribe", "wrong"), ("subscribe", ""), ("unsubscribe", &VERIFY.replace(' ', "+"))] {
        assert_eq!(ask(mode, token).await.refused(401), "Error; wrong verify token");
    }
    scene.house.call("GET", "/bot").send().await.refused(401);
}

async fn what_people_do_beside_writing_is_shown(mut scene: Scene<FacebookPage>) {
    posts(&scene, &fixture("referral", |_| {})).await;
    scene.carla_says("Hello").await;
    for name in ["reaction", "edit", "postback"] {
        for _ in 0..2 {
            posts(&scene, &fixture(name, |_| {})).await;
        }
    }
    let said: Vec<String> = scene.thread().await.into_iter().map(|(_, words)| words).collect();
    assert_eq!(said, ["Hello!", "Get started"]);
    assert_eq!(messages(&scene).await[0]["content_attributes"]["edited"], true);
    assert_eq!(scene.lines().await, ["Carla Customer reacted with ❤️ to “Hello”"]);
    let sender = scene.conversation().await["meta"]["sender"].clone();
    assert_eq!(
        (&sender["name"], &sender["additional_attributes"]["social_facebook_user_id"]),
        (&json!("Carla Customer"), &json!(CARLA))
    );
}

async fn errors_mean_what_they_say(mut scene: Scene<FacebookPage>) {
    scene.carla_says("Hello").await;
    scene.carla_has_an_address().await;
    let late = scene.agent_replies("Outside", "auto").await;
    assert_eq!(deliveries(&late), [("facebook_page".into(), "failed".into()), ("email".into(), "sandboxed".into())]);
    assert_eq!(late["deliveries"][0]["code"], "10");
    let window = scene.conversation().await["reply_window"].clone();
    assert_eq!(window["unreachable"], "This message is sent outside of allowed window.");
    scene.carla_says("Here again").await;
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    let revoked = json!({"channel": {"page_access_token": "revoked"}});
    scene.house.agent().call("PATCH", &path).json(revoked).await.ok();
    let lost = scene.agent_replies("By mail, then", "auto").await;
    assert_eq!(deliveries(&lost), [("facebook_page".into(), "failed".into()), ("email".into(), "sandboxed".into())]);
    assert_eq!(lost["deliveries"][0]["code"], "190");
    assert_eq!(scene.conversation().await["can_reply"], true, "it is not the person who is gone");
    let shown = scene.house.agent().get(&path).await;
    let said = shown["health"]["last_error"].as_str().unwrap();
    assert!(said.ends_with("Invalid OAuth access token."), "{said}");
}

async fn the_settings_are_checked(scene: Scene<FacebookPage>) {
    let agent = scene.house.agent();
    assert_eq!(scene.inbox["callback_webhook_url"], "https://segue.example/bot");
    assert_eq!((&scene.inbox["page_id"], &scene.inbox["verify_token_set"]), (&json!(PAGE), &json!(true)));
    let test = async |inbox: &Value| agent.call("POST", &format!("/inboxes/{}/test", inbox["id"])).send().await.ok();
    assert_eq!(test(&scene.inbox).await["words"], "Facebook knows the page Acme");
    let other = another_page(&scene).await;
    assert_eq!(test(&other).await["words"], "Facebook knows the page Acme", "by the token of a person");
    for page in [PAGE, OTHER] {
        assert!(!scene.stage.0.taken(&format!("/{page}/subscribed_apps")).is_empty(), "{page} is not subscribed");
    }
    let rows = [("page_id", json!("http://x")), ("page_access_token", json!("")), ("app_secret", json!(""))];
    for (field, value) in rows {
        let mut wrong = scene.stage.settings();
        wrong["type"] = json!("facebook_page");
        wrong["page_id"] = json!("777");
        wrong[field] = value;
        let words = agent.call("POST", "/inboxes").json(json!({"name": "x", "channel": wrong})).await.refused(422);
        assert!(words.starts_with(field), "{words}");
    }
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    agent.call("PATCH", &path).json(json!({"channel": {"page_id": "555"}})).await.ok();
    let tested = test(&scene.inbox).await;
    assert_eq!(
        (&tested["ok"], &tested["words"]),
        (&json!(false), &json!("Facebook: the token is that of Acme (104953628), not of this page"))
    );
}

/// The fixture with its picture at that address.
fn image(address: &str) -> Hook {
    let address = format!("{address}files/one.png");
    fixture("image", |event| {
        event["message"]["attachments"] =
            json!([{"type": "image", "payload": {"url": address}}, {"type": "image", "payload": {"url": address}}]);
    })
}

async fn files_are_not_fetched_from_private_networks(scene: Scene<FacebookPage>) {
    let address = scene.stage.0.url.to_string();
    posts(&scene, &image(&address)).await;
    let message = messages(&scene).await[0].clone();
    assert_eq!(message["content_attributes"]["media"][0]["state"], "failed");
    assert!(scene.stage.0.asked("one.png").is_empty());
}

async fn files_come_and_go(mut scene: Scene<Wide>) {
    scene.carla_says("Look").await;
    let address = scene.stage.0.0.url.to_string();
    posts(&scene, &image(&address)).await;
    let all = messages(&scene).await;
    let message = &all[1];
    assert_eq!((&message["content"], &message["content_attributes"]["in_reply_to"]), (&json!("These"), &all[0]["id"]));
    let files = message["attachments"].as_array().unwrap();
    assert_eq!((files.len(), &files[0]["file_type"], &files[1]["file_size"]), (2, &json!("image"), &json!(9)));

    let form_data = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nSee\r\n--b\r\n\
                     Content-Disposition: form-data; name=\"attachments[]\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b--\r\n";
    let path = format!("/conversations/{}/messages", scene.number().await);
    let call = scene.house.agent();
    let call = call.call("POST", &path).header("content-type", "multipart/form-data; boundary=b");
    let sent = call.body(form_data).await.ok();
    scene.house.work().await;
    assert_eq!(deliveries(&scene.shown(&sent).await)[0].1, "sent");
    let taken = scene.stage.0.0.taken("/me/messages");
    assert_eq!(taken[0].json()["message"]["text"], "See");
    let file = form(&taken[1]);
    assert_eq!((&file["message"]["attachment"]["type"], &file["filedata"]), (&json!("file"), &json!("words")));
    assert_ne!(file["message"]["metadata"], taken[0].json()["message"]["metadata"]);
}

async fn people_answer_for_a_week(mut scene: Scene<Wide>) {
    const DAY: i64 = 24 * 60 * 60;
    scene.carla_says("Hello").await;
    scene.house.pass(DAY - 1).await;
    scene.agent_replies("in a day", "auto").await;
    scene.house.pass(1).await;
    let window = scene.conversation().await["reply_window"].clone();
    assert_eq!((&window["open"], &window["tagged"]), (&json!(true), &json!(true)));
    scene.agent_replies("in a week", "auto").await;
    let taken = scene.stage.0.0.taken("/me/messages");
    let types: Vec<Value> = taken.iter().map(|asked| asked.json()["messaging_type"].clone()).collect();
    assert_eq!(types, ["RESPONSE", "MESSAGE_TAG"]);
    scene.house.pass(6 * DAY).await;
    assert_eq!(scene.conversation().await["can_reply"], false);
    scene.carla_has_an_address().await;
    let late = scene.agent_replies("too late", "auto").await;
    assert_eq!(deliveries(&late), [("email".to_owned(), "sandboxed".to_owned())]);
}
