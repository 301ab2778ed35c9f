//! Gmail's line above the quote as it was for many years, with the month written out and no day of the week, and the one that
//! looked alike in all languages. Mails with them are still answered, and programs that began then write them still.

use super::case::Case;
use super::clients::{Lines, filled, gmail, outlook, outlook_mac};
use super::mail::{Part, Transfer};
use super::text::{quoted, wrapped};
use super::words::{self, Words};

const GROUP: &str = "older";

const LINES: Lines = &[
    ("en", "On Wed, Sep 23, 2015 at 10:40 PM, {name} <{mail}> wrote:"),
    ("de", "Am 23. September 2015 um 22:40 schrieb {name} <{mail}>:"),
    ("fr", "Le 23 septembre 2015 22:40, {name} <{mail}> a écrit :"),
    ("es", "El 23 de septiembre de 2015, 22:40, {name} <{mail}> escribió:"),
    ("pt-PT", "No dia 23 de setembro de 2015 às 22:40, {name} <{mail}> escreveu:"),
    ("pt-BR", "Em 23 de setembro de 2015 22:40, {name} <{mail}> escreveu:"),
    ("it", "Il giorno 23 settembre 2015 22:40, {name} <{mail}> ha scritto:"),
    ("nl", "Op 23 september 2015 22:40 schreef {name} <{mail}>:"),
    ("ro", "În data de 23 septembrie 2015, 22:40, {name} <{mail}> a scris:"),
    ("pl", "W dniu 23 września 2015 22:40 użytkownik {name} <{mail}> napisał:"),
    ("cs", "Dne 23. září 2015 22:40 {name} <{mail}> napsal(a):"),
    ("sk", "Dňa 23. septembra 2015, 22:40, {name} <{mail}> napísal(-a):"),
    ("hr", "Dana 23. rujna 2015. 22:40 {name} <{mail}> napisao je:"),
    ("sr", "23. септембар 2015. 22:40, {name} <{mail}> је написао/ла:"),
    ("sl", "Dne 23. september 2015 22:40 je {name} <{mail}> napisal/-a:"),
    ("bg", "На 23 септември 2015 г., 22:40, {name} <{mail}> написа:"),
    ("ru", "23 сентября 2015 г., 22:40 пользователь {name} <{mail}> написал:"),
    ("uk", "23 вересня 2015 р. 22:40 {name} <{mail}> написав:"),
    ("el", "Στις 23 Σεπτεμβρίου 2015 - 10:40 μ.μ., ο χρήστης {name} <{mail}> έγραψε:"),
    ("tr", "23 Eylül 2015 22:40 tarihinde {name} <{mail}> yazdı:"),
    ("sv", "Den 23 september 2015 22:40 skrev {name} <{mail}>:"),
    ("da", "Den 23. september 2015 kl. 22.40 skrev {name} <{mail}>:"),
    ("nb", "23. september 2015 kl. 22.40 skrev {name} <{mail}>:"),
    ("fi", "23. syyskuuta 2015 klo 22.40 {name} <{mail}> kirjoitti:"),
    ("et", "23. september 2015 22:40 kirjutas {name} <{mail}>:"),
    ("lv", "2015. gada 23. septembris 22:40 {name} <{mail}> rakstīja:"),
    ("lt", "2015 m. rugsėjo 23 d. 22:40, {name} <{mail}> rašė:"),
    ("hu", "2015. szeptember 23. 22:40 {name} <{mail}> írta, :"),
    ("he", "\u{202b}בתאריך 23 בספטמבר 2015 בשעה 22:40, מאת {name} \u{202a}<{mail}>:\u{202c}\u{202c}"),
    ("ar", "في 23 سبتمبر، 2015 10:40 م، جاء من {name} \u{202a}<{mail}>:\u{202c}"),
    ("fa", "در ۲۳ سپتامبر ۲۰۱۵،\u{200f} ۲۲:۴۰، {name} <{mail}> نوشت:"),
    ("hi", "23 सितंबर 2015 को 10:40 pm को, {name} <{mail}> ने लिखा:"),
    ("th", "เมื่อ 23 กันยายน 2558 22:40, {name} <{mail}> เขียนว่า:"),
    ("vi", "Vào 22:40 Ngày 23 tháng 9 năm 2015, {name} <{mail}> đã viết:"),
    ("id", "Pada 23 September 2015 22.40, {name} <{mail}> menulis:"),
    ("ja", "2015年9月23日 22:40 {name} <{mail}>:"),
    ("ko", "2015년 9월 23일 오후 10:40, {name} <{mail}>님의 말:"),
    ("zh-Hans", "在 2015年9月23日 下午10:40，{name} <{mail}>写道："),
    ("zh-Hant", "{name} <{mail}> 於 2015年9月23日下午10:40寫道："),
];

/// One line for all languages.
const EVERYWHERE: &str = "2015-09-23 22:40 GMT+02:00 {name} <{mail}>:";

pub(crate) fn cases() -> Vec<Case> {
    let everywhere = ["de", "fr", "es", "pl", "ru", "ja", "he", "zh-Hans"].map(|code| (code, EVERYWHERE));
    let lines = LINES.iter().copied().map(|(code, line)| (code, line, "gmail"));
    let everywhere = everywhere.into_iter().map(|(code, line)| (code, line, "gmail-with-a-plain-date"));
    let gmail = lines.chain(everywhere).enumerate().map(|(number, (code, line, name))| {
        let words = words::of(code);
        case(words, name, number, in_gmail(words, line, number))
    });
    let mac = outlook_mac::BLOCKS.iter().enumerate().map(|(number, block)| {
        let words = words::of(block.code);
        let written = written(words, number);
        let bodies = outlook::reply(block, words.person, words.subject, written, None, &words.history());
        case(words, "outlook-mac", number, by_turns(number, &bodies.plain, &bodies.html))
    });
    gmail.chain(mac).collect()
}

/// The shorter or the last words, by turns.
fn written(words: &Words, number: usize) -> &'static str {
    if number.is_multiple_of(2) { words.short } else { words.second }
}

fn by_turns(number: usize, plain: &str, html: &str) -> Part {
    let (kind, text) = if (number / 2).is_multiple_of(2) { ("plain", plain) } else { ("html", html) };
    Part::text(kind, "utf-8", Transfer::Base64, text)
}

fn in_gmail(words: &Words, line: &str, number: usize) -> Part {
    let written = written(words, number);
    let bodies = gmail::reply(line, written, None, &words.history());
    let plain = format!("{written}\n\n{}\n\n{}\n", wrapped(&filled(line), 78), quoted(&words.history()));
    by_turns(number, &plain, &bodies.html.replace("gmail_quote gmail_quote_container", "gmail_extra"))
}

fn case(words: &Words, program: &str, number: usize, body: Part) -> Case {
    let name = format!("{}-{program}", words.code);
    let subject = format!("Re: {}", words.subject);
    Case::reply(GROUP, &name, words.person, &subject, body).text(written(words, number)).quoted(&words.asked)
}
