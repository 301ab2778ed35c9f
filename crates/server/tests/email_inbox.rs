//! The e-mail inbox: its settings, the conversations that mail to it opens, and the answers that go out from it.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{DOMAIN, House, on_both};
use serde_json::{Value, json};
use store::inboxes;

on_both!(
    an_email_inbox_is_made_and_shows_no_secret,
    an_address_that_cannot_be_the_inboxs_is_refused,
    a_mailbox_is_set_and_its_password_kept_to_itself,
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
