//! Instagram accounts, and what the Instagram API with Instagram Login checks
//! (<https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api>).

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Scene, Stage, deliveries, stories},
};
use desk::signing::hmac_sha256;
use serde_json::{Value, json};
use server::{config::Config, fetch::SafeClient, reach::Reach};

const ACCOUNT: &str = "17841405822304914";
const TOKEN: &str = "IGAA-token-of-the-account";
const SECRET: &str = "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3";
const VERIFY: &str = "words-of-our-own";
const CARLA: &str = "1535148674817116";

/// Instagram.
pub struct Instagram(Provider);

/// The same where an operator has switched on the human agent tag and files from private networks.
pub struct Wide(Instagram);

fn failure(status: u16, code: i64, subcode: Option<i64>, words: &str) -> Answered {
    let mut error = json!({"message": words, "type": "IGApiException", "code": code, "fbtrace_id": "A9C5BFZGYCv"});
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
    }
    Answered::json(status, &json!({"error": error}))
}

fn send(asked: &Asked, count: usize, mood: Mood) -> Answered {
    let body = asked.json();
    match mood {
        Mood::Busy => return failure(400, 613, None, "Calls to this API have exceeded the rate limit"),
        Mood::Refuses => return failure(400, 100, None, "Invalid parameter"),
        Mood::Lost => return failure(400, 100, Some(2_534_014), "The requested user cannot be found."),
        Mood::Takes => {}
    }
    let tagged = body["messaging_type"] == "MESSAGE_TAG" && body["tag"] == "HUMAN_AGENT";
    if !tagged && (body["messaging_type"] != "RESPONSE" || body.get("tag").is_some()) {
        return failure(400, 100, None, "Param messaging_type is invalid");
    }
    if body["recipient"]["id"] != CARLA {
        return failure(400, 100, Some(2_534_014), "The requested user cannot be found.");
    }
    let message = &body["message"];
    if message["text"] == "Outside" {
        return failure(403, 10, Some(2_534_022), "This message is sent outside of allowed window.");
    }
    let text = message["text"].as_str().is_some_and(|text| (1..=1000).contains(&text.len()));
    let attachment = &message["attachment"];
    let link = attachment["payload"]["url"].as_str().is_some_and(|url| url.starts_with("https://"));
    let file = link && ["image", "audio", "video", "file"].iter().any(|kind| attachment["type"] == *kind);
    if text == file || message.get("metadata").is_some() {
        return failure(400, 100, None, "Invalid message");
    }
    Answered::json(200, &json!({"recipient_id": CARLA, "message_id": format!("aWdf_out_{count}")}))
}

fn answer(asked: &Asked, count: usize, mood: Mood) -> Answered {
    if asked.path.starts_with("/cdn/") {
        assert!(asked.header("authorization").is_empty(), "the token goes to the Graph API alone");
        return Answered(200, "image/jpeg", b"a picture".to_vec());
    }
    if asked.header("authorization") != format!("Bearer {TOKEN}") {
        return failure(400, 190, None, "Cannot parse access token");
    }
    let query =
        |name: &str| asked.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let Some(path) = asked.path.strip_prefix("/v25.0/") else { return failure(400, 2635, None, "Deprecated version") };
    match (asked.method.as_str(), path) {
        ("POST", "me/messages") => send(asked, count, mood),
        ("GET", "me") => Answered::json(200, &json!({"user_id": ACCOUNT, "username": "acme", "id": "24"})),
        ("GET", CARLA) if query("fields").contains("username") => Answered::json(
            200,
            &json!({"name": "Carla Customer", "username": "carla", "follower_count": 3, "id": CARLA}),
        ),
        ("POST", "me/subscribed_apps") if query("subscribed_fields").split(',').any(|field| field == "messages") => {
            Answered::json(200, &json!({"success": true}))
        }
        _ => failure(400, 100, Some(33), "Unsupported request"),
    }
}

/// A post as Meta makes it, signed with that secret.
fn signed(body: &Value, secret: &str) -> Hook {
    let body = body.to_string();
    let signature = format!("sha256={}", hmac_sha256(secret.as_bytes(), body.as_bytes()));
    let headers = vec![("content-type", "application/json".into()), ("x-hub-signature-256", signature)];
    Hook { path: "/webhooks/instagram".into(), headers, body }
}

/// What Instagram posts, its only event changed by `change`.
fn fixture(name: &str, change: impl FnOnce(&mut Value)) -> Hook {
    let path = format!("{}/tests/channels/fixtures/instagram/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut post: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    if let Some(event) = post["entry"][0].get_mut("messaging") {
        change(&mut event[0]);
    }
    signed(&post, SECRET)
}

impl Stage for Instagram {
    const KIND: &'static str = "instagram";

    async fn begin() -> Self {
        Self(Provider::answering(answer).await)
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.0.url.clone());
        config.channels.set_value("IG_VERIFY_TOKEN", "words-of-the-house".into());
    }

    fn settings(&self) -> Value {
        json!({"instagram_id": ACCOUNT, "access_token": TOKEN, "app_secret": SECRET, "verify_token": VERIFY})
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![TOKEN, SECRET, VERIFY]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        fixture("text", |event| {
            event["timestamp"] = json!(at * 1000);
            event["message"] = json!({"mid": format!("aWdf_{n}"), "text": words});
        })
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let body: Value = serde_json::from_str(&hook.body).unwrap();
        vec![
            signed(&body, "another secret"),
            signed(&body, ""),
            Hook { headers: hook.headers[..1].to_vec(), ..hook.clone() },
            Hook { body: hook.body.replace("aWdf_2", "aWdf_3"), ..hook.clone() },
        ]
    }

    fn broken(&self, _: &Hook) -> Hook {
        signed(&json!({"object": "instagram", "entry": [{"id": ACCOUNT, "messaging": "nonsense"}]}), SECRET)
    }

    fn reached(&self) -> Vec<String> {
        let taken = self.0.taken("/me/messages");
        taken.iter().filter_map(|asked| Some(asked.json()["message"]["text"].as_str()?.to_owned())).collect()
    }

    fn set(&self, mood: Mood) {
        self.0.set(mood);
    }
}

impl Stage for Wide {
    const KIND: &'static str = "instagram";

    async fn begin() -> Self {
        Self(Instagram::begin().await)
    }

    fn configure(&self, config: &mut Config) {
        self.0.configure(config);
        config.channels.set_value("ENABLE_INSTAGRAM_CHANNEL_HUMAN_AGENT", "true".into());
        config.fetcher = SafeClient::new(Reach { private: true }, &config.trust).unwrap();
    }

    fn settings(&self) -> Value {
        self.0.settings()
    }

    fn secrets(&self) -> Vec<&'static str> {
        self.0.secrets()
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        self.0.says(n, words, at)
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        self.0.forged(hook)
    }

    fn reached(&self) -> Vec<String> {
        self.0.reached()
    }

    fn set(&self, mood: Mood) {
        self.0.set(mood);
    }
}

stories!(Instagram);

mod usually {
    use super::{
        echoes_stand_once, long_texts_are_cut_by_bytes, the_webhook_is_proved_and_tested,
        what_people_do_beside_writing_is_shown,
    };
    crate::stage::both!(
        super::Instagram,
        echoes_stand_once,
        long_texts_are_cut_by_bytes,
        the_webhook_is_proved_and_tested,
        what_people_do_beside_writing_is_shown,
    );
}

mod wide {
    use super::{files_come_and_go, people_answer_for_a_week};
    crate::stage::both!(super::Wide, files_come_and_go, people_answer_for_a_week);
}

async fn posts<S: Stage>(scene: &Scene<S>, hook: &Hook) {
    let answer = scene.posts(hook).await;
    assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
    scene.house.work().await;
}

async fn messages<S: Stage>(scene: &Scene<S>) -> Vec<Value> {
    scene.house.agent().messages(scene.number().await).await
}

async fn said<S: Stage>(scene: &Scene<S>) -> Vec<String> {
    scene.thread().await.into_iter().map(|(_, words)| words).collect()
}

async fn echoes_stand_once(mut scene: Scene<Instagram>) {
    scene.carla_says("Hello").await;
    let reply = scene.agent_replies("from here", "auto").await;
    let own = fixture("echo", |event| {
        event["message"]["mid"] = reply["source_id"].clone();
        event["message"]["text"] = json!("from here");
    });
    for _ in 0..2 {
        posts(&scene, &own).await;
        posts(&scene, &fixture("echo", |_| {})).await;
    }
    assert_eq!(said(&scene).await, ["Hello", "from here", "Written in the app"]);
    assert_eq!(scene.stage.reached(), ["from here"]);
}

async fn long_texts_are_cut_by_bytes(mut scene: Scene<Instagram>) {
    scene.carla_says("Tell me all").await;
    let long = "Über alles, was schön ist. ".repeat(60);
    let sent = scene.agent_replies(&long, "auto").await;
    assert_eq!(deliveries(&sent)[0].1, "sent");
    assert_eq!((scene.stage.reached().len(), scene.stage.reached().join(" ")), (2, long.trim().to_owned()));
}

async fn the_webhook_is_proved_and_tested(mut scene: Scene<Instagram>) {
    for (token, good) in [(VERIFY, true), ("words-of-the-house", true), ("wrong", false), ("", false)] {
        let path = format!("/webhooks/instagram?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=115");
        let answer = scene.house.call("GET", &path).send().await;
        if good {
            assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "115"), "{token}");
        } else {
            assert_eq!(answer.refused(401), "Error; wrong verify token");
        }
    }
    posts(&scene, &fixture("test_button", |_| {})).await;
    let list = scene.house.agent().get("/conversations?status=all").await;
    assert_eq!(list["data"]["payload"], json!([]), "the test button's post is nobody's");
    let test = format!("/inboxes/{}/test", scene.inbox["id"]);
    let tested = scene.house.agent().call("POST", &test).send().await.ok();
    assert_eq!(tested["words"], "Instagram knows the account @acme");
    assert!(!scene.stage.0.taken("/subscribed_apps").is_empty());
    scene.carla_says("Hello").await;
    scene.carla_has_an_address().await;
    let late = scene.agent_replies("Outside", "auto").await;
    assert_eq!(
        deliveries(&late),
        [("instagram".to_owned(), "failed".to_owned()), ("email".into(), "sandboxed".into())]
    );
    assert_eq!(scene.conversation().await["can_reply"], false, "until they are heard again");
}

async fn what_people_do_beside_writing_is_shown(scene: Scene<Instagram>) {
    posts(&scene, &fixture("text", |_| {})).await;
    for name in ["reaction", "share", "unsupported"] {
        for _ in 0..2 {
            posts(&scene, &fixture(name, |_| {})).await;
        }
    }
    let shared = "https://lookaside.example/ig_messaging_cdn/?asset_id=2";
    let unknown = "[something that is not handed on; it can be seen in the app]";
    assert_eq!(said(&scene).await, ["Hello", shared, unknown]);
    posts(&scene, &fixture("unsend", |_| {})).await;
    assert_eq!(said(&scene).await, ["Hello", "", unknown]);
    assert_eq!(scene.lines().await, ["Carla Customer reacted with ❤️ to “Hello”"]);
    let noted = scene.conversation().await["meta"]["sender"]["additional_attributes"].clone();
    assert_eq!(noted["social_instagram_user_name"], "carla");
    // Seen: the message that is named, and those before.
    let first = scene.agent_replies("one", "auto").await;
    let second = scene.agent_replies("two", "auto").await;
    let now = scene.house.desk().now().as_millisecond();
    let seen = fixture("seen", |event| {
        event["read"]["mid"] = second["source_id"].clone();
        event["timestamp"] = json!(now);
    });
    posts(&scene, &seen).await;
    for message in [first, second] {
        assert_eq!(scene.shown(&message).await["status"], "read");
    }
}

async fn files_come_and_go(scene: Scene<Wide>) {
    let address = format!("{}cdn/story", scene.stage.0.0.url);
    posts(
        &scene,
        &fixture("story_mention", |event| event["message"]["attachments"][0]["payload"]["url"] = json!(address)),
    )
    .await;
    posts(&scene, &fixture("story_reply", |event| event["message"]["reply_to"]["story"]["url"] = json!(address))).await;
    let all = messages(&scene).await;
    for message in &all {
        assert_eq!(message["attachments"][0]["file_type"], "image", "{message}");
    }
    assert_eq!(
        (&all[0]["content"], &all[1]["content"]),
        (&json!("[mentions you in a story]"), &json!("How much is it?"))
    );
    assert_eq!(all[1]["content_attributes"]["story"]["id"], "17870000000000000");

    let file = |name: &str, kind: &str| {
        format!(
            "Content-Disposition: form-data; name=\"attachments[]\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\nwords\r\n--b"
        )
    };
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nSee\r\n--b\r\n{}\r\n{}--\r\n",
        file("a.pdf", "application/pdf"),
        file("b.txt", "text/plain")
    );
    let path = format!("/conversations/{}/messages", scene.number().await);
    let call = scene.house.agent();
    let call = call.call("POST", &path).header("content-type", "multipart/form-data; boundary=b");
    let sent = call.body(form).await.ok();
    scene.house.work().await;
    assert_eq!(deliveries(&scene.shown(&sent).await)[0].1, "sent");
    let taken = scene.stage.0.0.taken("/me/messages");
    let words = taken[0].json()["message"]["text"].as_str().unwrap().to_owned();
    assert!(words.starts_with("See\n\nb.txt: https://segue.example/"), "{words}");
    let attachment = taken[1].json()["message"]["attachment"].clone();
    assert_eq!(attachment["type"], "file");
    let link = attachment["payload"]["url"].as_str().unwrap().strip_prefix("https://segue.example").unwrap().to_owned();
    assert_eq!(scene.house.call("GET", &link).send().await.body, b"words", "Instagram can fetch it");
}

async fn people_answer_for_a_week(mut scene: Scene<Wide>) {
    const DAY: i64 = 24 * 60 * 60;
    scene.carla_says("Hello").await;
    scene.house.pass(DAY).await;
    let late = scene.agent_replies("in a week", "auto").await;
    assert_eq!(deliveries(&late)[0].1, "sent");
    assert_eq!(scene.stage.0.0.taken("/me/messages")[0].json()["tag"], "HUMAN_AGENT");
    scene.house.pass(6 * DAY).await;
    assert_eq!(scene.conversation().await["can_reply"], false);
}
