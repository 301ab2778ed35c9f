//! Who a person on a messaging channel is: an address they write becomes theirs, a number that the provider vouches for
//! leads to its contact, and a merge joins the channel with what came by mail.

use crate::{
    house::House,
    stage::{CARLA, Scene, Stage, both, deliveries},
    telegram::Telegram,
};
use desk::receive_on_channel::{News, Person, Words, receive};
use model::ids::InboxId;
use serde_json::{Value, json};

both!(
    Telegram,
    an_address_written_in_a_chat_becomes_theirs,
    only_a_plausible_address_is_offered,
    an_address_of_somebody_else_reveals_nothing,
    a_vouched_number_leads_to_its_contact,
    a_merged_channel_goes_on_by_mail_and_comes_apart_again,
);

async fn person(scene: &Scene<Telegram>) -> Value {
    scene.conversation().await["meta"]["sender"].clone()
}

async fn decides(house: &House, id: &Value, action: &str) -> crate::house::Answer {
    house.agent().call("POST", &format!("/contacts/{id}/offered_email")).json(json!({"action": action})).await
}

async fn an_address_written_in_a_chat_becomes_theirs(mut scene: Scene<Telegram>) {
    scene.carla_says("Hello").await;
    scene.agent_replies("What is the e-mail address you can be reached at?", "auto").await;
    scene.carla_says("Sure, it's Carla@Customer.example.").await;
    assert_eq!(scene.lines().await, [format!("Carla Customer wrote an e-mail address: {CARLA}")]);
    let carla = person(&scene).await;
    assert_eq!((&carla["email"], &carla["offered_email"]), (&Value::Null, &json!(CARLA)));
    let number = scene.number().await;
    scene.house.agent().sends(number, json!({"content": "x", "delivery": "email"})).await.refused(422);
    decides(&scene.house, &carla["id"], "maybe").await.refused(422);
    let taken = decides(&scene.house, &carla["id"], "accept").await.ok()["payload"].clone();
    assert_eq!(
        (&taken["email"], &taken["email_verified"], &taken["offered_email"]),
        (&json!(CARLA), &json!(false), &Value::Null)
    );
    decides(&scene.house, &carla["id"], "accept").await.refused(422);
    let mailed = scene.agent_replies("Here it is", "email").await;
    assert_eq!(deliveries(&mailed), [("email".to_owned(), "sandboxed".to_owned())]);
    assert_eq!(person(&scene).await["email_verified"], false, "sent is not proved");
    scene.carla_answers_the_mail("Got it").await;
    assert_eq!(person(&scene).await["email_verified"], true);
    assert_eq!(scene.thread().await.last().unwrap().1, "Got it");
    scene.carla_says("And my other one is carla@home.example").await;
    assert_eq!(scene.lines().await.len(), 1, "she has an address");
}

async fn only_a_plausible_address_is_offered(mut scene: Scene<Telegram>) {
    for words in [
        "carla at customer dot example",
        "a@x.example or b@x.example",
        "You are support@acme.example, right?",
        "x@in.example.org",
    ] {
        scene.carla_says(words).await;
        assert_eq!(
            (person(&scene).await["offered_email"].clone(), scene.lines().await.len()),
            (Value::Null, 0),
            "{words}"
        );
    }
    scene.carla_says("me@wrong.example").await;
    let carla = person(&scene).await;
    assert_eq!(decides(&scene.house, &carla["id"], "dismiss").await.ok()["payload"]["offered_email"], Value::Null);
    decides(&scene.house, &carla["id"], "accept").await.refused(422);
    scene.carla_says(CARLA).await;
    scene.carla_says(&format!("That is {CARLA}")).await;
    assert_eq!(
        (person(&scene).await["offered_email"].clone(), scene.lines().await.len()),
        (json!(CARLA), 2),
        "said once"
    );
}

async fn an_address_of_somebody_else_reveals_nothing(mut scene: Scene<Telegram>) {
    let holder = json!({"name": "The real Carla", "email": CARLA});
    let holder =
        scene.house.agent().call("POST", "/contacts").json(holder).await.ok()["payload"]["contact"]["id"].clone();
    let path = format!("/contacts/{holder}");
    scene.house.agent().call("PATCH", &path).json(json!({"email_verified": true})).await.ok();
    scene.carla_says(&format!("I am {CARLA}")).await;
    let guest = person(&scene).await;
    decides(&scene.house, &guest["id"], "accept").await.ok();
    assert!(scene.stage.reached().is_empty(), "nothing is said to them");
    let offers =
        async |id: &Value| scene.house.agent().get(&format!("/contacts/{id}/merge_offers")).await["payload"].clone();
    assert_eq!((offers(&guest["id"]).await, offers(&holder).await), (json!([]), json!([])), "not before it is proved");
    scene.agent_replies("Here", "email").await;
    scene.carla_answers_the_mail("It is me").await;
    assert_eq!(offers(&guest["id"]).await[0]["contact"]["id"], holder);
}

/// The provider of the inbox tells of someone whose number it vouches for.
async fn heard(scene: &Scene<Telegram>, who: &str, number: &str, id: &str) -> Value {
    let by = Person { id: who.into(), name: Some("Vera".into()), phone: Some(number.into()), noted: Value::Null };
    let words = Words { text: Some(format!("I am {who}")), ..Words::default() };
    let inbox = InboxId(scene.inbox["id"].as_i64().unwrap());
    receive(scene.house.desk(), inbox, News::Said { by, id: id.into(), words, at: None }).await.unwrap();
    let list = scene.house.agent().get("/conversations?status=all").await;
    let all = list["data"]["payload"].as_array().unwrap();
    let theirs = all.iter().find(|one| one["last_non_activity_message"]["content"] == format!("I am {who}")).unwrap();
    theirs["meta"]["sender"].clone()
}

async fn a_vouched_number_leads_to_its_contact(scene: Scene<Telegram>) {
    let agent = scene.house.agent();
    let known =
        agent.call("POST", "/contacts").json(json!({"name": "Vera", "phone_number": "+49 30 123456"})).await.ok();
    let known = known["payload"]["contact"].clone();
    assert_eq!((&known["phone_number"], &known["phone_verified"]), (&json!("+4930123456"), &json!(true)));
    assert_eq!(heard(&scene, "one", "+4930123456", "m1").await["id"], known["id"]);
    assert_eq!(heard(&scene, "one", "+4930123456", "m2").await["id"], known["id"], "by the provider's id");
    assert_eq!(heard(&scene, "two", "+4930123456", "m3").await["id"], known["id"], "another account, the same number");

    // Anyone can type a number on the website.
    let visitor = scene.house.visitor().await;
    visitor.asks("Hello").await;
    visitor.call("PATCH", "/contact").json(json!({"phone_number": "+4930999"})).await.ok();
    let guest = scene.house.contact_of(visitor.number().await).await;
    assert!(!guest.phone_verified);
    let other = heard(&scene, "three", "+4930999", "m4").await;
    assert!(other["id"] != guest.id.0);
    assert_eq!(other["phone_verified"], true);
    let offers = agent.get(&format!("/contacts/{}/merge_offers", other["id"])).await;
    assert_eq!(
        (&offers["payload"][0]["contact"]["id"], &offers["payload"][0]["reasons"][0]["proven"]),
        (&json!(guest.id.0), &json!(false))
    );
}

async fn a_merged_channel_goes_on_by_mail_and_comes_apart_again(mut scene: Scene<Telegram>) {
    scene.carla_says("Hello from the phone").await;
    let phone = person(&scene).await["id"].clone();
    let number = scene.number().await;
    let made = json!({"name": "Carla by mail", "email": CARLA, "email_verified": true});
    let by_mail =
        scene.house.agent().call("POST", "/contacts").json(made).await.ok()["payload"]["contact"]["id"].clone();
    let form = json!({"base_contact_id": by_mail, "mergee_contact_id": phone});
    let merged = scene.house.agent().call("POST", "/actions/contact_merge").json(form).await.ok();
    assert_eq!((&merged["id"], &merged["name"]), (&by_mail, &json!("Carla by mail")));
    assert_eq!(person(&scene).await["id"], by_mail);
    let mailed = scene.agent_replies("Now by mail", "email").await;
    assert_eq!(deliveries(&mailed)[0].1, "sandboxed");
    scene.carla_answers_the_mail("By mail, then").await;
    scene.house.clock.advance(5);
    scene.carla_says("And by phone").await;
    assert_eq!(scene.number().await, number, "one thread");
    let senders = async |scene: &Scene<Telegram>| {
        let all = scene.house.agent().messages(number).await;
        let theirs = all.iter().filter(|one| one["message_type"] == 0);
        theirs.map(|one| one["sender"]["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(senders(&scene).await, vec![by_mail.clone(); 3]);

    let path = format!("/contact_merges/{}/undo", merged["merge_id"]);
    scene.house.agent().call("POST", &path).send().await.ok();
    assert_eq!(person(&scene).await["id"], phone, "the conversation follows its channel identity");
    assert_eq!(senders(&scene).await, [phone.clone(), by_mail.clone(), phone.clone()]);
    scene.carla_says("Still me").await;
    assert_eq!(senders(&scene).await.last(), Some(&phone));
    assert_eq!(scene.number().await, number);
}

/// The same with a provider that really says numbers.
mod on_whatsapp {
    use crate::stage::{Scene, both};
    use serde_json::json;

    both!(crate::whatsapp::WhatsApp, a_message_leads_to_the_contact_with_its_number);

    async fn a_message_leads_to_the_contact_with_its_number(mut scene: Scene<crate::whatsapp::WhatsApp>) {
        let known = json!({"name": "Carla by phone", "phone_number": "+49 151 12345678"});
        let known = scene.house.agent().call("POST", "/contacts").json(known).await.ok()["payload"]["contact"].clone();
        scene.carla_says("Hello").await;
        let sender = scene.conversation().await["meta"]["sender"].clone();
        assert_eq!((&sender["id"], &sender["name"]), (&known["id"], &json!("Carla by phone")));
        assert_eq!(scene.house.agent().get("/contacts").await["meta"]["count"], 1);
    }
}
