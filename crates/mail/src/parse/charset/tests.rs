//! One row a charset, a wrong label, or a missing one.

use super::*;

#[test]
#[rustfmt::skip]
fn every_charset_is_read() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("utf-8", b"na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac", "naïve 日本"),
        ("UTF8", b"\xc3\xa9", "é"),
        ("iso-8859-1", b"Gr\xf6\xdfe", "Größe"),
        ("latin1", b"5 \x80 \x93quoted\x94", "5 € “quoted”"),
        ("iso-8859-2", b"\xaelu\xbbou\xe8k\xfd k\xf9\xf2", "Žluťoučký kůň"),
        ("ISO_8859-2:1987", b"\xb3\xf3d\xbc", "łódź"),
        ("iso-8859-3", b"\xa1\xb6", "Ħĥ"),
        ("iso-8859-4", b"\xab\xba\xbb\xba", "Ģēģē"),
        ("iso-8859-5", b"\xbf\xe0\xd8\xd2\xd5\xe2", "Привет"),
        ("iso-8859-6", b"\xe5\xd1\xcd\xc8\xc7", "مرحبا"),
        ("iso-8859-7", b"\xc3\xe5\xe9\xdc", "Γειά"),
        ("iso-8859-8-i", b"\xf9\xec\xe5\xed", "שלום"),
        ("iso-8859-9", b"\xfd\xf0\xfe\xd0", "ığşĞ"),
        ("iso-8859-10", b"\xa9\xb9", "Đđ"),
        ("iso-8859-11", b"\xca\xc7\xd1\xca\xb4\xd5", "สวัสดี"),
        ("iso-8859-13", b"\xe0\xfeuolas", "ąžuolas"),
        ("iso-8859-14", b"\xd0\xf0", "Ŵŵ"),
        ("iso-8859-15", b"5 \xa4 \xbduvre", "5 € œuvre"),
        ("iso-8859-16", b"\xbatiin\xfe\xe3", "știință"),
        ("windows-1250", b"P\xf8\xedli\x9a", "Příliš"),
        ("cp1251", b"\xc7\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5", "Здравствуйте"),
        ("windows1252", b"d\xe9j\xe0", "déjà"),
        ("windows-1253", b"\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1", "Καλημέρα"),
        ("windows-1254", b"g\xfcnayd\xfdn", "günaydın"),
        ("windows-1255", b"\xf9\xc8\xd1\xec\xe5\xc9\xed", "שָׁלוֹם"),
        ("windows-1256", b"\xc7\xe1\xd3\xe1\xc7\xe3", "السلام"),
        ("windows-1257", b"Sveikas, \xe0\xe8\xe6", "Sveikas, ąčę"),
        ("x-cp1258", b"Xin ch\xe0o", "Xin chào"),
        ("windows-874", b"\xa2\xcd\xba\xa4\xd8\xb3", "ขอบคุณ"),
        ("tis-620", b"\xa4\xc3\xd1\xba", "ครับ"),
        ("koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcd\xc9\xd2", "Привет, мир"),
        ("koi8-u", b"\xf0\xd2\xc9\xd7\xa6\xd4, \xd3\xd7\xa6\xd4", "Привіт, світ"),
        ("koi8-t", b"\xf4\xcf\x8d\xc9\xcb\xa5", "Тоҷикӣ"),
        ("ibm866", b"\x8f\xe0\xa8\xa2\xa5\xe2", "Привет"),
        ("cp437", b"\x90l\x82phant", "Éléphant"),
        ("ibm850", b"M\x81ller \x9b", "Müller ø"),
        ("cp852", b"\x9d\xa2d\xab", "Łódź"),
        ("CP855", b"\xf4\xa6\xe1\xa0\xeb\xd6", "Здраво"),
        ("ibm857", b"\x8d\x9f\x8dk", "ışık"),
        ("cp862", b"\x99\x8c\x85\x8d", "שלום"),
        ("ibm00858", b"5 \xd5", "5 €"),
        ("kz-1048", b"\x8d\xe0\xe7\xe0\x9d", "Қазақ"),
        ("ptcp154", b"\x8d\xe0\xe7\xe0\x9d", "Қазақ"),
        ("hp-roman8", b"\xc5", "é"),
        ("macintosh", b"caf\x8e \xd2x\xd3", "café “x”"),
        ("x-mac-cyrillic", b"\x8f\xf0\xe8\xe2\xe5\xf2", "Привет"),
        ("x-mac-ce", b"\xeblu\xe9ou\x8bk\xf9", "Žluťoučký"),
        ("x-mac-greek", b"\xa1\xe5\xe9\xc0", "Γειά"),
        ("x-mac-turkish", b"\xdd\xdf\xddk", "ışık"),
        ("x-mac-icelandic", b"\xde\x97r og \xe7sta", "Þór og Ásta"),
        ("x-mac-croatian", b"\xb9\xf0\xe8\xe6\xbe", "šđčćž"),
        ("x-mac-romanian", b"\xaftefan", "Ștefan"),
        ("gb2312", b"\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7", "你好，世界"),
        ("gb2312", b"\xe9F \x819\xee9 \x952\x826", "镕 㐀 𠀀"),
        ("gb18030", b"\xc4\xe3\xba\xc3 \xa2\xe3", "你好 €"),
        ("gbk", b"\xd6x\xd6x", "謝謝"),
        ("euc-cn", b"\xd0\xbb\xd0\xbb", "谢谢"),
        ("hz-gb-2312", b"Hi ~{Dc:C~} ~~ ok", "Hi 你好 ~ ok"),
        ("big5", b"\xa7A\xa6n\xa1A\xa5@\xac\xc9", "你好，世界"),
        ("big5-hkscs", b"\x9d\xef \x9d\xf7", "嘅 咗"),
        ("cp950", b"\xc1\xc2\xc1\xc2", "謝謝"),
        ("euc-kr", b"\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4", "안녕하세요"),
        ("ks_c_5601-1987", b"\x94\xee \x8cc", "뷁 똠"),
        ("windows-949", b"\xbe\xc8\xb3\xe7", "안녕"),
        ("uhc", b"\xbc\x84\xbd\xc3", "펲시"),
        ("iso-2022-kr", b"\x1b$)C\x0e>H3g\x0f Hi \x0eGO<<?d\x0f", "안녕 Hi 하세요"),
        ("shift_jis", b"\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", "こんにちは"),
        ("windows-31j", b"\x87@\xee\xe0\xed\x95", "①髙﨑"),
        ("cp932", b"\x81`", "～"),
        ("euc-jp", b"\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf", "こんにちは"),
        ("iso-2022-jp", b"\x1b$B$3$s$K$A$O\x1b(B Ann", "こんにちは Ann"),
        ("iso-2022-jp-1", b"\x1b$(D0!0\x22\x1b(B \x1b$B4A;z\x1b(B", "丂丄 漢字"),
        ("iso-2022-jp-2", b"\x1b$BF|K\x5c\x1b(B \x1b$BCf9q\x1b(B \x1b$(CGQ19\x1b(B na\x1b$(D+A\x1b(Bve", "日本 中国 한국 naïve"),
        ("iso-2022-jp-3", b"\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"),
        ("iso-2022-jp", b"\x1b(I123\x1b(B \x1b$B4A;z\x1b(B", "ｱｲｳ 漢字"),
        ("utf-7", b"Hi Mom +Jjo! +ZeVnLIqe 1+-1", "Hi Mom ☺! 日本語 1+1"),
        ("unicode-1-1-utf-7", b"+AOk-", "é"),
        ("utf-16", b"\xff\xfeH\x00e\x00l\x00l\x00o\x00,\x00 \x00\x16NLu", "Hello, 世界"),
        ("utf-16be", b"\x00H\x00e\x00l\x00l\x00o\x00,\x00 N\x16uL", "Hello, 世界"),
        ("utf-16le", b"\x16NLu`O}Y", "世界你好"),
        ("utf-16", b"n\x00o\x00 \x00m\x00a\x00r\x00k\x00", "no mark"),
        ("utf-32", b"\xff\xfe\x00\x00H\x00\x00\x00i\x00\x00\x00 \x00\x00\x00\x1e\xd1\x01\x00", "Hi 𝄞"),
        ("utf-32be", b"\x00\x00\x00H\x00\x00\x00i\x00\x00\x00 \x00\x00N\x16", "Hi 世"),
        ("utf-32le", b"H\x00\x00\x00i\x00\x00\x00 \x00\x00\x00\x16N\x00\x00", "Hi 世"),
        ("x-user-defined", b"a\xe9", "a\u{f7e9}"),
        ("iso-2022-jp", b"\xb1\xb2\x1b$B$3\x1b(B", "ｱｲこ"),
        ("iso-2022-jp", b"\x1b(I12\x1b(B \x1b(J\\~", "ｱｲ ¥‾"),
        ("iso-2022-jp-3", b"\x1b$(Q$3$s\x1b(B", "こん"),
        ("iso-2022-cn", b"\x1b$)A\x0eDc:C\x0f!", "你好!"),
        ("hz-gb-2312", b"a~~b ~{DcC", "a~b 你\u{fffd}"),
        ("utf-7", b"1+- 1 +ZeVnLIqe-.", "1+ 1 日本語."),
        ("utf-8", b"\xef\xbb\xbfmarked\0", "marked"),
        ("utf-8*en", b"\xc3\xa9", "é"),
        ("\"utf-8\";", b"\xc3\xa9", "é"),
        ("viscii", b"Vi\xaet", "Việt"),
    ];
    for (label, bytes, text) in cases {
        assert!(is_known(label), "{label}");
        assert_eq!(decode(Some(label), bytes), *text, "{label}");
    }
}

#[test]
#[rustfmt::skip]
fn wrong_and_missing_labels_are_seen_through() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("", b"\xc3\xbcn\xc3\xafcode", "ünïcode"),
        ("", b"Le caf\xe9 \xe9tait tr\xe8s bon, \xe0 bient\xf4t \xe0 Besan\xe7on", "Le café était très bon, à bientôt à Besançon"),
        ("", b"\xc7\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5, \xec\xed\xe5 \xed\xf3\xe6\xed\xe0 \xef\xee\xec\xee\xf9\xfc \xf1 \xe7\xe0\xea\xe0\xe7\xee\xec", "Здравствуйте, мне нужна помощь с заказом"),
        ("", b"\xfa\xc4\xd2\xc1\xd7\xd3\xd4\xd7\xd5\xca\xd4\xc5, \xcd\xce\xc5 \xce\xd5\xd6\xce\xc1 \xd0\xcf\xcd\xcf\xdd\xd8 \xd3 \xda\xc1\xcb\xc1\xda\xcf\xcd", "Здравствуйте, мне нужна помощь с заказом"),
        ("", b"\x82\xa8\x90\xa2\x98b\x82\xc9\x82\xc8\x82\xc1\x82\xc4\x82\xa8\x82\xe8\x82\xdc\x82\xb7\x81B\x92\x8d\x95\xb6\x82\xcc\x8c\x8f\x82\xc5\x82\xb7\x81B", "お世話になっております。注文の件です。"),
        ("", b"\xa4\xaa\xc0\xa4\xcf\xc3\xa4\xcb\xa4\xca\xa4\xc3\xa4\xc6\xa4\xaa\xa4\xea\xa4\xde\xa4\xb9\xa1\xa3\xc3\xed\xca\xb8\xa4\xce\xb7\xef\xa4\xc7\xa4\xb9\xa1\xa3", "お世話になっております。注文の件です。"),
        ("", b"\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#\x1b(B", "お世話になっております。"),
        ("", b"\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xb0\xef\xce\xd2\xb2\xe9\xd2\xbb\xcf\xc2\xa1\xa3", "您好，我的订单还没有收到，请帮我查一下。"),
        ("", b"\xb1z\xa6n\xa1A\xa7\xda\xaa\xba\xadq\xb3\xe6\xc1\xd9\xa8S\xa6\xb3\xa6\xac\xa8\xec\xa1A\xbd\xd0\xc0\xb0\xa7\xda\xacd\xa4@\xa4U\xa1C", "您好，我的訂單還沒有收到，請幫我查一下。"),
        ("", b"\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4. \xc1\xd6\xb9\xae\xc7\xd1 \xbb\xf3\xc7\xb0\xc0\xcc \xbe\xc6\xc1\xf7 \xb5\xb5\xc2\xf8\xc7\xcf\xc1\xf6 \xbe\xca\xbe\xd2\xbd\xc0\xb4\xcf\xb4\xd9.", "안녕하세요. 주문한 상품이 아직 도착하지 않았습니다."),
        ("", b"\xff\xfeH\x00e\x00l\x00l\x00o\x00 \x00t\x00h\x00e\x00r\x00e\x00", "Hello there"),
        ("", b"H\x00e\x00l\x00l\x00o\x00 \x00t\x00h\x00e\x00r\x00e\x00,\x00 \x00g\x00r\x00\xfc\x00\xdf\x00 \x00d\x00i\x00c\x00h\x00", "Hello there, grüß dich"),
        ("", b"\x00H\x00e\x00l\x00l\x00o\x00 \x00t\x00h\x00e\x00r\x00e", "Hello there"),
        ("", b"H\x00\x00\x00e\x00\x00\x00l\x00\x00\x00l\x00\x00\x00o\x00\x00\x00", "Hello"),
        ("us-ascii", b"\xc3\xbcn\xc3\xafcode", "ünïcode"),
        ("us-ascii", b"Le caf\xe9 \xe9tait tr\xe8s bon, \xe0 bient\xf4t \xe0 Besan\xe7on", "Le café était très bon, à bientôt à Besançon"),
        ("us-ascii", b"\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"),
        ("utf-8", b"Le caf\xe9 \xe9tait tr\xe8s bon, \xe0 bient\xf4t \xe0 Besan\xe7on", "Le café était très bon, à bientôt à Besançon"),
        ("utf-8", b"\x82\xa8\x90\xa2\x98b\x82\xc9\x82\xc8\x82\xc1\x82\xc4\x82\xa8\x82\xe8\x82\xdc\x82\xb7\x81B\x92\x8d\x95\xb6\x82\xcc\x8c\x8f\x82\xc5\x82\xb7\x81B", "お世話になっております。注文の件です。"),
        ("utf-8", b"\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xb0\xef\xce\xd2\xb2\xe9\xd2\xbb\xcf\xc2\xa1\xa3", "您好，我的订单还没有收到，请帮我查一下。"),
        ("utf-8", b"\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"),
        ("iso-8859-1", b"Gr\xc3\xb6\xc3\x9fe 5 \xe2\x82\xac", "Größe 5 €"),
        ("iso-8859-1", b"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "日本語"),
        ("windows-1251", b"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, \xd0\xbc\xd0\xb8\xd1\x80", "Привет, мир"),
        ("koi8-r", b"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "Привет"),
        ("gb2312", b"\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0", "您好，我的订单还没有收到"),
        ("shift_jis", b"\xe3\x81\x93\xe3\x82\x93\xe3\x81\xab\xe3\x81\xa1\xe3\x81\xaf\xe3\x80\x81\xe3\x81\x8a\xe5\x85\x83\xe6\xb0\x97\xe3\x81\xa7\xe3\x81\x99\xe3\x81\x8b", "こんにちは、お元気ですか"),
        ("shift_jis", b"\xa4\xaa\xc0\xa4\xcf\xc3\xa4\xcb\xa4\xca\xa4\xc3\xa4\xc6\xa4\xaa\xa4\xea\xa4\xde\xa4\xb9\xa1\xa3\xc3\xed\xca\xb8\xa4\xce\xb7\xef\xa4\xc7\xa4\xb9\xa1\xa3", "お世話になっております。注文の件です。"),
        ("iso-2022-jp", b"\x82\xa8\x90\xa2\x98b\x82\xc9\x82\xc8\x82\xc1\x82\xc4\x82\xa8\x82\xe8\x82\xdc\x82\xb7\x81B\x92\x8d\x95\xb6\x82\xcc\x8c\x8f\x82\xc5\x82\xb7\x81B", "お世話になっております。注文の件です。"),
        ("iso-2022-jp", b"\xe3\x81\x93\xe3\x82\x93\xe3\x81\xab\xe3\x81\xa1\xe3\x81\xaf", "こんにちは"),
        ("utf-16", b"plain words", "plain words"),
        ("utf-7", b"gr\xc3\xbc\xc3\x9fe", "grüße"),
        ("x-no-such-charset", b"gr\xc3\xbc\xc3\x9fe", "grüße"),
        ("unknown-8bit", b"Le caf\xe9 \xe9tait tr\xe8s bon, \xe0 bient\xf4t \xe0 Besan\xe7on", "Le café était très bon, à bientôt à Besançon"),
        // text cut in the middle of a character stays what it is
        ("utf-8", b"caf\xc3\xa9 \xc3\xa8 \xc3\xa9 \xc3\xa0 \xc3", "café è é à \u{fffd}"),
        ("", b"", ""),
    ];
    for (label, bytes, text) in cases {
        let label = (!label.is_empty()).then_some(*label);
        assert_eq!(decode(label, bytes), *text, "{label:?} {text}");
    }
}

#[test]
fn every_upper_half_is_whole_and_every_label_normal() {
    for (labels, upper) in tables::UPPER_HALVES {
        assert_eq!(upper.chars().count(), 128, "{labels:?}");
        assert!(labels.iter().all(|label| normal(label) == *label), "{labels:?}");
    }
    assert!(LABELS.iter().all(|(label, _)| normal(label) == *label));
    assert!(!is_known("klingon") && !is_known("x-"));
}
