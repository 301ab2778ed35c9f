//! Outlook on Windows: a header block instead of a line, above it a border, below it the history without marks.

use super::{Bodies, US, below};
use crate::corpus::text::{escaped, lines_in};

/// The header block in a language: its labels (from, sent, to, subject) with their colons, the date as it stands there, and
/// what answers' subjects begin with.
pub(crate) struct Block {
    /// Language tag.
    pub(crate) code: &'static str,
    /// Labels with their colons.
    pub(crate) labels: [&'static str; 4],
    /// The date.
    pub(crate) date: &'static str,
    /// Prefix of an answer's subject.
    pub(crate) re: &'static str,
}

const fn block(code: &'static str, labels: [&'static str; 4], date: &'static str, re: &'static str) -> Block {
    Block { code, labels, date, re }
}

/// Every language.
pub(crate) const BLOCKS: &[Block] = &[
    block("en", ["From:", "Sent:", "To:", "Subject:"], "Tuesday, November 3, 2026 10:15 AM", "RE:"),
    block("de", ["Von:", "Gesendet:", "An:", "Betreff:"], "Dienstag, 3. November 2026 10:15", "AW:"),
    block("fr", ["De :", "Envoyé :", "À :", "Objet :"], "mardi 3 novembre 2026 10:15", "RE:"),
    block("es", ["De:", "Enviado el:", "Para:", "Asunto:"], "martes, 3 de noviembre de 2026 10:15", "RE:"),
    block("pt-PT", ["De:", "Enviada:", "Para:", "Assunto:"], "3 de novembro de 2026 10:15", "RE:"),
    block("pt-BR", ["De:", "Enviada em:", "Para:", "Assunto:"], "terça-feira, 3 de novembro de 2026 10:15", "RES:"),
    block("it", ["Da:", "Inviato:", "A:", "Oggetto:"], "martedì 3 novembre 2026 10:15", "R:"),
    block("nl", ["Van:", "Verzonden:", "Aan:", "Onderwerp:"], "dinsdag 3 november 2026 10:15", "RE:"),
    block("pl", ["Od:", "Wysłano:", "Do:", "Temat:"], "wtorek, 3 listopada 2026 10:15", "ODP:"),
    block("cs", ["Od:", "Odesláno:", "Komu:", "Předmět:"], "úterý 3. listopadu 2026 10:15", "RE:"),
    block("sk", ["Od:", "Odoslané:", "Komu:", "Predmet:"], "utorok 3. novembra 2026 10:15", "RE:"),
    block("hu", ["Feladó:", "Küldve:", "Címzett:", "Tárgy:"], "2026. november 3., kedd 10:15", "RE:"),
    block("ro", ["De la:", "Trimis:", "Către:", "Subiect:"], "marți, 3 noiembrie 2026 10:15", "RE:"),
    block("bg", ["От:", "Изпратено:", "До:", "Тема:"], "вторник, 3 ноември 2026 г. 10:15 ч.", "RE:"),
    block("ru", ["От:", "Отправлено:", "Кому:", "Тема:"], "3 ноября 2026 г. 10:15", "RE:"),
    block("uk", ["Від:", "Надіслано:", "Кому:", "Тема:"], "3 листопада 2026 р. 10:15", "RE:"),
    block("el", ["Από:", "Στάλθηκε:", "Προς:", "Θέμα:"], "Τρίτη, 3 Νοεμβρίου 2026 10:15 πμ", "ΑΠ:"),
    block("tr", ["Kimden:", "Gönderildi:", "Kime:", "Konu:"], "3 Kasım 2026 Salı 10:15", "YNT:"),
    block("sv", ["Från:", "Skickat:", "Till:", "Ämne:"], "den 3 november 2026 10:15", "SV:"),
    block("da", ["Fra:", "Sendt:", "Til:", "Emne:"], "3. november 2026 10:15", "SV:"),
    block("nb", ["Fra:", "Sendt:", "Til:", "Emne:"], "tirsdag 3. november 2026 10:15", "SV:"),
    block("fi", ["Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Aihe:"], "tiistai 3. marraskuuta 2026 10.15", "VS:"),
    block("et", ["Saatja:", "Saadetud:", "Adressaat:", "Teema:"], "teisipäev, 3. november 2026 10:15", "VS:"),
    block("lv", ["No:", "Nosūtīts:", "Kam:", "Tēma:"], "otrdiena, 2026. gada 3. novembris 10:15", "RE:"),
    block("lt", ["Nuo:", "Išsiųsta:", "Kam:", "Tema:"], "2026 m. lapkričio 3 d., antradienis 10:15", "RE:"),
    block("hr", ["Od:", "Poslano:", "Prima:", "Predmet:"], "utorak, 3. studenoga 2026. 10:15", "RE:"),
    block("sr", ["Од:", "Послато:", "За:", "Тема:"], "уторак, 3. новембар 2026. 10:15", "RE:"),
    block("sl", ["Od:", "Poslano:", "Za:", "Zadeva:"], "torek, 03. november 2026 10:15", "RE:"),
    block("he", ["מאת:", "נשלח:", "אל:", "נושא:"], "יום שלישי 3 נובמבר 2026 10:15", "RE:"),
    block("ar", ["من:", "تاريخ الإرسال:", "إلى:", "الموضوع:"], "الثلاثاء، 3 نوفمبر، 2026 10:15 ص", "رد:"),
    block("fa", ["از:", "ارسال شده:", "به:", "موضوع:"], "سه‌شنبه, ۳ نوامبر ۲۰۲۶ ۱۰:۱۵", "RE:"),
    block("hi", ["प्रेषक:", "भेजा गया:", "प्रति:", "विषय:"], "03 नवंबर 2026 10:15", "RE:"),
    block("th", ["จาก:", "ส่ง:", "ถึง:", "เรื่อง:"], "วันอังคารที่ 3 พฤศจิกายน 2569 10:15", "RE:"),
    block("vi", ["Từ:", "Đã gửi:", "Đến:", "Chủ đề:"], "Thứ Ba, ngày 3 tháng Mười Một năm 2026 10:15 SA", "RE:"),
    block("id", ["Dari:", "Dikirim:", "Kepada:", "Subjek:"], "Selasa, 03 November 2026 10:15", "RE:"),
    block("ja", ["差出人:", "送信日時:", "宛先:", "件名:"], "2026年11月3日 火曜日 10:15", "RE:"),
    block("ko", ["보낸 사람:", "보낸 날짜:", "받는 사람:", "제목:"], "2026년 11월 3일 화요일 오전 10:15", "RE:"),
    block("zh-Hans", ["发件人:", "发送时间:", "收件人:", "主题:"], "2026年11月3日 10:15", "答复:"),
    block("zh-Hant", ["寄件者:", "寄件日期:", "收件者:", "主旨:"], "2026年11月3日 星期二 上午 10:15", "RE:"),
];

/// The header block of a language.
pub(crate) fn of(code: &str) -> &'static Block {
    BLOCKS.iter().find(|block| block.code == code).unwrap_or(&BLOCKS[0])
}

impl Block {
    /// Label and value of each line.
    pub(crate) fn lines(&self, to: (&str, &str), subject: &str) -> [(&'static str, String); 4] {
        let [from, sent, recipient, about] = self.labels;
        [
            (from, format!("{} <{}>", US.0, US.1)),
            (sent, self.date.to_owned()),
            (recipient, format!("{} <{}>", to.0, to.1)),
            (about, subject.to_owned()),
        ]
    }

    /// The block as plain lines.
    pub(crate) fn plain(&self, to: (&str, &str), subject: &str) -> String {
        self.lines(to, subject).map(|(label, value)| format!("{label} {value}")).join("\n")
    }

    /// The block as HTML with bold labels.
    pub(crate) fn html(&self, to: (&str, &str), subject: &str) -> String {
        self.lines(to, subject).map(|(label, value)| format!("<b>{label}</b> {}", escaped(&value))).join("<br>\n")
    }
}

const HEAD: &str = "<html xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w=\"urn:schemas-microsoft-com:office:word\" xmlns=\"http://www.w3.org/TR/REC-html40\">\n<head>\n<meta name=\"Generator\" content=\"Microsoft Word 15 (filtered medium)\">\n<style><!--\np.MsoNormal, li.MsoNormal, div.MsoNormal\n\t{margin:0cm;\n\tfont-size:11.0pt;\n\tfont-family:\"Calibri\",sans-serif;}\n--></style>\n</head>\n";

/// Lines as Word's paragraphs.
pub(crate) fn paragraphs(text: &str) -> String {
    lines_in(text, "<p class=\"MsoNormal\">", "<o:p>&nbsp;</o:p>", "<o:p></o:p></p>")
}

/// A whole page as Word writes it.
pub(crate) fn page(inner: &str) -> String {
    format!(
        "{HEAD}<body lang=\"EN-US\" link=\"#0563C1\" vlink=\"#954F72\" style=\"word-wrap:break-word\">\n<div class=\"WordSection1\">\n{inner}</div>\n</body>\n</html>\n"
    )
}

/// An answer above the history.
pub(crate) fn reply(
    block: &Block,
    to: (&str, &str),
    subject: &str,
    written: &str,
    signature: Option<&str>,
    history: &str,
) -> Bodies {
    let above = format!("{written}{}", below(signature));
    let plain = format!("{above}\n\n{}\n\n{history}\n", block.plain(to, subject));
    let html = page(&format!(
        "{}<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>\n<div>\n<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\">\n<p class=\"MsoNormal\">{}<o:p></o:p></p>\n</div>\n</div>\n<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>\n{}",
        paragraphs(&above),
        block.html(to, subject),
        paragraphs(history)
    ));
    Bodies { plain, html }
}
