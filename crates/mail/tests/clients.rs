//! How mail clients of many makes and languages quote in plain text: above stands what was written, below what must be cut.

use mail::reply::{Hints, extract_plain};

/// Client or language, and the history as it writes it.
const HISTORIES: &[(&str, &str)] = &[
    ("yahoo", "On Monday, January 5, 2026 at 10:00:00 AM GMT+1, Ann Lee <ann@x.example> wrote:\n\nOld words\n"),
    (
        "gmx",
        "Gesendet: Montag, 05. Januar 2026 um 10:00 Uhr\nVon: \"Ann Lee\" <ann@x.example>\nAn: bob@x.example\nBetreff: Bestellung\nOld words\n",
    ),
    (
        "t-online",
        "-----Original-Nachricht-----\nBetreff: Bestellung\nDatum: 2026-01-05T10:00:00+0100\nVon: \"Ann\" <ann@x.example>\nAn: bob@x.example\n\nOld words\n",
    ),
    ("mail.ru", "Понедельник, 5 января 2026, 10:00 +03:00 от Ann Lee <ann@x.example>:\n\nOld words\n"),
    ("yandex", "05.01.2026, 10:00, \"Ann Lee\" <ann@x.example>:\n\n> Old words\n"),
    (
        "outlook mobile",
        "________________________________\nFrom: Ann Lee <ann@x.example>\nSent: Monday, January 5, 2026 10:00:00 AM\nTo: Bob <bob@x.example>\nSubject: Order\n\nOld words\n",
    ),
    (
        "outlook with bold labels",
        "*From:* Ann Lee <ann@x.example>\n*Sent:* Monday, January 5, 2026 10:00 AM\n*To:* Bob <bob@x.example>\n*Subject:* Order\n\nOld words\n",
    ),
    (
        "samsung",
        "-------- Original message --------\nFrom: Ann Lee <ann@x.example>\nDate: 1/5/26 10:00 (GMT+01:00)\nTo: bob@x.example\nSubject: Order\n\nOld words\n",
    ),
    (
        "samsung german",
        "-------- Ursprüngliche Nachricht --------\nVon: Ann Lee <ann@x.example>\nDatum: 05.01.26 10:00 (GMT+01:00)\nAn: bob@x.example\nBetreff: Order\n\nOld words\n",
    ),
    ("proton", "On Monday, January 5th, 2026 at 10:00, Ann Lee <ann@x.example> wrote:\n\n> Old words\n"),
    ("thunderbird german", "Am 05.01.26 um 10:00 schrieb Ann Lee:\n> Old words\n"),
    ("apple mail", "> On 5 Jan 2026, at 10:00, Ann Lee <ann@x.example> wrote:\n> \n> Old words\n"),
    ("apple mail french", "> Le 5 janv. 2026 à 10:00, Ann Lee <ann@x.example> a écrit :\n> \n> Old words\n"),
    (
        "gmail, broken",
        "On Mon, Jan 5, 2026 at 10:00 AM A Person With A Rather Long Name\n<a.person.with.a.rather.long.name@long.domain.example>\nwrote:\n\n> Old words\n",
    ),
    ("gmail spanish", "El lun, 5 ene 2026 a las 10:00, Ann Lee (<ann@x.example>) escribió:\n\n> Old words\n"),
    ("gmail portuguese", "Em seg., 5 de jan. de 2026 às 10:00, Ann Lee <ann@x.example>\nescreveu:\n\n> Old words\n"),
    ("gmail italian", "Il giorno lun 5 gen 2026 alle ore 10:00 Ann Lee <ann@x.example> ha\nscritto:\n\n> Old words\n"),
    ("gmail dutch", "Op ma 5 jan 2026 om 10:00 schreef Ann Lee <ann@x.example>:\n\n> Old words\n"),
    ("gmail polish", "pon., 5 sty 2026 o 10:00 Ann Lee <ann@x.example> napisał(a):\n\n> Old words\n"),
    ("gmail czech", "po 5. 1. 2026 v 10:00 odesílatel Ann Lee <ann@x.example> napsal:\n\n> Old words\n"),
    ("gmail danish", "Den man. 5. jan. 2026 kl. 10.00 skrev Ann Lee <ann@x.example>:\n\n> Old words\n"),
    ("gmail norwegian", "man. 5. jan. 2026 kl. 10:00 skrev Ann Lee <ann@x.example>:\n\n> Old words\n"),
    ("gmail finnish", "ma 5. tammik. 2026 klo 10.00 Ann Lee (ann@x.example) kirjoitti:\n\n> Old words\n"),
    ("gmail hungarian", "Ann Lee <ann@x.example> ezt írta (időpont: 2026. jan. 5., H, 10:00):\n\n> Old words\n"),
    ("gmail turkish", "Ann Lee <ann@x.example>, 5 Oca 2026 Pzt, 10:00 tarihinde şunu yazdı:\n\n> Old words\n"),
    ("gmail chinese", "Ann Lee <ann@x.example> 于2026年1月5日周一 10:00写道：\n\n> Old words\n"),
    ("gmail japanese", "2026年1月5日(月) 10:00 Ann Lee <ann@x.example>:\n\n> Old words\n"),
    ("gmail korean", "2026년 1월 5일 (월) 오전 10:00, Ann Lee <ann@x.example>님이 작성:\n\n> Old words\n"),
    ("gmail greek", "Στις Δευ 5 Ιαν 2026 στις 10:00 π.μ., ο/η Ann Lee <ann@x.example> έγραψε:\n\n> Old words\n"),
    ("gmail romanian", "În lun., 5 ian. 2026 la 10:00, Ann Lee <ann@x.example> a scris:\n\n> Old words\n"),
    ("gmail vietnamese", "Vào Th 2, 5 thg 1, 2026 vào lúc 10:00 Ann Lee <ann@x.example> đã viết:\n\n> Old words\n"),
    (
        "gmail arabic",
        "في الاثنين، 5 يناير 2026 في 10:00 ص تمت كتابة ما يلي بواسطة \u{202a}Ann Lee\u{202c}\u{200f} <\u{202a}ann@x.example\u{202c}\u{200f}>:\n\n> Old words\n",
    ),
    (
        "gmail hebrew",
        "\u{202b}בתאריך יום ב׳, 5 בינו׳ 2026 ב-10:00 מאת \u{202a}Ann Lee\u{202c}\u{200f} <\u{202a}ann@x.example\u{202c}\u{200f}>:\u{202c}\n\n> Old words\n",
    ),
    ("gmail ukrainian", "пн, 5 січ. 2026 р. о 10:00 Ann Lee <ann@x.example> пише:\n\n> Old words\n"),
    (
        "outlook french",
        "De : Ann Lee <ann@x.example>\nEnvoyé : lundi 5 janvier 2026 10:00\nÀ : Bob <bob@x.example>\nObjet : Commande\n\nOld words\n",
    ),
    (
        "outlook spanish",
        "De: Ann Lee <ann@x.example>\nEnviado el: lunes, 5 de enero de 2026 10:00\nPara: Bob <bob@x.example>\nAsunto: Pedido\n\nOld words\n",
    ),
    (
        "outlook swedish",
        "Från: Ann Lee <ann@x.example>\nSkickat: den 5 januari 2026 10:00\nTill: Bob <bob@x.example>\nÄmne: Order\n\nOld words\n",
    ),
    (
        "outlook finnish",
        "Lähettäjä: Ann Lee <ann@x.example>\nLähetetty: maanantai 5. tammikuuta 2026 10.00\nVastaanottaja: Bob\nAihe: Tilaus\n\nOld words\n",
    ),
    (
        "outlook japanese",
        "差出人: Ann Lee <ann@x.example>\n送信日時: 2026年1月5日 10:00\n宛先: Bob\n件名: 注文\n\nOld words\n",
    ),
    (
        "outlook korean",
        "보낸 사람: Ann Lee <ann@x.example>\n보낸 날짜: 2026년 1월 5일 월요일 오전 10:00\n받는 사람: Bob\n제목: 주문\n\nOld words\n",
    ),
    (
        "outlook turkish",
        "Kimden: Ann Lee <ann@x.example>\nGönderildi: 5 Ocak 2026 Pazartesi 10:00\nKime: Bob\nKonu: Sipariş\n\nOld words\n",
    ),
    (
        "outlook russian",
        "От: Ann Lee <ann@x.example>\nОтправлено: 5 января 2026 г. 10:00\nКому: Bob\nТема: Заказ\n\nOld words\n",
    ),
    (
        "begin forwarded",
        "Begin forwarded message:\n\nFrom: Ann Lee <ann@x.example>\nSubject: Order\nDate: January 5, 2026 at 10:00:00 AM GMT+1\nTo: bob@x.example\n\nOld words\n",
    ),
    ("zoho", "---- On Mon, 05 Jan 2026 10:00:00 +0100 ann@x.example wrote ----\n\nOld words\n"),
    ("fastmail", "On Mon, Jan 5, 2026, at 10:00 AM, Ann Lee wrote:\n> Old words\n"),
    ("mutt", "* Ann Lee <ann@x.example> [2026-01-05 10:00]:\n> Old words\n"),
    ("kmail", "On Monday, 5 January 2026 10:00:00 CET Ann Lee wrote:\n> Old words\n"),
    (
        "em client",
        "------ Original Message ------\nFrom \"Ann Lee\" <ann@x.example>\nTo bob@x.example\nDate 05/01/2026 10:00:00\nSubject Order\n\nOld words\n",
    ),
];

/// Lines that end a mail without being words, per client.
const FOOTERS: &[&str] = &[
    "Sent from my iPhone",
    "Sent from Proton Mail for iOS",
    "Sent with Proton Mail secure email.",
    "Get Outlook for Android <https://aka.ms/x>",
    "Von meinem iPad gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Wysłane z iPhone'a",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Отправлено с iPhone",
    "Надіслано з iPhone",
    "iPhone'umdan gönderildi",
    "发自我的iPhone",
    "iPhoneから送信",
    "나의 iPhone에서 보냄",
    "Odesláno z iPhonu",
];

#[test]
fn every_clients_history_is_cut() {
    let mut wrong = Vec::new();
    for (client, history) in HISTORIES {
        for written in ["Yes, please.", "Two lines\nof words: really.\n\nAnd a second paragraph."] {
            let reply = extract_plain(&format!("{written}\n\n{history}"), &Hints::default());
            if reply.text != written || !reply.quoted.as_deref().is_some_and(|quoted| quoted.contains("Old words")) {
                wrong.push(format!("{client}: {reply:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_footer_leaves_the_words() {
    let mut wrong = Vec::new();
    for footer in FOOTERS {
        let history = "On Mon, Jan 5, 2026 at 10:00 AM Ann Lee <ann@x.example> wrote:\n\n> Old words\n";
        for text in [format!("Yes, please.\n\n{footer}\n"), format!("Yes, please.\n\n{footer}\n\n{history}")] {
            let reply = extract_plain(&text, &Hints::default());
            if reply.text != "Yes, please." || reply.signature.as_deref() != Some(footer) {
                wrong.push(format!("{footer}: {reply:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
