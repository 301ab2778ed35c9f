//! What mail providers post, made to measure: signed now, by their own rules, with the secrets of the house under test.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use super::house::{Answer, House, INGRESS_PASSWORD};
use axum::{Router, extract::State, http::StatusCode, routing::get};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use ring::{rand::SystemRandom, signature};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::{Value, json};
use server::{app::App, config::Config, http::router};
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use webhooks::ses::Topic;

pub const MAILGUN_KEY: &str = "key-of-mailgun";
pub const MANDRILL_KEY: &str = "key-of-mandrill";
pub const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:inbound-mail";

pub const RELAY: &str = "/rails/action_mailbox/relay/inbound_emails";
pub const MAILGUN: &str = "/rails/action_mailbox/mailgun/inbound_emails/mime";
pub const MANDRILL: &str = "/rails/action_mailbox/mandrill/inbound_emails";
pub const POSTMARK: &str = "/rails/action_mailbox/postmark/inbound_emails";
pub const SENDGRID: &str = "/rails/action_mailbox/sendgrid/inbound_emails";
pub const SES: &str = "/rails/action_mailbox/ses/inbound_emails";

/// A request of a provider.
#[derive(Clone, Debug)]
pub struct Posted {
    pub method: &'static str,
    pub path: String,
    pub fields: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Posted {
    fn new(path: &str, fields: &[(&'static str, &str)], body: impl Into<Vec<u8>>) -> Self {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { method: "POST", path: path.into(), fields, body: body.into() }
    }

    /// With that field of the head, or without it.
    pub fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.fields.retain(|field| field.0 != name);
        self.fields.extend(value.map(|value| (name, value.to_owned())));
        self
    }

    pub fn at(self, path: &str) -> Self {
        Self { path: path.into(), ..self }
    }

    pub fn by(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub async fn to(&self, house: &House) -> Answer {
        let call = house.call(self.method, &self.path);
        let call = self.fields.iter().fold(call, |call, (name, value)| call.header(name, value));
        call.body(self.body.clone()).await
    }
}

pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

fn right() -> String {
    basic("actionmailbox", INGRESS_PASSWORD)
}

/// The house with every ingress enabled; Amazon SNS is at `amazon`.
pub fn open_every_road(house: &mut House, amazon: Option<&Amazon>, change: impl FnOnce(&mut Config)) {
    let mut config = house.app.config.clone();
    config.ingresses = webhooks::ALL.iter().map(|provider| provider.name.to_owned()).collect();
    config.secrets.mailgun_key = Some(MAILGUN_KEY.into());
    config.secrets.mandrill_key = Some(MANDRILL_KEY.into());
    config.secrets.ses_topic = Topic::parse(TOPIC).ok();
    config.amazon = amazon.map(|amazon| amazon.url.parse().expect("a URL"));
    change(&mut config);
    house.app = App::new(house.desk().clone(), config);
    house.router = router::router(house.app.clone());
}

/// The epoch seconds of the house's clock.
pub fn now(house: &House) -> i64 {
    house.desk().now().as_second()
}

pub fn relay(raw: &[u8]) -> Posted {
    Posted::new(RELAY, &[("content-type", "message/rfc822"), ("authorization", &right())], raw)
}

fn urlencoded(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let encoded = |text: &[u8]| url::form_urlencoded::byte_serialize(text).collect::<String>();
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encoded(name.as_bytes()), encoded(value)));
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}

pub const FORM: &str = "application/x-www-form-urlencoded";

/// A form of Mailgun with these fields and a token, signed at that time.
pub fn mailgun(timestamp: &str, token: &str, fields: &[(&str, &[u8])]) -> Posted {
    let mut mac = Hmac::<Sha256>::new_from_slice(MAILGUN_KEY.as_bytes()).expect("a key");
    mac.update(timestamp.as_bytes());
    mac.update(token.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let proof: [(&str, &[u8]); 3] =
        [("timestamp", timestamp.as_bytes()), ("token", token.as_bytes()), ("signature", signature.as_bytes())];
    Posted::new(MAILGUN, &[("content-type", FORM)], urlencoded(&[fields, &proof].concat()))
}

/// Any form posted to Mailgun's path.
pub fn mailgun_form(fields: &[(&str, &[u8])]) -> Posted {
    Posted::new(MAILGUN, &[("content-type", FORM)], urlencoded(fields))
}

/// A form of Mandrill, signed for this URL.
pub fn mandrill_form(url: &str, fields: &[(&str, &[u8])]) -> Posted {
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(MANDRILL_KEY.as_bytes()).expect("a key");
    mac.update(url.as_bytes());
    sorted.iter().for_each(|(name, value)| {
        mac.update(name.as_bytes());
        mac.update(value);
    });
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    Posted::new(MANDRILL, &[("content-type", FORM), ("x-mandrill-signature", &signature)], urlencoded(fields))
}

/// A batch of Mandrill, as it signs it for the house.
pub fn mandrill(events: &str) -> Posted {
    mandrill_form(&format!("https://segue.example{MANDRILL}"), &[("mandrill_events", events.as_bytes())])
}

/// An event of Mandrill with that mail.
pub fn inbound_event(raw: &str, email: &str) -> Value {
    json!({"event": "inbound", "ts": 1, "msg": {"raw_msg": raw, "email": email, "from_email": "x@x.example",
        "attachments": {}, "spf": {"result": "pass", "detail": "ok"}, "dkim": {"signed": true, "valid": false}}})
}

pub fn postmark(body: impl Into<Vec<u8>>) -> Posted {
    Posted::new(POSTMARK, &[("content-type", "application/json; charset=utf-8"), ("authorization", &right())], body)
}

pub fn multipart(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(format!("--xYzZY\r\nContent-Disposition: form-data; name={name}\r\n\r\n").as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xYzZY--\r\n");
    body
}

pub fn sendgrid(body: impl Into<Vec<u8>>) -> Posted {
    let kind = "multipart/form-data; boundary=xYzZY";
    Posted::new(SENDGRID, &[("content-type", kind), ("authorization", &right())], body)
}

/// A message of SNS of that kind, signed with Amazon's key of the tests; `subscribe` is where it is confirmed.
pub fn ses(kind: &str, message: &str, subscribe: Option<&str>) -> Posted {
    let mut body = json!({"Type": kind, "MessageId": "1", "TopicArn": TOPIC, "Message": message,
        "Timestamp": "2026-11-22T10:00:00.000Z", "SignatureVersion": "2",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"});
    if let Some(url) = subscribe {
        body["SubscribeURL"] = url.into();
        body["Token"] = "t".into();
    }
    let names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
    let lines = names.iter().filter_map(|name| Some(format!("{name}\n{}\n", body[name].as_str()?)));
    let signed: String = lines.collect();
    let pem = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../webhooks/fixtures/sns-key.pem")).expect("a key");
    let key = PrivatePkcs8KeyDer::from_pem_slice(&pem).expect("a key");
    let key = signature::RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).expect("an RSA key");
    let mut tag = vec![0; key.public().modulus_len()];
    let signing = key.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut tag);
    signing.expect("a signature");
    body["Signature"] = BASE64_STANDARD.encode(tag).into();
    Posted::new(SES, &[("content-type", "text/plain; charset=UTF-8")], body.to_string())
}

/// The notification of a mail received for that address.
pub fn received(raw: &[u8], recipient: &str) -> String {
    json!({"notificationType": "Received", "mail": {"source": "carla@customer.example"},
        "receipt": {"recipients": [recipient], "spfVerdict": {"status": "PASS"}, "dmarcVerdict": {"status": "PASS"},
            "action": {"type": "SNS", "encoding": "BASE64"}},
        "content": BASE64_STANDARD.encode(raw)})
    .to_string()
}

/// A stand-in for Amazon SNS: it serves the certificate, counts, and confirms.
pub struct Amazon {
    pub url: String,
    /// What was asked of it: paths with their queries.
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Amazon {
    pub async fn start() -> Self {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let answer = async |State(asked): State<Arc<Mutex<Vec<String>>>>, uri: axum::http::Uri| {
            asked.lock().expect("a list").push(uri.to_string());
            match uri.path() {
                "/SimpleNotificationService-1.pem" => {
                    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../webhooks/fixtures/sns-certificate.pem");
                    (StatusCode::OK, std::fs::read(path).expect("a certificate"))
                }
                "/" if uri.query().is_some_and(|query| query.contains("good")) => (StatusCode::OK, b"<ok/>".to_vec()),
                _ => (StatusCode::FORBIDDEN, Vec::new()),
            }
        };
        let router = Router::new().fallback(get(answer)).with_state(asked.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, asked }
    }
}
