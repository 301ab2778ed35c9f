//! What X answers to requests: the problems of its API v2 (<https://docs.x.com/x-api/fundamentals/response-codes-and-errors>),
//! and the numbered errors of the older one, which come through it.

use super::Reply;
use desk::send_on_channel::{End, Trouble};
use jiff::SignedDuration;
use model::{Json, Timestamp};

/// How a try ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Later,
    Never,
    Gone,
}

/// By the number of the error, or the name of the problem. What stands nowhere ends by its words or its status.
const BY_CODE: [(&str, Way); 24] = [
    // The person: takes no messages from the profile, does not exist, is suspended.
    ("349", Way::Gone),
    ("150", Way::Gone),
    ("50", Way::Gone),
    ("63", Way::Gone),
    ("108", Way::Gone),
    ("resource-not-found", Way::Gone),
    ("not-authorized-for-resource", Way::Gone),
    // The message.
    ("151", Way::Never),
    ("187", Way::Never),
    ("354", Way::Never),
    // The app and the profile: keys, permissions, plan, a lock that a person has to open.
    ("32", Way::Never),
    ("64", Way::Never),
    ("87", Way::Never),
    ("89", Way::Never),
    ("93", Way::Never),
    ("261", Way::Never),
    ("326", Way::Never),
    ("client-forbidden", Way::Never),
    ("usage-capped", Way::Never),
    // Too much at once, or trouble at X.
    ("88", Way::Later),
    ("130", Way::Later),
    ("131", Way::Later),
    ("226", Way::Later),
    ("operational-disconnect", Way::Later),
];

/// By what the words of a refusal (403) say, lower case.
const BY_WORDS: [(&str, Way); 3] = [
    ("permission to dm", Way::Gone),
    ("cannot send messages to this user", Way::Gone),
    ("not following you", Way::Gone),
];

/// How a request that was not granted ends, and not before when to ask again.
pub(super) fn end(reply: &Reply, now: Timestamp) -> End {
    let trouble = trouble(reply);
    let code = trouble.code.as_deref().unwrap_or_default();
    let words = trouble.words.to_lowercase();
    let by_code = BY_CODE.iter().find(|(known, _)| *known == code).map(|(_, way)| *way);
    let by_words = || BY_WORDS.iter().find(|(known, _)| reply.status == 403 && words.contains(known));
    let by_status = if reply.may_pass() { Way::Later } else { Way::Never };
    match by_code.or_else(|| by_words().map(|(_, way)| *way)).unwrap_or(by_status) {
        Way::Later => End::Later(trouble, reset(reply, now)),
        Way::Never => End::Never(trouble),
        Way::Gone => End::Gone(trouble),
    }
}

/// How long the limit still holds (<https://docs.x.com/x-api/fundamentals/rate-limits>, `x-rate-limit-reset`, epoch seconds).
fn reset(reply: &Reply, now: Timestamp) -> Option<SignedDuration> {
    let until = reply.header("x-rate-limit-reset").parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    let wait = until.filter(|_| reply.status == 429).map(|until| until.duration_since(now));
    wait.filter(SignedDuration::is_positive).or(reply.retry_after)
}

/// What X said against it: the number of an error, else the name of a problem, else the status; and its words.
pub(super) fn trouble(reply: &Reply) -> Trouble {
    let body = reply.json();
    let error = &body["errors"][0];
    let number = error["code"].as_i64().map(|code| code.to_string());
    let kind = [&body["type"], &error["type"]].into_iter().filter_map(Json::as_str).find_map(|kind| {
        let (_, name) = kind.rsplit_once("/problems/")?;
        (!name.is_empty()).then(|| name.to_owned())
    });
    let said = [&error["message"], &body["detail"], &error["detail"], &body["title"], &body["error"]];
    let said = said.into_iter().find_map(Json::as_str).unwrap_or("the answer is none of the API");
    let code = number.or(kind).unwrap_or_else(|| reply.status.to_string());
    Trouble { code: Some(code), words: format!("X: {said}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn replied(status: u16, body: &Json) -> Reply {
        Reply { status, body: body.to_string().into(), ..Reply::default() }
    }

    fn way(status: u16, body: &Json) -> Way {
        match end(&replied(status, body), Timestamp::UNIX_EPOCH) {
            End::Later(..) => Way::Later,
            End::Never(_) => Way::Never,
            End::Gone(_) => Way::Gone,
            End::Taken => panic!("taken"),
        }
    }

    #[test]
    fn every_row_of_the_tables_is_known() {
        for (code, expected) in BY_CODE {
            let body = match code.parse::<i64>() {
                Ok(number) => json!({"errors": [{"code": number, "message": "No"}]}),
                Err(_) => json!({"type": format!("https://api.twitter.com/2/problems/{code}"), "detail": "No"}),
            };
            // The code says more than the status.
            let status = if expected == Way::Later { 403 } else { 503 };
            assert_eq!(way(status, &body), expected, "{code}");
        }
        for (words, expected) in BY_WORDS {
            let body = json!({"title": "Forbidden", "type": "about:blank", "detail": format!("You do: {words}.")});
            assert_eq!(way(403, &body), expected, "{words}");
            assert_eq!(way(400, &body), Way::Never, "{words}");
        }
    }

    #[test]
    fn what_is_not_in_the_tables_ends_by_its_status() {
        let blank = json!({"type": "about:blank", "title": "Any", "detail": "Any"});
        let rows = [
            (400, Way::Never),
            (401, Way::Never),
            (402, Way::Never),
            (403, Way::Never),
            (408, Way::Later),
            (413, Way::Never),
            (429, Way::Later),
            (500, Way::Later),
            (503, Way::Later),
        ];
        for (status, expected) in rows {
            assert_eq!(way(status, &blank), expected, "{status}");
            assert_eq!(way(status, &json!("nonsense")), expected, "{status}");
        }
    }

    #[test]
    fn a_limit_says_until_when_it_holds() {
        let mut reply = replied(429, &json!({"title": "Too Many Requests"}));
        let now = Timestamp::from_second(1000).unwrap();
        let wait = |reply: &Reply| match end(reply, now) {
            End::Later(_, wait) => wait,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(&reply), None);
        reply.headers.insert("x-rate-limit-reset", "1900".parse().unwrap());
        assert_eq!(wait(&reply), Some(SignedDuration::from_secs(900)));
        reply.headers.insert("x-rate-limit-reset", "900".parse().unwrap());
        reply.retry_after = Some(SignedDuration::from_secs(5));
        assert_eq!(wait(&reply), Some(SignedDuration::from_secs(5)), "over already");
    }

    #[test]
    fn the_most_exact_words_and_code_are_told() {
        let trouble = trouble(&replied(403, &json!({"errors": [{"code": 349, "message": "You cannot"}]})));
        assert_eq!((trouble.code.as_deref(), trouble.words.as_str()), (Some("349"), "X: You cannot"));
        let plain = super::trouble(&replied(502, &json!("a page")));
        assert_eq!((plain.code.as_deref(), plain.words.as_str()), (Some("502"), "X: the answer is none of the API"));
    }
}
