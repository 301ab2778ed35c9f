//! Two mails like those of the ingest measurement: about 4 KB of plain text and about 40 KB in both alternatives, most of it quoted.

use std::fmt::Write;

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

const ATTRIBUTION: &str =
    "On Sat, Nov 21, 2026 at 9:00 AM Ann from Acme <reply+0123456789abcdef0123456789abcdef@in.acme.example> wrote:";

/// The headers that a large provider's mail has by the time it arrives.
fn headers() -> String {
    "Return-Path: <vera@customer.example>\r\nReceived: from mx.customer.example (mx.customer.example [192.0.2.44])\r\n\
     \tby in.acme.example with ESMTPS id 01; Sun, 22 Nov 2026 10:00:00 +0000\r\nReceived: by mx.customer.example with SMTP id a1;\r\n\
     \tSun, 22 Nov 2026 02:00:00 -0800\r\nMIME-Version: 1.0\r\nReferences: <account/1/conversation@in.acme.example>\r\n\
     From: Vera Example <vera@customer.example>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@customer.example>\r\n\
     Subject: Re: [#1] New messages on this conversation\r\n\
     To: Ann from Acme <reply+0123456789abcdef0123456789abcdef@in.acme.example>\r\n"
        .to_owned()
}

fn fresh() -> String {
    format!("Dear team,\r\n\r\n{}\r\n\r\nThis is mail 1.\r\n\r\nBest,\r\nVera", text(90, ""))
}

pub(super) fn plain() -> Vec<u8> {
    let mut mail = headers();
    let body = format!("{}\r\n\r\n{ATTRIBUTION}\r\n\r\n{}\r\n", fresh(), text(310, "> "));
    let _ =
        write!(mail, "Content-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}");
    mail.into_bytes()
}

pub(super) fn html() -> Vec<u8> {
    let mut mail = headers();
    let paragraphs =
        text(1600, "").replace("\r\n", "</p>\r\n<p style=\"margin:0 0 8px 0;font-family:Arial,sans-serif\">");
    let _ = write!(
        mail,
        "Content-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\r\n\
         {fresh}\r\n\r\n{ATTRIBUTION}\r\n\r\n{quoted}\r\n--b1\r\nContent-Type: text/html; charset=\"UTF-8\"\r\n\r\n\
         <div dir=\"ltr\">{shown}</div><br>\r\n<div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{attribution}<br></div>\r\n\
         <blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">\r\n\
         <p>{paragraphs}</p>\r\n</blockquote></div>\r\n--b1--\r\n",
        fresh = fresh(),
        quoted = text(1500, "> "),
        shown = fresh().replace("\r\n", "<br>\r\n"),
        attribution = ATTRIBUTION.replace('<', "&lt;").replace('>', "&gt;"),
    );
    mail.into_bytes()
}

/// `count` words in lines, each begun with `prefix` (xorshift64, always the same).
fn text(count: usize, prefix: &str) -> String {
    let mut state = 2_u64;
    let mut text = String::with_capacity(count * 9);
    for index in 0..count {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        match index % 11 {
            0 if index > 0 => text.push_str("\r\n"),
            0 => {}
            _ => text.push(' '),
        }
        if index % 11 == 0 {
            text.push_str(prefix);
        }
        let word = usize::try_from(state >> 33).unwrap_or_default() % WORDS.len();
        text.push_str(WORDS.get(word).copied().unwrap_or_default());
    }
    text
}
