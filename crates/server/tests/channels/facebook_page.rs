//! Facebook pages, and what the Messenger Platform checks (<https://developers.facebook.com/docs/messenger-platform>).

#[path = "facebook_page/more.rs"]
mod more;

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Stage, stories},
};
use desk::signing::{hmac_sha1, hmac_sha256};
use serde_json::{Value, json};
use server::{config::Config, fetch::SafeClient, reach::Reach};

const PAGE: &str = "104953628";
const TOKEN: &str = "EAAB-token-of-the-page";
const SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const VERIFY: &str = "words of our own";
const CARLA: &str = "6128742890512347";
/// A second page of the same people, of another app.
const OTHER: &str = "204953628";
const OTHER_TOKEN: &str = "EAAB-token-of-the-other-page";
const USER_TOKEN: &str = "EAAB-token-of-a-person";
const OTHER_SECRET: &str = "ffffffffffffffffffffffffffffffff";

/// Facebook.
pub struct FacebookPage(Provider);

/// The same with what an operator may switch on: the human agent tag, and files from private networks.
pub struct Wide(FacebookPage);

fn failure(status: u16, code: i64, subcode: Option<i64>, words: &str) -> Answered {
    let mut error = json!({"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "BLBz/WZt8dN"});
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
    }
    Answered::json(status, &json!({"error": error}))
}

/// A form as JSON; its file as `filedata`.
fn form(asked: &Asked) -> Value {
    let text = asked.text();
    let boundary = asked.header("content-type").split("boundary=").nth(1).unwrap().to_owned();
    let mut form = json!({});
    for part in text.split(&format!("--{boundary}")).filter_map(|part| part.split_once("\r\n\r\n")) {
        let name = part.0.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
        let value = part.1.trim_end_matches("\r\n");
        form[name] = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
    }
    form
}

fn send(asked: &Asked, count: usize, mood: Mood) -> Answered {
    let multipart = asked.header("content-type").starts_with("multipart/form-data");
    let body = if multipart { form(asked) } else { asked.json() };
    match mood {
        Mood::Busy => return failure(400, 613, None, "Calls to this API have exceeded the rate limit"),
        Mood::Refuses => return failure(400, 100, None, "Invalid parameter"),
        Mood::Lost => return failure(400, 551, Some(1_545_041), "This person isn't available right now."),
        Mood::Takes => {}
    }
    let tagged = body["messaging_type"] == "MESSAGE_TAG" && body["tag"] == "HUMAN_AGENT";
    if !tagged && (body["messaging_type"] != "RESPONSE" || body.get("tag").is_some()) {
        return failure(400, 100, None, "Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}");
    }
    if body["recipient"]["id"] != CARLA {
        return failure(400, 100, Some(2_018_001), "No matching user found");
    }
    let message = &body["message"];
    if message["metadata"].as_str().is_none_or(|metadata| metadata.len() > 1000) {
        return failure(400, 100, None, "Invalid metadata");
    }
    if message["text"] == "Outside" {
        return failure(400, 10, Some(2_018_278), "This message is sent outside of allowed window.");
    }
    let text = message["text"].as_str().map(|text| text.chars().count());
    let kinds = ["image", "audio", "video", "file"];
    let file = multipart && kinds.iter().any(|kind| message["attachment"]["type"] == *kind);
    if !(text.is_some_and(|length| (1..=2000).contains(&length)) || file && !body["filedata"].is_null()) {
        return failure(400, 100, None, "Length of param message[text] must be less than or equal to 2000");
    }
    Answered::json(200, &json!({"recipient_id": CARLA, "message_id": format!("m_out_{count}")}))
}

fn answer(asked: &Asked, count: usize, mood: Mood) -> Answered {
    if asked.path == "/files/one.png" {
        assert!(asked.header("authorization").is_empty(), "the token goes to the Graph API alone");
        return Answered(200, "image/png", b"a picture".to_vec());
    }
    let token = asked.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
    let known = [(TOKEN, SECRET, PAGE), (OTHER_TOKEN, OTHER_SECRET, OTHER), (USER_TOKEN, OTHER_SECRET, "")];
    let Some((_, secret, page)) = known.into_iter().find(|(known, ..)| *known == token) else {
        return failure(400, 190, None, "Invalid OAuth access token.");
    };
    let query =
        |name: &str| asked.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    if query("appsecret_proof") != hmac_sha256(secret.as_bytes(), token.as_bytes()) {
        return failure(400, 100, None, "Invalid appsecret_proof provided in the API argument");
    }
    let Some(path) = asked.path.strip_prefix("/v25.0/") else { return failure(400, 2635, None, "Deprecated version") };
    match (asked.method.as_str(), path) {
        ("POST", "me/messages") => send(asked, count, mood),
        ("GET", "me") => Answered::json(200, &json!({"id": page, "name": "Acme"})),
        ("GET", OTHER) if token == USER_TOKEN => {
            assert_eq!(query("fields"), "access_token");
            Answered::json(200, &json!({"access_token": OTHER_TOKEN, "id": OTHER}))
        }
        ("GET", CARLA) => {
            assert_eq!(query("fields"), "first_name,last_name,profile_pic");
            let picture = "https://platform-lookaside.example/psid/?width=1024";
            Answered::json(
                200,
                &json!({"first_name": "Carla", "last_name": "Customer", "profile_pic": picture, "id": CARLA}),
            )
        }
        ("POST", path) if path == format!("{page}/subscribed_apps") => {
            let fields: Vec<&str> = query("subscribed_fields").split(',').collect();
            let wanted = ["messages", "message_echoes", "message_deliveries", "message_reads", "messaging_postbacks"];
            if wanted.iter().all(|field| fields.contains(field)) {
                Answered::json(200, &json!({"success": true}))
            } else {
                failure(400, 100, None, "Param subscribed_fields")
            }
        }
        _ => failure(400, 100, Some(33), "Unsupported request"),
    }
}

/// A post as Meta makes it, signed with that secret.
fn signed(body: &Value, secret: &str) -> Hook {
    let body = body.to_string();
    let headers = vec![
        ("content-type", "application/json".into()),
        ("x-hub-signature-256", format!("sha256={}", hmac_sha256(secret.as_bytes(), body.as_bytes()))),
        ("x-hub-signature", format!("sha1={}", hex::encode(hmac_sha1(secret.as_bytes(), body.as_bytes())))),
    ];
    Hook { path: "/bot".into(), headers, body }
}

/// What Facebook posts, changed by `change`: the whole, with its only event.
fn fixture(name: &str, change: impl FnOnce(&mut Value)) -> Hook {
    let path = format!("{}/tests/channels/fixtures/facebook_page/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut post: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    change(&mut post["entry"][0]["messaging"][0]);
    signed(&post, SECRET)
}

impl Stage for FacebookPage {
    const KIND: &'static str = "facebook_page";

    async fn begin() -> Self {
        Self(Provider::answering(answer).await)
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.0.url.clone());
    }

    fn settings(&self) -> Value {
        json!({"page_id": PAGE, "page_access_token": TOKEN, "app_secret": SECRET, "verify_token": VERIFY})
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![TOKEN, SECRET, VERIFY]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        fixture("text", |event| {
            event["timestamp"] = json!(at * 1000);
            event["message"] = json!({"mid": format!("m_{n}"), "text": words});
        })
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let body: Value = serde_json::from_str(&hook.body).unwrap();
        let with = |headers: &[(&'static str, String)]| Hook { headers: headers.to_vec(), ..hook.clone() };
        let wrong = signed(&body, "another secret").headers;
        let mut elsewhere = body.clone();
        elsewhere["entry"][0]["id"] = json!("999");
        vec![
            with(&wrong),
            // A wrong new signature is not made good by a right old one.
            with(&[wrong[1].clone(), hook.headers[2].clone()]),
            with(&hook.headers[..1]),
            signed(&body, ""),
            Hook { body: hook.body.replace("m_2", "m_3"), ..hook.clone() },
            signed(&elsewhere, "another secret"),
        ]
    }

    fn broken(&self, _: &Hook) -> Hook {
        signed(&json!({"object": "page", "entry": [{"id": PAGE, "messaging": "nonsense"}]}), SECRET)
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
    const KIND: &'static str = "facebook_page";

    async fn begin() -> Self {
        Self(FacebookPage::begin().await)
    }

    fn configure(&self, config: &mut Config) {
        self.0.configure(config);
        config.channels.set_value("ENABLE_MESSENGER_CHANNEL_HUMAN_AGENT", "true".into());
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

stories!(FacebookPage);
