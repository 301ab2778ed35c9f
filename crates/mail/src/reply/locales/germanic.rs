//! Germanic languages.

use super::Locale;

pub(super) const ROWS: &[Locale] = &[
    Locale {
        lang: "en",
        on: "on|at|quoting",
        wrote: "wrote|writes|said|has written|replied|wrote the following|added the following",
        from: "from|reply-to|sender|sent by",
        date: "sent|date|sent at|sent on|received|time",
        to: "to|cc|bcc|recipient|recipients|importance|priority|attachments|organization|reply to",
        subject: "subject|re",
        original: "original message|original mail|original email|original e-mail|reply message|reply above this line|message history|\
                   start message history|original appointment|please reply above this line|previous message|message from|start of message|\
                   replied message|in reply to|original article",
        forwarded: "forwarded message|begin forwarded message|forwarded by|start of forwarded message|start forwarded message|\
                    forwarded mail|forwarded email|forward message|begin message|forwarded",
        mobile: "sent from my|sent from mail for|sent from outlook|sent from yahoo|sent from proton|sent from samsung|sent from gmail|\
                 sent from windows|sent from the|sent from a|sent from an|sent from|sent via|sent using|sent with|sent on|get outlook for|\
                 sent by|composed on|typed on|written on my|sent in|send from my|yahoo mail: search, organize, conquer|from my iphone|\
                 from my ipad|from my android|from my mobile|sent with proton mail|excuse typos|sent on the go|sent mobile|sent on the run",
        mobile_end: "sent this from my iphone",
        closings: "best regards|kind regards|warm regards|regards|warmest regards|with kind regards|with best regards|sincerely|\
                   yours sincerely|yours faithfully|yours truly|best wishes|all the best|kindest regards|respectfully|br|rgds|kr|\
                   with regards|many regards|cheers|with thanks|take care|sincerely yours|best|warmly|cordially|cheerio|with warm regards|best regards and thanks|\
                   thanks and regards|thanks & regards|thanks and best regards|thanks & best regards|with thanks and regards",
    },
    Locale {
        lang: "de",
        on: "am|den|an|vom|auf|zitat von",
        wrote: "schrieb|schrieb am|geschrieben|hat geschrieben|hat am|schrieben|folgendes geschrieben|hat folgendes geschrieben|schreibt",
        from: "von|absender",
        date: "gesendet|datum|gesendet am|zeit|gesendet um",
        to: "an|cc|kopie|wichtigkeit|priorität|bcc|empfänger|anlagen|anhänge|antwort an",
        subject: "betreff",
        original: "ursprüngliche nachricht|originalnachricht|original-nachricht|original nachricht|urspr. nachricht|ursprüngliche mail|\
                   ursprüngliche e-mail|originale nachricht|antwort-nachricht|original-mail|originalmail|nachricht von",
        forwarded: "weitergeleitete nachricht|anfang der weitergeleiteten nachricht|weitergeleitet von|anfang der weitergeleiteten e-mail|\
                    weitergeleitete e-mail|weitergeleitete mail|ende der weitergeleiteten nachricht",
        mobile: "von meinem|von meiner|von mein|gesendet von|gesendet mit|gesendet über|gesendet aus|diese nachricht wurde von meinem|outlook für|\
                 holen sie sich outlook|gesendet vom|von unterwegs gesendet|von samsung|mobil gesendet|vom iphone gesendet|von iphone gesendet",
        mobile_end: "iphone gesendet|ipad gesendet|mit web.de mail gesendet|mit gmx mail gesendet",
        closings: "mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|freundliche grüße|freundliche grüsse|viele grüße|\
                   beste grüße|liebe grüße|herzliche grüße|mit besten grüßen|mfg|lg|vg|gruß|grüße|schöne grüße|viele grüsse|beste grüsse|\
                   liebe grüsse|mit freundlichem gruss|gruss|grüsse|herzliche grüsse|hochachtungsvoll|mit vielen grüßen|mit lieben grüßen|\
                   sonnige grüße|bg|mit herzlichen grüßen|ganz liebe grüße|besten gruß|freundlicher gruß|freundlichen gruß|schönen gruß|\
                   viele liebe grüße|mit bestem gruß|grüsse aus|mit freundlichen gruessen|viele gruesse|liebe gruesse|gruesse|beste gruesse",
    },
    Locale {
        lang: "nl",
        on: "op",
        wrote: "schreef|geschreven|heeft geschreven|het volgende geschreven|heeft het volgende geschreven|schreef het volgende|schrijft",
        from: "van|afzender",
        date: "verzonden|datum|verstuurd|verzonden op|verzendtijd",
        to: "aan|cc|bcc|urgentie|ontvanger|kopie|bijlagen|prioriteit",
        subject: "onderwerp|betreft",
        original: "oorspronkelijk bericht|origineel bericht|originele bericht|oorspronkelijke bericht|oorspronkelijke e-mail|originele e-mail",
        forwarded: "doorgestuurd bericht|begin doorgestuurd bericht|begin van doorgestuurd bericht|doorgestuurde e-mail|doorgestuurd door",
        mobile: "verstuurd vanaf|verzonden vanaf|verzonden met|verstuurd via|verzonden via|outlook voor|download outlook|verstuurd vanuit|\
                 verzonden vanuit|verstuurd met|verzonden door|verstuurd van|verzonden van",
        mobile_end: "",
        closings: "met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|mvg|groeten|groet|hartelijke groet|\
                   hartelijke groeten|gr|groetjes|hoogachtend|met hartelijke groet|met hartelijke groeten|beste groeten|beste groet|\
                   met groet|vr.gr|vr. gr|m.vr.gr",
    },
    Locale {
        lang: "af",
        on: "op",
        wrote: "het geskryf|geskryf|skryf|skryf die volgende",
        from: "van",
        date: "gestuur|datum|gestuur op",
        to: "aan|cc|afskrif",
        subject: "onderwerp",
        original: "oorspronklike boodskap|oorspronklike berig",
        forwarded: "aangestuurde boodskap|aangestuurde berig|begin aangestuurde boodskap",
        mobile: "gestuur vanaf|gestuur van my|van my iphone|kry outlook",
        mobile_end: "",
        closings: "vriendelike groete|met vriendelike groete|groete|beste wense|die uwe",
    },
    Locale {
        lang: "sv",
        on: "den|på|mån|tis|ons|tors|fre|lör|sön|måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag",
        wrote: "skrev|skrev följande|har skrivit",
        from: "från|avsändare",
        date: "skickat|datum|skickad|skickades",
        to: "till|kopia|prioritet|mottagare|cc|bilagor",
        subject: "ämne|angående",
        original: "ursprungligt meddelande|originalmeddelande|ursprungsmeddelande|ursprungligt mail|original meddelande|ursprungligt mejl",
        forwarded: "vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrat mejl|vidarebefordrat mail|\
                    början på vidarebefordrat brev|början av vidarebefordrat meddelande|påbörjat vidarebefordrat brev|börja på vidarebefordrat brev",
        mobile: "skickat från|skickat med|skickades från|hämta outlook|skaffa outlook|skickat via|skickat av|skickad från|skickades med",
        mobile_end: "",
        closings: "mvh|med vänlig hälsning|med vänliga hälsningar|vänliga hälsningar|hälsningar|vänligen|bästa hälsningar|vänlig hälsning|\
                   med bästa hälsningar|hälsning|vh|med vänliga hälsningar/best regards|högaktningsfullt|varma hälsningar|m v h",
    },
    Locale {
        lang: "da",
        on: "den|på|man|tir|ons|tor|fre|lør|søn|d",
        wrote: "skrev|har skrevet|skrev følgende",
        from: "fra|afsender",
        date: "sendt|dato|sendt den",
        to: "til|cc|vigtighed|modtager|kopi|vedhæftede filer|prioritet",
        subject: "emne|vedrørende",
        original: "oprindelig meddelelse|original meddelelse|oprindelig besked|oprindelig mail|original besked|oprindelig e-mail",
        forwarded: "videresendt meddelelse|start på videresendt besked|videresendt besked|start på videresendt meddelelse|videresendt mail|\
                    videresendt e-mail|begynd videresendt meddelelse|videresendt af",
        mobile: "sendt fra|sendt med|hent outlook|få outlook|sendt via|sendt af|download outlook|sendt over",
        mobile_end: "",
        closings: "venlig hilsen|med venlig hilsen|kh|vh|kærlig hilsen|hilsen|de bedste hilsner|mange hilsner|bedste hilsner|\
                   med venlige hilsner|mange hilsener|bedste hilsen|de venligste hilsner|hilsner|med venlig hilsen/best regards|mvh.",
    },
    Locale {
        lang: "nb",
        on: "den|på|man|tir|ons|tor|fre|lør|søn|mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
        wrote: "skrev|har skrevet|skrev følgende",
        from: "fra|avsender",
        date: "sendt|dato|sendt den",
        to: "til|kopi|prioritet|mottaker|cc|vedlegg",
        subject: "emne|vedrørende",
        original: "opprinnelig melding|opprinnelig e-post|opprinnelig epost|oppriktig melding|original melding|opprinnelig mail",
        forwarded: "videresendt melding|videresendt e-post|start på videresendt melding|begynnelse på videresendt melding|videresendt av|\
                    videresendt epost",
        mobile: "sendt fra min|sendt fra|sendt via|hent outlook|få outlook|sendt med|last ned outlook|skaff deg outlook|sendt fra outlook",
        mobile_end: "",
        closings: "med vennlig hilsen|vennlig hilsen|hilsen|beste hilsen|med venleg helsing|mvh|vennlige hilsener|med vennlige hilsener|\
                   mange hilsener|hilsener|beste hilsener|venlig hilsen",
    },
    Locale {
        lang: "nn",
        on: "den|på|måndag|tysdag|onsdag|torsdag|fredag|laurdag|sundag|måndag",
        wrote: "skreiv|skreiv følgjande|har skrive",
        from: "frå|avsendar",
        date: "sendt|dato|send",
        to: "til|kopi|mottakar",
        subject: "emne",
        original: "opphavleg melding|opprinneleg melding|opphavleg e-post",
        forwarded: "vidaresend melding|vidaresendt melding|vidaresend e-post",
        mobile: "sendt frå|send frå|sendt med|få outlook",
        mobile_end: "",
        closings: "venleg helsing|med venleg helsing|helsing|beste helsing|med vennleg helsing",
    },
    Locale {
        lang: "is",
        on: "þann|hinn|on|mán|þri|mið|fim|fös|lau|sun",
        wrote: "skrifaði|reit|skrifaði eftirfarandi",
        from: "frá|sendandi",
        date: "sent|dagsetning|dags|sendur",
        to: "til|afrit|viðtakandi",
        subject: "efni|viðfangsefni",
        original: "upprunaleg skilaboð|upphafleg skilaboð|upprunalegt skeyti|upphaflegur póstur",
        forwarded: "áframsend skilaboð|framsend skilaboð|áframsent skeyti|áframsendur póstur",
        mobile: "sent úr|sent frá|sent með|sækja outlook|fáðu outlook",
        mobile_end: "",
        closings: "kveðja|bestu kveðjur|kær kveðja|með kveðju|með bestu kveðju|virðingarfyllst|kveðjur|með vinsemd|mbk|bkv|kv",
    },
];
