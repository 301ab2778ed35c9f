//! A stream as Outlook makes it, one inside another, and one that is cut or broken anywhere.

use super::*;

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("short").to_le_bytes();
    let sum = data.iter().fold(0u16, |sum, b| sum.wrapping_add(u16::from(*b)));
    [&[level], &id.to_le_bytes()[..], &length, data, &sum.to_le_bytes()].concat()
}

fn variable(kind: u16, id: u16, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("short").to_le_bytes();
    let padding = vec![0; (4 - data.len() % 4) % 4];
    [&kind.to_le_bytes()[..], &id.to_le_bytes(), &1u32.to_le_bytes(), &length, data, &padding].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

fn sample() -> Vec<u8> {
    let named = [
        &0x0003u16.to_le_bytes()[..],
        &0x8001u16.to_le_bytes(),
        &[7; 16],
        &1u32.to_le_bytes(),
        &4u32.to_le_bytes(),
        b"a\0b\0",
        &5u32.to_le_bytes(),
    ]
    .concat();
    let message = [&2u32.to_le_bytes()[..], &named, &variable(0x102, HTML, b"<p>caf\xe9</p>")].concat();
    let file = [
        &2u32.to_le_bytes()[..],
        &variable(0x1F, LONG_FILE_NAME, &wide("Größe.pdf")),
        &variable(0x1E, MEDIA_TYPE, b"Application/PDF\0"),
    ]
    .concat();
    [
        &SIGNATURE.to_le_bytes()[..],
        &[1, 0],
        &attribute(1, OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0]),
        &attribute(1, BODY, b"caf\xe9\0"),
        &attribute(1, MESSAGE_PROPERTIES, &message),
        &attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        &attribute(2, ATTACHMENT_TITLE, b"GRE~1.PDF\0"),
        &attribute(2, ATTACHMENT_DATA, b"%PDF"),
        &attribute(2, ATTACHMENT_PROPERTIES, &file),
        &attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        &attribute(2, ATTACHMENT_TITLE, b"a.txt\0"),
        &attribute(2, ATTACHMENT_DATA, b"words"),
    ]
    .concat()
}

#[test]
fn files_and_words_are_unwrapped() {
    let all = unwrap(&sample()).expect("TNEF");
    assert_eq!((all.plain.as_deref(), all.html.as_deref()), (Some("café"), Some("<p>café</p>")));
    let files: Vec<_> =
        all.files.iter().map(|f| (f.name.as_deref(), f.content_type.as_deref(), &f.bytes[..])).collect();
    assert_eq!(files, [(Some("Größe.pdf"), Some("application/pdf"), &b"%PDF"[..]), (Some("a.txt"), None, b"words")]);
}

#[test]
fn a_mail_inside_gives_its_files_and_its_words() {
    let object = [&[0; 16][..], &sample()].concat();
    let properties = [&1u32.to_le_bytes()[..], &variable(0x0D, DATA, &object)].concat();
    let outer = [
        &SIGNATURE.to_le_bytes()[..],
        &[1, 0],
        &attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        &attribute(2, ATTACHMENT_PROPERTIES, &properties),
    ]
    .concat();
    let names: Vec<_> = unwrap(&outer).expect("TNEF").files.into_iter().filter_map(|file| file.name).collect();
    assert_eq!(names, ["message.html", "Größe.pdf", "a.txt"]);
}

#[test]
fn what_is_cut_or_broken_gives_what_stood_before() {
    let whole = sample();
    for cut in 0..whole.len() {
        let _ = unwrap(&whole[..cut]);
        let mut broken = whole.clone();
        broken[cut] ^= 0xFF;
        let _ = unwrap(&broken);
    }
    assert!(unwrap(b"something else").is_none());
}
