//! Outlook in a browser, the new Outlook for Windows, and Outlook on telephones: `divRplyFwdMsg` under a rule, a row of
//! underscores in the plain version, a footer with a link.

use super::outlook::Block;
use super::{Bodies, Lines, below};
use crate::corpus::text::{escaped, lines_in, with_breaks};

/// What Outlook for iOS signs with; `aka.ms/o0ukef` is behind it.
pub(crate) const FOOTERS: Lines = &[
    ("en", "Get Outlook for iOS"),
    ("de", "Outlook für iOS beziehen"),
    ("fr", "Obtenir Outlook pour iOS"),
    ("es", "Obtener Outlook para iOS"),
    ("pt-PT", "Obter o Outlook para iOS"),
    ("pt-BR", "Obter o Outlook para iOS"),
    ("it", "Scarica Outlook per iOS"),
    ("nl", "Download Outlook voor iOS"),
    ("pl", "Pobierz program Outlook dla systemu iOS"),
    ("cs", "Získat Outlook pro iOS"),
    ("sv", "Hämta Outlook för iOS"),
    ("da", "Hent Outlook til iOS"),
    ("nb", "Få Outlook for iOS"),
    ("fi", "Hanki Outlook for iOS"),
    ("ru", "Получить Outlook для iOS"),
    ("tr", "iOS için Outlook'u edinin"),
    ("ja", "Outlook for iOS を入手"),
    ("ko", "iOS용 Outlook 다운로드"),
    ("zh-Hans", "获取 Outlook for iOS"),
    ("zh-Hant", "取得 iOS 版 Outlook"),
];

const RULE: &str = "________________________________";

/// An answer in a browser.
pub(crate) fn web(
    block: &Block,
    to: (&str, &str),
    subject: &str,
    written: &str,
    signature: Option<&str>,
    history: &str,
) -> Bodies {
    let above = format!("{written}{}", below(signature));
    let plain = format!("{above}\n{RULE}\n{}\n\n{history}\n", block.plain(to, subject));
    let html = format!(
        "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n<style type=\"text/css\" style=\"display:none;\"> P {{margin-top:0;margin-bottom:0;}} </style>\n</head>\n<body dir=\"ltr\">\n{}<div id=\"appendonsend\"></div>\n<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\n<div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri, sans-serif\" style=\"font-size:11pt\" color=\"#000000\">{}</font>\n<div>&nbsp;</div>\n</div>\n<div class=\"BodyFragment\"><font size=\"2\"><span style=\"font-size:11pt;\"><div class=\"PlainText\">{}</div></span></font></div>\n</body>\n</html>\n",
        lines_in(
            &above,
            "<div class=\"elementToProof\" style=\"font-family: Aptos, Calibri, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);\">",
            "<br>",
            "</div>"
        ),
        block.html(to, subject),
        with_breaks(history)
    );
    Bodies { plain, html }
}

/// An answer on a telephone, with its footer.
pub(crate) fn telephone(
    block: &Block,
    to: (&str, &str),
    subject: &str,
    written: &str,
    footer: &str,
    history: &str,
) -> Bodies {
    let plain =
        format!("{written}\n\n{footer}<https://aka.ms/o0ukef>\n{RULE}\n{}\n\n{history}\n", block.plain(to, subject));
    let html = format!(
        "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n</head>\n<body>\n{}<div id=\"ms-outlook-mobile-body-separator-line\" style=\"font-size: 12pt\"><br></div>\n<div id=\"ms-outlook-mobile-signature\" style=\"font-size: 12pt\">{}</div>\n<div id=\"mail-editor-reference-message-container\" class=\"ms-outlook-mobile-reference-message skipProofing\"><hr style=\"display:inline-block;width:98%\">\n<div id=\"divRplyFwdMsg\" style=\"font-size: 11pt;\">{}<br>\n</div>\n<br>\n<div style=\"font-size: 11pt;\">{}</div>\n</div>\n</body>\n</html>\n",
        lines_in(written, "<div style=\"font-size: 12pt\" dir=\"auto\">", "<br>", "</div>"),
        format_args!("<a href=\"https://aka.ms/o0ukef\">{}</a>", escaped(footer)),
        block.html(to, subject),
        with_breaks(history)
    );
    Bodies { plain, html }
}
