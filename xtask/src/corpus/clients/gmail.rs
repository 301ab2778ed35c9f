//! Gmail in a browser: both versions, lines of 78 columns, the history in `gmail_quote`.

use super::{Bodies, Lines, below, filled, linked};
use crate::corpus::text::{lines_in, quoted, with_breaks, wrapped};

/// The line above the quote.
pub(crate) const LINES: Lines = &[
    ("en", "On Tue, Nov 3, 2026 at 10:15\u{202f}AM {name} <{mail}> wrote:"),
    ("de", "Am Di., 3. Nov. 2026 um 10:15 Uhr schrieb {name} <{mail}>:"),
    ("fr", "Le mar. 3 nov. 2026 à 10:15, {name} <{mail}> a écrit :"),
    ("es", "El mar, 3 nov 2026 a las 10:15, {name} (<{mail}>) escribió:"),
    ("pt-PT", "{name} <{mail}> escreveu (terça, 3/11/2026 à(s) 10:15):"),
    ("pt-BR", "Em ter., 3 de nov. de 2026 às 10:15, {name} <{mail}> escreveu:"),
    ("it", "Il giorno mar 3 nov 2026 alle ore 10:15 {name} <{mail}> ha scritto:"),
    ("nl", "Op di 3 nov 2026 om 10:15 schreef {name} <{mail}>:"),
    ("pl", "wt., 3 lis 2026 o 10:15 {name} <{mail}> napisał(a):"),
    ("cs", "út 3. 11. 2026 v 10:15 odesílatel {name} <{mail}> napsal:"),
    ("sk", "ut 3. 11. 2026 o 10:15 {name} <{mail}> napísal(a):"),
    ("hu", "{name} <{mail}> ezt írta (időpont: 2026. nov. 3., K, 10:15):"),
    ("ro", "În mar., 3 nov. 2026 la 10:15, {name} <{mail}> a scris:"),
    ("bg", "На вт, 3.11.2026 г. в 10:15 {name} <{mail}> написа:"),
    ("ru", "вт, 3 нояб. 2026\u{202f}г. в 10:15, {name} <{mail}>:"),
    ("uk", "вт, 3 лист. 2026\u{202f}р. о 10:15 {name} <{mail}> пише:"),
    ("el", "Στις Τρί 3 Νοε 2026 στις 10:15\u{202f}π.μ., ο χρήστης {name} <{mail}> έγραψε:"),
    ("tr", "{name} <{mail}>, 3 Kas 2026 Sal, 10:15 tarihinde şunu yazdı:"),
    ("sv", "Den tis 3 nov. 2026 kl 10:15 skrev {name} <{mail}>:"),
    ("da", "Den tirs. 3. nov. 2026 kl. 10.15 skrev {name} <{mail}>:"),
    ("nb", "tir. 3. nov. 2026 kl. 10:15 skrev {name} <{mail}>:"),
    ("fi", "ti 3. marrask. 2026 klo 10.15 {name} ({mail}) kirjoitti:"),
    ("et", "{name} <{mail}> kirjutas kuupäeval T, 3. november 2026 kell 10:15:"),
    ("lv", "otrd., 2026. g. 3. nov., plkst. 10:15 — lietotājs {name} (<{mail}>) rakstīja:"),
    ("lt", "2026-11-03, an, 10:15 {name} <{mail}> rašė:"),
    ("hr", "uto, 3. stu 2026. u 10:15 {name} <{mail}> napisao je:"),
    ("sr", "уто, 3. нов 2026. у 10:15 {name} <{mail}> је написао/ла:"),
    ("sl", "V tor., 3. nov. 2026 ob 10:15 je oseba {name} <{mail}> napisala:"),
    (
        "he",
        "\u{202b}בתאריך יום ג׳, 3 בנוב׳ 2026 ב-10:15 מאת \u{202a}{name}\u{202c}\u{200f} <\u{202a}{mail}\u{202c}\u{200f}>:\u{202c}",
    ),
    (
        "ar",
        "في الثلاثاء، ٣ نوفمبر ٢٠٢٦ في ١٠:١٥ ص تمت كتابة ما يلي بواسطة \u{202a}{name}\u{202c}\u{200f} <\u{202a}{mail}\u{202c}\u{200f}>:",
    ),
    ("fa", "در تاریخ سه‌شنبه ۳ نوامبر ۲۰۲۶،\u{200f} ۱۰:۱۵ {name} <{mail}> نوشت:"),
    ("hi", "मंगल, 3 नव॰ 2026 को 10:15 am बजे को {name} <{mail}> ने लिखा:"),
    ("th", "ในวันที่ อ. 3 พ.ย. 2026 เวลา 10:15 {name} <{mail}> เขียนว่า:"),
    ("vi", "Vào Th 3, 3 thg 11, 2026 vào lúc 10:15 {name} <{mail}> đã viết:"),
    ("id", "Pada Sel, 3 Nov 2026 pukul 10.15 {name} <{mail}> menulis:"),
    ("ja", "2026年11月3日(火) 10:15 {name} <{mail}>:"),
    ("ko", "2026년 11월 3일 (화) AM 10:15, {name} <{mail}>님이 작성:"),
    ("zh-Hans", "{name} <{mail}> 于2026年11月3日周二 10:15写道："),
    ("zh-Hant", "{name} <{mail}> 於 2026年11月3日 週二 上午10:15寫道："),
];

/// Everything above the history, as HTML.
pub(crate) fn upper(written: &str, signature: Option<&str>) -> String {
    let mut lines = written.splitn(2, '\n');
    let first = with_breaks(lines.next().unwrap_or_default());
    let rest = lines.next().map(|rest| lines_in(rest, "<div>", "<br>", "</div>")).unwrap_or_default();
    let signature = signature.map(|signature| {
        let signature = with_breaks(signature.trim_start_matches("-- \n"));
        format!(
            "<div><br></div><span class=\"gmail_signature_prefix\">-- </span><br><div dir=\"ltr\" class=\"gmail_signature\" data-smartmail=\"gmail_signature\"><div dir=\"ltr\">{signature}</div></div>"
        )
    });
    format!("<div dir=\"ltr\">{first}{rest}{}</div>", signature.unwrap_or_default())
}

/// An answer above the history.
pub(crate) fn reply(line: &str, written: &str, signature: Option<&str>, history: &str) -> Bodies {
    let plain = format!(
        "{written}{}\n\n{}\n\n{}\n",
        below(signature),
        wrapped(&filled(line), 78),
        quoted(&wrapped(history, 76))
    );
    let upper = upper(written, signature);
    let html = format!(
        "{upper}<br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\"><div dir=\"ltr\">{}</div>\n</blockquote></div>\n",
        linked(line),
        with_breaks(history)
    );
    Bodies { plain, html }
}
