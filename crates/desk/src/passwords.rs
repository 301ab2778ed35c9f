//! Passwords: hashed with Argon2id, off the async threads, because a hash takes tens of milliseconds and 19 MiB on purpose;
//! a few at once, so that a crowd of tries costs patience and not memory.

use crate::{Desk, Outcome, Problem};
use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{Salt, SaltString},
};
use tokio::sync::Semaphore;

/// Hashes that are made at once.
static HANDS: Semaphore = Semaphore::const_new(4);

/// The fewest characters a password has.
pub const SHORTEST: usize = 8;

impl Desk {
    /// Hashes a new password; a PHC string.
    ///
    /// # Errors
    /// It is too short.
    pub async fn hash_password(&self, password: &str) -> Outcome<String> {
        if password.chars().count() < SHORTEST {
            return Err(Problem::invalid("password", "must have at least 8 characters"));
        }
        let mut salt = [0; Salt::RECOMMENDED_LENGTH];
        self.random.fill(&mut salt);
        let password = password.to_owned();
        let _hand = HANDS.acquire().await;
        let hash = tokio::task::spawn_blocking(move || {
            let salt = SaltString::encode_b64(&salt).ok()?;
            Argon2::default().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
        });
        hash.await.ok().flatten().ok_or_else(|| Problem::invalid("password", "cannot be hashed"))
    }

    /// Whether `password` is the one that was hashed. Where there is no hash (no such user) it takes as long.
    pub async fn check_password(&self, password: &str, hash: Option<&str>) -> bool {
        const NOBODYS: &str =
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cy1zYWx0MDE$C3GpVfWUDXVq5pGG8hNlBTwnqpg5bGZhG4dbu8n6qe0";
        let (password, known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or(NOBODYS).to_owned();
        let _hand = HANDS.acquire().await;
        let right = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        right.await.unwrap_or(false) && known
    }
}
