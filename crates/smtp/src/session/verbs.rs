//! What each command does.

use super::{
    Mail, Session, State, Step,
    body::{Body, Reading, is_endless},
};
use crate::{
    Address, Protocol,
    command::{self, Command, Hello, NewMail},
    reply,
};

impl Session {
    /// Obeys one line; what the driver has to do, if anything.
    pub(super) fn obey(&mut self, line: &[u8]) -> Option<Step> {
        if command::is_foreign(line) {
            self.close(&reply::NOT_SMTP);
            return None;
        }
        match command::read(line) {
            Err(reply) => self.mistake(&reply),
            Ok(Command::Hello(hello, name)) => self.hello(hello, name),
            Ok(Command::Mail(mail)) => self.mail(mail),
            Ok(Command::Recipient(address)) => self.to(address),
            Ok(Command::Data) => self.data(),
            Ok(Command::Chunk(size, last)) => self.chunk(size, last),
            Ok(Command::Reset) => {
                let forgotten = self.forget();
                self.lead_nowhere(&reply::OK);
                forgotten
            }
            Ok(Command::Noop) => self.lead_nowhere(&reply::OK),
            Ok(Command::Verify) => self.lead_nowhere(&reply::PERHAPS),
            Ok(Command::Help) => self.lead_nowhere(&reply::HELP),
            Ok(Command::Quit) => {
                self.close(&reply::BYE);
                None
            }
            Ok(Command::StartTls) => self.start_tls(),
        }
    }

    fn hello(&mut self, hello: Hello, name: String) -> Option<Step> {
        let fits = (hello == Hello::Lhlo) == (self.rules.protocol == Protocol::Lmtp);
        if !fits {
            return self.mistake(&reply::UNKNOWN_COMMAND);
        }
        let forgotten = self.forget();
        self.hello = Some((hello, name));
        let host = &self.rules.hostname;
        let size = format!("SIZE {}", self.rules.largest);
        let mut lines = vec![host.as_str()];
        if hello != Hello::Helo {
            lines.extend(["PIPELINING", &size, "8BITMIME", "SMTPUTF8", "CHUNKING", "ENHANCEDSTATUSCODES"]);
            lines.extend((self.rules.starttls && !self.secure).then_some("STARTTLS"));
            lines.push("HELP");
        }
        let last = lines.len() - 1;
        let separated = lines.iter().enumerate().map(|(at, line)| (if at == last { ' ' } else { '-' }, line));
        let text: String = separated.map(|(separator, line)| format!("250{separator}{line}\r\n")).collect();
        self.output.extend_from_slice(text.as_bytes());
        // Saying hello again is a way to be idle too.
        self.be_idle();
        forgotten
    }

    fn mail(&mut self, new: NewMail) -> Option<Step> {
        if self.hello.is_none() {
            return self.mistake(&reply::HELLO_FIRST);
        }
        if self.mail.is_some() {
            return self.mistake(&reply::NESTED_MAIL);
        }
        if new.size > self.rules.largest as u64 {
            return self.lead_nowhere(&reply::TOO_LARGE);
        }
        self.be_idle();
        if matches!(self.state, State::Closed) {
            return None;
        }
        self.mail = Some(Mail { from: new.from.clone(), to: Vec::new(), utf8: new.utf8, body: None });
        self.ask(Step::Sender(new.from))
    }

    fn to(&mut self, address: Address) -> Option<Step> {
        let Some(mail) = &self.mail else { return self.mistake(&reply::MAIL_FIRST) };
        if mail.body.is_some() {
            return self.mistake(&reply::CHUNKS_BEGUN);
        }
        if !mail.utf8 && !address.as_str().is_ascii() {
            return self.mistake(&reply::NEEDS_UTF8);
        }
        if mail.to.len() >= self.rules.most_recipients {
            return self.lead_nowhere(&reply::TOO_MANY_RECIPIENTS);
        }
        self.ask(Step::Recipient(address))
    }

    fn data(&mut self) -> Option<Step> {
        let Some(mail) = &mut self.mail else { return self.mistake(&reply::MAIL_FIRST) };
        if mail.body.is_some() {
            return self.mistake(&reply::CHUNKS_BEGUN);
        }
        if mail.to.is_empty() {
            return self.mistake(&reply::NO_RECIPIENT);
        }
        mail.body = Some(Body::new());
        self.state = State::Content(Reading::lines());
        self.say(&reply::GO_ON);
        None
    }

    /// The octets follow at once, whether they are wanted or not (RFC 3030 §2).
    fn chunk(&mut self, size: u64, last: bool) -> Option<Step> {
        if is_endless(size, &self.rules) {
            self.close(&reply::TOO_LARGE);
            return None;
        }
        self.state = State::Content(match &mut self.mail {
            None => Reading::Unwanted(size, reply::MAIL_FIRST),
            Some(mail) if mail.to.is_empty() => Reading::Unwanted(size, reply::NO_RECIPIENT),
            Some(mail) => {
                mail.body.get_or_insert_with(Body::new);
                Reading::Octets(size, last)
            }
        });
        None
    }

    fn start_tls(&mut self) -> Option<Step> {
        if self.secure {
            return self.mistake(&reply::SECURE_ALREADY);
        }
        if !self.rules.starttls {
            return self.mistake(&reply::NOT_OFFERED);
        }
        let forgotten = self.forget();
        // What was sent in the clear after STARTTLS could be somebody else's words (RFC 3207 §6).
        self.input.clear();
        self.at = 0;
        self.say(&reply::READY);
        self.state = State::Asking(Step::StartTls);
        forgotten
    }

    fn ask(&mut self, question: Step) -> Option<Step> {
        self.state = State::Asking(question);
        None
    }

    /// Ends the mail that was begun; tells the driver if it has seen some of it.
    pub(super) fn forget(&mut self) -> Option<Step> {
        let body = self.mail.take().and_then(|mail| mail.body);
        body.filter(Body::was_shown).map(|_| Step::Forget)
    }

    /// Answers a command that leads nowhere.
    fn lead_nowhere(&mut self, reply: &reply::Reply) -> Option<Step> {
        self.say(reply);
        self.be_idle();
        None
    }

    pub(super) fn be_idle(&mut self) {
        self.idle += 1;
        if self.idle > self.rules.most_idle {
            self.close(&reply::TOO_IDLE);
        }
    }
}
