//! The same person in several contacts: found, offered, merged, and parted again, over the API as agents use it.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use desk::setup::{Setup, setup};
use house::{
    Answer, House,
    customer::{Thread, mail_from},
    on_both,
};
use serde_json::{Value, json};
use store::contact_inboxes;

on_both!(
    two_contacts_become_one,
    a_merge_is_undone_and_everybody_has_their_own_words,
    what_came_by_mail_belongs_to_whose_address_it_came_from,
    merges_of_merges_are_undone_in_turn,
    a_merge_can_be_undone_for_thirty_days,
    an_erased_contact_takes_what_became_part_of_it_along,
    who_may_be_the_same_is_offered,
    accounts_and_people_the_site_tells_apart_stay_apart,
    values_are_one_contacts,
    contacts_are_found_by_exact_values,
    a_visitor_writes_an_address,
);

const CARLA: &str = "carla@customer.example";
const HOME: &str = "carla@home.example";

async fn contact(house: &House, id: i64) -> Value {
    house.agent().get(&format!("/contacts/{id}")).await["payload"].clone()
}

async fn change(house: &House, id: i64, change: Value) -> Answer {
    house.agent().call("PATCH", &format!("/contacts/{id}")).json(change).await
}

async fn make(house: &House, what: Value) -> i64 {
    let made = house.agent().call("POST", "/contacts").json(what).await.ok();
    made["payload"]["contact"]["id"].as_i64().unwrap()
}

async fn merge(house: &House, base: i64, mergee: i64) -> Answer {
    let form = json!({"base_contact_id": base, "mergee_contact_id": mergee});
    house.agent().call("POST", "/actions/contact_merge").json(form).await
}

async fn undo(house: &House, merge: &Value) -> Answer {
    house.agent().call("POST", &format!("/contact_merges/{merge}/undo")).send().await
}

async fn conversations(house: &House, id: i64) -> Vec<i64> {
    let all = house.agent().get(&format!("/contacts/{id}/conversations")).await;
    let mut all: Vec<i64> = all["payload"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    all.sort_unstable();
    all
}

/// Who said what in a conversation: the sender's id and the words.
async fn said(house: &House, number: i64) -> Vec<(i64, String)> {
    let all = house.agent().messages(number).await;
    let said = all.iter().filter(|message| message["message_type"] != 2);
    said.map(|one| {
        (one["sender"]["id"].as_i64().unwrap_or_default(), one["content"].as_str().unwrap_or_default().into())
    })
    .collect()
}

fn id(thread: &Thread) -> i64 {
    thread.contact.id.0
}

/// Two conversations on the website: with Carla at work, and with Carla at home.
async fn two(house: &House) -> (Thread, Thread) {
    let (work, home) = (house.thread(CARLA).await, house.thread(HOME).await);
    house.receives(&mail_from(CARLA).to(&work.reply_address()).says("From work")).await;
    house.receives(&mail_from(HOME).to(&home.reply_address()).says("From home")).await;
    (work, home)
}

async fn two_contacts_become_one(house: House) {
    let (work, home) = two(&house).await;
    change(&house, id(&work), json!({"name": "Carla", "custom_attributes": {"plan": "gold"}})).await.ok();
    let more =
        json!({"name": "C. Customer", "phone_number": "+4930123", "custom_attributes": {"plan": "free", "seats": 3}});
    change(&house, id(&home), more).await.ok();
    let path = format!("/contacts/{}/merge_preview?mergee_contact_id={}", id(&work), id(&home));
    let preview = house.agent().get(&path).await;
    assert_eq!((&preview["conversations_count"], &preview["inboxes"]), (&json!(1), &json!(["Acme"])));
    assert_eq!(preview["left_out"][0], json!({"attribute": "name", "kept": "Carla", "dropped": "C. Customer"}));
    assert_eq!(preview["left_out"][1]["attribute"], "plan");
    assert_eq!(contact(&house, id(&home)).await["name"], "C. Customer", "nothing was done");

    let node = house.listens().await;
    let agent = json!({"pubsub_token": pubsub(&house).await, "account_id": house.made.account_id.0});
    let mut desk = node.subscribes(agent).await.ok().unwrap();
    let merged = merge(&house, id(&work), id(&home)).await.ok();
    assert_eq!((&merged["id"], &merged["name"], &merged["email"]), (&json!(id(&work)), &json!("Carla"), &json!(CARLA)));
    assert_eq!(merged["additional_emails"], json!([HOME]));
    assert_eq!(merged["unverified_emails"], json!([]), "both had proved theirs");
    assert_eq!(
        (&merged["phone_number"], &merged["custom_attributes"]),
        (&json!("+4930123"), &json!({"plan": "gold", "seats": 3}))
    );
    assert_eq!(merged["contact_inboxes"].as_array().map(Vec::len), Some(2));
    let told = desk.hears("contact.merged").await;
    assert_eq!((&told["id"], &told["mergee_contact_id"]), (&json!(id(&work)), &json!(id(&home))));
    assert_eq!(desk.hears("contact.deleted").await["id"], id(&home));

    assert_eq!(contact(&house, id(&home)).await["id"], id(&work), "the old id leads to the base");
    assert_eq!(conversations(&house, id(&home)).await, [work.number, home.number]);
    assert_eq!(house.agent().get("/contacts").await["meta"]["count"], 1);
    assert_eq!(house.agent().get("/contacts/search?q=home.example").await["payload"][0]["id"], id(&work));
    assert_eq!(said(&house, home.number).await, [(id(&work), "From home".into())]);
    change(&house, id(&home), json!({"name": "Carla C."})).await.ok();
    assert_eq!(contact(&house, id(&work)).await["name"], "Carla C.");

    // Either address is hers, in either conversation, with the token that was given there.
    house.receives(&mail_from(HOME).to(&home.reply_address()).says("Home again")).await;
    house.receives(&mail_from(CARLA).to(&home.reply_address()).says("From work, there")).await;
    let all = house.agent().messages(home.number).await;
    assert!(
        all.iter().all(|one| one["content_attributes"]["author"]["relation"] == "contact" && one["withheld"] == false)
    );
    let again = merge(&house, id(&work), id(&home)).await.ok();
    assert_eq!((&again["id"], &again["merge_id"]), (&json!(id(&work)), &json!(null)), "they are one already");
    merge(&house, id(&work), id(&work)).await.refused(422);
    merge(&house, id(&work), 4711).await.refused(404);
}

async fn pubsub(house: &House) -> String {
    let profile = house.call("GET", "/api/v1/profile").header("api_access_token", &house.made.access_token);
    profile.send().await.ok()["pubsub_token"].as_str().unwrap().to_owned()
}

async fn a_merge_is_undone_and_everybody_has_their_own_words(house: House) {
    let (work, home) = two(&house).await;
    // Carla at home took part in the other conversation too.
    house.receives(&mail_from(HOME).to(&work.reply_address()).says("Home, at work's")).await;
    let before = (contact(&house, id(&work)).await, contact(&house, id(&home)).await);
    let said_before = (said(&house, work.number).await, said(&house, home.number).await);
    assert_eq!(said_before.0[1].0, id(&home));
    let merged = merge(&house, id(&work), id(&home)).await.ok();
    assert!(said(&house, work.number).await.iter().all(|(sender, _)| *sender == id(&work)));
    let listed = house.agent().get(&format!("/contacts/{}/contact_merges", id(&work))).await;
    assert_eq!(
        (&listed["payload"][0]["id"], &listed["payload"][0]["mergee_name"]),
        (&merged["merge_id"], &json!("Carla Customer"))
    );
    assert!(listed["payload"][0]["undoable_until"].as_i64() > Some(house.desk().now().as_second() + 86_400));

    let parted = undo(&house, &merged["merge_id"]).await.ok();
    assert_eq!((&parted["base"]["id"], &parted["mergee"]["id"]), (&json!(id(&work)), &json!(id(&home))));
    for (was, id) in [(&before.0, id(&work)), (&before.1, id(&home))] {
        assert_eq!(contact(&house, id).await, *was, "as if nothing had been");
    }
    assert_eq!((said(&house, work.number).await, said(&house, home.number).await), said_before);
    assert_eq!(
        (conversations(&house, id(&work)).await, conversations(&house, id(&home)).await),
        (vec![work.number], vec![home.number])
    );
    undo(&house, &merged["merge_id"]).await.ok();
    assert_eq!(contact(&house, id(&home)).await, before.1);
    assert!(
        house.agent().get(&format!("/contacts/{}/contact_merges", id(&work))).await["payload"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // Each has their own token again.
    house.receives(&mail_from(HOME).to(&home.reply_address()).says("Mine")).await;
    assert_eq!(said(&house, home.number).await.last().unwrap(), &(id(&home), "Mine".to_owned()));
    house.receives(&mail_from(CARLA).to(&home.reply_address()).says("Not mine")).await;
    let last = house.agent().messages(home.number).await.pop().unwrap();
    assert_eq!((&last["sender"]["id"], &last["withheld"]), (&json!(id(&work)), &json!(true)), "a stranger there");
    undo(&house, &json!(4711)).await.refused(404);
}

async fn what_came_by_mail_belongs_to_whose_address_it_came_from(house: House) {
    let (work, home) = two(&house).await;
    let merged = merge(&house, id(&work), id(&home)).await.ok();
    house.clock.advance(60);
    house.receives(&mail_from(CARLA).to(&home.reply_address()).says("Work, there")).await;
    house.receives(&mail_from(HOME).to(&home.reply_address()).says("Home, there")).await;
    house.receives(&mail_from(HOME).to(&work.reply_address()).says("Home, here")).await;
    house.the_contact_writes(home.number, id(&work), "In the chat there").await;
    house.the_contact_writes(work.number, id(&work), "In the chat here").await;
    change(&house, id(&work), json!({"custom_attributes": {"vip": true}})).await.ok();
    undo(&house, &merged["merge_id"]).await.ok();
    let (w, h) = (id(&work), id(&home));
    let own =
        |all: Vec<(i64, String)>| all.into_iter().map(|(who, words)| (who == w, who == h, words)).collect::<Vec<_>>();
    let line = |work: bool, words: &str| (work, !work, words.to_owned());
    assert_eq!(
        own(said(&house, home.number).await),
        [
            line(false, "From home"),
            line(true, "Work, there"),
            line(false, "Home, there"),
            line(false, "In the chat there")
        ]
    );
    assert_eq!(
        own(said(&house, work.number).await),
        [line(true, "From work"), line(false, "Home, here"), line(true, "In the chat here")]
    );
    let there = house.agent().messages(home.number).await;
    let by_work = there.iter().find(|one| one["content"] == "Work, there").unwrap();
    assert_eq!(by_work["content_attributes"]["author"]["relation"], "participant");
    assert_eq!(contact(&house, w).await["custom_attributes"], json!({"vip": true}), "what came since stays");
    assert_eq!(contact(&house, h).await["custom_attributes"], json!({}));
}

async fn merges_of_merges_are_undone_in_turn(house: House) {
    let (work, home) = two(&house).await;
    let third = make(&house, json!({"name": "Third"})).await;
    let first = merge(&house, id(&work), id(&home)).await.ok();
    let second = merge(&house, third, id(&work)).await.ok();
    assert_eq!(
        (contact(&house, id(&home)).await["id"].clone(), conversations(&house, third).await.len()),
        (json!(third), 2)
    );
    let words = undo(&house, &first["merge_id"]).await.refused(422);
    assert!(words.contains("later merge"), "{words}");
    undo(&house, &second["merge_id"]).await.ok();
    assert_eq!(contact(&house, id(&home)).await["id"], id(&work));
    assert_eq!(contact(&house, third).await["email"], Value::Null);
    undo(&house, &first["merge_id"]).await.ok();
    assert_eq!(
        (contact(&house, id(&home)).await["email"].clone(), conversations(&house, id(&home)).await),
        (json!(HOME), vec![home.number])
    );
}

async fn a_merge_can_be_undone_for_thirty_days(house: House) {
    let (work, home) = two(&house).await;
    let merged = merge(&house, id(&work), id(&home)).await.ok();
    house.pass(29 * 86_400).await;
    assert_eq!(
        house.agent().get(&format!("/contacts/{}/contact_merges", id(&work))).await["payload"][0]["id"],
        merged["merge_id"]
    );
    house.pass(2 * 86_400).await;
    undo(&house, &merged["merge_id"]).await.refused(422);
    assert_eq!(contact(&house, id(&home)).await["id"], id(&work), "the old id leads on");
}

async fn an_erased_contact_takes_what_became_part_of_it_along(house: House) {
    let (work, home) = two(&house).await;
    let other = house.thread("dora@customer.example").await;
    house.receives(&mail_from(HOME).to(&other.reply_address()).says("Words at Dora's")).await;
    merge(&house, id(&work), id(&home)).await.ok();
    house.agent().call("DELETE", &format!("/contacts/{}", id(&home))).send().await.refused(404);
    let gone = house.agent().call("DELETE", &format!("/contacts/{}", id(&work))).send().await;
    assert!(gone.status.is_success(), "{}", gone.text());
    house.work().await;
    for id in [id(&work), id(&home)] {
        house.agent().call("GET", &format!("/contacts/{id}")).send().await.refused(404);
    }
    assert!(said(&house, other.number).await.is_empty(), "nor elsewhere");
    assert!(!store::testkit::everything(house.kept()).await.contains("carla@home"), "nor what was kept to undo it");
}

async fn who_may_be_the_same_is_offered(house: House) {
    let (work, home) = two(&house).await;
    let offers = async |of: i64| house.agent().get(&format!("/contacts/{of}/merge_offers")).await["payload"].clone();
    assert_eq!(offers(id(&work)).await, json!([]));
    // Typed by a visitor, both address and number prove nothing.
    let visitor = house.visitor().await;
    visitor.asks("Hello").await;
    let typed = json!({"email": CARLA, "phone_number": "+4930123"});
    visitor.call("PATCH", "/contact").json(typed).await.ok();
    let guest = house.contact_of(visitor.number().await).await.id.0;
    assert_eq!((offers(guest).await, offers(id(&work)).await), (json!([]), json!([])));
    change(&house, id(&home), json!({"phone_number": "+4930123"})).await.ok();
    let of_guest = offers(guest).await;
    assert_eq!(of_guest[0]["contact"]["id"], id(&home));
    assert_eq!(of_guest[0]["reasons"], json!([{"attribute": "phone_number", "value": "+4930123", "proven": false}]));
    // A mail from the address, with what was sent there, proves it.
    change(&house, guest, json!({"email_verified": true})).await.ok();
    let of_work = offers(id(&work)).await;
    assert_eq!((&of_work[0]["contact"]["id"], &of_work[0]["reasons"][0]["proven"]), (&json!(guest), &json!(true)));
    let path = format!("/contacts/{}/merge_offers/{guest}", id(&work));
    assert!(house.agent().call("DELETE", &path).send().await.status.is_success());
    assert_eq!(offers(id(&work)).await, json!([]));
    assert_eq!(offers(guest).await.as_array().map(Vec::len), Some(1), "the other one still is");
    house.agent().call("DELETE", &format!("/contacts/{guest}/merge_offers/4711")).send().await.refused(404);
}

async fn accounts_and_people_the_site_tells_apart_stay_apart(house: House) {
    let (work, home) = two(&house).await;
    let asked = Setup {
        account: "Other".into(),
        name: "Olga Other".into(),
        email: "olga@other.example".into(),
        password: "correct horse".into(),
        website_url: None,
        only_first: false,
    };
    let other = setup(house.desk(), asked).await.unwrap();
    let path = |rest: &str| format!("/api/v1/accounts/{}{rest}", other.account_id.0);
    let call =
        |method: &str, rest: &str| house.call(method, &path(rest)).header("api_access_token", &other.access_token);
    let theirs = call("POST", "/contacts").json(json!({"name": "Theirs"})).await.ok()["payload"]["contact"]["id"]
        .as_i64()
        .unwrap();
    merge(&house, id(&work), theirs).await.refused(404);
    merge(&house, theirs, id(&work)).await.refused(404);
    let merged = merge(&house, id(&work), id(&home)).await.ok();
    let both = json!({"base_contact_id": theirs, "mergee_contact_id": id(&home)});
    call("POST", "/actions/contact_merge").json(both).await.refused(404);
    call("POST", &format!("/contact_merges/{}/undo", merged["merge_id"])).send().await.refused(404);
    call("GET", &format!("/contacts/{}", id(&home))).send().await.refused(404);
    undo(&house, &merged["merge_id"]).await.ok();
    house
        .call("POST", &format!("/api/v1/accounts/{}/actions/contact_merge", house.made.account_id.0))
        .json(json!({}))
        .await
        .refused(401);

    // The website says that these are two people.
    let sessions = [work.contact.id, home.contact.id];
    let vouched = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        for contact in sessions {
            for session in contact_inboxes::of_contact(tx, contact).await? {
                contact_inboxes::set_verified(tx, session.id).await?;
            }
        }
        Ok(())
    });
    vouched.await.unwrap();
    merge(&house, id(&work), id(&home)).await.refused(422);
}

async fn values_are_one_contacts(house: House) {
    let (work, home) = two(&house).await;
    change(&house, id(&work), json!({"phone_number": "+4930123", "identifier": "u1"})).await.ok();
    for (field, value, words) in [
        ("phone_number", "+4930123", "Phone number has already been taken"),
        ("identifier", "u1", "Identifier has already been taken"),
        ("email", CARLA, "Email has already been taken"),
    ] {
        let refused = change(&house, id(&home), json!({field: value})).await;
        assert!(refused.refused(422).starts_with(field));
        let body: Value = serde_json::from_slice(&refused.body).unwrap();
        assert_eq!((&body["message"], &body["attributes"]), (&json!(words), &json!([field])));
    }
    change(&house, id(&work), json!({"phone_number": "+4930123", "email": CARLA})).await.ok();
}

async fn contacts_are_found_by_exact_values(house: House) {
    let (work, home) = two(&house).await;
    change(&house, id(&work), json!({"phone_number": "+4930123", "identifier": "u1", "name": "Carla Ärger"}))
        .await
        .ok();
    let filter = async |conditions: Value| {
        house.agent().call("POST", "/contacts/filter").json(json!({"payload": conditions})).await
    };
    let condition =
        |key: &str, value: &str| json!({"attribute_key": key, "filter_operator": "equal_to", "values": [value]});
    for (key, value) in [
        ("email", "Carla@customer.example"),
        ("phone_number", "+4930123"),
        ("identifier", "u1"),
        ("name", "carla ärger"),
    ] {
        let found = filter(json!([condition(key, value)])).await.ok();
        assert_eq!((&found["meta"]["count"], &found["payload"][0]["id"]), (&json!(1), &json!(id(&work))), "{key}");
    }
    let mut first = condition("email", CARLA);
    first["query_operator"] = json!("OR");
    let second = condition("email", HOME);
    assert_eq!(filter(json!([first, second])).await.ok()["meta"]["count"], 2);
    first["query_operator"] = json!("AND");
    assert_eq!(filter(json!([first, second])).await.ok()["meta"]["count"], 0);
    for wrong in [
        json!([]),
        json!([condition("shoe", "42")]),
        json!([{"attribute_key": "email", "filter_operator": "contains", "values": ["x"]}]),
    ] {
        filter(wrong).await.refused(422);
    }
    merge(&house, id(&home), id(&work)).await.ok();
    assert_eq!(
        filter(json!([condition("email", CARLA)])).await.ok()["payload"][0]["id"],
        id(&home),
        "an additional one too"
    );
}

async fn a_visitor_writes_an_address(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Write to Vera@example.org please").await;
    let number = visitor.number().await;
    let person = house.contact_of(number).await;
    assert_eq!((person.email.as_deref(), person.offered_email.as_deref()), (None, Some("vera@example.org")));
    assert!(
        visitor.words().await.iter().all(|words| !words.contains("wrote an e-mail address")),
        "a line for agents only"
    );
    let lines = house.agent().messages(number).await;
    let line = lines.iter().find(|one| one["message_type"] == 2).unwrap();
    assert_eq!(line["content_attributes"]["offered_email"], "vera@example.org");
    // The card is answered: that is the address, and nothing is offered any more.
    visitor.gives("vera@home.example").await.ok();
    let person = house.contact_of(number).await;
    assert_eq!((person.email.as_deref(), person.offered_email.as_deref()), (Some("vera@home.example"), None));
    let path = format!("/contacts/{}/offered_email", person.id.0);
    house.agent().call("POST", &path).json(json!({"action": "accept"})).await.refused(422);
}
