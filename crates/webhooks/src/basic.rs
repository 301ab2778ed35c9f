//! HTTP Basic (RFC 7617) with the user that existing senders have in their URLs.

use crate::{Refusal, Request, proof::same_secret};
use base64::{Engine, prelude::BASE64_STANDARD};

const USER: &[u8] = b"actionmailbox";

/// Lets in whoever knows the password.
///
/// # Errors
/// 401 for everyone else, and where there is no password.
pub(crate) fn admit(request: &Request<'_>, password: Option<&str>) -> Result<(), Refusal> {
    let value = (request.header)("authorization").unwrap_or_default();
    let known = password.is_some_and(|password| knows(value, password));
    if known { Ok(()) } else { Err(Refusal::Credentials) }
}

fn knows(value: &str, password: &str) -> bool {
    let Some((scheme, credentials)) = value.trim().split_once(' ') else { return false };
    let decoded = BASE64_STANDARD.decode(credentials.trim()).unwrap_or_default();
    let separator = decoded.iter().position(|byte| *byte == b':');
    let Some((user, given)) = separator.and_then(|at| Some((decoded.get(..at)?, decoded.get(at + 1..)?))) else {
        return false;
    };
    // Both are compared whatever the first said.
    let (user, password) = (same_secret(USER, user), same_secret(password.as_bytes(), given));
    scheme.eq_ignore_ascii_case("basic") & user & password
}

#[cfg(test)]
mod tests {
    use super::knows;

    #[test]
    fn the_user_and_the_password_must_be_right() {
        let rows = [
            // base64 of actionmailbox:secret
            ("Basic YWN0aW9ubWFpbGJveDpzZWNyZXQ=", true),
            ("basic  YWN0aW9ubWFpbGJveDpzZWNyZXQ= ", true),
            ("Bearer YWN0aW9ubWFpbGJveDpzZWNyZXQ=", false),
            // Actionmailbox:secret, actionmailbox:secreT, actionmailbox:, actionmailbox
            ("Basic QWN0aW9ubWFpbGJveDpzZWNyZXQ=", false),
            ("Basic YWN0aW9ubWFpbGJveDpzZWNyZVQ=", false),
            ("Basic YWN0aW9ubWFpbGJveDo=", false),
            ("Basic YWN0aW9ubWFpbGJveA==", false),
            ("Basic ???", false),
            ("Basic", false),
            ("", false),
        ];
        for (value, expected) in rows {
            assert_eq!(knows(value, "secret"), expected, "{value}");
        }
    }
}
