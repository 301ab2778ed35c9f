//! Automatic answers known by their subject alone: the words that mail systems put before it, in the languages of their users.

/// How the subject of an automatic answer begins, lower case; a colon, a dash or nothing follows.
const BEGINNINGS: &[&str] = &[
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "automatic response",
    "automated reply",
    "automated response",
    "out of office",
    "out of office autoreply",
    "out of the office",
    "vacation reply",
    "on vacation",
    "away from office",
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesenheit",
    "automatische abwesenheitsnotiz",
    "abwesend",
    "r\u{e9}ponse automatique",
    "absence du bureau",
    "absent du bureau",
    "message d'absence",
    "respuesta autom\u{e1}tica",
    "fuera de la oficina",
    "ausente de la oficina",
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "resposta autom\u{e1}tica",
    "aus\u{ea}ncia tempor\u{e1}ria",
    "fora do escrit\u{f3}rio",
    "automatisch antwoord",
    "afwezigheidsbericht",
    "niet aanwezig",
    "odpowied\u{17a} automatyczna",
    "automatyczna odpowied\u{17a}",
    "nieobecno\u{15b}\u{107} w biurze",
    "poza biurem",
    "automatick\u{e1} odpov\u{11b}\u{10f}",
    "mimo kancel\u{e1}\u{159}",
    "automatick\u{e1} odpove\u{10f}",
    "automatikus v\u{e1}lasz",
    "r\u{e1}spuns automat",
    "автоматичен отговор",
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "αυτόματη απάντηση",
    "otomatik yan\u{131}t",
    "otomatik cevap",
    "i\u{15f} yerinde de\u{11f}il",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "frånvaromeddelande",
    "frav\u{e6}rsmeddelelse",
    "frav\u{e6}rsassistent",
    "ikke til stede",
    "ikke p\u{e5} kontoret",
    "automaattinen vastaus",
    "poissa toimistosta",
    "automaatvastus",
    "autom\u{101}tiska atbilde",
    "automatinis atsakymas",
    "automatski odgovor",
    "samodejni odgovor",
    "аутоматски одговор",
    "תשובה אוטומטית",
    "מענה אוטומטי",
    "رد تلقائي",
    "پاسخ خودکار",
    "स्वचालित उत्तर",
    "การตอบกลับอัตโนมัติ",
    "ตอบกลับอัตโนมัติ",
    "trả lời tự động",
    "balasan otomatis",
    "自動応答",
    "自動返信",
    "不在通知",
    "自動回覆",
    "自动答复",
    "自动回复",
    "자동 회신",
    "자동 응답",
    "부재중",
];

/// Whether a subject begins as those of automatic answers do. An answer to one begins with `Re:` and is a person's.
pub(super) fn is_named(subject: &str) -> bool {
    let subject = subject.trim_start_matches(['[', '\u{3010}', ' ']).to_lowercase();
    BEGINNINGS.iter().any(|beginning| {
        let rest = subject.strip_prefix(beginning);
        rest.is_some_and(|rest| {
            rest.trim_start().is_empty()
                || rest.trim_start().starts_with([':', '\u{ff1a}', '-', '\u{2013}', ']', '\u{3011}', '('])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_lower_case_and_once() {
        for (at, beginning) in BEGINNINGS.iter().enumerate() {
            assert_eq!(beginning.to_lowercase(), *beginning);
            assert!(!BEGINNINGS[..at].contains(beginning), "{beginning}");
        }
    }

    #[test]
    fn only_what_a_mail_system_writes_counts() {
        for (subject, automatic) in [
            ("Automatic reply: Your order", true),
            ("Out of Office", true),
            ("Réponse automatique : Facture", true),
            ("自動応答: 注文", true),
            ("【自動返信】お問い合わせ", true),
            ("Abwesenheitsnotiz: Rechnung", true),
            ("Out of office chairs, when will they be back?", false),
            ("Re: Automatic reply: Your order", false),
            ("Autoreply does not work", false),
            ("Abwesend sein", false),
            ("", false),
        ] {
            assert_eq!(is_named(subject), automatic, "{subject}");
        }
    }
}
