//! Entities and rules of Segue, without I/O.
