//! Any text as a global id.
//!
//! What is read is written the same way, so that one thing has one id.

#![no_main]

use async_graphql::ID;
use libfuzzer_sys::fuzz_target;
use tiwizi::graphql::node;

fuzz_target!(|text: &str| {
    if let Some((kind, key)) = node::split(&ID(text.to_owned())) {
        assert_eq!(node::named(&kind, key).as_str(), text);
    }
});
