//! Words that look like history, a header, a signature or a notice, and are none: all of them are what the person wrote.

use super::{BELOW, plain};
use crate::corpus::case::Case;

/// Name and words; each stands once alone in its mail or above history, by turns.
const KEPT: &[(&str, &str)] = &[
    (
        "row-of-dashes",
        "Here is what I measured:\n\n----------------\nwidth 40\nheight 60\n----------------\n\nIs that enough for you?",
    ),
    (
        "row-of-underscores",
        "I filled in the form:\n\nName: Ann Lee\nSize: L\nColour: ______________\n\nWhat belongs into the last line?",
    ),
    ("shell-prompts", "I typed this:\n\n> cd shop\n> ls\nread.me\n\nand after that the window stayed black."),
    (
        "log-lines",
        "The log says:\n\n2026-11-03 10:15:01 ERROR disk full\n2026-11-03 10:15:02 ERROR retry in 5 s\nFrom: worker-7 To: queue-2\n\nWhat does it want from me?",
    ),
    (
        "unified-diff",
        "This change helps:\n\n--- a/shop.conf\n+++ b/shop.conf\n@@ -1,2 +1,2 @@\n-size = M\n+size = L\n\nCould you take it over?",
    ),
    (
        "markdown",
        "# What I did\n\n* opened the box\n* counted **seven** screws\n\n---\n\n## What I expected\n\n> eight screws, as the manual says\n\n`M4 x 20`, please.",
    ),
    (
        "poem",
        "My grandfather put it like this:\n\n  From hill to hill the letters went,\n  On Monday one, on Tuesday two,\n  and what he wrote was what he meant.\n\nPlease print it on the card.",
    ),
    ("address-is-the-answer", "Ann Lee\n12 Mill Lane\nYork YO1 7ZZ\nUnited Kingdom"),
    (
        "on-monday-we-met",
        "On Monday we met:\nyou, Paul and I. Paul wrote:\nthe minutes, and nothing was said about a fee.",
    ),
    (
        "travel-list",
        "These are the legs:\n\nFrom: Berlin\nTo: Paris\nDate: 12 December\nSubject: to change, as always\n\nCan you book all of it?",
    ),
    ("on-a-date-i-wrote", "On 3 November 2026 I wrote:\nthe parcel is late. It still is."),
    ("german-i-wrote", "Am Dienstag schrieb ich:\ndas Paket fehlt noch. Das stimmt noch immer."),
    ("french-i-wrote", "Le mardi 3 novembre, j'ai écrit :\nle colis n'est pas arrivé. C'est toujours le cas."),
    ("spanish-i-wrote", "El martes escribí:\nfalta una pieza. Sigue faltando."),
    ("japanese-date-first", "2026年11月3日に届いた箱:\n中身が足りませんでした。"),
    (
        "from-what-i-see",
        "From what I can see the left hinge is bent.\nOn the right all is well.\nTo me it looks like a fall.",
    ),
    (
        "footer-as-a-question",
        "Below each of my mails stands\n\"Sent from my iPhone\"\nand I have no iPhone. Is that you?",
    ),
    (
        "ascii-table",
        "+------+-------+\n| size | count |\n+------+-------+\n| L    |     2 |\n| XL   |     1 |\n+------+-------+",
    ),
    ("double-dashes", "--quiet does nothing\n--verbose ends in a crash\n\nWhich of the two should I use?"),
    ("subject-in-the-text", "For the card I propose\n\nSubject: A year with you\n\nand below it our names."),
    ("thanks-goes-on", "Thanks,\n\nbut the colour is wrong: I ordered blue and got green."),
    ("best-goes-on", "Best\nprice, best colour, and still it does not fit. What now?"),
    (
        "regards-in-a-sentence",
        "Regards to your team, they were great!\nOne question is left: when will you open on Sunday?",
    ),
    ("names-with-questions", "@Ada: yes, both.\n@Paul: not before Friday.\n@all: who brings the keys?"),
    ("emoji-alone", "👍"),
    ("emoji-and-words", "Super 🎉🎉 it came!\n\n❤️ from all of us 👩‍👩‍👧"),
    ("address-of-a-page-alone", "https://shop.example/o/1042?size=L&colour=blue"),
    ("one-word", "Yes"),
    ("number-alone", "4711"),
    (
        "confidential-as-content",
        "The drawing is confidential: please delete it when you have read it.\nDid you receive page two?",
    ),
    ("unsubscribe-as-content", "Please unsubscribe me from the weekly offers, but not from order mails."),
    ("away-as-content", "I am out of the office until Monday, so please call Paul if the driver is early."),
    ("markup-typed", "Your page shows\n\n<div class=\"price\">&nbsp;</div>\n\nwhere <b>the price</b> should be."),
    ("times-and-colons", "10:15: the driver rang\n10:20: he left\n10:25: I wrote to you:\nnobody had waited."),
    ("numbered-answers", "1. L\n2. dark blue\n3. to my office\n   (second floor, ask for Bob)"),
    (
        "original-message-mentioned",
        "Your original message said Friday.\nThe forwarded message from Paul said Monday. Which is it?",
    ),
    ("quoted-speech", "He said: \"We wrote on Tuesday:\"\nand handed me the card."),
    ("name-in-the-text", "Please send it to\nAnn Lee\nand to nobody else, whatever my husband says."),
];

pub(super) fn cases() -> Vec<Case> {
    let by_turns = |(number, (name, words)): (usize, &(&str, &str))| {
        if number.is_multiple_of(2) {
            plain(name, &format!("{words}\n\n{BELOW}")).text(words).quoted(&["Which size do you need?"])
        } else {
            plain(name, words).text(words)
        }
    };
    KEPT.iter().enumerate().map(by_turns).collect()
}
