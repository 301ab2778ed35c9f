//! What LINE answers to a push message (reference, "Status codes", "Error responses"; retry keys:
//! <https://developers.line.biz/en/docs/messaging-api/retrying-api-request/>).

use super::Reply;
use desk::send_on_channel::{End, Trouble};

/// How a try ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Later,
    Never,
    Gone,
}

/// By status and by what the message says, lower case. What fits none ends by its status alone: too many requests and
/// trouble at LINE pass, the rest never does.
const ENDS: [(u16, &str, Way); 3] = [
    // The person is not, or no longer, known to the account.
    (400, "failed to send messages", Way::Gone),
    (400, "'to'", Way::Gone),
    // The messages of the month are used up; the next month is too far away.
    (429, "monthly limit", Way::Never),
];

/// The id of the message that LINE has taken, now or when it was first asked under the same retry key.
///
/// # Errors
/// It has not.
pub(super) fn outcome(reply: &Reply) -> Result<Option<String>, End> {
    let body = reply.json();
    let taken = body["sentMessages"][0]["id"].as_str().map(str::to_owned);
    let before = reply.status == 409 && (taken.is_some() || message(reply).to_lowercase().contains("already accepted"));
    if reply.is_good() || before {
        return Ok(taken);
    }
    let said = message(reply).to_lowercase();
    let known = ENDS.iter().find(|(status, words, _)| reply.status == *status && said.contains(words));
    let by_status = if reply.may_pass() { Way::Later } else { Way::Never };
    let trouble = trouble(reply);
    Err(match known.map_or(by_status, |(_, _, way)| *way) {
        Way::Later => End::Later(trouble, reply.retry_after),
        Way::Never => End::Never(trouble),
        Way::Gone => End::Gone(trouble),
    })
}

fn message(reply: &Reply) -> String {
    reply.json()["message"].as_str().unwrap_or("the answer is none of the Messaging API").to_owned()
}

/// What LINE said against it, with the first of the details.
pub(super) fn trouble(reply: &Reply) -> Trouble {
    let detail = &reply.json()["details"][0];
    let detail = match (detail["property"].as_str(), detail["message"].as_str()) {
        (Some(property), Some(message)) => format!(": {property} {message}"),
        _ => String::new(),
    };
    Trouble { code: Some(reply.status.to_string()), words: format!("LINE: {}{detail}", message(reply)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answered(status: u16, body: &serde_json::Value) -> Result<Option<String>, End> {
        let retry_after = (status == 503).then(|| jiff::SignedDuration::from_secs(30));
        outcome(&Reply { status, retry_after, body: body.to_string().into(), ..Reply::default() })
    }

    #[test]
    fn every_row_of_the_table_is_known() {
        let rows = [
            (400, "Failed to send messages", Way::Gone),
            (400, "The property, 'to', in the request body is invalid (line: -, column: -)", Way::Gone),
            (400, "The request body has 1 error(s)", Way::Never),
            (401, "Authentication failed due to the following reason: invalid token", Way::Never),
            (403, "Access to this API is not available for your account", Way::Never),
            (409, "Conflict", Way::Never),
            (413, "Too large", Way::Never),
            (429, "You have reached your monthly limit.", Way::Never),
            (429, "The API rate limit has been exceeded. Try again later.", Way::Later),
            (408, "Timeout", Way::Later),
            (500, "The error occurred", Way::Later),
            (502, "", Way::Later),
            (504, "", Way::Later),
        ];
        for (status, words, expected) in rows {
            let way = match answered(status, &json!({"message": words})).unwrap_err() {
                End::Later(..) => Way::Later,
                End::Never(_) => Way::Never,
                End::Gone(_) => Way::Gone,
                End::Taken => panic!("taken"),
            };
            assert_eq!(way, expected, "{status} {words}");
        }
        let End::Later(_, wait) = answered(503, &json!({})).unwrap_err() else { panic!("later") };
        assert_eq!(wait, Some(jiff::SignedDuration::from_secs(30)));
    }

    #[test]
    fn what_was_taken_before_is_taken() {
        let id = json!({"message": "The retry key is already accepted", "sentMessages": [{"id": "461"}]});
        assert_eq!(answered(409, &id), Ok(Some("461".into())));
        assert_eq!(answered(409, &json!({"message": "The retry key is already accepted"})), Ok(None));
        assert_eq!(answered(200, &json!({"sentMessages": [{"id": "462"}]})), Ok(Some("462".into())));
    }

    #[test]
    fn the_first_detail_is_told() {
        let body = json!({
            "message": "The request body has 1 error(s)",
            "details": [{"message": "May not be empty", "property": "messages[0].text"}],
        });
        let Err(End::Never(trouble)) = answered(400, &body) else { panic!("never") };
        assert_eq!(trouble.words, "LINE: The request body has 1 error(s): messages[0].text May not be empty");
        assert_eq!(trouble.code.as_deref(), Some("400"));
    }
}
