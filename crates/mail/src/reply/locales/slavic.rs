//! Slavic languages in Latin script.

use super::Locale;

pub(super) const ROWS: &[Locale] = &[
    Locale {
        lang: "pl",
        on: "w dniu|dnia|w|pon|wt|śr|czw|pt|sob|niedz|niedz|o godz|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela",
        wrote: "napisał|napisała|napisał(a)|pisze|napisał/a|użytkownik|napisała/napisał|wiadomość napisana przez|napisał(a) następująco|napisali",
        from: "od|nadawca",
        date: "wysłano|data|wysłane|wysłany|data wysłania|wysłana",
        to: "do|dw|dow|adresat|priorytet|udw|odbiorca|ważność|załączniki|kopia",
        subject: "temat",
        original: "wiadomość oryginalna|oryginalna wiadomość|treść oryginalnej wiadomości|pierwotna wiadomość|wiadomość źródłowa|oryginalny e-mail",
        forwarded: "wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości|początek przekazywanej wiadomości|\
                    początek przekazanej wiadomości|przesłana wiadomość|wiadomość przesłana dalej|przekazane przez",
        mobile: "wysłane z|wysłano z|wysłane za pomocą|pobierz program outlook|pobierz aplikację outlook|wysłane przy użyciu|wysłano za pomocą|\
                 wysłane ze|wysłano ze|wysłane przez|uzyskaj outlook|pobierz outlook|uzyskaj aplikację outlook|wysłano przy użyciu|\
                 wiadomość wysłana z|wysłałem z mojego|wysłane po",
        mobile_end: "",
        closings: "pozdrawiam|z poważaniem|z wyrazami szacunku|pozdrawiam serdecznie|serdecznie pozdrawiam|pozdr|z pozdrowieniami|pozdrowienia|\
                   łączę pozdrowienia|z szacunkiem|łączę wyrazy szacunku|z uszanowaniem|miłego dnia|serdeczności|z serdecznymi pozdrowieniami",
    },
    Locale {
        lang: "cs",
        on: "dne|v|po|út|st|čt|pá|so|ne|ve|pondělí|úterý|středa|čtvrtek|pátek|sobota|neděle",
        wrote: "napsal|napsala|napsal(a)|odesílatel|napsal/a|píše|uživatel|napsali",
        from: "od|odesílatel",
        date: "odesláno|datum|odeslané|posláno|odesláno dne",
        to: "komu|kopie|priorita|příjemce|skrytá|přílohy|důležitost|kopie komu",
        subject: "předmět|věc",
        original: "původní zpráva|původní e-mail|původní email|původní mail|originální zpráva",
        forwarded: "přeposlaná zpráva|předaná zpráva|předávaná zpráva|přeposlaný e-mail|začátek přeposílané zprávy|začátek přeposlané zprávy|\
                    přeposlal|forwardovaná zpráva|předaná zpráva od",
        mobile: "odesláno z|odesláno ze|získejte outlook|získat outlook|stáhněte si outlook|stáhnout outlook|odesláno pomocí|posláno z|\
                 odesláno přes|posláno ze|odesláno prostřednictvím|odesláno mobilem",
        mobile_end: "",
        closings: "s pozdravem|s přátelským pozdravem|hezký den|zdraví|s úctou|s přáním pěkného dne|s přáním hezkého dne|pěkný den|\
                   se srdečným pozdravem|přeji hezký den|děkuji a zdravím|mějte se hezky|s pozdravom|s uctivým pozdravem|zdravím|\
                   s pozdravem a přáním hezkého dne",
    },
    Locale {
        lang: "sk",
        on: "dňa|dna|po|ut|st|št|pi|so|ne|v|o|pondelok|utorok|streda|štvrtok|piatok|sobota|nedeľa",
        wrote: "napísal|napísala|napísal(a)|napísal/a|používateľ|užívateľ|píše|napísal používateľ",
        from: "od|odosielateľ",
        date: "odoslané|dátum|poslané|odoslané dňa",
        to: "komu|kópia|dôležitosť|príjemca|prílohy|pre",
        subject: "predmet|vec",
        original: "pôvodná správa|originálna správa|pôvodný e-mail|pôvodný email",
        forwarded: "preposlaná správa|preposlané|začiatok preposlanej správy|začiatok preposielanej správy|postúpená správa|preposlaný e-mail",
        mobile: "odoslané z|odoslané zo|poslané z|získajte outlook|získať outlook|stiahnite si outlook|odoslané pomocou|poslané zo|\
                 odoslané cez|stiahnuť outlook|odoslané prostredníctvom",
        mobile_end: "",
        closings: "s pozdravom|s úctou|s priateľským pozdravom|pekný deň|prajem pekný deň|s prianím pekného dňa|so srdečným pozdravom|\
                   srdečný pozdrav|zdravím",
    },
    Locale {
        lang: "sl",
        on: "dne|v|pon|tor|sre|čet|pet|sob|ned|ob",
        wrote: "je napisal|je napisala|napisal|napisala|napisal(a)|je napisal(a)|je oseba|piše|je napisal/a|je zapisal",
        from: "od|pošiljatelj",
        date: "poslano|datum|poslano dne|poslana",
        to: "za|kp|prejemnik|komu|pomembnost|cc",
        subject: "zadeva|predmet",
        original: "izvirno sporočilo|originalno sporočilo|izvorno sporočilo|prvotno sporočilo",
        forwarded: "posredovano sporočilo|začetek posredovanega sporočila|posredovana pošta|posredovano",
        mobile: "poslano z|poslano s|poslano iz|prenesite outlook|pridobite outlook|poslano prek|poslano z mojega",
        mobile_end: "",
        closings: "lep pozdrav|lp|s spoštovanjem|lepo pozdravljeni|prijazen pozdrav|z lepimi pozdravi|lepe pozdrave|s prijaznimi pozdravi|\
                   pozdrav|lep dan|lepo vas pozdravljam",
    },
    Locale {
        lang: "hr",
        on: "dana|u|pon|uto|sri|čet|pet|sub|ned|on",
        wrote: "napisao je|napisala je|je napisao/la|je napisao|je napisala|napisao|napisala|napisao/la je|napisao/la|je napisao(la)|piše|\
                osoba|napisao(la) je",
        from: "od|šalje|pošiljatelj|od koga",
        date: "poslano|datum|poslano dana|vrijeme slanja",
        to: "za|prima|kome|kopija|primatelj|važnost|cc|prilozi",
        subject: "predmet|naslov",
        original: "izvorna poruka|originalna poruka|izvorna e-pošta|izvorni mail",
        forwarded: "proslijeđena poruka|početak proslijeđene poruke|proslijeđena e-pošta|proslijedio",
        mobile: "poslano s|poslano sa|poslano iz|nabavite outlook|preuzmite outlook|dohvati outlook|dohvatite outlook|poslano putem|\
                 poslano pomoću|poslano od",
        mobile_end: "",
        closings: "lijep pozdrav|srdačan pozdrav|s poštovanjem|lp|pozdrav|lijepi pozdrav|srdačni pozdravi|puno pozdrava|lijep pozdrav svima|\
                   s osobitim poštovanjem|pozdravi|sa štovanjem|unaprijed hvala i pozdrav",
    },
    Locale {
        lang: "bs",
        on: "dana|u|pon|uto|sri|čet|pet|sub|ned",
        wrote: "je napisao/la|napisao je|napisala je|je napisao|je napisala|napisao/la",
        from: "od|pošiljalac|pošiljatelj",
        date: "poslano|datum|poslato",
        to: "za|kome|kopija|prima",
        subject: "predmet|tema|naslov",
        original: "originalna poruka|izvorna poruka",
        forwarded: "proslijeđena poruka|početak proslijeđene poruke",
        mobile: "poslano s|poslano sa|poslato sa|preuzmite outlook|nabavite outlook",
        mobile_end: "",
        closings: "srdačan pozdrav|s poštovanjem|lijep pozdrav|pozdrav|lp",
    },
    Locale {
        lang: "sr-Latn",
        on: "dana|u|pon|uto|sre|čet|pet|sub|ned|dne",
        wrote: "je napisao/la|napisao je|napisala je|je napisao|je napisala|napisao/la|piše|je napisao(la)|napisao",
        from: "od|šalje|pošiljalac|od koga",
        date: "poslato|datum|poslato dana|vreme",
        to: "za|kome|kopija|primalac|prima|cc|važnost",
        subject: "naslov|tema|predmet",
        original: "originalna poruka|izvorna poruka|prvobitna poruka",
        forwarded: "prosleđena poruka|početak prosleđene poruke|preusmerena poruka|prosledio",
        mobile: "poslato sa|poslato s|poslato iz|poslato sa mog|preuzmite outlook|nabavite outlook|poslato pomoću|poslato preko",
        mobile_end: "",
        closings: "srdačan pozdrav|s poštovanjem|sa poštovanjem|pozdrav|puno pozdrava|lep pozdrav|srdačno|lp|svako dobro|prijatan dan",
    },
];
