//! The story that every messaging channel tells: the person writes there, the agent answers there and by e-mail, the person
//! answers by e-mail; the channel fails and e-mail takes over; the person comes back and so does the conversation. A
//! channel says how its provider speaks ([`Stage`]) and gets the story.

use crate::{
    house::{Answer, House},
    provider::Mood,
};
use serde_json::{Value, json};
use server::config::Config;
use store::testkit::TestDb;

/// What a channel says of its provider.
pub trait Stage: Sized {
    /// `channel.type`.
    const KIND: &'static str;

    /// The provider begins to listen.
    async fn begin() -> Self;

    /// Points the house to it.
    fn configure(&self, config: &mut Config);

    /// What is put below `channel` to make the inbox.
    fn settings(&self) -> Value;

    /// Settings that may be shown nowhere.
    fn secrets(&self) -> Vec<&'static str>;

    /// What the provider posts when Carla writes `words`, its `n`-th message, at that time (epoch seconds).
    fn says(&self, n: i64, words: &str, at: i64) -> Hook;

    /// The same post from someone who is not the provider.
    fn forged(&self, hook: &Hook) -> Vec<Hook>;

    /// A post of the provider's that cannot be read.
    fn broken(&self, hook: &Hook) -> Hook {
        Hook { body: "nonsense".into(), ..hook.clone() }
    }

    /// The words that have reached Carla, in order.
    fn reached(&self) -> Vec<String>;

    /// How the provider deals with messages from here on.
    fn set(&self, mood: Mood);
}

/// A post to a webhook.
#[derive(Clone, Debug)]
pub struct Hook {
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// A house with an inbox of the channel.
pub struct Scene<S> {
    pub house: House,
    pub stage: S,
    pub inbox: Value,
    pub said: i64,
}

pub const CARLA: &str = "carla@customer.example";

impl<S: Stage> Scene<S> {
    pub async fn on(kept: TestDb) -> Self {
        let stage = S::begin().await;
        let house = House::with(kept, |config| stage.configure(config)).await;
        house.agent().call("PATCH", "").json(json!({"features": {"inbound_emails": true}})).await.ok();
        let mut channel = stage.settings();
        channel["type"] = json!(S::KIND);
        let made = house.agent().call("POST", "/inboxes").json(json!({"name": "Acme", "channel": channel})).await;
        for secret in stage.secrets() {
            assert!(!made.text().contains(secret), "{secret} is shown");
        }
        let inbox = made.ok();
        house.work().await;
        let shown = house.agent().get(&format!("/inboxes/{}", inbox["id"])).await;
        assert_eq!(shown["health"]["last_error"], Value::Null);
        Self { house, stage, inbox, said: 0 }
    }

    pub async fn posts(&self, hook: &Hook) -> Answer {
        let mut call = self.house.call("POST", &hook.path);
        for (name, value) in &hook.headers {
            call = call.header(name, value);
        }
        call.body(hook.body.clone()).await
    }

    /// Carla writes; the post.
    pub async fn carla_says(&mut self, words: &str) -> Hook {
        self.said += 1;
        let hook = self.stage.says(self.said, words, self.house.desk().now().as_second());
        let answer = self.posts(&hook).await;
        assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
        self.house.work().await;
        hook
    }

    /// The one conversation.
    pub async fn conversation(&self) -> Value {
        let list = self.house.agent().get("/conversations?status=all").await;
        let all = list["data"]["payload"].as_array().unwrap().clone();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    pub async fn number(&self) -> i64 {
        self.conversation().await["id"].as_i64().unwrap()
    }

    /// The agent replies; the message once it has gone where it can.
    pub async fn agent_replies(&self, words: &str, way: &str) -> Value {
        let number = self.number().await;
        let sent = self.house.agent().sends(number, json!({"content": words, "delivery": way})).await.ok();
        self.house.work().await;
        self.shown(&sent).await
    }

    /// A message as it is now.
    pub async fn shown(&self, message: &Value) -> Value {
        let all = self.house.agent().messages(self.number().await).await;
        all.into_iter().find(|found| found["id"] == message["id"]).unwrap()
    }

    /// The address that Carla has given, in whatever way.
    pub async fn carla_has_an_address(&self) {
        let contact = self.conversation().await["meta"]["sender"]["id"].as_i64().unwrap();
        let path = format!("/contacts/{contact}");
        self.house.agent().call("PATCH", &path).json(json!({"email": CARLA})).await.ok();
    }

    /// Carla answers the latest mail.
    pub async fn carla_answers_the_mail(&self, words: &str) {
        let mails = self.house.agent().get("/sandbox/mails").await;
        let path = format!("/sandbox/mails/{}/reply", mails["payload"][0]["id"]);
        self.house.agent().call("POST", &path).json(json!({"text": words})).await.ok();
        self.house.work().await;
    }

    pub async fn mails(&self) -> usize {
        self.house.agent().get("/sandbox/mails").await["payload"].as_array().unwrap().len()
    }

    /// Who said what, activity lines aside.
    pub async fn thread(&self) -> Vec<(String, String)> {
        let all = self.house.agent().messages(self.number().await).await;
        let said = all.iter().filter(|message| message["message_type"] != 2);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        said.map(|message| (text(&message["sender"]["type"]), text(&message["content"]))).collect()
    }

    /// The activity lines.
    pub async fn lines(&self) -> Vec<String> {
        let all = self.house.agent().messages(self.number().await).await;
        let lines = all.iter().filter(|message| message["message_type"] == 2);
        lines.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
    }
}

/// Delivery states by what, in order.
pub fn deliveries(message: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = message["deliveries"].as_array().unwrap();
    all.iter().map(|delivery| (text(&delivery["by"]), text(&delivery["state"]))).collect()
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

/// Runs the stories that every channel tells, on both databases.
macro_rules! stories {
    ($stage:ident) => {
        mod stories {
            use crate::stage::{
                by_mail_when_the_channel_fails, forged_and_repeated_posts, one_thread_over_two_ways, outages,
            };
            crate::stage::both!(
                super::$stage,
                one_thread_over_two_ways,
                by_mail_when_the_channel_fails,
                forged_and_repeated_posts,
                outages
            );
        }
    };
}
pub(crate) use stories;

/// Runs a channel's own stories on both databases; the path of the stage is as seen from beside the stories.
macro_rules! both {
    ($stage:path, $($story:ident),* $(,)?) => {
        type Told = $stage;
        crate::house::on_both!(via crate::stage::Scene::<super::Told>::on; $($story),*);
    };
}
pub(crate) use both;

/// The person writes there, the agent replies there, then by e-mail, and the person answers by e-mail.
pub async fn one_thread_over_two_ways<S: Stage>(mut scene: Scene<S>) {
    scene.carla_says("Where is my order?").await;
    let conversation = scene.conversation().await;
    assert_eq!((&conversation["can_reply"], &conversation["inbox_id"]), (&json!(true), &scene.inbox["id"]));
    let reply = scene.agent_replies("On its way", "auto").await;
    assert_eq!(deliveries(&reply), [pair(S::KIND, "sent")]);
    assert_eq!(scene.stage.reached(), ["On its way"]);
    let refused = json!({"content": "x", "delivery": "email"});
    scene.house.agent().sends(scene.number().await, refused).await.refused(422);
    scene.carla_has_an_address().await;
    let mailed = scene.agent_replies("Here is the number", "email").await;
    assert_eq!(deliveries(&mailed), [pair("email", "sandboxed")]);
    scene.carla_answers_the_mail("Got it, thanks").await;
    let said = [
        pair("contact", "Where is my order?"),
        pair("user", "On its way"),
        pair("user", "Here is the number"),
        pair("contact", "Got it, thanks"),
    ];
    assert_eq!(scene.thread().await, said);
    assert_eq!((scene.stage.reached().len(), scene.mails().await), (1, 1));
    let only = scene.agent_replies("Only here", "channel").await;
    assert_eq!(deliveries(&only), [pair(S::KIND, "sent")]);
    let note = json!({"content": "a note", "private": true});
    let note = scene.house.agent().sends(scene.number().await, note).await.ok();
    scene.house.work().await;
    assert!(deliveries(&scene.shown(&note).await).is_empty());
    assert_eq!(scene.stage.reached(), ["On its way", "Only here"]);
    let shown = scene.house.agent().get(&format!("/inboxes/{}", scene.inbox["id"])).await;
    assert!(shown["health"]["last_webhook_at"].is_i64() && shown["health"]["last_sent_at"].is_i64());
}

/// A message that the channel cannot deliver goes by e-mail, once; the conversation comes back with the person.
pub async fn by_mail_when_the_channel_fails<S: Stage>(mut scene: Scene<S>) {
    scene.carla_says("Hello?").await;
    scene.stage.set(Mood::Refuses);
    let lost = scene.agent_replies("Nobody gets this", "auto").await;
    assert_eq!((deliveries(&lost), &lost["status"]), (vec![pair(S::KIND, "failed")], &json!("failed")));
    scene.carla_has_an_address().await;
    let only = scene.agent_replies("Nor this", "channel").await;
    assert_eq!(deliveries(&only), [pair(S::KIND, "failed")]);
    assert_eq!((scene.mails().await, scene.lines().await.len()), (0, 0));
    let fallen = scene.agent_replies("By mail, then", "auto").await;
    assert_eq!(deliveries(&fallen), [pair(S::KIND, "failed"), pair("email", "sandboxed")]);
    assert_eq!(fallen["status"], "sent");
    scene.house.pass(100_000).await;
    assert_eq!((scene.mails().await, scene.lines().await.len()), (1, 1));
    assert!(scene.lines().await[0].contains("by e-mail instead"), "{:?}", scene.lines().await);
    scene.carla_answers_the_mail("Fine with me").await;
    assert_eq!(scene.thread().await.last(), Some(&pair("contact", "Fine with me")));

    scene.stage.set(Mood::Takes);
    scene.carla_says("Here again").await;
    let back = scene.agent_replies("Welcome back", "auto").await;
    assert_eq!(deliveries(&back), [pair(S::KIND, "sent")]);
    assert_eq!(scene.stage.reached().last().map(String::as_str), Some("Welcome back"));

    scene.stage.set(Mood::Lost);
    let gone = scene.agent_replies("Are you there?", "auto").await;
    assert_eq!(deliveries(&gone), [pair(S::KIND, "failed"), pair("email", "sandboxed")]);
    scene.stage.set(Mood::Takes);
    if scene.conversation().await["reply_window"]["unreachable"].is_string() {
        let after = scene.agent_replies("And now?", "auto").await;
        assert_eq!(deliveries(&after), [pair("email", "sandboxed")], "nobody is asked again in vain");
        assert_eq!(scene.conversation().await["can_reply"], false);
    }
    scene.carla_says("I am back").await;
    assert_eq!(scene.conversation().await["can_reply"], true);

    let shown = scene.house.agent().get(&format!("/inboxes/{}", scene.inbox["id"])).await;
    if let Some(window) = shown["capabilities"]["reply_window"].as_i64() {
        scene.house.pass(window - 1).await;
        assert_eq!(scene.conversation().await["can_reply"], true);
        scene.house.pass(1).await;
        assert_eq!(scene.conversation().await["can_reply"], false);
        let late = scene.agent_replies("Too late for there", "auto").await;
        assert_eq!(deliveries(&late), [pair("email", "sandboxed")]);
        assert!(scene.lines().await.last().unwrap().contains("reply window"), "{:?}", scene.lines().await);
        let stuck = scene.agent_replies("Only there", "channel").await;
        assert_eq!((deliveries(&stuck), &stuck["status"]), (vec![pair(S::KIND, "failed")], &json!("failed")));
        scene.carla_says("Once more").await;
        let open = scene.agent_replies("In time", "auto").await;
        assert_eq!(deliveries(&open), [pair(S::KIND, "sent")]);
    }
}

/// What the provider did not post is refused; what it posts twice is taken once.
pub async fn forged_and_repeated_posts<S: Stage>(mut scene: Scene<S>) {
    let hook = scene.carla_says("Once").await;
    for _ in 0..2 {
        assert!(scene.posts(&hook).await.status.is_success());
        scene.house.work().await;
    }
    assert_eq!(scene.thread().await, [pair("contact", "Once")]);
    let next = scene.stage.says(2, "Forged", scene.house.desk().now().as_second());
    let forged = scene.stage.forged(&next);
    assert!(!forged.is_empty());
    for forged in forged {
        let answer = scene.posts(&forged).await;
        assert!([401, 403, 404].contains(&answer.status.as_u16()), "{}: {forged:?}", answer.status);
        scene.house.work().await;
    }
    assert_eq!(scene.thread().await, [pair("contact", "Once")]);
    // What cannot be read is kept to be looked at, and holds up nothing.
    let broken = scene.stage.broken(&hook);
    assert!(scene.posts(&broken).await.status.as_u16() < 500);
    scene.house.work().await;
    scene.said = 2;
    scene.carla_says("Still heard").await;
    assert_eq!(scene.thread().await, [pair("contact", "Once"), pair("contact", "Still heard")]);
}

/// A provider that is away is tried again; messages stay in order and go once.
pub async fn outages<S: Stage>(mut scene: Scene<S>) {
    scene.carla_says("Hello?").await;
    scene.stage.set(Mood::Busy);
    let first = scene.agent_replies("one", "auto").await;
    let second = scene.agent_replies("two", "auto").await;
    assert_eq!(deliveries(&first), [pair(S::KIND, "deferred")]);
    assert!(first["deliveries"][0]["next_try_at"].is_i64());
    assert_eq!(deliveries(&second), [pair(S::KIND, "queued")], "it waits for its turn");
    scene.stage.set(Mood::Takes);
    assert!(scene.stage.reached().is_empty());
    scene.house.pass(3600).await;
    assert_eq!(scene.stage.reached(), ["one", "two"]);
    for message in [first, second] {
        assert_eq!(deliveries(&scene.shown(&message).await), [pair(S::KIND, "sent")]);
    }
    scene.house.pass(100_000).await;
    assert_eq!(scene.stage.reached(), ["one", "two"]);
}
