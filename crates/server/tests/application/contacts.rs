//! Contacts.

use super::admin;
use crate::house::{DOMAIN, House, on_both};
use serde_json::json;

on_both!(
    contacts_are_found_and_paged,
    an_agent_edits_and_vouches,
    addresses_that_are_ours_are_refused,
    values_that_make_no_sense_are_named,
);

async fn contacts_are_found_and_paged(house: House) {
    let ann = admin(&house);
    for number in 0..17 {
        ann.post("/contacts", json!({"name": format!("Person {number}"), "email": format!("p{number}@example.org")}))
            .await
            .ok();
        house.clock.advance(1);
    }
    let first = ann.get("/contacts").await.ok();
    assert_eq!(first["meta"], json!({"count": 17, "current_page": 1}));
    assert_eq!(first["payload"].as_array().map(Vec::len), Some(15));
    assert_eq!(first["payload"][0]["name"], "Person 16");
    assert_eq!(ann.get("/contacts?page=2").await.ok()["payload"].as_array().map(Vec::len), Some(2));
    let found = ann.get("/contacts/search?q=P3%40example").await.ok();
    assert_eq!((&found["meta"]["count"], &found["payload"][0]["name"]), (&json!(1), &json!("Person 3")));
    assert_eq!(ann.get("/contacts/search?q=%25").await.ok()["meta"]["count"], 0, "no wildcards");
    ann.get("/contacts/search").await.refused(422);
    ann.get("/contacts?page=x").await.refused(422);
}

async fn an_agent_edits_and_vouches(house: House) {
    let ann = admin(&house);
    let (number, id) = ann.begins("Vera@Example.org", "Hello").await;
    let path = format!("/contacts/{id}");
    let contact = ann.get(&path).await.ok()["payload"].clone();
    assert_eq!((&contact["email"], &contact["email_verified"]), (&json!("vera@example.org"), &json!(false)));
    assert_eq!(contact["contact_inboxes"][0]["inbox"]["name"], "Acme");
    let contact = ann
        .patch(
            &path,
            json!({"email_verified": true, "phone_number": "+49 30 123456", "custom_attributes": {"plan": "gold"}}),
        )
        .await
        .ok();
    assert_eq!(
        (&contact["payload"]["email_verified"], &contact["payload"]["phone_number"]),
        (&json!(true), &json!("+4930123456"))
    );
    let contact = ann.patch(&path, json!({"email": "new@example.org", "custom_attributes": {"seats": 3}})).await.ok();
    assert_eq!(contact["payload"]["email_verified"], false, "the vouching was for the other address");
    assert_eq!(contact["payload"]["additional_emails"], json!(["vera@example.org"]), "which stays theirs");
    assert_eq!(contact["payload"]["custom_attributes"], json!({"plan": "gold", "seats": 3}));
    let contact = ann.call("PUT", &path).json(json!({"email": null, "phone_number": ""})).await.ok();
    assert_eq!((&contact["payload"]["email"], &contact["payload"]["phone_number"]), (&json!(null), &json!(null)));
    ann.patch(&path, json!({"email_verified": true})).await.refused(422);
    assert_eq!(ann.patch(&path, json!({"blocked": true})).await.ok()["payload"]["blocked"], true);
    let conversation = ann.get(&format!("/conversations/{number}")).await.ok();
    assert_eq!((&conversation["muted"], &conversation["can_mail"]), (&json!(true), &json!(false)));
    let all = ann.get(&format!("{path}/conversations")).await.ok();
    assert_eq!(all["payload"][0]["id"], number);
    ann.get("/contacts/4711/conversations").await.refused(404);
}

async fn addresses_that_are_ours_are_refused(house: House) {
    let ann = admin(&house);
    ann.patch("", json!({"domain": "mail.acme.example", "support_email": "Help <help@acme.example>"})).await.ok();
    for own in [
        format!("reply+0@{DOMAIN}"),
        "x@mail.acme.example".into(),
        "HELP@acme.example".into(),
        "support@acme.example".into(),
    ] {
        let words = ann.post("/contacts", json!({"name": "x", "email": own})).await.refused(422);
        assert!(words.starts_with("email"), "{words}");
    }
    assert_eq!(ann.get("/contacts").await.ok()["meta"]["count"], 0, "nothing was half made");
}

async fn values_that_make_no_sense_are_named(house: House) {
    let ann = admin(&house);
    ann.post("/contacts", json!({"name": "First", "identifier": "u1"})).await.ok();
    for (field, asked) in [
        ("email", json!({"email": "nobody"})),
        ("phone_number", json!({"phone_number": "call me"})),
        ("phone_number", json!({"phone_number": "030123456"})),
        ("identifier", json!({"identifier": "u1"})),
        ("name", json!({"name": "x".repeat(256)})),
        ("custom_attributes", json!({"custom_attributes": [1]})),
    ] {
        let words = ann.post("/contacts", asked).await.refused(422);
        assert!(words.starts_with(field), "{words}");
    }
    assert_eq!(ann.get("/contacts").await.ok()["meta"]["count"], 1);
}
