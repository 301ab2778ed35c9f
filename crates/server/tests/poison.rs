//! Mails on which the software itself breaks: each ends `failed` with a reason, costs no other mail anything, and is
//! delivered when it is replayed after the defect is mended.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use bytes::Bytes;
use desk::{
    Desk,
    accept_mail::Transport,
    verify_mail::{AtHand, Verifier},
};
use house::{
    House,
    customer::{Post, Thread, mail_from},
    on_both,
};
use mail::{Mail, verdict::Verdicts};
use model::inbound::InboundState;
use serde_json::json;
use server::{app::App, http::router};
use std::{future::Future, pin::Pin, sync::Arc};
use store::inbound_mails::InboundMail;

on_both!(
    a_mail_that_breaks_the_parser_costs_no_other_anything,
    a_mail_that_breaks_anything_else_costs_no_other_anything,
    a_look_at_such_a_mail_says_so,
);

const CARLA: &str = "carla@customer.example";
const MAILS: usize = 40;

/// `mail::parse` with a defect.
fn breaks(raw: &[u8]) -> Mail {
    let poison = raw.windows(6).any(|window| window == b"poison");
    assert!(!poison, "a parser's defect");
    mail::parse(raw)
}

/// Checks nothing, and breaks on some mails where nothing is prepared for it.
struct Breaks;

impl Verifier for Breaks {
    fn at_hand(&self, _: &InboundMail, _: &Transport, mail: &Mail) -> AtHand {
        assert!(!mail.text.contains("poison"), "a defect elsewhere");
        AtHand::Nothing
    }

    fn look_up<'v>(
        &'v self,
        _: &InboundMail,
        _: Transport,
        _: Bytes,
    ) -> Pin<Box<dyn Future<Output = Verdicts> + Send + 'v>> {
        Box::pin(async { Verdicts::default() })
    }
}

/// Puts the desk to work with that change.
fn changed(house: &mut House, change: impl FnOnce(&mut Desk)) {
    let mut desk = house.desk().clone();
    change(&mut desk);
    house.app = App::new(desk, house.app.config.clone());
    house.router = router::router(house.app.clone());
}

fn words(number: usize) -> String {
    if number.is_multiple_of(7) { format!("poison {number}") } else { format!("Words {number}") }
}

fn post(thread: &Thread, number: usize) -> Post {
    mail_from(CARLA).to(&thread.reply_address()).id(&format!("{number}@customer.example")).says(&words(number))
}

/// How many mails are in each of these states.
async fn ends(house: &House) -> [usize; 3] {
    let log = house.inbound_log().await;
    [InboundState::Delivered, InboundState::Failed, InboundState::Pending]
        .map(|state| log.iter().filter(|mail| mail.state == state).count())
}

async fn said(house: &House, thread: &Thread) -> Vec<String> {
    let mut said = house.words(thread).await;
    said.sort();
    said
}

/// They are accepted all, and worked on together.
async fn posted(house: &House) -> Thread {
    let thread = house.thread(CARLA).await;
    for number in 0..MAILS {
        assert_eq!(house.relays(post(&thread, number).bytes()).await.status, 204);
    }
    house.work().await;
    thread
}

/// All that failed are processed again; what became of them.
async fn replayed(house: &House) -> Vec<String> {
    let done = house.agent().call("POST", "/inbound_mails/replay").json(json!({"state": "failed"})).await.ok();
    let states = done["results"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap().to_owned());
    states.collect()
}

/// The defect is mended, and what had failed is replayed.
async fn mended(house: &mut House, thread: &Thread, reason: &str) {
    let good: Vec<String> = (0..MAILS).map(words).filter(|words| words.starts_with('W')).collect();
    assert_eq!(ends(house).await, [good.len(), MAILS - good.len(), 0]);
    let failed = house.inbound_log().await.into_iter().filter(|mail| mail.state == InboundState::Failed);
    failed.for_each(|mail| assert!(mail.reason.contains(reason) && !mail.trace.is_empty(), "{}", mail.reason));
    let mut expected = good;
    expected.sort();
    assert_eq!(said(house, thread).await, expected);
    changed(house, |desk| {
        desk.parser = mail::parse;
        desk.verifier = Arc::new(desk::verify_mail::Unverified);
    });
    replayed(house).await;
    house.work().await;
    assert_eq!(ends(house).await, [MAILS, 0, 0]);
    let mut expected: Vec<String> = (0..MAILS).map(words).collect();
    expected.sort();
    assert_eq!(said(house, thread).await, expected, "each once");
}

async fn a_mail_that_breaks_the_parser_costs_no_other_anything(mut house: House) {
    changed(&mut house, |desk| desk.parser = breaks);
    let thread = posted(&house).await;
    assert!(replayed(&house).await.iter().all(|state| state == "failed"), "again and again");
    mended(&mut house, &thread, "the parser failed on it").await;
}

async fn a_mail_that_breaks_anything_else_costs_no_other_anything(mut house: House) {
    changed(&mut house, |desk| desk.verifier = Arc::new(Breaks));
    let thread = posted(&house).await;
    let [delivered, failed, pending] = ends(&house).await;
    assert_eq!((delivered + pending, failed), (MAILS, 0), "what broke is tried again");
    assert_eq!(delivered, house.words(&thread).await.len());
    assert!((0..MAILS).filter(|number| !number.is_multiple_of(7)).count() == delivered, "the others wait for nobody");
    // As often as is worth trying.
    for _ in 0..6 {
        house.pass(3600).await;
    }
    assert!(replayed(&house).await.iter().all(|state| state == "pending"), "tried again in the background");
    for _ in 0..6 {
        house.pass(3600).await;
    }
    mended(&mut house, &thread, "panicked").await;
}

async fn a_look_at_such_a_mail_says_so(mut house: House) {
    changed(&mut house, |desk| desk.parser = breaks);
    let source = String::from_utf8(mail_from(CARLA).to("a@x.example").says("poison").bytes()).unwrap();
    let words = house.agent().call("POST", "/inbound_mails/dry_run").json(json!({"source": source})).await.refused(422);
    assert!(words.contains("the parser failed on it"), "{words}");
}
