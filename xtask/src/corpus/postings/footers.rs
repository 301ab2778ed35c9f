//! What programs, firms and lists put below a mail that its author did not write for it.

use super::signed;
use crate::corpus::case::Case;
use crate::corpus::words;

/// Name, language, footer; the words are the language's short ones.
const FOOTERS: &[(&str, &str, &str)] = &[
    ("android", "en", "Sent from my Android phone"),
    ("pixel", "en", "Sent from my Pixel"),
    ("ipad", "en", "Sent from my iPad"),
    ("ipad-german", "de", "Von meinem iPad gesendet"),
    ("ipad-french", "fr", "Envoyé de mon iPad"),
    ("ipad-spanish", "es", "Enviado desde mi iPad"),
    ("galaxy-portuguese", "pt-BR", "Enviado do meu Galaxy"),
    ("samsung-german", "de", "Von meinem Samsung Galaxy Smartphone gesendet."),
    ("huawei", "en", "Sent from my HUAWEI phone"),
    ("xiaomi-chinese", "zh-Hans", "发自我的小米手机"),
    ("outlook-android", "en", "Get Outlook for Android<https://aka.ms/AAb9ysg>"),
    ("outlook-android-german", "de", "Outlook für Android herunterladen<https://aka.ms/AAb9ysg>"),
    ("yahoo-android", "en", "Sent from Yahoo Mail on Android"),
    ("yahoo-android-spanish", "es", "Enviado desde Yahoo Mail con Android"),
    ("gmx-app", "de", "-- \nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet."),
    ("windows-mail-french", "fr", "Provenance : Courrier pour Windows"),
    ("brevity", "en", "Sent from my mobile. Please excuse brevity and typos."),
    (
        "avast",
        "en",
        "---\nThis email has been checked for viruses by Avast antivirus software.\nhttps://www.avast.com/antivirus",
    ),
    ("avast-german", "de", "-- \nDiese E-Mail wurde von Avast-Antivirussoftware auf Viren geprüft.\nwww.avast.com"),
    (
        "avg-french",
        "fr",
        "--\nL'absence de virus dans ce courrier électronique a été vérifiée par le logiciel antivirus AVG.\nwww.avg.com",
    ),
    (
        "mailman",
        "en",
        "_______________________________________________\nusers mailing list\nusers@lists.x.example\nhttps://lists.x.example/mailman/listinfo/users",
    ),
    (
        "google-group",
        "en",
        "-- \nYou received this message because you are subscribed to the Google Groups \"users\" group.\nTo unsubscribe from this group and stop receiving emails from it, send an email to users+unsubscribe@groups.example.",
    ),
    ("notice-english", "en", NOTICE),
    (
        "notice-german",
        "de",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind oder diese\nE-Mail irrtümlich erhalten haben, informieren Sie bitte den Absender und löschen Sie diese E-Mail.",
    ),
    (
        "notice-french",
        "fr",
        "Ce message et ses pièces jointes sont confidentiels et établis à l'intention exclusive de leur\ndestinataire. Si vous avez reçu ce message par erreur, merci de le détruire et d'en avertir l'expéditeur.",
    ),
    (
        "notice-spanish",
        "es",
        "Este mensaje y sus adjuntos son confidenciales y están dirigidos exclusivamente a su destinatario.\nSi lo ha recibido por error, le rogamos que lo elimine y avise al remitente.",
    ),
    (
        "notice-portuguese",
        "pt-PT",
        "Esta mensagem e os seus anexos são confidenciais e destinam-se apenas ao destinatário. Se a recebeu por\nengano, por favor elimine-a e avise o remetente.",
    ),
    (
        "notice-italian",
        "it",
        "Questo messaggio e i suoi allegati sono riservati e destinati esclusivamente al destinatario. Se lo avete\nricevuto per errore, siete pregati di cancellarlo e di avvisare il mittente.",
    ),
    (
        "notice-dutch",
        "nl",
        "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. Als u dit bericht ten onrechte\nhebt ontvangen, verzoeken wij u het te verwijderen en de afzender te informeren.",
    ),
    (
        "notice-polish",
        "pl",
        "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymali ją Państwo przez\npomyłkę, prosimy o jej usunięcie i powiadomienie nadawcy.",
    ),
    ("print", "en", "Please consider the environment before printing this e-mail."),
    ("print-french", "fr", "Pensez à l'environnement avant d'imprimer ce message."),
];

const NOTICE: &str = "CONFIDENTIALITY NOTICE: This message is intended only for the person it is addressed to and may hold\nprivileged information. If you are not the intended recipient, please delete it.";

pub(super) fn cases() -> Vec<Case> {
    let footer = |(number, (name, code, footer)): (usize, &(&str, &str, &str))| {
        let name = format!("footer-{name}");
        signed(&name, code, words::of(code).short, footer, number.is_multiple_of(3)).signature(footer)
    };
    let mut cases: Vec<Case> = FOOTERS.iter().enumerate().map(footer).collect();
    let english = words::of("en");
    // a closing, a telephone's footer and a notice below each other
    let all = format!("{}\n\nSent from my iPhone\n\n{}", english.sign_off(), NOTICE);
    cases.push(signed("footer-of-three-kinds", "en", english.short, &all, false).signature(&all));
    cases
}
