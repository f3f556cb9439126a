//! Any text as the value of a cell.
//!
//! What is read must be within the bounds that the fields promise.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tiwizi::imports::values;
use tiwizi::imports::values::DateFormat;
use tiwizi::platform::spreadsheet;

fuzz_target!(|text: &str| {
    let _days = [DateFormat::Iso, DateFormat::DayMonthYear].map(|it| values::date(text, it));
    let _time = values::clock_time(text);
    let _amount = values::amount(text);
    let _shares = values::shares(text);
    let _sex = values::sex(text);
    assert!(values::count(text).is_none_or(|it| it >= 0));
    assert!(values::duration(text).is_none_or(|it| it >= 0));
    let safe = spreadsheet::safe(text);
    assert!(!spreadsheet::begins_formula(&safe), "{safe:?}");
});
