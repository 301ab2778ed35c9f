//! The e-mail address that a person wrote in a chat, if it is exactly one. Nothing is guessed: "vera at example dot com"
//! is none.

/// How much of a text is looked at, in characters.
const LOOKED_AT: usize = 4_000;

/// The one address in the text, in lower case; `None` where there is none, or there are several. Quoted lines and
/// addresses within web addresses are passed over.
#[must_use]
pub(crate) fn only_address(text: &str) -> Option<String> {
    let text: String = text.chars().take(LOOKED_AT).map(narrow).collect();
    let mut found: Option<String> = None;
    let own = text.lines().filter(|line| !line.trim_start().starts_with('>'));
    for address in own.flat_map(str::split_whitespace).flat_map(addresses) {
        match &found {
            Some(other) if *other != address => return None,
            _ => found = Some(address),
        }
    }
    found
}

/// Wide forms that keyboards for Chinese, Japanese and Korean write.
fn narrow(c: char) -> char {
    match c {
        '＠' => '@',
        '．' => '.',
        other => other,
    }
}

/// What stands around addresses, not in them.
const BETWEEN: &str = "<>()[]{}\"'“”„‘’«»,;:|/、，；：。（）【】";

fn addresses(word: &str) -> Vec<String> {
    if word.contains("://") || word.contains("www.") {
        return Vec::new();
    }
    // What follows in `mailto:vera@example.org?subject=…` is no address.
    let word = word.split(['?', '？']).next().unwrap_or_default();
    word.split(|c| BETWEEN.contains(c)).filter_map(address).collect()
}

fn address(piece: &str) -> Option<String> {
    let piece = piece.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let (_, domain) = piece.split_once('@')?;
    let (_, top) = domain.rsplit_once('.')?;
    let plausible = top.chars().count() >= 2 && top.chars().any(char::is_alphabetic);
    (plausible && mail::address::is_address(&piece)).then_some(piece)
}

#[cfg(test)]
mod tests {
    use super::only_address;

    #[test]
    fn exactly_one_plausible_address_is_found() {
        let vera = Some("vera@example.org");
        let rows = [
            ("vera@example.org", vera),
            ("Vera@Example.ORG", vera),
            ("It is vera@example.org.", vera),
            ("vera@example.org!!! Thanks", vera),
            ("Write to: vera@example.org, please", vera),
            ("(vera@example.org)", vera),
            ("<vera@example.org>", vera),
            ("\"vera@example.org\"", vera),
            ("„vera@example.org“", vera),
            ("mailto:vera@example.org", vera),
            ("mailto:vera@example.org?subject=Hello", vera),
            ("MAILTO:vera@example.org", vera),
            ("[vera@example.org](mailto:vera@example.org)", vera),
            ("*vera@example.org* or _vera@example.org_", vera),
            ("is it vera@example.org?", vera),
            ("my address:vera@example.org", vera),
            ("vera@example.org…", vera),
            ("vera＠example．org", vera),
            ("我的邮箱是：vera@example.org。", vera),
            ("> Write to help@acme.example\nvera@example.org", vera),
            ("v.e-r_a+shop@mail.example.co.uk", Some("v.e-r_a+shop@mail.example.co.uk")),
            ("jürgen@müller.example", Some("jürgen@müller.example")),
            ("vera@example.org or vera@work.example", None),
            ("vera@example.org,bob@example.org", None),
            ("vera@example.org/bob@example.org", None),
            ("vera at example dot org", None),
            ("vera@example", None),
            ("vera@localhost", None),
            ("vera@@example.org", None),
            ("vera@example.org@x", None),
            ("@vera on the other site", None),
            ("10 @ 3.50", None),
            ("2@3.50", None),
            ("vera@10.0.0.1", None),
            ("https://vera@example.org/path", None),
            ("https://example.org/?mail=vera@example.org", None),
            ("> vera@example.org", None),
            ("", None),
            ("Hello", None),
        ];
        for (text, expected) in rows {
            assert_eq!(only_address(text).as_deref(), expected, "{text}");
        }
    }
}
