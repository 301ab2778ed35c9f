//! What Twilio says against a message, in its answer or afterwards (<https://www.twilio.com/docs/api/errors>).

use super::super::{Lost, Reply};
use desk::send_on_channel::{End, Trouble};

/// How a try ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Later,
    Never,
    Gone,
}

use Way::{Gone, Later, Never};

/// By Twilio's code, with what it means. A code that is not here ends by the status of the answer: too many requests and
/// trouble at Twilio pass, the rest never does.
const CODES: [(u32, Way, &str); 47] = [
    (20003, Never, "the credentials are wrong"),
    (20429, Later, "too many requests"),
    (21211, Gone, "it is not a valid number"),
    (21408, Never, "the account may not write to that country"),
    (21606, Never, "the inbox's number cannot send"),
    (21608, Never, "a trial account writes only to numbers it has verified"),
    (21610, Gone, "they have opted out"),
    (21611, Later, "too many messages wait for the inbox's number"),
    (21612, Gone, "there is no way from the inbox's number to theirs"),
    (21614, Gone, "it is not a mobile number"),
    (21617, Never, "the text is too long"),
    (21620, Never, "the file cannot be fetched"),
    (21623, Never, "there are too many files"),
    (21635, Gone, "it is a landline"),
    (21655, Never, "there is no such template"),
    (21656, Never, "the values do not fit the template"),
    (21703, Never, "the messaging service has no numbers"),
    (30001, Later, "too many messages wait"),
    (30002, Never, "the account is suspended"),
    (30003, Never, "the phone cannot be reached"),
    (30004, Gone, "their number takes no such messages"),
    (30005, Gone, "the number is unknown, or no longer in service"),
    (30006, Gone, "it is a landline, or its carrier cannot be reached"),
    (30007, Never, "the carrier has filtered it"),
    (30008, Never, "the carrier does not say why"),
    (30019, Never, "it is too large for the carrier"),
    (30032, Never, "the toll-free number is not verified"),
    (30034, Never, "the number is not registered with the carriers"),
    (63001, Never, "WhatsApp does not know the sender"),
    (63003, Gone, "there is no such person on WhatsApp"),
    (63005, Never, "WhatsApp did not take the content"),
    (63007, Never, "the sender is no WhatsApp number of the account"),
    (63010, Later, "there is trouble at Twilio"),
    (63012, Later, "there is trouble at WhatsApp"),
    (63013, Never, "it is against WhatsApp's policy"),
    (63014, Gone, "they have blocked the sender"),
    (63015, Gone, "they have not joined the sandbox"),
    (63016, Never, "the 24 hours for replies are over"),
    (63018, Later, "too many messages at once"),
    (63019, Never, "WhatsApp could not fetch the file"),
    (63021, Never, "WhatsApp does not take such content"),
    (63024, Gone, "they cannot be written to on WhatsApp"),
    (63027, Never, "the template is not there in that language"),
    (63028, Never, "the values do not fit the template"),
    (63032, Never, "WhatsApp does not let it through to this person"),
    (63033, Gone, "they have blocked the sender"),
    (63049, Never, "WhatsApp chose not to deliver it"),
];

fn known(code: u32) -> Option<(Way, &'static str)> {
    CODES.iter().find(|(known, ..)| *known == code).map(|(_, way, words)| (*way, *words))
}

/// The id of the message that Twilio has taken.
///
/// # Errors
/// It has not.
pub(super) fn outcome(reply: &Reply) -> Result<Option<String>, End> {
    let body = reply.json();
    if reply.is_good() {
        return Ok(body["sid"].as_str().map(str::to_owned));
    }
    let code = body["code"].as_u64().and_then(|code| u32::try_from(code).ok());
    let by_status = if reply.may_pass() { Later } else { Never };
    let trouble = trouble(reply);
    Err(match code.and_then(known).map_or(by_status, |(way, _)| way) {
        Later => End::Later(trouble, reply.retry_after),
        Never => End::Never(trouble),
        Gone => End::Gone(trouble),
    })
}

/// What Twilio answered, where it is nothing good.
pub(super) fn trouble(reply: &Reply) -> Trouble {
    let body = reply.json();
    let code = body["code"].as_u64();
    let ours = code.and_then(|code| known(u32::try_from(code).ok()?)).map(|(_, words)| words.to_owned());
    let words = ours.or_else(|| body["message"].as_str().map(str::to_owned));
    let words = words.unwrap_or_else(|| format!("it answers {}", reply.status));
    Trouble { code: code.map(|code| code.to_string()), words: format!("Twilio: {words}") }
}

/// Why a message that Twilio had taken did not arrive, and whether nothing else will.
pub(super) fn told(code: Option<&str>, said: Option<String>) -> (String, bool) {
    let row = code.and_then(|code| known(code.parse().ok()?));
    let words = row.map(|(_, words)| words.to_owned()).or(said);
    let words = words.unwrap_or_else(|| code.map_or("it did not arrive".into(), |code| format!("error {code}")));
    (format!("Twilio: {words}"), matches!(row, Some((Gone, _))))
}

/// Why a file cannot be had.
pub(super) fn lost(reply: &Reply) -> Lost {
    let words = format!("Twilio answers {}", reply.status);
    if reply.may_pass() { Lost::Later(words) } else { Lost::Never(words) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answered(status: u16, body: &serde_json::Value) -> Result<Option<String>, End> {
        let retry_after = (status == 429).then(|| jiff::SignedDuration::from_secs(7));
        outcome(&Reply { status, retry_after, body: body.to_string().into(), ..Reply::default() })
    }

    fn way(end: &End) -> Way {
        match end {
            End::Later(..) => Later,
            End::Never(_) => Never,
            End::Gone(_) => Gone,
            End::Taken => panic!("taken"),
        }
    }

    #[test]
    fn every_row_of_the_table_is_known_in_answers_and_afterwards() {
        for (code, expected, words) in CODES {
            let end =
                answered(400, &json!({"code": code, "message": "Twilio's own words", "status": 400})).unwrap_err();
            assert_eq!(way(&end), expected, "{code}");
            let (End::Later(trouble, _) | End::Never(trouble) | End::Gone(trouble)) = end else { panic!("taken") };
            assert_eq!((trouble.code, &trouble.words), (Some(code.to_string()), &format!("Twilio: {words}")));
            assert_eq!(told(Some(&code.to_string()), None), (trouble.words, expected == Gone), "{code}");
        }
        let mut codes: Vec<u32> = CODES.iter().map(|(code, ..)| *code).collect();
        codes.dedup();
        assert!(codes.is_sorted() && codes.len() == CODES.len(), "in order, each once");
    }

    #[test]
    fn other_answers_end_by_their_status() {
        let rows = [(400, Never), (401, Never), (404, Never), (408, Later), (429, Later), (500, Later), (503, Later)];
        for (status, expected) in rows {
            assert_eq!(
                way(&answered(status, &json!({"code": 12345, "message": "x"})).unwrap_err()),
                expected,
                "{status}"
            );
            assert_eq!(way(&answered(status, &json!("a page")).unwrap_err()), expected, "{status}");
        }
        let Err(End::Later(trouble, wait)) = answered(429, &json!({"code": 12345, "message": "Slow"})) else {
            panic!()
        };
        assert_eq!((trouble.words.as_str(), wait), ("Twilio: Slow", Some(jiff::SignedDuration::from_secs(7))));
        assert_eq!(answered(201, &json!({"sid": "SM1"})), Ok(Some("SM1".into())));
        assert_eq!(told(None, None).0, "Twilio: it did not arrive");
        assert_eq!(told(Some("31999"), None), ("Twilio: error 31999".into(), false));
        assert_eq!(told(Some("31999"), Some("Odd".into())).0, "Twilio: Odd");
    }
}
