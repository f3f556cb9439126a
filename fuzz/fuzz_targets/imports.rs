//! Whatever is sent as a table: opened, its columns recognized, read to its end.
//!
//! Seeds are the files of `tests/samples`.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use tiwizi::imports::columns::Kind;
use tiwizi::imports::columns::Layout;
use tiwizi::imports::read::Sheet;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut sheet) = Sheet::open(Cursor::new(bytes), None) else {
        return;
    };
    let layouts = [Kind::Hours, Kind::Volunteers, Kind::Projects]
        .map(|kind| Layout::recognize(kind, &sheet.header, &[]));
    let mut line = 1;
    while let Ok(rows) = sheet.next_rows(100) {
        if rows.is_empty() {
            break;
        }
        for row in rows {
            assert!(row.line > line, "rows are numbered upwards");
            line = row.line;
            for layout in layouts.iter().flatten() {
                let _shown = layout.without_errors(&row.fields);
                for column in layout.meant() {
                    let _value = layout.value(&row.fields, column);
                }
            }
        }
    }
});
