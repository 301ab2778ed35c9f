//! What agents decide about mail of people who take no part.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{
    ADMIN, Answer, House,
    customer::{Thread, mail_from},
    on_both,
};
use model::{conversation::Status, inbound::InboundState};
use serde_json::{Value, json};
use store::{conversations, inboxes, tokens};

on_both!(
    an_accepted_stranger_takes_part,
    a_split_mail_has_a_conversation_of_its_own,
    a_rejected_mail_stays_withheld,
    of_two_agents_one_decides,
    only_what_was_withheld_can_be_decided,
    a_held_mail_is_accepted_under_its_authors_own_name,
    a_held_mail_of_an_agent_becomes_a_note,
);

const CARLA: &str = "Carla <carla@customer.example>";
const EVE: &str = "Eve <eve@other.example>";

/// A conversation with Carla, resolved, in which Eve wrote to Carla's reply address; Eve's message.
async fn eve_wrote(house: &House) -> (Thread, Value) {
    let thread = house.thread("carla@customer.example").await;
    house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("I am Carla")).await;
    house.agent().resolves(thread.number).await;
    let post = mail_from(EVE).to(&thread.reply_address()).id("eve1@other.example").with("Subject", "A word");
    house.receives(&post.says("I am Eve")).await;
    let message = message_saying(house, thread.number, "I am Eve").await;
    assert_eq!((&message["withheld"], status(house, &thread).await), (&json!(true), Status::Resolved));
    (thread, message)
}

async fn message_saying(house: &House, number: i64, words: &str) -> Value {
    let all = house.agent().messages(number).await;
    all.into_iter().find(|message| message["content"] == words).expect("that message")
}

async fn decides(house: &House, number: i64, message: &Value, action: &str) -> Answer {
    let path = format!("/conversations/{number}/messages/{}/stranger", message["id"]);
    house.agent().call("POST", &path).json(json!({"action": action})).await
}

async fn status(house: &House, thread: &Thread) -> Status {
    house.conversation(thread).await.status
}

/// The lines about what happened in the conversation.
async fn lines(house: &House, number: i64) -> Vec<String> {
    let all = house.agent().messages(number).await;
    let lines = all.iter().filter(|message| message["message_type"] == 2);
    lines.filter_map(|message| message["content"].as_str().map(str::to_owned)).collect()
}

async fn an_accepted_stranger_takes_part(house: House) {
    let (thread, message) = eve_wrote(&house).await;
    let node = house.listens().await;
    let session = house.conversation(&thread).await.contact_inbox_id;
    let session =
        house.desk().db.read::<_, store::Error, _>(async move |tx| store::contact_inboxes::by_id(tx, session).await);
    let pubsub = session.await.unwrap().unwrap().pubsub_token;
    let mut widget = node.subscribes(json!({"pubsub_token": pubsub})).await.ok().unwrap();

    let accepted = decides(&house, thread.number, &message, "accept").await.ok();
    assert_eq!((&accepted["withheld"], &accepted["id"]), (&json!(false), &message["id"]));
    assert_eq!(accepted["content_attributes"]["author"]["relation"], "participant");
    assert_eq!(accepted["sender"]["name"], "Eve");
    assert_eq!(status(&house, &thread).await, Status::Open, "it reopens as any mail of theirs");
    widget.hears_until("message.created", "I am Eve").await;
    let told = lines(&house, thread.number).await;
    assert_eq!(told.last().unwrap(), "Ann Agent accepted a mail from Eve <eve@other.example>");

    // Again: the same, and nothing happens twice.
    let again = decides(&house, thread.number, &message, "accept").await.ok();
    assert_eq!(again["withheld"], false);
    assert_eq!(lines(&house, thread.number).await, told);

    // With a reply address of her own, Eve's answers count.
    let (conversation, address) = (thread.conversation, "eve@other.example");
    let given =
        house.desk().db.read::<_, store::Error, _>(async move |tx| tokens::live_reply(tx, conversation, address).await);
    let own = format!("reply+{}@{}", given.await.unwrap().expect("a reply address for Eve"), house::DOMAIN);
    house.receives(&mail_from(EVE).to(&own).says("Eve again")).await;
    assert_eq!(message_saying(&house, thread.number, "Eve again").await["withheld"], false);
    // Anyone can write Eve's name into a mail to Carla's.
    house.receives(&mail_from(EVE).to(&thread.reply_address()).says("Eve?")).await;
    assert_eq!(message_saying(&house, thread.number, "Eve?").await["withheld"], true);
}

async fn a_split_mail_has_a_conversation_of_its_own(house: House) {
    let (thread, message) = eve_wrote(&house).await;
    let moved = decides(&house, thread.number, &message, "split").await.ok();
    let number = moved["conversation_id"].as_i64().unwrap();
    assert!(number != thread.number);
    assert_eq!((&moved["id"], &moved["withheld"]), (&message["id"], &json!(false)));
    assert_eq!(moved["content_attributes"]["author"]["relation"], "contact");
    let conversation = house.agent().get(&format!("/conversations/{number}")).await;
    assert_eq!(conversation["meta"]["sender"]["email"], "eve@other.example");
    assert_eq!(conversation["inbox_id"], message["inbox_id"]);
    assert!(!house.words(&thread).await.contains(&"I am Eve".to_owned()), "it is no longer here");
    assert_eq!(status(&house, &thread).await, Status::Resolved);
    let here = lines(&house, thread.number).await.pop().unwrap();
    assert_eq!(here, format!("Ann Agent moved a mail from Eve <eve@other.example> to conversation #{number}"));
    // The mail behind it came along, and again is no second conversation.
    let original = house.agent().get(&format!("/conversations/{number}/messages/{}/original", message["id"])).await;
    assert_eq!(original["state"], "delivered");
    let again = decides(&house, thread.number, &message, "split").await.ok();
    assert_eq!(again["conversation_id"], number);
    assert_eq!(house.inbound_log().await.len(), 2);
    // What answers Eve's mail goes where it is now.
    house.agent().sends(number, json!({"content": "Hello Eve", "delivery": "email"})).await.ok();
    house.work().await;
    let post = mail_from(EVE).to("support@acme.example").with("In-Reply-To", "<eve1@other.example>").says("More");
    let log = house.receives(&post).await;
    let place = house.conclusions(log.id).await.remove(0).conversation_id;
    assert!(place != thread.conversation, "{:?}", log.trace);
}

async fn a_rejected_mail_stays_withheld(house: House) {
    let (thread, message) = eve_wrote(&house).await;
    let rejected = decides(&house, thread.number, &message, "reject").await.ok();
    assert_eq!((&rejected["withheld"], &rejected["content_attributes"]["rejected"]), (&json!(true), &json!(true)));
    decides(&house, thread.number, &message, "reject").await.ok();
    let told = lines(&house, thread.number).await;
    assert_eq!(told.iter().filter(|line| line.contains("rejected a mail from Eve")).count(), 1);
    let back = decides(&house, thread.number, &message, "unreject").await.ok();
    assert!(back["content_attributes"].get("rejected").is_none());
    decides(&house, thread.number, &message, "reject").await.ok();
    let accepted = decides(&house, thread.number, &message, "accept").await.ok();
    assert!(accepted["content_attributes"].get("rejected").is_none());
    assert_eq!(accepted["withheld"], false);
    let late = decides(&house, thread.number, &message, "reject").await.ok();
    assert_eq!(late["withheld"], false, "accepted it stays");
}

async fn of_two_agents_one_decides(house: House) {
    let (thread, message) = eve_wrote(&house).await;
    let (one, two, three) = tokio::join!(
        decides(&house, thread.number, &message, "accept"),
        decides(&house, thread.number, &message, "accept"),
        decides(&house, thread.number, &message, "reject"),
    );
    assert_eq!((one.ok()["withheld"].clone(), two.ok()["withheld"].clone()), (json!(false), json!(false)));
    three.ok();
    let told = lines(&house, thread.number).await;
    assert_eq!(told.iter().filter(|line| line.contains("accepted a mail")).count(), 1, "{told:?}");
    assert_eq!(message_saying(&house, thread.number, "I am Eve").await["withheld"], false);
}

async fn only_what_was_withheld_can_be_decided(house: House) {
    let (thread, message) = eve_wrote(&house).await;
    let carlas = message_saying(&house, thread.number, "I am Carla").await;
    decides(&house, thread.number, &carlas, "accept").await.refused(422);
    decides(&house, thread.number, &message, "forget").await.refused(422);
    decides(&house, thread.number, &json!({"id": 4711}), "accept").await.refused(404);
    let other = house.thread("dora@customer.example").await;
    decides(&house, other.number, &message, "accept").await.refused(404);
    assert_eq!(message_saying(&house, thread.number, "I am Eve").await["withheld"], true);
}

/// Lets the inbox hold strangers' mail.
async fn holds_strangers(house: &House) {
    let inbox = house.made.inbox_id.unwrap();
    let done = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let mut inbox = inboxes::by_id(tx, inbox).await?.expect("an inbox");
        inbox.settings.hold_strangers = true;
        inboxes::update(tx, &inbox).await
    });
    done.await.unwrap();
}

async fn accepts(house: &House, id: i64) -> Answer {
    house.agent().call("POST", &format!("/inbound_mails/{id}/accept")).send().await
}

async fn a_held_mail_is_accepted_under_its_authors_own_name(house: House) {
    holds_strangers(&house).await;
    let thread = house.thread("carla@customer.example").await;
    let held = house.receives(&mail_from(EVE).to(&thread.reply_address()).says("Held words")).await;
    assert_eq!(held.state, InboundState::Held);
    assert!(house.words(&thread).await.is_empty());
    let (one, two) = tokio::join!(accepts(&house, held.id.0), accepts(&house, held.id.0));
    assert!(one.status.is_success() && two.status.is_success());
    let accepted = accepts(&house, held.id.0).await.ok();
    assert_eq!((&accepted["state"], &accepted["conversation_id"]), (&json!("delivered"), &json!(thread.number)));
    assert!(accepted["reason"].as_str().unwrap().starts_with("accepted by hand"), "{accepted}");
    let message = message_saying(&house, thread.number, "Held words").await;
    assert_eq!((&message["sender"]["email"], &message["withheld"]), (&json!("eve@other.example"), &json!(false)));
    assert_eq!(message["content_attributes"]["author"]["relation"], "participant");
    let log = house.inbound_log().await.remove(0);
    assert!(log.trace.iter().any(|line| line.ends_with("accepted by Ann Agent")), "{:?}", log.trace);
    let told = lines(&house, thread.number).await;
    assert_eq!(told, ["Ann Agent accepted a mail from Eve <eve@other.example>"]);
    house.work().await;
    assert_eq!(house.messages(&thread).await.len(), 2, "once");
    // Without a proof, but from the contact's address: the contact's, since somebody says so.
    let ours = format!("<conversation/{}/messages/1@{}>", thread.uuid, house::DOMAIN);
    let post = mail_from(CARLA).to("support@acme.example").with("In-Reply-To", &ours).says("Unproven");
    let held = house.receives(&post).await;
    assert_eq!(held.state, InboundState::Held);
    accepts(&house, held.id.0).await.ok();
    let message = message_saying(&house, thread.number, "Unproven").await;
    assert_eq!(message["content_attributes"]["author"]["relation"], "contact");
    assert!(!house.contact(&thread).await.email_verified, "a decision about a mail is no proof of an address");
    // What is not held cannot be accepted.
    let lost = house.receives(&mail_from(CARLA).to("nobody@in.example.org").says("Lost")).await;
    assert_eq!(lost.state, InboundState::Unrouted);
    accepts(&house, lost.id.0).await.refused(422);
    accepts(&house, 4711).await.refused(404);
}

async fn a_held_mail_of_an_agent_becomes_a_note(house: House) {
    let thread = house.thread("carla@customer.example").await;
    let held = house.receives(&mail_from(ADMIN).to(&thread.reply_address()).says("From my phone")).await;
    assert_eq!(held.state, InboundState::Held);
    accepts(&house, held.id.0).await.ok();
    let message = message_saying(&house, thread.number, "From my phone").await;
    assert_eq!((&message["private"], &message["sender"]["type"]), (&json!(true), &json!("user")));
    let id = thread.conversation;
    let open = house.desk().db.read::<_, store::Error, _>(async move |tx| conversations::by_id(tx, id).await);
    assert_eq!(open.await.unwrap().unwrap().status, Status::Open);
}
