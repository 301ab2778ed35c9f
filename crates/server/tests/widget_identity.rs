//! Whom a visitor is taken for: with the site's word, without it, and through a link that may have been forwarded.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use desk::signing::{hmac_sha256, sha256};
use house::{House, Visitor, on_both};
use serde_json::json;
use store::{
    contact_inboxes,
    contacts::{self, NewContact},
    tokens::{self, Token, TokenKind},
};

on_both!(
    the_site_vouches_for_its_visitor,
    what_nobody_vouched_for_takes_over_nobody,
    a_typed_identifier_gives_way_to_whoever_is_vouched_for,
    whom_the_api_named_is_found_by_the_sites_word,
    only_an_address_that_was_signed_is_verified,
    a_session_nobody_vouched_for_knows_nothing_of_whom_the_site_knows,
    a_link_shows_no_address,
    whoever_came_by_a_link_never_takes_its_session_over,
);

/// What the site's server would sign.
async fn vouch(house: &House, identifier: &str) -> String {
    hmac_sha256(house.widget().await.hmac_token.as_bytes(), identifier.as_bytes())
}

async fn says_who(visitor: &Visitor<'_>, identifier: &str, hash: &str, email: &str) -> house::Answer {
    let mut body = json!({"identifier": identifier, "email": email, "name": "Vera"});
    if !hash.is_empty() {
        body["identifier_hash"] = hash.into();
    }
    visitor.call("PATCH", "/contact/set_user").json(body).await
}

async fn the_site_vouches_for_its_visitor(house: House) {
    let hash = vouch(&house, "user-1").await;
    let phone = house.visitor().await;
    phone.asks("From my phone").await;
    let refused = says_who(&phone, "user-1", &"0".repeat(64), "vera@example.org").await.refused(401);
    assert_eq!(refused, "HMAC failed: Invalid Identifier Hash Provided");
    says_who(&phone, "user-2", &hash, "vera@example.org").await.refused(401);
    assert_eq!(house.contact_of(phone.number().await).await.email, None);

    says_who(&phone, "user-1", &hash, "vera@example.org").await.ok();
    let vera = house.contact_of(phone.number().await).await;
    assert_eq!((vera.identifier.as_deref(), vera.email.as_deref()), (Some("user-1"), Some("vera@example.org")));

    // On another device: what she wrote there before comes along, and she sees her latest conversation.
    let desktop = house.visitor().await;
    house.clock.advance(60);
    desktop.asks("From my desk").await;
    let unknown = house.contact_of(desktop.number().await).await;
    assert_ne!(unknown.id, vera.id);
    says_who(&desktop, "user-1", &hash, "vera@example.org").await.ok();
    assert_eq!(house.contact_of(desktop.number().await).await.id, vera.id);
    assert_eq!(house.contact_with(unknown.id).await, None, "nobody is left behind");
    assert_eq!(phone.number().await, desktop.number().await);
    assert!(phone.words().await.contains(&"From my desk".to_owned()));

    // Someone else at this browser is a new session of their own.
    let theirs = says_who(&desktop, "user-9", &vouch(&house, "user-9").await, "otto@example.org").await.ok();
    let token = theirs["widget_auth_token"].as_str().expect("a new session");
    let call = house.call("GET", &format!("/api/v1/widget/conversations?website_token={}", desktop.website_token));
    assert_eq!(call.header("x-auth-token", token).send().await.ok(), json!({}));
}

async fn what_nobody_vouched_for_takes_over_nobody(house: House) {
    let vera = house.visitor().await;
    vera.asks("Hello").await;
    says_who(&vera, "user-1", "", "vera@example.org").await.ok();
    let kept = house.contact_of(vera.number().await).await;
    assert_eq!((kept.identifier.as_deref(), kept.email_verified), (Some("user-1"), false));

    let mallory = house.visitor().await;
    mallory.asks("I am Vera, too").await;
    says_who(&mallory, "user-1", "", "vera@example.org").await.ok();
    let his = house.contact_of(mallory.number().await).await;
    assert_ne!(his.id, kept.id);
    assert_eq!(his.identifier, None);
    assert_ne!(mallory.number().await, vera.number().await);
    let config = mallory.call("POST", "/config").json(json!({})).await.ok();
    assert_eq!(config["contact"]["id"], his.id.0);
}

async fn a_typed_identifier_gives_way_to_whoever_is_vouched_for(house: House) {
    let (mallory, vera) = (house.visitor().await, house.visitor().await);
    mallory.asks("I was here first").await;
    says_who(&mallory, "user-42", "", "mallory@example.org").await.ok();
    let squatter = house.contact_of(mallory.number().await).await;
    assert_eq!(squatter.identifier.as_deref(), Some("user-42"));

    vera.asks("A secret of Vera").await;
    let number = vera.number().await;
    says_who(&vera, "user-42", &vouch(&house, "user-42").await, "vera@example.org").await.ok();
    let known = house.contact_of(number).await;
    assert_ne!(known.id, squatter.id);
    assert_eq!((known.identifier.as_deref(), known.email.as_deref()), (Some("user-42"), Some("vera@example.org")));
    assert_eq!(house.contact_with(squatter.id).await.unwrap().identifier, None);
    assert_eq!(vera.words().await.iter().filter(|words| words.contains("first")).count(), 0);

    // Having lost it, Mallory does not get it back by typing it again.
    says_who(&mallory, "user-42", "", "vera@example.org").await.ok();
    assert_eq!(house.contact_of(mallory.number().await).await.identifier, None);
    assert_ne!(mallory.number().await, number);

    // A browser that was someone else's before, and an identifier that a third one holds.
    says_who(&mallory, "user-43", "", "mallory@example.org").await.ok();
    let own = says_who(&vera, "user-43", &vouch(&house, "user-43").await, "otto@example.org").await.ok();
    assert!(own["widget_auth_token"].is_string());
    assert_ne!(own["id"], squatter.id.0);
    assert_eq!(house.contact_with(squatter.id).await.unwrap().identifier, None);
    let signed = vouch(&house, " user-42").await;
    says_who(&vera, " user-42", &signed, "vera@example.org").await.refused(422);
}

async fn whom_the_api_named_is_found_by_the_sites_word(house: House) {
    let (account, now) = (house.made.account_id, house.desk().now());
    let named = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let new = NewContact { identifier: Some("user-7".into()), ..NewContact::default() };
        contacts::insert(tx, account, &new, now).await
    });
    let named = named.await.unwrap();
    let vera = house.visitor().await;
    vera.asks("Hello").await;
    says_who(&vera, "user-7", &vouch(&house, "user-7").await, "vera@example.org").await.ok();
    assert_eq!(house.contact_of(vera.number().await).await.id, named.id);
}

async fn only_an_address_that_was_signed_is_verified(house: House) {
    let mallory = house.visitor().await;
    mallory.asks("Hello").await;
    says_who(&mallory, "user-1", &vouch(&house, "user-1").await, "vera@example.org").await.ok();
    let typed = house.contact_of(mallory.number().await).await;
    assert_eq!((typed.email.as_deref(), typed.email_verified), (Some("vera@example.org"), false));

    let vera = house.visitor().await;
    vera.asks("Hello").await;
    let hash = vouch(&house, "Vera@Example.org").await;
    says_who(&vera, "Vera@Example.org", &hash, "mallory@example.org").await.ok();
    assert!(!house.contact_of(vera.number().await).await.email_verified);
    says_who(&vera, "Vera@Example.org", &hash, "vera@example.org").await.ok();
    let signed = house.contact_of(vera.number().await).await;
    assert_eq!((signed.email.as_deref(), signed.email_verified), (Some("vera@example.org"), true));
}

async fn a_session_nobody_vouched_for_knows_nothing_of_whom_the_site_knows(house: House) {
    let (mallory, vera) = (house.visitor().await, house.visitor().await);
    mallory.asks("Hello").await;
    vera.asks("Hello").await;
    says_who(&vera, "user-1", &vouch(&house, "user-1").await, "vera@example.org").await.ok();
    let (his, hers) = (mallory.number().await, vera.number().await);
    let (session, known) = (house.conversation_numbered(his).await, house.contact_of(hers).await);
    // However it came to be: an old session of hers that others have the token of.
    let to = known.id;
    let given = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        contact_inboxes::give(tx, session.contact_inbox_id, session.contact_id, to).await
    });
    given.await.unwrap();

    let contact = mallory.call("POST", "/config").json(json!({})).await.ok()["contact"].clone();
    assert_eq!(contact["id"], known.id.0);
    for hidden in ["name", "email", "phone_number", "identifier"] {
        assert_eq!(contact[hidden], json!(null), "{hidden}");
    }
    assert_eq!(mallory.get("/contact").await["identifier"], json!(null));
    let other = json!({"email": "mallory@example.org", "name": "Mallory", "custom_attributes": ["plan"]});
    mallory.call("PATCH", "/contact").json(other.clone()).await.refused(401);
    mallory.call("POST", "/contact/destroy_custom_attributes").json(other.clone()).await.refused(401);
    mallory.gives("mallory@example.org").await.refused(401);
    says_who(&mallory, "user-1", "", "mallory@example.org").await.refused(401);
    let begins = json!({"contact": other, "message": {"content": "Another matter"}});
    mallory.call("POST", "/conversations").json(begins).await.ok();
    assert_eq!(house.contact_with(known.id).await.unwrap().email.as_deref(), Some("vera@example.org"));
    assert_ne!(mallory.number().await, hers);

    let own = vera.call("POST", "/config").json(json!({})).await.ok()["contact"].clone();
    assert_eq!((&own["name"], &own["email"]), (&json!("Vera"), &json!("vera@example.org")));
    vera.call("PATCH", "/contact").json(json!({"email": "vera@example.net"})).await.ok();
    assert_eq!(house.contact_with(known.id).await.unwrap().email.as_deref(), Some("vera@example.net"));
}

/// A mail of that conversation carries a link back to it.
async fn mail_a_link(house: &House, number: i64) {
    let (conversation, now) = (house.conversation_numbered(number).await, house.desk().now());
    let hash = sha256(b"the-secret-of-the-link");
    let made = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let link = Token::new(&hash, TokenKind::Link, &conversation, "vera@example.org", now);
        let week = jiff::SignedDuration::from_hours(7 * 24);
        tokens::insert(tx, &Token { expires_at: Some(now + week), ..link }).await
    });
    made.await.unwrap();
}

/// Someone who opens the link.
async fn by_link(house: &House) -> Visitor<'_> {
    let someone = house.visitor().await;
    let call = someone.call("POST", "/link_back").json(json!({"token": "the-secret-of-the-link"}));
    let given = call.await.ok();
    let text = |name: &str| given[name].as_str().unwrap().to_owned();
    Visitor { auth_token: text("auth_token"), pubsub_token: text("pubsub_token"), ..someone }
}

async fn whoever_came_by_a_link_never_takes_its_session_over(house: House) {
    // Mallory writes, and sends the link in the answer on to Vera, whom the site knows.
    let mallory = house.visitor().await;
    mallory.asks("From Mallory").await;
    let number = mallory.number().await;
    let vera = house.visitor().await;
    vera.asks("A secret of Vera").await;
    let hash = vouch(&house, "user-1").await;
    says_who(&vera, "user-1", &hash, "vera@example.org").await.ok();
    let contact = house.contact_of(vera.number().await).await;

    mail_a_link(&house, number).await;
    let linked = by_link(&house).await;
    says_who(&linked, "user-1", "", "vera@example.org").await.refused(401);
    let told = says_who(&linked, "user-1", &hash, "vera@example.org").await.ok();
    assert_eq!(told["id"], contact.id.0);
    let auth_token = told["widget_auth_token"].as_str().expect("a session of her own").to_owned();
    let here = Visitor { auth_token, ..linked };
    assert!(here.words().await.contains(&"A secret of Vera".to_owned()));

    assert_eq!(mallory.number().await, number, "Mallory's token opens what it did before");
    assert!(!mallory.words().await.contains(&"A secret of Vera".to_owned()));
    assert_ne!(house.contact_of(number).await.id, contact.id, "what Mallory wrote stays Mallory's");

    // The site may know someone of whom nothing is here yet.
    let linked = by_link(&house).await;
    let otto = says_who(&linked, "user-9", &vouch(&house, "user-9").await, "otto@example.org").await.ok();
    assert_eq!(otto["has_email"], true);
    let auth_token = otto["widget_auth_token"].as_str().expect("a session of his own").to_owned();
    assert_eq!(Visitor { auth_token, ..linked }.get("/conversations").await, json!({}));
    assert_eq!(mallory.number().await, number);
    assert_eq!(house.contact_of(number).await.identifier, None);
}

async fn a_link_shows_no_address(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Hello").await;
    visitor.gives("vera@example.org").await.ok();
    mail_a_link(&house, visitor.number().await).await;
    let linked = by_link(&house).await;
    assert!(linked.card().await.is_some());
    assert!(!json!(linked.messages().await).to_string().contains("vera@"));
    assert!(json!(visitor.messages().await).to_string().contains("vera@"));

    let node = house.listens().await;
    let subscribes =
        async |token: &str| node.subscribes(json!({"pubsub_token": token})).await.ok().expect("a subscription");
    let (mut own, mut by_link) = (subscribes(&visitor.pubsub_token).await, subscribes(&linked.pubsub_token).await);
    visitor.gives("vera@example.net").await.ok();
    let told = own.hears("message.updated").await;
    assert_eq!(told["content_attributes"]["submitted_email"], "vera@example.net");
    let told = by_link.hears("message.updated").await;
    assert_eq!((&told["id"], &told["content_attributes"]), (&visitor.card().await.unwrap()["id"], &json!({})));
}
