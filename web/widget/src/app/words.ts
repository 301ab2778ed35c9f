// Every word the widget says itself: a row a phrase, a column a language. {0} is what the phrase is about.

export const LANGUAGES = ["en", "de", "fr", "es", "pt"] as const;
export type Language = (typeof LANGUAGES)[number];
type Row = readonly [en: string, de: string, fr: string, es: string, pt: string];

const WORDS = {
  chat: ["Chat", "Chat", "Chat", "Chat", "Chat"],
  welcome: ["How can we help?", "Wie können wir helfen?", "Comment pouvons-nous aider ?", "¿En qué podemos ayudar?", "Como podemos ajudar?"],
  tagline: [
    "Write to us here; the answer comes here too.",
    "Schreiben Sie uns hier; die Antwort kommt auch hier.",
    "Écrivez-nous ici ; la réponse arrive ici aussi.",
    "Escríbenos aquí; la respuesta también llega aquí.",
    "Escreva-nos aqui; a resposta também chega aqui.",
  ],
  online: ["Online now", "Jetzt online", "En ligne", "En línea", "Online agora"],
  in_a_few_minutes: ["Answers within minutes", "Antwortet in wenigen Minuten", "Répond en quelques minutes", "Responde en pocos minutos", "Responde em poucos minutos"],
  in_a_few_hours: ["Answers within hours", "Antwortet in einigen Stunden", "Répond en quelques heures", "Responde en unas horas", "Responde em algumas horas"],
  in_a_day: ["Answers within a day", "Antwortet innerhalb eines Tages", "Répond en un jour", "Responde en un día", "Responde em um dia"],
  write: ["Write a message…", "Nachricht schreiben…", "Écrire un message…", "Escribe un mensaje…", "Escreva uma mensagem…"],
  send: ["Send", "Senden", "Envoyer", "Enviar", "Enviar"],
  attach: ["Attach a file", "Datei anhängen", "Joindre un fichier", "Adjuntar un archivo", "Anexar um arquivo"],
  emoji: ["Emoji", "Emoji", "Émojis", "Emojis", "Emojis"],
  remove: ["Remove {0}", "{0} entfernen", "Retirer {0}", "Quitar {0}", "Remover {0}"],
  close: ["Close the chat", "Chat schließen", "Fermer le chat", "Cerrar el chat", "Fechar o chat"],
  more: ["More", "Mehr", "Plus", "Más", "Mais"],
  popout: ["Open in a new window", "In neuem Fenster öffnen", "Ouvrir dans une fenêtre", "Abrir en otra ventana", "Abrir em outra janela"],
  end: ["End the conversation", "Gespräch beenden", "Terminer la conversation", "Terminar la conversación", "Encerrar a conversa"],
  ended: ["This conversation has ended.", "Dieses Gespräch ist beendet.", "Cette conversation est terminée.", "Esta conversación ha terminado.", "Esta conversa foi encerrada."],
  closed: [
    "This conversation is closed. Write to open it again.",
    "Dieses Gespräch ist abgeschlossen. Schreiben Sie, um es wieder zu öffnen.",
    "Cette conversation est close. Écrivez pour la rouvrir.",
    "Esta conversación está cerrada. Escribe para volver a abrirla.",
    "Esta conversa está fechada. Escreva para reabri-la.",
  ],
  startNew: ["Start a new one", "Neues beginnen", "En commencer une autre", "Empezar otra", "Começar outra"],
  sending: ["Sending…", "Wird gesendet…", "Envoi…", "Enviando…", "Enviando…"],
  sent: ["Sent", "Gesendet", "Envoyé", "Enviado", "Enviado"],
  waiting: [
    "Goes out when you are back online",
    "Wird gesendet, sobald Sie wieder online sind",
    "Partira dès que vous serez en ligne",
    "Saldrá cuando vuelvas a estar en línea",
    "Será enviada quando você voltar a ficar online",
  ],
  failed: ["Not sent.", "Nicht gesendet.", "Non envoyé.", "No enviado.", "Não enviada."],
  limited: [
    "Too many messages at once. Wait a moment.",
    "Zu viele Nachrichten auf einmal. Einen Moment bitte.",
    "Trop de messages à la fois. Attendez un instant.",
    "Demasiados mensajes a la vez. Espera un momento.",
    "Muitas mensagens de uma vez. Aguarde um momento.",
  ],
  retry: ["Try again", "Erneut versuchen", "Réessayer", "Reintentar", "Tentar de novo"],
  discard: ["Delete", "Löschen", "Supprimer", "Borrar", "Apagar"],
  offline: [
    "Reconnecting. Nothing you wrote is lost.",
    "Verbindung wird hergestellt. Nichts geht verloren.",
    "Reconnexion. Rien de ce que vous avez écrit n'est perdu.",
    "Reconectando. No se pierde nada de lo que escribiste.",
    "Reconectando. Nada do que você escreveu se perde.",
  ],
  loadFailed: [
    "The conversation could not be loaded.",
    "Das Gespräch konnte nicht geladen werden.",
    "La conversation n'a pas pu être chargée.",
    "No se pudo cargar la conversación.",
    "Não foi possível carregar a conversa.",
  ],
  earlier: ["Earlier messages", "Frühere Nachrichten", "Messages précédents", "Mensajes anteriores", "Mensagens anteriores"],
  latest: ["New messages", "Neue Nachrichten", "Nouveaux messages", "Mensajes nuevos", "Novas mensagens"],
  typing: ["{0} is typing", "{0} schreibt", "{0} écrit", "{0} está escribiendo", "{0} está digitando"],
  team: ["The team", "Das Team", "L'équipe", "El equipo", "A equipe"],
  you: ["You", "Sie", "Vous", "Tú", "Você"],
  byMail: ["Sent by e-mail", "Per E-Mail gesendet", "Envoyé par e-mail", "Enviado por correo", "Enviada por e-mail"],
  cardAsk: [
    "We may answer after you have gone. Where shall we write?",
    "Vielleicht antworten wir erst, wenn Sie weg sind. Wohin dürfen wir schreiben?",
    "Notre réponse viendra peut-être après votre départ. Où vous écrire ?",
    "Quizá respondamos cuando ya no estés. ¿A dónde te escribimos?",
    "Talvez respondamos depois que você sair. Para onde escrevemos?",
  ],
  cardAddress: ["Your e-mail address", "Ihre E-Mail-Adresse", "Votre adresse e-mail", "Tu correo electrónico", "Seu e-mail"],
  cardSave: ["Save", "Speichern", "Enregistrer", "Guardar", "Salvar"],
  cardSaved: ["If you are gone, we write to", "Wenn Sie weg sind, schreiben wir an", "En votre absence, nous écrivons à", "Si ya no estás, escribimos a", "Se você sair, escrevemos para"],
  cardEdit: ["Change", "Ändern", "Modifier", "Cambiar", "Alterar"],
  cardWrong: [
    "That does not look like an e-mail address.",
    "Das sieht nicht nach einer E-Mail-Adresse aus.",
    "Cela ne ressemble pas à une adresse e-mail.",
    "Eso no parece una dirección de correo.",
    "Isso não parece um endereço de e-mail.",
  ],
  cardRefused: [
    "This address cannot be used here.",
    "Diese Adresse kann hier nicht verwendet werden.",
    "Cette adresse ne peut pas être utilisée ici.",
    "Esta dirección no se puede usar aquí.",
    "Este endereço não pode ser usado aqui.",
  ],
  cardFailed: ["Not saved. Try again.", "Nicht gespeichert. Bitte erneut versuchen.", "Non enregistré. Réessayez.", "No se guardó. Inténtalo de nuevo.", "Não foi salvo. Tente de novo."],
  tooLarge: ["{0} is larger than 40 MB.", "{0} ist größer als 40 MB.", "{0} dépasse 40 Mo.", "{0} supera los 40 MB.", "{0} passa de 40 MB."],
  linkExpired: [
    "That link has expired. Write here, or answer the e-mail.",
    "Der Link ist abgelaufen. Schreiben Sie hier oder antworten Sie auf die E-Mail.",
    "Ce lien a expiré. Écrivez ici ou répondez à l'e-mail.",
    "El enlace ha caducado. Escribe aquí o responde al correo.",
    "O link expirou. Escreva aqui ou responda ao e-mail.",
  ],
} as const satisfies Record<string, Row>;

export type Phrase = keyof typeof WORDS;

/** The phrase in that language, with `about` in place of {0}. */
export function say(language: Language, phrase: Phrase, about = ""): string {
  return WORDS[phrase][LANGUAGES.indexOf(language)]?.replace("{0}", about) ?? phrase;
}

export function isPhrase(name: string): name is Phrase {
  return Object.hasOwn(WORDS, name);
}

/** The first of the wanted locales (`pt_BR`, `de-AT`, …) that we speak; English otherwise. */
export function chooseLanguage(...wanted: (string | null | undefined)[]): Language {
  for (const locale of wanted) {
    const language = LANGUAGES.find((each) => each === locale?.slice(0, 2).toLowerCase());
    if (language) return language;
  }
  return "en";
}
