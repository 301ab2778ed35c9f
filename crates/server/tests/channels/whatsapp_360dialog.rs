//! WhatsApp by 360dialog, and what its Messaging API checks (<https://docs.360dialog.com/docs/messaging-api/api-reference>).

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Stage, deliveries, stories},
    whatsapp::{NUMBER, WEBHOOK, hands_out, looks_up, recorded, takes, template, text, uploads},
};
use serde_json::{Value, json};
use server::config::Config;

const KEY: &str = "b7f1e6d2_AK";

/// 360dialog.
pub struct Dialog(Provider);

fn own(status: u16, words: &str) -> Answered {
    let meta = json!({"success": false, "http_code": status, "developer_message": words, "360dialog_trace_id": "t"});
    Answered::json(status, &json!({"meta": meta}))
}

fn answer(asked: &Asked, count: usize, mood: Mood) -> Answered {
    if asked.header("d360-api-key") != KEY || !asked.header("authorization").is_empty() {
        return own(401, "Invalid api_key");
    }
    let steps: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
    match (asked.method.as_str(), steps.as_slice()) {
        ("POST", ["messages"]) if mood == Mood::Busy => own(400, "You have exceeded the endpoint rate limit."),
        ("POST", ["messages"]) => takes(asked, count, mood),
        ("POST", ["media"]) => uploads(asked),
        ("POST", ["v1", "configs", "webhook"]) => {
            let body = asked.json();
            let https = body["url"].as_str().is_some_and(|url| url.starts_with("https://"));
            if https && body["headers"].is_object() { Answered::json(200, &body) } else { own(400, "Bad request") }
        }
        ("GET", ["v1", "configs", "webhook"]) => {
            let url = if mood == Mood::Lost { "https://elsewhere.example" } else { WEBHOOK };
            Answered::json(200, &json!({"url": url, "headers": {}}))
        }
        ("GET", ["v1", "configs", "templates"]) => {
            let list = json!([template("order_update", "approved"), template("refused", "rejected")]);
            Answered::json(200, &json!({"count": 2, "total": 2, "offset": 0, "limit": 1000, "waba_templates": list}))
        }
        ("GET", ["whatsapp_business", "attachments"]) => hands_out(asked),
        // Meta's own address, which 360dialog hands on as it is.
        ("GET", [id]) => looks_up(id, "https://lookaside.fbsbx.com").unwrap_or_else(|| own(404, "Not found")),
        _ => own(404, "Not found"),
    }
}

impl Dialog {
    fn told(&self) -> Value {
        self.0.taken("/v1/configs/webhook")[0].json()
    }

    fn hook(&self, post: &Value) -> Hook {
        let told = self.told();
        let path = told["url"].as_str().unwrap().strip_prefix("https://segue.example").unwrap().to_owned();
        let secret = told["headers"]["Authorization"].as_str().unwrap().to_owned();
        let headers = vec![("content-type", "application/json".into()), ("authorization", secret)];
        Hook { path, headers, body: post.to_string() }
    }
}

impl Stage for Dialog {
    const KIND: &'static str = "whatsapp";

    async fn begin() -> Self {
        Self(Provider::answering(answer).await)
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.0.url.clone());
    }

    fn settings(&self) -> Value {
        json!({"provider": "default", "phone_number": NUMBER, "provider_config": {"api_key": KEY}})
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![KEY]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        self.hook(&text(n, words, at))
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let with = |secret: &str| {
            let mut forged = hook.clone();
            forged.headers[1].1 = secret.into();
            forged
        };
        let bare = Hook { headers: vec![hook.headers[0].clone()], ..hook.clone() };
        let elsewhere = Hook { path: "/webhooks/whatsapp/+15550000000".into(), ..hook.clone() };
        vec![with("Bearer wrong"), with("Bearer "), with(""), bare, elsewhere]
    }

    fn reached(&self) -> Vec<String> {
        let taken = self.0.taken("/messages");
        taken.iter().filter_map(|asked| asked.json()["text"]["body"].as_str().map(str::to_owned)).collect()
    }

    fn set(&self, mood: Mood) {
        self.0.set(mood);
    }
}

stories!(Dialog);

mod more {
    use super::{Dialog, Mood, deliveries, recorded};
    use crate::stage::{Scene, Stage, both};
    use serde_json::json;

    both!(super::Dialog, files_come_by_360dialog_itself, the_settings_are_checked, a_template_goes_at_any_time);

    async fn files_come_by_360dialog_itself(scene: Scene<Dialog>) {
        assert!(scene.posts(&scene.stage.hook(&recorded("image"))).await.status.is_success());
        scene.house.work().await;
        let number = scene.number().await;
        let message = scene.house.agent().messages(number).await[0].clone();
        assert_eq!(message["attachments"][0]["file_size"], 9, "{message}");
        let mut other = recorded("text");
        other["entry"][0]["changes"][0]["value"]["metadata"]["display_phone_number"] = json!("4930123456");
        assert!(scene.posts(&scene.stage.hook(&other)).await.status.is_success());
        scene.house.work().await;
        assert_eq!(scene.thread().await.len(), 1, "what is another number's is passed over");
    }

    async fn the_settings_are_checked(scene: Scene<Dialog>) {
        let agent = scene.house.agent();
        let test = format!("/inboxes/{}/test", scene.inbox["id"]);
        assert_eq!(agent.call("POST", &test).send().await.ok()["words"], "360dialog knows the key and posts here");
        scene.stage.set(Mood::Lost);
        let tested = agent.call("POST", &test).send().await.ok();
        let words = "360dialog posts to https://elsewhere.example, not here";
        assert_eq!((&tested["ok"], &tested["words"]), (&json!(false), &json!(words)));
        let secret = scene.stage.told()["headers"]["Authorization"].as_str().unwrap().to_owned();
        let shown = agent.call("GET", &format!("/inboxes/{}", scene.inbox["id"])).send().await;
        assert!(!shown.text().contains(secret.trim_start_matches("Bearer ")), "the secret is shown");
        let revoked = json!({"channel": {"provider_config": {"api_key": "revoked"}}});
        agent.call("PATCH", &format!("/inboxes/{}", scene.inbox["id"])).json(revoked).await.ok();
        assert_eq!(agent.call("POST", &test).send().await.ok()["words"], "360dialog: Invalid api_key");
    }

    async fn a_template_goes_at_any_time(mut scene: Scene<Dialog>) {
        scene.carla_says("Where is it?").await;
        scene.house.pass(24 * 3600).await;
        let list = scene.house.agent().get(&format!("/inboxes/{}/message_templates", scene.inbox["id"])).await;
        assert_eq!(
            (list["payload"].as_array().unwrap().len(), &list["payload"][0]["name"]),
            (1, &json!("order_update"))
        );
        let params = json!({"name": "order_update", "language": "en_US", "processed_params": {"1": "4711"}});
        let message = json!({"content": "Your order 4711", "template_params": params});
        let sent = scene.house.agent().sends(scene.number().await, message).await.ok();
        scene.house.work().await;
        assert_eq!(deliveries(&scene.shown(&sent).await), [("whatsapp".to_owned(), "sent".to_owned())]);
    }
}
