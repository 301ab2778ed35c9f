//! The command line as people and scripts use it: `setup`, `console`, wrong values.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

fn segue(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.args(arguments).env_clear().env("SEGUE_DATA_DIR", folder).env("RUST_LOG", "error").current_dir(folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    segue(folder, arguments).output().unwrap()
}

fn console(folder: &Path, statements: &str) -> (String, String, bool) {
    let mut child = segue(folder, &["console"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.success())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const SETUP: &[&str] = &["setup", "--account", "Acme", "--email", "Ann@Example.org", "--password", "correct horse"];

#[test]
fn setup_prints_one_object_and_refuses_a_known_address() {
    let folder = tempfile::tempdir().unwrap();
    let first = run(folder.path(), &[SETUP, &["--website", "https://www.example.org"]].concat());
    let made: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!((&made["account_id"], &made["user_id"], &made["inbox_id"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(made["access_token"].as_str().unwrap().len(), 32);
    assert_eq!(made["website_token"].as_str().unwrap().len(), 32);

    let again = run(folder.path(), SETUP);
    assert!(!again.status.success());
    assert_eq!(text(&again.stdout), "");
    assert_eq!(text(&again.stderr), "segue: email: a user with this address exists already\n");
    let (shown, _, _) = console(folder.path(), "Account.all");
    assert_eq!(shown, "[#<Account id: 1, name: \"Acme\">]\n", "nothing was changed");
}

#[test]
fn the_console_answers_as_the_handbook_prints_it() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &[SETUP, &["--website", "https://www.example.org"]].concat()).status.success());
    let dialogue = [
        ("account = Account.find(1)", "#<Account id: 1, name: \"Acme\">"),
        ("account.enabled_features            # comments with # or //", "{}"),
        ("account.enable_features('inbound_emails')", "[\"inbound_emails\"]"),
        ("account.enabled_features", "{\"inbound_emails\"=>true}"),
        ("account.domain = 'domain.com'", "\"domain.com\""),
        ("account.domain='domain.com'", "\"domain.com\""),
        ("account.domain", "\"domain.com\""),
        ("account.support_email = 'help@domain.com'", "\"help@domain.com\""),
        ("account.save!", "true"),
        ("inbox = Inbox.find(1)", "#<Inbox id: 1, name: \"Acme\">"),
        ("inbox.continuity_via_email = false", "false"),
        ("inbox.save!", "true"),
    ];
    let statements: String = dialogue.iter().map(|row| format!("{}\n", row.0)).collect();
    let expected: String = dialogue.iter().map(|row| format!("{}\n", row.1)).collect();
    assert_eq!(console(folder.path(), &statements), (expected, String::new(), true));

    let kept = "account = Account.find(1)\naccount.domain\naccount.disable_features('inbound_emails')\nexit\nnonsense";
    let (shown, wrong, good) = console(folder.path(), kept);
    assert_eq!((shown.lines().nth(1), wrong.as_str(), good), (Some("\"domain.com\""), "", true));
}

#[test]
fn what_the_console_does_not_know_is_named_with_the_nearest_word() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), SETUP).status.success());
    let rows = [
        ("acount", "segue: `acount` is not known; did you mean `Account`?\n"),
        ("account = Account.fnd(1)", "segue: `Account` does not know `fnd`; did you mean `find`?\n"),
        (
            "account = Account.find(1)\naccount.domian",
            "segue: `account` does not know `domian`; did you mean `domain`?\n",
        ),
        (
            "account = Account.find(1)\naccount.enable_features('inbound_email')",
            "segue: there is no feature `inbound_email`; did you mean `inbound_emails`?\n",
        ),
        ("account = Account.find(9)", "segue: there is no account 9\n"),
        (
            "account = Account.find(1)\naccount.domain = 'not a domain'\naccount.save!\naccount.name",
            "segue: domain: must be a host name such as mail.example.org\n",
        ),
    ];
    for (statements, expected) in rows {
        let (_, wrong, good) = console(folder.path(), statements);
        assert_eq!((wrong.as_str(), good), (expected, false), "{statements}");
    }
}

#[test]
fn a_wrong_value_stops_the_start_with_its_variable_and_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        ("PORT", "many", "PORT: many is not a number in range"),
        ("BIND", "everywhere", "BIND: must be an IP address such as 127.0.0.1 or 0.0.0.0"),
        ("FRONTEND_URL", "ftp://x.example", "FRONTEND_URL: must be an http or https URL"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: must be sqlite:PATH or postgres://…"),
        (
            "RAILS_INBOUND_EMAIL_SERVICE",
            "pigeon",
            "RAILS_INBOUND_EMAIL_SERVICE: pigeon is none of relay, mailgun, mandrill, postmark, sendgrid, ses",
        ),
        ("MAILER_INBOUND_EMAIL_DOMAIN", "a b", "MAILER_INBOUND_EMAIL_DOMAIN: a b is not a host name"),
        ("MAILER_SENDER_EMAIL", "nobody", "MAILER_SENDER_EMAIL: nobody is not `addr` or `Name <addr>`"),
        ("SEGUE_RETURN_PATH", "back", "SEGUE_RETURN_PATH: back is none of verp, from"),
        ("TRUSTED_PROXIES", "here", "TRUSTED_PROXIES: here is not a network such as 10.0.0.0/8"),
    ];
    for (variable, value, expected) in rows {
        let output = segue(folder.path(), &["serve"]).env(variable, value).output().unwrap();
        assert!(!output.status.success());
        assert_eq!(text(&output.stderr), format!("segue: {expected}\n"));
    }
    let smtp = segue(folder.path(), &["serve"])
        .env("SMTP_ADDRESS", "mx")
        .env("SMTP_AUTHENTICATION", "magic")
        .output()
        .unwrap();
    assert_eq!(text(&smtp.stderr), "segue: SMTP_AUTHENTICATION: magic is none of plain, login\n");
    assert!(!folder.path().join("segue.sqlite3").exists(), "nothing was made");
}

#[test]
fn openapi_is_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&run(folder.path(), &["openapi"]).stdout).unwrap();
    assert!(document["paths"]["/health"].is_object());
}
