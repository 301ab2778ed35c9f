//! Conversations and their messages.

use super::{admin, colleague};
use crate::house::{House, on_both};
use serde_json::{Value, json};

on_both!(
    a_conversation_is_shown_in_full,
    lists_are_filtered_and_counted,
    the_list_is_paged_by_its_cursor,
    status_goes_round_and_the_thread_says_so,
    a_snoozed_conversation_wakes,
    someone_looks_after_it,
    what_was_seen_is_read,
    messages_are_written_and_read_in_stretches,
    files_go_along,
    what_makes_no_sense_is_refused,
    a_first_message_that_cannot_go_makes_no_conversation,
);

async fn said(ann: &super::Token<'_>, number: i64) -> Vec<String> {
    let list = ann.get(&format!("/conversations/{number}/messages")).await.ok();
    let messages = list["payload"].as_array().cloned().unwrap_or_default();
    messages.iter().map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn a_conversation_is_shown_in_full(house: House) {
    let ann = admin(&house);
    let (number, contact) = ann.begins("vera@example.org", "Welcome").await;
    let shown = ann.get(&format!("/conversations/{number}")).await.ok();
    for key in [
        "meta",
        "id",
        "messages",
        "account_id",
        "uuid",
        "additional_attributes",
        "agent_last_seen_at",
        "assignee_last_seen_at",
        "can_reply",
        "contact_last_seen_at",
        "custom_attributes",
        "inbox_id",
        "labels",
        "muted",
        "snoozed_until",
        "status",
        "created_at",
        "updated_at",
        "timestamp",
        "first_reply_created_at",
        "unread_count",
        "last_non_activity_message",
        "last_activity_at",
        "priority",
        "waiting_since",
        "sla_policy_id",
        "can_mail",
        "last_mail_to",
    ] {
        assert!(shown.get(key).is_some(), "{key} in {shown}");
    }
    assert_eq!(
        (&shown["meta"]["sender"]["id"], &shown["meta"]["channel"]),
        (&json!(contact), &json!("Channel::WebWidget"))
    );
    assert_eq!((&shown["status"], &shown["can_mail"]), (&json!("open"), &json!(true)));
    let message = &shown["messages"][0];
    assert_eq!((&message["content"], &message["message_type"]), (&json!("Welcome"), &json!(1)));
    assert_eq!((&message["sender"]["type"], &message["sender"]["name"]), (&json!("user"), &json!("Ann Agent")));
    ann.get("/conversations/4711").await.refused(404);
    ann.get("/conversations/x").await.refused(404);
}

async fn lists_are_filtered_and_counted(house: House) {
    let ann = admin(&house);
    let (mine, _) = ann.begins("vera@example.org", "One").await;
    let (theirs, _) = ann.begins("zoe@example.org", "Two").await;
    let (done, _) = ann.begins("kim@example.org", "Three").await;
    let bob = colleague(&house).await;
    let bobs = bob.at("GET", "/api/v1/profile").send().await.ok()["id"].clone();
    ann.post(&format!("/conversations/{mine}/assignments"), json!({"assignee_id": house.made.user_id})).await.ok();
    ann.post(&format!("/conversations/{theirs}/assignments"), json!({"assignee_id": bobs})).await.ok();
    ann.post(&format!("/conversations/{done}/toggle_status"), json!({"status": "resolved"})).await.ok();
    let inbox = house.made.inbox_id.expect("an inbox");
    for (query, expected) in [
        (String::new(), vec![theirs, mine]),
        ("?assignee_type=me".into(), vec![mine]),
        ("?assignee_type=assigned".into(), vec![theirs, mine]),
        ("?assignee_type=unassigned".into(), vec![]),
        ("?status=all".into(), vec![done, theirs, mine]),
        ("?status=resolved&assignee_type=unassigned".into(), vec![done]),
        ("?status=all&q=ZOE".into(), vec![theirs]),
        (format!("?inbox_id={inbox}"), vec![theirs, mine]),
        ("?inbox_id=4711".into(), vec![]),
        ("?status=all&page=2".into(), vec![]),
    ] {
        let list = ann.get(&format!("/conversations{query}")).await.ok();
        let mut numbers: Vec<i64> =
            list["data"]["payload"].as_array().expect("a list").iter().filter_map(|row| row["id"].as_i64()).collect();
        numbers.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(numbers, expected, "{query}");
    }
    let counts = json!({"mine_count": 1, "assigned_count": 2, "unassigned_count": 0, "all_count": 2});
    assert_eq!(ann.get("/conversations").await.ok()["data"]["meta"], counts);
    assert_eq!(ann.get("/conversations/meta").await.ok()["meta"], counts);
    for wrong in ["status=lost", "assignee_type=cat", "before=x", "inbox_id=x"] {
        ann.get(&format!("/conversations?{wrong}")).await.refused(422);
    }
}

async fn the_list_is_paged_by_its_cursor(house: House) {
    let ann = admin(&house);
    let (first, contact) = ann.begins("vera@example.org", "Hello").await;
    let inbox = house.made.inbox_id.expect("an inbox");
    for _ in 0..29 {
        ann.post("/conversations", json!({"inbox_id": inbox, "contact_id": contact})).await.ok();
    }
    let page = ann.get("/conversations").await.ok()["data"]["payload"].clone();
    assert_eq!(page.as_array().map(Vec::len), Some(25));
    // Meanwhile the list moves; the next page skips and repeats nothing.
    let last = page[24]["cursor"].as_str().expect("a cursor").to_owned();
    house.clock.advance(5);
    ann.post("/conversations", json!({"inbox_id": inbox, "contact_id": contact})).await.ok();
    let rest = ann.get(&format!("/conversations?before={last}")).await.ok()["data"]["payload"].clone();
    assert_eq!(rest.as_array().map(Vec::len), Some(5));
    assert_eq!(rest[4]["id"], first);
}

async fn status_goes_round_and_the_thread_says_so(house: House) {
    let ann = admin(&house);
    let (number, _) = ann.begins("vera@example.org", "Hello").await;
    let toggle = |body: Value| {
        let path = format!("/conversations/{number}/toggle_status");
        let ann = admin(&house);
        async move { ann.post(&path, body).await.ok()["payload"]["current_status"].as_str().unwrap_or_default().to_owned() }
    };
    assert_eq!(toggle(json!({})).await, "resolved");
    assert_eq!(toggle(json!({})).await, "open");
    assert_eq!(toggle(json!({"status": "pending"})).await, "pending");
    assert_eq!(toggle(json!({"status": "pending"})).await, "pending");
    assert_eq!(toggle(json!({"status": "snoozed"})).await, "snoozed");
    assert_eq!(toggle(json!({"status": "open"})).await, "open");
    let expected = [
        "Hello",
        "Ann Agent resolved the conversation",
        "Ann Agent reopened the conversation",
        "Ann Agent marked the conversation as pending",
        "Ann Agent snoozed the conversation until the next message",
        "Ann Agent reopened the conversation",
    ];
    assert_eq!(said(&ann, number).await, expected);
    let shown = ann.get(&format!("/conversations/{number}")).await.ok();
    assert_eq!(shown["last_non_activity_message"]["content"], "Hello");
    ann.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "lost"})).await.refused(422);
    ann.post("/conversations/4711/toggle_status", json!({})).await.refused(404);
}

async fn a_snoozed_conversation_wakes(house: House) {
    let ann = admin(&house);
    let (number, _) = ann.begins("vera@example.org", "Hello").await;
    let now = ann.get(&format!("/conversations/{number}")).await.ok()["created_at"].as_i64().expect("a time");
    let path = format!("/conversations/{number}/toggle_status");
    let status = || async { admin(&house).get(&format!("/conversations/{number}")).await.ok()["status"].clone() };
    ann.post(&path, json!({"status": "snoozed", "snoozed_until": now - 1})).await.refused(422);
    ann.post(&path, json!({"status": "snoozed", "snoozed_until": "soon"})).await.refused(422);
    let answer = ann.post(&path, json!({"status": "snoozed", "snoozed_until": now + 600})).await.ok();
    assert_eq!(answer["payload"]["snoozed_until"], now + 600);
    // Put off: the first time comes and goes.
    ann.post(&path, json!({"status": "snoozed", "snoozed_until": now + 1200})).await.ok();
    house.pass(700).await;
    assert_eq!(status().await, "snoozed");
    house.pass(600).await;
    assert_eq!(status().await, "open");
    assert_eq!(said(&ann, number).await.last().map(String::as_str), Some("The conversation woke up"));
}

async fn someone_looks_after_it(house: House) {
    let ann = admin(&house);
    let (number, _) = ann.begins("vera@example.org", "Hello").await;
    let path = format!("/conversations/{number}/assignments");
    let answer = ann.post(&path, json!({"assignee_id": house.made.user_id})).await.ok();
    assert_eq!((&answer["name"], &answer["type"]), (&json!("Ann Agent"), &json!("user")));
    let shown = ann.get(&format!("/conversations/{number}")).await.ok();
    assert_eq!(
        (&shown["meta"]["assignee"]["name"], &shown["meta"]["assignee_type"]),
        (&json!("Ann Agent"), &json!("User"))
    );
    assert_eq!(ann.post(&path, json!({"assignee_id": null})).await.ok(), json!(null));
    ann.post(&path, json!({"assignee_id": 4711})).await.refused(422);
    assert_eq!(
        said(&ann, number).await,
        ["Hello", "Ann Agent took the conversation", "Ann Agent unassigned the conversation"]
    );
    let priority = format!("/conversations/{number}/toggle_priority");
    assert_eq!(ann.post(&priority, json!({"priority": "high"})).await.status, 200);
    assert_eq!(ann.get(&format!("/conversations/{number}")).await.ok()["priority"], "high");
    ann.post(&priority, json!({"priority": "whatever"})).await.refused(422);
}

async fn what_was_seen_is_read(house: House) {
    let ann = admin(&house);
    let (number, contact) = ann.begins("vera@example.org", "Hello").await;
    house.clock.advance(60);
    house.the_contact_writes(number, contact, "Are you there?").await;
    let unread = || async { admin(&house).get(&format!("/conversations/{number}")).await.ok()["unread_count"].clone() };
    assert_eq!(unread().await, 1);
    assert_eq!(ann.post(&format!("/conversations/{number}/update_last_seen"), json!({})).await.ok()["unread_count"], 0);
    assert_eq!(ann.post(&format!("/conversations/{number}/unread"), json!({})).await.ok()["unread_count"], 1);
    assert_eq!(unread().await, 1);
    let typing = format!("/conversations/{number}/toggle_typing_status");
    assert_eq!(ann.post(&typing, json!({"typing_status": "on", "is_private": false})).await.status, 200);
    ann.post(&typing, json!({"typing_status": "loudly"})).await.refused(422);
    ann.post(&typing, json!({})).await.refused(422);
}

async fn messages_are_written_and_read_in_stretches(house: House) {
    let ann = admin(&house);
    let (number, _) = ann.begins("vera@example.org", "0").await;
    let path = format!("/conversations/{number}/messages");
    let mut ids = Vec::new();
    for words in 1..=24 {
        let message = ann
            .post(&path, json!({"content": words.to_string(), "echo_id": format!("e{words}"), "private": true}))
            .await
            .ok();
        assert_eq!((&message["echo_id"], &message["private"]), (&json!(format!("e{words}")), &json!(true)));
        ids.push(message["id"].as_i64().expect("an id"));
    }
    let contents = |query: String| {
        let path = format!("{path}{query}");
        let ann = admin(&house);
        async move {
            let list = ann.get(&path).await.ok()["payload"].clone();
            let rows = list.as_array().cloned().unwrap_or_default();
            rows.iter()
                .map(|row| row["content"].as_str().unwrap_or_default().parse::<i64>().expect("a number"))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(contents(String::new()).await, (5..=24).collect::<Vec<_>>());
    assert_eq!(contents(format!("?before={}", ids[4])).await, (0..=4).collect::<Vec<_>>());
    assert_eq!(contents(format!("?after={}", ids[19])).await, (21..=24).collect::<Vec<_>>());
    assert_eq!(contents(format!("?after={}&before={}", ids[0], ids[3])).await, [2, 3]);
    let meta = ann.get(&path).await.ok()["meta"].clone();
    assert_eq!(meta["contact"]["email"], "vera@example.org");
    ann.get(&format!("{path}?before=x")).await.refused(422);

    let mailed = ann
        .post(&path, json!({"content": "By mail, please", "delivery": "email", "cc_emails": "kim@example.org"}))
        .await
        .ok();
    let to: Vec<_> = mailed["deliveries"].as_array().expect("deliveries").iter().map(|row| row["to"].clone()).collect();
    assert_eq!(to, ["vera@example.org", "kim@example.org"]);
    assert_eq!(mailed["delivery_plan"]["by"], "email");
    assert_eq!(mailed["content_attributes"]["cc_emails"], json!(["kim@example.org"]));
    let original = format!("{path}/{}/original", mailed["id"]);
    ann.get(&original).await.refused(404);
}

async fn files_go_along(house: House) {
    let ann = admin(&house);
    let (number, _) = ann.begins("vera@example.org", "Hello").await;
    let path = format!("/conversations/{number}/messages");
    let form = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nLook\r\n\
        --b\r\nContent-Disposition: form-data; name=\"private\"\r\n\r\nfalse\r\n\
        --b\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"a b.PNG\"\r\nContent-Type: image/png\r\n\r\npixels\r\n--b--\r\n";
    let call = ann.call("POST", &path).header("content-type", "multipart/form-data; boundary=b");
    let message = call.body(form).await.ok();
    assert_eq!(message["content"], "Look");
    let file = &message["attachments"][0];
    assert_eq!(
        (&file["file_type"], &file["extension"], &file["file_size"]),
        (&json!("image"), &json!("png"), &json!(6))
    );
    let link = file["data_url"].as_str().expect("a link").strip_prefix("https://segue.example").expect("our own");
    let answer = house.call("GET", link).send().await;
    assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (200, b"pixels".as_slice()));
    house.clock.advance(3 * 86_400);
    house.call("GET", link).send().await.refused(404);
    let large = "x".repeat(5 * 1024 * 1024);
    let alone = format!(
        "--b\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"x\"\r\n\r\n{large}\r\n--b--\r\n"
    );
    let call = ann.call("POST", &path).header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(call.body(alone).await.ok()["content"], json!(null));
}

async fn what_makes_no_sense_is_refused(house: House) {
    let ann = admin(&house);
    let (number, contact) = ann.begins("vera@example.org", "Hello").await;
    let path = format!("/conversations/{number}/messages");
    for (word, body) in [
        ("content", json!({})),
        ("content", json!({"content": "  "})),
        ("cc_emails", json!({"content": "x", "cc_emails": "nobody"})),
        ("Incoming", json!({"content": "x", "message_type": "incoming"})),
        ("delivery", json!({"content": "x", "delivery": "email", "private": true})),
        ("delivery", json!({"content": "x", "delivery": "pigeon"})),
    ] {
        let words = ann.post(&path, body).await.refused(422);
        assert!(words.starts_with(word), "{words}");
    }
    ann.call("POST", &path).body("not json").await.refused(400);
    ann.post("/conversations/4711/messages", json!({"content": "x"})).await.refused(404);
    ann.patch(&format!("/contacts/{contact}"), json!({"email": null})).await.ok();
    ann.post(&path, json!({"content": "x", "delivery": "email"})).await.refused(422);
    assert_eq!(said(&ann, number).await, ["Hello"]);
}

async fn a_first_message_that_cannot_go_makes_no_conversation(house: House) {
    let ann = admin(&house);
    let (_, contact) = ann.begins("vera@example.org", "Hello").await;
    ann.patch(&format!("/contacts/{contact}"), json!({"email": null})).await.ok();
    let inbox = house.made.inbox_id.expect("an inbox");
    let asked = json!({"inbox_id": inbox, "contact_id": contact, "message": {"content": "x", "delivery": "email"}});
    ann.post("/conversations", asked).await.refused(422);
    ann.post("/conversations", json!({"inbox_id": inbox})).await.refused(422);
    ann.post("/conversations", json!({"contact_id": contact})).await.refused(422);
    ann.post("/conversations", json!({"inbox_id": 4711, "contact_id": contact})).await.refused(404);
    assert_eq!(ann.get("/conversations").await.ok()["data"]["meta"]["all_count"], 1);
}
