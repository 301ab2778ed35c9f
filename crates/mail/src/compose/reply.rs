//! A reply as a mail client makes it: threading headers, the history quoted below the words, in text and in HTML.

use super::{ComposeError, Letter, render};
use crate::html;
use crate::message::{Mail, Mailbox};
use crate::threading::{MAX_REFERENCES, reply_subject};

/// The bytes of a reply to `original` as Gmail would write it: to its Reply-To, with `In-Reply-To`, `References`, the original quoted
/// under `On …, … wrote:`. `message_id` stands without brackets.
pub fn reply_as_recipient(
    original: &Mail,
    text: &str,
    from: &Mailbox,
    date: jiff::Timestamp,
    message_id: &str,
) -> Result<Vec<u8>, ComposeError> {
    let to = if original.reply_to.is_empty() { original.from.clone() } else { original.reply_to.clone() };
    let mut references = original.references.clone();
    references.push(original.message_id.clone());
    let from_index = references.len().saturating_sub(MAX_REFERENCES);
    references.drain(..from_index);
    let intro = introduction(original);
    let quoted_html = original.html.clone().unwrap_or_else(|| html::from_text(&original.text));
    render(&Letter {
        from: from.clone(),
        to,
        subject: reply_subject(original.subject.as_deref().unwrap_or_default()),
        message_id: message_id.to_owned(),
        in_reply_to: Some(original.message_id.clone()),
        references,
        date,
        text: format!("{}\n\n{}\n\n{}", text.trim_end(), wrapped(&intro), quoted(&original.text)),
        html: Some(format!(
            "<div dir=\"ltr\">{}</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div>\
             <blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">{}\
             </blockquote></div>",
            html::from_text(text),
            html::escape(&intro),
            quoted_html
        )),
        ..Letter::default()
    })
}

fn introduction(original: &Mail) -> String {
    let author = original.author().map(|author| match &author.name {
        Some(name) => format!("{name} <{}>", author.address),
        None => format!("<{}>", author.address),
    });
    let date = original.date.map(|date| date.strftime("%a, %b %-d, %Y at %-I:%M %p").to_string());
    match (date, author) {
        (Some(date), Some(author)) => format!("On {date} {author} wrote:"),
        (Some(date), None) => format!("On {date} somebody wrote:"),
        (None, author) => format!("{} wrote:", author.unwrap_or_else(|| "Somebody".to_owned())),
    }
}

/// Broken before column 78, as clients do in plain text.
fn wrapped(line: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in line.split(' ') {
        let size = word.chars().count();
        if width > 0 && width + 1 + size > 77 {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += size;
    }
    out
}

fn quoted(text: &str) -> String {
    let line = |line: &str| {
        if line.is_empty() || line.starts_with('>') { format!(">{line}\n") } else { format!("> {line}\n") }
    };
    text.trim_end().lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn a_reply_threads_and_quotes() {
        let original = parse(&render(&crate::compose::tests::letter()).expect("a mail"));
        let from = Mailbox::new(Some("Jörg"), "jorg@x.example");
        let date = "2026-11-22T12:00:00Z".parse().expect("a date");
        let reply = parse(
            &reply_as_recipient(&original, "Yes, please <b>.\nThanks", &from, date, "r1@x.example").expect("a reply"),
        );
        assert_eq!(reply.reply_tokens().len(), 1);
        assert_eq!(reply.in_reply_to, std::slice::from_ref(&original.message_id));
        assert_eq!(reply.references.last(), Some(&original.message_id));
        assert!(reply.subject.as_deref().is_some_and(|subject| subject.starts_with("Re: [#7]")));
        assert!(
            reply.text.starts_with("Yes, please <b>.\nThanks\n\nOn Sun, Nov 22, 2026 at 10:00 AM Zoë"),
            "{}",
            reply.text
        );
        assert!(reply.text.contains("\n> Grüße = gut"), "{}", reply.text);
        assert!(
            reply
                .html
                .as_deref()
                .is_some_and(|html| html.contains("please &lt;b&gt;.<br>") && html.contains("gmail_quote"))
        );
    }
}
