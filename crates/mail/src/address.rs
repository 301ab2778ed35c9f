//! Addresses: the tokens inside `reply+TOKEN@D` and `bounce+TOKEN@D`, and whether something is an address or a host name.
//!
//! Recognition is generous (case, hyphens, quotes, doubled prefixes, display names), making is strict.

use std::fmt;

const REPLY: &str = "reply+";
const BOUNCE: &str = "bounce+";

/// The secret of a reply or bounce address: 32 lower-case hexadecimal digits (128 bits).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token(String);

impl Token {
    /// Reads 32 hexadecimal digits in any case, hyphens ignored (so a UUID is one too).
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).take(33).collect();
        (digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(Self(digits))
    }

    /// A token of these 128 bits, which should come from the operating system's random source.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes))
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A token is a credential: logs show only its beginning.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}…)", self.0.get(..4).unwrap_or_default())
    }
}

impl TryFrom<String> for Token {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a token is 32 hexadecimal digits")
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.0
    }
}

/// `reply+TOKEN@domain`.
pub fn reply_address(token: &Token, domain: &str) -> String {
    format!("{REPLY}{}@{domain}", token.as_str())
}

/// `bounce+TOKEN@domain`, the envelope sender that lets a delivery report find its message.
pub fn bounce_address(token: &Token, domain: &str) -> String {
    format!("{BOUNCE}{}@{domain}", token.as_str())
}

/// The token of a reply address, whatever its domain. Takes a bare address or one with a display name.
pub fn reply_token(address: &str) -> Option<Token> {
    token_after(REPLY, address)
}

/// The token of a bounce address, whatever its domain.
pub fn bounce_token(address: &str) -> Option<Token> {
    token_after(BOUNCE, address)
}

fn token_after(prefix: &str, address: &str) -> Option<Token> {
    let (local, _domain) = bare(address).rsplit_once('@')?;
    let local: String = local.chars().filter(|c| !matches!(c, '"' | '\\') && !c.is_whitespace()).collect();
    let local = local.to_ascii_lowercase().replace("%2b", "+");
    let mut rest = local.strip_prefix(prefix)?;
    while let Some(inner) = rest.strip_prefix(prefix) {
        rest = inner;
    }
    Token::parse(rest)
}

/// The address without display name, brackets and blanks around it.
pub fn bare(text: &str) -> &str {
    let text = text.trim();
    match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => text.get(open + 1..close).unwrap_or_default().trim(),
        (Some(open), None) => text.get(open + 1..).unwrap_or_default().trim(),
        _ => text,
    }
}

/// Every address in a header value whose grammar nobody keeps (`X-Original-To`, `Delivered-To`, broken `To`): split at commas,
/// semicolons and blanks outside quotes and brackets, whatever holds an `@`.
pub fn addresses_in(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut quoted = false;
    let mut bracketed = false;
    let mut piece = String::new();
    for c in value.chars().chain([',']) {
        match c {
            '"' => quoted = !quoted,
            '<' if !quoted => {
                bracketed = true;
                piece.clear();
                continue;
            }
            '>' if !quoted => bracketed = false,
            _ => {}
        }
        let ends =
            (!quoted && !bracketed && (matches!(c, ',' | ';' | ':') || c.is_whitespace())) || (c == '>' && !quoted);
        if !ends {
            piece.push(c);
            continue;
        }
        let address = piece.trim();
        if address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
            found.push(address.to_owned());
        }
        piece.clear();
    }
    found
}

/// The part after the last `@`, lower case.
pub fn domain_of(address: &str) -> Option<String> {
    let (_, domain) = bare(address).rsplit_once('@')?;
    (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
}

/// Whether the address is at this host, in any case.
pub fn is_at(address: &str, domain: &str) -> bool {
    domain_of(address).is_some_and(|own| own.eq_ignore_ascii_case(domain.trim_end_matches('.')))
}

/// Whether two addresses name one mailbox, as senders and contacts are compared: in any case.
pub fn same(one: &str, other: &str) -> bool {
    bare(one).to_lowercase() == bare(other).to_lowercase()
}

/// Whether this is one bare address that mail can be sent to: a dot-atom (or SMTPUTF8 letters, RFC 6531) of at most 64 octets, `@`,
/// a host name; 254 octets in all (RFC 5321 §4.5.3.1). Quoted local parts are legal mail but refused here: people do not have them.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |c: char| {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || (!c.is_ascii() && c.is_alphanumeric())
    };
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && local.chars().all(atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && (is_host_name(domain) || domain == "localhost")
}

/// Whether this is a host name with at least two labels, at most 253 octets, labels of letters, digits and inner hyphens
/// (RFC 1123 §2.1; letters of any script, as people type internationalised names), the last one not a number.
pub fn is_host_name(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || c.is_alphanumeric())
    };
    let last_is_name = labels.last().is_some_and(|last| !last.chars().all(|c| c.is_ascii_digit()));
    text.len() <= 253 && labels.len() >= 2 && labels.iter().all(label) && last_is_name
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_reply_token_is_found_however_the_address_is_written() {
        let written = [
            "reply+0123456789abcdef0123456789abcdef@in.example.com",
            "Reply+0123456789ABCDEF0123456789ABCDEF@IN.EXAMPLE.COM",
            "reply+01234567-89ab-cdef-0123-456789abcdef@in.example.com",
            "reply+reply+0123456789abcdef0123456789abcdef@in.example.com",
            "\"reply+0123456789abcdef0123456789abcdef\"@in.example.com",
            "Ann, of Acme <reply+0123456789abcdef0123456789abcdef@in.example.com>",
            "\"Ann @ Acme\" <reply+0123456789abcdef0123456789abcdef@in.example.com>",
            "<reply+0123456789abcdef0123456789abcdef@in.example.com",
            "  reply+0123456789abcdef0123456789abcdef@in.example.com\t",
            "reply%2B0123456789abcdef0123456789abcdef@in.example.com",
        ];
        for address in written {
            assert_eq!(reply_token(address).as_ref().map(Token::as_str), Some(DIGITS), "{address}");
        }
    }

    #[test]
    fn other_addresses_hold_no_token() {
        let others = [
            "",
            "@",
            "reply+@in.example.com",
            "reply+0123456789abcdef0123456789abcde@in.example.com",
            "reply+0123456789abcdef0123456789abcdef0@in.example.com",
            "reply+0123456789abcdef0123456789abcdeg@in.example.com",
            "xreply+0123456789abcdef0123456789abcdef@in.example.com",
            "bounce+0123456789abcdef0123456789abcdef@in.example.com",
            "reply+0123456789abcdef0123456789abcdef",
            "reply+0123456789ábcdef0123456789abcdef@in.example.com",
        ];
        for address in others {
            assert_eq!(reply_token(address), None, "{address}");
        }
    }

    #[test]
    fn made_addresses_are_read_back() {
        let token = Token::from_bytes([0xab; 16]);
        assert_eq!(reply_token(&reply_address(&token, "d.example")), Some(token.clone()));
        assert_eq!(bounce_token(&bounce_address(&token, "d.example")), Some(token));
    }

    #[test]
    fn a_token_does_not_leak_into_logs() {
        assert_eq!(format!("{:?}", Token::from_bytes([0xab; 16])), "Token(abab…)");
    }

    #[test]
    fn addresses_are_found_in_loose_values() {
        assert_eq!(
            addresses_in("a@x.example, B <b@x.example>;c@x.example"),
            ["a@x.example", "b@x.example", "c@x.example"]
        );
        assert_eq!(addresses_in("\"a, b\"@x.example d@x.example"), ["\"a, b\"@x.example", "d@x.example"]);
        assert_eq!(addresses_in("friends: a@x.example, <b@x.example>;"), ["a@x.example", "b@x.example"]);
        assert_eq!(addresses_in("<<>>@@, nobody, @x, y@"), Vec::<String>::new());
    }

    #[test]
    fn addresses_and_hosts_are_checked() {
        for good in ["a@b.example", "first.last+tag@sub.b.example", "jörg@müller.example", "a@localhost"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.example",
            "a b@c.example",
            "a@b",
            "a..b@c.example",
            ".a@b.example",
            "a@b.example,",
            "a@-b.example",
            "A <a@b.example>",
            "a@1.2",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(
            is_host_name("in.domain.com")
                && !is_host_name("localhost")
                && !is_host_name("a..b")
                && !is_host_name("http://a.b")
        );
        assert!(is_at("X <a@In.Example.com>", "in.example.com") && !is_at("a@xin.example.com", "in.example.com"));
    }
}
