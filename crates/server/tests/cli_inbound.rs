//! The inbound log from the command line, on a database that a server has filled.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{House, customer::mail_from};
use serde_json::Value;
use std::process::{Command, Output};
use store::testkit;

const CARLA: &str = "carla@customer.example";

fn segue(house: &House, words: &[&str]) -> Output {
    let config = &house.app.config;
    let store::DatabaseUrl::Sqlite(path) = &config.database else { panic!("SQLite") };
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.env_clear().arg("inbound");
    command.args(["--database-url", &format!("sqlite:{}", path.display())]);
    command.args(["--data-dir", config.data_dir.to_str().unwrap(), "--secret-key-base", "a secret of the tests"]);
    command.args(words).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_and_replayed_beside_a_server() {
    let house = House::on(testkit::sqlite().await).await;
    let thread = house.thread(CARLA).await;
    house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("Hello")).await;
    let lost = house.receives(&mail_from(CARLA).to("nobody@in.example.org").says("Hello?")).await;

    assert_eq!(lines(&segue(&house, &["list"])).len(), 2);
    let unrouted = lines(&segue(&house, &["list", "--state", "unrouted"]));
    assert_eq!((unrouted.len(), unrouted[0]["id"].as_i64()), (1, Some(lost.id.0)));
    let shown = lines(&segue(&house, &["show", &lost.id.to_string()]));
    assert!(shown[0]["trace"].as_array().unwrap().len() > 1, "{shown:?}");
    let replayed = lines(&segue(&house, &["replay", &lost.id.to_string()]));
    assert_eq!(replayed[0]["state"], "unrouted");

    let file = house.app.config.data_dir.join("mail.eml");
    let post = mail_from(CARLA).to(&thread.reply_address()).says("What if?\r\n\r\nOn Sun, Acme wrote:\r\n> Old\r\n");
    std::fs::write(&file, post.bytes()).unwrap();
    let foreseen = lines(&segue(&house, &["route", file.to_str().unwrap()]));
    let there = &foreseen[0]["conversations"][0];
    assert_eq!((there["conversation_id"].as_i64(), there["verdict"].as_str()), (Some(thread.number), Some("append")));
    assert_eq!(there["content"], "What if?");
    assert_eq!((house.words(&thread).await.len(), house.inbound_log().await.len()), (1, 2), "nothing was written");

    let missing = segue(&house, &["show", "4711"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&missing.stderr), "segue: there is no incoming mail number 4711\n");
}
