//! The bytes of mails go when their time has come, announced where someone still has to decide; files that nothing names
//! are swept away.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use bytes::Bytes;
use house::{House, customer::mail_from, on_both};
use server::jobs;
use store::mails;

on_both!(
    bytes_go_when_their_time_has_come,
    what_goes_undecided_is_announced,
    outgoing_mails_lose_their_bytes_too,
    a_large_mail_leaves_no_file,
    files_that_nothing_names_are_swept_away,
    much_is_erased_in_small_steps,
);

const CARLA: &str = "carla@customer.example";
const DAY: i64 = 86_400;

async fn bytes_go_when_their_time_has_come(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from(CARLA).to(&thread.reply_address()).says("Hello");
    let delivered = house.receives(&post).await.id;
    let lost = house.receives(&mail_from(CARLA).to("nobody@in.example.org").says("Hello?")).await.id;
    jobs::start_erasing(&house.app).await.unwrap();
    house.pass(30 * DAY - 1).await;
    let there =
        async |id: model::ids::InboundMailId| house.agent().get(&format!("/inbound_mails/{id}")).await["raw"] == true;
    assert!(there(delivered).await, "a second too early");
    house.pass(6 * 3600).await;
    assert!(!there(delivered).await && there(lost).await);
    let shown = house.agent().get(&format!("/inbound_mails/{delivered}")).await;
    assert_eq!(
        (shown["state"].as_str(), shown["subject"].as_str()),
        (Some("delivered"), Some("Re: [#1] New messages"))
    );
    assert!(shown["trace"].as_array().unwrap().len() > 2, "the trace stays");
    house.receives(&post).await;
    assert_eq!((house.words(&thread).await.len(), house.inbound_log().await.len()), (1, 2), "the hash stays");
}

async fn what_goes_undecided_is_announced(house: House) {
    let lost = house.receives(&mail_from(CARLA).to("nobody@in.example.org").says("Hello?")).await;
    let ends = lost.received_at.as_second() + 180 * DAY;
    jobs::start_erasing(&house.app).await.unwrap();
    let counts = async || house.agent().get("/inbound_mails/counts").await;
    house.pass(165 * DAY).await;
    assert_eq!(counts().await["erased_soon"], 0);
    house.pass(2 * DAY).await;
    let announced = counts().await;
    assert_eq!((announced["erased_soon"].as_i64(), announced["erased_at"].as_i64()), (Some(1), Some(ends)));
    let row = &house.agent().get("/inbound_mails").await["payload"][0];
    assert_eq!((row["raw"].as_bool(), row["erases_at"].as_i64()), (Some(true), Some(ends)));
    house.pass(13 * DAY).await;
    assert!(house.inbound_log().await[0].erased);
    let after = counts().await;
    assert_eq!((after["unrouted"].as_i64(), after["erased_soon"].as_i64()), (Some(1), Some(0)), "its row stays");
}

async fn outgoing_mails_lose_their_bytes_too(house: House) {
    let thread = house.thread(CARLA).await;
    house.agent().sends(thread.number, serde_json::json!({"content": "Hello Carla", "delivery": "email"})).await.ok();
    house.work().await;
    let account = house.made.account_id;
    let kept = async || {
        let read = house.desk().db.read::<_, store::Error, _>(async move |tx| {
            let mail = mails::sandboxed(tx, account, None).await?.pop().expect("a mail");
            Ok((mails::bytes(tx, mail.id).await?, mail.message_id_header))
        });
        read.await.unwrap()
    };
    let (bytes, id) = kept().await;
    assert!(bytes.is_some());
    jobs::start_erasing(&house.app).await.unwrap();
    house.pass(31 * DAY).await;
    assert_eq!(kept().await, (None, id.clone()), "what threads need stays");
    let answer = mail_from(CARLA).to("help@acme.example").with("In-Reply-To", &format!("<{id}>")).says("Late");
    assert_eq!(house.receives(&answer).await.state.as_str(), "held", "it is found, though nothing proves who wrote it");
}

/// More than lies in a row.
fn large(to: &str) -> Vec<u8> {
    let words: String = (0..40_000).map(|line| format!("line {line}\r\n")).collect();
    mail_from(CARLA).to(to).says(&words).bytes()
}

fn files(house: &House) -> Vec<std::path::PathBuf> {
    let folders = std::fs::read_dir(&house.app.config.blobs_dir).unwrap();
    let inside = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    inside.map(|file| file.unwrap().path()).collect()
}

async fn a_large_mail_leaves_no_file(house: House) {
    let thread = house.thread(CARLA).await;
    assert_eq!(house.relays(large(&thread.reply_address())).await.status.as_u16(), 204);
    house.work().await;
    assert_eq!(files(&house).len(), 1);
    jobs::start_erasing(&house.app).await.unwrap();
    house.pass(31 * DAY).await;
    assert!(files(&house).is_empty());
    assert_eq!(house.relays(large(&thread.reply_address())).await.status.as_u16(), 204);
    house.work().await;
    assert_eq!((house.words(&thread).await.len(), files(&house).len()), (1, 0), "it is known and leaves nothing");
}

async fn files_that_nothing_names_are_swept_away(house: House) {
    let thread = house.thread(CARLA).await;
    assert_eq!(house.relays(large(&thread.reply_address())).await.status.as_u16(), 204);
    house.work().await;
    let named = files(&house).pop().unwrap();
    let (old, fresh) = ("00".repeat(32), "ff".repeat(32));
    for key in [&old, &fresh] {
        house.desk().blobs.put(key, Bytes::from_static(b"left over")).await.unwrap();
    }
    let dated = |path: &std::path::Path, hours: u64| {
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_secs(house.desk().now().as_second().unsigned_abs());
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(now - std::time::Duration::from_secs(hours * 3600)).unwrap();
    };
    let at = |key: &str| house.app.config.blobs_dir.join(&key[..2]).join(key);
    dated(&named, 100);
    dated(&at(&old), 25);
    dated(&at(&fresh), 23);
    jobs::start_sweeping_files(&house.app).await.unwrap();
    house.work().await;
    let mut left = files(&house);
    left.sort();
    let mut expected = vec![named.clone(), at(&fresh)];
    expected.sort();
    assert_eq!(left, expected);
    house.pass(DAY).await;
    assert_eq!(files(&house), [named], "a day later the other is old too");
    assert_eq!(house.desk().blobs.get(&fresh).await.unwrap(), None);
}

async fn much_is_erased_in_small_steps(house: House) {
    for number in 0..230 {
        let post = mail_from(CARLA).to("nobody@in.example.org").id(&format!("{number}@customer.example"));
        assert_eq!(house.relays(post.bytes()).await.status.as_u16(), 204);
    }
    house.work().await;
    house.clock.advance(181 * DAY);
    let erased = desk::retention::erase_due(house.desk()).await.unwrap();
    assert_eq!((erased.incoming, erased.outgoing), (230, 0));
    assert!(house.inbound_log().await.iter().all(|mail| mail.erased));
    assert_eq!(desk::retention::erase_due(house.desk()).await.unwrap(), desk::retention::Erased::default());
}
