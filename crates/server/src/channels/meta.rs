//! What Facebook, Instagram and WhatsApp have in common, since all three are Meta's: how a webhook is proved to be ours, how
//! its posts are signed, and how the Graph API says that it will not.
//!
//! Sources: <https://developers.facebook.com/docs/graph-api/webhooks/getting-started> (verification requests, payload
//! signatures), <https://developers.facebook.com/docs/graph-api/guides/error-handling>.

mod attachment;
mod entries;
mod event;
mod graph;

pub(super) use entries::{Product, admit, prove};
pub(super) use event::read;
pub(super) use graph::{VERSION, ask, sends};

use super::{Posted, Reply};
use crate::http::problem::Refusal;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use desk::{
    send_on_channel::{End, Trouble},
    signing::{hmac_sha1, hmac_sha256, same},
};

/// Answers a verification request: the challenge, if the token is one of those we told Meta.
///
/// # Errors
/// 401 where it is another, or we have none.
pub(super) fn handshake(post: &Posted, tokens: &[&str]) -> Result<Response, Refusal> {
    let said = post.in_query("hub.verify_token");
    let known = tokens.iter().fold(false, |known, token| known | (!token.is_empty() & same(token, said)));
    if post.in_query("hub.mode") != "subscribe" || !known {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "Error; wrong verify token"));
    }
    Ok(post.in_query("hub.challenge").to_owned().into_response())
}

/// Whether a post is signed with the app's secret: by `X-Hub-Signature-256`, or by the older `X-Hub-Signature` where that
/// stands alone.
pub(super) fn signed(post: &Posted, app_secret: &str) -> bool {
    if app_secret.is_empty() {
        return false;
    }
    let (key, body) = (app_secret.as_bytes(), &post.body);
    match (post.header("x-hub-signature-256"), post.header("x-hub-signature")) {
        ("", older) => same(&format!("sha1={}", hex::encode(hmac_sha1(key, body))), older),
        (newer, _) => same(&format!("sha256={}", hmac_sha256(key, body)), newer),
    }
}

/// What an error of the Graph API means for a message, by its `code` and, where it matters, its `error_subcode`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meaning {
    /// `error.code`.
    pub(super) code: i64,
    /// `error.error_subcode`; any where `None`.
    pub(super) subcode: Option<i64>,
    /// What follows from it.
    pub(super) then: Then,
}

/// What follows from an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Try again later.
    Later,
    /// This message never goes.
    Never,
    /// Nothing reaches that person until they are heard again.
    Gone,
}

/// The errors that any Graph API call may answer and that pass with time.
const PASSING: [i64; 9] = [1, 2, 4, 17, 32, 341, 368, 613, 80007];

/// What the Graph API said against a message: the first row of `table` that fits, else what all its calls have in common.
pub(super) fn refused(who: &str, reply: &Reply, table: &[Meaning]) -> End {
    let error = &reply.json()["error"];
    let (code, subcode) = (error["code"].as_i64(), error["error_subcode"].as_i64());
    let trouble = trouble(who, reply);
    let row = table.iter().find(|row| Some(row.code) == code && (row.subcode.is_none() || row.subcode == subcode));
    let passing = reply.may_pass() || code.is_some_and(|code| PASSING.contains(&code));
    let then = row.map_or(if passing { Then::Later } else { Then::Never }, |row| row.then);
    match then {
        Then::Later => End::Later(trouble, reply.retry_after),
        Then::Never => End::Never(trouble),
        Then::Gone => End::Gone(trouble),
    }
}

/// What an answer of the Graph API that is no success says, in words.
pub(super) fn trouble(who: &str, reply: &Reply) -> Trouble {
    let error = &reply.json()["error"];
    let code = error["code"].as_i64().unwrap_or_else(|| reply.status.into());
    let said = error["error_user_msg"].as_str().or_else(|| error["message"].as_str());
    let details = error["error_data"]["details"].as_str().map(|details| format!(": {details}")).unwrap_or_default();
    let said = said.map_or_else(|| format!("the answer {} is none of the Graph API", reply.status), str::to_owned);
    Trouble { code: Some(code.to_string()), words: format!("{who}: {said}{details}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderMap;

    fn post(headers: &[(&'static str, String)], query: &[(&str, &str)]) -> Posted {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.insert(*name, value.parse().unwrap());
        }
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (hook, url) = ("/bot", "https://segue.example/bot".to_owned());
        Posted { hook, path: Vec::new(), url, query, headers: all, body: "{}".into() }
    }

    #[test]
    fn a_token_that_is_not_ours_or_empty_proves_nothing() {
        let asks = |token| {
            let query = [("hub.mode", "subscribe"), ("hub.verify_token", token), ("hub.challenge", "1158201444")];
            handshake(&post(&[], &query), &["", "right", "older"]).is_ok()
        };
        assert_eq!([asks("right"), asks("older"), asks("wrong"), asks("")], [true, true, false, false]);
    }

    #[test]
    fn a_signature_of_either_age_counts_and_the_newer_one_alone_where_both_stand() {
        let newer = format!("sha256={}", hmac_sha256(b"secret", b"{}"));
        let older = format!("sha1={}", hex::encode(hmac_sha1(b"secret", b"{}")));
        let (new, old) = ("x-hub-signature-256", "x-hub-signature");
        let holds = |headers: &[(&'static str, String)]| signed(&post(headers, &[]), "secret");
        assert!(holds(&[(new, newer.clone())]) && holds(&[(old, older.clone())]));
        assert!(!holds(&[(new, "sha256=00".into()), (old, older.clone())]) && !holds(&[(old, "sha1=00".into())]));
        assert!(!holds(&[]) && !signed(&post(&[(new, format!("sha256={}", hmac_sha256(b"", b"{}")))], &[]), ""));
    }

    #[test]
    fn errors_are_what_the_table_says_else_what_the_graph_api_has_in_common() {
        let reply = |status, body: &str| Reply { status, body: body.to_owned().into(), ..Reply::default() };
        let table = [Meaning { code: 10, subcode: Some(2_018_278), then: Then::Gone }];
        let end = |status, body| match refused("Facebook", &reply(status, body), &table) {
            End::Gone(trouble) => ("gone", trouble.words),
            End::Never(trouble) => ("never", trouble.words),
            End::Later(trouble, _) => ("later", trouble.words),
            End::Taken => ("taken", String::new()),
        };
        let gone = end(400, r#"{"error":{"message":"outside the window","code":10,"error_subcode":2018278}}"#);
        assert_eq!(gone, ("gone", "Facebook: outside the window".into()));
        assert_eq!(end(400, r#"{"error":{"message":"m","code":10}}"#).0, "never");
        assert_eq!(end(400, r#"{"error":{"message":"m","code":613}}"#).0, "later");
        assert_eq!(end(502, "<html>"), ("later", "Facebook: the answer 502 is none of the Graph API".into()));
    }
}
