//! Apple Mail on telephones and computers: `> ` before the line above the quote too, or `blockquote type="cite"`.

use super::{Bodies, Lines, filled, linked};
use crate::corpus::text::{lines_in, quoted_with_blanks, with_breaks};

/// The line above the quote. The Baltic languages, Bulgarian, Persian, Serbian and Slovene are none that Apple speaks.
pub(crate) const LINES: Lines = &[
    ("en", "On 3 Nov 2026, at 10:15, {name} <{mail}> wrote:"),
    ("de", "Am 03.11.2026 um 10:15 schrieb {name} <{mail}>:"),
    ("fr", "Le 3 nov. 2026 à 10:15, {name} <{mail}> a écrit :"),
    ("es", "El 3 nov 2026, a las 10:15, {name} <{mail}> escribió:"),
    ("pt-PT", "No dia 03/11/2026, às 10:15, {name} <{mail}> escreveu:"),
    ("pt-BR", "Em 3 de nov. de 2026, à(s) 10:15, {name} <{mail}> escreveu:"),
    ("it", "Il giorno 3 nov 2026, alle ore 10:15, {name} <{mail}> ha scritto:"),
    ("nl", "Op 3 nov 2026 om 10:15 heeft {name} <{mail}> het volgende geschreven:"),
    ("pl", "Wiadomość napisana przez {name} <{mail}> w dniu 3 lis 2026, o godz. 10:15:"),
    ("cs", "3. 11. 2026 v 10:15, {name} <{mail}>:"),
    ("sk", "Dňa 3. 11. 2026 o 10:15 používateľ {name} <{mail}> napísal:"),
    ("hu", "2026. nov. 3. dátummal, 10:15 időpontban {name} <{mail}> írta:"),
    ("ro", "Pe 3 nov. 2026, la 10:15, {name} <{mail}> a scris:"),
    ("ru", "3 нояб. 2026 г., в 10:15, {name} <{mail}> написал(а):"),
    ("uk", "3 лист. 2026 р. о 10:15 {name} <{mail}> пише:"),
    ("el", "Στις 3 Νοε 2026, στις 10:15, ο χρήστης {name} <{mail}> έγραψε:"),
    ("tr", "{name} <{mail}> şunları yazdı (3 Kas 2026 10:15):"),
    ("sv", "3 nov. 2026 kl. 10:15 skrev {name} <{mail}>:"),
    ("da", "Den 3. nov. 2026 kl. 10.15 skrev {name} <{mail}>:"),
    ("nb", "3. nov. 2026 kl. 10:15 skrev {name} <{mail}>:"),
    ("fi", "{name} <{mail}> kirjoitti 3.11.2026 kello 10.15:"),
    ("hr", "Dana 3. stu 2026. u 10:15 {name} <{mail}> napisao je:"),
    ("he", "ב-3 בנוב׳ 2026, בשעה 10:15, \u{200f}{name} \u{200f}<{mail}> כתב/ה:"),
    ("ar", "في ٣ نوفمبر ٢٠٢٦، الساعة ١٠:١٥ ص، كتب/كتبت {name} <{mail}>:"),
    ("hi", "3 नव॰ 2026 को 10:15 am बजे, {name} <{mail}> ने लिखा:"),
    ("th", "เมื่อ 3 พ.ย. 2569 BE เวลา 10:15 {name} <{mail}> เขียนว่า:"),
    ("vi", "Vào 3 thg 11, 2026, lúc 10:15, {name} <{mail}> đã viết:"),
    ("id", "Pada 3 Nov 2026, pukul 10.15, {name} <{mail}> menulis:"),
    ("ja", "2026/11/03 10:15、{name} <{mail}>のメール:"),
    ("ko", "2026. 11. 3. 오전 10:15, {name} <{mail}> 작성:"),
    ("zh-Hans", "2026年11月3日 10:15，{name} <{mail}> 写道："),
    ("zh-Hant", "{name} <{mail}> 於 2026年11月3日 上午10:15 寫道："),
];

/// What an iPhone signs with.
pub(crate) const FOOTERS: Lines = &[
    ("en", "Sent from my iPhone"),
    ("de", "Von meinem iPhone gesendet"),
    ("fr", "Envoyé de mon iPhone"),
    ("es", "Enviado desde mi iPhone"),
    ("pt-PT", "Enviado do meu iPhone"),
    ("pt-BR", "Enviado do meu iPhone"),
    ("it", "Inviato da iPhone"),
    ("nl", "Verstuurd vanaf mijn iPhone"),
    ("pl", "Wysłane z iPhone’a"),
    ("cs", "Odesláno z iPhonu"),
    ("sk", "Odoslané z iPhonu"),
    ("hu", "Az iPhone készülékemről küldve"),
    ("ro", "Trimis de pe iPhone-ul meu"),
    ("ru", "Отправлено с iPhone"),
    ("uk", "Надіслано з iPhone"),
    ("el", "Στάλθηκε από το iPhone μου"),
    ("tr", "iPhone’umdan gönderildi"),
    ("sv", "Skickat från min iPhone"),
    ("da", "Sendt fra min iPhone"),
    ("nb", "Sendt fra min iPhone"),
    ("fi", "Lähetetty iPhonesta"),
    ("hr", "Poslano s mog iPhonea"),
    ("he", "נשלח מה-iPhone שלי"),
    ("ar", "أُرسلت من الـ iPhone"),
    ("hi", "मेरे iPhone से भेजा गया"),
    ("th", "ส่งจาก iPhone ของฉัน"),
    ("vi", "Đã gửi từ iPhone của tôi"),
    ("id", "Dikirim dari iPhone saya"),
    ("ja", "iPhoneから送信"),
    ("ko", "나의 iPhone에서 보냄"),
    ("zh-Hans", "发自我的iPhone"),
    ("zh-Hant", "從我的iPhone傳送"),
];

/// An answer above the history, with the telephone's own signature.
pub(crate) fn reply(line: &str, written: &str, footer: &str, history: &str) -> Bodies {
    let plain = format!("{written}\n\n{footer}\n\n{}\n", quoted_with_blanks(&format!("{}\n\n{history}", filled(line))));
    let html = format!(
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head><body dir=\"auto\">{}<br id=\"lineBreakAtBeginningOfSignature\"><div dir=\"ltr\">{footer}</div><div dir=\"ltr\"><br><blockquote type=\"cite\">{}<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">\u{feff}{}</div></blockquote></body></html>\n",
        written
            .split('\n')
            .map(|line| if line.is_empty() { "<div><br></div>".into() } else { with_breaks(line) })
            .collect::<Vec<_>>()
            .join("<br>")
            .replace("<br><div><br></div><br>", "<div><br></div>"),
        linked(line),
        with_breaks(history)
    );
    Bodies { plain, html }
}

/// An answer on a computer: no footer, the line above the quote within the blockquote.
pub(crate) fn reply_at_desk(line: &str, written: &str, history: &str) -> Bodies {
    let plain = format!("{written}\n\n{}\n", quoted_with_blanks(&format!("{}\n\n{history}", filled(line))));
    let html = format!(
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head><body style=\"overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;\">{}<br id=\"lineBreakAtBeginningOfMessage\"><div><br><blockquote type=\"cite\"><div>{}</div><br class=\"Apple-interchange-newline\"><div><div>{}</div></div></blockquote></div><br></body></html>\n",
        lines_in(written, "<div>", "<br>", "</div>"),
        linked(line),
        with_breaks(history)
    );
    Bodies { plain, html }
}
