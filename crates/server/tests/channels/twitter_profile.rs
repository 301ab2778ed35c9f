//! X/Twitter, and what its API checks: the signature of every request in a profile's name (RFC 5849), computed here by its
//! own means; shapes and limits (<https://docs.x.com/x-api/direct-messages/manage/integrate>).

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Stage, deliveries, stories},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::signing::{hmac_sha1, hmac_sha256_bytes};
use serde_json::{Value, json};
use server::config::Config;
use std::{
    collections::{BTreeMap, HashSet},
    sync::Mutex,
};

const PROFILE: &str = "2244994945";
const PERSON: &str = "3001969357";
const KEY: &str = "xvz1evFS4wEEPTGEFPHBog";
const SECRET: &str = "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw";
const TOKEN: &str = "2244994945-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb";
const TOKEN_SECRET: &str = "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE";
const BEARER: &str = "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3D";
const WEBHOOK: &str = "1234577122340233217";
const MEDIA: &str = "1880028106020515840";

/// X.
pub struct Twitter(Provider);

/// What X keeps.
#[derive(Default)]
struct Kept {
    nonces: HashSet<String>,
    webhook: Option<String>,
    subscribed: bool,
    expected: usize,
    uploaded: Vec<u8>,
    asked: usize,
}

fn problem(status: u16, title: &str, detail: &str) -> Answered {
    Answered::json(status, &json!({"title": title, "type": "about:blank", "status": status, "detail": detail}))
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|c| {
            if c.is_ascii_alphanumeric() || b"-._~".contains(&c) {
                (c as char).to_string()
            } else {
                format!("%{c:02X}")
            }
        })
        .collect()
}

/// The parameters of the header, where it is one.
fn oauth(asked: &Asked) -> Option<BTreeMap<String, String>> {
    let parts = asked.header("authorization").strip_prefix("OAuth ")?;
    let pair = |part: &str| {
        let (name, value) = part.trim().split_once('=')?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        let decoded =
            url::form_urlencoded::parse(format!("v={}", value.replace('+', "%2B")).as_bytes()).next()?.1.into_owned();
        Some((name.to_owned(), decoded))
    };
    parts.split(',').map(pair).collect()
}

/// Whether the request is signed as RFC 5849 says, for this profile and app, with a nonce never seen before.
fn is_signed(asked: &Asked, kept: &mut Kept) -> bool {
    let Some(mut given) = oauth(asked) else { return false };
    let Some(signature) = given.remove("oauth_signature") else { return false };
    let has = |name: &str, value: &str| given.get(name).is_some_and(|given| given == value);
    let known = has("oauth_consumer_key", KEY) && has("oauth_token", TOKEN) && has("oauth_version", "1.0");
    let fresh = given.get("oauth_nonce").is_some_and(|nonce| nonce.len() >= 16 && kept.nonces.insert(nonce.clone()));
    if !known || !fresh || !has("oauth_signature_method", "HMAC-SHA1") || !given.contains_key("oauth_timestamp") {
        return false;
    }
    let asked_for = asked.query.iter().map(|(name, value)| (name.clone(), value.clone()));
    let mut all: Vec<String> = given
        .clone()
        .into_iter()
        .chain(asked_for)
        .map(|(name, value)| format!("{}={}", percent(&name), percent(&value)))
        .collect();
    all.sort();
    let address = format!("http://{}{}", asked.header("host"), asked.path);
    let signed = format!("{}&{}&{}", asked.method, percent(&address), percent(&all.join("&")));
    let key = format!("{}&{}", percent(SECRET), percent(TOKEN_SECRET));
    STANDARD.encode(hmac_sha1(key.as_bytes(), signed.as_bytes())) == signature
}

/// The file in a multipart form, and the number of the piece.
fn piece(asked: &Asked) -> Option<(usize, Vec<u8>)> {
    let boundary = asked.header("content-type").strip_prefix("multipart/form-data; boundary=")?.to_owned();
    let body = asked.body.as_ref();
    let at = |needle: &[u8], from: usize| {
        body[from..].windows(needle.len()).position(|window| window == needle).map(|at| from + at)
    };
    let named = b"name=\"segment_index\"\r\n\r\n";
    let index = at(named, 0)? + named.len();
    let n = String::from_utf8_lossy(&body[index..at(b"\r\n", index)?]).parse().ok()?;
    let begin = at(b"\r\n\r\n", at(b"name=\"media\"", 0)?)? + 4;
    let end = at(format!("\r\n--{boundary}").as_bytes(), begin)?;
    Some((n, body[begin..end].to_vec()))
}

fn message(asked: &Asked, count: usize, mood: Mood, kept: &Kept) -> Answered {
    match mood {
        Mood::Busy => return problem(429, "Too Many Requests", "Too Many Requests"),
        Mood::Refuses => {
            let errors =
                json!([{"code": 151, "message": "There was an error sending your message: it is too strange."}]);
            return Answered::json(403, &json!({ "errors": errors }));
        }
        Mood::Lost => {
            return problem(403, "Forbidden", "You do not have permission to DM one or more participants.");
        }
        Mood::Takes => {}
    }
    let body = asked.json();
    let text = body["text"].as_str().unwrap_or_default();
    let files = body["attachments"].as_array().cloned().unwrap_or_default();
    let whole = files.iter().all(|file| file["media_id"] == MEDIA && kept.uploaded.len() == kept.expected);
    if (text.is_empty() && files.is_empty()) || text.chars().count() > 10_000 || files.len() > 1 || !whole {
        let body = json!({
            "errors": [{"parameters": {}, "message": "The message is not one"}], "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": "https://api.twitter.com/2/problems/invalid-request",
        });
        return Answered::json(400, &body);
    }
    let data = json!({"dm_conversation_id": format!("{PROFILE}-{PERSON}"), "dm_event_id": event_id(count)});
    Answered::json(201, &json!({ "data": data }))
}

fn event_id(count: usize) -> String {
    format!("1795341700000{count:06}")
}

fn media(asked: &Asked, step: &str, kept: &mut Kept) -> Answered {
    let data = |data: Value| Answered::json(200, &json!({ "data": data }));
    let state = |state: &str| json!({"id": MEDIA, "processing_info": {"state": state, "check_after_secs": 0}});
    let body = asked.json();
    let film = body["media_category"] == "dm_video";
    match (asked.method.as_str(), step) {
        ("POST", "initialize") => {
            let fits = match body["media_category"].as_str() {
                Some("dm_image") => body["total_bytes"].as_u64().is_some_and(|size| size <= 5_000_000),
                Some("dm_gif") => body["total_bytes"].as_u64().is_some_and(|size| size <= 15_000_000),
                _ => film && body["media_type"] == "video/mp4",
            };
            if !fits {
                return problem(400, "Invalid Request", "The media does not fit");
            }
            kept.expected = usize::try_from(body["total_bytes"].as_u64().unwrap()).unwrap();
            kept.uploaded.clear();
            kept.asked = if film { 2 } else { 0 };
            data(json!({"id": MEDIA, "media_key": format!("13_{MEDIA}"), "expires_after_secs": 86400}))
        }
        ("POST", "append") => match piece(asked) {
            Some((n, bytes)) if bytes.len() <= 5 * 1024 * 1024 && n * 4 * 1024 * 1024 == kept.uploaded.len() => {
                kept.uploaded.extend(bytes);
                data(json!({"expires_at": 1_795_428_000}))
            }
            _ => problem(400, "Invalid Request", "The piece is not the next one"),
        },
        ("POST", "finalize") if kept.uploaded.len() == kept.expected => {
            data(if kept.asked > 0 { state("pending") } else { json!({"id": MEDIA, "size": kept.expected}) })
        }
        ("GET", "upload") if asked.query.contains(&("command".into(), "STATUS".into())) => {
            kept.asked -= 1;
            data(if kept.asked > 0 { state("in_progress") } else { state("succeeded") })
        }
        _ => problem(400, "Invalid Request", "The upload is not whole"),
    }
}

fn in_the_apps_name(asked: &Asked, kept: &mut Kept) -> Answered {
    if asked.header("authorization") != format!("Bearer {BEARER}") {
        return problem(401, "Unauthorized", "Unauthorized");
    }
    let webhook =
        |url: &str| json!({"id": WEBHOOK, "url": url, "valid": true, "created_at": "2026-11-27T12:00:00.000Z"});
    match (asked.method.as_str(), &kept.webhook) {
        ("GET", None) => Answered::json(200, &json!({"data": [], "meta": {"result_count": 0}})),
        ("GET", Some(url)) => Answered::json(200, &json!({"data": [webhook(url)], "meta": {"result_count": 1}})),
        ("POST", None) => {
            let url = asked.json()["url"].as_str().unwrap_or_default().to_owned();
            if !url.starts_with("https://") || url.trim_start_matches("https://").contains(':') {
                return problem(400, "Invalid Request", "UrlValidationFailed");
            }
            kept.webhook = Some(url.clone());
            Answered::json(200, &json!({"data": webhook(&url)}))
        }
        _ => problem(400, "Invalid Request", "DuplicateUrlFailed"),
    }
}

fn answer(asked: &Asked, count: usize, mood: Mood, kept: &Mutex<Kept>) -> (Answered, Vec<(&'static str, String)>) {
    let mut kept = kept.lock().unwrap();
    let path = asked.path.as_str();
    if path == "/oauth2/token" {
        let basic = format!("Basic {}", STANDARD.encode(format!("{KEY}:{SECRET}")));
        let good = asked.header("authorization") == basic && asked.text() == "grant_type=client_credentials";
        let token = json!({"token_type": "bearer", "access_token": BEARER});
        let wrong = json!({"errors": [{"code": 99, "message": "Unable to verify your credentials"}]});
        return (if good { Answered::json(200, &token) } else { Answered::json(403, &wrong) }, vec![]);
    }
    if path == "/2/webhooks" {
        return (in_the_apps_name(asked, &mut kept), vec![]);
    }
    if !is_signed(asked, &mut kept) {
        return (
            Answered::json(401, &json!({"errors": [{"code": 32, "message": "Could not authenticate you."}]})),
            vec![],
        );
    }
    let subscriptions = format!("/2/account_activity/webhooks/{WEBHOOK}/subscriptions/all");
    let messages = format!("/2/dm_conversations/with/{PERSON}/messages");
    let answered = match path {
        "/2/users/me" => {
            Answered::json(200, &json!({"data": {"id": PROFILE, "name": "Acme Support", "username": "acme_support"}}))
        }
        "/2/users/3001969357" => {
            Answered::json(200, &json!({"data": {"id": PERSON, "name": "Carla Customer", "username": "carla"}}))
        }
        "/1.1/ton/data/dm/1795341600000000301/1034828533812486145/oP5p359h.jpg" => {
            Answered(200, "image/jpeg", b"a picture".to_vec())
        }
        _ if path == subscriptions && asked.method == "GET" => {
            Answered::json(200, &json!({"data": {"subscribed": kept.subscribed}}))
        }
        _ if path == subscriptions && kept.subscribed => problem(400, "Invalid Request", "DuplicateSubscriptionFailed"),
        _ if path == subscriptions => {
            kept.subscribed = true;
            Answered::json(200, &json!({"data": {"subscribed": true}}))
        }
        _ if path == messages => message(asked, count, mood, &kept),
        _ if path.starts_with("/2/media/upload") => {
            media(asked, path.rsplit('/').next().unwrap_or_default(), &mut kept)
        }
        _ => problem(404, "Not Found", "Not Found"),
    };
    let now: i64 = oauth(asked).and_then(|given| given.get("oauth_timestamp")?.parse().ok()).unwrap_or_default();
    let headers = if answered.0 == 429 { vec![("x-rate-limit-reset", (now + 900).to_string())] } else { vec![] };
    (answered, headers)
}

impl Twitter {
    async fn listening() -> Self {
        let kept = Mutex::new(Kept::default());
        Self(Provider::with_headers(move |asked, count, mood| answer(asked, count, mood, &kept)).await)
    }

    fn post_to(path: &str, body: &str) -> Hook {
        let signature = format!("sha256={}", STANDARD.encode(hmac_sha256_bytes(SECRET.as_bytes(), body.as_bytes())));
        let headers = vec![("content-type", "application/json".into()), ("x-twitter-webhooks-signature", signature)];
        Hook { path: path.to_owned(), headers, body: body.to_owned() }
    }

    fn signed(body: &str) -> Hook {
        Self::post_to(&format!("/webhooks/twitter/{PROFILE}"), body)
    }

    fn loaded(name: &str) -> Value {
        let path = format!("{}/tests/channels/fixtures/twitter_profile/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    /// What X posts of that event.
    fn fixture(name: &str, change: impl FnOnce(&mut Value)) -> Hook {
        let mut post = Self::loaded(name);
        change(&mut post);
        Self::signed(&post.to_string())
    }

    /// In turn as the one and as the other of X's interfaces posts it.
    fn said(n: i64, words: &str, at: i64) -> Value {
        let mut post = Self::loaded(if n % 2 == 1 { "message" } else { "activity" });
        let events = if n % 2 == 1 { &mut post } else { &mut post["data"]["payload"] };
        let event = &mut events["direct_message_events"][0];
        event["id"] = json!(format!("1795341600000000{n:03}"));
        event["created_timestamp"] = json!((at * 1000).to_string());
        event["message_create"]["message_data"]["text"] = json!(words);
        post
    }
}

impl Stage for Twitter {
    const KIND: &'static str = "twitter_profile";

    async fn begin() -> Self {
        Self::listening().await
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.0.url.clone());
    }

    fn settings(&self) -> Value {
        json!({
            "profile_id": PROFILE, "consumer_key": KEY, "consumer_secret": SECRET, "twitter_access_token": TOKEN,
            "twitter_access_token_secret": TOKEN_SECRET,
        })
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![SECRET, TOKEN, TOKEN_SECRET]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        Self::signed(&Self::said(n, words, at).to_string())
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let with = |signature: &str| {
            let mut forged = hook.clone();
            forged.headers[1].1 = signature.into();
            forged
        };
        let bare = Hook { headers: vec![hook.headers[0].clone()], ..hook.clone() };
        let changed = Hook { body: hook.body.replace("Forged", "Changed"), ..hook.clone() };
        let of_another = hook.body.replace(PROFILE, "77");
        let without_an_inbox = Hook { path: "/webhooks/twitter".into(), ..Self::signed(&of_another) };
        let hexadecimal = format!("sha256={}", desk::signing::hmac_sha256(SECRET.as_bytes(), hook.body.as_bytes()));
        let empty = format!("sha256={}", STANDARD.encode(hmac_sha256_bytes(b"", hook.body.as_bytes())));
        let bare_signature = hook.headers[1].1.trim_start_matches("sha256=").to_owned();
        let mut newer = with(&empty);
        newer.headers[1].0 = "x-twitter-webhooks-signature-oauth2";
        vec![
            with("sha256=wrong"),
            with(""),
            with(&hexadecimal),
            with(&empty),
            with(&bare_signature),
            newer,
            bare,
            changed,
            without_an_inbox,
        ]
    }

    fn broken(&self, _: &Hook) -> Hook {
        Self::signed(r#"{"for_user_id": "2244994945", "direct_message_events": [{"id": 7}, "nonsense"]}"#)
    }

    fn reached(&self) -> Vec<String> {
        let taken = self.0.taken("/messages");
        taken.iter().filter_map(|asked| asked.json()["text"].as_str().map(str::to_owned)).collect()
    }

    fn set(&self, mood: Mood) {
        self.0.set(mood);
    }
}

stories!(Twitter);

/// A profile of the app that is set for the whole house, with the webhook that all profiles share.
pub struct Shared(Twitter);

impl Stage for Shared {
    const KIND: &'static str = Twitter::KIND;

    async fn begin() -> Self {
        Self(Twitter::listening().await)
    }

    fn configure(&self, config: &mut Config) {
        self.0.configure(config);
        config.channels.set_value("TWITTER_CONSUMER_KEY", KEY.into());
        config.channels.set_value("TWITTER_CONSUMER_SECRET", SECRET.into());
    }

    fn settings(&self) -> Value {
        json!({"profile_id": PROFILE, "twitter_access_token": TOKEN, "twitter_access_token_secret": TOKEN_SECRET})
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![SECRET, TOKEN, TOKEN_SECRET]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        Twitter::post_to("/webhooks/twitter", &Twitter::said(n, words, at).to_string())
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let mut forged = hook.clone();
        forged.headers[1].1 = "sha256=wrong".into();
        vec![forged]
    }

    fn reached(&self) -> Vec<String> {
        self.0.reached()
    }

    fn set(&self, mood: Mood) {
        self.0.set(mood);
    }
}

mod shared {
    use super::{SECRET, Shared, Twitter};
    use crate::stage::{Scene, both, one_thread_over_two_ways};
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use desk::signing::hmac_sha256_bytes;
    use serde_json::Value;

    both!(super::Shared, one_thread_over_two_ways, one_webhook_serves_all);

    async fn one_webhook_serves_all(mut scene: Scene<Shared>) {
        let answer = scene.house.call("GET", "/webhooks/twitter?crc_token=MDM3OTQtYWJj").send().await.ok();
        let expected = STANDARD.encode(hmac_sha256_bytes(SECRET.as_bytes(), b"MDM3OTQtYWJj"));
        assert_eq!(answer["response_token"], format!("sha256={expected}"));
        scene.carla_says("Hello").await;
        // What is for nobody here is taken and dropped.
        let replay = Twitter::post_to("/webhooks/twitter", &Twitter::loaded("replay").to_string());
        let other = Twitter::loaded("message").to_string().replace(super::PROFILE, "77");
        for hook in [replay, Twitter::post_to("/webhooks/twitter", &other)] {
            assert_eq!(scene.posts(&hook).await.status.as_u16(), 200);
        }
        scene.house.work().await;
        assert_eq!(scene.thread().await.len(), 1);
        let shown = scene.house.agent().get(&format!("/inboxes/{}", scene.inbox["id"])).await;
        assert_eq!(shown["health"]["last_error"], Value::Null);
    }
}

mod more {
    use super::{Mood, PERSON, PROFILE, SECRET, Twitter, deliveries, event_id};
    use crate::stage::{Scene, Stage, both};
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use desk::signing::hmac_sha256_bytes;
    use serde_json::{Value, json};

    both!(
        super::Twitter,
        x_is_answered_and_nobody_else,
        a_limit_is_waited_for,
        pictures_come_and_go,
        films_and_other_files_go,
        what_the_profile_writes_elsewhere_stands_here_once,
        who_reads_and_blocks_is_shown,
        the_webhook_is_registered_once_and_the_settings_are_checked,
        the_newer_secret_signs_where_there_is_one,
    );

    async fn posts(scene: &Scene<Twitter>, hook: &crate::stage::Hook) {
        assert!(scene.posts(hook).await.status.is_success(), "{hook:?}");
        scene.house.work().await;
    }

    async fn messages(scene: &Scene<Twitter>) -> Vec<Value> {
        scene.house.agent().messages(scene.number().await).await
    }

    async fn asks(scene: &Scene<Twitter>, path: &str, question: &str) -> (u16, Value) {
        let query: String = url::form_urlencoded::byte_serialize(question.as_bytes()).collect();
        let answer = scene.house.call("GET", &format!("{path}?crc_token={query}")).send().await;
        (answer.status.as_u16(), serde_json::from_str(&answer.text()).unwrap_or_default())
    }

    async fn x_is_answered_and_nobody_else(scene: Scene<Twitter>) {
        let path = format!("/webhooks/twitter/{PROFILE}");
        let token = |question: &str| {
            format!("sha256={}", STANDARD.encode(hmac_sha256_bytes(SECRET.as_bytes(), question.as_bytes())))
        };
        for question in ["challenge_string", "MDM3OTQtYWJj_-+/=="] {
            let (status, body) = asks(&scene, &path, question).await;
            assert_eq!((status, &body), (200, &json!({"response_token": token(question)})), "{question}");
        }
        // An answer to this would be the signature of a forged post.
        let post = scene.stage.says(1, "Forged", 0).body;
        for question in [post.as_str(), r#"{"a":1}"#, "[]", "", "a b", "ä", &"a".repeat(300)] {
            assert_eq!(asks(&scene, &path, question).await.0, 400, "{question}");
        }
        let bare = scene.house.call("GET", &path).send().await;
        assert_eq!(bare.status.as_u16(), 400);
        assert_eq!(asks(&scene, "/webhooks/twitter/77", "a").await.0, 404);
        assert_eq!(asks(&scene, "/webhooks/twitter", "a").await.0, 404, "no secret is set for the house");
        let plain = Twitter::signed("nonsense");
        assert_eq!(scene.posts(&plain).await.status.as_u16(), 400, "what X could be asked to sign is no post");
    }

    async fn a_limit_is_waited_for(mut scene: Scene<Twitter>) {
        scene.carla_says("Hello").await;
        scene.stage.set(Mood::Busy);
        let now = scene.house.desk().now().as_second();
        let reply = scene.agent_replies("In a while", "auto").await;
        assert_eq!(deliveries(&reply)[0].1, "deferred");
        assert_eq!(reply["deliveries"][0]["next_try_at"], now + 900, "X says until when its limit holds");
        scene.stage.set(Mood::Takes);
        scene.house.pass(899).await;
        assert!(scene.stage.reached().is_empty());
        scene.house.pass(1).await;
        assert_eq!(scene.stage.reached(), ["In a while"]);
    }

    async fn sends(scene: &Scene<Twitter>, words: &str, name: &str, kind: &str, bytes: &[u8]) -> Value {
        let mut form = Vec::new();
        form.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n");
        form.extend_from_slice(words.as_bytes());
        form.extend_from_slice(b"\r\n--b\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"");
        form.extend_from_slice(format!("{name}\"\r\nContent-Type: {kind}\r\n\r\n").as_bytes());
        form.extend_from_slice(bytes);
        form.extend_from_slice(b"\r\n--b--\r\n");
        let path = format!("/conversations/{}/messages", scene.number().await);
        let agent = scene.house.agent();
        let sent =
            agent.call("POST", &path).header("content-type", "multipart/form-data; boundary=b").body(form).await.ok();
        scene.house.work().await;
        scene.shown(&sent).await
    }

    async fn pictures_come_and_go(scene: Scene<Twitter>) {
        posts(&scene, &Twitter::fixture("photo", |_| {})).await;
        let message = messages(&scene).await[0].clone();
        assert_eq!((&message["content"], &message["content_attributes"]["media"]), (&json!("This one"), &json!(null)));
        let file = &message["attachments"][0];
        assert_eq!((&file["file_type"], &file["file_size"]), (&json!("image"), &json!(9)));
        let link = file["data_url"].as_str().unwrap().strip_prefix("https://segue.example").unwrap().to_owned();
        assert!(link.ends_with("/oP5p359h.jpg"), "{link}");
        assert_eq!(scene.house.call("GET", &link).send().await.body, b"a picture");

        let sent = sends(&scene, "See", "a.png", "image/png", b"a picture of ours").await;
        assert_eq!(deliveries(&sent)[0].1, "sent");
        let asked = scene.stage.0.taken("/messages")[0].json();
        assert_eq!(asked, json!({"text": "See", "attachments": [{"media_id": super::MEDIA}]}));
        let begun = scene.stage.0.taken("/initialize")[0].json();
        assert_eq!(begun, json!({"media_type": "image/png", "total_bytes": 17, "media_category": "dm_image"}));
        assert!(scene.stage.0.taken("/append")[0].text().contains("a picture of ours"));
    }

    async fn films_and_other_files_go(mut scene: Scene<Twitter>) {
        scene.carla_says("Show me").await;
        let film: Vec<u8> = (0..5_000_000_u32).map(|n| b'a' + u8::try_from(n % 23).unwrap()).collect();
        let sent = sends(&scene, "", "a.mp4", "video/mp4", &film).await;
        assert_eq!(deliveries(&sent)[0].1, "sent");
        assert_eq!(scene.stage.0.taken("/append").len(), 2, "in two pieces");
        assert_eq!(scene.stage.0.taken("/upload").len(), 2, "asked until it is ready");
        assert_eq!(scene.stage.0.taken("/messages")[0].json(), json!({"attachments": [{"media_id": super::MEDIA}]}));

        let sent = sends(&scene, "The invoice", "b.pdf", "application/pdf", b"%PDF").await;
        assert_eq!(deliveries(&sent)[0].1, "sent");
        let text = scene.stage.reached()[0].clone();
        assert!(text.starts_with("The invoice\n\nb.pdf: https://segue.example/rails/active_storage/blobs/"), "{text}");
        assert_eq!(scene.stage.0.taken("/initialize").len(), 1);
    }

    async fn what_the_profile_writes_elsewhere_stands_here_once(mut scene: Scene<Twitter>) {
        scene.carla_says("Hello").await;
        let echo = |id: &str, text: &str| {
            Twitter::fixture("echo", |post| {
                post["direct_message_events"][0]["id"] = json!(id);
                post["direct_message_events"][0]["message_create"]["message_data"]["text"] = json!(text);
            })
        };
        for _ in 0..2 {
            posts(&scene, &echo("1795341600000000402", "from the phone")).await;
        }
        let reply = scene.agent_replies("from here", "auto").await;
        let id = reply["source_id"].as_str().unwrap().to_owned();
        assert_eq!(id, event_id(scene.stage.0.asked("").len()));
        posts(&scene, &echo(&id, "from here")).await;
        // Marks are for mails and widgets; X shows nothing but text, and its echo may be here before its answer.
        scene.stage.set(Mood::Busy);
        let marked = scene.agent_replies("**Soon**: [track it](https://a.example)", "auto").await;
        posts(&scene, &echo("1795341700000000777", "Soon: track it (https://a.example)")).await;
        scene.stage.set(Mood::Takes);
        assert_eq!(scene.thread().await.len(), 4, "{marked}");
        let said: Vec<String> = scene.thread().await.into_iter().map(|(_, words)| words).collect();
        assert_eq!(said, ["Hello", "from the phone", "from here", "**Soon**: [track it](https://a.example)"]);
        let both = Twitter::fixture("message", |post| {
            let mut second = post["direct_message_events"][0].clone();
            second["id"] = json!("1795341600000000009");
            second["message_create"]["message_data"]["text"] = json!("and more");
            post["direct_message_events"].as_array_mut().unwrap().push(second);
        });
        posts(&scene, &both).await;
        assert_eq!(scene.thread().await.last().unwrap().1, "and more", "several events in one post");
    }

    async fn who_reads_and_blocks_is_shown(mut scene: Scene<Twitter>) {
        scene.carla_says("Hello").await;
        assert_eq!(scene.conversation().await["meta"]["sender"]["name"], "Carla Customer");
        let details = scene.conversation().await["meta"]["sender"]["additional_attributes"].clone();
        assert_eq!((&details["username"], &details["social_twitter_user_id"]), (&json!("carla"), &json!(PERSON)));
        scene.carla_has_an_address().await;
        let reply = scene.agent_replies("Hi", "auto").await;
        posts(&scene, &Twitter::fixture("typing", |_| {})).await;
        assert_eq!(scene.shown(&reply).await["status"], "sent");
        let now = scene.house.desk().now().as_millisecond();
        let read = Twitter::fixture("read", |post| {
            post["direct_message_mark_read_events"][0]["created_timestamp"] = json!(now.to_string());
        });
        posts(&scene, &read).await;
        assert_eq!(scene.shown(&reply).await["status"], "read");
        posts(&scene, &Twitter::fixture("block", |_| {})).await;
        let window = scene.conversation().await["reply_window"].clone();
        assert_eq!((&window["open"], &window["unreachable"]), (&json!(false), &json!("they have blocked the profile")));
        let mailed = scene.agent_replies("By mail, then", "auto").await;
        assert_eq!(deliveries(&mailed), [("email".to_owned(), "sandboxed".to_owned())]);
    }

    async fn the_webhook_is_registered_once_and_the_settings_are_checked(scene: Scene<Twitter>) {
        let agent = scene.house.agent();
        let path = format!("/inboxes/{}", scene.inbox["id"]);
        let registered = scene.stage.0.taken("/2/webhooks");
        let posted: Vec<_> = registered.iter().filter(|asked| asked.method == "POST").collect();
        assert_eq!(posted[0].json()["url"], format!("https://segue.example/webhooks/twitter/{PROFILE}"));
        let changed = json!({"channel": {"twitter_access_token_secret": super::TOKEN_SECRET}});
        agent.call("PATCH", &path).json(changed).await.ok();
        scene.house.work().await;
        let shown = agent.get(&path).await;
        assert_eq!(shown["health"]["last_error"], Value::Null);
        let subscribed = scene.stage.0.taken("/subscriptions/all");
        assert_eq!(subscribed.iter().filter(|asked| asked.method == "POST").count(), 1, "and subscribed once");
        let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
        assert_eq!((&tested["ok"], &tested["words"]), (&json!(true), &json!("X knows the profile @acme_support")));

        let other = json!({"channel": {"profile_id": "77"}});
        agent.call("PATCH", &path).json(other).await.ok();
        let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
        assert_eq!(tested["words"], "The access token is that of @acme_support, not of this profile");
        let wrong = json!({"channel": {"consumer_secret": "another"}});
        agent.call("PATCH", &path).json(wrong).await.ok();
        scene.house.work().await;
        let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
        assert_eq!((&tested["ok"], &tested["words"]), (&json!(false), &json!("X: Could not authenticate you.")));
        assert_eq!(agent.get(&path).await["health"]["last_error"], "X: Unable to verify your credentials");
        let handle = json!({"channel": {"profile_id": "@acme"}});
        assert!(agent.call("PATCH", &path).json(handle).await.refused(422).starts_with("profile_id"));
    }

    async fn the_newer_secret_signs_where_there_is_one(scene: Scene<Twitter>) {
        let path = format!("/inboxes/{}", scene.inbox["id"]);
        let newer = json!({"channel": {"client_secret": "newer secret"}});
        let changed = scene.house.agent().call("PATCH", &path).json(newer).await;
        assert!(!changed.text().contains("newer secret"));
        let sign = |message: &str| {
            format!("sha256={}", STANDARD.encode(hmac_sha256_bytes(b"newer secret", message.as_bytes())))
        };
        let hook = format!("/webhooks/twitter/{PROFILE}");
        assert_eq!(asks(&scene, &hook, "challenge").await.1["response_token"], sign("challenge"));
        let mut post = scene.stage.says(1, "Hello", 1_795_341_600);
        post.headers[1] = ("x-twitter-webhooks-signature-oauth2", sign(&post.body));
        posts(&scene, &post).await;
        posts(&scene, &scene.stage.says(2, "with the older", 1_795_341_600)).await;
        assert_eq!(scene.thread().await.len(), 2);
        let mut swapped = scene.stage.says(3, "Forged", 1_795_341_600);
        swapped.headers[1].1 = sign(&swapped.body);
        assert_eq!(scene.posts(&swapped).await.status.as_u16(), 401, "each header has its secret");
    }
}
