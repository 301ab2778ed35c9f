//! The server's own routes: health, readiness, unknown paths.

mod house;

use house::{House, on_both};

on_both!(it_says_that_it_lives_and_can_work);

async fn it_says_that_it_lives_and_can_work(house: House) {
    assert_eq!(house.call("GET", "/health").send().await.ok()["status"], "woot");
    assert_eq!(house.call("GET", "/ready").send().await.ok()["status"], "ready");
    house.call("GET", "/api/v1/nothing").send().await.refused(404);
}
