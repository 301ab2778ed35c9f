//! News in any order: what a provider tells of a message may come twice, late, or before the message.

use crate::{
    house::{House, on_both},
    stage::{Scene, Stage, deliveries},
    telegram::Telegram,
};
use desk::receive_on_channel::{Mark, News, Person, Words, receive};
use model::ids::InboxId;
use serde_json::json;
use store::testkit::TestDb;

on_both!(
    via crate::house::bare;
    marks_come_in_any_order,
    what_was_taken_back_before_it_came_is_not_shown,
    what_is_written_elsewhere_stands_here_once,
    a_late_failure_falls_back_once,
    a_resolved_conversation_is_over_unless_there_is_only_one,
    a_greeting_goes_by_the_channel_and_never_by_mail,
    posts_at_once_make_one_conversation,
    what_is_under_way_is_not_begun_again,
    what_kills_us_each_time_holds_up_nothing,
);

fn carla() -> Person {
    Person { id: "4711".into(), name: Some("Carla Customer".into()), ..Person::default() }
}

fn words(text: &str) -> Words {
    Words { text: Some(text.into()), ..Words::default() }
}

async fn told(scene: &Scene<Telegram>, news: News) {
    let inbox = InboxId(scene.inbox["id"].as_i64().unwrap());
    receive(scene.house.desk(), inbox, news).await.unwrap();
    scene.house.work().await;
}

async fn mark(scene: &Scene<Telegram>, id: &str, mark: Mark) {
    told(scene, News::Told { id: id.into(), mark }).await;
}

async fn marks_come_in_any_order(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    scene.carla_says("Hello").await;
    let reply = scene.agent_replies("Hi", "auto").await;
    let id = reply["source_id"].as_str().unwrap().to_owned();
    assert_eq!(reply["status"], "sent");
    mark(&scene, &id, Mark::Read).await;
    assert_eq!(scene.shown(&reply).await["status"], "read");
    mark(&scene, &id, Mark::Delivered).await;
    mark(&scene, &id, Mark::Failed { code: None, words: "late".into(), gone: false }).await;
    let shown = scene.shown(&reply).await;
    assert_eq!((&shown["status"], &shown["deliveries"][0]["state"]), (&json!("read"), &json!("sent")));
    let next = scene.agent_replies("Still there?", "auto").await;
    let until = scene.house.desk().now();
    told(&scene, News::ReachedUntil { who: "4711".into(), until, read: false }).await;
    assert_eq!(scene.shown(&next).await["status"], "delivered");
    assert_eq!(scene.shown(&reply).await["status"], "read");

    // A mark before the answer to our request: the id is that of the next message.
    let count = 1 + scene.stage.requests();
    mark(&scene, &format!("4711/{}", 1000 + count), Mark::Delivered).await;
    let early = scene.agent_replies("Told early", "auto").await;
    assert_eq!(early["status"], "delivered");
}

async fn what_was_taken_back_before_it_came_is_not_shown(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    scene.carla_says("First").await;
    mark(&scene, "x/9", Mark::Unsent).await;
    told(&scene, News::Said { by: carla(), id: "x/9".into(), words: words("secret"), at: None }).await;
    told(&scene, News::Said { by: carla(), id: "x/8".into(), words: words("wrong"), at: None }).await;
    assert_eq!(scene.thread().await.len(), 2);
    mark(&scene, "x/8", Mark::Unsent).await;
    mark(&scene, "x/8", Mark::Edited("again".into())).await;
    let messages = scene.house.agent().messages(scene.number().await).await;
    assert_eq!((&messages[1]["content"], &messages[1]["content_attributes"]["deleted"]), (&json!(null), &json!(true)));
}

async fn what_is_written_elsewhere_stands_here_once(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    scene.carla_says("Hello").await;
    let sent = |id: &str, text: &str| News::Sent { to: carla(), id: id.into(), words: words(text), marker: None };
    for _ in 0..2 {
        told(&scene, sent("e/1", "from the phone")).await;
    }
    let reply = scene.agent_replies("from here", "auto").await;
    let id = reply["source_id"].as_str().unwrap().to_owned();
    told(&scene, sent(&id, "from here")).await;
    let said: Vec<String> = scene.thread().await.into_iter().map(|(_, words)| words).collect();
    assert_eq!(said, ["Hello", "from the phone", "from here"]);
}

async fn a_late_failure_falls_back_once(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    scene.carla_says("Hello").await;
    scene.carla_has_an_address().await;
    let reply = scene.agent_replies("Hi", "auto").await;
    let id = reply["source_id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        mark(&scene, &id, Mark::Failed { code: Some("131047".into()), words: "too late".into(), gone: false }).await;
    }
    let shown = scene.shown(&reply).await;
    let states = deliveries(&shown);
    assert_eq!((states[0].1.as_str(), states[1].1.as_str()), ("failed", "sandboxed"));
    assert_eq!((states.len(), scene.mails().await, scene.lines().await.len()), (2, 1, 1));
    assert_eq!(shown["deliveries"][0]["code"], "131047");
}

async fn a_resolved_conversation_is_over_unless_there_is_only_one(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    scene.carla_says("First").await;
    let number = scene.number().await;
    scene.house.agent().resolves(number).await;
    let one = json!({"lock_to_single_conversation": true});
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    scene.house.agent().call("PATCH", &path).json(one).await.ok();
    scene.carla_says("Second").await;
    let again = scene.conversation().await;
    assert_eq!((&again["id"], &again["status"]), (&json!(number), &json!("open")));
    scene.house.agent().call("PATCH", &path).json(json!({"lock_to_single_conversation": false})).await.ok();
    scene.house.agent().resolves(number).await;
    scene.carla_says("Third").await;
    let all = scene.house.agent().get("/conversations?status=all").await;
    assert_eq!(all["data"]["payload"].as_array().unwrap().len(), 2);
}

async fn a_greeting_goes_by_the_channel_and_never_by_mail(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    let greeting = json!({"greeting_enabled": true, "greeting_message": "We are here"});
    scene.house.agent().call("PATCH", &path).json(greeting).await.ok();
    scene.carla_says("Hello").await;
    scene.carla_says("Again").await;
    assert_eq!(scene.stage.reached(), ["We are here"]);
    assert_eq!(scene.mails().await, 0);
}

async fn posts_at_once_make_one_conversation(kept: TestDb) {
    let scene = Scene::<Telegram>::on(kept).await;
    let inbox = InboxId(scene.inbox["id"].as_i64().unwrap());
    let house: &House = &scene.house;
    let said = |n: i32| {
        let news = News::Said { by: carla(), id: format!("x/{n}"), words: words(&n.to_string()), at: None };
        let desk = house.desk().clone();
        tokio::spawn(async move { receive(&desk, inbox, news).await })
    };
    let all: Vec<_> = (0..16).map(said).collect();
    for one in all {
        one.await.unwrap().unwrap();
    }
    assert_eq!(scene.thread().await.len(), 16, "in one conversation");
}

/// While another worker sends a reply and reads a post, what comes after them waits and does not begin them a second time.
async fn what_is_under_way_is_not_begun_again(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    scene.carla_says("Hello").await;
    let number = scene.number().await;
    let posts = async |n: i64, words: &str| {
        let hook = scene.stage.says(n, words, scene.house.desk().now().as_second());
        assert!(scene.posts(&hook).await.status.is_success());
    };
    let sends = async |words: &str| scene.house.agent().sends(number, json!({"content": words})).await.ok();
    posts(2, "Are you there?").await;
    sends("one").await;
    assert_eq!(claimed(&scene).await, ["read_post", "send_on_channel"]);
    posts(3, "Hello??").await;
    sends("two").await;
    assert!(claimed(&scene).await.is_empty(), "they wait for their turn");
    freed(&scene).await;
    scene.house.work().await;
    assert_eq!(scene.stage.reached(), ["one", "two"]);
    let said: Vec<String> = scene.thread().await.into_iter().map(|(_, words)| words).collect();
    assert_eq!(said, ["Hello", "one", "two", "Are you there?", "Hello??"]);
}

/// A post that cannot be read and a reply that cannot be sent because the worker dies of them, again and again.
async fn what_kills_us_each_time_holds_up_nothing(kept: TestDb) {
    let mut scene = Scene::<Telegram>::on(kept).await;
    scene.carla_says("Hello").await;
    let number = scene.number().await;
    for (n, words) in [(2, "deadly"), (3, "harmless")] {
        let hook = scene.stage.says(n, words, scene.house.desk().now().as_second());
        assert!(scene.posts(&hook).await.status.is_success());
    }
    for words in ["deadly reply", "harmless reply"] {
        scene.house.agent().sends(number, json!({"content": words})).await.ok();
    }
    for _ in 1..store::jobs::MAX_ATTEMPTS {
        assert_eq!(claimed(&scene).await, ["read_post", "send_on_channel"]);
        freed(&scene).await;
    }
    scene.house.work().await;
    assert_eq!(scene.stage.reached(), ["harmless reply"]);
    let messages = scene.house.agent().messages(number).await;
    let deadly = messages.iter().find(|message| message["content"] == "deadly reply").unwrap();
    let why = &deadly["deliveries"][0]["detail"];
    assert_eq!((&deadly["status"], why), (&json!("failed"), &json!("Segue stumbles over it")));
    assert_eq!(scene.thread().await.last().unwrap().1, "harmless");
    let inbox = scene.house.agent().get(&format!("/inboxes/{}", scene.inbox["id"])).await;
    assert!(inbox["health"]["last_error"].as_str().unwrap().contains("stumbles"));
}

/// What dead workers had claimed is free again.
async fn freed(scene: &Scene<Telegram>) {
    let later = scene.house.desk().now() + jiff::SignedDuration::from_secs(61);
    let free = async move |tx: &mut store::Tx<'_>| store::jobs::free_expired(tx, later).await;
    scene.house.desk().db.write::<_, store::Error, _>(free).await.unwrap();
}

/// What another worker finds to do of this and dies over.
async fn claimed(scene: &Scene<Telegram>) -> Vec<String> {
    let desk = scene.house.desk();
    let now = desk.now();
    let lease = now + jiff::SignedDuration::from_secs(60);
    let jobs = desk.db.write::<_, store::Error, _>(async move |tx| {
        store::jobs::claim(tx, store::jobs::Lane::Single, "another", now, lease, 10).await
    });
    let mut kinds: Vec<String> = jobs.await.unwrap().into_iter().map(|job| job.kind).collect();
    kinds.retain(|kind| ["read_post", "send_on_channel"].contains(&kind.as_str()));
    kinds.sort();
    kinds
}
