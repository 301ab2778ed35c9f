//! What a unit of work may rely on, on both databases.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use model::{
    Timestamp,
    event::{Event, EventKind},
    ids::AccountId,
};
use serde_json::json;
use store::{Db, Error, accounts, events, jobs, testkit};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Runs a story on each database there is.
macro_rules! on_both {
    ($($story:ident),* $(,)?) => {
        mod on_sqlite { $(#[tokio::test] async fn $story() { super::$story(store::testkit::sqlite().await.db).await; })* }
        mod on_postgres { $(#[tokio::test] async fn $story() {
            if let Some(test) = store::testkit::postgres().await { super::$story(test.db).await; }
        })* }
    };
}

on_both!(
    an_error_undoes_the_whole_unit,
    many_units_at_once_are_each_their_own,
    a_panic_harms_only_its_own_unit,
    events_are_read_in_order_and_none_is_skipped,
    a_job_is_claimed_by_one_worker_and_comes_back_when_that_dies,
    an_equal_job_waits_only_once,
    equal_jobs_of_a_dead_worker_come_back_one_after_the_other,
    numbers_of_conversations_have_no_gap,
);

async fn an_error_undoes_the_whole_unit(db: Db) {
    let failed: Result<(), Error> = db
        .write(async |tx| {
            accounts::insert(tx, "Acme", "en", at(1)).await?;
            tx_fails(tx).await
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(db.read::<_, Error, _>(async |tx| accounts::count(tx).await).await.unwrap(), 0);
}

async fn tx_fails(tx: &mut store::Tx<'_>) -> Result<(), Error> {
    // No such account: the foreign key refuses it.
    store::users::join(tx, AccountId(77), model::ids::UserId(77), model::user::Role::Agent).await
}

async fn many_units_at_once_are_each_their_own(db: Db) {
    let units = (0..200).map(|number| {
        let db = db.clone();
        tokio::spawn(async move {
            db.write(async move |tx| {
                let account = accounts::insert(tx, &format!("Account {number}"), "en", at(number)).await?;
                if number % 3 == 0 { Err(Error::Unit("called off")) } else { Ok(account) }
            })
            .await
        })
    });
    let mut kept = 0;
    for unit in units.collect::<Vec<_>>() {
        kept += i64::from(unit.await.unwrap().is_ok());
    }
    assert_eq!(kept, 133);
    assert_eq!(db.read::<_, Error, _>(async |tx| accounts::count(tx).await).await.unwrap(), kept);
}

async fn a_panic_harms_only_its_own_unit(db: Db) {
    let panicked = db.write::<(), Error, _>(async |tx| {
        accounts::insert(tx, "Lost", "en", at(1)).await?;
        panic!("a defect in a unit of work");
    });
    assert!(matches!(panicked.await, Err(Error::Unit(_))));
    let account = db.write::<_, Error, _>(async |tx| accounts::insert(tx, "Kept", "en", at(1)).await).await.unwrap();
    let found = db.read::<_, Error, _>(async |tx| accounts::all(tx).await).await.unwrap();
    assert_eq!(found, [account]);
}

async fn events_are_read_in_order_and_none_is_skipped(db: Db) {
    let start = db.read::<_, Error, _>(async |tx| events::end(tx).await).await.unwrap();
    let mut woken = db.signals().events();
    let writers = (0..100).map(|number| {
        let db = db.clone();
        tokio::spawn(async move {
            db.write::<_, Error, _>(async move |tx| {
                let event = Event::new(EventKind::AccountUpdated, AccountId(1), at(number)).data(json!(number));
                events::record(tx, &event).await
            })
            .await
            .unwrap();
        })
    });
    let writers: Vec<_> = writers.collect();
    let (mut position, mut seen) = (start, Vec::new());
    while seen.len() < 100 {
        let batch = db.read::<_, Error, _>(async move |tx| events::after(tx, position, 7).await).await.unwrap();
        let Some(last) = batch.last() else {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(50), woken.changed()).await;
            continue;
        };
        assert!(batch.iter().all(|recorded| recorded.position > position));
        position = last.position;
        seen.extend(batch.into_iter().map(|recorded| recorded.event.data.as_i64().unwrap()));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..100).collect::<Vec<_>>());
}

fn job(key: Option<&str>) -> jobs::NewJob {
    jobs::NewJob { kind: "test", payload: json!({"n": 1}), unique_key: key.map(str::to_owned), run_at: at(10) }
}

async fn a_job_is_claimed_by_one_worker_and_comes_back_when_that_dies(db: Db) {
    db.write::<_, Error, _>(async |tx| jobs::enqueue(tx, &job(None), at(1)).await).await.unwrap();
    let claim = |worker: &'static str, now: i64| {
        let db = db.clone();
        async move {
            db.write::<_, Error, _>(async move |tx| {
                jobs::claim(tx, jobs::Lane::Single, worker, at(now), at(now + 10), 5).await
            })
            .await
            .unwrap()
        }
    };
    assert_eq!(claim("early", 9).await, []);
    let (a, b) = tokio::join!(claim("a", 10), claim("b", 10));
    assert_eq!(a.len() + b.len(), 1);
    let freed = db.write::<_, Error, _>(async |tx| jobs::free_expired(tx, at(15)).await).await.unwrap();
    assert_eq!(freed, 0, "the lease still runs");
    db.write::<_, Error, _>(async |tx| jobs::free_expired(tx, at(21)).await).await.unwrap();
    let again = claim("c", 22).await;
    assert_eq!(again.iter().map(|job| job.attempts).collect::<Vec<_>>(), [2]);
    let id = again[0].id;
    db.write::<_, Error, _>(async move |tx| jobs::done(tx, &[id]).await).await.unwrap();
    assert_eq!(db.read::<_, Error, _>(async |tx| jobs::pending(tx, at(99)).await).await.unwrap(), 0);
}

async fn an_equal_job_waits_only_once(db: Db) {
    for _ in 0..3 {
        db.write::<_, Error, _>(async |tx| jobs::enqueue(tx, &job(Some("same")), at(1)).await).await.unwrap();
    }
    let first = db
        .write::<_, Error, _>(async |tx| jobs::claim(tx, jobs::Lane::Single, "w", at(10), at(20), 9).await)
        .await
        .unwrap();
    assert_eq!(first.len(), 1);
    // While one runs, the next may wait; when the first is to be done again, they are one.
    db.write::<_, Error, _>(async |tx| jobs::enqueue(tx, &job(Some("same")), at(11)).await).await.unwrap();
    let id = first[0].id;
    db.write::<_, Error, _>(async move |tx| jobs::again(tx, id, at(12), Some("busy")).await).await.unwrap();
    assert_eq!(db.read::<_, Error, _>(async |tx| jobs::pending(tx, at(99)).await).await.unwrap(), 1);
}

async fn equal_jobs_of_a_dead_worker_come_back_one_after_the_other(db: Db) {
    for _ in 0..2 {
        db.write::<_, Error, _>(async |tx| jobs::enqueue(tx, &job(Some("same")), at(1)).await).await.unwrap();
        db.write::<_, Error, _>(async |tx| jobs::claim(tx, jobs::Lane::Single, "dead", at(10), at(20), 9).await)
            .await
            .unwrap();
    }
    for _ in 0..2 {
        let freed = db.write::<_, Error, _>(async |tx| jobs::free_expired(tx, at(21)).await).await.unwrap();
        assert_eq!(freed, 1);
        let claimed = db
            .write::<_, Error, _>(async |tx| jobs::claim(tx, jobs::Lane::Single, "b", at(21), at(99), 9).await)
            .await
            .unwrap();
        let id = claimed[0].id;
        db.write::<_, Error, _>(async move |tx| jobs::done(tx, &[id]).await).await.unwrap();
    }
    assert_eq!(db.read::<_, Error, _>(async |tx| jobs::pending(tx, at(99)).await).await.unwrap(), 0);
}

async fn numbers_of_conversations_have_no_gap(db: Db) {
    let account = db.write::<_, Error, _>(async |tx| accounts::insert(tx, "Acme", "en", at(1)).await).await.unwrap().id;
    let units = (0..50).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            db.write::<_, Error, _>(async move |tx| accounts::next_display_id(tx, account).await).await.unwrap()
        })
    });
    let mut numbers = Vec::new();
    for unit in units.collect::<Vec<_>>() {
        numbers.push(unit.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn sqlite_opens_again_with_what_was_committed() {
    let test = testkit::sqlite().await;
    test.db.write::<_, Error, _>(async |tx| accounts::insert(tx, "Acme", "en", at(1)).await).await.unwrap();
    let again = Db::open(&test.url).await.unwrap();
    assert_eq!(again.read::<_, Error, _>(async |tx| accounts::count(tx).await).await.unwrap(), 1);
}
