//! Words in many languages that begin as history does, and lists with the labels of header blocks: all is what the person wrote.

use super::{BELOW, GROUP, SUBJECT, plain};
use crate::corpus::case::Case;
use crate::corpus::mail::{Part, Transfer};
use crate::corpus::words;

/// Name, language, words; each stands once alone in its mail or above history, by turns.
const KEPT: &[(&str, &str, &str)] = &[
    ("i-wrote", "it", "Il 3 novembre ho scritto:\nil pacco non è arrivato. Manca ancora."),
    ("i-wrote", "nl", "Op dinsdag schreef ik:\nhet pakje is er nog niet. Dat is nog steeds zo."),
    ("i-wrote", "pl", "W dniu 3 listopada napisałem:\npaczki jeszcze nie ma. Nadal jej nie ma."),
    ("i-wrote", "ru", "3 ноября я писала:\nпосылки нет. Её нет до сих пор."),
    ("i-wrote", "sv", "Den 3 november skrev jag:\npaketet saknas. Det saknas fortfarande."),
    ("i-wrote", "pt-BR", "Em 3 de novembro escrevi:\no pacote não chegou. Continua faltando."),
    ("i-wrote", "zh-Hans", "11月3日我写道：\n包裹还没到。现在还没到。"),
    ("i-wrote", "tr", "3 Kasım tarihinde şunu yazdım:\npaket gelmedi. Hâlâ gelmedi."),
    ("i-wrote", "cs", "Dne 3. listopadu jsem napsal:\nbalík nepřišel. Pořád nepřišel."),
    ("i-wrote", "fi", "Kirjoitin 3. marraskuuta:\npaketti puuttuu. Se puuttuu yhä."),
    ("i-wrote", "el", "Στις 3 Νοεμβρίου έγραψα:\nτο δέμα λείπει. Λείπει ακόμη."),
    ("i-wrote", "he", "ב-3 בנובמבר כתבתי:\nהחבילה לא הגיעה. היא עדיין לא כאן."),
    ("journey", "de", "Das ist die Fahrt:\n\nVon: Berlin\nNach: Paris\nDatum: 12. Dezember\n\nKönnen Sie das buchen?"),
    ("journey", "fr", "Voici le trajet :\n\nDe : Lyon\nÀ : Paris\nDate : 12 décembre\n\nEst-ce possible ?"),
    ("gift-card", "es", "En la tarjeta:\n\nDe: Íñigo\nPara: María\n\n¿Puede ser en letra grande?"),
    ("gift-card", "ja", "カードには\n\n差出人：花子\n宛先：太郎\n\nと書いてください。"),
    ("gift-card", "ru", "На открытке:\n\nОт: Юлии\nКому: Анне\n\nМожно крупными буквами?"),
    ("appointment", "de", "Mein Vorschlag:\n\nDatum: 12.12.\nZeit: 10 Uhr\nOrt: Köln, Dom\n\nPasst das?"),
    ("appointment", "sv", "Mitt förslag:\n\nDatum: 12 december\nTid: 10.00\nPlats: Lund\n\nGår det bra?"),
    ("thanks-goes-on", "de", "Mit freundlichen Grüßen ist es nicht getan: Das Paket fehlt.\nWas tun Sie jetzt?"),
    ("thanks-goes-on", "fr", "Cordialement, c'est bien joli,\nmais le colis manque toujours."),
    ("sent-from-goes-on", "de", "Von meinem iPhone gesendet habe ich die Bilder schon gestern.\nSind sie angekommen?"),
];

/// Name, words: mails of people in the form of something else.
const FORMS: &[(&str, &str)] = &[
    (
        "form-of-a-page",
        "Name: Ann Lee\nEmail: ann@x.example\nSubject: Order 1042\nMessage: The lid is bent.\nPlease send another.",
    ),
    (
        "form-of-a-page-german",
        "Name: Jörg Müller\nE-Mail: joerg@kunde.example\nBetreff: Bestellung 1042\nNachricht:\nDer Deckel ist verbogen.",
    ),
    (
        "chat-pasted",
        "This was our chat:\n\n[10:15] Ada: Which size?\n[10:16] Ann: L\n[10:17] Ada: And the colour?\n\nNobody came back to me.",
    ),
    ("questions-and-answers", "Q: Which size?\nA: L\nQ: Which colour?\nA: Blue\n\nIs anything else open?"),
    ("arrows", "-> left at the church\n=> then right\n>>> the third door <<<\n\nThe bell says Lee."),
    (
        "receipt-pasted",
        "Order 1042\n----------------------------------------\n1 coat L blue                      89.00\n1 scarf                            12.00\n----------------------------------------\nTotal                             101.00\n\nI paid 89.00: what is right?",
    ),
    (
        "address-with-wrote",
        "See https://shop.example/?q=On+Mon+he+wrote: and\nhttps://shop.example/From:/To:\n\nBoth end in an error.",
    ),
    (
        "letter",
        "To whom it may concern:\n\nI hereby return the coat.\n\nPlace of purchase: York\nDate of purchase: 2 November",
    ),
    ("lines-of-equals", "=====\nPART 1\n=====\nThe lid.\n\n=====\nPART 2\n=====\nThe key."),
    ("stars-between", "First the lid.\n\n* * *\n\nThen the key.\n\n***\n\nThat is all."),
];

pub(super) fn cases() -> Vec<Case> {
    let kept = KEPT.iter().enumerate().map(|(number, (name, code, text))| {
        let words = words::of(code);
        let body = if number.is_multiple_of(2) { format!("{text}\n") } else { format!("{text}\n\n{BELOW}\n") };
        let body = Part::text("plain", "utf-8", Transfer::Quoted, &body);
        Case::reply(GROUP, &format!("{code}-{name}"), words.person, SUBJECT, body).text(text)
    });
    let forms = FORMS.iter().enumerate().map(|(number, (name, text))| {
        let body = if number.is_multiple_of(2) { (*text).to_owned() } else { format!("{text}\n\n{BELOW}") };
        plain(name, &body).text(text)
    });
    kept.chain(forms).chain(around()).collect()
}

/// Words on both sides of what is cut.
fn around() -> Vec<Case> {
    vec![
        plain("words-below-the-footer", &format!("Sent from my iPhone\n\nThe blue one, please.\n\n{BELOW}"))
            .contains(&["The blue one, please."])
            .lacks(&["Which size do you need?"]),
        plain("words-on-both-sides", &format!("See below.\n\n{BELOW}\n\nYes to both questions."))
            .contains(&["See below.", "Yes to both questions."]),
        plain("question-below-the-name", &format!("It came today.\n\nRegards,\nAnn\n\nOne more thing: do you open on Sunday?\n\n{BELOW}"))
            .contains(&["It came today.", "One more thing: do you open on Sunday?"])
            .lacks(&["Which size do you need?"]),
        plain("form-sent-by-a-page", "From: Ann Lee <ann@x.example>\nSubject: Order 1042\n\nMessage Body:\nThe lid is bent.\n\n-- \nThis e-mail was sent from a contact form on Shop (https://shop.example)")
            .unthreaded()
            .contains(&["The lid is bent."]),
    ]
}
