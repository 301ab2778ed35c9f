//! Longer letters: lines broken by the program, softly and hard, and paragraphs in HTML.

use super::{GROUP, history, plain};
use crate::corpus::case::Case;
use crate::corpus::clients::{gmail, outlook};
use crate::corpus::mail::{Part, Text, Transfer};
use crate::corpus::text::{flowed, wrapped};
use crate::corpus::words::{self, Words};

/// Language and letter, lines as long as they are.
const LETTERS: &[(&str, &str)] = &[
    (
        "en",
        "Hello Ada,\n\nthe coat came yesterday, and in general I am happy with it: the colour is the one in the picture and the sleeves are as long as you said they would be.\n\nThere are two things, though. On the left side the lining is loose over a hand's width, from the pocket down to the hem. And the second button from above does not close, because its hole was never cut open.\n\nFrom my side a repair would do, and I could bring the coat to your shop in York on Saturday morning. Would that be possible, or shall I send it back to you?",
    ),
    (
        "de",
        "Guten Tag Frau Byron,\n\nder Mantel ist gestern angekommen, und im Großen und Ganzen bin ich zufrieden: Die Farbe ist wie auf dem Bild, und die Ärmel sind so lang, wie Sie es gesagt haben.\n\nZwei Dinge gibt es allerdings. Am linken Rand ist das Futter lose, von der Tasche bis zum Saum. Und der zweite Knopf von oben schließt nicht, weil sein Loch nie aufgeschnitten wurde.\n\nVon mir aus genügt eine Reparatur; ich könnte den Mantel am Samstag in Ihren Laden bringen. Geht das?",
    ),
    (
        "fr",
        "Bonjour Ada,\n\nle manteau est arrivé hier et j'en suis contente dans l'ensemble : la couleur est celle de la photo, et les manches ont la longueur que vous aviez annoncée.\n\nIl reste deux choses. Le long du côté gauche, la doublure est décousue de la poche jusqu'à l'ourlet. Et le deuxième bouton ne ferme pas, car sa boutonnière n'a jamais été ouverte.\n\nDe mon côté, une réparation suffirait. Est-ce possible samedi matin dans votre boutique ?",
    ),
    (
        "es",
        "Hola Ada:\n\nel abrigo llegó ayer y en general estoy contento: el color es el de la foto y las mangas son tan largas como me dijeron.\n\nHay dos cosas, sin embargo. En el lado izquierdo el forro está suelto desde el bolsillo hasta el bajo. Y el segundo botón no cierra, porque nunca se abrió su ojal.\n\nDe mi parte bastaría con un arreglo. ¿Puedo llevarlo a su tienda el sábado por la mañana?",
    ),
    (
        "ru",
        "Здравствуйте, Ада!\n\nПальто пришло вчера, и в целом я довольна: цвет как на картинке, рукава той длины, которую вы обещали.\n\nНо есть две вещи. С левой стороны подкладка отошла от кармана до самого низа. А вторая пуговица не застёгивается, потому что петлю так и не прорезали.\n\nОт вас нужен только ремонт. Можно ли принести его в магазин в субботу утром?",
    ),
    (
        "ja",
        "エイダ様\n\nコートは昨日届きました。色は写真のとおりで、袖の長さもおっしゃっていたとおりです。\n\nただ、二つ気になる点があります。左側の裏地がポケットから裾まで外れています。また、上から二番目のボタンの穴が開いていません。\n\n修理していただければ結構です。土曜日の朝にお店へ持って行ってもよろしいでしょうか。",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    LETTERS.iter().flat_map(|(code, letter)| of(words::of(code), letter)).collect()
}

fn of(words: &Words, letter: &str) -> [Case; 4] {
    let name = |kind: &str| format!("{}-letter-{kind}", words.code);
    let subject = format!("Re: {}", words.subject);
    let hard = wrapped(letter, 72);
    let soft = Part::Text(Text {
        content_type: "text/plain; charset=utf-8; format=flowed".into(),
        charset: "utf-8".into(),
        transfer: Transfer::Quoted,
        text: format!("{}\n\n{}\n", flowed(letter, 72), history(words)),
    });
    let page = outlook::reply(
        outlook::of(words.code),
        words.person,
        words.subject,
        letter,
        Some(&words.sign_off()),
        &words.history(),
    );
    let gmail = gmail::reply(gmail::LINES[0].1, letter, None, &words.history());
    let both = Part::alternative(
        "00000000000042",
        vec![
            Part::text("plain", "utf-8", Transfer::Quoted, &wrapped(&gmail.plain, 78)),
            Part::text("html", "utf-8", Transfer::Quoted, &gmail.html),
        ],
    );
    // which of both versions is read decides where lines end; the words are the same
    let paragraphs: Vec<&str> = letter.split("\n\n").collect();
    [
        plain(&name("hard"), words, &format!("{hard}\n\n{}", history(words))).text(&hard),
        Case::reply(GROUP, &name("flowed"), words.person, &subject, soft).text(letter),
        Case::reply(
            GROUP,
            &name("html"),
            words.person,
            &subject,
            Part::text("html", "utf-8", Transfer::Quoted, &page.html),
        )
        .text(letter)
        .signature(&words.sign_off()),
        Case::reply(GROUP, &name("both"), words.person, &subject, both).contains(&paragraphs).lacks(&words.asked),
    ]
}
