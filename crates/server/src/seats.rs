//! Who is connected: so many altogether, so many of one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The seats there are.
pub(crate) struct Seats {
    all: usize,
    of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// A seat; free again when it is dropped.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    peer: Option<IpAddr>,
}

impl Seats {
    pub(crate) fn new(all: usize, of_one: usize) -> Self {
        Self { all, of_one, taken: Mutex::default() }
    }

    /// A seat for a client, if there is one.
    pub(crate) fn take(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Seat> {
        let mut taken = self.taken();
        if taken.all >= self.all {
            return None;
        }
        if let Some(peer) = peer {
            let of_this = taken.by.entry(peer).or_default();
            if *of_this >= self.of_one {
                return None;
            }
            *of_this += 1;
        }
        taken.all += 1;
        Some(Seat { seats: Arc::clone(self), peer })
    }

    /// Whether more than three quarters of the seats are taken.
    pub(crate) fn are_few(&self) -> bool {
        self.taken().all > self.all - self.all / 4
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Numbers are right after every line that changes them, whoever panicked.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.all -= 1;
        let Some(peer) = self.peer else { return };
        if let Some(of_this) = taken.by.get_mut(&peer) {
            *of_this -= 1;
            if *of_this == 0 {
                taken.by.remove(&peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_counted_and_given_back() {
        let seats = Arc::new(Seats::new(4, 2));
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let first = seats.take(Some(one)).unwrap();
        let _second = seats.take(Some(one)).unwrap();
        assert!(seats.take(Some(one)).is_none(), "two of one address");
        let third = seats.take(Some(other)).unwrap();
        assert!(!seats.are_few());
        let _fourth = seats.take(None).unwrap();
        assert!(seats.are_few() && seats.take(None).is_none(), "four altogether");
        drop(first);
        let _again = seats.take(Some(one)).unwrap();
        drop(third);
        assert_eq!(seats.taken().by.len(), 1, "who has left is forgotten");
    }
}
