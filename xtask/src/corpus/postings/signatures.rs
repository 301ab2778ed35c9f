//! Ways to sign a mail: all that stands below the words is the signature.

use super::signed;
use crate::corpus::case::Case;
use crate::corpus::words;

/// Name, language, signature; the words are the language's short ones.
const SIGNATURES: &[(&str, &str, &str)] = &[
    ("dashes", "en", "-- \nAnn Lee\nLee & Sons, York\n+44 1904 496 000"),
    ("dashes-without-the-blank", "en", "--\nAnn Lee\nLee & Sons, York"),
    ("long-dash", "en", "—\nAnn Lee\nLee & Sons"),
    ("underscores", "en", "_______________\nAnn Lee\nLee & Sons"),
    (
        "regards-and-firm",
        "en",
        "Kind regards,\n\nAnn Lee\nHead of Buying\n\nLee & Sons Ltd | 12 Mill Lane | York YO1 7ZZ\nT +44 1904 496 000 | www.lee.example",
    ),
    ("best", "en", "Best,\nAnn"),
    ("cheers", "en", "Cheers\nAnn"),
    ("sincerely", "en", "Yours sincerely,\nAnn Lee"),
    ("german-mfg", "de", "MfG\nJörg Müller"),
    ("german-lg", "de", "LG\nJörg"),
    ("german-viele-gruesse", "de", "Viele Grüße\nJörg Müller"),
    (
        "german-freundliche-gruesse",
        "de",
        "Freundliche Grüsse\n\nJörg Müller\nEinkauf\n\nMüller & Söhne AG\nBahnhofstrasse 1, 8001 Zürich\nTel. +41 44 668 18 00",
    ),
    ("german-beste-gruesse-aus", "de", "Beste Grüße aus Köln\nJörg Müller"),
    ("french-bien-a-vous", "fr", "Bien à vous,\nHélène Lefèvre"),
    (
        "french-cordialement-firm",
        "fr",
        "Cordialement,\n\nHélène Lefèvre\nResponsable des achats\nTél. : 01 99 00 12 34",
    ),
    ("french-salutations", "fr", "Je vous prie d'agréer, Madame, mes salutations distinguées.\n\nHélène Lefèvre"),
    ("spanish-saludos", "es", "Saludos,\nÍñigo Muñoz"),
    ("spanish-atentamente", "es", "Atentamente,\nÍñigo Muñoz\nCompras"),
    ("portuguese-cumprimentos", "pt-PT", "Cumprimentos,\nJoão Conceição"),
    ("brazilian-abraco", "pt-BR", "Um abraço,\nAntônio"),
    ("italian-distinti-saluti", "it", "Distinti saluti\nNiccolò Verità"),
    ("dutch-groetjes", "nl", "Groetjes,\nDaniël"),
    ("dutch-hartelijke-groet", "nl", "Hartelijke groet,\nDaniël Smeets\nInkoop"),
    ("polish-pozdrawiam", "pl", "Pozdrawiam\nŁukasz Żak"),
    ("czech-hezky-den", "cs", "S přátelským pozdravem\nJiří Dvořák"),
    ("swedish-mvh", "sv", "Mvh\nÅsa Sjögren"),
    ("danish-mvh", "da", "Mvh.\nSøren Kjær"),
    ("norwegian-hilsen", "nb", "Hilsen\nBjørn"),
    ("finnish-terveisin", "fi", "Terveisin\nVäinö Mäkelä"),
    ("hungarian-udv", "hu", "Üdv,\nZsófia"),
    ("russian-s-uvazheniem", "ru", "-- \nС уважением,\nЮлия Щербакова\n+7 495 000-00-00"),
    ("ukrainian-z-povahoyu", "uk", "З повагою\nҐанна Їжакевич"),
    ("greek-me-ektimisi", "el", "Φιλικά,\nΘεόδωρος Ψαρράς"),
    ("turkish-iyi-calismalar", "tr", "İyi çalışmalar,\nGülşen Çağlar"),
    ("hebrew-toda", "he", "בברכה,\nנועה"),
    ("arabic-tahiyyat", "ar", "مع خالص التحية،\nليلى حداد"),
    (
        "japanese-frame",
        "ja",
        "------------------------------\n山田 花子\n株式会社やまだ 購買部\nTEL 03-0000-0000\n------------------------------",
    ),
    ("korean-deurim", "ko", "김민지 드림"),
    ("chinese-business", "zh-Hans", "--\n王小明\n采购部"),
];

pub(super) fn cases() -> Vec<Case> {
    let signature = |(number, (name, code, signature)): (usize, &(&str, &str, &str))| {
        let name = format!("signature-{name}");
        signed(&name, code, words::of(code).short, signature, number.is_multiple_of(3)).signature(signature)
    };
    SIGNATURES.iter().enumerate().map(signature).collect()
}
