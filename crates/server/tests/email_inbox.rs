//! The e-mail inbox: its settings, the conversations that mail to it opens, and the answers that go out from it.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use desk::accept_mail::{Envelope, Transport, accept};
use house::{
    DOMAIN, House,
    customer::{Post, mail_from},
    on_both,
};
use model::{ids::InboxId, inbound::InboundState};
use serde_json::{Value, json};
use server::{
    app::App,
    ingress::verify::{Resolver, Senders},
};
use std::sync::Arc;
use store::inboxes;

on_both!(
    an_email_inbox_is_made_and_shows_no_secret,
    an_address_that_cannot_be_the_inboxs_is_refused,
    a_mailbox_is_set_and_its_password_kept_to_itself,
    a_mail_to_the_inbox_begins_a_conversation_that_goes_on_by_mail,
    a_mail_that_comes_by_two_roads_begins_one_conversation,
    what_was_delivered_counts_before_what_is_named,
    a_forged_mail_is_held_and_begins_a_conversation_once_accepted,
    machines_and_the_inbox_itself_wake_nobody,
    another_accounts_mailbox_proves_nothing,
);

async fn makes_inbox(house: &House, email: &str) -> Value {
    let asked = json!({"name": "Support", "channel": {"type": "email", "email": email}});
    house.agent().call("POST", "/inboxes").json(asked).await.ok()
}

async fn an_email_inbox_is_made_and_shows_no_secret(house: House) {
    let ann = house.agent();
    let made = makes_inbox(&house, "Support@Acme.example").await;
    assert_eq!((&made["channel_type"], &made["email"]), (&json!("Channel::Email"), &json!("support@acme.example")));
    let forward = made["forward_to_email"].as_str().unwrap();
    let (hex, domain) = forward.split_once('@').unwrap();
    assert!(hex.len() == 32 && hex.bytes().all(|digit| digit.is_ascii_hexdigit()) && domain == DOMAIN, "{forward}");
    assert_eq!((&made["continuity_delay"], &made["enable_email_collect"]), (&json!(0), &json!(false)));
    assert_eq!((&made["imap_enabled"], &made["imap_state"]), (&json!(false), &json!(null)));
    assert!(made.get("website_token").is_none());
    assert_eq!(ann.get(&format!("/inboxes/{}", made["id"])).await, made);
    assert_eq!(ann.get("/inboxes").await["payload"][1], made);
    // Without a name it is called by its address; at the top or below `channel` is the same.
    let asked = json!({"channel": {"type": "email"}, "email": "sales@acme.example"});
    assert_eq!(ann.call("POST", "/inboxes").json(asked).await.ok()["name"], "sales");
    // It changes its address, not its kind, and keeps where it is forwarded to.
    let path = format!("/inboxes/{}", made["id"]);
    let changed = ann.call("PATCH", &path).json(json!({"channel": {"email": "help@acme.example"}})).await.ok();
    assert_eq!((&changed["email"], &changed["forward_to_email"]), (&json!("help@acme.example"), &json!(forward)));
    let words = ann.call("PATCH", &path).json(json!({"channel": {"type": "web_widget"}})).await.refused(422);
    assert!(words.starts_with("channel.type"), "{words}");
}

async fn an_address_that_cannot_be_the_inboxs_is_refused(house: House) {
    let ann = house.agent();
    makes_inbox(&house, "support@acme.example").await;
    let other = desk::setup::Setup {
        account: "Other".into(),
        email: "bob@other.example".into(),
        password: "correct horse".into(),
        ..desk::setup::Setup::default()
    };
    let other = desk::setup::setup(house.desk(), other).await.unwrap();
    let mine = format!("bounce+{}@{DOMAIN}", "0".repeat(32));
    for address in ["", "nobody", "a b@acme.example", "support@acme.example", &format!("reply@{DOMAIN}"), &mine] {
        let asked = json!({"name": "Support", "channel": {"type": "email", "email": address}});
        let words = ann.call("POST", "/inboxes").json(asked.clone()).await.refused(422);
        assert!(words.starts_with("email: "), "{address}: {words}");
        let path = format!("/api/v1/accounts/{}/inboxes", other.account_id);
        let words =
            house.call("POST", &path).header("api_access_token", &other.access_token).json(asked).await.refused(422);
        assert!(words.starts_with("email: "), "{address}, another account: {words}");
    }
    // Nobody may be written to at an inbox's address.
    let words = ann.call("POST", "/contacts").json(json!({"email": "Support@acme.example"})).await.refused(422);
    assert!(words.starts_with("email"), "{words}");
    let own = format!("support@{DOMAIN}");
    assert_eq!(makes_inbox(&house, &own).await["email"], own, "the inbound domain may have inboxes of its own");
}

async fn a_mailbox_is_set_and_its_password_kept_to_itself(house: House) {
    let ann = house.agent();
    let path = format!("/inboxes/{}", makes_inbox(&house, "support@acme.example").await["id"]);
    let asked = json!({"channel": {"imap_enabled": true, "imap_address": "imap.acme.example", "imap_login": "support",
        "imap_password": "pa55word", "imap_tls": "starttls", "imap_port": 143, "imap_after": "move", "imap_move_to": "Done"}});
    let set = ann.call("PATCH", &path).json(asked).await;
    assert!(!set.text().contains("pa55word"));
    let set = set.ok();
    assert_eq!((&set["imap_password_set"], &set["imap_enable_ssl"]), (&json!(true), &json!(false)));
    assert_eq!((&set["imap_tls"], &set["imap_folder"]), (&json!("starttls"), &json!("INBOX")));
    let kept = house.desk().db.read::<_, store::Error, _>(async |tx| inboxes::with_imap(tx).await).await.unwrap();
    let imap = kept[0].email().unwrap().imap.clone().unwrap();
    assert!(!serde_json::to_string(&imap).unwrap().contains("pa55word"));
    let opened = desk::sealing::open(&house.desk().house.secret, desk::sealing::Purpose::Imap, &imap.password);
    assert_eq!(opened.as_deref(), Some("pa55word"));
    // Another server would get the password: it has to be typed in again.
    let words = ann.call("PATCH", &path).json(json!({"imap_address": "imap.evil.example"})).await.refused(422);
    assert!(words.starts_with("imap_password"), "{words}");
    let words = ann.call("PATCH", &path).json(json!({"imap_password": ""})).await.refused(422);
    assert!(words.starts_with("imap_password"), "{words}");
    let off = ann.call("PATCH", &path).json(json!({"imap_password": "", "imap_enabled": false})).await.ok();
    assert_eq!((&off["imap_password_set"], &off["imap_address"]), (&json!(false), &json!("imap.acme.example")));
}

const CARLA: &str = "Carla Customer <carla@customer.example>";

/// A house whose own mail server writes `Authentication-Results` under the id `mx.acme.example`.
fn with_trusted_server(mut house: House) -> House {
    let mut desk = house.app.desk.clone();
    desk.verifier = Arc::new(Senders::new(Resolver::Off, Some("mx.acme.example".into())));
    house.app = App::new(desk, house.app.config.clone());
    house.router = server::http::router::router(house.app.clone());
    house
}

/// A mail from Carla, whose domain says that it sent it.
fn from_carla(id: &str, words: &str) -> Post {
    let said = "mx.acme.example; dkim=pass header.d=customer.example; dmarc=pass header.from=customer.example";
    let id = format!("{id}@customer.example");
    mail_from(CARLA)
        .to("support@acme.example")
        .with("Subject", "A question")
        .id(&id)
        .says(words)
        .with("Authentication-Results", said)
}

/// The conversations of an inbox, the latest first.
async fn conversations_in(house: &House, inbox: &Value) -> Vec<Value> {
    let all = house.agent().get("/conversations?status=all&assignee_type=all").await;
    let listed = all["data"]["payload"].as_array().unwrap().iter();
    let mut found: Vec<Value> =
        listed.filter(|conversation| conversation["inbox_id"] == inbox["id"]).cloned().collect();
    found.sort_by_key(|conversation| -conversation["id"].as_i64().unwrap());
    found
}

/// The Message-ID of the latest mail that went out, and its reply address.
async fn latest_mail(house: &House, conversation: &Value) -> (String, String) {
    let mail = house.agent().get("/sandbox/mails").await["payload"][0].clone();
    let uuid = conversation["uuid"].as_str().unwrap();
    let id = format!("<conversation/{uuid}/messages/{}@{DOMAIN}>", mail["message_ids"][0]);
    (id, mail["reply_to"].as_str().unwrap_or_default().to_owned())
}

/// As a mailbox of the inbox brings it.
async fn fetches(house: &House, inbox: &Value, post: &Post) -> InboundState {
    let transport = Transport { inbox: Some(InboxId(inbox["id"].as_i64().unwrap())), ..Transport::default() };
    let envelope = Envelope { ingress: "imap".into(), transport, ..Envelope::default() };
    let accepted = accept(house.desk(), envelope, post.bytes().into()).await.unwrap();
    house.work().await;
    house.inbound_log().await.into_iter().find(|mail| mail.id == accepted.id).unwrap().state
}

async fn a_mail_to_the_inbox_begins_a_conversation_that_goes_on_by_mail(house: House) {
    let house = with_trusted_server(house);
    let inbox = makes_inbox(&house, "support@acme.example").await;
    let log = house.receives(&from_carla("first", "Where is my order?")).await;
    assert_eq!((log.state, log.reason.as_str()), (InboundState::Delivered, "began a conversation"), "{:?}", log.trace);
    let found = conversations_in(&house, &inbox).await;
    assert_eq!((found.len(), &found[0]["status"]), (1, &json!("open")));
    let sender = &found[0]["meta"]["sender"];
    assert_eq!((&sender["name"], &sender["email"]), (&json!("Carla Customer"), &json!("carla@customer.example")));
    let number = found[0]["id"].as_i64().unwrap();
    let messages = house.agent().messages(number).await;
    assert_eq!((messages.len(), &messages[0]["content"]), (1, &json!("Where is my order?")));
    assert_eq!(messages[0]["content_attributes"]["author"]["relation"], json!("contact"));
    // The answer leaves at once, from the inbox's address, in their thread.
    house.agent().replies(number, "It left on Friday.").await;
    house.work().await;
    let mails = house.agent().get("/sandbox/mails").await["payload"].clone();
    let mail = &mails[0];
    assert_eq!((&mail["subject"], mails.as_array().unwrap().len()), (&json!("Re: A question"), 1));
    assert!(mail["from"].as_str().unwrap().ends_with("<support@acme.example>"), "{mail}");
    // Their answer, to the address itself, goes on in it, and one more question begins another.
    let (sent, _) = latest_mail(&house, &found[0]).await;
    let answer = from_carla("second", "Thank you.").with("In-Reply-To", &sent);
    assert_eq!(house.receives(&answer).await.state, InboundState::Delivered);
    assert_eq!(house.agent().messages(number).await.len(), 3);
    house.receives(&from_carla("third", "Another thing.")).await;
    let found = conversations_in(&house, &inbox).await;
    assert_eq!((found.len(), &found[0]["meta"]["sender"]["id"]), (2, &sender["id"]), "of the same contact");
}

async fn a_mail_that_comes_by_two_roads_begins_one_conversation(house: House) {
    let inbox = makes_inbox(&house, "support@acme.example").await;
    let forward = inbox["forward_to_email"].as_str().unwrap().to_owned();
    let mail = from_carla("first", "Where is my order?");
    assert_eq!(house.receives(&mail.clone().with("X-Original-To", &forward)).await.state, InboundState::Delivered);
    assert_eq!(fetches(&house, &inbox, &mail).await, InboundState::Delivered);
    assert_eq!(fetches(&house, &inbox, &mail).await, InboundState::Delivered);
    let found = conversations_in(&house, &inbox).await;
    assert_eq!(found.len(), 1);
    assert_eq!(house.agent().messages(found[0]["id"].as_i64().unwrap()).await.len(), 1);
    // Another who has a program with the same Message-ID is another.
    let other = from_carla("first", "Something else.").with("From", "bob@elsewhere.example");
    house.receives(&other).await;
    assert_eq!(conversations_in(&house, &inbox).await.len(), 2);
    // Both at once.
    let mail = from_carla("both", "At once.");
    for raw in [mail.clone().with("X-Original-To", &forward).bytes(), mail.bytes()] {
        house.relays(raw).await;
    }
    house.work().await;
    assert_eq!(conversations_in(&house, &inbox).await.len(), 3);
    assert!(house.inbound_log().await.iter().all(|mail| mail.state == InboundState::Delivered));
}

async fn what_was_delivered_counts_before_what_is_named(house: House) {
    let support = makes_inbox(&house, "support@acme.example").await;
    let sales = makes_inbox(&house, "sales@acme.example").await;
    let both = from_carla("both", "For both.").with("Cc", "Sales+eu@acme.example");
    house.receives(&both.clone().with("Delivered-To", "sales@acme.example")).await;
    let count = async |inbox: &Value| conversations_in(&house, inbox).await.len();
    assert_eq!((count(&support).await, count(&sales).await), (0, 1));
    house.receives(&both).await;
    assert_eq!(
        (count(&support).await, count(&sales).await),
        (1, 1),
        "without a trace of delivery it is for both, once"
    );
    let hidden = from_carla("hidden", "By Bcc.").to("undisclosed-recipients:;");
    assert_eq!(house.receives(&hidden).await.state, InboundState::Unrouted);
    assert_eq!(fetches(&house, &support, &hidden.with("Subject", "Fetched")).await, InboundState::Delivered);
    assert_eq!(count(&support).await, 2);
}

async fn a_forged_mail_is_held_and_begins_a_conversation_once_accepted(house: House) {
    let house = with_trusted_server(house);
    let inbox = makes_inbox(&house, "support@acme.example").await;
    let said = "mx.acme.example; dmarc=fail (p=reject)";
    let log = house.receives(&from_carla("first", "Pay here.").with("Authentication-Results", said)).await;
    assert_eq!(log.state, InboundState::Held, "{:?}", log.trace);
    assert!(log.reason.contains("DMARC"), "{}", log.reason);
    assert!(conversations_in(&house, &inbox).await.is_empty());
    house.agent().call("POST", &format!("/inbound_mails/{}/accept", log.id)).send().await.ok();
    let found = conversations_in(&house, &inbox).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["meta"]["sender"]["email"], json!("carla@customer.example"));
    assert_eq!(house.inbound_log().await[0].state, InboundState::Delivered);
}

async fn machines_and_the_inbox_itself_wake_nobody(house: House) {
    let inbox = makes_inbox(&house, "support@acme.example").await;
    let away = from_carla("away", "I am on holiday.").with("Auto-Submitted", "auto-replied");
    assert_eq!(house.receives(&away).await.state, InboundState::Delivered);
    assert_eq!(conversations_in(&house, &inbox).await[0]["status"], json!("resolved"));
    let own = from_carla("own", "A copy.").with("From", "Support <support@acme.example>");
    assert_eq!(house.receives(&own).await.state, InboundState::Ignored);
    let nobody = from_carla("nobody", "From nobody.").with("From", "undisclosed");
    assert_eq!(house.receives(&nobody).await.state, InboundState::Unrouted);
    assert_eq!(conversations_in(&house, &inbox).await.len(), 1);
}

async fn another_accounts_mailbox_proves_nothing(house: House) {
    let house = with_trusted_server(house);
    house.agent().call("PATCH", "").json(json!({"features": {"inbound_emails": true}})).await.ok();
    let other = desk::setup::Setup {
        account: "Other".into(),
        email: "bob@other.example".into(),
        password: "correct horse".into(),
        ..desk::setup::Setup::default()
    };
    let other = desk::setup::setup(house.desk(), other).await.unwrap();
    let theirs = desk::edit_inbox::create_inbox(
        house.desk(),
        other.account_id,
        desk::edit_inbox::InboxChange {
            kind: Some(desk::edit_inbox::InboxKind::Email),
            email: Some("mallory@other.example".into()),
            ..desk::edit_inbox::InboxChange::default()
        },
    );
    let theirs = json!({"id": theirs.await.unwrap().id.0});
    let ours = makes_inbox(&house, "support@acme.example").await;
    house.receives(&from_carla("first", "Where is my order?")).await;
    let conversation = conversations_in(&house, &ours).await[0].clone();
    let number = conversation["id"].as_i64().unwrap();
    house.agent().replies(number, "It left on Friday.").await;
    house.work().await;
    let (known, reply_to) = latest_mail(&house, &conversation).await;
    // Whoever runs the server of their own mailbox may write whatever they like into its mails.
    let forged = from_carla("forged", "Cancel it.").with("In-Reply-To", &known);
    assert_eq!(fetches(&house, &theirs, &forged).await, InboundState::Delivered, "in their own account");
    assert_eq!(house.agent().messages(number).await.len(), 2, "and not in this one");
    let by_agent = forged.with("From", house::ADMIN).to(&reply_to).id("as-agent@acme.example");
    let said = "mx.acme.example; dkim=pass header.d=acme.example; dmarc=pass header.from=acme.example";
    let state = fetches(&house, &theirs, &by_agent.with("Authentication-Results", said)).await;
    assert_eq!(state, InboundState::Held);
    let messages = house.agent().messages(number).await;
    assert!(
        messages
            .iter()
            .all(|message| message["sender"]["type"] != json!("user") || message["content"] != json!("Cancel it.")),
        "{messages:?}"
    );
}
