//! Agents of an account.

use super::{admin, colleague, neighbour};
use crate::house::{House, on_both};
use serde_json::json;

on_both!(
    agents_come_change_and_go,
    an_account_keeps_an_administrator,
    who_is_known_elsewhere_joins_with_their_own_password,
);

async fn agents_come_change_and_go(house: House) {
    let ann = admin(&house);
    let bob = colleague(&house).await;
    let agents = ann.get("/agents").await.ok();
    assert_eq!(agents.as_array().map(Vec::len), Some(2));
    let id = agents[1]["id"].as_i64().expect("an id");
    assert_eq!((agents[1]["name"].as_str(), agents[1]["role"].as_str()), (Some("Bob Agent"), Some("agent")));
    let again = json!({"email": "BOB@acme.example"});
    assert!(ann.post("/agents", again).await.refused(422).starts_with("email"));
    assert!(ann.post("/agents", json!({"email": "nobody"})).await.refused(422).starts_with("email"));
    assert!(
        ann.post("/agents", json!({"email": "c@acme.example", "role": "king"})).await.refused(422).starts_with("role")
    );

    let (number, _) = ann.begins("vera@example.org", "Hello").await;
    ann.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": id})).await.ok();
    assert_eq!(
        ann.patch(&format!("/agents/{id}"), json!({"role": "administrator"})).await.ok()["role"],
        "administrator"
    );
    bob.patch("", json!({"name": "Acme & Bob"})).await.ok();
    let gone = ann.call("DELETE", &format!("/agents/{id}")).send().await;
    assert_eq!(gone.status, 200);
    bob.get("").await.refused(401);
    let conversation = ann.get(&format!("/conversations/{number}")).await.ok();
    assert_eq!(conversation["meta"].get("assignee"), None, "their conversations are nobody's");
    ann.call("DELETE", &format!("/agents/{id}")).send().await.refused(404);
}

async fn an_account_keeps_an_administrator(house: House) {
    let ann = admin(&house);
    let me = house.made.user_id;
    ann.patch(&format!("/agents/{me}"), json!({"role": "agent"})).await.refused(422);
    ann.call("DELETE", &format!("/agents/{me}")).send().await.refused(422);
    assert_eq!(ann.get("").await.ok()["role"], "administrator");
}

async fn who_is_known_elsewhere_joins_with_their_own_password(house: House) {
    let ann = admin(&house);
    let olga = neighbour(&house).await;
    let made = ann.post("/agents", json!({"email": "olga@other.example", "password": "taken over"})).await.ok();
    assert_eq!(made.get("initial_password"), None);
    let sign_in = |password: &'static str| {
        let body = json!({"email": "olga@other.example", "password": password});
        house.call("POST", "/auth/sign_in").json(body)
    };
    sign_in("taken over").await.refused(401);
    assert_eq!(sign_in("another horse").await.ok()["data"]["accounts"].as_array().map(Vec::len), Some(2));
    olga.at("GET", &format!("/api/v1/accounts/{}", ann.account)).send().await.ok();

    let made = ann.post("/agents", json!({"email": "new@acme.example", "name": "New"})).await.ok();
    let password = made["initial_password"].as_str().expect("a password").to_owned();
    let body = json!({"email": "new@acme.example", "password": password});
    house.call("POST", "/auth/sign_in").json(body).await.ok();
}
