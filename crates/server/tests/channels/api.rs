//! The client API: a front end speaks for Carla and is told what happens by signed posts, which it checks as an integrator
//! would. The four acts that every channel tells; what is particular to the API stands beside.

use crate::{
    house::{Answer, Call, House, on_both},
    provider::{Answered, Asked, Mood, Provider},
    stage::CARLA,
};
use desk::signing::hmac_sha256;
use serde_json::{Value, json};
use server::{config::Config, fetch::SafeClient, reach::Reach};
use std::sync::{Arc, Mutex};
use store::testkit::TestDb;

on_both!(
    via crate::api::Scene::on;
    one_thread_over_two_ways,
    by_mail_when_nobody_looks,
    by_mail_when_the_window_is_closed,
    forged_and_repeated_posts,
    outages,
    what_is_given_up_has_failed,
    a_post_they_stumble_on_holds_up_no_other_for_long,
    what_the_front_end_reports,
    the_settings_and_a_signed_test,
);

/// A front end's server: it takes what is signed with its secret, as often as it comes.
pub struct Front {
    provider: Provider,
    secret: Arc<Mutex<String>>,
    /// The words of the message over which it stumbles.
    stumbles_on: Arc<Mutex<Option<String>>>,
}

impl Front {
    pub async fn begin() -> Self {
        let secret: Arc<Mutex<String>> = Arc::default();
        let stumbles_on: Arc<Mutex<Option<String>>> = Arc::default();
        let (key, word) = (Arc::clone(&secret), Arc::clone(&stumbles_on));
        let answer = move |asked: &Asked, _, mood| {
            let stumbles = word.lock().unwrap().as_ref().is_some_and(|word| asked.json()["content"] == *word);
            if stumbles { status(500) } else { answer(asked, mood, &key.lock().unwrap()) }
        };
        Self { provider: Provider::answering(answer).await, secret, stumbles_on }
    }

    pub fn url(&self) -> String {
        format!("{}hook", self.provider.url)
    }

    /// The secret with which posts must be signed.
    pub fn knows(&self, secret: &Value) {
        secret.as_str().unwrap().clone_into(&mut self.secret.lock().unwrap());
    }

    pub fn set(&self, mood: Mood) {
        self.provider.set(mood);
    }

    pub fn stumbles_on(&self, word: Option<&str>) {
        *self.stumbles_on.lock().unwrap() = word.map(str::to_owned);
    }

    /// What it has taken.
    pub fn told(&self) -> Vec<Value> {
        self.provider.taken("/hook").iter().map(Asked::json).collect()
    }

    /// What it has taken of that event.
    pub fn heard(&self, event: &str) -> Vec<Value> {
        self.told().into_iter().filter(|told| told["event"] == event).collect()
    }

    /// The words of our messages that it was told of, in order.
    pub fn reached(&self) -> Vec<String> {
        let replies = self.heard("message_created").into_iter();
        let replies = replies.filter(|told| told["message_type"] == "outgoing" && told["private"] == false);
        replies.map(|told| told["content"].as_str().unwrap().to_owned()).collect()
    }

    /// Everything it was asked.
    pub fn asked(&self) -> Vec<Asked> {
        self.provider.asked("/hook")
    }
}

fn status(status: u16) -> Answered {
    Answered(status, "text/plain", Vec::new())
}

fn answer(asked: &Asked, mood: Mood, secret: &str) -> Answered {
    let timestamp = asked.header("x-chatwoot-timestamp");
    let right = hmac_sha256(secret.as_bytes(), format!("{timestamp}.{}", asked.text()).as_bytes());
    let good = asked.method == "POST"
        && asked.path == "/hook"
        && asked.header("content-type") == "application/json"
        && timestamp.parse::<i64>().is_ok()
        && asked.header("x-chatwoot-delivery").len() == 36
        && asked.header("x-chatwoot-signature") == format!("sha256={right}");
    status(match mood {
        _ if !good => 401,
        Mood::Takes => 200,
        Mood::Busy => 503,
        Mood::Refuses => 422,
        Mood::Lost => 410,
    })
}

/// A house with an API inbox and its front end.
pub struct Scene {
    pub house: House,
    pub front: Front,
    pub inbox: Value,
}

pub const REACHES_LOOPBACK: fn(&mut Config) = |config| {
    config.reach = Reach { private: true };
    config.fetcher = SafeClient::new(config.reach, &config.trust).unwrap();
};

impl Scene {
    pub async fn on(kept: TestDb) -> Self {
        let front = Front::begin().await;
        let house = House::with(kept, REACHES_LOOPBACK).await;
        house.agent().call("PATCH", "").json(json!({"features": {"inbound_emails": true}})).await.ok();
        let channel = json!({"type": "api", "webhook_url": front.url()});
        let asked = json!({"name": "App", "channel": channel});
        let inbox = house.agent().call("POST", "/inboxes").json(asked).await.ok();
        front.knows(&inbox["secret"]);
        house.work().await;
        Self { house, front, inbox }
    }

    /// A request below the inbox.
    pub fn client(&self, method: &str, path: &str) -> Call<'_> {
        let identifier = self.inbox["inbox_identifier"].as_str().unwrap();
        self.house.call(method, &format!("/public/api/v1/inboxes/{identifier}{path}"))
    }

    pub async fn changes(&self, change: Value) -> Value {
        let path = format!("/inboxes/{}", self.inbox["id"]);
        self.house.agent().call("PATCH", &path).json(change).await.ok()
    }

    /// Introduces a person; the path of their session.
    pub async fn introduces(&self, person: Value) -> String {
        let made = self.client("POST", "/contacts").json(person).await.ok();
        format!("/contacts/{}", made["source_id"].as_str().unwrap())
    }

    /// Begins a conversation; its number and path.
    pub async fn begins(&self, person: &str) -> (i64, String) {
        let made = self.client("POST", &format!("{person}/conversations")).json(json!({})).await.ok();
        let number = made["id"].as_i64().unwrap();
        (number, format!("{person}/conversations/{number}"))
    }

    pub async fn says(&self, place: &str, words: &str) -> Value {
        let said = self.client("POST", &format!("{place}/messages")).json(json!({"content": words})).await.ok();
        self.house.work().await;
        said
    }

    /// The agent replies; the message once everything that follows has been done.
    pub async fn replies(&self, number: i64, words: &str, way: &str) -> Value {
        let message = json!({"content": words, "delivery": way});
        let sent = self.house.agent().sends(number, message).await.ok();
        self.house.work().await;
        self.shown(number, &sent).await
    }

    pub async fn shown(&self, number: i64, message: &Value) -> Value {
        let all = self.house.agent().messages(number).await;
        all.into_iter().find(|found| found["id"] == message["id"]).unwrap()
    }

    /// What stands in the conversation as the person sees it.
    pub async fn seen(&self, place: &str) -> Vec<Value> {
        self.client("GET", &format!("{place}/messages")).send().await.ok().as_array().unwrap().clone()
    }

    pub async fn mails(&self) -> Vec<Value> {
        self.house.agent().get("/sandbox/mails").await["payload"].as_array().unwrap().clone()
    }

    /// The person answers the latest mail.
    pub async fn answers_the_mail(&self, words: &str) {
        let path = format!("/sandbox/mails/{}/reply", self.mails().await[0]["id"]);
        self.house.agent().call("POST", &path).json(json!({"text": words})).await.ok();
        self.house.work().await;
    }

    pub async fn reports(&self, number: i64, message: &Value, report: Value) -> Answer {
        let path = format!("/conversations/{number}/messages/{}", message["id"]);
        self.house.agent().call("PATCH", &path).json(report).await
    }
}

/// By what in which state.
fn deliveries(message: &Value) -> Vec<(String, String)> {
    crate::stage::deliveries(message)
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

async fn one_thread_over_two_ways(scene: Scene) {
    let carla = scene.introduces(json!({"name": "Carla Customer"})).await;
    let (number, place) = scene.begins(&carla).await;
    scene.says(&place, "Where is my order?").await;
    let reply = scene.replies(number, "On its way", "auto").await;
    assert!(deliveries(&reply).is_empty(), "nobody said that unseen replies go by mail");
    assert_eq!(scene.front.reached(), ["On its way"]);
    let told = scene.front.heard("message_created").pop().unwrap();
    assert_eq!((&told["conversation"]["id"], &told["sender"]["name"]), (&json!(number), &json!("Ann Agent")));
    let source = carla.strip_prefix("/contacts/").unwrap();
    assert_eq!(told["conversation"]["contact_inbox"]["source_id"], source);

    let refused = json!({"content": "x", "delivery": "email"});
    scene.house.agent().sends(number, refused).await.refused(422);
    scene.client("PATCH", &carla).json(json!({"email": CARLA})).await.ok();
    let mailed = scene.replies(number, "Here is the number", "email").await;
    assert_eq!(deliveries(&mailed), [pair("email", "sandboxed")]);
    scene.answers_the_mail("Got it, thanks").await;
    let told = scene.front.heard("message_created").pop().unwrap();
    assert_eq!((&told["content"], &told["message_type"]), (&json!("Got it, thanks"), &json!("incoming")));
    assert_eq!((&told["content_type"], &told["conversation"]["id"]), (&json!("incoming_email"), &json!(number)));

    let only = scene.replies(number, "Only here", "channel").await;
    assert!(deliveries(&only).is_empty());
    scene.house.agent().sends(number, json!({"content": "a note", "private": true})).await.ok();
    scene.house.work().await;
    let seen: Vec<(i64, String)> = scene.seen(&place).await.iter().map(said).collect();
    let expected = [
        (0, "Where is my order?"),
        (1, "On its way"),
        (1, "Here is the number"),
        (0, "Got it, thanks"),
        (1, "Only here"),
    ];
    assert_eq!(seen, expected.map(|(kind, words)| (kind, words.to_owned())));
    assert_eq!(scene.front.reached(), ["On its way", "Here is the number", "Only here"]);
    assert_eq!(scene.mails().await.len(), 1);
    let shown = scene.house.agent().get(&format!("/inboxes/{}", scene.inbox["id"])).await;
    assert!(shown["health"]["last_sent_at"].is_i64() && shown["health"]["last_error"].is_null(), "{shown}");
}

fn said(message: &Value) -> (i64, String) {
    (message["message_type"].as_i64().unwrap(), message["content"].as_str().unwrap().to_owned())
}

async fn by_mail_when_nobody_looks(scene: Scene) {
    let inbox = scene.changes(json!({"channel": {"continuity_via_email": true, "continuity_delay": 60}})).await;
    assert_eq!((&inbox["continuity_via_email"], &inbox["continuity_delay"]), (&json!(true), &json!(60)));
    let carla = scene.introduces(json!({"name": "Carla", "email": CARLA})).await;
    let (number, place) = scene.begins(&carla).await;
    scene.says(&place, "Hello?").await;
    let seen = scene.replies(number, "Seen in time", "auto").await;
    assert_eq!(deliveries(&seen), [pair("email", "planned")]);
    scene.house.clock.advance(1);
    let answer = scene.client("POST", &format!("{place}/update_last_seen")).send().await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    scene.house.pass(60).await;
    assert_eq!(deliveries(&scene.shown(number, &seen).await), [pair("email", "cancelled")]);

    let unseen = scene.replies(number, "Nobody saw this", "auto").await;
    scene.house.pass(59).await;
    assert_eq!(scene.mails().await.len(), 0);
    scene.house.pass(1).await;
    assert_eq!(deliveries(&scene.shown(number, &unseen).await), [pair("email", "sandboxed")]);
    assert_eq!(scene.mails().await.len(), 1);
    scene.answers_the_mail("Saw it by mail").await;
    let told = scene.front.heard("message_created").pop().unwrap();
    assert_eq!((&told["content"], &told["content_type"]), (&json!("Saw it by mail"), &json!("incoming_email")));
    let shown = scene.seen(&place).await.pop().unwrap();
    assert_eq!(shown["content"], "Saw it by mail");
    assert!(shown["content_attributes"].get("email").is_none() && shown["source_id"].is_null(), "{shown}");
}

async fn by_mail_when_the_window_is_closed(scene: Scene) {
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let (number, place) = scene.begins(&carla).await;
    scene.changes(json!({"channel": {"additional_attributes": {"agent_reply_time_window": 2}}})).await;
    let path = format!("/conversations/{number}");
    assert_eq!(scene.house.agent().get(&path).await["can_reply"], false, "she has not written yet");
    scene.says(&place, "Hello?").await;
    scene.house.pass(2 * 3600 - 1).await;
    assert_eq!(scene.house.agent().get(&path).await["can_reply"], true);
    scene.house.pass(1).await;
    let closed = scene.house.agent().get(&path).await;
    assert_eq!((&closed["can_reply"], &closed["reply_window"]["channel"]), (&json!(false), &json!("API")));
    let stuck = scene.replies(number, "Too late", "auto").await;
    assert_eq!((deliveries(&stuck), &stuck["status"]), (vec![pair("api", "failed")], &json!("failed")));
    scene.client("PATCH", &carla).json(json!({"email": CARLA})).await.ok();
    let mailed = scene.replies(number, "By mail, then", "auto").await;
    assert_eq!(deliveries(&mailed), [pair("email", "sandboxed")]);
    scene.answers_the_mail("Fine").await;
    scene.says(&place, "Here again").await;
    let open = scene.replies(number, "In time", "auto").await;
    assert_eq!((deliveries(&open), &open["status"]), (vec![], &json!("sent")));
    assert_eq!(scene.mails().await.len(), 1);
}

async fn forged_and_repeated_posts(scene: Scene) {
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let (number, place) = scene.begins(&carla).await;
    let path = format!("{place}/messages");
    for _ in 0..2 {
        let said = scene.client("POST", &path).json(json!({"content": "Once", "echo_id": "e1"})).await.ok();
        assert_eq!((&said["echo_id"], &said["conversation_id"]), (&json!("e1"), &json!(number)));
    }
    assert_eq!(scene.seen(&place).await.len(), 1);
    // Somebody else's session, another inbox, another number: there is no such thing.
    let eve = scene.introduces(json!({"name": "Eve"})).await;
    let hers = format!("{eve}/conversations/{number}");
    for (method, below) in [
        ("GET", ""),
        ("GET", "/messages"),
        ("POST", "/messages"),
        ("POST", "/toggle_status"),
        ("POST", "/update_last_seen"),
    ] {
        let answer = scene.client(method, &format!("{hers}{below}")).json(json!({"content": "Forged"})).await;
        assert_eq!(answer.refused(404), "Resource could not be found", "{method} {below}");
    }
    let agent = scene.house.agent();
    let other = json!({"name": "Other", "channel": {"type": "api"}});
    let other = agent.call("POST", "/inboxes").json(other).await.ok();
    let elsewhere = format!("/public/api/v1/inboxes/{}{path}", other["inbox_identifier"].as_str().unwrap());
    scene.house.call("POST", &elsewhere).json(json!({"content": "Forged"})).await.refused(404);
    for wrong in ["/public/api/v1/inboxes/0123/contacts", "/public/api/v1/inboxes//contacts"] {
        scene.house.call("POST", wrong).json(json!({})).await.refused(404);
    }
    let website = scene.house.made.website_token.clone().unwrap();
    scene.house.call("POST", &format!("/public/api/v1/inboxes/{website}/contacts")).json(json!({})).await.refused(404);
    scene.client("POST", &path).body("nonsense").await.refused(400);
    scene.client("POST", &path).json(json!({"content": " "})).await.refused(422);
    scene.client("GET", &format!("{carla}/conversations/x")).send().await.refused(404);
    assert_eq!(scene.seen(&place).await.len(), 1);
    // A front end that another has told its address takes nothing that is not signed with its own secret.
    scene.front.knows(&json!("another"));
    scene.replies(number, "Signed with the right secret", "auto").await;
    assert!(scene.front.reached().is_empty());
    scene.front.knows(&scene.inbox["secret"]);
    scene.house.pass(60).await;
    assert_eq!(scene.front.reached(), ["Signed with the right secret"]);
    scene.says(&place, "Still heard").await;
    assert_eq!(scene.seen(&place).await.len(), 3);
}

async fn outages(scene: Scene) {
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let (number, place) = scene.begins(&carla).await;
    scene.says(&place, "Hello?").await;
    scene.front.set(Mood::Busy);
    let before = scene.front.asked().len();
    let first = scene.replies(number, "one", "auto").await;
    scene.replies(number, "two", "auto").await;
    assert_eq!(first["status"], "sent", "it may still be told");
    assert_eq!(scene.front.asked().len(), before + 1, "the others wait for their turn");
    for _ in 0..6 {
        scene.house.pass(600).await;
    }
    assert!(scene.front.reached().is_empty());
    scene.front.set(Mood::Takes);
    scene.house.pass(6 * 3600).await;
    assert_eq!(scene.front.reached(), ["one", "two"]);
    let tries: Vec<Asked> = scene.front.asked().into_iter().skip(before).collect();
    let of = |words: &str| tries.iter().filter(|asked| asked.json()["content"] == words).collect::<Vec<_>>();
    let (one, two) = (of("one"), of("two"));
    assert!(one.len() > 3, "it was tried again and again: {}", one.len());
    let name = |asked: &Asked| asked.header("x-chatwoot-delivery").to_owned();
    assert!(one.iter().all(|asked| name(asked) == name(one[0]) && asked.body == one[0].body));
    assert_ne!(name(one[0]), name(two[0]));
    let signed = |asked: &Asked| asked.header("x-chatwoot-timestamp").parse::<i64>().unwrap();
    assert!(signed(one.last().unwrap()) > signed(one[0]), "each try is signed anew");
    scene.house.pass(100_000).await;
    assert_eq!(scene.front.reached(), ["one", "two"]);
    assert_eq!(scene.shown(number, &first).await["status"], "sent");
}

async fn what_is_given_up_has_failed(scene: Scene) {
    scene.changes(json!({"continuity_via_email": true, "continuity_delay": 3600})).await;
    let carla = scene.introduces(json!({"name": "Carla", "email": CARLA})).await;
    let (number, place) = scene.begins(&carla).await;
    scene.says(&place, "Hello?").await;
    scene.front.set(Mood::Refuses);
    let refused = scene.replies(number, "Nobody takes this", "auto").await;
    assert_eq!(refused["status"], "failed");
    assert_eq!(refused["content_attributes"]["external_error"], "the server of the webhook answers 422");
    let shown = scene.house.agent().get(&format!("/inboxes/{}", scene.inbox["id"])).await;
    assert_eq!(shown["health"]["last_error"], "the server of the webhook answers 422");
    scene.house.pass(3600).await;
    let mailed = scene.shown(number, &refused).await;
    assert_eq!(deliveries(&mailed), [pair("email", "sandboxed")], "what nobody saw goes by mail all the same");

    scene.front.set(Mood::Busy);
    let late = scene.replies(number, "Nobody is there", "channel").await;
    for _ in 0..47 {
        scene.house.pass(1800).await;
    }
    assert_eq!(scene.shown(number, &late).await["status"], "sent", "a day is not over");
    scene.house.pass(3600).await;
    let late = scene.shown(number, &late).await;
    assert_eq!(late["status"], "failed");
    assert_eq!(late["content_attributes"]["external_error"], "the server of the webhook answers 503");
    scene.front.set(Mood::Takes);
    let fine = scene.replies(number, "They are back", "channel").await;
    scene.house.pass(24 * 3600).await;
    assert_eq!(scene.front.reached(), ["They are back"]);
    assert_eq!(scene.shown(number, &fine).await["status"], "sent");
}

async fn a_post_they_stumble_on_holds_up_no_other_for_long(scene: Scene) {
    let carla = scene.introduces(json!({"name": "Carla"})).await;
    let (number, _) = scene.begins(&carla).await;
    let (other, _) = scene.begins(&carla).await;
    scene.house.work().await;
    scene.front.stumbles_on(Some("poison"));
    let sent = scene.house.agent().sends(number, json!({"content": "poison"})).await.ok();
    scene.house.work().await;
    scene.house.agent().sends(other, json!({"content": "elsewhere"})).await.ok();
    scene.house.work().await;
    assert_eq!(scene.front.reached(), ["elsewhere"], "other conversations do not wait");
    for _ in 0..10 {
        scene.house.pass(60).await;
    }
    scene.replies(number, "after it", "auto").await;
    assert_eq!(scene.front.reached(), ["elsewhere", "after it"]);
    scene.front.stumbles_on(None);
    scene.house.pass(6 * 3600).await;
    assert_eq!(scene.front.reached(), ["elsewhere", "after it", "poison"]);
    assert_eq!(scene.shown(number, &sent).await["status"], "sent");
}

async fn what_the_front_end_reports(scene: Scene) {
    scene.changes(json!({"continuity_via_email": true})).await;
    let carla = scene.introduces(json!({"name": "Carla", "email": CARLA})).await;
    let (number, place) = scene.begins(&carla).await;
    let hello = scene.says(&place, "Hello?").await;
    let reply = scene.replies(number, "Hi", "auto").await;
    for (report, stands) in
        [("delivered", "delivered"), ("sent", "delivered"), ("read", "read"), ("delivered", "read"), ("failed", "read")]
    {
        let told = scene.reports(number, &reply, json!({"status": report})).await.ok();
        assert_eq!(told["status"], stands, "after {report}");
    }
    scene.house.pass(3600).await;
    assert_eq!(deliveries(&scene.shown(number, &reply).await), [pair("email", "cancelled")], "what was read is seen");
    let updates = scene.front.heard("message_updated");
    let statuses: Vec<&Value> =
        updates.iter().filter(|told| told["id"] == reply["id"]).map(|told| &told["status"]).collect();
    assert!(statuses.contains(&&json!("delivered")) || statuses.contains(&&json!("read")), "{statuses:?}");

    let lost = scene.replies(number, "Lost", "channel").await;
    let failed = json!({"status": "failed", "external_error": "no such device"});
    let failed = scene.reports(number, &lost, failed).await.ok();
    assert_eq!(
        (&failed["status"], &failed["content_attributes"]["external_error"]),
        (&json!("failed"), &json!("no such device"))
    );
    scene.reports(number, &lost, json!({"status": "eaten"})).await.refused(422);
    scene.reports(number, &hello, json!({"status": "read"})).await.refused(422);
    scene.reports(number, &json!({"id": 99_999}), json!({"status": "read"})).await.refused(404);

    let website = scene.house.thread("web@customer.example").await;
    let sent = scene.house.agent().replies(website.number, "Hi").await;
    scene.reports(website.number, &sent, json!({"status": "read"})).await.refused(403);
    let incoming = json!({"content": "Said elsewhere", "message_type": "incoming", "echo_id": "x"});
    scene.house.agent().sends(website.number, incoming.clone()).await.refused(422);
    for _ in 0..2 {
        let said = scene.house.agent().sends(number, incoming.clone()).await.ok();
        assert_eq!((&said["message_type"], &said["sender"]["name"]), (&json!(0), &json!("Carla")));
    }
    let heard = scene.seen(&place).await;
    assert_eq!(heard.iter().filter(|message| message["content"] == "Said elsewhere").count(), 1);
}

async fn the_settings_and_a_signed_test(scene: Scene) {
    let agent = scene.house.agent();
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    for drawn in ["inbox_identifier", "hmac_token", "secret"] {
        let drawn = scene.inbox[drawn].as_str().unwrap();
        assert!(drawn.len() == 32 && drawn.bytes().all(|digit| digit.is_ascii_hexdigit()), "{drawn}");
    }
    assert_eq!(
        (&scene.inbox["channel_type"], &scene.inbox["continuity_via_email"]),
        (&json!("Channel::Api"), &json!(false))
    );
    assert_eq!(
        (&scene.inbox["webhook_url"], &scene.inbox["hmac_mandatory"]),
        (&json!(scene.front.url()), &json!(false))
    );
    let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
    assert_eq!((&tested["ok"], scene.front.heard("webhook_test").len()), (&json!(true), 1), "{tested}");
    scene.front.set(Mood::Lost);
    let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
    assert_eq!((&tested["ok"], &tested["words"]), (&json!(false), &json!("the server of the webhook answers 410")));
    scene.front.set(Mood::Takes);

    let reset = agent.call("POST", &format!("{path}/reset_secret")).send().await.ok();
    assert_ne!(reset["secret"], scene.inbox["secret"]);
    assert_eq!(
        (&reset["inbox_identifier"], &reset["hmac_token"]),
        (&scene.inbox["inbox_identifier"], &scene.inbox["hmac_token"])
    );
    let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
    assert_eq!(tested["words"], "the server of the webhook answers 401");
    let website = scene.house.made.inbox_id.unwrap();
    agent.call("POST", &format!("/inboxes/{website}/reset_secret")).send().await.refused(422);
    let bare = agent.call("POST", "/inboxes").json(json!({"channel": {"type": "api"}})).await.ok();
    assert_eq!((&bare["name"], &bare["webhook_url"]), (&json!("API"), &json!("")));
    let tested = agent.call("POST", &format!("/inboxes/{}/test", bare["id"])).send().await.ok();
    assert_eq!(tested["ok"], false);
    // What signs is kept encrypted.
    let id = model::ids::InboxId(scene.inbox["id"].as_i64().unwrap());
    let kept =
        scene.house.desk().db.read::<_, store::Error, _>(async move |tx| store::inboxes::by_id(tx, id).await).await;
    let kept = serde_json::to_string(&kept.unwrap().unwrap().channel).unwrap();
    for secret in ["hmac_token", "secret"] {
        assert!(!kept.contains(reset[secret].as_str().unwrap()), "{secret}");
    }
}
