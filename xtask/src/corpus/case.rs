//! One mail of the corpus with what is to be read from it.

use serde_json::{Map, Value, json};

use super::mail::{Mail, Part};

/// The address that answers go to.
pub(crate) const REPLY_TO: &str = "reply+0123456789abcdef0123456789abcdef@in.acme.example";
/// The id of the mail that is answered, without brackets.
pub(crate) const ANSWERED: &str = "conversation/5a1c2f34-0000-4000-8000-0123456789ab/messages/42@in.acme.example";
/// The id that the thread began with, without brackets.
pub(crate) const ROOT: &str = "account/1/conversation/5a1c2f34-0000-4000-8000-0123456789ab@in.acme.example";

/// A mail, its name and the expectation.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Folder.
    pub(crate) group: &'static str,
    /// File name without its ending.
    pub(crate) name: String,
    /// The mail.
    pub(crate) mail: Mail,
    /// What is true of it by construction; nothing else is compared.
    pub(crate) expected: Map<String, Value>,
}

impl Case {
    /// A customer's answer by mail: the usual header fields and their expectations.
    pub(crate) fn reply(group: &'static str, name: &str, from: (&str, &str), subject: &str, body: Part) -> Self {
        let id = format!("{group}-{name}@x.example").replace(' ', "-");
        let encoded = |text: &str| super::encode::words(text, "UTF-8").unwrap_or_default();
        let headers = [
            ("From", mailbox(from, "UTF-8")),
            ("To", format!("<{REPLY_TO}>")),
            ("Subject", encoded(subject)),
            ("Date", "Tue, 3 Nov 2026 12:40:07 +0000".into()),
            ("Message-ID", format!("<{id}>")),
            ("In-Reply-To", format!("<{ANSWERED}>")),
            ("References", format!("<{ROOT}>\n <{ANSWERED}>")),
            ("MIME-Version", "1.0".into()),
        ];
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let mut case =
            Self { group, name: name.to_owned(), mail: Mail { headers, body }, expected: Map::new() }.kind("human");
        case.expected.insert("attachments".into(), json!([]));
        case.expected.insert("from".into(), json!({"address": from.1, "name": named(from.0)}));
        case.expected.insert("in_reply_to".into(), json!([ANSWERED]));
        case.expected.insert("subject".into(), json!(subject));
        case
    }

    /// An answer written anew: no mail is answered that the header fields name.
    pub(crate) fn unthreaded(mut self) -> Self {
        self.mail = self.mail.without("In-Reply-To").without("References");
        self.key("in_reply_to", json!([]))
    }

    /// Changes the mail.
    pub(crate) fn mail(mut self, change: impl FnOnce(Mail) -> Mail) -> Self {
        self.mail = change(self.mail);
        self
    }

    /// Adds a header field.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.mail(|mail| mail.with(name, value))
    }

    /// What kind of mail it is.
    pub(crate) fn kind(self, kind: &str) -> Self {
        self.key("kind", json!(kind))
    }

    /// Another expectation at the top.
    pub(crate) fn key(mut self, key: &str, value: Value) -> Self {
        self.expected.insert(key.to_owned(), value);
        self
    }

    /// Nothing is promised of this.
    pub(crate) fn silent(mut self, key: &str) -> Self {
        self.expected.remove(key);
        self
    }

    /// Attached files: name, media type, whether they belong into the text.
    pub(crate) fn attachments(self, files: &[(Option<&str>, &str, bool)]) -> Self {
        let file = |(name, kind, inline): &(Option<&str>, &str, bool)| json!({"content_type": kind, "inline": inline, "name": name});
        let files: Vec<Value> = files.iter().map(file).collect();
        self.key("attachments", json!(files))
    }

    /// Names of files that are attached, whatever else is.
    pub(crate) fn named(self, names: &[&str]) -> Self {
        self.silent("attachments").key("attachments_named", json!(names))
    }

    /// What the person wrote, line by line.
    pub(crate) fn text(self, text: &str) -> Self {
        self.of_reply("text", json!(text.trim_matches('\n')))
    }

    /// The signature, of which only the words count.
    pub(crate) fn signature(self, signature: &str) -> Self {
        self.of_reply("signature", json!(signature.trim()))
    }

    /// Words that the history holds.
    pub(crate) fn quoted(self, words: &[&str]) -> Self {
        self.of_reply("quoted_contains", json!(words))
    }

    /// Words that the text holds, where its layout is a matter of taste.
    pub(crate) fn contains(self, words: &[&str]) -> Self {
        self.of_reply("text_contains", json!(words))
    }

    /// Words that the text must not hold.
    pub(crate) fn lacks(self, words: &[&str]) -> Self {
        self.of_reply("text_lacks", json!(words))
    }

    fn of_reply(mut self, key: &str, value: Value) -> Self {
        let reply = self.expected.entry("reply").or_insert_with(|| json!({}));
        if let Some(reply) = reply.as_object_mut() {
            reply.insert(key.to_owned(), value);
        }
        self
    }

    /// The expectation as it is committed.
    pub(crate) fn json(&self) -> String {
        format!("{:#}\n", Value::Object(self.expected.clone()))
    }
}

/// `name <address>` as a header field has it, the name encoded in a charset where it is not ASCII.
pub(crate) fn mailbox((name, address): (&str, &str), charset: &str) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    let special = name.contains(['.', ',', '(', ')', '@', ':', ';']);
    let encoded = super::encode::words(name, charset).unwrap_or_default();
    if special && name.is_ascii() { format!("\"{name}\" <{address}>") } else { format!("{encoded} <{address}>") }
}

fn named(name: &str) -> Option<&str> {
    Some(name).filter(|name| !name.is_empty())
}
