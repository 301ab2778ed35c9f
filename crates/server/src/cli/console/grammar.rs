//! The console's grammar: one statement a line, pure.
//!
//! ```text
//! statement = [ name "=" ] value | name "." word "=" literal
//! value     = word [ "." word [ "(" [ literal { "," literal } ] ")" ] ]
//! literal   = 'text' | "text" | number | true | false | nil
//! ```
//! Comments begin with `#` or `//` outside of texts; blanks do not matter.

/// A line, understood.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Statement {
    /// Nothing, or only a comment.
    Empty,
    /// `account = Account.find(1)`: keep the value under that name.
    Keep(String, Value),
    /// `account.domain = 'domain.com'`
    Set(String, String, Literal),
    /// A value to show.
    Show(Value),
}

/// Something that has a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Value {
    /// `Account`, or a name that was kept.
    pub(super) subject: String,
    /// What is asked of it, if anything.
    pub(super) word: Option<String>,
    /// With what.
    pub(super) arguments: Vec<Literal>,
}

/// A value written out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(i64),
    Truth(bool),
    Nil,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Literal(Literal),
    Sign(char),
}

/// Understands a line.
///
/// # Errors
/// Words that say what is wrong with it.
pub(super) fn parse(line: &str) -> Result<Statement, String> {
    let tokens = tokens(line)?;
    match tokens.as_slice() {
        [] => Ok(Statement::Empty),
        [Token::Word(name), Token::Sign('='), rest @ ..] => Ok(Statement::Keep(name.clone(), value(rest)?)),
        [Token::Word(name), Token::Sign('.'), Token::Word(word), Token::Sign('='), rest @ ..] => match rest {
            [Token::Literal(literal)] => Ok(Statement::Set(name.clone(), word.clone(), literal.clone())),
            _ => Err(format!("after `{name}.{word} =` a value is expected: 'text', a number, true, false or nil")),
        },
        rest => Ok(Statement::Show(value(rest)?)),
    }
}

fn value(tokens: &[Token]) -> Result<Value, String> {
    match tokens {
        [Token::Word(subject)] => Ok(Value { subject: subject.clone(), word: None, arguments: Vec::new() }),
        [Token::Word(subject), Token::Sign('.'), Token::Word(word), rest @ ..] => {
            Ok(Value { subject: subject.clone(), word: Some(word.clone()), arguments: arguments(word, rest)? })
        }
        _ => Err("this is not a statement; `help` lists them".into()),
    }
}

fn arguments(word: &str, tokens: &[Token]) -> Result<Vec<Literal>, String> {
    let malformed = || format!("after `{word}` either nothing or values in brackets are expected: {word}('text')");
    let inner = match tokens {
        [] | [Token::Sign('('), Token::Sign(')')] => return Ok(Vec::new()),
        [Token::Sign('('), inner @ .., Token::Sign(')')] => inner,
        _ => return Err(malformed()),
    };
    let literal = |part: &[Token]| match part {
        [Token::Literal(literal)] => Ok(literal.clone()),
        _ => Err(malformed()),
    };
    inner.split(|token| *token == Token::Sign(',')).map(literal).collect()
}

fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '#' || rest.starts_with("//") {
            break;
        }
        let (token, length) = token(first, rest)?;
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// The first token of `rest`, which begins with `first`, and its length in bytes.
fn token(first: char, rest: &str) -> Result<(Token, usize), String> {
    match first {
        '\'' | '"' => {
            let end = rest[1..].find(first).ok_or_else(|| format!("the text {rest} does not end"))?;
            Ok((Token::Literal(Literal::Text(rest[1..=end].to_owned())), end + 2))
        }
        ':' | '-' | '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' => {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '!' || c == '?';
            let end = rest[1..].find(|c| !is_part(c)).map_or(rest.len(), |end| end + 1);
            Ok((word(&rest[..end])?, end))
        }
        '.' | '(' | ')' | '=' | ',' => Ok((Token::Sign(first), 1)),
        other => Err(format!("`{other}` has no meaning here")),
    }
}

fn word(text: &str) -> Result<Token, String> {
    Ok(match text {
        "true" => Token::Literal(Literal::Truth(true)),
        "false" => Token::Literal(Literal::Truth(false)),
        "nil" => Token::Literal(Literal::Nil),
        symbol if symbol.starts_with(':') => Token::Literal(Literal::Text(symbol[1..].to_owned())),
        number if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            Token::Literal(Literal::Number(number.parse().map_err(|_| format!("`{number}` is not a number"))?))
        }
        word => Token::Word(word.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_of_the_handbook_are_understood() {
        let rows = [
            "account = Account.find(1)",
            "account.enabled_features   # comments with # or //",
            "account.enable_features('inbound_emails')",
            "account.disable_features(:inbound_emails) // off",
            "account.domain='domain.com'",
            "account.domain = \"dom#ain.com\"",
            "account.domain",
            "inbox.continuity_via_email = false",
            "account.save!",
            "   # nothing",
        ];
        for row in rows {
            parse(row).unwrap_or_else(|error| panic!("{row}: {error}"));
        }
        let text = |text: &str| Literal::Text(text.to_owned());
        assert_eq!(parse(rows[5]).unwrap(), Statement::Set("account".into(), "domain".into(), text("dom#ain.com")));
        let find = Value { subject: "Account".into(), word: Some("find".into()), arguments: vec![Literal::Number(1)] };
        assert_eq!(parse(rows[0]).unwrap(), Statement::Keep("account".into(), find));
        assert_eq!(parse(rows[9]).unwrap(), Statement::Empty);
    }

    #[test]
    fn nonsense_is_refused_with_words() {
        for row in [
            "account.domain = ",
            "account.find(1",
            "'text",
            "a b",
            "a.b.c",
            "x = 5;",
            "account.enable_features(x)",
            "é",
        ] {
            assert!(parse(row).is_err(), "{row}");
        }
    }
}
