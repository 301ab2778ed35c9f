//! What people do in Segue, one file per use case.
