//! What the errors of the Cloud API mean for a message, whether they answer a request or come later with a status
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>). 360dialog passes them
//! on, and has some without a code of its own (<https://docs.360dialog.com/partner/support-and-updates/help-and-troubleshooting/error-messages>).

use super::{Reply, meta};
use desk::send_on_channel::{End, Trouble};
use meta::{
    Meaning,
    Then::{self, Gone, Later, Never},
};
use model::Json;

const WHO: &str = "WhatsApp";

const fn row(code: i64, then: Then) -> Meaning {
    Meaning { code, subcode: None, then }
}

/// By code. What stands nowhere here is what the Graph API has in common.
const TABLE: [Meaning; 50] = [
    // The key is bad, has run out, or may not do this.
    row(0, Never),
    row(3, Never),
    row(10, Never),
    row(190, Never),
    row(200, Never),
    // The account is held back for what it did; that lasts too long to wait for.
    row(368, Never),
    row(130_497, Never),
    row(131_031, Never),
    row(131_048, Never),
    // Too much at once.
    row(4, Later),
    row(80_007, Later),
    row(130_429, Later),
    row(131_056, Later),
    // Trouble at WhatsApp.
    row(1, Later),
    row(2, Later),
    row(131_000, Later),
    row(131_016, Later),
    row(131_057, Later),
    row(133_004, Later),
    // The reply window is closed.
    row(470, Never),
    row(131_047, Never),
    // The number is not at WhatsApp, has blocked the account, or cannot take messages.
    row(131_026, Gone),
    // This message does not go to this person.
    row(472, Never),
    row(130_472, Never),
    row(131_021, Never),
    row(131_030, Never),
    row(131_049, Never),
    row(131_050, Never),
    row(131_062, Never),
    // The request or the file is wrong.
    row(33, Never),
    row(100, Never),
    row(131_005, Never),
    row(131_008, Never),
    row(131_009, Never),
    row(131_051, Never),
    row(131_052, Never),
    row(131_053, Never),
    row(135_000, Never),
    // The account is not set up or not paid for.
    row(131_037, Never),
    row(131_042, Never),
    row(131_045, Never),
    row(133_010, Never),
    // The template is not as it was agreed, or has been stopped.
    row(132_000, Never),
    row(132_001, Never),
    row(132_005, Never),
    row(132_007, Never),
    row(132_012, Never),
    row(132_015, Never),
    row(132_016, Never),
    row(132_068, Never),
];

/// What an answer that is no success means for the message.
pub(super) fn refused(reply: &Reply) -> End {
    if reply.json()["error"].is_object() {
        return meta::refused(WHO, reply, &TABLE);
    }
    let trouble = trouble(reply);
    if reply.may_pass() || trouble.words.contains("rate limit") {
        End::Later(trouble, reply.retry_after)
    } else {
        End::Never(trouble)
    }
}

/// What an answer that is no success says, in words.
pub(super) fn trouble(reply: &Reply) -> Trouble {
    let body = reply.json();
    let said = [&body["meta"]["developer_message"], &body["error"], &body["detail"]];
    match said.into_iter().find_map(Json::as_str) {
        Some(words) => Trouble { code: Some(reply.status.to_string()), words: format!("360dialog: {words}") },
        None => meta::trouble(WHO, reply),
    }
}

/// What a status that tells of a failure says; and whether nothing will reach the person until they are heard again.
pub(super) fn told(errors: &Json) -> (Trouble, bool) {
    let error = &errors[0];
    let code = error["code"].as_i64();
    let text = |value: &Json| value.as_str().map(str::to_owned);
    let said = text(&error["title"]).or_else(|| text(&error["message"])).unwrap_or_else(|| "not delivered".into());
    let details = error["error_data"]["details"].as_str().map(|details| format!(": {details}")).unwrap_or_default();
    let gone = TABLE.iter().any(|row| Some(row.code) == code && row.then == Gone);
    (Trouble { code: code.map(|code| code.to_string()), words: format!("{WHO}: {said}{details}") }, gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reply(status: u16, body: &Json) -> Reply {
        Reply { status, body: body.to_string().into(), ..Reply::default() }
    }

    fn then(end: &End) -> Then {
        match end {
            End::Later(..) => Later,
            End::Never(_) => Never,
            End::Gone(_) => Gone,
            End::Taken => panic!("taken"),
        }
    }

    #[test]
    fn every_row_of_the_table_is_known_and_stands_once() {
        let later = [1, 2, 4, 80_007, 130_429, 131_000, 131_016, 131_056, 131_057, 133_004];
        for row in TABLE {
            let said = json!({"error": {"message": "(#1) Title", "code": row.code, "error_data": {"details": "Why"}}});
            let end = refused(&reply(400, &said));
            let expected = match row.code {
                131_026 => Gone,
                code if later.contains(&code) => Later,
                _ => Never,
            };
            assert_eq!(then(&end), expected, "{}", row.code);
            let (End::Later(trouble, _) | End::Never(trouble) | End::Gone(trouble)) = end else { panic!("taken") };
            assert_eq!(trouble.code, Some(row.code.to_string()));
            assert_eq!(trouble.words, "WhatsApp: (#1) Title: Why");
            assert_eq!(TABLE.iter().filter(|other| other.code == row.code).count(), 1, "{}", row.code);
        }
    }

    #[test]
    fn a_later_error_of_a_code_that_never_passes_is_final_even_from_a_busy_server() {
        let said = json!({"error": {"message": "expired", "code": 190}});
        assert_eq!(then(&refused(&reply(500, &said))), Never);
        assert_eq!(then(&refused(&reply(400, &json!({"error": {"message": "x", "code": 999_999}})))), Never);
        assert_eq!(then(&refused(&reply(503, &json!({"error": {"message": "x", "code": 999_999}})))), Later);
    }

    #[test]
    fn what_360dialog_says_of_its_own_is_understood() {
        let own = |words: &str| json!({"meta": {"success": false, "http_code": 400, "developer_message": words}});
        let rows = [
            (400, own("You have exceeded the endpoint rate limit."), Later),
            (400, own("Could not send message due to lack of payment."), Never),
            (401, own("Invalid api_key"), Never),
            (403, own("The endpoint is blocked"), Never),
            (500, own("Internal server error"), Later),
            (502, json!({"error": "WhatsApp for Business API not available"}), Later),
            (404, Json::Null, Never),
        ];
        for (status, body, expected) in rows {
            assert_eq!(then(&refused(&reply(status, &body))), expected, "{status} {body}");
        }
        let trouble = trouble(&reply(401, &own("Invalid api_key")));
        assert_eq!((trouble.code.as_deref(), trouble.words.as_str()), (Some("401"), "360dialog: Invalid api_key"));
    }

    #[test]
    fn a_status_says_what_went_wrong() {
        let errors =
            json!([{"code": 131_026, "title": "Message undeliverable", "error_data": {"details": "No account"}}]);
        let (trouble, gone) = told(&errors);
        assert_eq!((trouble.words.as_str(), gone), ("WhatsApp: Message undeliverable: No account", true));
        assert_eq!(trouble.code.as_deref(), Some("131026"));
        assert!(!told(&json!([{"code": 131_047, "title": "Re-engagement message"}])).1);
        assert_eq!(told(&Json::Null).0, Trouble { code: None, words: "WhatsApp: not delivered".into() });
    }
}
