//! Thunderbird: the line above the quote without an address, `format=flowed`, `moz-cite-prefix` in HTML.

use super::{Bodies, Lines, filled, linked};
use crate::corpus::text::{paragraphs, quoted};

/// The line above the quote, as `mailnews.reply_header_ondateauthorwrote` says it in the language.
pub(crate) const LINES: Lines = &[
    ("en", "On 11/3/26 10:15 AM, {name} wrote:"),
    ("de", "Am 03.11.26 um 10:15 schrieb {name}:"),
    ("fr", "Le 03/11/2026 à 10:15, {name} a écrit :"),
    ("es", "El 3/11/26 a las 10:15, {name} escribió:"),
    ("pt-PT", "Às 10:15 de 03/11/2026, {name} escreveu:"),
    ("pt-BR", "Em 03/11/2026 10:15, {name} escreveu:"),
    ("it", "Il 03/11/26 10:15, {name} ha scritto:"),
    ("nl", "Op 03-11-2026 om 10:15 schreef {name}:"),
    ("pl", "W dniu 3.11.2026 o 10:15, {name} pisze:"),
    ("cs", "Dne 03. 11. 26 v 10:15 {name} napsal(a):"),
    ("sk", "Dňa 3. 11. 2026 o 10:15 {name} napísal(a):"),
    ("hu", "2026. 11. 03. 10:15 keltezéssel, {name} írta:"),
    ("ro", "La 03.11.2026 10:15, {name} a scris:"),
    ("bg", "На 3.11.26 г. в 10:15 ч., {name} написа:"),
    ("ru", "03.11.2026 10:15, {name} пишет:"),
    ("uk", "03.11.26 10:15, {name} пише:"),
    ("el", "Στις 3/11/26 10:15, ο/η {name} έγραψε:"),
    ("tr", "3.11.2026 10:15 tarihinde {name} yazdı:"),
    ("sv", "Den 2026-11-03 kl. 10:15, skrev {name}:"),
    ("da", "Den 03.11.2026 kl. 10.15 skrev {name}:"),
    ("nb", "Den 03.11.2026 10:15, skrev {name}:"),
    ("fi", "{name} kirjoitti 3.11.2026 klo 10.15:"),
    ("et", "03.11.2026 10:15 {name} kirjutas:"),
    ("lv", "03.11.2026 10:15 {name} rakstīja:"),
    ("lt", "2026-11-03 10:15, {name} rašė:"),
    ("hr", "3. 11. 2026. u 10:15, {name} piše:"),
    ("sr", "Дана 3.11.26. у 10:15, {name} је написао/ла:"),
    ("sl", "{name} je 3. 11. 2026 ob 10:15 napisal:"),
    ("he", "נכתב על ידי {name}, ב־03/11/2026 בשעה 10:15:"),
    ("ar", "على 3/11/26 10:15، كتب {name}:"),
    ("vi", "Vào lúc 10:15 03/11/2026, {name} đã viết:"),
    ("id", "Pada 03/11/2026 10.15, {name} menulis:"),
    ("ja", "On 2026/11/03 10:15, {name} wrote:"),
    ("ko", "2026-11-03 오전 10:15에 {name} 이(가) 쓴 글:"),
    ("zh-Hans", "在 2026/11/3 10:15, {name} 写道:"),
    ("zh-Hant", "{name} 於 2026/11/3 上午 10:15 寫道:"),
];

/// Answers between the lines they answer, above a signature. What stays of it: all but the line above the quote.
pub(crate) fn between(line: &str, greeting: &str, pairs: &[(&str, &str)], signature: &str) -> (String, String) {
    let pairs: Vec<String> = pairs.iter().map(|(asked, said)| format!("{}\n\n{said}", quoted(asked))).collect();
    let body = pairs.join("\n\n");
    let plain = format!("{greeting}\n\n{}\n{body}\n\n-- \n{signature}\n", filled(line));
    (plain, format!("{greeting}\n\n{body}"))
}

/// An answer below the whole quote.
pub(crate) fn under(line: &str, written: &str, signature: &str, history: &str) -> Bodies {
    let plain = format!("{}\n{}\n\n{written}\n\n-- \n{signature}\n", filled(line), quoted(history));
    let html = format!(
        "{HEAD}<div class=\"moz-cite-prefix\">{}<br>\n</div>\n<blockquote type=\"cite\" cite=\"mid:a1@in.acme.example\">\n{}</blockquote>\n{}<pre class=\"moz-signature\" cols=\"72\">-- \n{signature}</pre>\n</body>\n</html>\n",
        linked(line),
        paragraphs(history),
        paragraphs(written)
    );
    Bodies { plain, html }
}

/// An answer above the history.
pub(crate) fn over(line: &str, written: &str, history: &str) -> Bodies {
    let plain = format!("{written}\n\n{}\n{}\n", filled(line), quoted(history));
    let html = format!(
        "{HEAD}{}<p><br>\n</p>\n<div class=\"moz-cite-prefix\">{}<br>\n</div>\n<blockquote type=\"cite\" cite=\"mid:a1@in.acme.example\">\n{}</blockquote>\n</body>\n</html>\n",
        paragraphs(written),
        linked(line),
        paragraphs(history)
    );
    Bodies { plain, html }
}

const HEAD: &str = "<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">\n</head>\n<body>\n";
