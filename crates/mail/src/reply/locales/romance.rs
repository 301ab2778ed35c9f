//! Romance languages.

use super::Locale;

pub(super) const ROWS: &[Locale] = &[
    Locale {
        lang: "fr",
        on: "le|en date du|du|citation de",
        wrote: "a écrit|a ecrit|écrit|a-t-il écrit|a répondu|écrivait|a écrit ce qui suit|écrivit|à écrit",
        from: "de|expéditeur|message de|envoyé par",
        date: "envoyé|envoyé le|date|message du|date d'envoi|envoye|envoyé à|reçu|envoyée",
        to: "à|a|cc|copie à|copie|pour|destinataire|importance|destinataires|cci|pièces jointes|objet du message",
        subject: "objet|sujet",
        original: "message d'origine|message original|mail original|courriel original|e-mail d'origine|message initial|courrier d'origine|\
                   mail d'origine|e-mail original|message précédent|courriel d'origine|réponse au message",
        forwarded: "message transféré|début du message réexpédié|début du message transféré|message réexpédié|message transmis|\
                    courriel transféré|e-mail transféré|mail transféré|message transféré par|début du message transmis",
        mobile: "envoyé de mon|envoyé de ma|envoyé depuis|envoyé à partir|envoyé avec|télécharger outlook|obtenir outlook|obtenez outlook|\
                 provenance|envoyé via|envoyé par|envoyé de|téléchargez outlook|envoyé d'un|envoyé d'une|envoyé du|envoye de mon|\
                 envoye depuis|envoyé sur|posté de mon|transmis de mon|expédié de mon",
        mobile_end: "",
        closings: "cordialement|bien cordialement|bien à vous|sincères salutations|meilleures salutations|salutations|cdt|cdlt|\
                   très cordialement|bien à toi|salutations distinguées|veuillez agréer|je vous prie d'agréer|nous vous prions d'agréer|je vous prie de croire|je vous prie de recevoir|veuillez recevoir|veuillez croire|amicalement|amitiés|\
                   respectueusement|cordiales salutations|sincèrement|salutations cordiales|bien sincèrement|meilleurs sentiments|\
                   avec mes meilleures salutations|bien respectueusement|courtoisement",
    },
    Locale {
        lang: "es",
        on: "el|con fecha|en|a las|el día|mensaje citado por|citando a",
        wrote: "escribió|escribio|ha escrito|escribe|escribió lo siguiente|escribía|envió",
        from: "de|remitente|desde",
        date: "enviado|fecha|enviado el|enviada|enviados|enviado a las|fecha de envío|enviada el",
        to: "para|cc|a|importancia|destinatario|cco|destinatarios|adjuntos|archivos adjuntos|prioridad",
        subject: "asunto",
        original: "mensaje original|correo original|mensaje enviado|mensaje de origen|mensaje anterior|mail original|correo electrónico original",
        forwarded: "mensaje reenviado|inicio del mensaje reenviado|inicio de mensaje reenviado|correo reenviado|reenviado por|\
                    mensaje reenviado por|comienzo del mensaje reenviado|empezar mensaje reenviado",
        mobile: "enviado desde|enviado de|enviado con|obtener outlook|descargar outlook|enviado vía|enviado por|enviado a través|obtenga outlook|\
                 descarga outlook|obtén outlook|mandado desde|enviado usando|enviado mediante",
        mobile_end: "",
        closings: "saludos|un saludo|saludos cordiales|atentamente|cordialmente|un cordial saludo|atte|cordial saludo|muy atentamente|\
                   reciba un cordial saludo|atentos saludos|un abrazo|abrazos|un saludo cordial|saludos y gracias|quedo atento|\
                   con un cordial saludo|saluda atentamente|slds|saludos atentos|un fuerte abrazo",
    },
    Locale {
        lang: "pt-PT",
        on: "no dia|às|em|a|à(s)|no",
        wrote: "escreveu|escreveu o seguinte|escreveram|escreveu no dia",
        from: "de|remetente",
        date: "enviada|enviado|data|enviada a|enviado a|data de envio|enviada em",
        to: "para|cc|bcc|destinatário|importância|anexos",
        subject: "assunto",
        original: "mensagem original|mensagem de origem|e-mail original",
        forwarded: "mensagem reencaminhada|início da mensagem reencaminhada|mensagem encaminhada|reencaminhada por|início de mensagem reencaminhada",
        mobile: "enviado do meu|enviado a partir|enviado da minha|obter o outlook|obtenha o outlook|enviada do meu|enviado através|enviado com|\
                 enviado via",
        mobile_end: "",
        closings: "com os melhores cumprimentos|melhores cumprimentos|cumprimentos|cpts|cmpts|os melhores cumprimentos|com os meus cumprimentos|\
                   atentamente|cumpts|saudações|com os melhores cumprimentos/best regards|beijinhos|um abraço",
    },
    Locale {
        lang: "pt-BR",
        on: "em|no dia|a|às|citando",
        wrote: "escreveu|escreveram|a escrever|escreve|enviou",
        from: "de|remetente",
        date: "enviado|enviada em|enviado em|data|enviada|enviado às|data de envio",
        to: "para|cc|cco|importância|prioridade|destinatário|anexos|responder para",
        subject: "assunto",
        original: "mensagem original|mensagem de e-mail original|e-mail original|mensagem anterior|email original",
        forwarded: "mensagem encaminhada|início da mensagem encaminhada|forwarded message|e-mail encaminhado|encaminhado por|\
                    início da mensagem encaminhada por",
        mobile: "enviado do meu|enviado da minha|enviado de|enviado a partir|enviado pelo|enviado pela|obter o outlook|obtenha o outlook|\
                 enviado via|enviado por|enviado do|enviado usando|baixe o outlook|baixar o outlook|enviado com",
        mobile_end: "",
        closings: "atenciosamente|abraços|att|cordialmente|abraço|abs|grato|grata|atte|respeitosamente|um abraço|grande abraço|\
                   saudações|sds|at.te|obrigado e abraços",
    },
    Locale {
        lang: "it",
        on: "il|in data|il giorno|alle|citando",
        wrote: "ha scritto|scrisse|scritto|scrive|ha scritto quanto segue|hai scritto|scriveva",
        from: "da|mittente|per conto di",
        date: "inviato|data|inviato il|inviata|data invio|inviato alle",
        to: "a|cc|priorità|destinatario|ccn|allegati|per|destinatari",
        subject: "oggetto",
        original: "messaggio originale|messaggio originario|messaggio di origine|mail originale|email originale|messaggio precedente",
        forwarded: "messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|messaggio inoltrato da|email inoltrata|inoltrato da|\
                    inizia messaggio inoltrato",
        mobile: "inviato da|inviato dal|inviato con|scarica outlook|ottieni outlook|inviata da|inviato tramite|inviato dalla|inviato attraverso|\
                 inviato utilizzando|inviato via",
        mobile_end: "",
        closings: "cordiali saluti|distinti saluti|saluti|cordialmente|un saluto|un cordiale saluto|cordialità|i migliori saluti|buona giornata|\
                   grazie e saluti|cari saluti|tanti saluti|porgo distinti saluti|con i migliori saluti|un caro saluto|in fede|buon lavoro|\
                   cordiali saluti/best regards|saluti cordiali|a presto",
    },
    Locale {
        lang: "ro",
        on: "în|pe|la data de|la|in data de|în data de",
        wrote: "a scris|a scris următoarele|a scris:",
        from: "de la|expeditor|de",
        date: "trimis|data|trimise|trimis la|dată|trimis pe",
        to: "către|catre|la|cc|destinatar|pentru|importanță",
        subject: "subiect|subiectul",
        original: "mesajul original|mesaj original|mesajul inițial|mesaj inițial|e-mail original",
        forwarded: "mesaj redirecționat|mesaj redirectionat|mesaj transmis mai departe|începutul mesajului redirecționat|mesaj înaintat|\
                    mesajul redirecționat|începe mesajul redirecționat|început mesaj redirecționat|mesajul transmis",
        mobile: "trimis de pe|trimis din|trimis cu|trimis prin|obțineți outlook|descărcați outlook|trimis de la|obține outlook|descarcă outlook",
        mobile_end: "",
        closings: "cu stimă|cu respect|cu stima|toate cele bune|o zi bună|cu deosebită stimă|cu considerație|numai bine|salutări|o zi frumoasă|\
                   cu deosebita stima|cu stimă și respect|cele bune",
    },
    Locale {
        lang: "ca",
        on: "el|el dia|a les|en data",
        wrote: "va escriure|ha escrit|missatge de|escrigué|va escriure el següent",
        from: "de|remitent",
        date: "enviat|data|enviat el|tramès",
        to: "per a|per|a|cc|destinatari|a/c",
        subject: "assumpte|tema",
        original: "missatge original|correu original",
        forwarded: "missatge reenviat|inici del missatge reenviat|correu reenviat|comença el missatge reenviat",
        mobile: "enviat des|enviat amb|enviat del meu|obtén outlook|obteniu outlook|baixa l'outlook|baixeu l'outlook|aconseguiu outlook",
        mobile_end: "",
        closings: "atentament|salutacions|cordialment|salutacions cordials|una salutació|ben cordialment|una abraçada|cordials salutacions|\
                   rebeu una cordial salutació",
    },
    Locale {
        lang: "gl",
        on: "o|o día|en|ás",
        wrote: "escribiu|escribiu o seguinte|ha escrito|escribía",
        from: "de|remitente",
        date: "enviado|data|enviado o",
        to: "para|cc|a|destinatario",
        subject: "asunto",
        original: "mensaxe orixinal|correo orixinal",
        forwarded: "mensaxe reenviada|inicio da mensaxe reenviada|correo reenviado",
        mobile: "enviado desde o|enviado desde|enviado dende|obter outlook|enviado co",
        mobile_end: "",
        closings: "atentamente|un saúdo|saúdos|cordialmente|unha aperta|saúdos cordiais|apertas",
    },
];
