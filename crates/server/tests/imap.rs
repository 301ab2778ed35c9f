//! Mail out of a mailbox whose server goes wrong in every way there is: each mail that can be had comes in once, and none
//! holds up another.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;
mod mailbox;

use house::{House, on_both};
use mailbox::{Fault, Mailbox};
use serde_json::{Value, json};
use server::{app::App, ingress::imap, reach::Reach};
use std::time::Duration;
use store::inbound_mails;
use tokio::sync::watch;

on_both!(
    every_fault_costs_one_mail,
    what_was_set_aside_is_tried_again,
    a_large_mail_comes_in_pieces_and_whole,
    a_mail_that_is_too_large_is_passed_over,
    a_mailbox_is_fetched_by_one_node_and_taken_over_from_a_dead_one,
    changed_settings_count_at_once,
);

/// A house that may reach this machine, with an inbox that is fetched from `mailbox`; the inbox's path.
async fn fetches(mut house: House, mailbox: &Mailbox) -> (House, String) {
    let mut config = house.app.config.clone();
    config.reach = Reach { private: true };
    house.app = App::new(house.app.desk.clone(), config);
    let asked = json!({"name": "Help", "channel": {"type": "email", "email": "help@acme.example", "imap_enabled": true,
        "imap_address": "127.0.0.1", "imap_port": mailbox.port, "imap_tls": "none", "imap_login": "help",
        "imap_password": "pa55word", "imap_existing": true}});
    let made = house.agent().call("POST", "/inboxes").json(asked).await.ok();
    (house, format!("/inboxes/{}", made["id"]))
}

/// A node at work; dropping it is a crash.
struct AtWork {
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl AtWork {
    fn begin(app: &App) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(imap::run(app.clone(), stopped)) }
    }

    async fn ends(self) {
        self.stop.send_replace(true);
        let ended = tokio::time::timeout(Duration::from_secs(10), self.task);
        ended.await.expect("it stops").unwrap();
    }
}

/// Waits until `probe` finds something; those who wait after trouble are let go on meanwhile.
async fn until<T>(house: &House, what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..1500 {
        if let Some(found) = probe().await {
            return found;
        }
        house.app.mailboxes.nudge();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain until {what}");
}

fn mail(id: &str, words: &str) -> String {
    format!(
        "From: Vera <vera@customer.example>\r\nTo: help@acme.example\r\nSubject: {id}\r\n\
         Message-ID: <{id}@customer.example>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n{words}\r\n"
    )
}

/// The subjects of everything in the inbound log, sorted, once it has been processed.
async fn subjects(house: &House) -> Vec<String> {
    house.work().await;
    let log = house.agent().get("/inbound_mails").await;
    let mut subjects: Vec<String> = log["payload"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["subject"].as_str().unwrap_or_default().to_owned())
        .collect();
    subjects.sort();
    subjects
}

async fn state(house: &House, path: &str) -> Value {
    house.agent().get(path).await["imap_state"].clone()
}

async fn every_fault_costs_one_mail(house: House) {
    let mailbox = Mailbox::open().await;
    let mut good = Vec::new();
    for (place, fault) in Fault::ALL.into_iter().enumerate() {
        for (name, fault) in [("a", None), ("b", Some(fault)), ("c", None)] {
            let id = format!("{place}{name}");
            mailbox.put(mail(&id, "Words."), fault);
            if fault.is_none() {
                good.push(id);
            }
        }
    }
    let (house, path) = fetches(house, &mailbox).await;
    let at_work = AtWork::begin(&house.app);
    let last = mailbox.inside().uid_next;
    let told = until(&house, "all that can be had is had", async || {
        let told = state(&house, &path).await;
        (told["ok"] == json!(true) && told["fetched"] == json!(good.len())).then_some(told)
    });
    let told = told.await;
    assert_eq!(subjects(&house).await, good);
    let aside = told["set_aside"].as_array().unwrap();
    assert_eq!(aside.len(), Fault::ALL.len(), "{told}");
    assert!(aside.iter().all(|mail| !mail["reason"].as_str().unwrap().is_empty()), "{told}");
    let inbox = path.trim_start_matches("/inboxes/").parse().map(model::ids::InboxId).unwrap();
    let kept = house.desk().db.read::<_, store::Error, _>(async move |tx| store::mailboxes::by_inbox(tx, inbox).await);
    assert_eq!(kept.await.unwrap().unwrap().cursor.unwrap().next_uid, last);
    // A new mail comes in as if nothing had been.
    mailbox.put(mail("z", "New."), None);
    until(&house, "the new mail is had", async || subjects(&house).await.contains(&"z".to_owned()).then_some(())).await;
    at_work.ends().await;
}

async fn what_was_set_aside_is_tried_again(house: House) {
    let mailbox = Mailbox::open().await;
    let uid = mailbox.put(mail("a", "Words."), Some(Fault::Refused));
    let (house, path) = fetches(house, &mailbox).await;
    let at_work = AtWork::begin(&house.app);
    until(&house, "it is set aside", async || {
        (state(&house, &path).await["set_aside"][0]["uid"] == json!(uid)).then_some(())
    })
    .await;
    if let Some(kept) = mailbox.inside().mails.get_mut(&uid) {
        kept.fault = None;
    }
    mailbox.put(mail("b", "Words."), None);
    until(&house, "the other comes", async || (subjects(&house).await == ["b"]).then_some(())).await;
    house.clock.advance(61);
    mailbox.put(mail("c", "Words."), None);
    until(&house, "all come", async || (subjects(&house).await == ["a", "b", "c"]).then_some(())).await;
    until(&house, "nothing is set aside", async || {
        (state(&house, &path).await["set_aside"] == json!([])).then_some(())
    })
    .await;
    at_work.ends().await;
}

async fn a_large_mail_comes_in_pieces_and_whole(house: House) {
    let mailbox = Mailbox::open().await;
    let long: String =
        (0..60_000).map(|line| format!("Line {line} of a long mail, which has many of them.\r\n")).collect();
    let raws = [mail("large", &long), mail("exact", "")];
    mailbox.put(raws[0].clone(), None);
    // Its end is the end of a piece.
    let exact = raws[1].clone() + &"x".repeat(1024 * 1024 - raws[1].len());
    mailbox.put(exact.clone(), None);
    let (house, _) = fetches(house, &mailbox).await;
    let at_work = AtWork::begin(&house.app);
    until(&house, "both are there", async || (subjects(&house).await == ["exact", "large"]).then_some(())).await;
    at_work.ends().await;
    let log = house.agent().get("/inbound_mails").await;
    for row in log["payload"].as_array().unwrap() {
        let raw = if row["subject"] == "large" { &raws[0] } else { &exact };
        assert_eq!(row["size"], json!(raw.len()));
        let id = model::ids::InboundMailId(row["id"].as_i64().unwrap());
        let kept = house.desk().db.read::<_, store::Error, _>(async move |tx| inbound_mails::by_id(tx, id).await);
        assert!(kept.await.unwrap().is_some());
    }
}

async fn a_mail_that_is_too_large_is_passed_over(house: House) {
    let mailbox = Mailbox::open().await;
    let uid = mailbox.put(mail("a", "Words."), None);
    if let Some(kept) = mailbox.inside().mails.get_mut(&uid) {
        kept.told = Some(51 * 1024 * 1024);
    }
    mailbox.put(mail("b", "Words."), None);
    let (house, path) = fetches(house, &mailbox).await;
    let at_work = AtWork::begin(&house.app);
    until(&house, "the other comes", async || (subjects(&house).await == ["b"]).then_some(())).await;
    let told = until(&house, "the look has ended", async || {
        let told = state(&house, &path).await;
        (told["ok"] == json!(true)).then_some(told)
    });
    let told = told.await;
    assert_eq!(told["set_aside"][0]["reason"], json!("It is larger than 50 MiB."));
    assert_eq!(told["set_aside"][0]["next_try_at"], json!(null));
    at_work.ends().await;
}

async fn a_mailbox_is_fetched_by_one_node_and_taken_over_from_a_dead_one(house: House) {
    if house.desk().db.single_node() {
        return;
    }
    let mailbox = Mailbox::open().await;
    let (house, _) = fetches(house, &mailbox).await;
    let (here, there) = (AtWork::begin(&house.app), house.another_node().await);
    until(&house, "it is fetched from", async || (mailbox.inside().log_ins == 1).then_some(())).await;
    let there = AtWork::begin(&there);
    mailbox.put(mail("a", "Words."), None);
    until(&house, "the first comes", async || (subjects(&house).await == ["a"]).then_some(())).await;
    assert_eq!(mailbox.inside().log_ins, 1);
    here.task.abort();
    let _ = here.task.await;
    house.clock.advance(11);
    mailbox.put(mail("b", "Words."), None);
    until(&house, "the second comes by the other node", async || (subjects(&house).await == ["a", "b"]).then_some(()))
        .await;
    assert_eq!(mailbox.inside().log_ins, 2);
    there.ends().await;
}

async fn changed_settings_count_at_once(house: House) {
    let (first, second) = (Mailbox::open().await, Mailbox::open().await);
    let (house, path) = fetches(house, &first).await;
    let at_work = AtWork::begin(&house.app);
    first.put(mail("a", "Words."), None);
    until(&house, "the first comes", async || (subjects(&house).await == ["a"]).then_some(())).await;
    let elsewhere = json!({"imap_port": second.port, "imap_password": "other"});
    house.agent().call("PATCH", &path).json(elsewhere).await.ok();
    second.put(mail("b", "Words."), None);
    until(&house, "the second comes", async || (subjects(&house).await == ["a", "b"]).then_some(())).await;
    house.agent().call("PATCH", &path).json(json!({"imap_enabled": false})).await.ok();
    until(&house, "nothing is fetched any more", async || (second.inside().open == 0).then_some(())).await;
    first.put(mail("c", "Words."), None);
    second.put(mail("d", "Words."), None);
    at_work.ends().await;
    assert_eq!(subjects(&house).await, ["a", "b"]);
}
