//! What the widget's API does not do: for forged tokens, for other visitors, for typed addresses, for too many requests.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use desk::signing::{hmac_sha256, sha256};
use house::{House, Visitor, on_both};
use model::{
    ids::InboxId,
    inbox::{Channel, Settings},
    message::{Kind, Sender},
};
use serde_json::json;
use store::{
    conversations, inboxes,
    messages::{self, NewMessage},
    tokens::{self, Token, TokenKind},
};

on_both!(
    a_token_that_is_not_ours_opens_nothing,
    another_visitors_things_are_nothing,
    a_typed_address_reveals_and_merges_nothing,
    addresses_that_are_ours_are_refused,
    visitors_see_neither_notes_nor_strangers_nor_headers,
    a_link_from_a_mail_opens_its_conversation_alone,
    thirty_conversations_an_hour,
    files_go_by_signed_links,
    files_that_no_message_has_are_not_kept,
    unknown_paths_are_json,
);

async fn a_token_that_is_not_ours_opens_nothing(house: House) {
    let visitor = house.visitor().await;
    let (message, signature) = visitor.auth_token.rsplit_once('.').unwrap();
    let payload = message.split_once('.').unwrap().1;
    let unsigned = BASE64_URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
    let by_guess = hex::decode(hmac_sha256(b"guessed", message.as_bytes())).unwrap();
    let forged = [
        String::new(),
        "x".into(),
        message.to_owned(),
        format!("{message}."),
        format!("{unsigned}.{payload}."),
        format!("{unsigned}.{payload}.{signature}"),
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(by_guess)),
        visitor.pubsub_token.clone(),
    ];
    for token in forged {
        let call = house.call("GET", &format!("/api/v1/widget/contact?website_token={}", visitor.website_token));
        call.header("x-auth-token", &token).send().await.refused(404);
    }
    let unknown = house.call("GET", "/widget?website_token=nothing").send().await.refused(404);
    assert_eq!(unknown, "web widget does not exist");

    // A good token of another website is a stranger's here.
    let other = another_website(&house).await;
    let foreign = house.visitor_of(&other).await;
    let call = house.call("GET", &format!("/api/v1/widget/contact?website_token={}", visitor.website_token));
    call.header("x-auth-token", &foreign.auth_token).send().await.refused(404);
    house.clock.advance(180 * 24 * 3600);
    visitor.call("GET", "/contact").send().await.refused(404);
}

/// Another website of the same account; its token.
async fn another_website(house: &House) -> String {
    let widget = desk::setup::new_widget(house.desk(), "https://other.example".into());
    let (token, account, now) = (widget.website_token.clone(), house.made.account_id, house.desk().now());
    let made = house.desk().db.write::<InboxId, store::Error, _>(async move |tx| {
        inboxes::insert(tx, account, "Other", &Channel::WebWidget(widget.clone()), &Settings::default(), now).await
    });
    made.await.unwrap();
    token
}

async fn another_visitors_things_are_nothing(house: House) {
    let (vera, mallory) = (house.visitor().await, house.visitor().await);
    vera.asks("My account number is 12345").await;
    mallory.asks("Hello").await;
    let card = vera.card().await.unwrap()["id"].as_i64().unwrap();
    let body = json!({"contact": {"email": "mallory@example.org"}});
    mallory.call("PATCH", &format!("/messages/{card}")).json(body).await.refused(404);
    let number = vera.number().await;
    assert_eq!(house.contact_of(number).await.email, None);
    assert!(mallory.words().await.iter().all(|words| !words.contains("12345")));
    for range in ["?before=999999999", "?after=0", "?after=0&before=999999999"] {
        let seen = mallory.get(&format!("/messages{range}")).await;
        assert!(!seen.to_string().contains("12345"), "{range}");
    }
    let answer = json!({"message": {"content": "Re", "reply_to": card}});
    let said = mallory.call("POST", "/messages").json(answer).await.ok();
    assert_eq!(said["content_attributes"], json!({}), "no word about another's message");
}

async fn a_typed_address_reveals_and_merges_nothing(house: House) {
    let (vera, mallory) = (house.visitor().await, house.visitor().await);
    vera.asks("Hello").await;
    vera.gives("vera@example.org").await.ok();
    mallory.asks("Hello").await;
    let told = mallory.gives("vera@example.org").await.ok();
    let (hers, his) = (house.contact_of(vera.number().await).await, house.contact_of(mallory.number().await).await);
    assert_ne!(hers.id, his.id);
    assert_eq!(told["contact"]["id"], his.id.0);
    assert_eq!((his.email, his.email_verified), (Some("vera@example.org".into()), false));
    let same = mallory.call("PATCH", "/contact").json(json!({"email": "vera@example.org", "name": "Vera"})).await.ok();
    assert_eq!(same["id"], his.id.0);
}

async fn addresses_that_are_ours_are_refused(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Hello").await;
    let ours = ["reply+1@in.example.org", "anyone@IN.example.org", "support@acme.example", "no address", "a@b", ""];
    for address in ours {
        visitor.gives(address).await.refused(422);
    }
    for address in &ours[..4] {
        visitor.call("PATCH", "/contact").json(json!({"email": address})).await.refused(422);
        visitor
            .call("PATCH", "/contact/set_user")
            .json(json!({"identifier": "1", "email": address}))
            .await
            .refused(422);
    }
    assert_eq!(house.contact_of(visitor.number().await).await.email, None);
    visitor.call("PATCH", "/contact").json(json!({"phone_number": "123"})).await.refused(422);
}

async fn visitors_see_neither_notes_nor_strangers_nor_headers(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("Hello").await;
    let number = visitor.number().await;
    house.notes(number, "a secret among us").await;
    let (id, contact) = {
        let conversation = house.conversation_numbered(number).await;
        (conversation.id, conversation.contact_id)
    };
    let now = house.desk().now();
    let mailed = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let conversation = conversations::lock(tx, id).await?.expect("a conversation");
        let mail = NewMessage {
            content_type: "incoming_email".into(),
            content_attributes: json!({
                "email": {"cc": ["boss@example.org"], "headers": {"x": "header-secret"}, "text_content": {"full": "full-secret"}},
                "author": {"relation": "contact", "name": "V", "address": "private@example.org"},
            }),
            source_id: Some("message-id-secret@example.org".into()),
            ..NewMessage::text(&conversation, Kind::Incoming, Sender::Contact(contact), "by mail")
        };
        messages::insert(tx, &mail, now).await?;
        let stranger = NewMessage { withheld: true, content: Some("stranger-secret".into()), ..mail };
        messages::insert(tx, &stranger, now).await
    });
    mailed.await.unwrap();
    let seen = json!(visitor.messages().await).to_string();
    assert!(seen.contains("by mail"));
    for hidden in
        ["a secret", "boss@", "header-secret", "full-secret", "private@", "message-id-secret", "stranger-secret"]
    {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}

async fn a_link_from_a_mail_opens_its_conversation_alone(house: House) {
    let visitor = house.visitor().await;
    visitor.asks("The first matter").await;
    let number = visitor.number().await;
    let first = house.conversation_numbered(number).await;
    visitor.call("POST", "/conversations").json(json!({"message": {"content": "A private matter"}})).await.ok();
    let (now, hash) = (house.desk().now(), sha256(b"the-secret-of-the-link"));
    let (kept, token) = (first.clone(), hash.clone());
    let made = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let link = Token::new(&token, TokenKind::Link, &kept, "vera@example.org", now);
        let week = jiff::SignedDuration::from_hours(7 * 24);
        tokens::insert(tx, &Token { expires_at: Some(now + week), ..link }).await
    });
    made.await.unwrap();

    let elsewhere = house.visitor().await;
    let exchange = |token: &'static str| elsewhere.call("POST", "/link_back").json(json!({"token": token}));
    exchange("another-secret").await.refused(404);
    let foreign = another_website(&house).await;
    let call = house.call("POST", &format!("/api/v1/widget/link_back?website_token={foreign}"));
    call.json(json!({"token": "the-secret-of-the-link"})).await.refused(404);

    let given = exchange("the-secret-of-the-link").await.ok();
    let text = |name: &str| given[name].as_str().unwrap().to_owned();
    assert_ne!(text("pubsub_token"), visitor.pubsub_token, "the session's own token would tell of the other matter");
    let (auth_token, pubsub_token) = (text("auth_token"), text("pubsub_token"));
    let linked = Visitor { auth_token, pubsub_token, ..elsewhere };
    assert_eq!(linked.number().await, number);
    assert!(!json!(linked.messages().await).to_string().contains("A private matter"));
    linked.asks("Thank you").await;
    assert_eq!(visitor.words().await.iter().filter(|words| *words == "Thank you").count(), 0);
    let reloaded = linked.reloads().await;
    assert_eq!(reloaded.number().await, number, "it lives over a reload");

    // It may have been forwarded: it changes nobody, begins nothing.
    linked.call("PATCH", "/contact").json(json!({"email": "mallory@example.org"})).await.refused(401);
    linked.gives("mallory@example.org").await.refused(401);
    linked.call("POST", "/conversations").json(json!({"message": {"content": "New"}})).await.refused(401);
    let own = visitor.call("POST", "/link_back").json(json!({"token": "the-secret-of-the-link"})).await.ok();
    assert_eq!(own["pubsub_token"], visitor.pubsub_token.as_str(), "their own browser keeps its session");

    let revoked = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        tokens::revoke_address(tx, first.id, "vera@example.org", now).await
    });
    revoked.await.unwrap();
    linked.call("GET", "/conversations").send().await.refused(404);
    visitor.call("POST", "/link_back").json(json!({"token": "the-secret-of-the-link"})).await.refused(404);
}

async fn thirty_conversations_an_hour(house: House) {
    let visitor = house.visitor().await;
    let body = json!({"message": {"content": "Spam"}});
    for _ in 0..30 {
        visitor.call("POST", "/conversations").json(body.clone()).await.ok();
    }
    let refused = visitor.call("POST", "/conversations").json(body.clone()).await;
    refused.refused(429);
    assert_eq!(refused.headers["retry-after"], "120");
    let other = house.visitor().await;
    other.call("POST", "/messages").json(body.clone()).await.refused(429);
    visitor.asks("In a conversation that is there").await;
    visitor.call("POST", "/conversations").from([192, 0, 2, 8]).json(body.clone()).await.ok();
    house.clock.advance(120);
    visitor.call("POST", "/conversations").json(body).await.ok();
}

/// A form with a message and files.
fn form(words: &str, files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body =
        format!("--b\r\nContent-Disposition: form-data; name=\"message[content]\"\r\n\r\n{words}\r\n").into_bytes();
    for (name, kind, bytes) in files {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"message[attachments][]\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

/// How many files the house keeps.
fn kept_files(house: &House) -> usize {
    let folders = std::fs::read_dir(&house.app.config.blobs_dir).into_iter().flatten().flatten();
    folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten()).count()
}

async fn files_that_no_message_has_are_not_kept(house: House) {
    const MULTIPART: &str = "multipart/form-data; boundary=b";
    let visitor = house.visitor().await;
    let files: &[(&str, &str, &[u8])] = &[("a.png", "image/png", b"\x89PNG")];
    let body = form("Look", files);
    let call = |path: &str| visitor.call("POST", path).header("content-type", MULTIPART);
    for path in ["/link_back", "/conversations/toggle_typing", "/conversations/set_custom_attributes"] {
        call(path).body(body.clone()).await.refused(422);
    }
    let nobody = house.call("POST", &format!("/api/v1/widget/messages?website_token={}", visitor.website_token));
    nobody.header("content-type", MULTIPART).body(body.clone()).await.refused(404);
    let agent = house.agent();
    let unknown = agent.call("POST", "/conversations/999/messages").header("content-type", MULTIPART);
    unknown.body(body.clone()).await.refused(404);
    assert_eq!(kept_files(&house), 0);

    call("/messages").body(body.clone()).await.ok();
    assert_eq!(kept_files(&house), 1);
    let long = "x".repeat(150_001);
    call("/messages").body(form(&long, files)).await.refused(422);
    assert_eq!(kept_files(&house), 1, "the use case refused");
}

async fn files_go_by_signed_links(house: House) {
    let visitor = house.visitor().await;
    let sends = |body: Vec<u8>| {
        visitor.call("POST", "/messages").header("content-type", "multipart/form-data; boundary=b").body(body)
    };
    let files: &[(&str, &str, &[u8])] =
        &[("a b.png", "image/png", b"\x89PNG"), ("../x.html", "text/html", b"<script>alert(1)</script>")];
    let said = sends(form("Look", files)).await.ok();
    assert_eq!(said["content"], "Look");
    let links: Vec<String> = said["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["data_url"].as_str().unwrap().strip_prefix("https://segue.example").unwrap().to_owned())
        .collect();
    assert_eq!(
        (&said["attachments"][0]["file_type"], &said["attachments"][1]["file_type"]),
        (&json!("image"), &json!("file"))
    );

    let picture = house.call("GET", &links[0]).send().await;
    assert_eq!((picture.status.as_u16(), picture.body.as_slice()), (200, &b"\x89PNG"[..]));
    assert_eq!(picture.headers["content-disposition"], "inline; filename*=UTF-8''a%20b.png");
    let page = house.call("GET", &links[1]).send().await;
    assert_eq!(page.headers["content-type"], "application/octet-stream");
    assert_eq!(page.headers["content-disposition"], "attachment; filename*=UTF-8''x.html");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));

    house.call("GET", &links[0].replace("blobs/1-", "blobs/2-")).send().await.refused(404);
    house.clock.advance(3 * 24 * 3600);
    house.call("GET", &links[0]).send().await.refused(404);

    let only_files = sends(form("", &[("x.txt", "text/plain", b"x")])).await.ok();
    assert_eq!(only_files["content"], json!(null));
    sends(form("", &[])).await.refused(422);
    let sixteen = vec![("x.txt", "text/plain", &b"x"[..]); 16];
    sends(form("Too many", &sixteen)).await.refused(422);
    let large = vec![0; 40 * 1024 * 1024 + 1];
    sends(form("Too large", &[("x.bin", "application/octet-stream", &large)])).await.refused(413);
    sends(b"--b\r\nbroken".to_vec()).await.refused(400);
    let last = visitor.messages().await;
    assert!(!json!(last).to_string().contains("Too "), "a refused message is not written");
}

async fn unknown_paths_are_json(house: House) {
    for path in ["/api/v1/widget/nothing", "/api/nothing", "/public/api/v1/x", "/rails/x", "/nothing"] {
        assert_eq!(house.call("GET", path).send().await.refused(404), "Resource could not be found", "{path}");
    }
    let visitor = house.visitor().await;
    visitor.call("POST", "/messages").header("content-type", "application/json").body("{").await.refused(400);
    visitor.call("POST", "/messages").json(json!({"message": {"content": "  "}})).await.refused(422);
    visitor.call("POST", "/messages").json(json!({})).await.refused(422);
    visitor.call("POST", "/messages").json(json!([])).await.refused(400);
    visitor.call("PATCH", "/messages/abc").json(json!({"contact": {"email": "a@example.org"}})).await.refused(404);
}
