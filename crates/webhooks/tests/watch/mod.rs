//! Any bytes as what a provider posts, behind a proof that is right and behind none: nothing panics, what is not proven is
//! never a mail, and no recipient reaches the header of a mail in more than a line of its own.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hmac::{Hmac, Mac};
use ring::{rand::SystemRandom, signature};
use std::sync::LazyLock;
use webhooks::{ALL, Delivery, LARGEST_MAIL, Provider, Reading, Refusal, Request, Secrets, ses::Proven, ses::Topic};

const NOW: i64 = 1_539_112_500;
/// Not the one of the fixtures, which are signed by the same key.
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:watched-mail";
const CERTIFICATE: &[u8] = include_bytes!("../../fixtures/sns-certificate.pem");
const KEY: &str = include_str!("../../fixtures/sns-key.pem");

type Head = Vec<(&'static str, String)>;

/// Posts `input` to the provider of that name.
pub(crate) fn watch(name: &str, input: &[u8]) {
    let provider = ALL.iter().find(|provider| provider.name == name).expect("a provider");
    let (kind, input) = input.split_first().map_or((0, input), |(first, rest)| (first % 3, rest));
    let secrets = Secrets {
        password: Some("secret".into()),
        mailgun_key: Some("key".into()),
        mailgun_max_age: 120,
        mandrill_key: Some("key".into()),
        ses_topic: Topic::parse(TOPIC).ok(),
        sendgrid_key: None,
    };
    let content_type = match kind {
        0 => "multipart/form-data; boundary=x",
        1 => "application/x-www-form-urlencoded",
        _ => "application/json",
    };
    let bare: Head = vec![("content-type", content_type.to_owned())];
    let unproven = read(provider, &secrets, &bare, input);
    assert!(!matches!(unproven, Ok(Found::Mails(_))), "{name}: a mail without a proof");
    let (head, body) = proven(name, kind, bare, input);
    let Ok(found) = read(provider, &secrets, &head, &body) else { return };
    let Found::Mails(mails) = found else { return };
    for mail in mails {
        assert!(mail.raw.len() <= LARGEST_MAIL && mail.to.iter().all(|to| !to.contains(['\r', '\n', '\0'])));
        if matches!(name, "mailgun" | "postmark" | "sendgrid") {
            let lines = mail.to.iter().rev().map(|to| format!("X-Original-To: {to}\n"));
            assert!(mail.raw.starts_with(lines.collect::<String>().as_bytes()));
        }
    }
}

enum Found {
    Mails(Vec<Delivery>),
    Other,
}

fn read(provider: &Provider, secrets: &Secrets, head: &Head, body: &[u8]) -> Result<Found, Refusal> {
    let url = format!("https://segue.example{}", provider.path);
    let header = |name: &'static str| head.iter().find(|field| field.0 == name).map(|field| field.1.as_str());
    let mut request = Request { url: &url, header: &header, now: NOW, body: Bytes::new() };
    (provider.admit)(&request, secrets)?;
    request.body = Bytes::copy_from_slice(body);
    Ok(match (provider.read)(&request, secrets)? {
        Reading::Mails(mails) => Found::Mails(mails),
        Reading::Once(once) => Found::Mails(vec![once.delivery]),
        Reading::Unproven(message) => match message.prove(CERTIFICATE, NOW)? {
            Proven::Mail(mail) => Found::Mails(vec![*mail]),
            Proven::Confirm(_) | Proven::Ended => Found::Other,
        },
    })
}

/// The input as its provider would post it.
fn proven(name: &str, kind: u8, mut head: Head, input: &[u8]) -> (Head, Vec<u8>) {
    head.push(("authorization", format!("Basic {}", BASE64_STANDARD.encode("actionmailbox:secret"))));
    match name {
        "relay" => (vec![("content-type", "message/rfc822".into()), head.remove(1)], input.to_vec()),
        "mailgun" => {
            let (time, token) = (NOW.to_string(), "token");
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"key").expect("a key");
            mac.update(time.as_bytes());
            mac.update(token.as_bytes());
            let signature = hex::encode(mac.finalize().into_bytes());
            let fields = [("timestamp", time.as_str()), ("token", token), ("signature", &signature)];
            let part = |(name, value): &(&str, &str)| match kind {
                0 => format!("--x\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n"),
                1 => format!("{name}={value}&"),
                _ => format!("\"{name}\":\"{value}\","),
            };
            let proof: String = fields.iter().map(part).collect();
            let begin = if kind == 2 { "{" } else { "" };
            (head, [begin.as_bytes(), proof.as_bytes(), input].concat())
        }
        "mandrill" => {
            let mut mac = Hmac::<sha1::Sha1>::new_from_slice(b"key").expect("a key");
            mac.update(b"https://segue.example/rails/action_mailbox/mandrill/inbound_emailsmandrill_events");
            mac.update(input);
            let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
            let form =
                vec![("content-type", "application/x-www-form-urlencoded".into()), ("x-mandrill-signature", signature)];
            let escaped: String = input.iter().map(|byte| format!("%{byte:02x}")).collect();
            (form, format!("mandrill_events={escaped}").into_bytes())
        }
        "ses" => (head, message(&String::from_utf8_lossy(input)).into_bytes()),
        _ => (head, input.to_vec()),
    }
}

/// A signed message of SNS.
fn message(text: &str) -> String {
    static SIGNER: LazyLock<signature::RsaKeyPair> = LazyLock::new(|| {
        let text: String = KEY.lines().filter(|line| !line.starts_with("-----")).collect();
        signature::RsaKeyPair::from_pkcs8(&BASE64_STANDARD.decode(text).expect("base64")).expect("a key")
    });
    let members =
        [("Message", text), ("MessageId", "1"), ("Timestamp", "t"), ("TopicArn", TOPIC), ("Type", "Notification")];
    let signed: String = members.iter().map(|(name, value)| format!("{name}\n{value}\n")).collect();
    let mut tag = vec![0; SIGNER.public().modulus_len()];
    SIGNER.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut tag).expect("a signature");
    let mut object: serde_json::Map<String, serde_json::Value> =
        members.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    object.insert("SignatureVersion".into(), "2".into());
    object.insert("Signature".into(), BASE64_STANDARD.encode(tag).into());
    object.insert("SigningCertURL".into(), "https://sns.eu-west-1.amazonaws.com/1.pem".into());
    serde_json::Value::Object(object).to_string()
}
