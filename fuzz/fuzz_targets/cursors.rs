//! Any text as the cursor of a list, from either end.
//!
//! A cursor of another list must be refused, never read as one of this.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tiwizi::graphql::connection::PageArguments;
use uuid::Uuid;

fuzz_target!(|text: &str| {
    let after = PageArguments {
        first: Some(10),
        after: Some(text.to_owned()),
        ..PageArguments::default()
    };
    let before = PageArguments {
        last: Some(10),
        before: Some(text.to_owned()),
        ..PageArguments::default()
    };
    let here = after.page::<(String, Uuid)>("hours.worked_on.desc").is_ok();
    let elsewhere = after.page::<(String, Uuid)>("volunteers.name.asc").is_ok();
    assert!(!(here && elsewhere), "a cursor of two lists");
    let _page = before.page::<(i64, Uuid)>("hours.worked_on.desc");
});
