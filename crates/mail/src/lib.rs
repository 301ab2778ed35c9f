//! E-mail to meaning and back: parse, address, thread, classify, extract the reply, compose.
