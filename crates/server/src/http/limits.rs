//! How often one address may do what costs us something (contract §7): a bucket an address for each kind of deed, on
//! the house's own clock; and how often something may be done to one name, by however many addresses. In memory, for
//! this node alone.

use super::problem::Refusal;
use desk::signing::sha256;
use governor::{
    Quota, RateLimiter, clock::Clock as Pace, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DefaultKeyedStateStore,
};
use model::Clock;
use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Beginning a conversation without being logged in.
    NewConversation,
    /// Coming to a website for the first time.
    NewSession,
    /// Changing a contact's details as a visitor.
    ContactChange,
    /// Trying to log in.
    SignIn,
    /// Trying to log in as one person, from wherever. More than one address may do, so that nobody alone locks others out.
    SignInAs,
    /// Trying a link from a mail.
    LinkBack,
    /// Beginning a mail by SMTP.
    Mail,
    /// Naming a recipient to the SMTP server that is not here.
    UnknownRecipient,
}

/// How often in how many seconds; the whole number may come at once.
const QUOTAS: [(Deed, u32, u64); 8] = [
    (Deed::NewConversation, 30, 3600),
    (Deed::NewSession, 120, 3600),
    (Deed::ContactChange, 60, 3600),
    (Deed::SignIn, 10, 300),
    (Deed::SignInAs, 300, 3600),
    (Deed::LinkBack, 30, 3600),
    (Deed::Mail, 1000, 60),
    (Deed::UnknownRecipient, 60, 3600),
];

/// Above this many addresses those who have been quiet are forgotten.
const MANY: usize = 10_000;

type Buckets = RateLimiter<u128, DefaultKeyedStateStore<u128>, HouseClock, NoOpMiddleware<Nanos>>;

/// The buckets.
pub struct Limits {
    buckets: Vec<(Deed, Buckets)>,
    clock: HouseClock,
}

impl Limits {
    /// Empty buckets on that clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = HouseClock(clock);
        let bucket = |(deed, times, seconds): (Deed, u32, u64)| {
            let times = NonZeroU32::new(times)?;
            let quota = Quota::with_period(Duration::from_secs(seconds) / times.get())?.allow_burst(times);
            Some((deed, RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone())))
        };
        Self { buckets: QUOTAS.into_iter().filter_map(bucket).collect(), clock }
    }

    /// Counts one deed of an address.
    ///
    /// # Errors
    /// It was one too many: 429, and when to try again.
    pub fn count(&self, deed: Deed, address: IpAddr) -> Result<(), Refusal> {
        self.count_key(deed, network(address))
    }

    /// Counts one deed to a name.
    ///
    /// # Errors
    /// As [`Limits::count`].
    pub fn count_for(&self, deed: Deed, name: &str) -> Result<(), Refusal> {
        let hash = sha256(name.as_bytes());
        let digits = hash.get(..32).unwrap_or(&hash);
        self.count_key(deed, u128::from_str_radix(digits, 16).unwrap_or(0))
    }

    fn count_key(&self, deed: Deed, key: u128) -> Result<(), Refusal> {
        let Some((_, bucket)) = self.buckets.iter().find(|(known, _)| *known == deed) else { return Ok(()) };
        if bucket.len() > MANY {
            bucket.retain_recent();
        }
        bucket.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            Refusal::too_many(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        })
    }
}

/// Whom an address stands for: one household has a whole IPv6 /64.
fn network(address: IpAddr) -> u128 {
    match address {
        IpAddr::V6(v6) => v6.to_bits() & !u128::from(u64::MAX),
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
    }
}

/// The house's clock as the limiter wants it.
#[derive(Clone)]
struct HouseClock(Arc<dyn Clock>);

impl Pace for HouseClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let milliseconds = u64::try_from(self.0.now().as_millisecond()).unwrap_or(0);
        Nanos::from(Duration::from_millis(milliseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;
    use std::sync::atomic::{AtomicI64, Ordering};

    struct Settable(AtomicI64);
    impl Clock for Settable {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
        }
    }

    #[test]
    fn thirty_conversations_an_hour_and_no_more() {
        let clock = Arc::new(Settable(AtomicI64::new(1_000_000)));
        let limits = Limits::new(clock.clone());
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..30 {
            limits.count(Deed::NewConversation, one).unwrap();
        }
        let refused = limits.count(Deed::NewConversation, one).unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.retry_after), (429, Some(120)));
        limits.count(Deed::NewConversation, other).unwrap();
        limits.count(Deed::ContactChange, one).unwrap();
        clock.0.fetch_add(120, Ordering::Relaxed);
        limits.count(Deed::NewConversation, one).unwrap();
    }

    #[test]
    fn a_name_is_tried_so_often_from_wherever() {
        let limits = Limits::new(Arc::new(Settable(AtomicI64::new(1_000_000))));
        for _ in 0..300 {
            limits.count_for(Deed::SignInAs, "ann@acme.example").unwrap();
        }
        assert_eq!(limits.count_for(Deed::SignInAs, "ann@acme.example").unwrap_err().retry_after, Some(12));
        limits.count_for(Deed::SignInAs, "bob@acme.example").unwrap();
    }

    #[test]
    fn one_household_is_one_address() {
        let limits = Limits::new(Arc::new(Settable(AtomicI64::new(1))));
        for host in 0..30_u16 {
            limits.count(Deed::NewConversation, format!("2001:db8::{host:x}").parse().unwrap()).unwrap();
        }
        assert!(limits.count(Deed::NewConversation, "2001:db8::ffff".parse().unwrap()).is_err());
        limits.count(Deed::NewConversation, "2001:db8:0:1::1".parse().unwrap()).unwrap();
    }
}
