//! OAuth 1.0a (RFC 5849): requests in the name of a profile, signed with HMAC-SHA1. Bodies are never signed here: the ones
//! we send are JSON or multipart, which the signature does not cover (§3.4.1.3.1).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::signing::hmac_sha1;
use std::fmt::Write as _;
use url::Url;

/// Who asks for whom.
#[derive(Clone, Copy)]
pub(super) struct Credentials<'w> {
    /// The app: API key and its secret.
    pub(super) consumer: (&'w str, &'w str),
    /// The profile: access token and its secret.
    pub(super) token: (&'w str, &'w str),
}

/// The value of the `Authorization` header (§3.5.1).
pub(super) fn authorization(
    credentials: Credentials<'_>,
    method: &str,
    url: &Url,
    nonce: &str,
    timestamp: i64,
) -> String {
    let timestamp = timestamp.to_string();
    let ours = [
        ("oauth_consumer_key", credentials.consumer.0),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", timestamp.as_str()),
        ("oauth_token", credentials.token.0),
        ("oauth_version", "1.0"),
    ];
    let signature = signature(credentials, &base_string(method, url, &ours));
    let all = ours.into_iter().chain([("oauth_signature", signature.as_str())]);
    let parts: Vec<String> = all.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("OAuth {}", parts.join(", "))
}

/// What is signed (§3.4.1).
fn base_string(method: &str, url: &Url, ours: &[(&str, &str)]) -> String {
    let asked = url.query_pairs().map(|(name, value)| (escaped(&name), escaped(&value)));
    let mut all: Vec<(String, String)> = ours.iter().map(|(name, value)| (escaped(name), escaped(value))).collect();
    all.extend(asked);
    all.sort();
    let all: Vec<String> = all.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut address = url.clone();
    address.set_query(None);
    address.set_fragment(None);
    format!("{method}&{}&{}", escaped(address.as_str()), escaped(&all.join("&")))
}

/// HMAC-SHA1 in base64 (§3.4.2).
fn signature(credentials: Credentials<'_>, signed: &str) -> String {
    let key = format!("{}&{}", escaped(credentials.consumer.1), escaped(credentials.token.1));
    STANDARD.encode(hmac_sha1(key.as_bytes(), signed.as_bytes()))
}

/// Percent encoding (§3.6).
fn escaped(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            let _ = write!(all, "%{byte:02X}");
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of the provider's example (<https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature>),
    /// and the signature that the RFC gives for them.
    #[test]
    fn a_signature_agrees_with_the_published_one() {
        let credentials = Credentials {
            consumer: ("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
            token: ("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"),
        };
        let url = "https://api.twitter.com/1.1/statuses/update.json?include_entities=true\
                   &status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21";
        let nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg";
        let header = authorization(credentials, "POST", &Url::parse(url).unwrap(), nonce, 1_318_622_958);
        assert!(header.ends_with("oauth_signature=\"hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D\""), "{header}");
        assert!(header.starts_with("OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", oauth_nonce=\""), "{header}");
    }

    /// RFC 5849, §3.4.1.1, without what stands in its form: several values of a name, and names without values.
    #[test]
    fn what_is_signed_is_sorted_and_escaped() {
        let url = Url::parse("http://EXAMPLE.COM:80/r%20v/X?b5=%3D%253D&a3=a&c%40=&a2=r%20b").unwrap();
        let signed = base_string("GET", &url, &[("oauth_version", "1.0"), ("oauth_token", "kkk9d7dh3k39sjv7")]);
        let expected = "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&a2%3Dr%2520b%26a3%3Da%26b5%3D%253D%25253D%26\
                        c%2540%3D%26oauth_token%3Dkkk9d7dh3k39sjv7%26oauth_version%3D1.0";
        assert_eq!(signed, expected);
    }
}
