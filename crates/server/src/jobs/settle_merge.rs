//! Ends the time in which a merge of two contacts can be undone. Payload: `{"account", "merge"}`. Running again finds
//! nothing left and does nothing.

use super::Stop;
use crate::app::App;
use desk::merge_contacts;
use model::{
    Json,
    ids::{AccountId, MergeId},
};

pub(super) const KIND: &str = merge_contacts::SETTLE;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let (Some(account), Some(merge)) = (payload["account"].as_i64(), payload["merge"].as_i64()) else {
        return Err(Stop::Fail("the payload names no merge".into()));
    };
    merge_contacts::settle(&app.desk, AccountId(account), MergeId(merge)).await?;
    Ok(())
}
