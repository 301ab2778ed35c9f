//! What puts mails into one thread: Message-IDs, In-Reply-To, References (RFC 5322 §3.6.4) and the subject.
//!
//! Ids are handled without their angle brackets everywhere; [`crate::compose`] adds them.

/// A Message-ID that Segue (or an installation it was imported from) made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnId {
    /// `conversation/UUID/messages/ID@D`: one mail.
    Message {
        /// The conversation's UUID, lower case.
        conversation: String,
        /// Number of the last message in that mail.
        message: i64,
    },
    /// `account/A/conversation/UUID@D`: the root that a thread hangs from, never sent itself.
    Conversation {
        /// Number of the account.
        account: i64,
        /// The conversation's UUID, lower case.
        conversation: String,
    },
}

impl OwnId {
    /// The conversation's UUID, lower case with hyphens.
    pub fn conversation(&self) -> &str {
        match self {
            Self::Message { conversation, .. } | Self::Conversation { conversation, .. } => conversation,
        }
    }

    /// Recognises both patterns, in any case, whatever the domain.
    pub fn parse(id: &str) -> Option<Self> {
        let id = id.trim().trim_start_matches('<').trim_end_matches('>');
        let (left, _domain) = id.rsplit_once('@')?;
        let left = left.to_ascii_lowercase();
        match left.split('/').collect::<Vec<_>>()[..] {
            ["conversation", uuid, "messages", message] => {
                Some(Self::Message { conversation: uuid_of(uuid)?, message: number(message)? })
            }
            ["account", account, "conversation", uuid] => {
                Some(Self::Conversation { account: number(account)?, conversation: uuid_of(uuid)? })
            }
            _ => None,
        }
    }
}

fn uuid_of(text: &str) -> Option<String> {
    let shape = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').collect();
    let fits = parts.len() == shape.len()
        && parts.iter().zip(shape).all(|(part, len)| part.len() == len && part.bytes().all(|b| b.is_ascii_hexdigit()));
    fits.then(|| text.to_owned())
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// `conversation/UUID/messages/ID@domain`, the Message-ID of an outgoing mail.
pub fn message_id(conversation: &str, message: i64, domain: &str) -> String {
    format!("conversation/{conversation}/messages/{message}@{domain}")
}

/// `account/A/conversation/UUID@domain`, the root of a conversation's thread.
pub fn root_id(account: i64, conversation: &str, domain: &str) -> String {
    format!("account/{account}/conversation/{conversation}@{domain}")
}

/// How many ids a References header carries at most.
pub const MAX_REFERENCES: usize = 20;

/// The References of a new mail: the root first, then the latest of what came before, `in_reply_to` last; at most
/// [`MAX_REFERENCES`], each once.
pub fn references<'a>(
    root: &str,
    earlier: impl IntoIterator<Item = &'a str>,
    in_reply_to: Option<&str>,
) -> Vec<String> {
    let mut ids: Vec<&str> = Vec::new();
    for id in earlier.into_iter().filter(|id| *id != root && Some(*id) != in_reply_to) {
        if !ids.contains(&id) {
            ids.push(id);
        }
        // bounded: only the latest can be wanted, and the search above stays short
        if ids.len() > MAX_REFERENCES {
            ids.remove(0);
        }
    }
    ids.extend(in_reply_to.filter(|id| *id != root));
    let from = ids.len().saturating_sub(MAX_REFERENCES - 1);
    std::iter::once(root).chain(ids.into_iter().skip(from)).map(str::to_owned).collect()
}

/// Longest id that is taken seriously; a header line may have 998 characters (RFC 5322 §2.1.1).
const MAX_ID: usize = 998;

/// The ids in a Message-ID, In-Reply-To or References value: whatever stands in angle brackets, else bare words with an `@`.
/// Blanks inside brackets (from broken folding) are taken out. At most 200, the latest ones.
pub fn ids_in(value: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for piece in value.split('<').skip(1) {
        let Some((id, _)) = piece.split_once('>') else { continue };
        ids.push(id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect());
    }
    if ids.is_empty() {
        let bare = value.split(|c: char| c.is_whitespace() || c == ',').filter(|word| word.contains('@'));
        ids.extend(bare.map(|word| word.trim_matches(['<', '>']).to_owned()));
    }
    ids.retain(|id| !id.is_empty() && id.len() <= MAX_ID);
    let from = ids.len().saturating_sub(200);
    ids.drain(..from);
    ids
}

/// Words that clients of many languages put before a subject when answering, lower case, without the colon.
const REPLY_PREFIXES: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "odp",
    "ynt",
    "yan",
    "rif",
    "res",
    "resp",
    "rv",
    "ré",
    "vá",
    "bls",
    "atb",
    "odg",
    "απ",
    "σχετ",
    "отв",
    "ответ",
    "відп",
    "回复",
    "回覆",
    "答复",
    "返信",
    "답장",
    "رد",
    "השב",
    "תגובה",
    "ตอบ",
    "trả lời",
];

/// The subject without the reply prefixes in front of it, repeated and counted (`Re[2]:`, `Re(3):`) ones too.
pub fn base_subject(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((head, tail)) = rest.split_once([':', '：']) {
        let word =
            head.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^* ".contains(c)).to_lowercase();
        if !REPLY_PREFIXES.contains(&word.as_str()) {
            break;
        }
        rest = tail.trim_start();
    }
    rest
}

/// `Re: <subject>` with a single prefix, whatever prefixes were there.
pub fn reply_subject(subject: &str) -> String {
    format!("Re: {}", base_subject(subject)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "5a1c2f34-0000-4000-8000-0123456789ab";

    #[test]
    fn own_ids_are_read_back() {
        let id = message_id(UUID, 42, "d.example");
        assert_eq!(OwnId::parse(&id), Some(OwnId::Message { conversation: UUID.into(), message: 42 }));
        assert_eq!(OwnId::parse(&format!("<{}>", id.to_uppercase())).as_ref().map(OwnId::conversation), Some(UUID));
        let root = root_id(7, UUID, "other.example");
        assert_eq!(OwnId::parse(&root), Some(OwnId::Conversation { account: 7, conversation: UUID.into() }));
    }

    #[test]
    fn foreign_ids_are_not_ours() {
        for id in [
            "CA+x@mail.gmail.com",
            "conversation/x/messages/1@d",
            "account/1/conversation/@d",
            "conversation//messages/@d",
            "",
            "@",
            "conversation/5a1c2f34-0000-4000-8000-0123456789ab/messages/99999999999999999999@d",
        ] {
            assert_eq!(OwnId::parse(id), None, "{id}");
        }
    }

    #[test]
    fn references_start_at_the_root_and_keep_the_latest() {
        let earlier: Vec<String> = (0..50).map(|n| format!("m{n}@x")).collect();
        let ids = references("root@d", earlier.iter().map(String::as_str), Some("m49@x"));
        assert_eq!(ids.len(), MAX_REFERENCES);
        assert_eq!((ids[0].as_str(), ids[1].as_str(), ids[19].as_str()), ("root@d", "m31@x", "m49@x"));
        assert_eq!(references("root@d", ["root@d", "a@x", "a@x"], Some("root@d")), ["root@d", "a@x"]);
        assert_eq!(references("root@d", [], None), ["root@d"]);
    }

    #[test]
    fn ids_are_found_in_good_and_bad_headers() {
        assert_eq!(ids_in("<a@x> <b@y>\t<c @z>"), ["a@x", "b@y", "c@z"]);
        assert_eq!(ids_in("Your message of Monday <a@x>"), ["a@x"]);
        assert_eq!(ids_in("a@x, b@y"), ["a@x", "b@y"]);
        assert_eq!(ids_in("<> nothing < <"), Vec::<String>::new());
    }

    #[test]
    fn re_is_never_doubled() {
        for subject in [
            "Order 7",
            "Re: Order 7",
            "RE: re: Order 7",
            "AW: Re: Order 7",
            "Re[2]: Order 7",
            "Ynt: SV: Order 7",
            "回复：Order 7",
            "  Re : Order 7",
        ] {
            assert_eq!(reply_subject(subject), "Re: Order 7", "{subject}");
        }
        assert_eq!(reply_subject("Question: where?"), "Re: Question: where?");
        assert_eq!(reply_subject(""), "Re:");
    }
}
