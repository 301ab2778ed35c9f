//! Words that are nearly a line above a quote, a closing, a footer or a notice. Each stands alone in its mail: all of it is what
//! the person wrote.

use super::{GROUP, SUBJECT};
use crate::corpus::case::Case;
use crate::corpus::mail::{Part, Transfer};
use crate::corpus::words;

const NEARLY: &[(&str, &str, &str)] = &[
    (
        "wrote-at-ten",
        "en",
        "On Tue, Nov 3, 2026 at 10:15 AM the driver wrote:\n\"Nobody at home.\"\n\nI was at home all day.",
    ),
    (
        "wrote-at-ten",
        "de",
        "Am 3. November um 10:15 schrieb der Fahrer: niemand da.\nDas stimmt nicht, ich war zu Hause.",
    ),
    (
        "wrote-at-ten",
        "fr",
        "Le 3 novembre à 10:15, le livreur a écrit :\n« absente ».\n\nJ'étais chez moi toute la journée.",
    ),
    ("wrote-at-ten", "ru", "03.11.2026 10:15 курьер пишет: никого нет.\nЯ была дома весь день."),
    ("arrived-at-ten", "ja", "2026年11月3日(火) 10:15 に届きました:\n箱が壊れていました。"),
    ("arrived-at-ten", "zh-Hans", "2026年11月3日 10:15 收到包裹：\n盒子坏了。"),
    (
        "history-of-an-order",
        "en",
        "3 Nov 2026 10:15: ordered\n4 Nov 2026 09:00: paid\n5 Nov 2026 17:30: nothing\n\nWhere is it?",
    ),
    (
        "chat-exported",
        "de",
        "[03.11.26, 10:15:00] Jörg: Wann kommt ihr?\n[03.11.26, 10:16:10] Fahrer: Morgen.\n\nDas war vor einer Woche.",
    ),
    (
        "chat-exported-with-dashes",
        "es",
        "3/11/26, 10:15 - Íñigo: ¿Cuándo vienen?\n3/11/26, 10:16 - Repartidor: Mañana.\n\nDe eso hace una semana.",
    ),
    ("letter-with-a-heading", "en", "Subject: return of order 1042\n\nDear Ada,\n\nI send it back tomorrow."),
    (
        "letter-with-a-heading",
        "de",
        "Betreff: Rückgabe der Bestellung 1042\n\nSehr geehrte Frau Byron,\n\nich schicke sie morgen zurück.",
    ),
    ("letter-with-a-date", "en", "Date: 3 November 2026\nReference: 1042\n\nDear Ada,\n\nthe lid is bent."),
    ("holiday", "en", "We are away\n\nFrom: 3 November\nTo: 9 November\n\nso please deliver after that."),
    ("wishes", "en", "Best wishes for the new year, and please cancel order 1042."),
    ("regards-to-someone", "en", "The key was in the box.\n\nKind regards to Bob, who found it."),
    ("regards-to-someone", "de", "Viele Grüße an Frau Byron!\nDas Paket fehlt leider noch immer."),
    ("regards-to-someone", "es", "Saludos a todos:\n¿a qué hora abren el sábado?"),
    (
        "regards-in-a-sentence",
        "de",
        "Mit freundlichen Grüßen an Ihre Kollegin möchte ich nur sagen:\nes ist angekommen.",
    ),
    (
        "confidence",
        "en",
        "This message is confidential, so please read it alone:\nI am moving out and need a new address in the order.",
    ),
    ("environment", "en", "Please consider the environment: send my invoice as a PDF, not on paper."),
    ("outlook-as-content", "en", "Get Outlook for iOS, said your page.\nWhich version do I need?"),
    ("telephone-as-content", "en", "Sent from my iPad the picture looks green.\nIs the coat green?"),
    ("virus-as-content", "en", "Virus-free is what you promised,\nand now my disk is full of advertisements."),
    ("link-as-content", "en", "To unsubscribe I pressed the link:\nit ends in an error."),
    ("received-as-content", "en", "You received my coat on Monday.\nWhen do I get the money back?"),
    ("dash-before-a-line", "en", "- the lid\n- the key\n-- and the box itself\n\nare what I miss."),
    (
        "rule-of-underscores",
        "en",
        "Page one\n________________________________\nPage two\n\nis how my print looks: what is wrong?",
    ),
    (
        "begin-forwarded",
        "en",
        "Begin forwarded message: is what my program writes above your mail.\nCan I switch that off?",
    ),
    ("quoted-greater-than", "en", "If a > b and b > c:\n> then a > c\nsays the book. Is that the one you sell?"),
    ("number-then-colon", "fr", "3 novembre 2026 :\ncolis reçu, boîte abîmée."),
];

pub(super) fn cases() -> Vec<Case> {
    let case = |(name, code, text): &(&str, &str, &str)| {
        let words = words::of(code);
        let body = Part::text("plain", "utf-8", Transfer::Quoted, &format!("{text}\n"));
        Case::reply(GROUP, &format!("nearly-{code}-{name}"), words.person, SUBJECT, body).text(text)
    };
    NEARLY.iter().map(case).collect()
}
