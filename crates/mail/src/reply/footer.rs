//! `Sent from my iPhone` and its kin.

use super::line::Line;
use super::words::{mobile_beginning, mobile_end};

/// What mail is sent from: without one of these a line that begins like a footer is a sentence.
const SENDERS: &[&str] = &[
    "iphone",
    "ipad",
    "ipod",
    "android",
    "galaxy",
    "samsung",
    "huawei",
    "honor",
    "xiaomi",
    "redmi",
    "poco",
    "oppo",
    "vivo",
    "realme",
    "pixel",
    "nokia",
    "blackberry",
    "htc",
    "sony",
    "xperia",
    "motorola",
    "oneplus",
    "lumia",
    "windows",
    "outlook",
    "mail",
    "gmail",
    "yahoo",
    "aol",
    "icloud",
    "proton",
    "tuta",
    "gmx",
    "web.de",
    "zoho",
    "yandex",
    "яндекс",
    "почт",
    "superhuman",
    "spark",
    "hey",
    "front",
    "mixmax",
    "missive",
    "canary",
    "airmail",
    "newton",
    "polymail",
    "nine",
    "edison",
    "thunderbird",
    "aqua",
    "k-9",
    "mobil",
    "smartphone",
    "phone",
    "telefon",
    "téléphone",
    "teléfono",
    "telefone",
    "cell",
    "handy",
    "tablet",
    "watch",
    "mac",
    "correo",
    "courrier",
    "posta",
    "poczt",
    "pošt",
    "e-post",
    "postilaatikko",
    "айфон",
    "телефон",
    "смартфон",
    "мобильн",
    "手机",
    "手機",
    "邮箱",
    "郵箱",
    "信箱",
    "邮件",
    "郵件",
    "网易",
    "アイフォン",
    "携帯",
    "スマートフォン",
    "メール",
    "아이폰",
    "갤럭시",
    "메일",
    "휴대",
    "스마트폰",
    "هاتف",
    "آيفون",
    "ايفون",
    "الآيفون",
    "آیفون",
    "گوشی",
    "جوال",
    "אייפון",
    "גלקסי",
    "נייד",
    "טלפון",
    "आईफोन",
    "मोबाइल",
    "फ़ोन",
    "आइफ़ोन",
    "আইফোন",
    "মোবাইল",
    "โทรศัพท์",
    "มือถือ",
    "điện thoại",
    "ponsel",
    "telepon",
    "puhelim",
    "κινητό",
    "τηλέφωνο",
    "iphonu",
    "telefó",
    "telefón",
    "bluemail",
    "typed",
    "typos",
    "on the go",
    "on the run",
    "small keyboard",
    "mobile",
    "qq",
    "163",
    "naver",
    "네이버",
    "lenovo",
    "asus",
];

/// A line that a mobile or web client added: short, alone, and no sentence.
pub(super) fn is_mobile_footer(line: &Line<'_>) -> bool {
    let text = line.lower.trim_matches(['-', '–', '—', ' ', '[', ']', '(', ')', '_', '"']);
    if line.quoted
        || text.is_empty()
        || text.len() > 240
        || text.ends_with(['?', '!', ',', ':'])
        || text.split(' ').count() > 10 && !text.contains("http")
        || (text.contains(", ") && line.lower.ends_with('.') && !text.contains("http"))
    {
        return false;
    }
    let text = text.trim_end_matches(['.', ' ']);
    let told = text.split(['<', '(']).next().unwrap_or_default().trim_end();
    let begun = mobile_beginning(text).is_some() || mobile_end(told).is_some();
    (begun && SENDERS.iter().any(|sender| text.contains(sender)))
        || (text.starts_with("sent from my ") && text.split(' ').count() <= 8)
        || (begun && told.len() < text.len() && text.contains("http") && told.split(' ').count() <= 5)
        || offers_app(text)
}

/// `Get BlueMail for Android`, in any language: the name of a mail program, and of what it runs on.
fn offers_app(text: &str) -> bool {
    let words = text.split(' ').count();
    let runs = ["ios", "android"].iter().any(|on| text.contains(on));
    runs && (2..=9).contains(&words) && (text.contains("outlook") || text.starts_with("get ") && text.contains(" for "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::locales::{locales, phrases};

    #[test]
    fn mobile_footers_are_told_from_sentences() {
        let is = |text: &str| is_mobile_footer(&Line::new(text));
        for text in [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Envoyé de mon iPad",
            "Get Outlook for iOS <https://aka.ms/x>",
            "发自我的 iPhone",
            "iPhoneから送信",
            "Enviado desde mi Samsung Galaxy",
        ] {
            assert!(is(text), "{text}");
        }
        for text in [
            "Sent by DHL yesterday",
            "A csomag elküldve",
            "Von meinem Chef kam nichts",
            "Sent from my desk, is much easier then my mobile phone.",
            "Sent you the file?",
            "Hello",
        ] {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn every_language_has_a_footer_that_works() {
        for locale in locales() {
            let begun = phrases(locale.mobile).map(|words| format!("{words} iPhone"));
            for text in begun.chain(phrases(locale.mobile_end).map(|words| format!("iPhone {words}"))) {
                assert!(is_mobile_footer(&Line::new(&text)), "{}: {text}", locale.lang);
            }
        }
    }
}
