//! Which answer for which request, for every provider: each row of the table that existing senders rely on.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;
mod providers;

use house::{House, on_both};
use providers::{
    Amazon, FORM, MAILGUN, MANDRILL, Posted, SENDGRID, SES, basic, inbound_event, mailgun, mailgun_form, mandrill,
    mandrill_form, multipart, now, open_every_road, postmark, received, relay, sendgrid, ses,
};
use serde_json::json;

on_both!(
    every_row_of_the_table,
    what_is_not_enabled_is_not_there,
    without_its_secret_nothing_is_taken,
    what_proves_nothing_is_not_fetched_for,
    nothing_of_a_bad_batch_is_stored,
    with_its_storage_away_it_is_to_be_sent_again,
);

const MAIL: &[u8] = b"From: a@x.example\r\nMessage-ID: <1@x.example>\r\n\r\nHi\r\n";
const LATIN: &[u8] = b"From: a@x.example\r\n\r\nsch\xf6n\0\n";
const URL: &str = "https://segue.example/rails/action_mailbox/mandrill/inbound_emails";

type Row = (&'static str, &'static str, Posted, u16);

fn relay_rows() -> Vec<Row> {
    let kind = |kind| relay(MAIL).with("content-type", kind);
    let large = [b"X: ".to_vec(), vec![b'x'; 10 << 20]].concat();
    vec![
        ("relay", "media type missing", kind(None), 415),
        ("relay", "another media type", kind(Some("text/plain")), 415),
        ("relay", "parameters", kind(Some("message/rfc822; charset=utf-8")), 204),
        ("relay", "upper case", kind(Some("MESSAGE/RFC822")), 204),
        ("relay", "zero length", relay(b""), 204),
        ("relay", "NUL, bare LF, 8-bit", relay(LATIN), 204),
        ("relay", "binary garbage", relay(b"\0\xff\xfe\n\r no header at all"), 204),
        ("relay", "10 MiB", relay(&large), 204),
        ("relay", "exact duplicate", relay(MAIL), 204),
        ("relay", ".json", relay(MAIL).at("/rails/action_mailbox/relay/inbound_emails.json"), 204),
        ("relay", "another suffix", relay(MAIL).at("/rails/action_mailbox/relay/inbound_emails.xml"), 404),
        ("relay", "slash", relay(MAIL).at("/rails/action_mailbox/relay/inbound_emails/"), 204),
        ("relay", "GET", relay(b"").by("GET"), 404),
        ("relay", "HEAD", relay(b"").by("HEAD"), 404),
        ("relay", "an old path", relay(MAIL).at("/rails/action_mailbox/postfix/inbound_emails"), 404),
    ]
}

fn basic_rows() -> Vec<Row> {
    let good = json!({"RawEmail": "From: a@x.example\r\n\r\nHi"}).to_string();
    let all =
        [("relay", relay(MAIL)), ("postmark", postmark(good)), ("sendgrid", sendgrid(multipart(&[("email", MAIL)])))];
    let mut rows = Vec::new();
    for (service, posted) in all {
        rows.push((service, "right", posted.clone(), 204));
        let wrong = |value: Option<&str>| posted.clone().with("authorization", value);
        rows.push((service, "no password", wrong(None), 401));
        rows.push((service, "wrong password", wrong(Some(&basic("actionmailbox", "x"))), 401));
        rows.push((service, "wrong user", wrong(Some(&basic("someone", house::INGRESS_PASSWORD))), 401));
        rows.push((service, "bearer", wrong(Some("Bearer x")), 401));
        rows.push((service, "wrong password and media type", wrong(None).with("content-type", Some("x/y")), 401));
    }
    rows
}

fn mailgun_rows(now: i64) -> Vec<Row> {
    let to = ("recipient", &b"a@in.example.org"[..]);
    let at = |seconds: i64, token: &str| mailgun(&(now + seconds).to_string(), token, &[("body-mime", MAIL), to]);
    let body = |token: &str, fields: &[(&str, &[u8])]| mailgun(&now.to_string(), token, fields);
    let (time, token, signature) = (now.to_string(), "t", "0".repeat(64));
    let form = |time: &str, token: &str, signature: &str| {
        mailgun_form(&[
            ("timestamp", time.as_bytes()),
            ("token", token.as_bytes()),
            ("signature", signature.as_bytes()),
            ("body-mime", MAIL),
        ])
    };
    let upper = {
        let posted = at(0, "upper");
        let text = String::from_utf8(posted.body.clone()).unwrap();
        let (before, signature) = text.split_once("signature=").unwrap();
        Posted { body: format!("{before}signature={}", signature.to_uppercase()).into_bytes(), ..posted }
    };
    let json = {
        let fields: std::collections::BTreeMap<String, String> =
            url::form_urlencoded::parse(&at(0, "json").body).into_owned().collect();
        Posted { body: json!(fields).to_string().into_bytes(), ..at(0, "") }
            .with("content-type", Some("application/json"))
    };
    let listed = {
        let body = String::from_utf8(json.body.clone()).unwrap();
        let mut listed: serde_json::Value = serde_json::from_str(&body).unwrap();
        listed["body-mime"] = json!(["x"]);
        Posted { body: listed.to_string().into_bytes(), ..json.clone() }
    };
    let in_parts = {
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(&at(0, "parts").body).into_owned().collect();
        let fields: Vec<(&str, &[u8])> = fields.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        Posted { body: multipart(&fields), ..at(0, "") }
            .with("content-type", Some("multipart/form-data; boundary=xYzZY"))
    };
    let many = {
        let Posted { body, .. } = at(0, "many");
        Posted { body: ["a=1&".repeat(2000).into_bytes(), body].concat(), ..at(0, "") }
    };
    let cut_off = Posted { body: in_parts.body[..in_parts.body.len() - 8].to_vec(), ..in_parts.clone() };
    vec![
        ("mailgun", "good", at(0, "one"), 204),
        ("mailgun", "the same token and bytes", at(0, "one"), 204),
        ("mailgun", "the same token, other bytes", body("one", &[("body-mime", LATIN), to]), 401),
        (
            "mailgun",
            "the same token, another recipient",
            body("one", &[("body-mime", MAIL), ("recipient", b"b@x.example")]),
            401,
        ),
        ("mailgun", "JSON", json, 204),
        ("mailgun", "JSON with a list", listed, 422),
        ("mailgun", "multipart", in_parts, 204),
        ("mailgun", "multipart, truncated", cut_off, 400),
        ("mailgun", "signature wrong", form(&time, token, &signature), 401),
        ("mailgun", "signature of wrong length", form(&time, token, "00"), 401),
        ("mailgun", "signature in upper case", upper, 401),
        ("mailgun", "119 s old", at(-119, "old"), 204),
        ("mailgun", "121 s old", at(-121, "older"), 401),
        ("mailgun", "15 minutes ahead", at(900, "ahead"), 204),
        ("mailgun", "an hour ahead", at(3600, "far"), 401),
        ("mailgun", "timestamp no integer", mailgun("soon", "soon", &[("body-mime", MAIL)]), 401),
        (
            "mailgun",
            "timestamp with a space, signed so",
            mailgun(&format!(" {now}"), "space", &[("body-mime", MAIL)]),
            204,
        ),
        ("mailgun", "no timestamp", form("", token, &signature), 400),
        ("mailgun", "no token", form(&time, "", &signature), 400),
        ("mailgun", "no signature", form(&time, token, ""), 400),
        ("mailgun", "nothing", mailgun_form(&[]), 400),
        ("mailgun", "no body-mime", body("two", &[to]), 400),
        ("mailgun", "empty body-mime", body("three", &[("body-mime", b""), to]), 400),
        ("mailgun", "body-mime is a list", body("four", &[("body-mime[]", MAIL), to]), 422),
        ("mailgun", "recipient is a list", body("five", &[("body-mime", MAIL), ("recipient[]", b"a")]), 422),
        ("mailgun", "recipient is an object", body("six", &[("body-mime", MAIL), ("recipient[x]", b"a")]), 422),
        ("mailgun", "body-mime is an object", body("four b", &[("body-mime[x]", MAIL), to]), 422),
        ("mailgun", "recipient injects a NUL", body("eight b", &[("body-mime", MAIL), ("recipient", b"a@x\0")]), 422),
        ("mailgun", "more fields than a form has", many, 400),
        ("mailgun", "recipient empty", body("seven", &[("body-mime", MAIL), ("recipient", b"")]), 400),
        ("mailgun", "recipient injects", body("eight", &[("body-mime", MAIL), ("recipient", b"a@x\r\nBcc: b@x")]), 422),
        (
            "mailgun",
            "recipient injects by LF",
            body("nine", &[("body-mime", MAIL), ("recipient", b"a@x\nBcc: b@x")]),
            422,
        ),
        ("mailgun", "non-UTF-8 mail", body("ten", &[("body-mime", LATIN), to]), 204),
        ("mailgun", "no /mime", at(0, "eleven").at("/rails/action_mailbox/mailgun/inbound_emails"), 404),
        ("mailgun", "slash", at(0, "twelve").at(&format!("{MAILGUN}/")), 204),
        ("mailgun", ".json", at(0, "thirteen").at(&format!("{MAILGUN}.json")), 204),
        ("mailgun", "HEAD", at(0, "fifteen").by("HEAD"), 404),
        ("mailgun", "GET", at(0, "fourteen").by("GET"), 404),
    ]
}

fn mandrill_rows() -> Vec<Row> {
    let event = |raw: &str| inbound_event(raw, "a@in.example.org");
    let one = json!([event("From: a@x.example\r\n\r\nHi")]).to_string();
    let extra = [("mandrill_events", one.as_bytes()), ("another", b"field")];
    let (slash, query) = (format!("{URL}/"), format!("{URL}?key=a%20b"));
    let events = [("mandrill_events", one.as_bytes())];
    let latin = multipart(&[("a", b"b")]);
    vec![
        ("mandrill", "good", mandrill(&one), 200),
        ("mandrill", "again", mandrill(&one), 200),
        ("mandrill", "a further signed field", mandrill_form(URL, &extra), 200),
        ("mandrill", "signed with a slash", mandrill_form(&slash, &events).at(&format!("{MANDRILL}/")), 200),
        ("mandrill", "signed without it", mandrill(&one).at(&format!("{MANDRILL}/")), 401),
        ("mandrill", "signed with a query", mandrill_form(&query, &events).at(&format!("{MANDRILL}?key=a%20b")), 200),
        ("mandrill", "forged", mandrill(&one).with("x-mandrill-signature", Some("AAAA")), 401),
        ("mandrill", "unsigned", mandrill(&one).with("x-mandrill-signature", None), 401),
        ("mandrill", "invalid JSON", mandrill("[{"), 422),
        ("mandrill", "no mandrill_events", mandrill_form(URL, &[("other", b"x")]), 400),
        ("mandrill", "null", mandrill("null"), 422),
        ("mandrill", "a number", mandrill("7"), 422),
        ("mandrill", "an object", mandrill(r#"{"event": "inbound"}"#), 422),
        ("mandrill", "more values than a batch has", mandrill(&format!("[{}0]", "0,".repeat(200_000))), 422),
        ("mandrill", "raw_msg is a list", mandrill(r#"[{"event": "inbound", "msg": {"raw_msg": ["x"]}}]"#), 422),
        ("mandrill", "raw_msg is empty", mandrill(r#"[{"event": "inbound", "msg": {"raw_msg": ""}}]"#), 422),
        ("mandrill", "mandrill_events is a list", mandrill_form(URL, &[("mandrill_events[]", b"[]")]), 401),
        ("mandrill", "non-objects", mandrill("[1]"), 422),
        ("mandrill", "lists for objects", mandrill(r#"[["inbound", {"raw_msg": "x"}]]"#), 422),
        ("mandrill", "no msg", mandrill(r#"[{"event": "inbound"}]"#), 422),
        ("mandrill", "no raw_msg", mandrill(r#"[{"event": "inbound", "msg": {}}]"#), 422),
        ("mandrill", "empty", mandrill("[]"), 200),
        ("mandrill", "other events", mandrill(r#"[{"event": "send", "msg": {"raw_msg": "x"}}]"#), 200),
        ("mandrill", "HEAD with a slash", mandrill("[]").at(&format!("{MANDRILL}/")).by("HEAD"), 200),
        ("mandrill", "HEAD", mandrill("[]").by("HEAD"), 200),
        ("mandrill", "GET", mandrill("[]").by("GET"), 200),
        ("mandrill", "PUT", mandrill("[]").by("PUT"), 404),
        ("mandrill", "another form", Posted { body: latin, ..mandrill("[]") }.with("content-type", Some(FORM)), 401),
    ]
}

fn postmark_rows() -> Vec<Row> {
    let body = |value: serde_json::Value| postmark(value.to_string());
    let form = |body: &str| postmark(body).with("content-type", Some(FORM));
    vec![
        (
            "postmark",
            "with its recipient",
            body(json!({"RawEmail": "X: y\r\n\r\nHi", "OriginalRecipient": "a@x.example"})),
            204,
        ),
        ("postmark", "a form", form("RawEmail=X:+y%0A%0AHi"), 204),
        ("postmark", "no RawEmail", body(json!({"TextBody": "Hi"})), 422),
        ("postmark", "empty RawEmail", body(json!({"RawEmail": ""})), 422),
        ("postmark", "a list", postmark("[]"), 422),
        ("postmark", "an empty body", postmark(""), 422),
        ("postmark", "RawEmail is a list", body(json!({"RawEmail": ["x"]})), 422),
        ("postmark", "RawEmail is a number", body(json!({"RawEmail": 7})), 422),
        ("postmark", "OriginalRecipient empty", body(json!({"RawEmail": "x", "OriginalRecipient": ""})), 422),
        ("postmark", "OriginalRecipient a list", body(json!({"RawEmail": "x", "OriginalRecipient": ["a"]})), 422),
        (
            "postmark",
            "OriginalRecipient injects",
            body(json!({"RawEmail": "x", "OriginalRecipient": "a@x\nBcc: b@x"})),
            422,
        ),
        ("postmark", "a number", postmark("7"), 422),
        ("postmark", "slash", body(json!({"RawEmail": "x"})).at("/rails/action_mailbox/postmark/inbound_emails/"), 204),
        ("postmark", "GET", postmark("").by("GET"), 404),
        ("postmark", "malformed JSON", postmark("{\"RawEmail\": "), 400),
        ("postmark", "a lone surrogate", postmark(r#"{"RawEmail": "\ud800"}"#), 400),
        ("postmark", "malformed and a wrong password", postmark("{").with("authorization", None), 401),
    ]
}

fn sendgrid_rows() -> Vec<Row> {
    let form = |fields: &[(&str, &[u8])]| sendgrid(multipart(fields));
    let envelope = |envelope: &str| form(&[("email", MAIL), ("envelope", envelope.as_bytes())]);
    let file =
        "--xYzZY\r\nContent-Disposition: form-data; name=\"email\"; filename=\"a.eml\"\r\n\r\nX: y\r\n--xYzZY--\r\n";
    let whole = multipart(&[("email", MAIL)]);
    let cut = whole[..whole.len() - 8].to_vec();
    vec![
        (
            "sendgrid",
            "with its envelope",
            envelope(r#"{"to": ["a@x.example", "b@x.example"], "from": "c@x.example"}"#),
            204,
        ),
        ("sendgrid", "urlencoded", sendgrid("email=X:+y%0A%0AHi").with("content-type", Some(FORM)), 204),
        ("sendgrid", "no email", form(&[("text", b"Hi")]), 400),
        ("sendgrid", "empty email", form(&[("email", b"")]), 400),
        ("sendgrid", "envelope no JSON", envelope("x"), 422),
        ("sendgrid", "envelope empty", envelope(""), 400),
        ("sendgrid", "envelope a list", envelope("[]"), 422),
        ("sendgrid", "envelope without to", envelope("{}"), 422),
        ("sendgrid", "to is no list", envelope(r#"{"to": "a@x.example"}"#), 422),
        ("sendgrid", "to has numbers", envelope(r#"{"to": [1]}"#), 422),
        ("sendgrid", "to is empty", envelope(r#"{"to": []}"#), 204),
        ("sendgrid", "to injects", envelope(r#"{"to": ["a@x\r\nBcc: b@x"]}"#), 422),
        ("sendgrid", "email is a list", form(&[("email[]", MAIL)]), 422),
        ("sendgrid", "email is a file", sendgrid(file), 422),
        ("sendgrid", "non-UTF-8 mail", form(&[("email", LATIN)]), 204),
        ("sendgrid", "truncated", sendgrid(cut), 400),
        ("sendgrid", "envelope is a list of fields", form(&[("email", MAIL), ("envelope[]", b"{}")]), 422),
        ("sendgrid", "to injects by LF", envelope(r#"{"to": ["a@x", "a@x\nBcc: b@x"]}"#), 422),
        ("sendgrid", "to injects a NUL", envelope(r#"{"to": ["a@x\u0000"]}"#), 422),
        ("sendgrid", "no boundary", form(&[("email", MAIL)]).with("content-type", Some("multipart/form-data")), 400),
        ("sendgrid", "HEAD", form(&[]).by("HEAD"), 404),
        ("sendgrid", ".json", form(&[("email", MAIL)]).at(&format!("{SENDGRID}.json")), 204),
    ]
}

fn ses_rows() -> Vec<Row> {
    let good = received(MAIL, "a@in.example.org");
    let of_topic = |posted: Posted| {
        let body = String::from_utf8(posted.body.clone()).unwrap().replace(":inbound-mail\"", ":other\"");
        Posted { body: body.into(), ..posted }
    };
    let changed = |posted: Posted| {
        let body = String::from_utf8(posted.body.clone()).unwrap().replace("2026-11-22T10", "2026-11-22T11");
        Posted { body: body.into(), ..posted }
    };
    let certified = |url: &str| {
        let posted = ses("Notification", &good, None);
        let mut body: serde_json::Value = serde_json::from_slice(&posted.body).unwrap();
        body["SigningCertURL"] = url.into();
        Posted { body: body.to_string().into(), ..posted }
    };
    let repeated = certified("https://sns.eu-west-1.amazonaws.com/?Action=GetTopicAttributes&TopicArn=evil&Name=.pem");
    let elsewhere = certified("https://evil.example/SimpleNotificationService-1.pem");
    let crowded = Posted { body: format!("[{}0]", "0,".repeat(200_000)).into(), ..ses("Notification", "", None) };
    let in_s3 = json!({"notificationType": "Received", "receipt": {"action": {"type": "S3"}}}).to_string();
    let confirm =
        |query: &str| format!("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token={query}");
    let message = |subscribe: &str| ses("SubscriptionConfirmation", "You have chosen", Some(subscribe));
    vec![
        ("ses", "good", ses("Notification", &good, None), 204),
        ("ses", "again", ses("Notification", &good, None), 204),
        ("ses", "signature wrong", changed(ses("Notification", &good, None)), 401),
        ("ses", "another topic", of_topic(ses("Notification", &good, None)), 401),
        ("ses", "no content", ses("Notification", &in_s3, None), 400),
        ("ses", "no notification", ses("Notification", "hello", None), 400),
        ("ses", "confirmation", message(&confirm("good")), 200),
        ("ses", "confirmation that Amazon refuses", message(&confirm("bad")), 422),
        ("ses", "confirmation elsewhere", message("https://evil.example/?good"), 422),
        ("ses", "a certificate that somebody had Amazon repeat", repeated, 401),
        ("ses", "a certificate elsewhere", elsewhere, 401),
        ("ses", "confirmation by http", message("http://sns.eu-west-1.amazonaws.com/?good"), 422),
        ("ses", "confirmation in our own house", message("http://127.0.0.1:3000/?good"), 422),
        ("ses", "confirmation in another region", message("https://sns.us-east-1.amazonaws.com/?good"), 422),
        ("ses", "confirmation at another port", message("https://sns.eu-west-1.amazonaws.com:8443/?good"), 422),
        ("ses", "more values than a message has", crowded, 400),
        ("ses", "slash", ses("Notification", &good, None).at(&format!("{SES}/")), 204),
        ("ses", "GET", ses("Notification", &good, None).by("GET"), 404),
        ("ses", "no JSON", Posted { body: b"{".to_vec(), ..ses("Notification", "", None) }, 400),
        ("ses", "unsubscribed", ses("UnsubscribeConfirmation", "bye", Some(&confirm("good"))), 200),
        ("ses", "PUT", ses("Notification", &good, None).by("PUT"), 404),
    ]
}

async fn every_row_of_the_table(mut house: House) {
    let amazon = Amazon::start().await;
    open_every_road(&mut house, Some(&amazon), |_| {});
    let rows = [
        relay_rows(),
        basic_rows(),
        mailgun_rows(now(&house)),
        mandrill_rows(),
        postmark_rows(),
        sendgrid_rows(),
        ses_rows(),
    ];
    for (service, case, posted, expected) in rows.into_iter().flatten() {
        let answer = posted.to(&house).await;
        assert_eq!(answer.status, expected, "{service}: {case}: {}", answer.text());
        let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap());
        match expected {
            200 | 204 => assert_eq!(answer.body, b"", "{service}: {case}"),
            401 if matches!(service, "relay" | "postmark" | "sendgrid") => {
                assert_eq!(header("www-authenticate"), Some("Basic realm=\"Action Mailbox\""), "{service}: {case}");
                assert_eq!(answer.text(), "HTTP Basic: Access denied.\n", "{service}: {case}");
            }
            401 | 415 => {
                assert_eq!((header("www-authenticate"), answer.body.len()), (None, 0), "{service}: {case}");
            }
            _ if posted.method == "HEAD" => {}
            _ => assert!(!answer.refused(expected).is_empty(), "{service}: {case}: words say what was wrong"),
        }
    }
    let asked = amazon.asked.lock().unwrap().clone();
    assert_eq!(
        asked.iter().filter(|path| path.ends_with(".pem")).count(),
        1,
        "one certificate, asked for once: {asked:?}"
    );
    assert!(asked.iter().all(|path| path.ends_with(".pem") || path.contains("ConfirmSubscription")), "{asked:?}");
}

/// A request of each provider that would be taken.
fn good(house: &House) -> Vec<(&'static str, Posted)> {
    let batch = json!([inbound_event("X: y\r\n\r\nHi", "a@in.example.org")]).to_string();
    vec![
        ("relay", relay(MAIL)),
        ("mailgun", mailgun(&now(house).to_string(), "good", &[("body-mime", MAIL)])),
        ("mandrill", mandrill(&batch)),
        ("postmark", postmark(json!({"RawEmail": "X: y\r\n\r\nHi"}).to_string())),
        ("sendgrid", sendgrid(multipart(&[("email", MAIL)]))),
        ("ses", ses("Notification", &received(MAIL, "a@in.example.org"), None)),
    ]
}

async fn what_is_not_enabled_is_not_there(mut house: House) {
    for provider in webhooks::ALL {
        open_every_road(&mut house, None, |config| config.ingresses.retain(|name| name != provider.name));
        let found = good(&house).into_iter().find(|(name, _)| *name == provider.name);
        let (_, posted) = found.unwrap_or_else(|| panic!("{} has no row", provider.name));
        posted.to(&house).await.refused(404);
        Posted { fields: Vec::new(), ..posted.clone() }.to(&house).await.refused(404);
        posted.by("GET").to(&house).await.refused(404);
    }
    assert!(house.inbound_log().await.is_empty());
}

async fn without_its_secret_nothing_is_taken(mut house: House) {
    let age = house.app.config.secrets.mailgun_max_age;
    let without = webhooks::Secrets { mailgun_max_age: age, ..webhooks::Secrets::default() };
    open_every_road(&mut house, None, |config| config.secrets = without);
    for (service, posted) in good(&house) {
        let words = posted.to(&house).await.refused(500);
        assert!(words.ends_with("is not set on the server"), "{service}: {words}");
        Posted { fields: Vec::new(), ..posted }.to(&house).await.refused(500);
    }
    assert_eq!(mandrill("[]").by("HEAD").to(&house).await.status, 200);
    assert!(house.inbound_log().await.is_empty());
    let settings = house.agent().get("/settings/mail").await;
    let roads = settings["roads"].as_array().unwrap();
    assert_eq!(roads.len(), webhooks::ALL.len());
    assert!(roads.iter().all(|road| road["ready"] == false && road["missing"].is_string()), "{roads:?}");
    open_every_road(&mut house, None, |config| {
        config.secrets.password = Some(house::INGRESS_PASSWORD.into());
        config.ingresses.retain(|name| name == "mailgun");
    });
    let settings = house.agent().get("/settings/mail").await;
    let mailgun = &settings["roads"][1];
    let url = "https://segue.example/rails/action_mailbox/mailgun/inbound_emails/mime";
    assert_eq!(*mailgun, json!({"name": "mailgun", "enabled": true, "url": url, "ready": true, "missing": null}));
    assert_eq!(settings["roads"][0]["enabled"], false);
}

async fn what_proves_nothing_is_not_fetched_for(mut house: House) {
    let amazon = Amazon::start().await;
    open_every_road(&mut house, Some(&amazon), |_| {});
    for (_, case, posted, _) in ses_rows().into_iter().filter(|row| row.1 == "another topic") {
        assert_eq!(posted.to(&house).await.status, 401, "{case}");
    }
    assert!(amazon.asked.lock().unwrap().is_empty());
    // Amazon is away: the message is to come again.
    open_every_road(&mut house, None, |config| config.amazon = "http://127.0.0.1:9".parse().ok());
    ses("Notification", &received(MAIL, "a@x.example"), None).to(&house).await.refused(503);
    assert!(house.inbound_log().await.is_empty());
}

async fn nothing_of_a_bad_batch_is_stored(mut house: House) {
    open_every_road(&mut house, None, |_| {});
    let events = json!([inbound_event("X: y\r\n\r\nHi", "a@x.example"), {"event": "inbound", "msg": {}}]);
    mandrill(&events.to_string()).to(&house).await.refused(422);
    assert!(house.inbound_log().await.is_empty());
    let many: Vec<_> = (0..100).map(|n| inbound_event(&format!("X: {n}\r\n\r\nHi"), "a@x.example")).collect();
    let batch = mandrill(&json!(many).to_string());
    for _ in 0..2 {
        assert_eq!(batch.to(&house).await.status, 200);
        assert_eq!(house.inbound_log().await.len(), 100, "and not one more when it comes again");
    }
}

async fn with_its_storage_away_it_is_to_be_sent_again(mut house: House) {
    let amazon = Amazon::start().await;
    open_every_road(&mut house, Some(&amazon), |_| {});
    let folder = tempfile::tempdir().unwrap();
    let mut desk = house.desk().clone();
    desk.blobs = store::Blobs::local(&folder.path().join("blobs")).unwrap();
    std::fs::remove_dir_all(folder.path().join("blobs")).unwrap();
    std::fs::write(folder.path().join("blobs"), "a file, not a folder").unwrap();
    house.router = server::http::router::router(server::app::App::new(desk, house.app.config.clone()));
    // Large enough for the blob store.
    let large = [b"From: a@x.example\r\n\r\n".to_vec(), vec![b'x'; 300 * 1024]].concat();
    let text = String::from_utf8(large.clone()).unwrap();
    let all = [
        relay(&large),
        mailgun(&now(&house).to_string(), "large", &[("body-mime", &large)]),
        mandrill(&json!([inbound_event(&text, "a@x.example")]).to_string()),
        postmark(json!({"RawEmail": text}).to_string()),
        sendgrid(multipart(&[("email", &large)])),
        ses("Notification", &received(&large, "a@x.example"), None),
    ];
    for posted in &all {
        posted.to(&house).await.refused(503);
    }
    assert!(house.inbound_log().await.is_empty());
    // It is back, and what is sent again is taken: the token that was used is not used up.
    house.router = server::http::router::router(house.app.clone());
    for posted in &all {
        assert!(posted.to(&house).await.status.is_success(), "{}", posted.path);
    }
    assert_eq!(house.inbound_log().await.len(), 2, "of equal bytes for equal recipients one");
}
