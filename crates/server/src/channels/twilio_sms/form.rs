//! What Twilio posts: a form with the signature of its address and all of its values
//! (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::signing::{hmac_sha1, same};

/// A form that was posted.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form; what is none has no values.
    pub(super) fn parse(body: &str) -> Self {
        Self(url::form_urlencoded::parse(body.as_bytes()).into_owned().collect())
    }

    /// A value; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A value with something in it.
    pub(super) fn filled(&self, name: &str) -> Option<String> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Whether the holder of that token has posted it to that address. Twilio may or may not write the usual port.
    pub(super) fn is_signed(&self, token: &str, url: &str, signature: &str) -> bool {
        let good = |url: &String| same(&self.signature(token, url), signature);
        !token.is_empty() && addresses(url).iter().any(good)
    }

    /// The address with each name and value in the order of the names; the same pair counts once.
    fn signature(&self, token: &str, url: &str) -> String {
        let mut pairs: Vec<&(String, String)> = self.0.iter().collect();
        pairs.sort();
        pairs.dedup();
        let values = pairs.into_iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        let signed: String = std::iter::once(url).chain(values).collect();
        STANDARD.encode(hmac_sha1(token.as_bytes(), signed.as_bytes()))
    }
}

/// An address as it is, and with or without its port.
fn addresses(url: &str) -> Vec<String> {
    let as_it_is = url.to_owned();
    let Some((scheme, rest)) = url.split_once("://") else { return vec![as_it_is] };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|digit| digit.is_ascii_digit()));
    let other = match port {
        Some((bare, _)) => format!("{scheme}://{bare}{path}"),
        None => format!("{scheme}://{host}:{}{path}", if scheme == "https" { 443 } else { 80 }),
    };
    vec![as_it_is, other]
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const BODY: &str =
        "To=%2B18005551212&From=%2B14158675309&Digits=1234&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";

    #[test]
    fn a_signature_as_documented_is_good_and_any_change_spoils_it() {
        let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        let good =
            |body: &str, token: &str, url: &str, signature: &str| Form::parse(body).is_signed(token, url, signature);
        assert!(good(BODY, "12345", URL, signature));
        assert!(!good(BODY, "12346", URL, signature));
        assert!(!good(BODY, "12345", "https://mycompany.com/myapp.php?foo=1&bar=3", signature));
        assert!(!good(&format!("{BODY}&Extra=1"), "12345", URL, signature));
        assert!(!good(&BODY.replace("1234&", "1235&"), "12345", URL, signature));
        assert!(!good(BODY, "12345", URL, "") && !good("", "", URL, ""));
    }

    #[test]
    fn the_usual_port_may_stand_in_the_address_or_not() {
        let form = Form::parse(BODY);
        let rows = [
            (URL, "https://mycompany.com:443/myapp.php?foo=1&bar=2", true),
            ("https://mycompany.com:8443/myapp.php", "https://mycompany.com/myapp.php", true),
            ("http://mycompany.com/hook", "http://mycompany.com:80/hook", true),
            (URL, "http://mycompany.com/myapp.php?foo=1&bar=2", false),
            (URL, "https://mycompany.com:8443/myapp.php?foo=1&bar=2", false),
        ];
        for (ours, signed, expected) in rows {
            assert_eq!(form.is_signed("12345", ours, &form.signature("12345", signed)), expected, "{ours} {signed}");
        }
    }

    #[test]
    fn the_order_of_the_values_is_no_matter_and_the_same_pair_counts_once() {
        let signature = |body: &str| Form::parse(body).signature("t", URL);
        assert_eq!(signature("b=2&a=1&a=0"), signature("a=0&b=2&a=1&a=1"));
        assert_ne!(signature("a=1&b=2"), signature("a=1&b=3"));
    }
}
