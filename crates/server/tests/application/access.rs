//! Who gets in where: every route of the OpenAPI document, so that a new one cannot be forgotten.

use super::{Token, admin, colleague, neighbour};
use crate::house::{House, on_both};
use serde_json::{Value, json};
use server::http::router::openapi;

on_both!(
    nobody_gets_in_without_a_token,
    no_route_opens_to_another_account,
    another_accounts_things_are_not_found_in_ones_own,
    only_administrators_change_settings,
    secrets_go_to_administrators_alone,
);

/// Method and path of every route below an account.
fn routes() -> Vec<(String, String)> {
    let document: Value = serde_json::to_value(openapi()).expect("a document");
    let paths = document["paths"].as_object().expect("paths");
    let below = paths.iter().filter(|(path, _)| path.starts_with("/api/v1/accounts/{account_id}"));
    let routes: Vec<_> = below
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods").keys();
            methods.map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    assert!(routes.len() > 20, "{routes:?}");
    routes
}

/// The path with the account's number, and ids that exist in the first account.
fn filled(path: &str, account: i64, ids: &[(&str, i64)]) -> String {
    let mut path = path.replace("{account_id}", &account.to_string());
    for (name, id) in ids {
        path = path.replace(&format!("{{{name}}}"), &id.to_string());
    }
    // Whatever else there is: the first of its kind.
    while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        path.replace_range(from..=to, "1");
    }
    path
}

async fn ids(admin: &Token<'_>) -> Vec<(&'static str, i64)> {
    let (conversation, contact) = admin.begins("vera@example.org", "Hello").await;
    let messages = admin.get(&format!("/conversations/{conversation}/messages")).await.ok();
    let inbox = admin.get("/inboxes").await.ok()["payload"][0]["id"].as_i64().expect("an id");
    let agent = admin.at("GET", "/api/v1/profile").send().await.ok()["id"].as_i64().expect("an id");
    vec![
        ("conversation_id", conversation),
        ("contact_id", contact),
        ("message_id", messages["payload"][0]["id"].as_i64().expect("an id")),
        ("inbox_id", inbox),
        ("agent_id", agent),
    ]
}

async fn nobody_gets_in_without_a_token(house: House) {
    let ids = ids(&admin(&house)).await;
    for (method, path) in routes() {
        let path = filled(&path, house.made.account_id.0, &ids);
        house.call(&method, &path).json(json!({})).await.refused(401);
        house.call(&method, &path).header("api_access_token", "wrong").json(json!({})).await.refused(401);
        house
            .call(&method, &path)
            .header("cookie", "segue_session=wrong")
            .header("x-segue-request", "1")
            .json(json!({}))
            .await
            .refused(401);
    }
}

async fn no_route_opens_to_another_account(house: House) {
    let ids = ids(&admin(&house)).await;
    let stranger = neighbour(&house).await;
    for (method, path) in routes() {
        let path = filled(&path, house.made.account_id.0, &ids);
        let answer = stranger.at(&method, &path).json(json!({})).await;
        assert_eq!(answer.status.as_u16(), 401, "{method} {path}: {}", answer.text());
        let nowhere = filled(&path.replacen("/accounts/1", "/accounts/4711", 1), 4711, &ids);
        assert_eq!(stranger.at(&method, &nowhere).json(json!({})).await.status.as_u16(), 404, "{method} {nowhere}");
    }
}

async fn another_accounts_things_are_not_found_in_ones_own(house: House) {
    let ids = ids(&admin(&house)).await;
    let stranger = neighbour(&house).await;
    for (method, path) in routes() {
        let names_a_thing = path.matches('{').count() > 1;
        if !names_a_thing {
            continue;
        }
        let path = filled(&path, stranger.account, &ids);
        let answer = stranger.at(&method, &path).json(json!({})).await;
        // 422 where the empty body makes no sense whatever it is about.
        assert!(matches!(answer.status.as_u16(), 404 | 422), "{method} {path}: {} {}", answer.status, answer.text());
    }
    let inbox = ids.iter().find(|(name, _)| *name == "inbox_id").expect("an inbox").1;
    let contact = ids.iter().find(|(name, _)| *name == "contact_id").expect("a contact").1;
    stranger.post("/conversations", json!({"inbox_id": inbox, "contact_id": contact})).await.refused(404);
    let own = stranger.get("/inboxes").await.ok()["payload"][0]["id"].clone();
    stranger.post("/conversations", json!({"inbox_id": own, "contact_id": contact})).await.refused(404);
    stranger.post("/contacts", json!({"name": "x", "inbox_id": inbox})).await.refused(404);
    let (number, _) = stranger.begins("zoe@example.org", "Hi").await;
    let foreigner = house.made.user_id.0;
    stranger
        .post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": foreigner}))
        .await
        .refused(422);
}

async fn only_administrators_change_settings(house: House) {
    let bob = colleague(&house).await;
    let inbox = house.made.inbox_id.expect("an inbox").0;
    let me = house.made.user_id.0;
    let rows = [
        ("PATCH", String::new()),
        ("POST", "/inboxes".into()),
        ("PATCH", format!("/inboxes/{inbox}")),
        ("POST", "/agents".into()),
        ("PATCH", format!("/agents/{me}")),
        ("DELETE", format!("/agents/{me}")),
    ];
    for (method, path) in rows {
        let body = json!({"name": "Mine", "email": "x@example.org", "role": "agent"});
        bob.call(method, &path).json(body).await.refused(401);
    }
    assert_eq!(admin(&house).get("").await.ok()["name"], "Acme");
}

async fn secrets_go_to_administrators_alone(house: House) {
    let bob = colleague(&house).await;
    let inbox = format!("/inboxes/{}", house.made.inbox_id.expect("an inbox"));
    assert!(admin(&house).get(&inbox).await.ok()["hmac_token"].is_string());
    for path in ["/inboxes", inbox.as_str()] {
        assert!(!bob.get(path).await.text().contains("hmac_token"), "{path}");
    }
    let agents = bob.get("/agents").await.text();
    for secret in ["password", "access_token", "pubsub_token", house.made.access_token.as_str()] {
        assert!(!agents.contains(secret), "{secret} in {agents}");
    }
}
