//! What providers really post, recorded: a table over [`webhooks::ALL`] that fails for an entry without a fixture. A file
//! `<name>.http` has the header fields, an empty line and the body; `Now` is the time at which it came. `<name>.eml` is the
//! mail that must come out.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read has failed")]

use bytes::Bytes;
use std::path::Path;
use webhooks::{
    ALL, Delivery, Provider, Reading, Refusal, Request, Secrets,
    sendgrid::PublicKey,
    ses::{Proven, Topic},
};

const RECIPIENT: &str = "reply+0123456789abcdef0123456789abcdef@in.example.org";

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn secrets() -> Secrets {
    Secrets {
        password: Some("secret".into()),
        mailgun_key: Some("tbsy84uSV1Kt3ZJZELY2TmShPRs91E3yL4tzf96297vBCkDWgL".into()),
        mailgun_max_age: 120,
        mandrill_key: Some("1l9Qf7lutEf7h73VXfBwhw".into()),
        ses_topic: Some(Topic::parse("arn:aws:sns:eu-west-1:123456789012:inbound-mail").unwrap()),
        sendgrid_key: None,
    }
}

/// A recorded request.
#[derive(Clone)]
struct Recorded {
    fields: Vec<(String, String)>,
    body: Bytes,
}

impl Recorded {
    fn of(name: &str) -> Self {
        let text = file(&format!("{name}.http"));
        let end = text.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = String::from_utf8(text[..end].to_vec()).unwrap();
        let fields = head.lines().map(|line| line.split_once(": ").unwrap());
        let fields = fields.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Self { fields, body: Bytes::copy_from_slice(&text[end + 2..]) }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.0 == name).map(|field| field.1.as_str())
    }

    fn without(mut self, name: &str) -> Self {
        self.fields.retain(|field| field.0 != name);
        self
    }

    /// The body with those bytes instead of these.
    fn replacing(mut self, old: &str, new: &str) -> Self {
        let at = memchr::memmem::find(&self.body, old.as_bytes()).unwrap_or_else(|| panic!("{old} is not in the body"));
        let (before, after) = (&self.body[..at], &self.body[at + old.len()..]);
        self.body = [before, new.as_bytes(), after].concat().into();
        self
    }

    fn later(mut self, seconds: i64) -> Self {
        let now: i64 = self.get("now").unwrap().parse().unwrap();
        self = self.without("now");
        self.fields.push(("now".into(), (now + seconds).to_string()));
        self
    }

    fn read(&self, provider: &Provider, secrets: &Secrets) -> Result<Reading, Refusal> {
        let url = format!("http://www.example.com{}", provider.path);
        let header = |name: &'static str| self.get(name);
        let now = self.get("now").unwrap().parse().unwrap();
        let mut request = Request { url: &url, header: &header, now, body: Bytes::new() };
        (provider.admit)(&request, secrets)?;
        request.body = self.body.clone();
        (provider.read)(&request, secrets)
    }

    /// The one mail in it, whatever further proof it needs.
    fn mail(&self, provider: &Provider, secrets: &Secrets) -> Result<Delivery, Refusal> {
        let now = self.get("now").unwrap().parse().unwrap();
        match self.read(provider, secrets)? {
            Reading::Mails(mut mails) if mails.len() == 1 => Ok(mails.remove(0)),
            Reading::Mails(mails) => panic!("{} mails", mails.len()),
            Reading::Once(once) => Ok(once.delivery),
            Reading::Unproven(message) => match message.prove(&file("sns-certificate.pem"), now)? {
                Proven::Mail(mail) => Ok(*mail),
                other => panic!("{other:?}"),
            },
        }
    }
}

fn provider(fixture: &str) -> &'static Provider {
    let name = fixture.split('-').next().unwrap();
    ALL.iter().find(|provider| provider.name == name).unwrap_or_else(|| panic!("{fixture} is of no provider"))
}

fn sendgrid_key() -> PublicKey {
    PublicKey::parse(&String::from_utf8(file("sendgrid-key.txt")).unwrap()).unwrap()
}

#[test]
fn every_provider_has_fixtures_and_every_fixture_its_mail() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            path.extension()
                .is_some_and(|kind| kind == "eml")
                .then(|| path.file_stem().unwrap().to_string_lossy().into_owned())
        })
        .collect();
    names.sort();
    for provider in ALL {
        assert!(names.iter().any(|name| name == provider.name), "{} has no fixture", provider.name);
    }
    for name in names {
        let recorded = Recorded::of(&name);
        let mail = recorded.mail(provider(&name), &secrets()).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
        assert_eq!(
            mail.raw.escape_ascii().to_string(),
            file(&format!("{name}.eml")).escape_ascii().to_string(),
            "{name}"
        );
    }
}

#[test]
fn no_provider_takes_anything_without_its_secret() {
    for provider in ALL {
        let recorded = Recorded::of(provider.name);
        let none = Secrets { mailgun_max_age: 120, ..Secrets::default() };
        assert!((provider.missing)(&none).is_some(), "{}", provider.name);
        assert_eq!((provider.missing)(&secrets()), None, "{}", provider.name);
        assert_eq!(recorded.mail(provider, &none).unwrap_err().status(), 401, "{}", provider.name);
        let empty = Secrets {
            password: Some(String::new()),
            mailgun_key: Some(String::new()),
            mandrill_key: Some(String::new()),
            ..none
        };
        assert_eq!(recorded.mail(provider, &empty).unwrap_err().status(), 401, "{}: an empty secret", provider.name);
    }
}

#[test]
fn envelope_and_verdicts_come_along() {
    let words = |fixture: &str| {
        let mail = Recorded::of(fixture).mail(provider(fixture), &secrets()).unwrap();
        let said = mail.said.unwrap_or_default();
        (mail.from, mail.to, said.spf, said.spf_domain, said.dkim, said.dmarc)
    };
    let some = |text: &str| Some(text.to_owned());
    let (carla, domain) = (some("carla@customer.example"), some("customer.example"));
    let to = vec![RECIPIENT.to_owned()];
    let pass = |domain: Option<String>| vec![(domain, "pass".to_owned())];
    let both = vec![RECIPIENT.to_owned(), "copy@in.example.org".to_owned()];
    assert_eq!(words("relay"), (None, vec![], None, None, vec![], None));
    assert_eq!(
        words("mailgun"),
        (carla.clone(), to.clone(), some("pass"), None, pass(None), None),
        "no domain: no proof"
    );
    assert_eq!(words("mandrill"), (None, to.clone(), some("pass"), None, pass(None), None));
    assert_eq!(words("postmark"), (None, to.clone(), None, None, vec![], None));
    assert_eq!(words("sendgrid"), (carla.clone(), both, some("pass"), domain.clone(), pass(domain.clone()), None));
    assert_eq!(words("ses"), (carla, to, some("pass"), domain, pass(None), some("fail")));
    let sendgrid = Recorded::of("sendgrid").mail(provider("sendgrid"), &secrets()).unwrap();
    assert_eq!(sendgrid.client, "192.0.2.25".parse().ok());
}

#[test]
fn a_mailgun_signature_is_good_for_its_time_and_its_token() {
    let mailgun = provider("mailgun");
    let status = |recorded: Recorded| recorded.read(mailgun, &secrets()).map_err(|refusal| refusal.status()).err();
    let fresh = || Recorded::of("mailgun");
    // It came ten seconds after it was signed.
    let rows = [
        ("119 s old", fresh().later(109), None),
        ("120 s old", fresh().later(110), None),
        ("121 s old", fresh().later(111), Some(401)),
        ("15 minutes ahead", fresh().later(-910), None),
        ("more than that", fresh().later(-911), Some(401)),
        ("upper case", fresh().replacing("signature=ef24c5", "signature=EF24C5"), Some(401)),
        ("another signature", fresh().replacing("signature=ef24c5", "signature=ef24c6"), Some(401)),
        ("a short one", fresh().replacing("signature=ef24c5", "signature="), Some(401)),
        ("another token", fresh().replacing("token=7V", "token=8V"), Some(401)),
        ("another timestamp", fresh().replacing("timestamp=1539112500", "timestamp=1539112501"), Some(401)),
        ("no number", fresh().replacing("timestamp=1539112500", "timestamp=soon"), Some(401)),
        ("no timestamp", fresh().replacing("timestamp=1539112500", "timestamp="), Some(400)),
        ("no token", fresh().replacing("token=", "other="), Some(400)),
        ("no signature", fresh().replacing("signature=", "other="), Some(400)),
        ("no mail", fresh().replacing("body-mime=", "body-plain="), Some(400)),
        ("a list of mails", fresh().replacing("body-mime=", "body-mime%5B%5D="), Some(422)),
        ("a list of recipients", fresh().replacing("recipient=", "recipient%5B0%5D="), Some(422)),
        ("an injected header", fresh().replacing("recipient=reply", "recipient=a%0D%0ABcc:reply"), Some(422)),
        ("no recipient", fresh().replacing("recipient=", "other="), None),
    ];
    for (case, recorded, expected) in rows {
        assert_eq!(status(recorded), expected, "{case}");
    }
    let patient = Secrets { mailgun_max_age: 28_800, ..secrets() };
    assert!(fresh().later(28_000).read(mailgun, &patient).is_ok(), "a retry with the old signature");
    let brings = |recorded: Recorded| match recorded.read(mailgun, &secrets()) {
        Ok(Reading::Once(once)) => (once.token, once.brings),
        other => panic!("{other:?}"),
    };
    assert_eq!(brings(fresh()), brings(fresh().later(5)));
    assert_ne!(brings(fresh()).1, brings(fresh().replacing("body-mime=X", "body-mime=Y")).1, "other bytes show");
    assert_ne!(
        brings(fresh()).1,
        brings(fresh().replacing("recipient=reply", "recipient=other")).1,
        "so does another recipient"
    );
}

#[test]
fn mandrill_signs_the_url_and_every_field() {
    let mandrill = provider("mandrill");
    let read = |recorded: &Recorded| recorded.read(mandrill, &secrets()).map_err(|refusal| refusal.status());
    assert!(matches!(read(&Recorded::of("mandrill-empty")), Ok(Reading::Mails(mails)) if mails.is_empty()));
    let unsigned = Recorded::of("mandrill").without("x-mandrill-signature");
    assert_eq!(read(&unsigned).unwrap_err(), 401);
    let forged = Recorded::of("mandrill-empty").replacing("%5B%5D", "%5B1%5D");
    assert_eq!(read(&forged).unwrap_err(), 401);
    let mut further = Recorded::of("mandrill-empty");
    further.body = [&further.body[..], b"&a=b"].concat().into();
    assert_eq!(read(&further).unwrap_err(), 401, "a field that was not signed");
    let elsewhere = Provider { path: "/rails/action_mailbox/mandrill/inbound_emails/", ..*mandrill };
    assert_eq!(Recorded::of("mandrill").read(&elsewhere, &secrets()).unwrap_err().status(), 401, "the slash is signed");
}

#[test]
fn sendgrid_may_have_to_sign_too() {
    let sendgrid = provider("sendgrid");
    let alone = Secrets { password: None, sendgrid_key: Some(sendgrid_key()), ..secrets() };
    let both = Secrets { sendgrid_key: Some(sendgrid_key()), ..secrets() };
    let signed = || Recorded::of("sendgrid-signed");
    let bare = || signed().without("authorization");
    let rows = [
        ("signature and password", signed(), &both, None),
        ("no password", bare(), &both, Some(401)),
        ("no signature", Recorded::of("sendgrid"), &both, Some(401)),
        ("the signature alone", bare(), &alone, None),
        ("nothing", bare().without("x-twilio-email-event-webhook-signature"), &alone, Some(401)),
        ("no time", bare().without("x-twilio-email-event-webhook-timestamp"), &alone, Some(401)),
    ];
    for (case, recorded, secrets, expected) in rows {
        assert_eq!(recorded.mail(sendgrid, secrets).map_err(|refusal| refusal.status()).err(), expected, "{case}");
    }
    let changed = signed().replacing("copy@", "evil@");
    assert_eq!(changed.mail(sendgrid, &alone).unwrap_err().status(), 401, "other bytes");
    let mut later = signed().without("x-twilio-email-event-webhook-timestamp");
    later.fields.push(("x-twilio-email-event-webhook-timestamp".into(), "1539112501".into()));
    assert_eq!(later.mail(sendgrid, &alone).unwrap_err().status(), 401, "another time");
}

#[test]
fn amazon_proves_each_message_by_its_certificate() {
    let ses = provider("ses");
    let certificate = file("sns-certificate.pem");
    let prove = |recorded: &Recorded, certificate: &[u8]| match recorded.read(ses, &secrets()) {
        Ok(Reading::Unproven(message)) => message
            .prove(certificate, recorded.get("now").unwrap().parse().unwrap())
            .map_err(|refusal| refusal.status()),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal.status()),
    };
    let confirmed = prove(&Recorded::of("ses-confirmation"), &certificate).unwrap();
    assert!(
        matches!(confirmed, Proven::Confirm(url) if url.starts_with("https://sns.eu-west-1.amazonaws.com/?Action=Confirm"))
    );
    let rows = [
        ("a subscription elsewhere", Recorded::of("ses-evil-confirmation"), 422),
        ("a mail in S3", Recorded::of("ses-s3"), 400),
        ("another subject", Recorded::of("ses").replacing("Receipt Notification", "Receipt"), 401),
        ("another mail", Recorded::of("ses-version1").replacing("50 % off", "60 % off"), 401),
        (
            "the other digest",
            Recorded::of("ses").replacing("\"SignatureVersion\": \"2\"", "\"SignatureVersion\": \"1\""),
            401,
        ),
        ("another topic", Recorded::of("ses").replacing(":inbound-mail", ":other"), 401),
        (
            "a certificate elsewhere",
            Recorded::of("ses").replacing("https://sns.eu-west-1.amazonaws.com/S", "https://evil.example/S"),
            401,
        ),
        ("a certificate by http", Recorded::of("ses").replacing("\"https://sns", "\"http://sns"), 401),
        ("no signature", Recorded::of("ses").replacing("\"Signature\"", "\"Nothing\""), 401),
        ("no type", Recorded::of("ses").replacing("\"Type\": \"N", "\"Type\": \"X"), 401),
        ("before the certificate", Recorded::of("ses").later(-31_536_000), 401),
        ("no JSON", Recorded { body: Bytes::from_static(b"{"), ..Recorded::of("ses") }, 400),
        ("no object", Recorded { body: Bytes::from_static(b"[]"), ..Recorded::of("ses") }, 401),
    ];
    for (case, recorded, expected) in rows {
        assert_eq!(prove(&recorded, &certificate).unwrap_err(), expected, "{case}");
    }
    for broken in [&b""[..], b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert_eq!(prove(&Recorded::of("ses"), broken).unwrap_err(), 401);
    }
}
