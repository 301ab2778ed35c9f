//! The fixed words of a mail, a row a language. A new language is one row.

use model::Timestamp;

/// What a mail says besides what people wrote.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Words {
    /// Language as BCP 47; `de` also stands for `de_AT`.
    pub language: &'static str,
    /// Subject after `[#N]`.
    pub subject: &'static str,
    /// `Ann from Acme`: the agent first, the business second, around these words.
    pub from: &'static str,
    /// The recipient as the author of an earlier message.
    pub you: &'static str,
    /// Above earlier messages.
    pub earlier: &'static str,
    /// Answering comes back into the conversation.
    pub answer: &'static str,
    /// The same where there is a way into the chat; it follows as a link.
    pub answer_or: &'static str,
    /// Only the way into the chat, as the words of the link.
    pub go_on: &'static str,
    /// Before files that are links.
    pub files: &'static str,
    /// The link that ends mails of this kind.
    pub unsubscribe: &'static str,
    /// After that.
    pub unsubscribed: &'static str,
    /// `strftime` pattern of a date.
    pub date: &'static str,
}

/// The languages; the first one serves all others.
pub const WORDS: &[Words] = &[
    Words {
        language: "en",
        subject: "New messages on this conversation",
        from: "from",
        you: "You",
        earlier: "Earlier in this conversation",
        answer: "Answer this mail to reply.",
        answer_or: "Answer this mail, or",
        go_on: "continue in the chat",
        files: "Files",
        unsubscribe: "Stop these mails",
        unsubscribed: "You will get no more of these mails.",
        date: "%-d %b %Y, %H:%M UTC",
    },
    Words {
        language: "de",
        subject: "Neue Nachrichten in diesem Gespräch",
        from: "von",
        you: "Sie",
        earlier: "Früher in diesem Gespräch",
        answer: "Antworten Sie einfach auf diese Mail.",
        answer_or: "Antworten Sie auf diese Mail, oder",
        go_on: "weiter im Chat",
        files: "Dateien",
        unsubscribe: "Keine solchen Mails mehr",
        unsubscribed: "Sie bekommen keine solchen Mails mehr.",
        date: "%d.%m.%Y, %H:%M UTC",
    },
    Words {
        language: "fr",
        subject: "Nouveaux messages dans cette conversation",
        from: "de",
        you: "Vous",
        earlier: "Plus tôt dans cette conversation",
        answer: "Répondez simplement à ce message.",
        answer_or: "Répondez à ce message, ou",
        go_on: "continuez dans le chat",
        files: "Fichiers",
        unsubscribe: "Ne plus recevoir ces messages",
        unsubscribed: "Vous ne recevrez plus ces messages.",
        date: "%d/%m/%Y, %H:%M UTC",
    },
    Words {
        language: "es",
        subject: "Nuevos mensajes en esta conversación",
        from: "de",
        you: "Usted",
        earlier: "Antes en esta conversación",
        answer: "Responda a este correo.",
        answer_or: "Responda a este correo, o",
        go_on: "siga en el chat",
        files: "Archivos",
        unsubscribe: "No recibir más estos correos",
        unsubscribed: "Ya no recibirá estos correos.",
        date: "%d/%m/%Y, %H:%M UTC",
    },
    Words {
        language: "pt",
        subject: "Novas mensagens nesta conversa",
        from: "de",
        you: "Você",
        earlier: "Antes nesta conversa",
        answer: "Responda a este e-mail.",
        answer_or: "Responda a este e-mail, ou",
        go_on: "continue no chat",
        files: "Arquivos",
        unsubscribe: "Não receber mais estes e-mails",
        unsubscribed: "Você não receberá mais estes e-mails.",
        date: "%d/%m/%Y, %H:%M UTC",
    },
    Words {
        language: "it",
        subject: "Nuovi messaggi in questa conversazione",
        from: "di",
        you: "Lei",
        earlier: "Prima in questa conversazione",
        answer: "Risponda a questa e-mail.",
        answer_or: "Risponda a questa e-mail, oppure",
        go_on: "continui nella chat",
        files: "File",
        unsubscribe: "Non ricevere più queste e-mail",
        unsubscribed: "Non riceverà più queste e-mail.",
        date: "%d/%m/%Y, %H:%M UTC",
    },
    Words {
        language: "nl",
        subject: "Nieuwe berichten in dit gesprek",
        from: "van",
        you: "U",
        earlier: "Eerder in dit gesprek",
        answer: "Beantwoord deze mail.",
        answer_or: "Beantwoord deze mail, of",
        go_on: "ga verder in de chat",
        files: "Bestanden",
        unsubscribe: "Geen mails van deze soort meer",
        unsubscribed: "U krijgt geen mails van deze soort meer.",
        date: "%d-%m-%Y, %H:%M UTC",
    },
    Words {
        language: "pl",
        subject: "Nowe wiadomości w tej rozmowie",
        from: "z",
        you: "Ty",
        earlier: "Wcześniej w tej rozmowie",
        answer: "Odpowiedz na tę wiadomość.",
        answer_or: "Odpowiedz na tę wiadomość lub",
        go_on: "kontynuuj na czacie",
        files: "Pliki",
        unsubscribe: "Nie chcę więcej takich wiadomości",
        unsubscribed: "Nie otrzymasz więcej takich wiadomości.",
        date: "%d.%m.%Y, %H:%M UTC",
    },
    Words {
        language: "sv",
        subject: "Nya meddelanden i den här konversationen",
        from: "från",
        you: "Du",
        earlier: "Tidigare i konversationen",
        answer: "Svara på det här mejlet.",
        answer_or: "Svara på det här mejlet, eller",
        go_on: "fortsätt i chatten",
        files: "Filer",
        unsubscribe: "Inga fler sådana mejl",
        unsubscribed: "Du får inga fler sådana mejl.",
        date: "%Y-%m-%d %H:%M UTC",
    },
    Words {
        language: "da",
        subject: "Nye beskeder i denne samtale",
        from: "fra",
        you: "Du",
        earlier: "Tidligere i samtalen",
        answer: "Svar på denne mail.",
        answer_or: "Svar på denne mail, eller",
        go_on: "fortsæt i chatten",
        files: "Filer",
        unsubscribe: "Ikke flere af disse mails",
        unsubscribed: "Du får ikke flere af disse mails.",
        date: "%d.%m.%Y %H:%M UTC",
    },
    Words {
        language: "cs",
        subject: "Nové zprávy v této konverzaci",
        from: "z",
        you: "Vy",
        earlier: "Dříve v této konverzaci",
        answer: "Odpovězte na tento e-mail.",
        answer_or: "Odpovězte na tento e-mail, nebo",
        go_on: "pokračujte v chatu",
        files: "Soubory",
        unsubscribe: "Už takové e-maily nechci",
        unsubscribed: "Takové e-maily už nebudete dostávat.",
        date: "%d.%m.%Y %H:%M UTC",
    },
    Words {
        language: "ja",
        subject: "この会話に新しいメッセージがあります",
        from: "/",
        you: "あなた",
        earlier: "これまでのやりとり",
        answer: "このメールにそのまま返信できます。",
        answer_or: "このメールに返信するか、",
        go_on: "チャットで続ける",
        files: "ファイル",
        unsubscribe: "このメールの配信を停止する",
        unsubscribed: "今後このメールは届きません。",
        date: "%Y/%m/%d %H:%M UTC",
    },
    Words {
        language: "zh",
        subject: "此对话有新消息",
        from: "/",
        you: "您",
        earlier: "此前的对话",
        answer: "直接回复此邮件即可。",
        answer_or: "回复此邮件，或",
        go_on: "在聊天中继续",
        files: "文件",
        unsubscribe: "不再接收此类邮件",
        unsubscribed: "您将不再收到此类邮件。",
        date: "%Y-%m-%d %H:%M UTC",
    },
];

impl Words {
    /// The words for a locale such as `de`, `pt_BR` or `en-GB`; English where the language is not known.
    #[must_use]
    pub fn of(locale: &str) -> &'static Self {
        const ENGLISH: &Words = &WORDS[0];
        let language = locale.split(['_', '-']).next().unwrap_or_default().to_ascii_lowercase();
        WORDS.iter().find(|words| words.language == language).unwrap_or(ENGLISH)
    }

    /// What mails say in these words besides people's messages, for knowing them again in an answer.
    #[must_use]
    pub fn phrases(&self) -> Vec<String> {
        [self.earlier, self.answer, self.answer_or, self.unsubscribe].map(str::to_owned).into()
    }

    /// The time as these words write it.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        at.strftime(self.date).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_locale_finds_its_language() {
        for (locale, language) in
            [("de", "de"), ("pt_BR", "pt"), ("en-GB", "en"), ("ZH_tw", "zh"), ("xx", "en"), ("", "en")]
        {
            assert_eq!(Words::of(locale).language, language, "{locale}");
        }
    }

    #[test]
    fn every_row_can_write_a_date() {
        let at = Timestamp::from_second(1_795_000_000).unwrap();
        for words in WORDS {
            assert!(words.time(at).contains("2026"), "{}: {}", words.language, words.time(at));
        }
    }
}
