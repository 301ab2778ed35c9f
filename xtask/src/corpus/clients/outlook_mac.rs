//! Outlook for Mac and the new Outlook: like Outlook's header block, with a date where Outlook on Windows says when it was sent.

use super::outlook::Block;

const fn block(code: &'static str, labels: [&'static str; 4], date: &'static str) -> Block {
    Block { code, labels, date, re: "Re:" }
}

/// Every language.
pub(crate) const BLOCKS: &[Block] = &[
    block("en", ["From:", "Date:", "To:", "Subject:"], "Wednesday, 23 September 2026 at 22:40"),
    block("de", ["Von:", "Datum:", "An:", "Betreff:"], "Mittwoch, 23. September 2026 um 22:40"),
    block("fr", ["De :", "Date :", "À :", "Objet :"], "mercredi 23 septembre 2026 à 22:40"),
    block("es", ["De:", "Fecha:", "Para:", "Asunto:"], "miércoles, 23 de septiembre de 2026, 22:40"),
    block("pt-PT", ["De:", "Data:", "Para:", "Assunto:"], "quarta-feira, 23 de setembro de 2026 às 22:40"),
    block("pt-BR", ["De:", "Data:", "Para:", "Assunto:"], "quarta-feira, 23 de setembro de 2026 às 22:40"),
    block("it", ["Da:", "Data:", "A:", "Oggetto:"], "mercoledì, 23 settembre 2026 alle ore 22:40"),
    block("nl", ["Van:", "Datum:", "Aan:", "Onderwerp:"], "woensdag 23 september 2026 om 22:40"),
    block("ro", ["De la:", "Dată:", "Către:", "Subiect:"], "miercuri, 23 septembrie 2026, 22:40"),
    block("pl", ["Od:", "Data:", "Do:", "Temat:"], "środa, 23 września 2026 22:40"),
    block("cs", ["Od:", "Datum:", "Komu:", "Předmět:"], "středa 23. září 2026 22:40"),
    block("sk", ["Od:", "Dátum:", "Komu:", "Predmet:"], "streda 23. septembra 2026 22:40"),
    block("hr", ["Od:", "Datum:", "Prima:", "Predmet:"], "srijeda, 23. rujna 2026. u 22:40"),
    block("sr", ["Од:", "Датум:", "За:", "Тема:"], "среда, 23. септембар 2026. 22:40"),
    block("sl", ["Od:", "Datum:", "Za:", "Zadeva:"], "sreda, 23. september 2026 ob 22:40"),
    block("bg", ["От:", "Дата:", "До:", "Тема:"], "сряда, 23 септември 2026 г. 22:40"),
    block("ru", ["От:", "Дата:", "Кому:", "Тема:"], "среда, 23 сентября 2026 г. в 22:40"),
    block("uk", ["Від:", "Дата:", "Кому:", "Тема:"], "середа, 23 вересня 2026 р. о 22:40"),
    block("el", ["Από:", "Ημερομηνία:", "Προς:", "Θέμα:"], "Τετάρτη, 23 Σεπτεμβρίου 2026, 10:40 μ.μ."),
    block("tr", ["Kimden:", "Tarih:", "Kime:", "Konu:"], "23 Eylül 2026 Çarşamba 22:40"),
    block("sv", ["Från:", "Datum:", "Till:", "Ämne:"], "onsdag 23 september 2026 22:40"),
    block("da", ["Fra:", "Dato:", "Til:", "Emne:"], "onsdag den 23. september 2026 kl. 22.40"),
    block("nb", ["Fra:", "Dato:", "Til:", "Emne:"], "onsdag 23. september 2026 kl. 22:40"),
    block("fi", ["Lähettäjä:", "Päivämäärä:", "Vastaanottaja:", "Aihe:"], "keskiviikko 23. syyskuuta 2026 klo 22.40"),
    block("et", ["Saatja:", "Kuupäev:", "Adressaat:", "Teema:"], "kolmapäev, 23. september 2026 22:40"),
    block("lv", ["No:", "Datums:", "Kam:", "Tēma:"], "trešdiena, 2026. gada 23. septembris 22:40"),
    block("lt", ["Nuo:", "Data:", "Kam:", "Tema:"], "2026 m. rugsėjo 23 d., trečiadienis 22:40"),
    block("hu", ["Feladó:", "Dátum:", "Címzett:", "Tárgy:"], "2026. szeptember 23., szerda 22:40"),
    block("he", ["מאת:", "תאריך:", "אל:", "נושא:"], "יום רביעי, 23 בספטמבר 2026 בשעה 22:40"),
    block("ar", ["من:", "التاريخ:", "إلى:", "الموضوع:"], "الأربعاء، 23 سبتمبر 2026 في 10:40 م"),
    block("fa", ["از:", "تاریخ:", "به:", "موضوع:"], "چهارشنبه ۲۳ سپتامبر ۲۰۲۶ ۲۲:۴۰"),
    block("hi", ["प्रेषक:", "दिनांक:", "प्रति:", "विषय:"], "बुधवार, 23 सितंबर 2026 को 10:40 pm"),
    block("th", ["จาก:", "วันที่:", "ถึง:", "เรื่อง:"], "วันพุธที่ 23 กันยายน 2569 เวลา 22:40"),
    block("vi", ["Từ:", "Ngày:", "Đến:", "Chủ đề:"], "Thứ Tư, 23 tháng 9, 2026 lúc 22:40"),
    block("id", ["Dari:", "Tanggal:", "Kepada:", "Subjek:"], "Rabu, 23 September 2026 pukul 22.40"),
    block("ja", ["差出人:", "日付:", "宛先:", "件名:"], "2026年9月23日 水曜日 22:40"),
    block("ko", ["보낸 사람:", "날짜:", "받는 사람:", "제목:"], "2026년 9월 23일 수요일 오후 10:40"),
    block("zh-Hans", ["发件人:", "日期:", "收件人:", "主题:"], "2026年9月23日 星期三 22:40"),
    block("zh-Hant", ["寄件者:", "日期:", "收件者:", "主旨:"], "2026年9月23日 星期三 下午10:40"),
];
