//! Yahoo Mail in a browser: the line above the quote is indented by four blanks, containers have invented prefixes.

use super::{Bodies, Lines, below, filled, linked};
use crate::corpus::text::{lines_in, with_breaks};

/// The line above the quote.
pub(crate) const LINES: Lines = &[
    ("en", "On Tuesday, November 3, 2026 at 10:15:00 AM GMT+1, {name} <{mail}> wrote:"),
    ("de", "Am Dienstag, 3. November 2026 um 10:15:00 MEZ hat {name} <{mail}> Folgendes geschrieben:"),
    ("fr", "Le mardi 3 novembre 2026 à 10:15:00 UTC+1, {name} <{mail}> a écrit :"),
    ("es", "El martes, 3 de noviembre de 2026, 10:15:00 CET, {name} <{mail}> escribió:"),
    ("pt-BR", "Em terça-feira, 3 de novembro de 2026 às 10:15:00 BRT, {name} <{mail}> escreveu:"),
    ("it", "Il martedì 3 novembre 2026 alle ore 10:15:00 CET, {name} <{mail}> ha scritto:"),
    ("nl", "Op dinsdag 3 november 2026 om 10:15:00 CET schreef {name} <{mail}>:"),
    ("pl", "W dniu wtorek, 3 listopada 2026 10:15:00 CET użytkownik {name} <{mail}> napisał:"),
    ("ro", "Pe marți, 3 noiembrie 2026 la 10:15:00 EET, {name} <{mail}> a scris:"),
    ("el", "Στις Τρίτη 3 Νοεμβρίου 2026 στις 10:15:00 π.μ. EET, ο χρήστης {name} <{mail}> έγραψε:"),
    ("sv", "Den tisdag 3 november 2026 10:15:00 CET, {name} <{mail}> skrev:"),
    ("vi", "Vào Thứ Ba, 3 tháng 11, 2026 lúc 10:15:00 GMT+7, {name} <{mail}> đã viết:"),
    ("id", "Pada Selasa, 3 November 2026 10.15.00 WIB, {name} <{mail}> menulis:"),
    ("th", "ในวันที่ วันอังคารที่ 3 พฤศจิกายน พ.ศ. 2569 10:15:00 GMT+7, {name} <{mail}> เขียนว่า:"),
    ("zh-Hant", "{name} <{mail}> 於 2026年11月3日 星期二 上午10:15:00 [GMT+8] 寫道："),
];

/// An answer above the history.
pub(crate) fn reply(line: &str, written: &str, signature: Option<&str>, history: &str) -> Bodies {
    let plain = format!("{written}{}\n\n    {}  \n \n {history}  \n", below(signature), filled(line));
    let both = format!("{written}{}", below(signature));
    let html = format!(
        "<html><head></head><body><div class=\"ydp5f2e1yahoo-style-wrap\" style=\"font-family:Helvetica Neue, Helvetica, Arial, sans-serif;font-size:13px;\"><div></div>\n{}<div><br></div>\n</div><div id=\"ydp7c40yahoo_quoted_2207934418\" class=\"ydp7c40yahoo_quoted\">\n<div style=\"font-family:'Helvetica Neue', Helvetica, Arial, sans-serif;font-size:13px;color:#26282a;\">\n<div>\n{}\n</div>\n<div><br></div>\n<div><br></div>\n<div><div id=\"ydp7c40yiv42\"><div dir=\"ltr\">{}</div></div></div>\n</div>\n</div></body></html>\n",
        lines_in(&both, "<div dir=\"ltr\" data-setdir=\"false\">", "<br>", "</div>"),
        linked(line),
        with_breaks(history)
    );
    Bodies { plain, html }
}
