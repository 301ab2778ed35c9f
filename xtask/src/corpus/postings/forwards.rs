//! Forwarded mails: what their sender says of them is read, and where they say nothing, the forwarded words are.

use super::{GROUP, plain};
use crate::corpus::case::Case;
use crate::corpus::clients::outlook;
use crate::corpus::mail::{Part, Transfer};
use crate::corpus::text::{quoted, with_breaks};
use crate::corpus::words::{self, Words};

/// Language, the words between Thunderbird's dashes, its labels of subject, date, from and to.
const THUNDERBIRD: &[(&str, &str, [&str; 4])] = &[
    ("en", "Forwarded Message", ["Subject:", "Date:", "From:", "To:"]),
    ("de", "Weitergeleitete Nachricht", ["Betreff:", "Datum:", "Von:", "An:"]),
    ("fr", "Message transféré", ["Sujet :", "Date :", "De :", "Pour :"]),
    ("es", "Mensaje reenviado", ["Asunto:", "Fecha:", "De:", "Para:"]),
    ("pt-BR", "Mensagem encaminhada", ["Assunto:", "Data:", "De:", "Para:"]),
    ("it", "Messaggio Inoltrato", ["Oggetto:", "Data:", "Mittente:", "A:"]),
    ("nl", "Doorgestuurd bericht", ["Onderwerp:", "Datum:", "Van:", "Aan:"]),
    ("cs", "Přeposlaná zpráva", ["Předmět:", "Datum:", "Od:", "Komu:"]),
    ("sk", "Preposlaná správa --- Forwarded Message", ["Predmet:", "Dátum:", "Od:", "Komu:"]),
    ("ru", "Перенаправленное сообщение", ["Тема:", "Дата:", "От:", "Кому:"]),
    ("bg", "Препратено писмо", ["Тема:", "Дата:", "От:", "До:"]),
    ("el", "Προωθημένο μήνυμα", ["Θέμα:", "Ημερομηνία:", "Από:", "Προς:"]),
    ("ro", "Mesaj redirecționat", ["Subiect:", "Data:", "De la:", "Către:"]),
    ("sl", "Posredovano sporočilo", ["Zadeva:", "Datum:", "Od:", "Za:"]),
    ("hr", "Proslijeđena poruka", ["Naslov:", "Datum:", "Od:", "Za:"]),
    ("et", "Edastatud kiri", ["Teema:", "Kuupäev:", "Saatja:", "Adressaat:"]),
    ("lv", "Pārsūtītā vēstule", ["Tēma:", "Datums:", "No:", "Kam:"]),
    ("lt", "Persiųstas laiškas", ["Tema:", "Data:", "Nuo:", "Kam:"]),
    ("tr", "İletilen İleti", ["Konu:", "Tarih:", "Kimden:", "Kime:"]),
    ("he", "הודעה שהועברה", ["נושא:", "תאריך:", "מאת:", "אל:"]),
    ("vi", "Tin nhắn đã được chuyển tiếp", ["Chủ đề:", "Ngày:", "Từ:", "Đến:"]),
    ("id", "Pesan Diteruskan", ["Subjek:", "Tanggal:", "Dari:", "Kepada:"]),
];

pub(super) fn cases() -> Vec<Case> {
    let thunderbird = THUNDERBIRD.iter().enumerate().map(|(number, (code, title, labels))| {
        let words = words::of(code);
        let [subject, date, from, to] = labels;
        let block = format!(
            "-------- {title} --------\n{subject} \t{}\n{date} \tMon, 2 Nov 2026 09:00:00 +0100\n{from} \tCy Dow <cy@x.example>\n{to} \t{}\n\n\n\n{}",
            words.subject, words.person.1, words.first
        );
        forwarded(&format!("{code}-thunderbird-forward"), words, &block, number.is_multiple_of(2))
    });
    let outlook = ["en", "de", "fr", "es", "pl", "sv", "ja", "ko", "zh-Hans", "ar"].into_iter().enumerate();
    let outlook = outlook.map(|(number, code)| {
        let words = words::of(code);
        let block = format!("{}\n\n{}", outlook::of(code).plain(words.person, words.subject), words.first);
        forwarded(&format!("{code}-outlook-forward"), words, &block, number.is_multiple_of(2))
    });
    thunderbird.chain(outlook).chain([in_gmail(), in_apple_mail()]).collect()
}

/// With a comment, it is there; without one, the words forwarded are.
fn forwarded(name: &str, words: &Words, block: &str, commented: bool) -> Case {
    let case = if commented {
        plain(name, words, &format!("{}\n\n{block}", words.second)).contains(&[words.second])
    } else {
        plain(name, words, block).contains(&[words.first])
    };
    about(case, words)
}

fn about(case: Case, words: &Words) -> Case {
    let subject = format!("Fwd: {}", words.subject);
    let encoded = crate::corpus::encode::words(&subject, "UTF-8").unwrap_or_default();
    case.unthreaded().key("subject", serde_json::json!(subject)).mail(|mail| mail.set("Subject", &encoded))
}

fn in_gmail() -> Case {
    let words = words::of("en");
    let html = format!(
        "<div dir=\"ltr\">{}<br><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">---------- Forwarded message ---------<br>From: <b class=\"gmail_sendername\" dir=\"auto\">Cy Dow</b> <span dir=\"auto\">&lt;<a href=\"mailto:cy@x.example\">cy@x.example</a>&gt;</span><br>Date: Mon, Nov 2, 2026 at 9:00 AM<br>Subject: {}<br>To: &lt;{}&gt;<br></div><br><br><div dir=\"ltr\">{}</div></div></div>\n",
        with_breaks(words.second),
        words.subject,
        words.person.1,
        with_breaks(words.first)
    );
    let body = Part::text("html", "utf-8", Transfer::Quoted, &html);
    about(Case::reply(GROUP, "en-gmail-forward", words.person, "", body).contains(&[words.second]), words)
}

fn in_apple_mail() -> Case {
    let words = words::of("de");
    let block = format!(
        "Von: Cy Dow <cy@x.example>\nBetreff: {}\nDatum: 2. November 2026 um 09:00:00 MEZ\nAn: {}\n\n{}",
        words.subject, words.person.1, words.first
    );
    let text = format!("{}\n\nAnfang der weitergeleiteten Nachricht:\n\n{}", words.second, quoted(&block));
    about(plain("de-apple-forward", words, &text).contains(&[words.second]), words)
}
