//! The binary `segue`: everything that touches the outside.

fn main() {}
