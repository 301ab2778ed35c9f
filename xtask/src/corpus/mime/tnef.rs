//! `winmail.dat`: what Exchange packs files into for programs that cannot open it (MS-OXTNEF §2.1.3).

use super::case;
use crate::corpus::case::Case;
use crate::corpus::mail::{Part, Transfer};

const WORDS: &str = "The drawing is packed.";

/// Where an attribute belongs: to the message or to an attached file.
const MESSAGE: u8 = 1;
const ATTACHMENT: u8 = 2;

pub(super) fn cases() -> Vec<Case> {
    let file = [
        version(),
        attribute(ATTACHMENT, 0x0006_9002, &[1, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]),
        attribute(ATTACHMENT, 0x0001_8010, b"plan.pdf\0"),
        attribute(ATTACHMENT, 0x0006_800f, b"%PDF-1.4 nothing"),
    ];
    let body = [version(), attribute(MESSAGE, 0x0002_800c, b"Size L, please, and the blue one.\0")];
    let cut_short = [version(), attribute(ATTACHMENT, 0x0006_800f, b"%PDF-1.4 nothing")[..20].to_vec()];
    let beside = |name: &str, stream: &[Vec<u8>]| {
        let words = Part::text("plain", "utf-8", Transfer::Seven, &format!("{WORDS}\n"));
        case(name, Part::mixed("tnef", vec![words, packed(stream)])).text(WORDS)
    };
    vec![
        beside("winmail-dat-with-a-file", &file).named(&["plan.pdf"]),
        beside("winmail-dat-cut-short", &cut_short).silent("attachments"),
        case("winmail-dat-holds-the-words", Part::mixed("tnef", vec![packed(&body)]))
            .contains(&["Size L, please, and the blue one."])
            .silent("attachments"),
    ]
}

/// The stream: signature, a key, attributes.
fn packed(attributes: &[Vec<u8>]) -> Part {
    let head = [0x223e_9f78_u32.to_le_bytes().to_vec(), 1_u16.to_le_bytes().to_vec()].concat();
    Part::file("application/ms-tnef", "winmail.dat", &[head, attributes.concat()].concat())
}

fn version() -> Vec<u8> {
    attribute(MESSAGE, 0x0008_9006, &0x0001_0000_u32.to_le_bytes())
}

/// Level, id with its type above, length, content, sum of the content's bytes.
fn attribute(level: u8, id: u32, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or_default();
    let sum = content.iter().fold(0_u16, |sum, &byte| sum.wrapping_add(byte.into()));
    [&[level], &id.to_le_bytes()[..], &length.to_le_bytes(), content, &sum.to_le_bytes()].concat()
}
