//! The widget's session token: a JSON Web Token (RFC 7519) signed with HMAC-SHA256 (RFC 7518 §3.2) by the
//! installation's secret, as the reference makes them (§3.2). Only this one algorithm is made or accepted.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use desk::signing::{Secret, hmac_sha256, same};
use model::{Timestamp, contact::ContactInbox, ids::InboxId};
use serde::{Deserialize, Serialize};

/// How long a session lasts without being used anew: 180 days.
const LIFE_SECONDS: i64 = 180 * 24 * 60 * 60;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The session's name.
    pub source_id: String,
    /// Where.
    pub inbox_id: InboxId,
    /// When it was made; epoch seconds.
    pub iat: i64,
    /// From when on it is worth nothing; epoch seconds.
    pub exp: i64,
    /// It was made from a link in a mail, named by its hash, and opens what that opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
}

impl Claims {
    /// A session's.
    #[must_use]
    pub fn session(session: &ContactInbox, now: Timestamp) -> Self {
        let (source_id, iat) = (session.source_id.clone(), now.as_second());
        Self { source_id, inbox_id: session.inbox_id, iat, exp: iat + LIFE_SECONDS, link: None }
    }

    /// The signed token.
    #[must_use]
    pub fn sign(&self, secret: &Secret) -> String {
        let payload = serde_json::to_vec(self).unwrap_or_default();
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
        let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = hex::decode(hmac_sha256(secret.expose().as_bytes(), message.as_bytes())).unwrap_or_default();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What a token says, if we signed it and it has not expired.
    #[must_use]
    pub fn read(token: &str, secret: &Secret, now: Timestamp) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.alg != "HS256" {
            return None;
        }
        let signature = hex::encode(URL_SAFE_NO_PAD.decode(signature).ok()?);
        if !same(&hmac_sha256(secret.expose().as_bytes(), message.as_bytes()), &signature) {
            return None;
        }
        let claims: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        (claims.exp > now.as_second()).then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn claims() -> Claims {
        Claims { source_id: "s".into(), inbox_id: InboxId(3), iat: 10, exp: 20, link: None }
    }

    fn with_header(header: &str, signed_by: &str) -> String {
        let encode = |text: &[u8]| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", encode(header.as_bytes()), encode(&serde_json::to_vec(&claims()).unwrap()));
        let signature = hex::decode(hmac_sha256(signed_by.as_bytes(), message.as_bytes())).unwrap();
        format!("{message}.{}", encode(&signature))
    }

    #[test]
    fn a_token_says_what_was_signed_until_it_expires() {
        let secret = Secret::new("k");
        let token = claims().sign(&secret);
        assert_eq!(Claims::read(&token, &secret, at(19)), Some(claims()));
        assert_eq!(Claims::read(&token, &secret, at(20)), None, "expired");
        assert_eq!(Claims::read(&token, &Secret::new("other"), at(19)), None, "another secret");
    }

    #[test]
    fn what_we_did_not_sign_says_nothing() {
        let secret = Secret::new("k");
        assert!(Claims::read(&with_header(r#"{"alg":"HS256"}"#, "k"), &secret, at(15)).is_some());
        let token = claims().sign(&secret);
        let unsigned = token.rsplit_once('.').unwrap().0;
        let forged = [
            with_header(r#"{"alg":"none"}"#, "k"),
            with_header(r#"{"alg":"HS512"}"#, "k"),
            with_header("{}", "k"),
            with_header(r#"{"alg":"HS256"}"#, "x"),
            format!("{unsigned}."),
            unsigned.to_owned(),
            format!("{token}A"),
            String::new(),
            "..".into(),
            "a.b.c".into(),
        ];
        for token in forged {
            assert_eq!(Claims::read(&token, &secret, at(15)), None, "{token}");
        }
    }
}
