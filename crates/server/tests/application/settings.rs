//! Account, inboxes, mail settings.

use super::admin;
use crate::house::{DOMAIN, House, on_both};
use serde_json::json;

on_both!(
    the_account_says_whether_inbound_is_on,
    values_that_make_no_sense_are_named_and_change_nothing,
    a_website_inbox_has_its_snippet,
    continuity_is_set_at_the_top_or_below_channel,
    mail_settings_say_what_is_missing,
);

async fn the_account_says_whether_inbound_is_on(house: House) {
    let ann = admin(&house);
    let account = ann.get("").await.ok();
    assert_eq!(account["inbound"], json!({"on": false, "domain": DOMAIN}));
    assert_eq!(account["role"], "administrator");
    let change = json!({"domain": "Mail.Acme.Example", "support_email": "Help <help@acme.example>", "features": {"inbound_emails": true}});
    let account = ann.patch("", change).await.ok();
    assert_eq!(account["inbound"], json!({"on": true, "domain": "mail.acme.example"}));
    let account = ann.patch("", json!({"domain": null})).await.ok();
    assert_eq!((&account["domain"], &account["inbound"]["domain"]), (&json!(null), &json!(DOMAIN)));
    assert_eq!(account["support_email"], "Help <help@acme.example>", "what is not named stays");
}

async fn values_that_make_no_sense_are_named_and_change_nothing(house: House) {
    let ann = admin(&house);
    let before = ann.get("").await.ok();
    for (field, change) in [
        ("domain", json!({"name": "New", "domain": "not a host"})),
        ("domain", json!({"domain": format!("{}.example.org", "a.".repeat(60))})),
        ("support_email", json!({"name": "New", "support_email": "nobody"})),
        ("name", json!({"name": ""})),
        ("locale", json!({"locale": "klingon, please"})),
        ("features", json!({"name": "New", "features": {"teleport": true}})),
    ] {
        let words = ann.patch("", change).await.refused(422);
        assert!(words.starts_with(field), "{words}");
    }
    ann.patch("", json!({"name": 7})).await.refused(422);
    ann.call("PATCH", "").body("{not json").await.refused(400);
    ann.call("PATCH", "").body("[]").await.refused(422);
    assert_eq!(ann.get("").await.ok(), before);
}

async fn a_website_inbox_has_its_snippet(house: House) {
    let ann = admin(&house);
    let asked = json!({"name": "Shop", "channel": {"type": "web_widget", "website_url": "https://shop.example", "widget_color": "#AABBCC"},
        "greeting_enabled": true, "greeting_message": "Hello!"});
    let made = ann.post("/inboxes", asked).await.ok();
    assert_eq!(
        (made["channel_type"].as_str(), made["widget_color"].as_str()),
        (Some("Channel::WebWidget"), Some("#aabbcc"))
    );
    let token = made["website_token"].as_str().expect("a token");
    assert_eq!(token.len(), 32);
    let script = made["web_widget_script"].as_str().expect("a snippet");
    assert!(
        script.contains(token) && script.contains("https://segue.example") && script.contains("/packs/js/sdk.js"),
        "{script}"
    );
    assert_eq!(ann.get("/inboxes").await.ok()["payload"].as_array().map(Vec::len), Some(2));
    assert_eq!(ann.get(&format!("/inboxes/{}", made["id"])).await.ok(), made);
    for (field, asked) in [
        ("name", json!({"channel": {"type": "web_widget", "website_url": "https://shop.example"}})),
        (
            "website_url",
            json!({"name": "Shop", "channel": {"type": "web_widget", "website_url": "javascript:alert(1)"}}),
        ),
        ("channel.type", json!({"name": "Shop", "channel": {"type": "telepathy"}})),
    ] {
        let words = ann.post("/inboxes", asked).await.refused(422);
        assert!(words.starts_with(field), "{words}");
    }
}

async fn continuity_is_set_at_the_top_or_below_channel(house: House) {
    let ann = admin(&house);
    let path = format!("/inboxes/{}", house.made.inbox_id.expect("an inbox"));
    let inbox = ann.get(&path).await.ok();
    assert_eq!((&inbox["continuity_via_email"], &inbox["continuity_delay"]), (&json!(true), &json!(120)));
    assert_eq!(ann.patch(&path, json!({"continuity_delay": 0})).await.ok()["continuity_delay"], 0);
    let below = json!({"channel": {"continuity_delay": 30, "continuity_via_email": false}});
    let inbox = ann.patch(&path, below).await.ok();
    assert_eq!((&inbox["continuity_via_email"], &inbox["continuity_delay"]), (&json!(false), &json!(30)));
    ann.patch(&path, json!({"continuity_delay": -1})).await.refused(422);
    ann.patch("/inboxes/4711", json!({"continuity_delay": 1})).await.refused(404);
    ann.patch("/inboxes/x", json!({"continuity_delay": 1})).await.refused(404);
}

async fn mail_settings_say_what_is_missing(house: House) {
    let answer = admin(&house).get("/settings/mail").await;
    assert_eq!(
        (&answer.headers["cache-control"], &answer.headers["x-content-type-options"]),
        (&"no-store".parse().expect("a value"), &"nosniff".parse().expect("a value"))
    );
    let mut settings = answer.ok();
    // Each way in, as the stories of the ingresses show it.
    let roads = settings["roads"].take();
    assert_eq!((&roads[0]["name"], &roads[0]["ready"]), (&json!("relay"), &json!(true)));
    let expected = json!({"sandbox": true, "smtp": null, "sender": "Acme Support <support@acme.example>",
        "inbound_domain_default": DOMAIN, "ingresses": ["relay"],
        "ingress_url": "https://segue.example/rails/action_mailbox/relay/inbound_emails", "ingress_password_set": true,
        "resolver": "off", "trusted_authserv": null, "smtp_listen": null, "lmtp_listen": null, "roads": null});
    assert_eq!(settings, expected);
}
