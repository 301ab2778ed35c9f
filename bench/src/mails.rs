//! Reply mails as people's programs write them, each unlike every other.

use crate::{desk::Correspondent, server::DOMAIN};
use std::fmt::Write;

/// What a mail is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// About 4 KB of plain text, the larger part of it quoted.
    Plain,
    /// About 40 KB, plain and HTML alternatives, most of it quoted.
    Html,
}

const WORDS: &[&str] = &[
    "blue",
    "order",
    "tuesday",
    "parcel",
    "thanks",
    "again",
    "number",
    "delivery",
    "street",
    "colour",
    "morning",
    "refund",
    "address",
    "waiting",
    "smaller",
    "perhaps",
    "question",
    "invoice",
    "which",
    "several",
    "weather",
    "already",
    "without",
    "because",
    "together",
    "yesterday",
];

/// The bytes of mail number `number`, written by `from`.
pub(crate) fn mail(form: Form, number: usize, from: &Correspondent) -> Vec<u8> {
    let Correspondent { token, address } = from;
    let mut words = Chooser(number as u64 + 1);
    let fresh = format!("Dear team,\r\n\r\n{}\r\n\r\nThis is mail {number}.\r\n\r\nBest,\r\nVera", words.text(90, ""));
    let mut mail = String::with_capacity(if form == Form::Plain { 4500 } else { 42_000 });
    // The headers that a large provider's mail has by the time it arrives; writing to a String cannot fail.
    let _ = write!(
        mail,
        "Return-Path: <{address}>\r\nReceived: from mx.customer.example (mx.customer.example [192.0.2.44])\r\n\tby in.acme.example with ESMTPS id {number:016x}\r\n\t\
         for <reply+{token}@{DOMAIN}>; Sun, 22 Nov 2026 10:00:00 +0000\r\nReceived: by mx.customer.example with SMTP id a{number:x}; Sun, 22 Nov 2026 02:00:00 -0800\r\n\
         MIME-Version: 1.0\r\nReferences: <account/1/conversation@{DOMAIN}>\r\nFrom: Vera Example <{address}>\r\n\
         Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{number:x}.{token}@customer.example>\r\nSubject: Re: [#1] New messages on this conversation\r\n\
         To: Ann from Acme <reply+{token}@{DOMAIN}>\r\n"
    );
    let quoted = |words: &mut Chooser, most| words.text(most, "> ");
    match form {
        Form::Plain => {
            let _ = write!(
                mail,
                "Content-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{fresh}\r\n\r\n\
                 On Sat, Nov 21, 2026 at 9:00 AM Ann from Acme <reply+{token}@{DOMAIN}> wrote:\r\n\r\n{}\r\n",
                quoted(&mut words, 310)
            );
        }
        Form::Html => {
            let old = words.text(1600, "");
            let paragraphs = old.replace("\r\n", "</p>\r\n<p style=\"margin:0 0 8px 0;font-family:Arial,sans-serif\">");
            let _ = write!(
                mail,
                "Content-Type: multipart/alternative; boundary=\"b{number:x}\"\r\n\r\n--b{number:x}\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\r\n{fresh}\r\n\r\n\
                 On Sat, Nov 21, 2026 at 9:00 AM Ann from Acme <reply+{token}@{DOMAIN}> wrote:\r\n\r\n{}\r\n\
                 --b{number:x}\r\nContent-Type: text/html; charset=\"UTF-8\"\r\n\r\n<div dir=\"ltr\">{}</div><br>\r\n\
                 <div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Sat, Nov 21, 2026 at 9:00 AM Ann from Acme &lt;<a href=\"mailto:reply+{token}@{DOMAIN}\">reply+{token}@{DOMAIN}</a>&gt; wrote:<br></div>\r\n\
                 <blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">\r\n\
                 <p>{paragraphs}</p>\r\n</blockquote></div>\r\n--b{number:x}--\r\n",
                quoted(&mut words, 1500),
                fresh.replace("\r\n", "<br>\r\n")
            );
        }
    }
    mail.into_bytes()
}

/// Words in an order that depends on the mail's number alone (xorshift64).
struct Chooser(u64);

impl Chooser {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0)
    }

    /// `count` words in lines, each line begun with `prefix`.
    fn text(&mut self, count: usize, prefix: &str) -> String {
        let mut text = String::with_capacity(count * 9);
        for index in 0..count {
            match index % 11 {
                0 if index > 0 => text.push_str("\r\n"),
                0 => {}
                _ => text.push(' '),
            }
            if index % 11 == 0 {
                text.push_str(prefix);
            }
            text.push_str(WORDS.get(self.next() % WORDS.len()).copied().unwrap_or_default());
        }
        text
    }
}
