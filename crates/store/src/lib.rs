//! What Segue keeps: one small boundary over SQLite and PostgreSQL, and blobs.
