//! Answers to the mail that Segue itself sends: its table, its line about answering, its links, quoted by several programs.

use super::case::{Case, REPLY_TO};
use super::clients::{find, gmail, outlook, thunderbird};
use super::mail::{Part, Transfer};
use super::text::{quoted, with_breaks, wrapped};
use super::words::{self, Words};

const GROUP: &str = "ours";

/// Language, date in our mail, what it says about answering, what is above older messages, how to stop it.
const SAID: &[(&str, &str, &str, &str, &str)] = &[
    (
        "en",
        "3 Nov 2026, 09:15 UTC",
        "Answer this mail, or continue in the chat",
        "Earlier in this conversation",
        "Stop these mails",
    ),
    (
        "de",
        "03.11.2026, 09:15 UTC",
        "Antworten Sie auf diese Mail, oder weiter im Chat",
        "Früher in diesem Gespräch",
        "Keine solchen Mails mehr",
    ),
    (
        "fr",
        "03/11/2026, 09:15 UTC",
        "Répondez à ce message, ou continuez dans le chat",
        "Plus tôt dans cette conversation",
        "Ne plus recevoir ces messages",
    ),
    (
        "ja",
        "2026/11/03 09:15 UTC",
        "このメールに返信するか、チャットで続ける",
        "これまでのやりとり",
        "このメールの配信を停止する",
    ),
    ("zh-Hans", "2026/11/03 09:15 UTC", "回复此邮件，或在聊天中继续", "此前的对话", "不再接收此类邮件"),
];

const LINK: &str = "https://support.acme.example/continue/8f14e45fceea167a";

pub(crate) fn cases() -> Vec<Case> {
    SAID.iter().flat_map(|(code, date, answer, earlier, stop)| {
        let words = words::of(code);
        let mail = Mail {
            plain: format!(
                "Ada Byron, {date}:\n\n{}\n\n{answer}:\n{LINK}\n\n{earlier}\n\n{}, {date}:\n{}\n\n{stop}: {LINK}/stop",
                words.history(),
                words.person.0,
                words.greeting
            ),
            html: html(words, date, answer, earlier, stop),
        };
        [plainly(words, &mail), in_gmail(words, &mail), in_outlook(words, &mail), in_thunderbird(words, &mail), without_a_mark(words, &mail)]
    }).collect()
}

struct Mail {
    plain: String,
    html: String,
}

fn html(words: &Words, date: &str, answer: &str, earlier: &str, stop: &str) -> String {
    format!(
        "<table role=\"presentation\" width=\"100%\"><tr><td align=\"center\" style=\"padding:24px 16px\"><table role=\"presentation\" style=\"max-width:600px\"><tr><td style=\"padding:0 0 24px\"><table role=\"presentation\"><tr><td width=\"32\">A</td><td><div>Ada Byron</div><div>{date}</div></td></tr></table><div style=\"padding-top:12px\"><p>{}</p><p>{}</p></div></td></tr><tr><td style=\"border-top:1px solid #e7e4de;padding:16px 0\"><a href=\"{LINK}\">{answer}</a>.</td></tr><tr><td><details><summary>{earlier}</summary><div>{}, {date}</div><div>{}</div></details></td></tr><tr><td><a href=\"{LINK}/stop\">{stop}</a></td></tr></table></td></tr></table>",
        words.asked[0], words.asked[1], words.person.0, words.greeting
    )
}

fn case(words: &Words, name: &str, body: Part) -> Case {
    let subject = format!("Re: [#7] {}", words.subject);
    let case = Case::reply(GROUP, &format!("{}-{name}", words.code), words.person, &subject, body);
    case.text(words.second).quoted(&[words.asked[0]])
}

fn plain(text: &str) -> Part {
    Part::text("plain", "utf-8", Transfer::Quoted, &format!("{text}\n"))
}

/// Gmail's plain version, the reply address in the line above the quote.
fn plainly(words: &Words, mail: &Mail) -> Case {
    let line = find(gmail::LINES, words.code).unwrap_or_default();
    let line = line.replace("{name}", "Ada Byron (Acme)").replace("{mail}", REPLY_TO);
    let text = format!("{}\n\n{}\n\n{}", words.second, wrapped(&line, 78), quoted(&wrapped(&mail.plain, 76)));
    case(words, "gmail-plain", plain(&text))
}

fn in_gmail(words: &Words, mail: &Mail) -> Case {
    let bodies = gmail::reply(find(gmail::LINES, words.code).unwrap_or_default(), words.second, None, "@@");
    case(words, "gmail-html", Part::text("html", "utf-8", Transfer::Base64, &bodies.html.replace("@@", &mail.html)))
}

fn in_outlook(words: &Words, mail: &Mail) -> Case {
    let bodies = outlook::reply(outlook::of(words.code), words.person, words.subject, words.second, None, "@@");
    case(words, "outlook-html", Part::text("html", "utf-8", Transfer::Base64, &bodies.html.replace("@@", &mail.html)))
}

fn in_thunderbird(words: &Words, mail: &Mail) -> Case {
    let bodies = thunderbird::over(find(thunderbird::LINES, words.code).unwrap_or_default(), words.second, &mail.plain);
    case(words, "thunderbird-plain", plain(bodies.plain.trim_end()))
}

/// A program that puts a rule between both and says nothing else.
fn without_a_mark(words: &Words, mail: &Mail) -> Case {
    let page = format!(
        "<html><body><div>{}</div><div><br></div><blockquote style=\"margin:0;padding-left:8px;border-left:2px solid #999\">{}</blockquote></body></html>\n",
        with_breaks(words.second),
        mail.html
    );
    case(words, "bare-blockquote", Part::text("html", "utf-8", Transfer::Base64, &page))
}
