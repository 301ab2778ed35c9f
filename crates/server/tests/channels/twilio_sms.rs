//! Twilio, and what its API checks (<https://www.twilio.com/docs/messaging/api>): SMS with the account's own credentials,
//! WhatsApp with an API key.

#[path = "twilio_sms/sms.rs"]
mod sms;
#[path = "twilio_sms/whatsapp.rs"]
mod whatsapp;

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Scene, Stage},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::signing::hmac_sha1;
use serde_json::{Value, json};
use server::config::Config;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// Twilio with SMS.
pub type Sms = Twilio<false>;
/// Twilio with WhatsApp.
pub type Whatsapp = Twilio<true>;

mod by_sms {
    use super::Sms;
    crate::stage::stories!(Sms);
}

mod by_whatsapp {
    use super::Whatsapp;
    crate::stage::stories!(Whatsapp);
}

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const TOKEN: &str = "auth token of the account";
const SERVICE: &str = "MG00000000000000000000000000000002";
const KEY: &str = "SK00000000000000000000000000000003";
const KEY_SECRET: &str = "secret of the key";
const CONTENT: &str = "HX00000000000000000000000000000005";
const NUMBER: &str = "+15557122661";
const CARLAS: &str = "+15551234567";
const SITE: &str = "https://segue.example";
const CALLBACK: &str = "/twilio/callback";
const STATUS: &str = "/twilio/delivery_status";

/// Twilio, for one medium.
pub struct Twilio<const WHATSAPP: bool> {
    provider: Provider,
    kept: Arc<Mutex<Kept>>,
}

/// What Twilio keeps.
#[derive(Debug, Default)]
struct Kept {
    /// Where the number posts.
    sms_url: String,
    /// Where the service posts.
    inbound_request_url: String,
    /// Where Twilio's files are, by the end of their path; the address of another place otherwise.
    moved: BTreeMap<String, String>,
    /// Messages it has taken.
    taken: usize,
}

impl Kept {
    /// Where a file lies in truth.
    fn there(&self, path: &str) -> Option<String> {
        self.moved.iter().find(|(ending, _)| path.ends_with(ending.as_str())).map(|(_, there)| there.clone())
    }
}

fn failure(status: u16, code: u32, words: &str) -> Answered {
    let info = format!("https://www.twilio.com/docs/errors/{code}");
    Answered::json(status, &json!({"code": code, "message": words, "more_info": info, "status": status}))
}

fn basic(user: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{secret}")))
}

fn absolute(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The id of the `n`-th message that Twilio takes.
fn sid(n: usize) -> String {
    format!("SM{:032x}", 0xab_0000 + n)
}

/// What is wrong with a message.
fn wrong(form: &BTreeMap<String, String>, media: usize, whatsapp: bool) -> Option<Answered> {
    let value = |name: &str| form.get(name).map_or("", String::as_str);
    let prefix = if whatsapp { "whatsapp:" } else { "" };
    let number = |address: &str| {
        let digits = address.strip_prefix(prefix).and_then(|number| number.strip_prefix('+'));
        digits.is_some_and(|digits| (7..=15).contains(&digits.len()) && digits.bytes().all(|d| d.is_ascii_digit()))
    };
    if !number(value("To")) {
        return Some(failure(400, 21211, &format!("Invalid 'To' Phone Number: {}", value("To"))));
    }
    match (value("From"), value("MessagingServiceSid")) {
        ("", "") => return Some(failure(400, 21603, "A 'From' phone number is required.")),
        ("", service) if service != SERVICE => {
            return Some(failure(400, 21701, "The Messaging Service does not exist"));
        }
        ("", _) => {}
        (from, _) if from != format!("{prefix}{NUMBER}") => {
            return Some(failure(400, 21606, &format!("The 'From' phone number provided ({from}) is not a valid")));
        }
        _ => {}
    }
    if value("StatusCallback") != format!("{SITE}{STATUS}") {
        return Some(failure(400, 21609, "The 'StatusCallback' URL is not a valid URL."));
    }
    if !value("ContentSid").is_empty() {
        let values: Option<BTreeMap<String, String>> = serde_json::from_str(value("ContentVariables")).ok();
        return values.is_none().then(|| failure(400, 21656, "The ContentVariables Parameter is invalid"));
    }
    if value("Body").is_empty() && media == 0 {
        return Some(failure(400, 21602, "Message body is required."));
    }
    if value("Body").encode_utf16().count() > 1600 {
        return Some(failure(400, 21617, "The concatenated message body exceeds the 1600 character limit"));
    }
    if media > if whatsapp { 1 } else { 10 } {
        return Some(failure(400, 21623, "Number of media files exceeds allowed limit"));
    }
    None
}

fn take(asked: &Asked, mood: Mood, whatsapp: bool, kept: &mut Kept) -> Answered {
    if !asked.header("content-type").starts_with("application/x-www-form-urlencoded") {
        return failure(400, 21604, "A 'To' phone number is required.");
    }
    let pairs = asked.form();
    let files: Vec<&String> = pairs.iter().filter(|(name, _)| name == "MediaUrl").map(|(_, url)| url).collect();
    if files.iter().any(|url| !absolute(url)) {
        return failure(400, 21620, "Invalid media URL(s)");
    }
    let form: BTreeMap<String, String> = pairs.iter().cloned().collect();
    if let Some(wrong) = wrong(&form, files.len(), whatsapp) {
        return wrong;
    }
    match (mood, whatsapp) {
        (Mood::Busy, _) => return failure(429, 20429, "Too Many Requests"),
        (Mood::Refuses, false) => return failure(400, 21408, "Permission to send an SMS has not been enabled"),
        (Mood::Refuses, true) => return failure(400, 63007, "Twilio could not find a Channel with the From address"),
        (Mood::Lost, false) => return failure(400, 21610, "Attempt to send to unsubscribed recipient"),
        (Mood::Lost, true) => return failure(400, 63003, "Channel could not find To address"),
        (Mood::Takes, _) => {}
    }
    kept.taken += 1;
    let sid = sid(kept.taken);
    let uri = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json");
    let body = json!({
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": form.get("Body"), "direction": "outbound-api",
        "error_code": null, "error_message": null, "from": form.get("From"), "num_media": files.len().to_string(),
        "messaging_service_sid": form.get("MessagingServiceSid"), "num_segments": "1", "price": null, "sid": sid,
        "status": "queued", "to": form["To"], "uri": uri,
    });
    Answered::json(201, &body)
}

fn answer(asked: &Asked, mood: Mood, whatsapp: bool, kept: &mut Kept) -> Answered {
    if asked.path.starts_with("/elsewhere/") {
        // Where files lie in truth, nobody may see the account's credentials.
        let bare = asked.header("authorization").is_empty();
        return if bare { Answered(200, "image/jpeg", b"a picture".to_vec()) } else { failure(400, 0, "credentials") };
    }
    let own = asked.header("authorization") == basic(ACCOUNT, TOKEN);
    let by_key = asked.header("authorization") == basic(KEY, KEY_SECRET);
    // A standard key may do anything but look at accounts and keys.
    let account = format!("/2010-04-01/Accounts/{ACCOUNT}.json");
    if !own && (!by_key || asked.path == account) {
        return failure(401, 20003, "Authenticate");
    }
    let form: BTreeMap<String, String> = asked.form().into_iter().collect();
    let service = |kept: &Kept| json!({"sid": SERVICE, "account_sid": ACCOUNT, "inbound_request_url": kept.inbound_request_url, "inbound_method": "POST"});
    if asked.path == account {
        let status = if mood == Mood::Lost { "suspended" } else { "active" };
        return Answered::json(200, &json!({"sid": ACCOUNT, "friendly_name": "Acme Inc.", "status": status}));
    }
    if asked.path == format!("/v1/Services/{SERVICE}") {
        if asked.method == "POST" {
            if !absolute(&form["InboundRequestUrl"]) || form["InboundMethod"] != "POST" {
                return failure(400, 21701, "Invalid InboundRequestUrl");
            }
            kept.inbound_request_url.clone_from(&form["InboundRequestUrl"]);
        }
        return Answered::json(200, &service(kept));
    }
    if whatsapp && asked.path == "/v1/ContentAndApprovals" {
        let next = asked.query.iter().any(|(name, value)| name == "PageToken" && value == "DNCHX5");
        let next_page = (!next).then_some("https://content.twilio.com/v1/ContentAndApprovals?Page=1&PageToken=DNCHX5");
        let content = |sid: &str, name: &str| {
            json!({
                "sid": sid, "friendly_name": name, "language": "en", "variables": {"1": "7"},
                "types": {"twilio/text": {"body": "Your order {{1}} is on its way"}},
                "approval_requests": {"name": name, "status": "approved", "category": "UTILITY"},
            })
        };
        let contents = if next { content(CONTENT, "order") } else { content("HX0", "bill") };
        return Answered::json(200, &json!({"contents": [contents], "meta": {"next_page_url": next_page}}));
    }
    let Some(path) = asked.path.strip_prefix(&format!("/2010-04-01/Accounts/{ACCOUNT}/")) else {
        return failure(404, 20404, "The requested resource was not found");
    };
    match (asked.method.as_str(), path) {
        ("POST", "Messages.json") => take(asked, mood, whatsapp, kept),
        ("GET", "IncomingPhoneNumbers.json") => {
            let wanted = asked.query.iter().find(|(name, _)| name == "PhoneNumber").map(|(_, number)| number.as_str());
            let number =
                json!({"sid": "PN00000000000000000000000000000004", "phone_number": NUMBER, "sms_url": kept.sms_url});
            let found = if wanted == Some(NUMBER) { json!([number]) } else { json!([]) };
            Answered::json(200, &json!({"incoming_phone_numbers": found, "page": 0}))
        }
        ("POST", "IncomingPhoneNumbers/PN00000000000000000000000000000004.json") => {
            if !absolute(&form["SmsUrl"]) || form["SmsMethod"] != "POST" || !form["SmsApplicationSid"].is_empty() {
                return failure(400, 21502, "SmsUrl is not valid");
            }
            kept.sms_url.clone_from(&form["SmsUrl"]);
            Answered::json(200, &json!({"phone_number": NUMBER, "sms_url": kept.sms_url}))
        }
        ("GET", path) => match kept.there(path) {
            Some(_) => Answered(307, "text/plain", Vec::new()),
            None => failure(404, 20404, "The requested resource was not found"),
        },
        _ => failure(404, 20404, "The requested resource was not found"),
    }
}

/// What Twilio posts of that form to that address.
fn signed(url: &str, form: &BTreeMap<String, String>, token: &str) -> Hook {
    let mut text = url.to_owned();
    for (name, value) in form {
        text.push_str(name);
        text.push_str(value);
    }
    let signature = STANDARD.encode(hmac_sha1(token.as_bytes(), text.as_bytes()));
    let headers =
        vec![("content-type", "application/x-www-form-urlencoded".to_owned()), ("x-twilio-signature", signature)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    Hook { path: url.strip_prefix(SITE).unwrap_or(url).to_owned(), headers, body }
}

fn fixture(name: &str) -> BTreeMap<String, String> {
    let path = format!("{}/tests/channels/fixtures/twilio_sms/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A post of that fixture with other values.
fn hook(path: &str, name: &str, changes: &[(&str, &str)]) -> Hook {
    let mut form = fixture(name);
    form.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    signed(&format!("{SITE}{path}"), &form, TOKEN)
}

impl<const WHATSAPP: bool> Twilio<WHATSAPP> {
    /// The forms of the messages that Twilio has taken.
    fn taken(&self) -> Vec<BTreeMap<String, String>> {
        self.provider.taken("/Messages.json").iter().map(|asked| asked.form().into_iter().collect()).collect()
    }

    fn move_file(&self, ending: &str, there: &str) {
        self.kept.lock().unwrap().moved.insert(ending.into(), there.into());
    }
}

impl<const WHATSAPP: bool> Stage for Twilio<WHATSAPP> {
    const KIND: &'static str = "twilio_sms";

    async fn begin() -> Self {
        let kept = Arc::<Mutex<Kept>>::default();
        let seen = Arc::clone(&kept);
        let provider = Provider::with_headers(move |asked, _, mood| {
            let mut kept = seen.lock().unwrap();
            let answered = answer(asked, mood, WHATSAPP, &mut kept);
            let there = kept.there(&asked.path).filter(|_| answered.0 == 307);
            (answered, there.map(|there| ("location", there)).into_iter().collect())
        })
        .await;
        Self { provider, kept }
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.provider.url.clone());
    }

    fn settings(&self) -> Value {
        let mut settings = json!({"account_sid": ACCOUNT, "auth_token": TOKEN, "phone_number": NUMBER});
        if WHATSAPP {
            settings["medium"] = json!("whatsapp");
            settings["api_key_sid"] = json!(KEY);
            settings["api_key_secret"] = json!(KEY_SECRET);
        }
        settings
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![TOKEN, KEY_SECRET]
    }

    fn says(&self, n: i64, words: &str, _: i64) -> Hook {
        let name = if WHATSAPP { "whatsapp" } else { "sms" };
        hook(CALLBACK, name, &[("MessageSid", &format!("SM{n:032x}")), ("Body", words)])
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let with = |signature: &str| {
            let mut forged = hook.clone();
            forged.headers[1].1 = signature.into();
            forged
        };
        let form: BTreeMap<String, String> = url::form_urlencoded::parse(hook.body.as_bytes()).into_owned().collect();
        let mut to_another = form.clone();
        to_another.insert("To".into(), "+15550000000".into());
        let mut of_another = form.clone();
        of_another.insert("AccountSid".into(), "AC00000000000000000000000000000009".into());
        let url = format!("{SITE}{CALLBACK}");
        vec![
            with("wrong"),
            with(""),
            Hook { headers: vec![hook.headers[0].clone()], ..hook.clone() },
            signed(&url, &form, "another token"),
            signed(&format!("{SITE}{STATUS}"), &form, TOKEN).at(CALLBACK),
            Hook { body: hook.body.replace("Forged", "Changed"), ..hook.clone() },
            Hook { body: format!("{}&Extra=1", hook.body), ..hook.clone() },
            Hook { path: format!("{CALLBACK}?extra=1"), ..hook.clone() },
            signed(&url, &to_another, TOKEN),
            signed(&url, &of_another, TOKEN),
            signed(&url, &BTreeMap::new(), TOKEN),
        ]
    }

    fn broken(&self, hook: &Hook) -> Hook {
        let mut form: BTreeMap<String, String> =
            url::form_urlencoded::parse(hook.body.as_bytes()).into_owned().collect();
        form.retain(|name, _| matches!(name.as_str(), "AccountSid" | "To" | "From" | "Body"));
        signed(&format!("{SITE}{CALLBACK}"), &form, TOKEN)
    }

    fn reached(&self) -> Vec<String> {
        self.taken().into_iter().filter_map(|mut form| form.remove("Body")).collect()
    }

    fn set(&self, mood: Mood) {
        self.provider.set(mood);
    }
}

impl Hook {
    /// The same post to another path.
    fn at(self, path: &str) -> Self {
        Self { path: path.into(), ..self }
    }
}

type Told<const WHATSAPP: bool> = Scene<Twilio<WHATSAPP>>;

/// Twilio posts, and is answered as it wants to be.
async fn posts<const WHATSAPP: bool>(scene: &Told<WHATSAPP>, hook: Hook) {
    let answer = scene.posts(&hook).await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (204, ""), "{hook:?}");
    scene.house.work().await;
}

async fn messages<const WHATSAPP: bool>(scene: &Told<WHATSAPP>) -> Vec<Value> {
    scene.house.agent().messages(scene.number().await).await
}

/// The agent sends a file with words; the message once it has gone where it can.
async fn sends_file<const WHATSAPP: bool>(scene: &Told<WHATSAPP>, words: &str, name: &str, kind: &str) -> Value {
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n{words}\r\n--b\r\nContent-Disposition: \
         form-data; name=\"attachments[]\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\nbytes\r\n--b--\r\n"
    );
    let path = format!("/conversations/{}/messages", scene.number().await);
    let agent = scene.house.agent();
    let call = agent.call("POST", &path).header("content-type", "multipart/form-data; boundary=b");
    let sent = call.body(form).await.ok();
    scene.house.work().await;
    scene.shown(&sent).await
}
