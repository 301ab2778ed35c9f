// "Where can we write to you?", in the account's language. A language is one row.
const QUESTIONS: Record<string, string> = {
  en: "Could you send me the e-mail address you can be reached at? Then our answer finds you when you are no longer here.",
  de: "Unter welcher E-Mail-Adresse erreichen wir Sie? Dann kommt unsere Antwort auch an, wenn Sie nicht mehr hier sind.",
  fr: "À quelle adresse e-mail pouvons-nous vous joindre ? Ainsi, notre réponse vous parviendra même si vous n’êtes plus là.",
  es: "¿En qué dirección de correo podemos localizarle? Así le llegará nuestra respuesta aunque ya no esté aquí.",
  pt: "Qual é o endereço de e-mail em que podemos contactá-lo? Assim, a nossa resposta chega mesmo que já não esteja aqui.",
  it: "A quale indirizzo e-mail possiamo raggiungerla? Così la nostra risposta arriva anche quando non è più qui.",
  nl: "Op welk e-mailadres kunnen we u bereiken? Dan komt ons antwoord ook aan als u hier niet meer bent.",
  pl: "Pod jakim adresem e-mail możemy się z Państwem skontaktować? Wtedy odpowiedź dotrze także po opuszczeniu rozmowy.",
  sv: "Vilken e-postadress kan vi nå dig på? Då kommer vårt svar fram även när du inte längre är här.",
  da: "Hvilken e-mailadresse kan vi nå dig på? Så kommer vores svar frem, også når du ikke længere er her.",
  cs: "Na jaké e-mailové adrese vás zastihneme? Naše odpověď vám pak dojde, i když tu už nebudete.",
  ja: "ご連絡先のメールアドレスを教えていただけますか。こちらを離れられた後も返信をお届けできます。",
  zh: "请问您的电子邮箱地址是什么？这样即使您已离开，也能收到我们的回复。",
};

/** The question for a locale such as `de` or `pt_BR`; in English where we have no words of that language. */
export function addressQuestion(locale: string): string {
  const language = locale.split(/[-_]/)[0]?.toLowerCase() ?? "";
  return QUESTIONS[language] ?? (QUESTIONS.en as string);
}
