//! Where the mail behind a message is cut: shown with its reason, moved by agents, and put back.

use super::{Token, admin, colleague, neighbour};
use crate::house::{
    House,
    customer::{Thread, mail_from},
    on_both,
};
use serde_json::{Value, json};
use store::{contact_inboxes, messages};

on_both!(
    an_agent_moves_the_cut_and_the_visitor_sees_it,
    nothing_is_emptied_and_nonsense_is_named,
    of_two_agents_the_last_moves_it,
    what_the_html_tells_is_shown_by_its_own_lines,
    a_strangers_mail_is_cut_for_agents_alone,
    a_mail_from_before_cuts_were_noted_can_be_cut_and_put_back,
);

const CARLA: &str = "Carla <carla@example.org>";
const WORDS: &str = "It works now.\r\n\r\nThe old one did not:\r\n\r\nOn Sun, Nov 22, 2026 at 10:00 AM Ann <ann@acme.example> wrote:\r\n\
    > Try again, please.\r\n> Does it work?\r\n";
const FRESH: &str = "It works now.\n\nThe old one did not:";

/// The last message of a conversation, as agents see it.
async fn last(house: &House, number: i64) -> Value {
    let list = admin(house).get(&format!("/conversations/{number}/messages")).await.ok();
    list["payload"].as_array().and_then(|all| all.last()).cloned().expect("a message")
}

/// A mail of Carla's with earlier mail below it; the message, and where its cut is.
async fn carla_wrote(house: &House) -> (Thread, Value, String) {
    let thread = house.thread("carla@example.org").await;
    house.receives(&mail_from(CARLA).to(&thread.reply_address()).id("c1@example.org").says(WORDS)).await;
    let message = last(house, thread.number).await;
    let path = format!("/conversations/{}/messages/{}/cut", thread.number, message["id"]);
    (thread, message, path)
}

async fn moves(agent: &Token<'_>, path: &str, lines: Value) -> crate::house::Answer {
    agent.call("PUT", path).json(json!({"lines": lines})).await
}

async fn an_agent_moves_the_cut_and_the_visitor_sees_it(house: House) {
    let (thread, found, path) = carla_wrote(&house).await;
    assert_eq!(found["content"], FRESH);
    let noted = &found["content_attributes"]["email"]["cut"];
    assert_eq!((&noted["rule"], &noted["confidence"]), (&json!("quoted lines"), &json!("certain")));
    let cut = admin(&house).get(&path).await.ok();
    assert_eq!((&cut["rule"], &cut["kept"], &cut["by"]), (&noted["rule"], &json!(null), &json!(null)));
    let lines = cut["lines"].as_array().expect("lines").clone();
    assert_eq!((lines.len(), &lines[0], &lines[6]), (7, &json!("It works now."), &json!("> Does it work?")));
    let parts = cut["parts"].as_array().expect("parts").clone();
    assert_eq!(
        (&parts[0]["line"], &parts[0]["kind"], &parts[0]["shown"]),
        (&json!(0), &json!("written"), &json!(true))
    );
    let header = parts.iter().find(|part| part["kind"] == "quote_header").expect("what introduces the quote");
    assert_eq!((&header["rule"], &header["confidence"]), (&json!("attribution"), &json!("certain")));

    let node = house.listens().await;
    let session = house.conversation(&thread).await.contact_inbox_id;
    let session = house.desk().db.read::<_, store::Error, _>(async move |tx| contact_inboxes::by_id(tx, session).await);
    let pubsub = session.await.expect("a read").expect("a session").pubsub_token;
    let mut widget = node.subscribes(json!({"pubsub_token": pubsub})).await.ok().expect("a widget");

    let moved = moves(&admin(&house), &path, json!(1)).await.ok();
    assert_eq!(moved["content"], "It works now.");
    let email = &moved["content_attributes"]["email"];
    assert_eq!(email["text_content"]["quoted"], "It works now.");
    assert_eq!(email["text_content"]["full"], found["content_attributes"]["email"]["text_content"]["full"]);
    let (rule, by) = (&email["cut"]["rule"], &email["cut"]["by"]);
    assert_eq!((rule, by), (&json!("by hand"), &json!(house.made.user_id)));
    let told = widget.hears("message.updated").await;
    assert_eq!((&told["content"], &told["content_attributes"]), (&json!("It works now."), &json!({})));
    let cut = admin(&house).get(&path).await.ok();
    assert_eq!((&cut["kept"], &cut["by"]["name"]), (&json!(1), &json!("Ann Agent")));
    assert_eq!((&cut["rule"], &cut["parts"]), (&noted["rule"], &json!(parts)), "what was found is still known");

    let whole = moves(&admin(&house), &path, json!(7)).await.ok();
    assert_eq!(whole["content"].as_str().map(|words| words.lines().count()), Some(7));
    widget.hears_until("message.updated", whole["content"].as_str().expect("words")).await;

    let back = moves(&admin(&house), &path, Value::Null).await.ok();
    assert_eq!(back, found, "exactly what was found");
    assert_eq!(widget.hears("message.updated").await["content"], FRESH);
    // To where it was is back, too; and once more changes nothing.
    moves(&admin(&house), &path, json!(2)).await.ok();
    assert_eq!(moves(&admin(&house), &path, json!(4)).await.ok(), found);
    assert_eq!(moves(&admin(&house), &path, Value::Null).await.ok(), found);
}

async fn nothing_is_emptied_and_nonsense_is_named(house: House) {
    let (thread, found, path) = carla_wrote(&house).await;
    let agent = admin(&house);
    for nonsense in [json!(0), json!(8), json!(-1), json!(1.5), json!("two"), json!([1])] {
        let refused = moves(&agent, &path, nonsense.clone()).await.refused(422);
        assert!(refused.contains("lines"), "{nonsense}: {refused}");
    }
    agent.call("PUT", &path).json(json!({})).await.refused(422);
    let other = neighbour(&house).await;
    other.get(&path).await.refused(404);
    moves(&other, &path, json!(1)).await.refused(404);
    house
        .call("PUT", &format!("/api/v1/accounts/{}{path}", agent.account))
        .json(json!({"lines": 1}))
        .await
        .refused(401);
    let elsewhere = house.thread("other@example.org").await.number;
    let lost = path.replace(&format!("/conversations/{}/", thread.number), &format!("/conversations/{elsewhere}/"));
    moves(&agent, &lost, json!(1)).await.refused(404);
    assert_eq!(last(&house, thread.number).await, found, "nothing has changed");

    let chat = agent.post(&format!("/conversations/{}/messages", thread.number), json!({"content": "Hi"})).await.ok();
    let chat = format!("/conversations/{}/messages/{}/cut", thread.number, chat["id"]);
    let refused = moves(&agent, &chat, json!(1)).await.refused(422);
    assert!(refused.contains("came by no mail"), "{refused}");
    agent.get(&chat).await.refused(422);

    let blank = mail_from(CARLA).to(&thread.reply_address()).id("c2@example.org").says("\r\n--\r\nWords\r\n");
    house.receives(&blank).await;
    let message = last(&house, thread.number).await;
    let blank = format!("/conversations/{}/messages/{}/cut", thread.number, message["id"]);
    let refused = moves(&agent, &blank, json!(1)).await.refused(422);
    assert!(refused.contains("nothing would be left"), "{refused}");
    assert_eq!(last(&house, thread.number).await, message);
}

async fn of_two_agents_the_last_moves_it(house: House) {
    let (thread, found, path) = carla_wrote(&house).await;
    let (ann, bob) = (admin(&house), colleague(&house).await);
    let (one, two) = tokio::join!(moves(&ann, &path, json!(1)), moves(&bob, &path, json!(7)));
    let (one, two) = (one.ok(), two.ok());
    let stands = last(&house, thread.number).await;
    let email = |message: &Value| message["content_attributes"]["email"].clone();
    assert!([email(&one), email(&two)].contains(&email(&stands)), "one of the two, whole: {stands}");
    assert_eq!(email(&stands)["cut"]["found"]["content"], FRESH, "not what the other had made of it");
    assert_eq!(moves(&bob, &path, Value::Null).await.ok(), found);
}

async fn what_the_html_tells_is_shown_by_its_own_lines(house: House) {
    let thread = house.thread("carla@example.org").await;
    let body = "--b\r\nContent-Type: text/plain\r\n\r\nYes.\r\n\r\nAnn, yesterday\r\nShall we?\r\n--b\r\nContent-Type: text/html\r\n\r\n\
        <p>Yes.</p><div class=\"gmail_quote\">Ann, yesterday<br>Shall we?</div>\r\n--b--\r\n";
    let post = mail_from(CARLA).to(&thread.reply_address()).id("c3@example.org");
    house.receives(&post.with("Content-Type", "multipart/alternative; boundary=b").says(body)).await;
    let found = last(&house, thread.number).await;
    assert_eq!(found["content"], "Yes.");
    let path = format!("/conversations/{}/messages/{}/cut", thread.number, found["id"]);
    let cut = admin(&house).get(&path).await.ok();
    assert_eq!((&cut["rule"], &cut["confidence"]), (&json!("gmail_quote"), &json!("certain")));
    let whole = found["content_attributes"]["email"]["html_content"]["reply"].as_str().expect("its text");
    let lines: Vec<&str> = cut["lines"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert_eq!(lines, whole.lines().collect::<Vec<_>>());
    let quoted = cut["parts"].as_array().into_iter().flatten().find(|part| part["rule"] == "gmail_quote");
    let begins = quoted.and_then(|part| part["line"].as_u64()).and_then(|line| usize::try_from(line).ok());
    assert!(begins.is_some_and(|line| lines[line..].join("\n").trim().starts_with("Ann, yesterday")), "{cut}");
    let moved = moves(&admin(&house), &path, json!(lines.len())).await.ok();
    assert!(moved["content"].as_str().is_some_and(|words| words.ends_with("Shall we?")));
    let email = &moved["content_attributes"]["email"];
    assert_eq!(
        (&email["text_content"]["quoted"], &email["html_content"]["quoted"]),
        (&moved["content"], &moved["content"])
    );
    assert_eq!(moves(&admin(&house), &path, Value::Null).await.ok(), found);
}

async fn a_strangers_mail_is_cut_for_agents_alone(house: House) {
    let thread = house.thread("carla@example.org").await;
    let post = mail_from("Eve <eve@other.example>").to(&thread.reply_address()).id("e1@other.example");
    house.receives(&post.says(WORDS)).await;
    let message = last(&house, thread.number).await;
    assert_eq!(message["withheld"], true);
    let path = format!("/conversations/{}/messages/{}/cut", thread.number, message["id"]);
    let moved = moves(&admin(&house), &path, json!(1)).await.ok();
    assert_eq!((&moved["withheld"], &moved["content"]), (&json!(true), &json!("It works now.")));
}

async fn a_mail_from_before_cuts_were_noted_can_be_cut_and_put_back(house: House) {
    let (thread, _, path) = carla_wrote(&house).await;
    let mut row = house.messages(&thread).await.pop().expect("the message");
    let email = row.content_attributes["email"].as_object_mut().expect("a mail");
    email.remove("cut");
    email["text_content"]["quoted"] = json!("It works now.\n\nThe old one did not:\n");
    let kept = house.desk().db.write::<_, store::Error, _>(async move |tx| messages::update(tx, &row).await);
    kept.await.expect("kept");
    let found = last(&house, thread.number).await;
    let cut = admin(&house).get(&path).await.ok();
    assert_eq!((&cut["rule"], &cut["kept"]), (&json!("quoted lines"), &json!(null)));
    assert!(cut["parts"].as_array().is_some_and(|parts| parts.len() > 1), "{cut}");
    let moved = moves(&admin(&house), &path, json!(1)).await.ok();
    assert_eq!(moved["content_attributes"]["email"]["text_content"]["quoted"], "It works now.");
    assert_eq!(moves(&admin(&house), &path, Value::Null).await.ok(), found);
}
