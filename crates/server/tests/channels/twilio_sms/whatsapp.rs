//! WhatsApp over Twilio.

use super::{
    ACCOUNT, CALLBACK, CARLAS, CONTENT, NUMBER, STATUS, TOKEN, Whatsapp, basic, hook, messages, posts, sends_file, sid,
};
use crate::stage::{CARLA, Scene, Stage, deliveries};
use serde_json::json;

mod more {
    use super::{
        a_template_goes_when_the_window_is_closed, both_media_of_a_number_keep_apart,
        files_go_with_words_where_they_may, places_buttons_and_answers_are_understood,
        what_was_read_stays_read_and_what_failed_goes_by_mail,
    };
    use crate::stage::both;
    both!(
        super::super::Whatsapp,
        a_template_goes_when_the_window_is_closed,
        both_media_of_a_number_keep_apart,
        files_go_with_words_where_they_may,
        places_buttons_and_answers_are_understood,
        what_was_read_stays_read_and_what_failed_goes_by_mail,
    );
}

const DAY: i64 = 24 * 60 * 60;

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

async fn places_buttons_and_answers_are_understood(mut scene: Scene<Whatsapp>) {
    scene.carla_says("Hello").await;
    let contact = scene.conversation().await["meta"]["sender"].clone();
    assert_eq!((&contact["name"], &contact["phone_number"]), (&json!("Carla Customer"), &json!(CARLAS)));
    let asked = scene.agent_replies("When?", "auto").await;
    let sent = scene.stage.provider.asked("/Messages.json");
    let form = sent[0].form();
    assert!(
        form.contains(&pair("To", &format!("whatsapp:{CARLAS}")))
            && form.contains(&pair("From", &format!("whatsapp:{NUMBER}")))
    );
    assert_ne!(sent[0].header("authorization"), basic(ACCOUNT, TOKEN), "replies go with the key");
    posts(&scene, hook(CALLBACK, "whatsapp_button", &[("OriginalRepliedMessageSid", &sid(1))])).await;
    posts(&scene, hook(CALLBACK, "whatsapp_location", &[])).await;
    let all = messages(&scene).await;
    assert_eq!((&all[2]["content"], &all[2]["content_attributes"]["in_reply_to"]), (&json!("Tomorrow"), &asked["id"]));
    assert_eq!(all[2]["content_attributes"]["button_payload"], "day-2");
    let place = all[3]["content"].as_str().unwrap();
    assert_eq!(place, "Shop\n1 Main Street\nhttps://www.openstreetmap.org/?mlat=37.5&mlon=-122.25");
}

async fn a_template_goes_when_the_window_is_closed(mut scene: Scene<Whatsapp>) {
    scene.carla_says("Hello").await;
    scene.house.pass(DAY).await;
    assert_eq!(scene.conversation().await["can_reply"], false);
    let template = |sid: &str| {
        json!({
            "content": "Your order 7 is on its way",
            "template_params": {"name": "order", "content_sid": sid, "processed_params": {"1": "7"}},
        })
    };
    let number = scene.number().await;
    let list = scene.house.agent().get(&format!("/inboxes/{}/message_templates", scene.inbox["id"])).await;
    let offered = &list["payload"][1];
    assert_eq!((&offered["name"], &offered["title"]), (&json!(CONTENT), &json!("order")));
    let sent = scene.house.agent().sends(number, template(CONTENT)).await.ok();
    scene.house.work().await;
    assert_eq!(deliveries(&scene.shown(&sent).await), [pair("twilio_sms", "sent")]);
    let form = scene.stage.taken().remove(0);
    assert_eq!((form["ContentSid"].as_str(), form["ContentVariables"].as_str()), (CONTENT, r#"{"1":"7"}"#));
    assert!(!form.contains_key("Body"));
    let nameless = scene.house.agent().sends(number, template("order")).await.ok();
    scene.house.work().await;
    let shown = scene.shown(&nameless).await;
    assert_eq!(deliveries(&shown), [pair("twilio_sms", "failed")]);
    assert_eq!(shown["deliveries"][0]["detail"], "the template names no content (HX…)");
}

async fn what_was_read_stays_read_and_what_failed_goes_by_mail(mut scene: Scene<Whatsapp>) {
    scene.carla_says("Hello").await;
    scene.carla_has_an_address().await;
    let reply = scene.agent_replies("One", "auto").await;
    let first = sid(1);
    let read = |status: &str| hook(STATUS, "whatsapp_read", &[("MessageSid", &first), ("MessageStatus", status)]);
    for status in ["read", "delivered", "sent"] {
        posts(&scene, read(status)).await;
    }
    assert_eq!(scene.shown(&reply).await["status"], "read");
    // WhatsApp says that the window is closed only afterwards.
    let late = scene.agent_replies("Two", "auto").await;
    posts(&scene, hook(STATUS, "whatsapp_failed", &[("MessageSid", &sid(2))])).await;
    let shown = scene.shown(&late).await;
    assert_eq!(deliveries(&shown), [pair("twilio_sms", "failed"), pair("email", "sandboxed")]);
    assert_eq!(shown["deliveries"][0]["code"], "63016");
    assert_eq!(shown["deliveries"][1]["to"], CARLA);
    assert!(scene.lines().await[0].contains("the 24 hours for replies are over"), "{:?}", scene.lines().await);
    let blocked = scene.agent_replies("Three", "auto").await;
    posts(&scene, hook(STATUS, "whatsapp_failed", &[("MessageSid", &sid(3)), ("ErrorCode", "63033")])).await;
    assert_eq!(deliveries(&scene.shown(&blocked).await), [pair("twilio_sms", "failed"), pair("email", "sandboxed")]);
    assert_eq!(scene.conversation().await["reply_window"]["unreachable"], "they have blocked the sender");
}

async fn files_go_with_words_where_they_may(mut scene: Scene<Whatsapp>) {
    scene.carla_says("Send me both").await;
    sends_file(&scene, "The picture", "a.png", "image/png").await;
    sends_file(&scene, "The bill", "b.pdf", "application/pdf").await;
    sends_file(&scene, "A page", "c.html", "text/html").await;
    let taken = scene.stage.taken();
    let told: Vec<(Option<&str>, bool)> =
        taken.iter().map(|form| (form.get("Body").map(String::as_str), form.contains_key("MediaUrl"))).collect();
    assert_eq!(told[..3], [(Some("The picture"), true), (Some("The bill"), false), (None, true)]);
    assert!(told[3].0.unwrap().starts_with("A page\n\nc.html: https://") && !told[3].1, "{told:?}");
    let long = "ten chars ".repeat(161);
    scene.agent_replies(&long, "auto").await;
    let pieces: Vec<usize> = scene.stage.reached()[3..].iter().map(String::len).collect();
    assert_eq!(pieces, [1599, 9], "1600 characters, whatever they are");
}

async fn both_media_of_a_number_keep_apart(mut scene: Scene<Whatsapp>) {
    assert!(scene.stage.provider.asked("/IncomingPhoneNumbers.json").is_empty(), "its webhook is set by hand");
    scene.carla_says("On WhatsApp").await;
    let sms = hook(CALLBACK, "sms", &[]);
    assert_eq!(scene.posts(&sms).await.status.as_u16(), 404);
    let mut channel = scene.stage.settings();
    channel["type"] = json!("twilio_sms");
    channel["medium"] = json!("sms");
    let made = scene.house.agent().call("POST", "/inboxes").json(json!({"name": "SMS", "channel": channel})).await.ok();
    scene.house.work().await;
    posts(&scene, sms).await;
    let all = scene.house.agent().get("/conversations?status=all").await["data"]["payload"].as_array().unwrap().clone();
    let mut inboxes: Vec<i64> = all.iter().map(|conversation| conversation["inbox_id"].as_i64().unwrap()).collect();
    inboxes.sort_unstable();
    assert_eq!(inboxes, [scene.inbox["id"].as_i64().unwrap(), made["id"].as_i64().unwrap()]);
}
