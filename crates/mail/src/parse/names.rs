//! File names: what the mail says, made harmless, or a sensible one where it says nothing.

use super::header::one_line;

/// Longest name in bytes, which is what file systems keep.
const LONGEST: usize = 255;
/// Longest ending that is kept when a name is cut.
const LONGEST_ENDING: usize = 20;

/// Names that Windows takes for devices, whatever their ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// The last step of a path, on one line, without characters that change what a reader sees (controls, directions) or that a file system
/// forbids. `None` where nothing is left.
pub(super) fn safe(name: &str) -> Option<String> {
    let name = name.trim().trim_end_matches(['/', '\\']);
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = name.chars().filter(|c| !is_invisible(*c)).collect();
    let shown: String = one_line(&shown).chars().map(|c| if "<>:|?*".contains(c) { '_' } else { c }).collect();
    let mut name = shown.trim_end_matches(['.', ' ']).trim_start().to_owned();
    if name.is_empty() {
        return None;
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered =
        |port: &str| stem.strip_prefix(port).is_some_and(|n| n.len() == 1 && n.chars().all(|c| c.is_ascii_digit()));
    if DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        name.insert(0, '_');
    }
    Some(cut(name))
}

/// Characters without a picture of their own: marks of direction, joiners that nothing needs, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
        || (c.is_control() && !c.is_whitespace())
}

fn cut(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let ending = name.rfind('.').map_or("", |at| name.get(at..).unwrap_or_default());
    let ending = if ending.len() <= LONGEST_ENDING { ending } else { "" };
    let room = name.floor_char_boundary(LONGEST - ending.len());
    format!("{}{ending}", name.get(..room).unwrap_or_default().trim_end())
}

/// What a part of this type is called where it has no name: media type, name.
const UNNAMED: &[(&str, &str)] = &[
    ("application/ics", "invitation.ics"),
    ("application/ms-tnef", "winmail.dat"),
    ("application/msword", "document.doc"),
    ("application/pdf", "document.pdf"),
    ("application/pgp-encrypted", "version.txt"),
    ("application/pgp-keys", "key.asc"),
    ("application/pgp-signature", "signature.asc"),
    ("application/pkcs7-mime", "smime.p7m"),
    ("application/pkcs7-signature", "smime.p7s"),
    ("application/x-pkcs7-mime", "smime.p7m"),
    ("application/x-pkcs7-signature", "smime.p7s"),
    ("application/rtf", "text.rtf"),
    ("application/zip", "archive.zip"),
    ("audio/mpeg", "sound.mp3"),
    ("image/jpeg", "image.jpg"),
    ("image/svg+xml", "image.svg"),
    ("image/tiff", "image.tif"),
    ("message/delivery-status", "delivery-status.txt"),
    ("message/disposition-notification", "disposition-notification.txt"),
    ("message/external-body", "external-body.txt"),
    ("message/feedback-report", "feedback-report.txt"),
    ("message/global", "message.eml"),
    ("message/global-delivery-status", "delivery-status.txt"),
    ("message/rfc822", "message.eml"),
    ("text/calendar", "invitation.ics"),
    ("text/csv", "table.csv"),
    ("text/directory", "contact.vcf"),
    ("text/html", "text.html"),
    ("text/plain", "text.txt"),
    ("text/rfc822-headers", "headers.txt"),
    ("text/vcard", "contact.vcf"),
    ("text/x-vcard", "contact.vcf"),
    ("video/mp4", "video.mp4"),
];

/// The name for a part of this type without one.
pub(super) fn for_type(media_type: &str) -> String {
    if let Some((_, name)) = UNNAMED.iter().find(|(known, _)| *known == media_type) {
        return (*name).to_owned();
    }
    let (kind, subtype) = media_type.split_once('/').unwrap_or_default();
    let ending = subtype.trim_start_matches("x-");
    let ending = if ending.len() <= 5 && ending.bytes().all(|b| b.is_ascii_alphanumeric()) { ending } else { "bin" };
    match kind {
        "image" => format!("image.{ending}"),
        "audio" => format!("sound.{ending}"),
        "video" => format!("video.{ending}"),
        "text" => "text.txt".to_owned(),
        _ => "attachment.bin".to_owned(),
    }
}

/// The same name, numbered from the second on: `image.png`, `image-2.png`.
pub(super) fn numbered(name: &str, number: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if number > 1 => format!("{stem}-{number}.{ending}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_harmless() {
        let long = "x".repeat(400);
        let cases: &[(&str, Option<&str>)] = &[
            ("report.pdf", Some("report.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\ann\\a b.txt", Some("a b.txt")),
            ("folder/", Some("folder")),
            ("a\0b\r\nc\t.txt", Some("ab c .txt")),
            ("gpj\u{202e}exe.txt", Some("gpjexe.txt")),
            ("a<b>:c?.txt", Some("a_b__c_.txt")),
            ("CON", Some("_CON")),
            ("nul.txt", Some("_nul.txt")),
            ("com1.log", Some("_com1.log")),
            ("common.log", Some("common.log")),
            (".htaccess", Some(".htaccess")),
            ("name. . ", Some("name")),
            ("..", None),
            ("/", None),
            ("\u{200b}", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(safe(name).as_deref(), *expected, "{name:?}");
        }
        assert_eq!(safe(&format!("{long}.pdf")).map(|name| (name.len(), name.ends_with(".pdf"))), Some((255, true)));
        assert_eq!(safe(&"é".repeat(300)).map(|name| name.len()), Some(254));
    }

    #[test]
    fn parts_without_a_name_get_one() {
        for (media_type, name) in [
            ("image/png", "image.png"),
            ("image/jpeg", "image.jpg"),
            ("text/calendar", "invitation.ics"),
            ("text/x-python", "text.txt"),
            ("application/x-unheard-of", "attachment.bin"),
            ("audio/x-wav", "sound.wav"),
        ] {
            assert_eq!(for_type(media_type), name);
        }
        assert_eq!((numbered("image.png", 1), numbered("image.png", 2)), ("image.png".into(), "image-2.png".into()));
    }
}
