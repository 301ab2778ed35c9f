//! What is erased is gone: from every table, from the database file, from the folder of files. What is not asked to go
//! stays.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{
    House,
    customer::{Post, mail_from},
    on_both,
};
use serde_json::json;
use store::testkit::everything;

on_both!(
    nothing_of_an_erased_contact_remains,
    an_erased_conversation_leaves_the_others,
    what_a_person_wrote_elsewhere_goes_with_them,
    an_erasure_that_was_cut_off_is_ended,
    a_mail_to_another_account_stays_there,
    only_administrators_erase,
);

const CARLA: &str = "carla.zyxwv@customer.example";
const DORA: &str = "dora@customer.example";
/// A word that stands nowhere else.
const MARKER: &str = "quetzalcoatlus";

/// A mail with a file, whose words, subject and file name hold the marker.
fn telling(from: &str, to: &str) -> Post {
    let body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nI saw a {MARKER}\r\n--b\r\nContent-Type: text/csv; name=\"{MARKER}.csv\"\r\n\
         Content-Disposition: attachment; filename=\"{MARKER}.csv\"\r\n\r\n{MARKER},1\r\n--b--\r\n"
    );
    let post = mail_from(from)
        .to(to)
        .with("Subject", &format!("About the {MARKER}"))
        .id(&format!("{MARKER}@customer.example"));
    post.with("MIME-Version", "1.0").with("Content-Type", "multipart/mixed; boundary=b").says(&body)
}

trait Gone {
    fn gone(&self);
}

impl Gone for house::Answer {
    #[track_caller]
    fn gone(&self) {
        assert_eq!((self.status.as_u16(), self.text().as_str()), (200, ""));
    }
}

/// Whatever of these words the database or a file still holds.
async fn remains(house: &House, words: &[&str]) -> Vec<String> {
    let all = everything(house.kept()).await.to_lowercase();
    let mut found: Vec<String> = words.iter().filter(|word| all.contains(*word)).map(|word| (*word).into()).collect();
    let folders = std::fs::read_dir(&house.app.config.blobs_dir).unwrap();
    for file in folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap()) {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        found.extend(
            words.iter().filter(|word| text.contains(*word)).map(|word| format!("{word} in {}", path.display())),
        );
    }
    found
}

async fn nothing_of_an_erased_contact_remains(house: House) {
    let thread = house.thread(CARLA).await;
    let log = house.receives(&telling(CARLA, &thread.reply_address())).await;
    assert_eq!(log.state.as_str(), "delivered", "{:?}", log.trace);
    let lost = house.receives(&telling(CARLA, "nobody@in.example.org").id("lost@customer.example")).await;
    assert_eq!(lost.state.as_str(), "unrouted");
    house
        .agent()
        .sends(thread.number, json!({"content": format!("A {MARKER}, really?"), "delivery": "email"}))
        .await
        .ok();
    house.work().await;
    let words = [MARKER, "carla.zyxwv", thread.token.as_str()];
    assert!(remains(&house, &words).await.len() >= 4, "it is there before");

    let path = format!("/contacts/{}", thread.contact.id);
    house.agent().call("DELETE", &path).send().await.gone();
    assert_eq!(remains(&house, &words).await, Vec::<String>::new());
    house.agent().call("GET", &path).send().await.refused(404);
    house.agent().call("GET", &format!("/conversations/{}", thread.number)).send().await.refused(404);
    house.agent().call("DELETE", &path).send().await.refused(404);

    let shown = house.agent().get(&format!("/inbound_mails/{}", log.id)).await;
    assert_eq!(
        (shown["state"].as_str(), shown["from"].as_str(), shown["raw"].as_bool()),
        (Some("delivered"), None, Some(false))
    );
    assert_eq!(shown["reason"], "erased with its conversation");
    house.pass(60).await;
    assert_eq!(remains(&house, &words).await, Vec::<String>::new(), "nothing comes back with the jobs");
    // The hash stays: the same mail again is known, and says nothing.
    house.relays(telling(CARLA, &thread.reply_address()).bytes()).await;
    house.work().await;
    assert_eq!(house.inbound_log().await.len(), 2);
    assert_eq!(remains(&house, &words).await, Vec::<String>::new());
}

async fn an_erased_conversation_leaves_the_others(house: House) {
    let (gone, stays) = (house.thread(CARLA).await, house.thread(CARLA).await);
    house.receives(&telling(CARLA, &gone.reply_address())).await;
    let both = format!("{}, {}", gone.reply_address(), stays.reply_address());
    let shared = house.receives(&mail_from(CARLA).to(&both).says("To both")).await.id;
    let path = format!("/conversations/{}", gone.number);
    house.agent().call("DELETE", &path).send().await.gone();
    assert_eq!(remains(&house, &[MARKER, gone.uuid.as_str()]).await, Vec::<String>::new());
    assert_eq!(house.words(&stays).await, ["To both"]);
    let shown = house.agent().get(&format!("/inbound_mails/{shared}")).await;
    assert_eq!((shown["raw"].as_bool(), shown["conversation_id"].as_i64()), (Some(true), Some(stays.number)));
    house.agent().get(&format!("/contacts/{}", stays.contact.id)).await;
}

async fn what_a_person_wrote_elsewhere_goes_with_them(house: House) {
    let thread = house.thread(DORA).await;
    house.receives(&mail_from(DORA).to(&thread.reply_address()).says("Hello")).await;
    // A stranger with Dora's reply address: appended under their own name.
    let log = house.receives(&telling(CARLA, &thread.reply_address())).await;
    assert_eq!(house.messages(&thread).await.len(), 2, "{:?}", log.trace);
    let found = house.agent().get(&format!("/contacts/search?q={CARLA}")).await;
    let carla = found["payload"][0]["id"].as_i64().unwrap();
    house.agent().call("DELETE", &format!("/contacts/{carla}")).send().await.gone();
    assert_eq!(house.words(&thread).await, ["Hello"]);
    assert_eq!(remains(&house, &[MARKER, "carla.zyxwv"]).await, Vec::<String>::new());
}

async fn an_erasure_that_was_cut_off_is_ended(house: House) {
    let thread = house.thread(CARLA).await;
    for number in 0..120 {
        let post = mail_from(CARLA).to(&thread.reply_address()).id(&format!("{number}@customer.example"));
        house.relays(post.says(&format!("{MARKER} {number}")).bytes()).await;
    }
    house.work().await;
    // Polled once: the erasure is begun, and whoever asked is gone.
    {
        let (account, by) = (house.made.account_id, house.made.user_id);
        let erasing = desk::erase::erase_conversation(house.desk(), account, thread.number, by);
        assert!(futures_util::FutureExt::now_or_never(erasing).is_none());
    }
    let path = format!("/conversations/{}", thread.number);
    for _ in 0..100 {
        house.pass(11).await;
        if house.agent().call("GET", &path).send().await.status.as_u16() == 404 {
            break;
        }
    }
    assert_eq!(remains(&house, &[MARKER]).await, Vec::<String>::new());
    house.agent().call("GET", &format!("/conversations/{}", thread.number)).send().await.refused(404);
}

async fn a_mail_to_another_account_stays_there(mut house: House) {
    let ours = house.thread(CARLA).await;
    let asked = desk::setup::Setup {
        account: "Other".into(),
        name: "Olaf".into(),
        email: "olaf@other.example".into(),
        password: "correct horse".into(),
        website_url: Some("https://other.example".into()),
        only_first: false,
    };
    let other = desk::setup::setup(house.desk(), asked).await.unwrap();
    let (number, token) = (other.account_id.0, other.access_token.clone());
    let first = std::mem::replace(&mut house.made, other);
    let theirs = house.thread(CARLA).await;
    house.made = first;
    let both = format!("{}, {}", ours.reply_address(), theirs.reply_address());
    let id = house.receives(&telling(CARLA, &both)).await.id;
    house.agent().call("DELETE", &format!("/contacts/{}", ours.contact.id)).send().await.gone();
    house.agent().call("GET", &format!("/inbound_mails/{id}")).send().await.refused(404);
    let there = house.call("GET", &format!("/api/v1/accounts/{number}/inbound_mails/{id}"));
    let there = there.header("api_access_token", &token).send().await.ok();
    assert_eq!((there["raw"].as_bool(), there["conversation_id"].as_i64()), (Some(true), Some(theirs.number)));
    assert_eq!(house.words(&theirs).await.len(), 1);
}

async fn only_administrators_erase(house: House) {
    use store::users;
    let thread = house.thread(CARLA).await;
    let (account, now) = (house.made.account_id, house.desk().now());
    let new = users::NewUser {
        name: "Bea".into(),
        email: "bea@acme.example".into(),
        password_hash: "x".into(),
        access_token: "beas-token".into(),
        pubsub_token: "beas-pubsub".into(),
    };
    let joined = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let id = users::insert(tx, &new, now).await?.expect("a new user");
        users::join(tx, account, id, model::user::Role::Agent).await
    });
    joined.await.unwrap();
    for path in [format!("contacts/{}", thread.contact.id), format!("conversations/{}", thread.number)] {
        let call = house.call("DELETE", &format!("/api/v1/accounts/{account}/{path}"));
        call.header("api_access_token", "beas-token").send().await.refused(401);
        house.agent().get(&format!("/{path}")).await;
    }
}
