//! Making and changing the inbox of a channel over the API, whatever the channel.

use crate::{
    house::{House, on_both},
    stage::{Scene, Stage},
    telegram::Telegram,
};
use serde_json::{Value, json};

on_both!(wrong_settings_name_their_field, the_list_has_what_set_up_pages_need);

mod kept {
    use super::a_secret_is_kept_to_itself;
    crate::house::on_both!(via crate::house::bare; a_secret_is_kept_to_itself);
}

async fn wrong_settings_name_their_field(house: House) {
    let make = async |channel: Value| {
        let asked = json!({"name": "Bot", "channel": channel});
        house.agent().call("POST", "/inboxes").json(asked).await.refused(422)
    };
    let rows = [
        (json!({"type": "pigeon"}), "channel.type"),
        (json!({"type": "telegram"}), "bot_token"),
        (json!({"type": "telegram", "bot_token": ""}), "bot_token"),
        (json!({"type": "telegram", "bot_token": "no colon"}), "bot_token"),
        (json!({"type": "telegram", "bot_token": "1:a\nb"}), "bot_token"),
        (json!({"type": "telegram", "bot_token": {"a": 1}}), "bot_token"),
    ];
    for (channel, field) in rows {
        let words = make(channel.clone()).await;
        assert!(words.starts_with(field), "{channel}: {words}");
    }
    let all = house.agent().get("/inboxes").await["payload"].as_array().unwrap().len();
    assert_eq!(all, 1, "nothing was made");
}

async fn the_list_has_what_set_up_pages_need(house: House) {
    let list = house.agent().get("/channels").await;
    let all = list["payload"].as_array().unwrap();
    let telegram = all.iter().find(|kind| kind["type"] == "telegram").unwrap();
    assert_eq!((&telegram["title"], &telegram["carried"]), (&json!("Telegram"), &json!(true)));
    assert_eq!(telegram["channel_type"], "Channel::Telegram");
    let field = &telegram["fields"][0];
    assert_eq!(
        (&field["name"], &field["secret"], &field["shape"]),
        (&json!("bot_token"), &json!(true), &json!("text"))
    );
    house.call("GET", "/api/v1/accounts/1/channels").send().await.refused(401);
}

async fn a_secret_is_kept_to_itself(kept: store::testkit::TestDb) {
    let scene = Scene::<Telegram>::on(kept).await;
    let path = format!("/inboxes/{}", scene.inbox["id"]);
    let agent = scene.house.agent();
    assert_eq!(
        (&scene.inbox["channel_type"], &scene.inbox["bot_token_set"]),
        (&json!("Channel::Telegram"), &json!(true))
    );
    assert!(
        scene.inbox["callback_webhook_url"].as_str().unwrap().starts_with("https://segue.example/webhooks/telegram/")
    );
    assert!(scene.inbox.get("bot_token").is_none());
    let renamed =
        agent.call("PATCH", &path).json(json!({"name": "New name", "lock_to_single_conversation": true})).await.ok();
    assert_eq!((&renamed["name"], &renamed["bot_token_set"]), (&json!("New name"), &json!(true)));
    assert_eq!(renamed["lock_to_single_conversation"], true);
    let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
    assert_eq!((&tested["ok"], &tested["words"]), (&json!(true), &json!("Telegram knows the bot @acme_bot")));

    let twice =
        json!({"name": "Twin", "channel": {"type": "telegram", "bot_token": scene.stage.settings()["bot_token"]}});
    let words = agent.call("POST", "/inboxes").json(twice).await.refused(422);
    assert_eq!(words, "bot_token: belongs to another inbox already");
    agent.call("PATCH", &path).json(json!({"channel": {"type": "email"}})).await.refused(422);

    let other = json!({"channel": {"bot_token": "123456789:another"}});
    assert!(!agent.call("PATCH", &path).json(other).await.text().contains("another"));
    scene.house.work().await;
    let tested = agent.call("POST", &format!("{path}/test")).send().await.ok();
    assert_eq!((&tested["ok"], &tested["words"]), (&json!(false), &json!("Telegram: Unauthorized")));
    let shown = agent.get(&path).await;
    assert_eq!(shown["health"]["last_error"], "Telegram: Unauthorized");
    let website = scene.house.made.inbox_id.unwrap();
    agent.call("POST", &format!("/inboxes/{website}/test")).send().await.refused(422);
    agent.call("POST", "/inboxes/999/test").send().await.refused(404);
}
