//! What each client writes around a reply, a mail for every row of the table: above stands what was written, and each mark leads to
//! what must be cut.

use super::clients::At::{self, Attr, Class, Element, Id, Start};
use super::clients::{MARKS, mark_of};
use crate::html::to_text;
use crate::html::tree::Tree;
use crate::reply::{Hints, PartKind, extract_html};

const FIXTURES: &[(At, &str)] = &[
    (
        Class("gmail_quote_container"),
        r#"<div dir="ltr">New words.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 10:00 AM Ann Lee &lt;<a href="mailto:ann@x.example">ann@x.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>Old words</div></blockquote></div>"#,
    ),
    (
        Class("gmail_quote"),
        r#"<div dir="auto">New words.</div><div class="gmail_extra"><br><div class="gmail_quote">Op 5 jan. 2026 10:00 a.m. schreef "Ann Lee" &lt;ann@x.example&gt;:<br type="attribution"><blockquote class="quote" style="margin:0 0 0 .8ex">Old words</blockquote></div></div>"#,
    ),
    (
        Class("gmail_attr"),
        r#"<div>New words.</div><div dir="ltr" class="gmail_attr">Ann Lee (ann@x.example) idatzi du:<br></div><blockquote class="gmail_quote">Old words</blockquote>"#,
    ),
    (
        Class("gmail_signature"),
        r#"<div dir="ltr">New words.<br clear="all"><div><br></div><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><table><tr><td><img src="cid:logo"></td><td>Sig Lee<br>Acme</td></tr></table></div></div>"#,
    ),
    (
        Class("gmail_signature_prefix"),
        r#"<div dir="ltr">New words.<br clear="all"><span class="gmail_signature_prefix">Sig </span><br></div>"#,
    ),
    (
        Id("appendonsend"),
        r#"<div class="elementToProof" style="font-family:Aptos">New words.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div dir="ltr"><font face="Calibri"><b>Nork:</b> Ann</font></div><div>Old words</div>"#,
    ),
    (
        Id("divRplyFwdMsg"),
        r#"<div>New words.</div><div><br></div><div id="x_x_divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt"><b>Nork:</b> Ann Lee</font><div>&nbsp;</div></div><div>Old words</div>"#,
    ),
    (
        Id("mail-editor-reference-message-container"),
        r#"<div dir="ltr">New words.</div><div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message skipProofing"><div><b>Nork: </b>Ann<br></div><div>Old words</div></div>"#,
    ),
    (
        Class("ms-outlook-mobile-reference-message"),
        r#"<div dir="ltr">New words.</div><div class="ms-outlook-mobile-reference-message skipProofing">Ann<br>Old words</div>"#,
    ),
    (
        Id("OLK_SRC_BODY_SECTION"),
        r#"<div>New words.</div><span id="OLK_SRC_BODY_SECTION"><div style="font-family:Calibri; BORDER-TOP: #b5c4df 1pt solid"><span style="font-weight:bold">Nork: </span> Ann<br></div><div>Old words</div></span>"#,
    ),
    (
        Id("stopSpelling"),
        r#"<div dir="ltr">New words.<br><div><hr id="stopSpelling">Date: Mon<br>Old words</div></div>"#,
    ),
    (
        Attr("tabindex", "-1"),
        r#"<p>New words.</p><hr tabindex="-1" style="display:inline-block; width:98%"><div><b>Nork:</b> Ann</div><div>Old words</div>"#,
    ),
    (
        Class("OutlookMessageHeader"),
        r#"<DIV>New words.</DIV><DIV class=OutlookMessageHeader dir=ltr align=left><FONT face=Tahoma><B>Nork:</B> Ann<BR></FONT></DIV><DIV>Old words</DIV>"#,
    ),
    (
        Attr("name", "_MailOriginal"),
        r#"<p class=MsoNormal><a name="_MailEndCompose">New words.</a><o:p></o:p></p><a name="_MailOriginal"><p class=MsoNormal>Ann<o:p></o:p></p><p class=MsoNormal>Old words</p></a>"#,
    ),
    (
        Id("Signature"),
        r#"<div class="elementToProof">New words.</div><div id="Signature"><div><b>Sig Lee</b></div><div>+44 20</div></div>"#,
    ),
    (
        Id("ms-outlook-mobile-signature"),
        r#"<div>New words.</div><div id="ms-outlook-mobile-signature"><div><br></div>Sig via <a href="https://aka.ms/o0ukef">Outlook</a></div>"#,
    ),
    (
        Id("ms-outlook-mobile-body-separator-line"),
        r#"<div>New words.</div><div id="ms-outlook-mobile-body-separator-line"><br></div><div>Sig Lee</div>"#,
    ),
    (
        Attr("type", "cite"),
        r#"<div>New words.</div><div><br><blockquote type="cite"><div>On 5 Jan 2026, at 10:00, Ann Lee &lt;ann@x.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>Old words</div></blockquote></div>"#,
    ),
    (Class("AppleOriginalContents"), r#"<div>New words.</div><div class="AppleOriginalContents">Old words</div>"#),
    (
        Id("AppleMailSignature"),
        r#"<div dir="auto">New words.<br><br><div id="AppleMailSignature" dir="ltr">Sig telefonotik</div></div>"#,
    ),
    (
        Id("lineBreakAtBeginningOfSignature"),
        r#"<html><body dir="auto">New words.<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sig telefonotik</div></body></html>"#,
    ),
    (
        Class("moz-cite-prefix"),
        r#"<p>New words.</p><div class="moz-cite-prefix">Ann Lee idatzi du<br></div><blockquote type="cite" cite="mid:a@x.example"><p>Old words</p></blockquote>"#,
    ),
    (
        Class("moz-forward-container"),
        r#"<p>New words.</p><div class="moz-forward-container"><br>-------- Mezua --------<table class="moz-email-headers-table"><tbody><tr><th>Gaia: </th><td>x</td></tr></tbody></table><p>Old words</p></div>"#,
    ),
    (
        Class("moz-email-headers-table"),
        r#"<p>New words.</p><table cellspacing="0" class="moz-email-headers-table"><tbody><tr><th>Gaia: </th><td>x</td></tr></tbody></table><p>Old words</p>"#,
    ),
    (Class("moz-signature"), "<p>New words.</p><pre class=\"moz-signature\" cols=\"72\">Sig Lee\nAcme</pre>"),
    (
        Class("moz-txt-sig"),
        "<pre class=\"moz-quote-pre\" wrap=\"\">New words.\n\n<span class=\"moz-txt-sig\">Sig Lee</span></pre>",
    ),
    (
        Class("yahoo_quoted"),
        r#"<div class="ydp5a1c2f34yahoo-style-wrap"><div>New words.</div></div><div class="ydp5a1c2f34yahoo_quoted" style="margin:10px"><div>Ann Lee idatzi du:</div><div>Old words</div></div>"#,
    ),
    (
        Start("yahoo_quoted_"),
        r#"<div class="yahoo-style-wrap">New words.</div><div id="yahoo_quoted_8473625100"><div>Ann Lee idatzi du:</div><div>Old words</div></div>"#,
    ),
    (Class("iosymail"), r#"New words.<br><br><blockquote class="iosymail"><div>Old words</div></blockquote>"#),
    (
        Class("yahoo-quoted-begin"),
        r#"New words.<br><p class="yahoo-quoted-begin" style="font-size: 15px; color: #715FFA;">Ann Lee idatzi du</p><blockquote class="iosymail"><div>Old words</div></blockquote>"#,
    ),
    (Class("yahooMobileSig"), r#"New words.<br><div class="yahooMobileSig">Sig telefonotik</div>"#),
    (
        Id("ymail_android_signature"),
        r#"New words.<br><br><div id="ymail_android_signature"><a href="https://x.example">Sig Android</a></div>"#,
    ),
    (Class("aolReplacedBody"), r#"<div>New words.</div><div class="aolReplacedBody">Old words</div>"#),
    (
        Class("protonmail_quote"),
        r#"<div style="font-family: Arial">New words.</div><div class="protonmail_quote">Ann Lee idatzi du<br><blockquote class="protonmail_quote" type="cite">Old words</blockquote><br></div>"#,
    ),
    (
        Class("protonmail_signature_block"),
        r#"<div>New words.</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-user">Sig Lee</div><div class="protonmail_signature_block-proton protonmail_signature_block-empty"></div></div>"#,
    ),
    (
        Class("tutanota_quote"),
        r#"<div>New words.</div><br>05.01.26, 10:00 - ann@x.example:<br><blockquote class="tutanota_quote">Old words</blockquote>"#,
    ),
    (Class("tutaSignature"), r#"<div>New words.</div><div class="tutaSignature">Sig Lee</div>"#),
    (
        Id("qt"),
        r#"<div>New words.</div><div>On Mon, 5 Jan 2026, at 10:00, Ann Lee wrote:</div><blockquote id="qt">Old words</blockquote>"#,
    ),
    (
        Attr("data-marker", "__HEADERS__"),
        r#"<div>New words.</div><div data-marker="__HEADERS__"><b>Nork: </b>Ann<br></div><div>Old words</div>"#,
    ),
    (
        Attr("data-marker", "__DIVIDER__"),
        r#"<div>New words.</div><hr data-marker="__DIVIDER__"><div>Ann<br></div><div>Old words</div>"#,
    ),
    (
        Attr("data-marker", "__QUOTED_TEXT__"),
        r#"<div>New words.</div><div data-marker="__QUOTED_TEXT__"><blockquote style="border-left:2px solid #1010FF">Old words</blockquote></div>"#,
    ),
    (Attr("data-marker", "__SIG_PRE__"), r#"<div>New words.</div><div data-marker="__SIG_PRE__">Sig Lee</div>"#),
    (Attr("data-marker", "__SIG_POST__"), r#"<div>New words.</div><div data-marker="__SIG_POST__">Sig Lee</div>"#),
    (Id("zwchr"), r#"<div>New words.</div><hr id="zwchr"><div>Ann<br></div><div>Old words</div>"#),
    (
        Id("reply-intro"),
        r#"<p>New words.</p><p id="reply-intro">Ann Lee idatzi du</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid"><p>Old words</p></blockquote>"#,
    ),
    (Id("_rc_sig"), r#"<p>New words.</p><div id="_rc_sig">Sig Lee</div>"#),
    (
        Class("io-ox-signature"),
        r#"<div class="default-style">New words.</div><div class="default-style io-ox-signature">Sig Lee</div>"#,
    ),
    (Class("mimepartdata"), r#"<p>New words.</p><div class="mimepartdata">Old words</div>"#),
    (
        Class("ik_mail_quote"),
        r#"<div>New words.</div><div class="ik_mail_quote answerContentMessage"><div>Ann Lee idatzi du</div><div>Old words</div></div>"#,
    ),
    (
        Attr("name", "quote"),
        r#"<div style="font-family: Verdana">New words.</div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Nork:</b> Ann<br></div><div name="quoted-content">Old words</div></div>"#,
    ),
    (
        Class("mail-quote-collapse"),
        r#"<div>New words.</div><div class="mail-quote-collapse_mr_css_attr"><div>Ann Lee idatzi du</div><div>Old words</div></div>"#,
    ),
    (
        Class("mailru-blockquote"),
        r#"<p>New words.</p><blockquote class="mailru-blockquote" style="border-left:1px solid #0857A6"><div>Old words</div></blockquote>"#,
    ),
    (
        Attr("data-signature-widget", "container"),
        r#"<div>New words.</div><div data-signature-widget="container"><div data-signature-widget="content">Sig Lee</div></div>"#,
    ),
    (
        Element("includetail"),
        r#"<div>New words.</div><div><includetail><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef">Ann</div><div>Old words</div></includetail></div>"#,
    ),
    (
        Id("original-content"),
        r#"<div>New words.</div><div id="original-content"><div>Ann</div><div>Old words</div></div>"#,
    ),
    (Element("sign"), r#"<div>New words.</div><sign signid="0"><div>Sig Lee</div></sign>"#),
    (
        Id("isReplyContent"),
        r#"<div>New words.</div><div id="isReplyContent"><pre>Ann</pre><blockquote id="isReplyContent">Old words</blockquote></div>"#,
    ),
    (
        Id("isForwardContent"),
        r#"<div>New words.</div><div id="isForwardContent"><div>Ann</div><div>Old words</div></div>"#,
    ),
    (
        Class("ntes-mailmaster-quote"),
        r#"<div>New words.</div><div class="ntes-mailmaster-quote"><div>Ann</div><div>Old words</div></div>"#,
    ),
    (
        Id("ntes-mailmaster-quote"),
        r#"<div>New words.</div><div id="ntes-mailmaster-quote"><div>Ann</div><div>Old words</div></div>"#,
    ),
    (Id("divNeteaseMailCard"), r#"<div>New words.</div><div id="divNeteaseMailCard">Sig Lee</div>"#),
    (Id("ntes-pcmac-signature"), r#"<div>New words.</div><div id="ntes-pcmac-signature">Sig Lee</div>"#),
    (Class("nh_extra"), r#"<div>New words.</div><div class="nh_extra"><p>Dnia x Ann</p><div>Old words</div></div>"#),
    (
        Class("zmail_extra"),
        r#"<div>New words.<br></div><div class="zmail_extra_hr" style="border-top: 1px solid rgb(204, 204, 204);"><br></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- Ann idatzi du ----</div><div>Old words</div></div>"#,
    ),
    (Id("blockquote_zmail"), r#"<div>New words.</div><blockquote id="blockquote_zmail">Old words</blockquote>"#),
    (Id("Zm-_Id_-Sgn"), r#"<div>New words.</div><div id="Zm-_Id_-Sgn" data-sigid="1">Sig Lee</div>"#),
    (
        Id("composer_signature"),
        r#"<div>New words.</div><div id="composer_signature"><div style="font-size:85%" dir="auto">Sig Galaxy</div></div>"#,
    ),
    (Class("quoted_body"), r#"<div>New words.</div><div class="quoted_body"><div>Ann</div>Old words</div>"#),
    (Id("mail_android_quote"), r#"<div>New words.</div><div id="mail_android_quote"><div>Ann</div>Old words</div>"#),
    (Class("k9mail-signature"), r#"New words.<br><div class='k9mail-signature'>Sig K-9</div>"#),
    (Class("cm_quote"), r#"<div>New words.</div><div class="cm_quote"><div>Ann</div>Old words</div>"#),
    (Class("cm_signature"), r#"<div>New words.</div><div class="cm_signature">Sig Newton</div>"#),
    (
        Attr("name", "messageReplySection"),
        r#"<div name="messageBodySection"><div dir="auto">New words.</div></div><div name="messageReplySection">Ann Lee idatzi du<br><div>Old words</div></div>"#,
    ),
    (
        Attr("name", "messageSignatureSection"),
        r#"<div name="messageBodySection"><div dir="auto">New words.</div></div><div name="messageSignatureSection"><br><div>Sig Lee</div></div>"#,
    ),
    (
        Class("sh-signature"),
        r#"<div class="sh-color-black sh-color">New words.</div><div class="sh-signature">Sig Lee</div>"#,
    ),
    (
        Class("airmail_on"),
        r#"<div id="bloop_customfont">New words.</div><p class="airmail_on">Ann Lee idatzi du</p><blockquote type="cite" class="clean_bq">Old words</blockquote>"#,
    ),
    (Class("AirmailQuote"), r#"<div>New words.</div><div class="AirmailQuote">Old words</div>"#),
    (
        Start("bloop_sign"),
        r#"<div id="bloop_customfont">New words.</div><div id="bloop_sign_1767607200000" class="bloop_sign">Sig Lee</div>"#,
    ),
    (
        Class("nylas-quote"),
        r#"<div>New words.</div><div class="nylas-quote nylas-quote-id-5">Ann idatzi du<br><div>Old words</div></div>"#,
    ),
    (Element("signature"), r#"<div>New words.</div><signature id="local-5a1c">Sig Lee</signature>"#),
    (Class("MailContainerBody"), r#"<div>New words.</div><div class="MailContainerBody">Ann<br>Old words</div>"#),
    (Class("history_container"), r#"<div>New words.</div><div class="history_container">Ann<br>Old words</div>"#),
    (Class("mb_sig"), r#"<div>New words.</div><div class="mb_sig">Sig Lee</div>"#),
    (Id("replyBlockquote"), r#"<div>New words.</div><blockquote id="replyBlockquote">Old words</blockquote>"#),
    (Class("signature"), r#"<div>New words.</div><div class="signature">Sig Lee</div>"#),
    (Class("front-blockquote"), r#"<div>New words.</div><blockquote class="front-blockquote">Old words</blockquote>"#),
    (Class("front-signature"), r#"<div>New words.</div><div class="front-signature">Sig Lee</div>"#),
    (Class("missive_quote"), r#"<div>New words.</div><div class="missive_quote">Ann<br><div>Old words</div></div>"#),
    (
        Class("freshdesk_quote"),
        r#"<div>New words.</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">Ann<br>Old words</blockquote></div>"#,
    ),
    (Class("hs_reply"), r#"<div>New words.</div><div class="hs_reply">Ann<br>Old words</div>"#),
];

#[test]
fn every_mark_has_a_mail_that_bears_it() {
    for mark in MARKS {
        let Some((_, html)) = FIXTURES.iter().find(|(at, _)| *at == mark.at) else {
            panic!("no mail for {:?}", mark.at)
        };
        let tree = Tree::parse(html).expect("a tree");
        let bears =
            |id: usize| mark_of(&tree, id).is_some_and(|found| found.rule == mark.rule && found.kind == mark.kind);
        assert!((0..tree.nodes.len()).any(bears), "{:?} is not in its mail", mark.at);
    }
    assert_eq!(FIXTURES.len(), MARKS.len());
}

#[test]
fn what_every_client_adds_is_cut_from_text_and_tree() {
    let mut wrong = Vec::new();
    for (at, html) in FIXTURES {
        let reply = extract_html(html, &Hints::default());
        let cut = match html.contains("Sig ") {
            true => reply.signature.as_deref().is_some_and(|text| text.contains("Sig")),
            false => reply.quoted.as_deref().is_some_and(|text| text.contains("Old words")),
        };
        let shown = reply.html.as_deref().map(to_text).unwrap_or_default();
        if reply.text != "New words." || !cut || shown != "New words.\n" {
            wrong.push(format!("{at:?}: {reply:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_passed_on_is_no_history() {
    let gmail = r#"<div dir="ltr">New words.<br><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong class="gmail_sendername">Ann</strong><br></div>Old words</div></div>"#;
    let fixtures =
        FIXTURES.iter().filter(|(at, _)| MARKS.iter().any(|mark| mark.at == *at && mark.kind == PartKind::Forwarded));
    for html in fixtures.map(|(_, html)| *html).chain([gmail]) {
        let body = crate::reply::take_apart_html(html, &Hints::default());
        let kind = body.parts.iter().find(|part| body.text_of(part).contains("Old words")).map(|part| part.kind);
        assert_eq!(kind, Some(PartKind::Forwarded), "{body:?}");
    }
}
