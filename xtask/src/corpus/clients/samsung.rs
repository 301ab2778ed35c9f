//! Samsung's mail program: dashes around the words, then From, Date, To and Subject.

use super::{Bodies, US};
use crate::corpus::text::{escaped, with_breaks};

/// The block in a language: footer, words between the dashes, labels of from, date, to and subject with their colons, date.
pub(crate) struct Block {
    /// Language tag.
    pub(crate) code: &'static str,
    /// What the telephone signs with.
    pub(crate) footer: &'static str,
    /// The words between dashes.
    pub(crate) title: &'static str,
    /// Labels with their colons.
    pub(crate) labels: [&'static str; 4],
    /// The date.
    pub(crate) date: &'static str,
}

const fn block(
    code: &'static str,
    footer: &'static str,
    title: &'static str,
    labels: [&'static str; 4],
    date: &'static str,
) -> Block {
    Block { code, footer, title, labels, date }
}

/// Every language here.
pub(crate) const BLOCKS: &[Block] = &[
    block(
        "en",
        "Sent from my Galaxy",
        "Original message",
        ["From:", "Date:", "To:", "Subject:"],
        "11/3/26  10:15 AM  (GMT+01:00)",
    ),
    block(
        "de",
        "Von meinem/meiner Galaxy gesendet",
        "Ursprüngliche Nachricht",
        ["Von:", "Datum:", "An:", "Betreff:"],
        "03.11.26  10:15  (GMT+01:00)",
    ),
    block(
        "fr",
        "Envoyé depuis mon appareil Galaxy",
        "Message d'origine",
        ["De :", "Date :", "À :", "Objet :"],
        "03/11/2026  10:15  (GMT+01:00)",
    ),
    block(
        "es",
        "Enviado desde mi Galaxy",
        "Mensaje original",
        ["De:", "Fecha:", "Para:", "Asunto:"],
        "3/11/26  10:15  (GMT+01:00)",
    ),
    block(
        "it",
        "Inviato dal mio Galaxy",
        "Messaggio originale",
        ["Da:", "Data:", "A:", "Oggetto:"],
        "03/11/26  10:15  (GMT+01:00)",
    ),
    block(
        "nl",
        "Verzonden vanaf mijn Galaxy",
        "Oorspronkelijk bericht",
        ["Van:", "Datum:", "Aan:", "Onderwerp:"],
        "03-11-2026  10:15  (GMT+01:00)",
    ),
    block(
        "pl",
        "Wysłane z mojego Galaxy",
        "Oryginalna wiadomość",
        ["Od:", "Data:", "Do:", "Temat:"],
        "3.11.2026  10:15  (GMT+01:00)",
    ),
    block(
        "bg",
        "Изпратено от моя Galaxy",
        "Оригинално съобщение",
        ["От:", "Дата:", "До:", "Относно:"],
        "3.11.26 г.  10:15  (GMT+02:00)",
    ),
    block(
        "ru",
        "Отправлено с моего Galaxy",
        "Исходное сообщение",
        ["От:", "Дата:", "Кому:", "Тема:"],
        "03.11.2026  10:15  (GMT+03:00)",
    ),
    block(
        "et",
        "Saadetud minu Galaxyst",
        "Algne kiri",
        ["Kellelt:", "Kuupäev:", "Kellele:", "Teema:"],
        "03.11.2026  10:15  (GMT+02:00)",
    ),
    block(
        "lv",
        "Nosūtīts no mana Galaxy",
        "Sākotnējais ziņojums",
        ["No:", "Datums:", "Kam:", "Tēma:"],
        "03.11.26  10:15  (GMT+02:00)",
    ),
    block(
        "lt",
        "Išsiųsta iš mano Galaxy",
        "Originalus laiškas",
        ["Nuo:", "Data:", "Kam:", "Tema:"],
        "2026-11-03  10:15  (GMT+02:00)",
    ),
    block(
        "sl",
        "Poslano iz mojega Galaxyja",
        "Izvirno sporočilo",
        ["Od:", "Datum:", "Za:", "Zadeva:"],
        "3. 11. 26  10:15  (GMT+01:00)",
    ),
    block(
        "sr",
        "Послато са мог Galaxy уређаја",
        "Оригинална порука",
        ["Од:", "Датум:", "За:", "Наслов:"],
        "3.11.26.  10:15  (GMT+01:00)",
    ),
    block(
        "fa",
        "ارسال شده از Galaxy من",
        "پیام اصلی",
        ["از:", "تاریخ:", "به:", "موضوع:"],
        "۲۰۲۶/۱۱/۳  ۱۰:۱۵  (GMT+03:30)",
    ),
    block(
        "ko",
        "나의 Galaxy에서 보냄",
        "원본 이메일",
        ["보낸사람:", "날짜:", "받은사람:", "제목:"],
        "26/11/3  오전 10:15  (GMT+09:00)",
    ),
];

/// An answer above the history.
pub(crate) fn reply(block: &Block, to: (&str, &str), subject: &str, written: &str, history: &str) -> Bodies {
    let [from, date, recipient, about] = block.labels;
    let header = [
        format!("-------- {} --------", block.title),
        format!("{from} {} <{}> ", US.0, US.1),
        format!("{date} {} ", block.date),
        format!("{recipient} {} <{}> ", to.0, to.1),
        format!("{about} {subject} "),
    ];
    let plain = format!("{written}\n\n\n\n{}\n\n\n{}\n\n{history}\n", block.footer, header.join("\n"));
    let [title, lines @ ..] = header.map(|line| escaped(line.trim()));
    let html = format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\"></head><body dir=\"auto\">{}<div dir=\"auto\"><br></div><div dir=\"auto\"><br></div><div id=\"composer_signature\" dir=\"auto\"><div style=\"font-size:12px;color:#575757\" dir=\"auto\">{}</div></div><div dir=\"auto\"><br></div><div><br></div><div align=\"left\" dir=\"auto\" style=\"font-size:100%;color:#000000\"><div>{title}</div><div>{} </div><div><br></div></div>{}</body></html>\n",
        written
            .split('\n')
            .map(|line| format!(
                "<div dir=\"auto\">{}</div>",
                if line.is_empty() { "<br>".into() } else { escaped(line) }
            ))
            .collect::<String>(),
        block.footer,
        lines.join(" </div><div>"),
        with_breaks(history)
    );
    Bodies { plain, html }
}
