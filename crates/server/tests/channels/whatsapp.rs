//! WhatsApp, and what Meta's Cloud API checks
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp>).

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Stage, deliveries, stories},
};
use desk::signing::hmac_sha256;
use serde_json::{Value, json};
use server::config::Config;

pub const NUMBER: &str = "+15550783881";
const NUMBER_ID: &str = "106540352242922";
const ACCOUNT: &str = "102290129340398";
const KEY: &str = "EAAJB-permanent-token-of-the-system-user";
const SECRET: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const CARLA: &str = "4915112345678";
pub const WEBHOOK: &str = "https://segue.example/webhooks/whatsapp/+15550783881";

/// WhatsApp.
pub struct WhatsApp(Provider);

/// An error as the Graph API words it.
pub fn failure(status: u16, code: i64, title: &str) -> Answered {
    let error = json!({
        "message": format!("(#{code}) {title}"), "type": "OAuthException", "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": title}, "fbtrace_id": "AbCdEf",
    });
    Answered::json(status, &json!({"error": error}))
}

/// What is wrong with a message.
fn wrong(body: &Value) -> Option<String> {
    let kind = body["type"].as_str().unwrap_or_default();
    let content = &body[kind];
    let length = |value: &Value| value.as_str().unwrap_or_default().encode_utf16().count();
    let media = |taken: &str| {
        content["id"].as_str().is_none_or(|id| !id.starts_with(taken)) || length(&content["caption"]) > 1024
    };
    let bad = match kind {
        "text" => !(1..=4096).contains(&length(&content["body"])) || !content["preview_url"].is_boolean(),
        "image" => media("uploaded-image"),
        "document" => media("uploaded-application"),
        "audio" => media("uploaded-audio") || !content["caption"].is_null(),
        "template" => content["language"]["code"] != "en_US",
        _ => true,
    };
    let framed =
        body["messaging_product"] == "whatsapp" && body["recipient_type"] == "individual" && body["to"] == CARLA;
    (bad || !framed).then(|| format!("Invalid parameter: {body}"))
}

/// What becomes of a message that comes to `messages`.
pub fn takes(asked: &Asked, count: usize, mood: Mood) -> Answered {
    let body = asked.json();
    match mood {
        Mood::Busy => return failure(400, 130_429, "Rate limit hit"),
        Mood::Refuses => return failure(400, 131_047, "Re-engagement message"),
        Mood::Lost => return failure(400, 131_026, "Message undeliverable"),
        Mood::Takes => {}
    }
    if let Some(words) = wrong(&body) {
        return failure(400, 100, &words);
    }
    if body["type"] == "template" && body["template"]["name"] != "order_update" {
        return failure(404, 132_001, "Template name does not exist in the translation");
    }
    let id = format!("wamid.HBgLsent{count:04}");
    let contacts = json!([{"input": CARLA, "wa_id": CARLA}]);
    Answered::json(200, &json!({"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": id}]}))
}

/// What becomes of a file that comes to `media`.
pub fn uploads(asked: &Asked) -> Answered {
    let form = asked.text();
    let field = |name: &str| {
        let (_, rest) = form.split_once(&format!("name=\"{name}\"\r\n\r\n"))?;
        rest.split("\r\n").next()
    };
    let kind = field("type").unwrap_or_default();
    let good = ["image/png", "application/pdf", "audio/mpeg"].contains(&kind)
        && field("messaging_product") == Some("whatsapp");
    if !good || !form.contains("name=\"file\"; filename=\"") || !form.contains(&format!("Content-Type: {kind}")) {
        return failure(400, 100, "Param file must be a file with one of the following types: audio/aac, image/jpeg");
    }
    Answered::json(200, &json!({"id": format!("uploaded-{kind}")}))
}

/// What the file with that id is, at `base`.
pub fn looks_up(id: &str, base: &str) -> Option<Answered> {
    let (url, kind) = match id {
        "1003383421387256" => (format!("{base}/whatsapp_business/attachments/?mid=56&ext=1&hash=h"), "image/jpeg"),
        "1003383421387258" => ("https://files.evil.example/invoice.pdf".to_owned(), "application/pdf"),
        "1003383421387259" => (format!("{base}/whatsapp_business/attachments/?mid=59&ext=1&hash=h"), "image/webp"),
        _ => return None,
    };
    Some(Answered::json(
        200,
        &json!({
            "messaging_product": "whatsapp", "url": url, "mime_type": kind, "sha256": "x", "file_size": 9, "id": id,
        }),
    ))
}

/// The file of a lookup.
pub fn hands_out(asked: &Asked) -> Answered {
    let mid = asked.query.iter().find(|(name, _)| name == "mid").map(|(_, value)| value.as_str());
    match mid {
        Some("56") => Answered(200, "image/jpeg", b"a picture".to_vec()),
        Some("59") => Answered(200, "image/webp", b"a sticker".to_vec()),
        Some("58") => Answered(200, "application/pdf", b"a invoice".to_vec()),
        _ => Answered(404, "text/plain", Vec::new()),
    }
}

fn answer(asked: &Asked, count: usize, mood: Mood) -> Answered {
    if asked.header("authorization") != format!("Bearer {KEY}") {
        return failure(401, 190, "Error validating access token");
    }
    if asked.path == "/whatsapp_business/attachments/" {
        return hands_out(asked);
    }
    let Some(path) = asked.path.strip_prefix("/v25.0/") else { return failure(400, 2500, "Unknown path components") };
    let steps: Vec<&str> = path.split('/').collect();
    let body = asked.json();
    match (asked.method.as_str(), steps.as_slice()) {
        ("POST", [NUMBER_ID, "messages"]) => takes(asked, count, mood),
        ("POST", [NUMBER_ID, "media"]) => uploads(asked),
        ("POST", [ACCOUNT, "subscribed_apps"]) => Answered::json(200, &json!({"success": true})),
        ("POST", [NUMBER_ID]) => {
            let told = &body["webhook_configuration"];
            let https = told["override_callback_uri"].as_str().is_some_and(|url| url.starts_with("https://"));
            let token = told["verify_token"].as_str().is_some_and(|token| !token.is_empty());
            if https && token {
                Answered::json(200, &json!({"success": true}))
            } else {
                failure(400, 100, "Invalid parameter")
            }
        }
        ("GET", [ACCOUNT, "message_templates"]) => {
            let value =
                |name: &str| asked.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            assert!(value("fields").is_some_and(|fields| fields.contains("components")), "{:?}", asked.query);
            let next = json!({"cursors": {"after": "MTAx"}, "next": "https://graph.facebook.com/v25.0/…"});
            match value("after") {
                None => Answered::json(200, &json!({"data": [template("order_update", "APPROVED")], "paging": next})),
                Some("MTAx") => {
                    let data = json!([template("refused", "REJECTED"), template("hello_world", "APPROVED")]);
                    Answered::json(200, &json!({"data": data, "paging": {"cursors": {"after": "MTAy"}}}))
                }
                Some(_) => failure(400, 100, "Invalid parameter"),
            }
        }
        ("GET", [NUMBER_ID]) => {
            let fields = asked.query.iter().any(|(name, value)| name == "fields" && value.contains("quality_rating"));
            assert!(fields, "{:?}", asked.query);
            let number = json!({
                "display_phone_number": "+1 555-078-3881", "verified_name": "Acme", "quality_rating": "GREEN", "id": NUMBER_ID,
            });
            Answered::json(200, &number)
        }
        ("GET", ["999"]) => Answered::json(
            200,
            &json!({"display_phone_number": "+49 30 1234567", "verified_name": "Other", "id": "999"}),
        ),
        ("GET", [id]) => {
            let base = format!("http://{}", asked.header("host"));
            looks_up(id, &base).unwrap_or_else(|| failure(400, 100, "Unsupported get request"))
        }
        _ => failure(400, 100, "Unsupported request"),
    }
}

/// A template as it is listed.
pub fn template(name: &str, status: &str) -> Value {
    let body = json!([{"type": "BODY", "text": "Your order {{1}} is on its way"}]);
    json!({
        "id": "1", "name": name, "language": "en_US", "status": status, "category": "UTILITY",
        "parameter_format": "POSITIONAL", "components": body,
    })
}

/// The recorded post of that name.
pub fn recorded(name: &str) -> Value {
    let path = format!("{}/tests/channels/fixtures/whatsapp/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Carla's `n`-th message.
pub fn text(n: i64, words: &str, at: i64) -> Value {
    let mut post = recorded("text");
    let message = &mut post["entry"][0]["changes"][0]["value"]["messages"][0];
    message["id"] = json!(format!("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRB{n:04}"));
    message["text"]["body"] = json!(words);
    message["timestamp"] = json!(at.to_string());
    post
}

impl WhatsApp {
    fn signed(body: &str) -> Hook {
        let signature = format!("sha256={}", hmac_sha256(SECRET.as_bytes(), body.as_bytes()));
        let headers = vec![("content-type", "application/json".into()), ("x-hub-signature-256", signature)];
        Hook { path: format!("/webhooks/whatsapp/{NUMBER}"), headers, body: body.to_owned() }
    }

    fn fixture(name: &str, change: impl FnOnce(&mut Value)) -> Hook {
        let mut post = recorded(name);
        change(&mut post["entry"][0]["changes"][0]["value"]);
        Self::signed(&post.to_string())
    }
}

impl Stage for WhatsApp {
    const KIND: &'static str = "whatsapp";

    async fn begin() -> Self {
        Self(Provider::answering(answer).await)
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.0.url.clone());
    }

    fn settings(&self) -> Value {
        json!({"provider": "whatsapp_cloud", "phone_number": NUMBER, "provider_config": {
            "api_key": KEY, "phone_number_id": NUMBER_ID, "business_account_id": ACCOUNT, "app_secret": SECRET,
        }})
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![KEY, SECRET]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        Self::signed(&text(n, words, at).to_string())
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let with = |signature: &str| {
            let mut forged = hook.clone();
            forged.headers[1].1 = signature.into();
            forged
        };
        let bare = Hook { headers: vec![hook.headers[0].clone()], ..hook.clone() };
        let elsewhere = Hook { path: "/webhooks/whatsapp/+15550000000".into(), ..hook.clone() };
        let changed = Hook { body: hook.body.replace("Forged", "Changed"), ..hook.clone() };
        let other = format!("sha256={}", hmac_sha256(b"another secret", hook.body.as_bytes()));
        vec![with("sha256=00"), with(""), with(&other), bare, elsewhere, changed]
    }

    fn broken(&self, _: &Hook) -> Hook {
        Self::signed("nonsense")
    }

    fn reached(&self) -> Vec<String> {
        let taken = self.0.taken("/messages");
        taken.iter().filter_map(|asked| asked.json()["text"]["body"].as_str().map(str::to_owned)).collect()
    }

    fn set(&self, mood: Mood) {
        self.0.set(mood);
    }
}

stories!(WhatsApp);

mod more {
    use super::{WhatsApp, deliveries, json};
    use crate::stage::{Scene, Stage, both};
    use serde_json::Value;

    both!(
        super::WhatsApp,
        a_template_goes_when_the_window_is_closed,
        what_fails_after_all_goes_by_mail_once,
        statuses_may_come_in_any_order,
        files_come_and_go,
        a_file_elsewhere_is_not_fetched,
        what_is_neither_text_nor_file_is_readable,
        what_is_edited_signed_and_taken_back_is_shown,
        what_the_business_writes_on_its_phone_stands_there_too,
        what_is_another_numbers_is_passed_over,
        a_reply_names_what_it_answers,
        who_has_another_number_gets_mail,
        only_our_token_is_answered,
        the_settings_are_checked,
        a_person_is_written_to_first_with_a_template,
        what_templates_there_are_is_asked,
    );

    async fn posts(scene: &Scene<WhatsApp>, name: &str) {
        changed(scene, name, |_| {}).await;
    }

    async fn changed(scene: &Scene<WhatsApp>, name: &str, change: impl FnOnce(&mut Value)) {
        assert!(scene.posts(&WhatsApp::fixture(name, change)).await.status.is_success(), "{name}");
        scene.house.work().await;
    }

    async fn messages(scene: &Scene<WhatsApp>) -> Vec<Value> {
        scene.house.agent().messages(scene.number().await).await
    }

    fn params() -> Value {
        json!({"name": "order_update", "category": "UTILITY", "language": "en_US", "processed_params": {"body": {"1": "4711"}}})
    }

    async fn sends(scene: &Scene<WhatsApp>, message: Value) -> Value {
        let sent = scene.house.agent().sends(scene.number().await, message).await.ok();
        scene.house.work().await;
        scene.shown(&sent).await
    }

    async fn a_template_goes_when_the_window_is_closed(mut scene: Scene<WhatsApp>) {
        scene.carla_says("Where is it?").await;
        scene.carla_has_an_address().await;
        scene.house.pass(24 * 3600).await;
        assert_eq!(scene.conversation().await["can_reply"], false);
        let sent =
            sends(&scene, json!({"content": "Your order 4711 is on its way", "template_params": params()})).await;
        assert_eq!(deliveries(&sent), [("whatsapp".to_owned(), "sent".to_owned())]);
        let asked = scene.stage.0.taken("/messages")[0].json();
        assert_eq!(asked["template"]["components"][0]["parameters"], json!([{"type": "text", "text": "4711"}]));
        let mut unknown = params();
        unknown["name"] = json!("unknown");
        let fallen = sends(&scene, json!({"content": "Your order", "template_params": unknown})).await;
        let states: Vec<String> = deliveries(&fallen).into_iter().map(|(_, state)| state).collect();
        assert_eq!(states, ["failed", "sandboxed"]);
        assert_eq!(fallen["deliveries"][0]["code"], "132001");
    }

    async fn what_fails_after_all_goes_by_mail_once(mut scene: Scene<WhatsApp>) {
        scene.carla_says("Hello?").await;
        scene.carla_has_an_address().await;
        let reply = scene.agent_replies("Are you there?", "auto").await;
        let id = reply["source_id"].clone();
        for _ in 0..2 {
            changed(&scene, "failed", |value| value["statuses"][0]["id"] = id.clone()).await;
        }
        let shown = scene.shown(&reply).await;
        let states: Vec<String> = deliveries(&shown).into_iter().map(|(_, state)| state).collect();
        assert_eq!(states, ["failed", "sandboxed"]);
        assert_eq!(
            (&shown["deliveries"][0]["code"], &shown["deliveries"][0]["detail"]),
            (&json!("131026"), &json!("Message undeliverable: Message Undeliverable."))
        );
        assert_eq!((scene.mails().await, scene.lines().await.len()), (1, 1));
        assert_eq!(scene.conversation().await["can_reply"], false, "nothing reaches the number");
    }

    async fn statuses_may_come_in_any_order(mut scene: Scene<WhatsApp>) {
        scene.carla_says("Hello?").await;
        let reply = scene.agent_replies("Yes?", "auto").await;
        let id = reply["source_id"].clone();
        let mut seen = Vec::new();
        for status in ["delivered", "read", "delivered", "sent", "failed"] {
            let id = id.clone();
            changed(&scene, "failed", |value| {
                value["statuses"][0]["id"] = id;
                value["statuses"][0]["status"] = json!(status);
            })
            .await;
            seen.push(scene.shown(&reply).await["status"].as_str().unwrap().to_owned());
        }
        assert_eq!(seen, ["delivered", "read", "read", "read", "read"]);
        // One that comes before the answer to our request is kept for it.
        let early = format!("wamid.HBgLsent{:04}", scene.stage.0.asked("").len() + 1);
        changed(&scene, "status", |value| value["statuses"][0]["id"] = json!(early)).await;
        let next = scene.agent_replies("Still there?", "auto").await;
        assert_eq!((&next["source_id"], &next["status"]), (&json!(early), &json!("delivered")));
    }

    async fn attaches(scene: &Scene<WhatsApp>, name: &str, kind: &str) -> Value {
        let form = format!(
            "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nSee\r\n--b\r\nContent-Disposition: form-data; \
             name=\"attachments[]\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\nbytes\r\n--b--\r\n"
        );
        let path = format!("/conversations/{}/messages", scene.number().await);
        let agent = scene.house.agent();
        let call = agent.call("POST", &path).header("content-type", "multipart/form-data; boundary=b");
        let sent = call.body(form).await.ok();
        scene.house.work().await;
        scene.shown(&sent).await
    }

    async fn files_come_and_go(scene: Scene<WhatsApp>) {
        posts(&scene, "image").await;
        posts(&scene, "sticker").await;
        let came = messages(&scene).await;
        assert_eq!((&came[0]["content"], &came[0]["content_attributes"]["media"]), (&json!("This one"), &json!(null)));
        let file = &came[0]["attachments"][0];
        assert_eq!((&file["file_type"], &file["file_size"]), (&json!("image"), &json!(9)));
        assert_eq!((&came[1]["content_type"], &came[1]["attachments"][0]["file_size"]), (&json!("sticker"), &json!(9)));

        for (name, kind) in [
            ("a.png", "image/png"),
            ("b.pdf", "application/pdf"),
            ("c.mp3", "audio/mpeg"),
            ("d.zip", "application/zip"),
        ] {
            let sent = attaches(&scene, name, kind).await;
            assert_eq!(deliveries(&sent)[0].1, "sent", "{name} {sent}");
        }
        let taken: Vec<Value> = scene.stage.0.taken("/messages").iter().map(super::Asked::json).collect();
        assert_eq!(taken[0]["image"], json!({"id": "uploaded-image/png", "caption": "See"}));
        assert_eq!(
            taken[1]["document"],
            json!({"id": "uploaded-application/pdf", "caption": "See", "filename": "b.pdf"})
        );
        assert_eq!(
            (&taken[2]["text"]["body"], &taken[3]["audio"]),
            (&json!("See"), &json!({"id": "uploaded-audio/mpeg"}))
        );
        let linked = taken[4]["text"]["body"].as_str().unwrap();
        assert!(linked.starts_with("See\n\nd.zip: https://segue.example/rails/active_storage/"), "{linked}");
        assert_eq!((taken.len(), &taken[4]["text"]["preview_url"]), (5, &json!(true)));
    }

    async fn a_file_elsewhere_is_not_fetched(scene: Scene<WhatsApp>) {
        posts(&scene, "document").await;
        let media = messages(&scene).await[0]["content_attributes"]["media"][0].clone();
        assert_eq!((&media["name"], &media["state"]), (&json!("invoice.pdf"), &json!("failed")));
        assert_eq!(scene.stage.0.asked("/attachments/").len(), 0);
        posts(&scene, "voice").await;
        let media = messages(&scene).await[1]["content_attributes"]["media"][0].clone();
        assert_eq!((&media["name"], &media["state"]), (&json!("audio.ogg"), &json!("failed")), "nobody knows that id");
    }

    async fn what_is_neither_text_nor_file_is_readable(scene: Scene<WhatsApp>) {
        for name in ["location", "contacts", "list_reply", "advert", "unsupported"] {
            posts(&scene, name).await;
        }
        let all = messages(&scene).await;
        let said: Vec<&str> = all.iter().map(|message| message["content"].as_str().unwrap()).collect();
        let expected = [
            "Shop\nMain Street 1\nhttps://www.openstreetmap.org/?mlat=52.52&mlon=13.405",
            "Dora Neighbour, +49 151 999, dora@customer.example",
            "Monday\nfrom nine",
            "Is it still there?",
            "[A message that WhatsApp does not pass on: Message type is currently not supported.]",
        ];
        assert_eq!(said, expected);
        assert_eq!(all[2]["content_attributes"]["in_reply_to_external_id"], "wamid.asked");
        assert_eq!(all[3]["content_attributes"]["referral"]["headline"], "New mugs");
        let sender = scene.conversation().await["meta"]["sender"].clone();
        assert_eq!((&sender["name"], &sender["phone_number"]), (&json!("Carla Customer"), &json!("+4915112345678")));
    }

    async fn what_is_edited_signed_and_taken_back_is_shown(mut scene: Scene<WhatsApp>) {
        scene.carla_says("Hellp").await;
        for name in ["edit", "reaction", "reaction_removed"] {
            for _ in 0..2 {
                posts(&scene, name).await;
            }
        }
        let message = messages(&scene).await[0].clone();
        assert_eq!((&message["content"], &message["content_attributes"]["edited"]), (&json!("Hello"), &json!(true)));
        let lines = ["Carla Customer reacted with 👍 to “Hello”", "Carla Customer took their reaction to “Hello” back"];
        assert_eq!(scene.lines().await, lines);
        posts(&scene, "revoke").await;
        assert_eq!(messages(&scene).await[0]["content_attributes"]["deleted"], true);
    }

    async fn what_the_business_writes_on_its_phone_stands_there_too(mut scene: Scene<WhatsApp>) {
        scene.carla_says("Hello?").await;
        for _ in 0..2 {
            posts(&scene, "echo").await;
        }
        let all = messages(&scene).await;
        assert_eq!((all.len(), &all[1]["content"], &all[1]["message_type"]), (2, &json!("From my phone"), &json!(1)));
        assert_eq!(all[1]["content_attributes"]["external_echo"], true);
        assert!(scene.stage.reached().is_empty(), "it is not sent again");
        posts(&scene, "echo_revoke").await;
        assert_eq!(messages(&scene).await[1]["content_attributes"]["deleted"], true);
    }

    async fn what_is_another_numbers_is_passed_over(scene: Scene<WhatsApp>) {
        changed(&scene, "text", |value| value["metadata"]["phone_number_id"] = json!("999")).await;
        let list = scene.house.agent().get("/conversations?status=all").await;
        assert_eq!(list["data"]["payload"], json!([]));
        // Several changes, each with several messages, and again among others.
        let mut post = super::recorded("text");
        let mut second = post["entry"][0]["changes"][0].clone();
        let mut third = second["value"]["messages"][0].clone();
        second["value"]["messages"][0]["id"] = json!("wamid.second");
        third["id"] = json!("wamid.third");
        second["value"]["messages"].as_array_mut().unwrap().push(third);
        post["entry"][0]["changes"].as_array_mut().unwrap().push(second.clone());
        assert!(scene.posts(&WhatsApp::signed(&post.to_string())).await.status.is_success());
        post["entry"][0]["changes"] = json!([second]);
        assert!(scene.posts(&WhatsApp::signed(&post.to_string())).await.status.is_success());
        scene.house.work().await;
        assert_eq!(scene.thread().await.len(), 3);
    }

    async fn a_reply_names_what_it_answers(mut scene: Scene<WhatsApp>) {
        scene.carla_says("Which colour?").await;
        let asked = messages(&scene).await[0].clone();
        let sent =
            sends(&scene, json!({"content": "**Blue**", "content_attributes": {"in_reply_to": asked["id"]}})).await;
        let body = scene.stage.0.taken("/messages")[0].json();
        assert_eq!((&body["context"]["message_id"], &body["text"]["body"]), (&asked["source_id"], &json!("*Blue*")));
        changed(&scene, "list_reply", |value| value["messages"][0]["context"]["id"] = sent["source_id"].clone()).await;
        assert_eq!(messages(&scene).await[2]["content_attributes"]["in_reply_to"], sent["id"]);
    }

    async fn who_has_another_number_gets_mail(mut scene: Scene<WhatsApp>) {
        scene.carla_says("Hello?").await;
        scene.carla_has_an_address().await;
        posts(&scene, "system").await;
        let window = scene.conversation().await["reply_window"].clone();
        assert_eq!(window["unreachable"], "they have another number now, +4915199999999");
        let reply = scene.agent_replies("By mail, then", "auto").await;
        assert_eq!(deliveries(&reply), [("email".to_owned(), "sandboxed".to_owned())]);
    }

    async fn only_our_token_is_answered(scene: Scene<WhatsApp>) {
        let token =
            scene.stage.0.taken("/v25.0/106540352242922")[0].json()["webhook_configuration"]["verify_token"].clone();
        assert_eq!(scene.inbox["provider_config"]["webhook_verify_token"], token, "an administrator can copy it");
        let asks = async |path: &str, token: &str| {
            let query = format!("hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444");
            scene.house.call("GET", &format!("/webhooks/whatsapp/{path}?{query}")).send().await
        };
        let token = token.as_str().unwrap();
        for path in ["+15550783881", "%2B15550783881", "15550783881"] {
            let answer = asks(path, token).await;
            assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "1158201444"), "{path}");
        }
        assert_eq!(asks("+15550783881", "wrong").await.status, 401);
        assert_eq!(asks("+15550783881", "").await.status, 401);
        assert_eq!(asks("+15550000000", token).await.status, 404);
    }

    async fn the_settings_are_checked(scene: Scene<WhatsApp>) {
        let told = scene.stage.0.taken("/v25.0/106540352242922")[0].json();
        assert_eq!(told["webhook_configuration"]["override_callback_uri"], super::WEBHOOK);
        assert_eq!(scene.stage.0.taken("/102290129340398/subscribed_apps").len(), 1);
        let agent = scene.house.agent();
        let path = format!("/inboxes/{}", scene.inbox["id"]);
        let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
        assert_eq!(
            (&tested["ok"], &tested["words"]),
            (&json!(true), &json!("WhatsApp knows Acme (+1 555-078-3881), quality green"))
        );
        let change = json!({"channel": {"provider_config": {"phone_number_id": "999"}}});
        agent.call("PATCH", &path).json(change).await.ok();
        let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
        let words = "WhatsApp: the phone number ID is that of +49 30 1234567, not of +15550783881";
        assert_eq!((&tested["ok"], &tested["words"]), (&json!(false), &json!(words)));
        let forgets = json!({"channel": {"provider_config": {"app_secret": ""}}});
        let refused = agent.call("PATCH", &path).json(forgets).await.refused(422);
        assert!(refused.starts_with("provider_config.app_secret: must not be empty"), "{refused}");
        agent.call("PATCH", &path).json(json!({"name": "New name"})).await.ok();

        let mut settings = scene.stage.settings();
        settings["type"] = json!("whatsapp");
        settings["phone_number"] = json!("+4930123456");
        for lacking in ["phone_number_id", "business_account_id", "app_secret", "api_key"] {
            let mut settings = settings.clone();
            settings["provider_config"].as_object_mut().unwrap().remove(lacking);
            let asked = json!({"name": "x", "channel": settings});
            let words = agent.call("POST", "/inboxes").json(asked).await.refused(422);
            assert!(words.starts_with(&format!("provider_config.{lacking}: must not be empty")), "{words}");
        }
        settings["provider_config"]["webhook_verify_token"] = json!("a token of my own");
        let made = agent.call("POST", "/inboxes").json(json!({"name": "x", "channel": settings})).await.ok();
        assert_eq!(made["provider_config"]["webhook_verify_token"], "a token of my own");
    }

    async fn what_templates_there_are_is_asked(scene: Scene<WhatsApp>) {
        let agent = scene.house.agent();
        let path = format!("/inboxes/{}", scene.inbox["id"]);
        let list = agent.get(&format!("{path}/message_templates")).await;
        let names: Vec<&Value> = list["payload"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["order_update", "hello_world"]);
        assert_eq!(list["payload"][0]["components"][0]["text"], "Your order {{1}} is on its way");
        let website = scene.house.made.inbox_id.unwrap();
        agent.call("GET", &format!("/inboxes/{website}/message_templates")).send().await.refused(422);
        agent.call("GET", "/inboxes/999/message_templates").send().await.refused(404);
        let revoked = json!({"channel": {"provider_config": {"api_key": "revoked"}}});
        agent.call("PATCH", &path).json(revoked).await.ok();
        let refused = agent.call("GET", &format!("{path}/message_templates")).send().await.refused(502);
        assert!(refused.starts_with("WhatsApp: (#190)"), "{refused}");
    }

    async fn a_person_is_written_to_first_with_a_template(scene: Scene<WhatsApp>) {
        let agent = scene.house.agent();
        let contact = json!({"name": "Carla", "phone_number": "+4915112345678"});
        let contact = agent.call("POST", "/contacts").json(contact).await.ok();
        let id = contact["payload"]["contact"]["id"].clone();
        let asked = json!({"inbox_id": scene.inbox["id"], "contact_id": id});
        agent.call("POST", "/conversations").json(asked).await.ok();
        let sent = sends(&scene, json!({"content": "Your order", "template_params": params()})).await;
        assert_eq!(deliveries(&sent), [("whatsapp".to_owned(), "sent".to_owned())]);
        posts(&scene, "text").await;
        assert_eq!(scene.thread().await.len(), 2, "the answer stands in the same conversation");
    }
}

/// The operator's own secret for the whole house.
mod house {
    use super::{Stage, WhatsApp, json};
    use crate::house::House;

    #[tokio::test]
    async fn what_the_operator_set_signs_for_all() {
        for variable in ["WHATSAPP_APP_SECRET", "FB_APP_SECRET"] {
            let stage = WhatsApp::begin().await;
            let house = House::with(store::testkit::sqlite().await, |config| {
                stage.configure(config);
                config.channels.set_value(variable, super::SECRET.into());
            })
            .await;
            let mut settings = stage.settings();
            settings["type"] = json!("whatsapp");
            settings["provider_config"].as_object_mut().unwrap().remove("app_secret");
            house.agent().call("POST", "/inboxes").json(json!({"name": "x", "channel": settings})).await.ok();
            let hook = stage.says(1, "Hello", 1_795_341_600);
            let post = async |signature: &str| {
                let call = house.call("POST", &hook.path).header("content-type", "application/json");
                call.header("x-hub-signature-256", signature).body(hook.body.clone()).await.status.as_u16()
            };
            assert_eq!((post(&hook.headers[1].1).await, post("sha256=00").await), (200, 401), "{variable}");
        }
    }
}
