//! Log-in, log-out, onboarding, profile.

use super::admin;
use crate::house::{ADMIN, Answer, House, on_both};
use serde_json::json;

on_both!(
    a_session_lasts_until_it_is_ended,
    no_other_website_logs_anyone_in,
    a_session_expires,
    a_cookie_writes_only_from_our_own_page,
    guessing_passwords_is_slowed_down,
    the_first_account_is_made_once,
    behind_a_proxy_the_first_account_needs_the_token,
    a_profile_is_changed_by_its_owner,
    a_new_password_ends_other_sessions,
);

fn cookie(answer: &Answer) -> String {
    let cookie = answer.headers.get("set-cookie").expect("a cookie").to_str().expect("text");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("; Secure"), "{cookie}");
    cookie.split(';').next().expect("a pair").to_owned()
}

async fn sign_in(house: &House, password: &str) -> Answer {
    house.call("POST", "/auth/sign_in").json(json!({"email": ADMIN.to_uppercase(), "password": password})).await
}

async fn a_session_lasts_until_it_is_ended(house: House) {
    house.call("GET", "/api/v1/profile").send().await.refused(401);
    sign_in(&house, "wrong horse").await.refused(401);
    let nobody = json!({"email": "nobody@acme.example", "password": "correct horse"});
    house.call("POST", "/auth/sign_in").json(nobody).await.refused(401);

    let answer = sign_in(&house, "correct horse").await;
    assert_eq!(answer.ok()["data"]["email"], ADMIN);
    let cookie = cookie(&answer);
    let profile = house.call("GET", "/api/v1/profile").header("cookie", &cookie).send().await.ok();
    assert_eq!(
        (profile["role"].as_str(), profile["accounts"][0]["name"].as_str()),
        (Some("administrator"), Some("Acme"))
    );
    assert!(!profile.to_string().contains("argon2"));

    let out =
        house.call("DELETE", "/auth/sign_out").header("cookie", &cookie).header("x-segue-request", "1").send().await;
    assert_eq!(out.status, 204);
    house.call("GET", "/api/v1/profile").header("cookie", &cookie).send().await.refused(401);
}

async fn no_other_website_logs_anyone_in(house: House) {
    let body = json!({"email": ADMIN, "password": "correct horse"}).to_string();
    let call = || house.call("POST", "/auth/sign_in");
    call().header("content-type", "text/plain").body(body.clone()).await.refused(403);
    call().body(body.clone()).await.refused(403);
    call().header("x-segue-request", "1").body(body).await.ok();
    house.call("PUT", "/auth/sign_in").json(json!({})).await.refused(405);
}

async fn a_session_expires(house: House) {
    let cookie = cookie(&sign_in(&house, "correct horse").await);
    house.clock.advance(29 * 86_400);
    house.call("GET", "/api/v1/profile").header("cookie", &cookie).send().await.ok();
    house.clock.advance(2 * 86_400);
    house.call("GET", "/api/v1/profile").header("cookie", &cookie).send().await.refused(401);
}

async fn a_cookie_writes_only_from_our_own_page(house: House) {
    let cookie = cookie(&sign_in(&house, "correct horse").await);
    let path = format!("/api/v1/accounts/{}", house.made.account_id);
    let change = || house.call("PATCH", &path).header("cookie", &cookie);
    change().json(json!({"name": "Forged"})).await.refused(403);
    assert_eq!(change().header("x-segue-request", "1").json(json!({"name": "Mine"})).await.ok()["name"], "Mine");
}

async fn guessing_passwords_is_slowed_down(house: House) {
    for _ in 0..10 {
        sign_in(&house, "wrong horse").await.refused(401);
    }
    let refused = sign_in(&house, "correct horse").await;
    refused.refused(429);
    assert!(refused.headers.contains_key("retry-after"));
    let elsewhere = json!({"email": ADMIN, "password": "correct horse"});
    house.call("POST", "/auth/sign_in").from([192, 0, 2, 99]).json(elsewhere).await.ok();
    house.clock.advance(300);
    sign_in(&house, "correct horse").await.ok();
}

const ONBOARDING: &str = "/api/v1/installation/onboarding";

async fn the_first_account_is_made_once(house: House) {
    // There is an account already.
    let status = house.call("GET", ONBOARDING).from([127, 0, 0, 1]).send().await.ok();
    assert_eq!(status, json!({"needed": false, "allowed": false}));
    let asked = json!({"account_name": "Second", "name": "Eve", "email": "eve@example.org", "password": "long enough"});
    house.call("POST", ONBOARDING).from([127, 0, 0, 1]).json(asked.clone()).await.refused(404);

    // And here is none.
    let house = house.without_accounts("https://localhost:3000").await;
    let here = |method: &str| house.call(method, ONBOARDING).from([127, 0, 0, 1]);
    let elsewhere = house.call("GET", ONBOARDING).header("host", "127.0.0.1:3000").send().await.ok();
    assert_eq!(elsewhere, json!({"needed": true, "allowed": false}));
    house.call("POST", ONBOARDING).header("host", "127.0.0.1:3000").json(asked.clone()).await.refused(403);
    here("POST").json(asked.clone()).await.refused(403);
    let proxied = here("POST").header("host", "localhost").header("x-forwarded-for", "198.51.100.1");
    proxied.json(asked.clone()).await.refused(403);
    here("POST").header("host", "evil.example").json(asked.clone()).await.refused(403);
    let other_page = here("POST").header("host", "localhost").header("content-type", "text/plain");
    other_page.body(asked.to_string()).await.refused(403);

    let with_token = format!("{ONBOARDING}?token={}", house.app.onboarding_token);
    assert_eq!(house.call("GET", &with_token).send().await.ok()["allowed"], true);
    assert_eq!(here("GET").header("host", "127.0.0.1:3000").send().await.ok()["allowed"], true);
    let weak = json!({"account_name": "First", "email": "eve@example.org", "password": "short"});
    here("POST").header("host", "localhost:3000").json(weak).await.refused(422);
    let answer = here("POST").header("host", "localhost:3000").json(asked.clone()).await;
    assert_eq!(answer.ok()["website_token"], json!(null));
    let profile = house.call("GET", "/api/v1/profile").header("cookie", cookie(&answer)).send().await.ok();
    assert_eq!((profile["name"].as_str(), profile["role"].as_str()), (Some("Eve"), Some("administrator")));
    house.call("POST", &with_token).json(asked).await.refused(404);
}

async fn behind_a_proxy_the_first_account_needs_the_token(house: House) {
    // A proxy on the same machine makes everybody's socket local and need not say that it is one.
    let house = house.without_accounts("https://segue.example").await;
    let asked = json!({"account_name": "First", "name": "Eve", "email": "eve@example.org", "password": "long enough"});
    for host in ["127.0.0.1:3000", "segue.example"] {
        let call = house.call("POST", ONBOARDING).from([127, 0, 0, 1]).header("host", host);
        call.json(asked.clone()).await.refused(403);
    }
    let with_token = format!("{ONBOARDING}?token={}", house.app.onboarding_token);
    house.call("POST", &with_token).from([127, 0, 0, 1]).header("host", "segue.example").json(asked).await.ok();
}

async fn a_profile_is_changed_by_its_owner(house: House) {
    let ann = admin(&house);
    let change = json!({"profile": {"name": "Ann Marie", "ui_settings": {"theme": "dark"}}});
    ann.at("PUT", "/api/v1/profile").json(change).await.ok();
    let profile = ann.at("PATCH", "/api/v1/profile").json(json!({"ui_settings": {"sound": false}})).await.ok();
    assert_eq!(profile["name"], "Ann Marie");
    assert_eq!(profile["ui_settings"], json!({"theme": "dark", "sound": false}));
    for (field, change) in [
        ("name", json!({"name": " "})),
        ("ui_settings", json!({"ui_settings": 7})),
        ("ui_settings", json!({"ui_settings": {"k": "x".repeat(70_000)}})),
        ("current_password", json!({"password": "a new password"})),
        ("password", json!({"current_password": "correct horse", "password": "short"})),
        (
            "password_confirmation",
            json!({"current_password": "correct horse", "password": "long enough", "password_confirmation": "long enuff"}),
        ),
    ] {
        let words = ann.at("PATCH", "/api/v1/profile").json(change).await.refused(422);
        assert!(words.starts_with(field), "{words}");
    }
}

async fn a_new_password_ends_other_sessions(house: House) {
    let (here, elsewhere) =
        (cookie(&sign_in(&house, "correct horse").await), cookie(&sign_in(&house, "correct horse").await));
    let change = json!({"current_password": "correct horse", "password": "battery staple"});
    let call = house.call("PATCH", "/api/v1/profile").header("cookie", &here).header("x-segue-request", "1");
    call.json(change).await.ok();
    house.call("GET", "/api/v1/profile").header("cookie", &here).send().await.ok();
    house.call("GET", "/api/v1/profile").header("cookie", &elsewhere).send().await.refused(401);
    sign_in(&house, "correct horse").await.refused(401);
    sign_in(&house, "battery staple").await.ok();
    // Whoever knew the old password may have kept the old API token.
    let token = |token: &str| house.call("GET", "/api/v1/profile").header("api_access_token", token);
    token(&house.made.access_token).send().await.refused(401);
    let profile = house.call("GET", "/api/v1/profile").header("cookie", &here).send().await.ok();
    token(profile["access_token"].as_str().expect("a token")).send().await.ok();
}
