//! The containers that programs put the history into, in HTML alone.

use super::{Program, program};

pub(super) const ALL: &[Program] = &[
    program(
        "proton-html",
        "en",
        "<div class=\"protonmail_signature_block\"><div class=\"protonmail_signature_block-proton\">Sent with <a href=\"https://proton.me/\">Proton Mail</a> secure email.</div></div>",
        "<div class=\"protonmail_quote\">On Tuesday, November 3rd, 2026 at 10:15 AM, {name} &lt;{mail}&gt; wrote:<br><br><blockquote class=\"protonmail_quote\" type=\"cite\">{history}</blockquote><br></div>",
    ),
    program(
        "zimbra-html",
        "en",
        "",
        "<hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div data-marker=\"__HEADERS__\"><blockquote style=\"border-left:2px solid #1010FF;margin-left:5px;padding-left:5px;\"><b>From: </b>\"{name}\" &lt;{mail}&gt;<br><b>To: </b>\"{person}\" &lt;{address}&gt;<br><b>Sent: </b>Tuesday, November 3, 2026 10:15:00 AM<br><b>Subject: </b>{subject}<br></blockquote></div><div data-marker=\"__QUOTED_TEXT__\"><blockquote style=\"border-left:2px solid #1010FF;margin-left:5px;padding-left:5px;\">{history}</blockquote></div>",
    ),
    program(
        "spark-html",
        "en",
        "<div name=\"messageSignatureSection\"><br>Sent from <a href=\"https://sparkmailapp.com/\">Spark</a></div>",
        "<div name=\"messageReplySection\">On 3 Nov 2026 at 10:15 +0100, {name} &lt;{mail}&gt;, wrote:<br><blockquote type=\"cite\" style=\"margin: 5px 5px; padding-left: 10px; border-left: thin solid #1abc9c;\">{history}</blockquote></div>",
    ),
    program(
        "superhuman-html",
        "en",
        "<div class=\"sh-signature\"><br><div>Sent via <a href=\"https://sprh.mn/\">Superhuman</a></div></div>",
        "<br><div class=\"gmail_quote\">On Tue, Nov 03, 2026 at 10:15 AM, {name} <span dir=\"ltr\">&lt;<a href=\"mailto:{mail}\">{mail}</a>&gt;</span> wrote:<br><blockquote class=\"gmail_quote sh-color-black sh-color\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">{history}</blockquote></div>",
    ),
    program(
        "hey-html",
        "en",
        "",
        "<br><div>On November 3, 2026, {name} &lt;<a href=\"mailto:{mail}\">{mail}</a>&gt; wrote:</div><blockquote><div class=\"trix-content\">{history}</div></blockquote>",
    ),
    program(
        "front-html",
        "en",
        "",
        "<br><blockquote type=\"cite\" class=\"front-blockquote\"><div>On November 3, 2026 at 10:15 AM GMT+1 <a href=\"mailto:{mail}\">{mail}</a> wrote:<br><br></div><div>{history}</div></blockquote>",
    ),
    program(
        "fastmail-html",
        "en",
        "",
        "<div><br></div><div>On Tue, 3 Nov 2026, at 10:15 AM, {name} wrote:</div><blockquote type=\"cite\" id=\"qt\" style=\"\"><div>{history}</div></blockquote><div><br></div>",
    ),
    program(
        "zoho-html",
        "en",
        "",
        "<br><div class=\"zmail_extra\" style=\"\"><div id=\"Zm-_Id_-Sgn1\">---- On Tue, 03 Nov 2026 10:15:00 +0100 <b>{name} &lt;<a href=\"mailto:{mail}\">{mail}</a>&gt;</b> wrote ----<br></div><div><br></div><blockquote id=\"blockquote_zmail\" style=\"margin: 0px\"><div>{history}</div></blockquote></div>",
    ),
    program(
        "yandex-html",
        "ru",
        "",
        "<div> </div><div>03.11.2026, 10:15, \"{name}\" &lt;{mail}&gt;:</div><blockquote><div>{history}</div></blockquote>",
    ),
    program(
        "mail-ru-html",
        "ru",
        "",
        "<div>&nbsp;</div><blockquote style=\"border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;\">Вторник, 3 ноября 2026, 10:15 +03:00 от {name} &lt;<a href=\"mailto:{mail}\">{mail}</a>&gt;:<br>&nbsp;<div id=\"\"><div class=\"js-helper js-readmsg-msg\"><div>{history}</div></div></div></blockquote>",
    ),
    program(
        "qq-html",
        "zh-Hans",
        "",
        "<div><br></div><div style=\"font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;\">------------------&nbsp;原始邮件&nbsp;------------------</div><div style=\"font-size: 12px;background:#efefef;padding:8px;\"><div><b>发件人:</b>&nbsp;\"{name}\"&lt;{mail}&gt;;</div><div><b>发送时间:</b>&nbsp;2026年11月3日(星期二) 上午10:15</div><div><b>收件人:</b>&nbsp;\"{person}\"&lt;{address}&gt;;</div><div><b>主题:</b>&nbsp;{subject}</div></div><div><br></div><div>{history}</div>",
    ),
    program(
        "netease-163-html",
        "zh-Hans",
        "",
        "<div style=\"position:relative;zoom:1\"></div><div id=\"divNeteaseMailCard\"></div><p>在 2026-11-03 10:15:00，\"{name}\" &lt;{mail}&gt; 写道：</p><blockquote id=\"isReplyContent\" style=\"PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid\"><div>{history}</div></blockquote>",
    ),
    program(
        "naver-html",
        "ko",
        "",
        "<p><br></p><blockquote style=\"padding-left:0\"><p style=\"font-size:10pt\">-----Original Message-----<br><b>From:</b> \"{name}\"&lt;{mail}&gt; <br><b>To:</b> \"{person}\"&lt;{address}&gt;; <br><b>Cc:</b> <br><b>Sent:</b> 2026-11-03 (화) 10:15:00 (GMT+09:00)<br><b>Subject:</b> {subject}<br></p><div>{history}</div></blockquote>",
    ),
    program(
        "gmx-html",
        "de",
        "",
        "<div><div name=\"quote\" style=\"margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5; word-wrap: break-word;\"><div style=\"margin:0 0 10px 0;\"><b>Gesendet:</b>&nbsp;Dienstag, 03. November 2026 um 10:15 Uhr<br><b>Von:</b>&nbsp;\"{name}\" &lt;{mail}&gt;<br><b>An:</b>&nbsp;{address}<br><b>Betreff:</b>&nbsp;{subject}</div><div name=\"quoted-content\"><div>{history}</div></div></div></div>",
    ),
    program(
        "roundcube-html",
        "en",
        "",
        "<p id=\"reply-intro\">On 2026-11-03 10:15, {name} wrote:</p><blockquote type=\"cite\" style=\"padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0\"><div id=\"replybody1\">{history}</div></blockquote>",
    ),
    program(
        "notes-html",
        "en",
        "",
        "<br><br><br><font size=1 color=#5f5f5f face=\"sans-serif\">From: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1 face=\"sans-serif\">{name} &lt;{mail}&gt;</font><br><font size=1 color=#5f5f5f face=\"sans-serif\">To: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1 face=\"sans-serif\">{address}</font><br><font size=1 color=#5f5f5f face=\"sans-serif\">Date: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1 face=\"sans-serif\">11/03/2026 10:15 AM</font><br><font size=1 color=#5f5f5f face=\"sans-serif\">Subject: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1 face=\"sans-serif\">{subject}</font><br><hr noshade><br><br><tt><font size=2>{history}</font></tt>",
    ),
    program(
        "outlook-mac-html",
        "en",
        "",
        "<div style=\"border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in\"><p class=\"MsoNormal\"><b><span style=\"color:black\">From: </span></b><span style=\"color:black\">{name} &lt;{mail}&gt;<br><b>Date: </b>Tuesday, 3 November 2026 at 10:15<br><b>To: </b>{person} &lt;{address}&gt;<br><b>Subject: </b>{subject}</span></p></div><p class=\"MsoNormal\">{history}</p>",
    ),
    program(
        "new-outlook-html",
        "de",
        "",
        "<div id=\"appendonsend\"></div><div id=\"mail-editor-reference-message-container\"><div class=\"ms-outlook-mobile-reference-message skipProofing\" style=\"border-width: 1pt medium medium; border-style: solid none none; border-color: rgb(225, 225, 225) currentcolor currentcolor;\"><div style=\"font-family: Aptos; font-size: 12pt; color: black\"><b>Von: </b>{name} &lt;{mail}&gt;<br><b>Datum: </b>Dienstag, 3. November 2026 um 10:15<br><b>An: </b>{person} &lt;{address}&gt;<br><b>Betreff: </b>{subject}</div></div><div>{history}</div></div>",
    ),
    program(
        "outlook-through-another-html",
        "fr",
        "",
        "<hr tabindex=\"-1\" style=\"display:inline-block; width:98%\"><div id=\"x_divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri, sans-serif\" color=\"#000000\" style=\"font-size:11pt\"><b>De :</b> {name} &lt;{mail}&gt;<br><b>Envoyé :</b> mardi 3 novembre 2026 10:15<br><b>À :</b> {person} &lt;{address}&gt;<br><b>Objet :</b> {subject}</font><div>&nbsp;</div></div><div>{history}</div>",
    ),
    program(
        "yahoo-classic-html",
        "en",
        "",
        "<div class=\"yahoo_quoted\" style=\"display: block;\"><div><font size=\"2\" face=\"Arial\">On Tuesday, November 3, 2026 10:15 AM, {name} &lt;{mail}&gt; wrote:<br></font></div><br><br><div class=\"y_msg_container\">{history}</div></div>",
    ),
    program(
        "seznam-html",
        "cs",
        "",
        "<br><aside>---------- Původní e-mail ----------<br>Od: {name} &lt;{mail}&gt;<br>Komu: {address}<br>Datum: 3. 11. 2026 10:15:00<br>Předmět: {subject} </aside><br><blockquote data-email=\"{mail}\">{history}</blockquote>",
    ),
    program(
        "gmail-app-html",
        "es",
        "",
        "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">El mar, 3 de nov de 2026, 10:15, {name} &lt;<a href=\"mailto:{mail}\">{mail}</a>&gt; escribió:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\"><div dir=\"auto\">{history}</div></blockquote></div>",
    ),
    program(
        "evolution-html",
        "de",
        "",
        "<div>Am Dienstag, dem 03.11.2026 um 10:15 +0100 schrieb {name}:</div><blockquote type=\"cite\" style=\"margin:0 0 0 .8ex; border-left:2px #729fcf solid;padding-left:1ex\"><div>{history}</div></blockquote>",
    ),
    program(
        "missive-html",
        "en",
        "",
        "<div class=\"missive_quote\"><br><div>On November 3, 2026 at 10:15 AM, {name} &lt;<a href=\"mailto:{mail}\">{mail}</a>&gt; wrote:</div><blockquote class=\"missive_blockquote\" style=\"margin:0;padding-left:8px;border-left:2px solid #ddd\">{history}</blockquote></div>",
    ),
];
