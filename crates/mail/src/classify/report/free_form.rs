//! Reports in running words, as qmail, Exim, Exchange, Notes and others write them: their subjects, and whom they name.

use crate::address;
use crate::classify::BouncedRecipient;
use crate::message::Mail;

/// How mail systems without RFC 3464 begin their news, lower case.
const FAILURES: &[&str] = &[
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "delivery has failed",
    "mail delivery failed",
    "returned mail",
    "failure notice",
    "mail system error",
    "could not be delivered",
    "could not send message",
    "message delayed",
    "delivery delayed",
    "delivery has been delayed",
    "nondeliverable",
    "non-delivery",
    "mail could not be",
    "message you sent was not delivered",
    "permanent delivery failure",
    "unzustellbar",
    "non remis",
    "no se puede entregar",
    "no se pudo entregar",
    "non recapitabile",
    "impossibile recapitare",
    "onbestelbaar",
    "não é possível entregar",
    "não foi possível entregar",
    "não entregue",
    "niedostarczalne",
    "nie można dostarczyć",
    "nedoručitelné",
    "nedoručiteľné",
    "kézbesíthetetlen",
    "nelivrabil",
    "недоставленное",
    "не доставлено",
    "не удается доставить",
    "недоставлено",
    "kan ikke leveres",
    "kunne ikke leveres",
    "kan inte levereras",
    "går inte att leverera",
    "ei voi toimittaa",
    "teslim edilemiyor",
    "teslim edilemedi",
    "δεν είναι δυνατή η παράδοση",
    "配信不能",
    "配信できません",
    "无法送达",
    "未送达",
    "無法傳遞",
    "배달되지 않음",
    "배달할 수 없음",
];

/// Whether the subject is that of a failure note.
pub(super) fn reads_like_a_failure(mail: &Mail) -> bool {
    let subject = mail.subject.as_deref().unwrap_or_default().to_lowercase();
    FAILURES.iter().any(|words| subject.contains(words))
}

/// Recipients of a free-form report: `X-Failed-Recipients` (Exim, Gmail), else lines that begin with `<address>` (qmail).
pub(super) fn named_recipients(mail: &Mail) -> Vec<BouncedRecipient> {
    let mut addresses: Vec<String> =
        mail.header_values("X-Failed-Recipients").flat_map(address::addresses_in).collect();
    if addresses.is_empty() {
        let lines = mail.text.lines().map(str::trim).filter(|line| line.starts_with('<') && line.contains('@'));
        addresses = lines.filter_map(|line| address::addresses_in(line).into_iter().next()).take(50).collect();
    }
    if addresses.is_empty() {
        addresses = mail.text.lines().filter_map(alone).take(50).collect();
    }
    addresses.dedup_by(|a, b| address::same(a, b));
    let status = status_in(&mail.text);
    let recipient = |address| BouncedRecipient { address, action: None, status: status.clone(), diagnostic: None };
    addresses.into_iter().map(recipient).collect()
}

/// An address that is a line of its own (Exim, Sendmail), or stands alone behind a label (Exchange, Notes).
fn alone(line: &str) -> Option<String> {
    let word =
        line.trim().rsplit_once(": ").map_or(line.trim(), |(_, word)| word.trim()).trim_end_matches([':', ',', ';']);
    let word = word.trim_matches(['<', '>', '\'', '"', '(', ')']);
    let is_one = word.contains('@') && !word.contains(char::is_whitespace);
    address::addresses_in(word).into_iter().next().filter(|address| is_one && address.len() == word.len())
}

/// The first `4.Y.Z` or `5.Y.Z` in running words.
fn status_in(text: &str) -> Option<String> {
    let is_status = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3
            && matches!(parts[0], "4" | "5")
            && parts[1..].iter().all(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    text.split(|c: char| c.is_whitespace() || "()#;,:".contains(c)).find(is_status).map(str::to_owned)
}
