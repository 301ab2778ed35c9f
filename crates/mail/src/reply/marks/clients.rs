//! The marks that mail clients leave in HTML, a row each. A new client is a new row, and a fixture for it in `fixtures.rs`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::html::tree::Tree;
use crate::reply::body::PartKind;

/// How far a mark reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// This element. Of a quote, what stands in it beside marked block quotes is the person's answer.
    Element,
    /// The element after it.
    Next,
    /// Everything from here on.
    Rest,
}

/// Where a client leaves its mark. Names are compared without the prefixes that webmail puts before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// An element.
    Element(&'static str),
    /// A class.
    Class(&'static str),
    /// An id.
    Id(&'static str),
    /// The beginning of an id or class.
    Start(&'static str),
    /// Another attribute's value.
    Attr(&'static str, &'static str),
}

/// A mark: where, what it begins, how far it reaches, the rule.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) at: At,
    pub(super) kind: PartKind,
    pub(super) reach: Reach,
    pub(super) rule: &'static str,
}

const fn quote(at: At, rule: &'static str) -> Mark {
    Mark { at, kind: PartKind::Quoted, reach: Reach::Element, rule }
}

const fn rest(at: At, rule: &'static str) -> Mark {
    Mark { at, kind: PartKind::Quoted, reach: Reach::Rest, rule }
}

const fn heading(at: At, rule: &'static str) -> Mark {
    Mark { at, kind: PartKind::QuoteHeader, reach: Reach::Element, rule }
}

const fn forward(at: At, rule: &'static str) -> Mark {
    Mark { at, kind: PartKind::Forwarded, reach: Reach::Element, rule }
}

const fn signature(at: At, rule: &'static str) -> Mark {
    Mark { at, kind: PartKind::Signature, reach: Reach::Element, rule }
}

const fn signature_next(at: At, rule: &'static str) -> Mark {
    Mark { at, kind: PartKind::Signature, reach: Reach::Next, rule }
}

use At::{Attr, Class, Element, Id, Start};

/// Every mark that is known.
pub(super) const MARKS: &[Mark] = &[
    // Gmail; K-9, Mailspring, Superhuman and others borrow its names
    quote(Class("gmail_quote_container"), "gmail_quote"),
    quote(Class("gmail_quote"), "gmail_quote"),
    heading(Class("gmail_attr"), "gmail_quote"),
    signature(Class("gmail_signature"), "gmail signature"),
    signature(Class("gmail_signature_prefix"), "gmail signature"),
    // Outlook: web, new, mobile, Mac, 2003, Windows Mail; what the desktop writes has no name (see `outlook.rs`)
    rest(Id("appendonsend"), "outlook"),
    rest(Id("divRplyFwdMsg"), "outlook"),
    rest(Id("mail-editor-reference-message-container"), "outlook"),
    rest(Class("ms-outlook-mobile-reference-message"), "outlook"),
    rest(Id("OLK_SRC_BODY_SECTION"), "outlook"),
    rest(Id("stopSpelling"), "outlook"),
    rest(Attr("tabindex", "-1"), "outlook"),
    rest(Class("OutlookMessageHeader"), "outlook"),
    rest(Attr("name", "_MailOriginal"), "outlook"),
    signature(Id("Signature"), "outlook signature"),
    signature(Id("ms-outlook-mobile-signature"), "outlook signature"),
    signature_next(Id("ms-outlook-mobile-body-separator-line"), "outlook signature"),
    // Apple Mail, and everybody who cites like it
    quote(Attr("type", "cite"), "cite"),
    quote(Class("AppleOriginalContents"), "apple"),
    signature(Id("AppleMailSignature"), "apple signature"),
    signature_next(Id("lineBreakAtBeginningOfSignature"), "apple signature"),
    // Thunderbird
    heading(Class("moz-cite-prefix"), "thunderbird"),
    forward(Class("moz-forward-container"), "thunderbird"),
    Mark { at: Class("moz-email-headers-table"), kind: PartKind::Forwarded, reach: Reach::Rest, rule: "thunderbird" },
    signature(Class("moz-signature"), "thunderbird signature"),
    signature(Class("moz-txt-sig"), "thunderbird signature"),
    // Yahoo, AOL
    quote(Class("yahoo_quoted"), "yahoo"),
    quote(Start("yahoo_quoted_"), "yahoo"),
    quote(Class("iosymail"), "yahoo"),
    heading(Class("yahoo-quoted-begin"), "yahoo"),
    signature(Class("yahooMobileSig"), "yahoo signature"),
    signature(Id("ymail_android_signature"), "yahoo signature"),
    quote(Class("aolReplacedBody"), "aol"),
    // Proton, Tuta, Fastmail
    quote(Class("protonmail_quote"), "proton"),
    signature(Class("protonmail_signature_block"), "proton signature"),
    quote(Class("tutanota_quote"), "tuta"),
    signature(Class("tutaSignature"), "tuta signature"),
    quote(Id("qt"), "fastmail"),
    // servers with webmail of their own
    rest(Attr("data-marker", "__HEADERS__"), "zimbra"),
    rest(Attr("data-marker", "__DIVIDER__"), "zimbra"),
    quote(Attr("data-marker", "__QUOTED_TEXT__"), "zimbra"),
    signature(Attr("data-marker", "__SIG_PRE__"), "zimbra signature"),
    signature(Attr("data-marker", "__SIG_POST__"), "zimbra signature"),
    rest(Id("zwchr"), "zimbra"),
    heading(Id("reply-intro"), "roundcube"),
    signature(Id("_rc_sig"), "roundcube signature"),
    signature(Class("io-ox-signature"), "open-xchange signature"),
    quote(Class("mimepartdata"), "horde"),
    quote(Class("ik_mail_quote"), "infomaniak"),
    // providers
    quote(Attr("name", "quote"), "gmx"),
    quote(Class("mail-quote-collapse"), "mail.ru"),
    quote(Class("mailru-blockquote"), "mail.ru"),
    signature(Attr("data-signature-widget", "container"), "mail.ru signature"),
    quote(Element("includetail"), "qq"),
    quote(Id("original-content"), "qq"),
    signature(Element("sign"), "qq signature"),
    quote(Id("isReplyContent"), "netease"),
    forward(Id("isForwardContent"), "netease"),
    quote(Class("ntes-mailmaster-quote"), "netease"),
    quote(Id("ntes-mailmaster-quote"), "netease"),
    signature(Id("divNeteaseMailCard"), "netease signature"),
    signature(Id("ntes-pcmac-signature"), "netease signature"),
    quote(Class("nh_extra"), "wp.pl"),
    quote(Class("zmail_extra"), "zoho"),
    quote(Id("blockquote_zmail"), "zoho"),
    signature(Id("Zm-_Id_-Sgn"), "zoho signature"),
    // telephones
    signature(Id("composer_signature"), "samsung signature"),
    quote(Class("quoted_body"), "samsung"),
    quote(Id("mail_android_quote"), "android"),
    signature(Class("k9mail-signature"), "k-9 signature"),
    quote(Class("cm_quote"), "newton"),
    signature(Class("cm_signature"), "newton signature"),
    // programs
    quote(Attr("name", "messageReplySection"), "spark"),
    signature(Attr("name", "messageSignatureSection"), "spark signature"),
    signature(Class("sh-signature"), "superhuman signature"),
    heading(Class("airmail_on"), "airmail"),
    quote(Class("AirmailQuote"), "airmail"),
    signature(Start("bloop_sign"), "airmail signature"),
    quote(Class("nylas-quote"), "mailspring"),
    signature(Element("signature"), "mailspring signature"),
    quote(Class("MailContainerBody"), "em client"),
    quote(Class("history_container"), "mailbird"),
    signature(Class("mb_sig"), "mailbird signature"),
    quote(Id("replyBlockquote"), "quote element"),
    signature(Class("signature"), "signature element"),
    // help desks and shared inboxes
    quote(Class("front-blockquote"), "front"),
    signature(Class("front-signature"), "front signature"),
    quote(Class("missive_quote"), "missive"),
    quote(Class("freshdesk_quote"), "freshdesk"),
    quote(Class("hs_reply"), "hubspot"),
];

/// The mark that an element bears, if any: the first in the table where it bears several.
pub(super) fn mark_of(tree: &Tree, id: usize) -> Option<&'static Mark> {
    let name = tree.name(id);
    let mut found = index().get(&("", name)).copied();
    let mut look = |attr: &str, value: &str| {
        let known = index().get(&(attr, value)).copied();
        found = [found, known].into_iter().flatten().min();
    };
    for attr in tree.attrs(id) {
        match &*attr.name.local {
            "class" => attr.value.split_ascii_whitespace().map(bare).for_each(|word| look("class", word)),
            "id" => look("id", bare(attr.value.trim())),
            // Outlook's line; of other elements it says whether the keyboard reaches them
            "tabindex" if name != "hr" => {}
            "type" if name != "blockquote" => {}
            other if attributes().contains(&other) => look(other, attr.value.trim()),
            _ => {}
        }
    }
    found.and_then(|at| MARKS.get(at))
}

/// A name without what webmail puts around names that are not its own: `x_` (Outlook), `m_123` and `gmail-` (Gmail), `yiv123` and
/// `ydp1a2b3c4d` (Yahoo), `ecx` (Hotmail), `aolmail_`, `_mr_css_attr` (mail.ru). Of names that differ in their end, the beginning.
fn bare(name: &str) -> &str {
    let mut name = name.strip_suffix("_mr_css_attr").unwrap_or(name);
    let hex = |c: char| c.is_ascii_hexdigit();
    let digit = |c: char| c.is_ascii_digit();
    loop {
        let numbered = |prefix: &str, is: &dyn Fn(char) -> bool, most: usize| {
            let rest = name.strip_prefix(prefix)?;
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            let count = rest.chars().take(most).take_while(|c| is(*c)).count();
            rest.get(count..).filter(|_| count > 4)
        };
        let stripped = name
            .strip_prefix("x_")
            .or_else(|| numbered("m_", &digit, 30))
            .or_else(|| name.strip_prefix("m_"))
            .or_else(|| numbered("yiv", &digit, 20))
            .or_else(|| numbered("ydp", &hex, 8))
            .or_else(|| name.strip_prefix("gmail-"))
            .or_else(|| name.strip_prefix("ecx"))
            .or_else(|| name.strip_prefix("aolmail_"));
        match stripped {
            Some(rest) if !rest.is_empty() => name = rest,
            _ => break,
        }
    }
    starts().iter().find(|start| name.starts_with(**start)).copied().unwrap_or(name)
}

/// The rows by attribute (none: the element) and value.
fn index() -> &'static HashMap<(&'static str, &'static str), usize> {
    static INDEX: LazyLock<HashMap<(&'static str, &'static str), usize>> = LazyLock::new(|| {
        let mut index = HashMap::new();
        for (row, mark) in MARKS.iter().enumerate().rev() {
            let keys = match mark.at {
                Element(name) => vec![("", name)],
                Class(class) => vec![("class", class)],
                Id(id) => vec![("id", id)],
                Start(start) => vec![("class", start), ("id", start)],
                Attr(attr, value) => vec![(attr, value)],
            };
            index.extend(keys.into_iter().map(|key| (key, row)));
        }
        index
    });
    &INDEX
}

/// Names that differ in their end.
fn starts() -> &'static [&'static str] {
    static STARTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let starts = MARKS.iter().filter_map(|mark| match mark.at {
            Start(start) => Some(start),
            _ => None,
        });
        starts.collect()
    });
    &STARTS
}

/// Attributes other than classes and ids that tell.
fn attributes() -> &'static [&'static str] {
    static ATTRIBUTES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let told = MARKS.iter().filter_map(|mark| match mark.at {
            Attr(attr, _) => Some(attr),
            _ => None,
        });
        let mut attributes: Vec<_> = told.collect();
        attributes.sort_unstable();
        attributes.dedup();
        attributes
    });
    &ATTRIBUTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_behind_the_prefixes_of_webmail() {
        for (dressed, name) in [
            ("gmail_quote", "gmail_quote"),
            ("x_x_divRplyFwdMsg", "divRplyFwdMsg"),
            ("m_-4837261946gmail_signature", "gmail_signature"),
            ("m_4837261946x_divRplyFwdMsg", "divRplyFwdMsg"),
            ("yiv0384756102yahoo_quoted", "yahoo_quoted"),
            ("ydp1a2b3c4dyahoo_quoted", "yahoo_quoted"),
            ("gmail-moz-cite-prefix", "moz-cite-prefix"),
            ("ecxgmail_quote", "gmail_quote"),
            ("gmail_quote_mr_css_attr", "gmail_quote"),
            ("yahoo_quoted_8473625", "yahoo_quoted_"),
            ("x_", "x_"),
            ("", ""),
        ] {
            assert_eq!(bare(dressed), name);
        }
    }

    #[test]
    fn no_mark_stands_in_two_rows() {
        for (row, mark) in MARKS.iter().enumerate() {
            assert!(MARKS.iter().skip(row + 1).all(|other| other.at != mark.at), "{:?}", mark.at);
        }
    }
}
