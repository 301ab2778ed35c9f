//! SMS and MMS over Twilio.

use super::{
    CALLBACK, CARLAS, NUMBER, SERVICE, SITE, STATUS, Sms, TOKEN, fixture, hook, messages, posts, sends_file, sid,
    signed,
};
use crate::{
    provider::Mood,
    stage::{CARLA, Scene, Stage, deliveries},
};
use serde_json::{Value, json};

mod more {
    use super::{
        a_late_failure_goes_by_mail, a_long_text_goes_in_whole_segments, a_person_is_written_to_first,
        a_post_is_signed_for_the_public_address, a_service_takes_and_sends, files_come_and_go,
        the_settings_are_checked, what_became_of_a_message_is_told_in_any_order,
        who_opts_out_gets_mail_until_they_are_back,
    };
    use crate::stage::both;
    both!(
        super::super::Sms,
        a_late_failure_goes_by_mail,
        a_long_text_goes_in_whole_segments,
        a_person_is_written_to_first,
        a_post_is_signed_for_the_public_address,
        a_service_takes_and_sends,
        files_come_and_go,
        the_settings_are_checked,
        what_became_of_a_message_is_told_in_any_order,
        who_opts_out_gets_mail_until_they_are_back,
    );
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

/// What Twilio posts of the `n`-th message it took.
fn became(n: usize, status: &str, code: &str) -> crate::stage::Hook {
    let id = sid(n);
    let mut changes =
        vec![("MessageSid", id.as_str()), ("SmsSid", id.as_str()), ("MessageStatus", status), ("SmsStatus", status)];
    if code.is_empty() {
        return hook(STATUS, "delivered", &changes);
    }
    changes.push(("ErrorCode", code));
    hook(STATUS, "undelivered", &changes)
}

async fn a_post_is_signed_for_the_public_address(scene: Scene<Sms>) {
    let form = |n: u8| {
        let mut form = fixture("sms");
        form.insert("MessageSid".into(), format!("SM{n:032x}"));
        form.insert("Body".into(), format!("No. {n}"));
        form
    };
    // A proxy in between talks plain HTTP to another name: what counts is the address that Twilio was told.
    let mut proxied = signed(&format!("{SITE}{CALLBACK}?from=twilio&x=%20"), &form(1), TOKEN);
    proxied.headers.extend([("host", "10.0.0.7:3000".to_owned()), ("x-forwarded-proto", "http".into())]);
    posts(&scene, proxied).await;
    posts(&scene, signed(&format!("{SITE}:443{CALLBACK}"), &form(2), TOKEN).at(CALLBACK)).await;
    for inner in
        ["http://127.0.0.1:3000", "http://segue.example", "https://segue.example.evil", "https://segue.example:8443"]
    {
        let forged = signed(&format!("{inner}{CALLBACK}"), &form(3), TOKEN).at(CALLBACK);
        assert_eq!(scene.posts(&forged).await.status.as_u16(), 401, "{inner}");
    }
    scene.house.work().await;
    assert_eq!(scene.thread().await, [pair("contact", "No. 1"), pair("contact", "No. 2")]);
    let contact = scene.conversation().await["meta"]["sender"].clone();
    assert_eq!(contact["phone_number"], CARLAS);
    assert_eq!(contact["additional_attributes"]["from_city"], "SAN FRANCISCO");
}

async fn who_opts_out_gets_mail_until_they_are_back(mut scene: Scene<Sms>) {
    scene.carla_says("Hello").await;
    scene.carla_has_an_address().await;
    let stop = hook(CALLBACK, "opted_out", &[]);
    posts(&scene, stop.clone()).await;
    let window = scene.conversation().await["reply_window"].clone();
    assert_eq!((&window["open"], &window["unreachable"]), (&json!(false), &json!("they have opted out with STOP")));
    let reply = scene.agent_replies("By mail, then", "auto").await;
    assert_eq!(deliveries(&reply), [pair("email", "sandboxed")]);
    assert_eq!(reply["deliveries"][0]["to"], CARLA);
    let only = scene.agent_replies("Only there", "channel").await;
    assert_eq!(deliveries(&only), [pair("twilio_sms", "failed")]);
    assert!(scene.stage.provider.asked("/Messages.json").is_empty(), "nobody is asked in vain");
    scene.carla_says("START").await;
    assert_eq!(scene.conversation().await["can_reply"], true);
    let back = scene.agent_replies("Welcome back", "auto").await;
    assert_eq!(deliveries(&back), [pair("twilio_sms", "sent")]);
    // The same word again is an old post, and changes nothing any more.
    posts(&scene, stop).await;
    assert_eq!(scene.conversation().await["can_reply"], true);
    // Without Twilio's word for it, the carriers' words count.
    scene.carla_says("unsubscribe ").await;
    assert_eq!(scene.conversation().await["can_reply"], false);
    scene.carla_says("HELP").await;
    let said: Vec<String> = scene.thread().await.into_iter().map(|(_, words)| words).collect();
    assert_eq!(said, ["Hello", "STOP", "By mail, then", "Only there", "START", "Welcome back", "unsubscribe", "HELP"]);
    // Twilio has the last word: what they wrote since was no START.
    scene.stage.set(Mood::Lost);
    let refused = scene.agent_replies("Are you back?", "auto").await;
    assert_eq!(deliveries(&refused), [pair("twilio_sms", "failed"), pair("email", "sandboxed")]);
    assert_eq!(refused["deliveries"][0]["code"], "21610");
    assert_eq!(scene.conversation().await["reply_window"]["unreachable"], "they have opted out");
}

async fn a_long_text_goes_in_whole_segments(mut scene: Scene<Sms>) {
    scene.carla_says("Tell me everything").await;
    // 153 septets a segment; the euro sign takes two of them.
    let plain = "ten chars ".repeat(160).trim_end().to_owned();
    let euros = "€ and ten ".repeat(150).trim_end().to_owned();
    // One such character, and 67 a segment.
    let emoji = format!("{}😀", "ten chars ".repeat(100));
    for words in [&plain, &euros, &emoji] {
        let before = scene.stage.reached().len();
        let reply = scene.agent_replies(words, "auto").await;
        assert_eq!(deliveries(&reply), [pair("twilio_sms", "sent")]);
        let pieces = scene.stage.reached().split_off(before);
        assert_eq!(pieces.join(" "), *words, "words stay whole");
        assert_eq!(pieces.len(), 2);
    }
    let pieces = scene.stage.reached();
    let lengths: Vec<usize> = pieces.iter().map(|piece| piece.encode_utf16().count()).collect();
    // 1530 septets; 139 times eleven; all that is GSM, as long as nothing else stands in the piece.
    assert_eq!(lengths[0], 1529);
    assert_eq!(lengths[2], 1389);
    assert!(
        lengths[4] <= 1530 && pieces[4].is_ascii() && lengths[5] <= 670 && pieces[5].ends_with('😀'),
        "{lengths:?}"
    );
    let whole = "😀".repeat(400);
    scene.agent_replies(&whole, "auto").await;
    let pieces = scene.stage.reached().split_off(6);
    assert_eq!(pieces.concat(), whole);
    assert_eq!(pieces[0].chars().count(), 330, "33 in each of ten segments, none torn");
}

async fn what_became_of_a_message_is_told_in_any_order(mut scene: Scene<Sms>) {
    scene.carla_says("Hello").await;
    scene.carla_has_an_address().await;
    let reply = scene.agent_replies("One", "auto").await;
    for status in ["sent", "delivered", "queued", "delivered", "sent"] {
        posts(&scene, became(1, status, "")).await;
    }
    assert_eq!(scene.shown(&reply).await["status"], "delivered");
    posts(&scene, became(1, "undelivered", "30008")).await;
    let shown = scene.shown(&reply).await;
    assert_eq!((&shown["status"], deliveries(&shown).len()), (&json!("delivered"), 1), "what arrived has arrived");
    // A failure that is told before Twilio's answer is known.
    posts(&scene, became(2, "failed", "30007")).await;
    let early = scene.agent_replies("Two", "auto").await;
    assert_eq!(deliveries(&early), [pair("twilio_sms", "failed"), pair("email", "sandboxed")]);
    let forged = signed(&format!("{SITE}{STATUS}"), &fixture("undelivered"), "another token");
    assert_eq!(scene.posts(&forged).await.status.as_u16(), 401);
    let unknown = hook(STATUS, "undelivered", &[("MessageSid", "SM000000000000000000000000000000ff")]);
    posts(&scene, unknown).await;
    assert_eq!(scene.mails().await, 1);
}

async fn a_late_failure_goes_by_mail(mut scene: Scene<Sms>) {
    scene.carla_says("Hello").await;
    let lost = scene.agent_replies("Lost", "auto").await;
    posts(&scene, became(1, "undelivered", "30003")).await;
    let shown = scene.shown(&lost).await;
    assert_eq!((deliveries(&shown), &shown["status"]), (vec![pair("twilio_sms", "failed")], &json!("failed")));
    assert_eq!(shown["deliveries"][0]["detail"], "the phone cannot be reached");
    scene.carla_has_an_address().await;
    let reply = scene.agent_replies("Are you there?", "auto").await;
    assert_eq!(deliveries(&reply), [pair("twilio_sms", "sent")], "a phone that is off may be on again");
    posts(&scene, became(2, "sent", "")).await;
    for _ in 0..2 {
        posts(&scene, became(2, "undelivered", "30005")).await;
    }
    let shown = scene.shown(&reply).await;
    assert_eq!(deliveries(&shown), [pair("twilio_sms", "failed"), pair("email", "sandboxed")]);
    assert_eq!((&shown["deliveries"][0]["code"], &shown["status"]), (&json!("30005"), &json!("sent")));
    assert_eq!(scene.mails().await, 1);
    assert!(scene.lines().await[0].contains("no longer in service"), "{:?}", scene.lines().await);
    assert_eq!(scene.conversation().await["can_reply"], false);
    scene.carla_says("A new phone").await;
    assert_eq!(scene.conversation().await["can_reply"], true);
}

async fn files_come_and_go(scene: Scene<Sms>) {
    scene.stage.move_file("ME00000000000000000000000000000001", "/elsewhere/picture?token=x");
    scene.stage.move_file("ME00000000000000000000000000000002", "http://169.254.169.254/latest/meta-data");
    posts(&scene, hook(CALLBACK, "mms", &[])).await;
    scene.house.pass(100_000).await;
    let message = messages(&scene).await[0].clone();
    assert_eq!(message["content"], "Look");
    let file = &message["attachments"][0];
    assert_eq!((&file["file_type"], &file["file_size"]), (&json!("image"), &json!(9)));
    assert!(file["data_url"].as_str().unwrap().ends_with("/image-1.jpg"), "{file}");
    assert_eq!(message["attachments"].as_array().unwrap().len(), 1, "nothing from private networks");
    let lost = &message["content_attributes"]["media"][0];
    assert_eq!((&lost["n"], &lost["state"]), (&json!(1), &json!("failed")), "{message}");

    let sent = sends_file(&scene, "See", "a.png", "image/png").await;
    assert_eq!(deliveries(&sent), [pair("twilio_sms", "sent")]);
    let sent = sends_file(&scene, "And this", "b.exe", "application/octet-stream").await;
    assert_eq!(deliveries(&sent), [pair("twilio_sms", "sent")]);
    let taken = scene.stage.taken();
    assert_eq!((taken[0]["Body"].as_str(), taken.len()), ("See", 2));
    let path = taken[0]["MediaUrl"].strip_prefix(SITE).unwrap();
    let fetched = scene.house.call("GET", path).send().await;
    assert_eq!(fetched.body, b"bytes", "Twilio can fetch it");
    assert!(taken[1]["Body"].starts_with("And this\n\nb.exe: https://segue.example/rails/"), "{:?}", taken[1]);
    assert!(!taken[1].contains_key("MediaUrl"));
}

async fn a_person_is_written_to_first(scene: Scene<Sms>) {
    let agent = scene.house.agent();
    let made = agent.call("POST", "/contacts").json(json!({"name": "Carla", "phone_number": CARLAS})).await.ok();
    let contact = made["payload"]["contact"]["id"].as_i64().or(made["id"].as_i64()).unwrap();
    let asked =
        json!({"inbox_id": scene.inbox["id"], "contact_id": contact, "message": {"content": "Your parcel is here"}});
    agent.call("POST", "/conversations").json(asked).await.ok();
    scene.house.work().await;
    let taken = scene.stage.taken();
    assert_eq!((taken[0]["To"].as_str(), taken[0]["From"].as_str()), (CARLAS, NUMBER));
    posts(&scene, hook(CALLBACK, "sms", &[("Body", "Great")])).await;
    assert_eq!(scene.thread().await, [pair("user", "Your parcel is here"), pair("contact", "Great")]);
}

async fn a_service_takes_and_sends(scene: Scene<Sms>) {
    let agent = scene.house.agent();
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    let change = json!({"channel": {"phone_number": "", "messaging_service_sid": SERVICE}});
    agent.call("PATCH", &path).json(change).await.ok();
    scene.house.work().await;
    let told = scene.stage.provider.taken(SERVICE);
    let told: Vec<(String, String)> = told.last().unwrap().form();
    assert!(told.contains(&pair("InboundRequestUrl", &format!("{SITE}{CALLBACK}"))), "{told:?}");
    let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
    assert_eq!(tested["words"], "Twilio knows the account Acme Inc.");

    posts(&scene, hook(CALLBACK, "sms", &[("MessagingServiceSid", SERVICE), ("To", "+15550000001")])).await;
    let reply = scene.agent_replies("From the pool", "auto").await;
    let taken = scene.stage.taken();
    assert_eq!((taken[0]["MessagingServiceSid"].as_str(), taken[0].get("From")), (SERVICE, None));
    let id = sid(1);
    let arrived =
        hook(STATUS, "delivered", &[("MessageSid", &id), ("MessagingServiceSid", SERVICE), ("From", "+15550000001")]);
    posts(&scene, arrived).await;
    assert_eq!(scene.shown(&reply).await["status"], "delivered");
    let stray = hook(CALLBACK, "sms", &[("MessageSid", "SM00000000000000000000000000000077")]);
    assert_eq!(scene.posts(&stray).await.status.as_u16(), 404, "the number alone is nobody's any more");
}

async fn the_settings_are_checked(scene: Scene<Sms>) {
    assert_eq!((&scene.inbox["channel_type"], &scene.inbox["medium"]), (&json!("Channel::TwilioSms"), &json!("sms")));
    assert_eq!((&scene.inbox["auth_token_set"], &scene.inbox["phone_number"]), (&json!(true), &json!(NUMBER)));
    assert_eq!(scene.inbox["callback_webhook_url"], format!("{SITE}{CALLBACK}"));
    let agent = scene.house.agent();
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    let test = async || agent.call("POST", &format!("{path}/test")).send().await.ok();
    assert_eq!(test().await["words"], "Twilio knows the account Acme Inc.");
    scene.stage.kept.lock().unwrap().sms_url = "https://demo.twilio.com/welcome".into();
    let elsewhere = test().await;
    assert_eq!(elsewhere["ok"], false);
    assert_eq!(elsewhere["words"], "Twilio: messages are posted to https://demo.twilio.com/welcome, not here");
    scene.stage.set(Mood::Lost);
    assert_eq!(test().await["words"], "Twilio: the account is suspended");
    scene.stage.set(Mood::Takes);
    agent.call("PATCH", &path).json(json!({"channel": {"phone_number": "+15550000009"}})).await.ok();
    assert_eq!(test().await["words"], "Twilio: the account has no number +15550000009");
    agent.call("PATCH", &path).json(json!({"channel": {"auth_token": "revoked"}})).await.ok();
    assert_eq!(test().await["words"], "Twilio: the credentials are wrong");

    let make = async |change: Value| {
        let mut channel = scene.stage.settings();
        channel["type"] = json!("twilio_sms");
        for (name, value) in change.as_object().unwrap() {
            channel[name] = value.clone();
        }
        agent.call("POST", "/inboxes").json(json!({"name": "x", "channel": channel})).await.refused(422)
    };
    let rows = [
        (json!({"account_sid": "AC123"}), "account_sid"),
        (json!({"auth_token": ""}), "auth_token"),
        (json!({"phone_number": "0711"}), "phone_number"),
        (json!({"phone_number": ""}), "phone_number"),
        (json!({"messaging_service_sid": "XX"}), "messaging_service_sid"),
        (json!({"api_key_sid": "SK00000000000000000000000000000003"}), "api_key_secret"),
        (json!({"api_key_sid": "SK", "api_key_secret": "x"}), "api_key_sid"),
        (json!({"api_key_secret": "x"}), "api_key_sid"),
        (json!({"medium": "fax"}), "medium"),
    ];
    for (change, field) in rows {
        let words = make(change.clone()).await;
        assert!(words.starts_with(field), "{change}: {words}");
    }
    let twice = json!({"phone_number": "+15550000009"});
    assert_eq!(make(twice).await, "account_sid: belongs to another inbox already");
}
