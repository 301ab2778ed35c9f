//! What people leave behind when they are away, by language: what Exchange puts before the subject, and their words.

pub(super) const ALL: &[(&str, &str, &str)] = &[
    (
        "en",
        "Automatic reply: ",
        "I am out of the office until 9 November and read no mail.\n\nIn urgent cases write to Bob Ray.",
    ),
    (
        "de",
        "Automatische Antwort: ",
        "Ich bin bis zum 9. November nicht im Büro.\n\nIn dringenden Fällen hilft Ihnen Bob Ray.",
    ),
    (
        "fr",
        "Réponse automatique : ",
        "Je suis absente jusqu'au 9 novembre.\n\nEn cas d'urgence, adressez-vous à Bob Ray.",
    ),
    (
        "es",
        "Respuesta automática: ",
        "Estoy fuera de la oficina hasta el 9 de noviembre.\n\nSi es urgente, escriba a Bob Ray.",
    ),
    ("pt-BR", "Resposta automática: ", "Estou de férias até 9 de novembro.\n\nSe for urgente, escreva para Bob Ray."),
    ("it", "Risposta automatica: ", "Sono fuori ufficio fino al 9 novembre.\n\nPer urgenze scrivete a Bob Ray."),
    (
        "nl",
        "Automatisch antwoord: ",
        "Ik ben tot 9 november afwezig.\n\nVoor dringende zaken kunt u bij Bob Ray terecht.",
    ),
    (
        "pl",
        "Automatyczna odpowiedź: ",
        "Do 9 listopada jestem poza biurem.\n\nW pilnych sprawach proszę pisać do Boba Raya.",
    ),
    ("cs", "Automatická odpověď: ", "Do 9. listopadu jsem mimo kancelář.\n\nV naléhavých případech pište Bobu Rayovi."),
    ("sv", "Autosvar: ", "Jag är ledig till och med den 9 november.\n\nVid brådskande ärenden, kontakta Bob Ray."),
    ("da", "Automatisk svar: ", "Jeg er på ferie til og med den 9. november.\n\nSkriv til Bob Ray, hvis det haster."),
    (
        "fi",
        "Automaattinen vastaus: ",
        "Olen poissa toimistolta 9. marraskuuta asti.\n\nKiireellisissä asioissa auttaa Bob Ray.",
    ),
    ("hu", "Automatikus válasz: ", "November 9-ig nem vagyok az irodában.\n\nSürgős esetben Bob Ray segít."),
    ("ru", "Автоматический ответ: ", "Меня не будет в офисе до 9 ноября.\n\nПо срочным вопросам пишите Бобу Рэю."),
    ("uk", "Автоматична відповідь: ", "До 9 листопада мене немає в офісі.\n\nУ термінових справах пишіть Бобу Рею."),
    ("el", "Αυτόματη απάντηση: ", "Θα λείπω από το γραφείο έως τις 9 Νοεμβρίου.\n\nΓια επείγοντα γράψτε στον Bob Ray."),
    ("tr", "Otomatik yanıt: ", "9 Kasım'a kadar ofis dışındayım.\n\nAcil durumlarda Bob Ray'e yazabilirsiniz."),
    ("he", "תשובה אוטומטית: ", "אני מחוץ למשרד עד 9 בנובמבר.\n\nבמקרים דחופים אפשר לכתוב לבוב ריי."),
    ("ar", "رد تلقائي: ", "أنا خارج المكتب حتى 9 نوفمبر.\n\nفي الحالات العاجلة راسلوا بوب راي."),
    ("ja", "自動応答: ", "11月9日まで不在にしております。\n\nお急ぎの方はボブ・レイまでご連絡ください。"),
    ("ko", "자동 회신: ", "11월 9일까지 자리를 비웁니다.\n\n급한 용무는 밥 레이에게 연락 바랍니다."),
    ("zh-Hans", "自动答复: ", "我将外出至11月9日。\n\n如有急事，请联系鲍勃·雷。"),
    ("zh-Hant", "自動回覆: ", "我外出至11月9日。\n\n如有急事，請聯絡鮑伯·雷。"),
];
