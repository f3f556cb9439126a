//! Workbooks read back, without a database: what cells are, and what sheets say of themselves.
//!
//! Whole reports are read back in `tests/workbooks.rs`.

use std::io::Cursor;
use std::io::Read;

use calamine::Data;
use calamine::Reader;
use calamine::Xlsx;
use chrono::DateTime;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Open;
use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Parameter;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::platform::i18n::Locale;

fn section(title: &str, sum: bool, rows: Vec<Vec<Cell>>) -> Section {
    let columns = [("name", "Name", false), ("minutes", "Minutes", sum)];
    Section {
        key: "rows",
        title: title.to_owned(),
        columns: columns
            .map(|(key, header, sum)| Column {
                key,
                header: header.to_owned(),
                sum,
            })
            .to_vec(),
        rows,
    }
}

fn table(sections: Vec<Section>) -> Table {
    let at = DateTime::from_timestamp_millis(1_775_120_400_250).unwrap();
    let parameter = |key, label: &str, value| Parameter {
        key,
        label: label.to_owned(),
        value,
    };
    Table {
        name: "X",
        parameters: vec![
            parameter("title", "Report", Cell::text("=Hours")),
            parameter("asOf", "As of", Cell::Instant(at)),
        ],
        sections,
    }
}

fn bytes(table: &Table, locale: Locale) -> Vec<u8> {
    let open = Open::begin(table, locale, Vec::new()).unwrap();
    open.end().unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut file = archive.by_name(name).unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

fn book(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

#[test]
fn cells_are_what_they_are() {
    let day = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
    let ancient = NaiveDate::from_ymd_opt(1899, 5, 1).unwrap();
    let at = DateTime::from_timestamp(1_775_120_400, 0).unwrap();
    let rows = [
        (Cell::Empty, Cell::Integer(-1_234_567)),
        (
            Cell::Hundredths(-1205),
            Cell::Decimal(Decimal::new(-125, 3)),
        ),
        (Cell::Date(day), Cell::Month(day)),
        (Cell::Instant(at), Cell::Date(ancient)),
        (Cell::text("=1+1"), Cell::text("-5")),
        (Cell::text("a\u{0}b\u{202E}c"), Cell::text("_x0041_ <&>")),
    ];
    let rows = rows.map(|(a, b)| vec![a, b]).to_vec();
    let bytes = bytes(&table(vec![section("Rows", false, rows)]), Locale::En);

    let read = book(bytes.clone()).worksheet_range("Rows").unwrap();

    let cell = |row, column| read.get_value((row, column)).cloned().unwrap_or_default();
    let date = |row, column| match cell(row, column) {
        Data::DateTime(it) => it.as_f64(),
        other => panic!("{other:?} is no date"),
    };
    assert_eq!(
        (cell(1, 0), cell(1, 1)),
        (Data::Empty, Data::Float(-1_234_567.0))
    );
    assert_eq!(
        (cell(2, 0), cell(2, 1)),
        (Data::Float(-12.05), Data::Float(-0.125))
    );
    assert_eq!((date(3, 0), date(3, 1)), (46_112.0, 46_082.0));
    // 09:00 by UTC.
    assert!((date(4, 0) - 46_114.375).abs() < 1e-9, "{}", date(4, 0));
    assert_eq!(cell(4, 1), Data::String("1899-05-01".to_owned()));
    for (row, column, text) in [(5, 0, "=1+1"), (5, 1, "-5"), (6, 0, "abc")] {
        assert_eq!(cell(row, column), Data::String(text.to_owned()));
    }
    // Left as it is, whatever escapes Excel knows.
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(sheet.contains("_x005F_x0041_ &lt;&amp;&gt;"), "{sheet}");
    assert!(!sheet.contains("<f>"), "{sheet}");
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
}

#[test]
fn what_may_be_added_up_is_and_nothing_else() {
    let named = |minutes| vec![Cell::text("a"), minutes];
    let hours = vec![
        named(Cell::Hundredths(34)),
        named(Cell::Hundredths(33)),
        named(Cell::Empty),
        named(Cell::Hundredths(33)),
    ];
    let table = table(vec![
        section("Hours", true, hours.clone()),
        section(
            "Minutes",
            true,
            vec![named(Cell::Integer(20)), named(Cell::Integer(22))],
        ),
        section("People", false, hours),
        section("Nothing", true, Vec::new()),
    ]);
    let mut book = book(bytes(&table, Locale::Fr));

    let mut read = |sheet: &str| {
        let values = book.worksheet_range(sheet).unwrap();
        let formulas = book.worksheet_formula(sheet).unwrap();
        let end = values.end().unwrap();
        let formula = formulas.get_value(end).cloned();
        (
            end.0,
            values.get_value(end).cloned().unwrap(),
            formula.unwrap_or_default(),
        )
    };

    assert_eq!(
        read("Hours"),
        (5, Data::Float(1.0), "ROUND(SUM(B2:B5),2)".to_owned())
    );
    assert_eq!(
        read("Minutes"),
        (3, Data::Float(42.0), "SUM(B2:B3)".to_owned())
    );
    assert_eq!(read("People"), (4, Data::Float(0.33), String::new()));
    assert_eq!(
        read("Nothing"),
        (0, Data::String("Minutes".to_owned()), String::new())
    );
}

#[test]
fn sheets_say_how_they_are_read() {
    let rows = vec![vec![Cell::text("a"), Cell::Integer(1)]];
    let table = table(vec![section("Rows", true, rows)]);
    let (arabic, english) = (bytes(&table, Locale::Ar), bytes(&table, Locale::En));

    for sheet in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        assert!(part(&arabic, sheet).contains("rightToLeft=\"1\""));
        assert!(!part(&english, sheet).contains("rightToLeft"));
    }
    let sheet = part(&english, "xl/worksheets/sheet2.xml");
    assert!(
        sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\""),
        "{sheet}"
    );
    // The row of totals is not filtered.
    assert!(sheet.contains("<autoFilter ref=\"A1:B2\"/>"), "{sheet}");
    let properties = part(&english, "docProps/core.xml");
    assert!(
        properties.contains("<dc:title>=Hours</dc:title>"),
        "{properties}"
    );
    assert!(
        properties.contains(">2026-04-02T09:00:00Z</dcterms:created>"),
        "{properties}"
    );
    assert_eq!(english, bytes(&table, Locale::En));
    // What cells of the cover are: a title that is no formula, an instant of a fraction.
    let cover = book(english).worksheet_range("Report").unwrap();
    let shown = |row, column| cover.get_value((row, column)).cloned().unwrap_or_default();
    assert_eq!(shown(0, 0), Data::String("=Hours".to_owned()));
    assert_eq!(shown(3, 0), Data::String("As of".to_owned()));
    assert!(
        matches!(shown(3, 1), Data::DateTime(_)),
        "{:?}",
        shown(3, 1)
    );
    let texts: Vec<String> = cover.rows().flatten().map(ToString::to_string).collect();
    assert!(
        texts
            .iter()
            .any(|it| it.starts_with("Minutes of work of people")),
        "{texts:?}"
    );
}

#[test]
fn what_one_sheet_cannot_hold_goes_on_on_the_next() {
    let table = table(vec![section("Rows", true, Vec::new())]);
    let mut open = Open::with_sheets_of(3, &table, Locale::En, Vec::new()).unwrap();
    for number in 1..=7 {
        open.row(&[Cell::text("x"), Cell::Integer(number)]).unwrap();
    }

    let mut book = book(open.end().unwrap());

    let names = ["Report", "Rows", "Rows (2)", "Rows (3)"];
    assert_eq!(book.sheet_names(), names);
    let mut minutes = Vec::new();
    for name in &names[1..] {
        let sheet = book.worksheet_range(name).unwrap();
        assert_eq!(
            sheet.get_value((0, 1)),
            Some(&Data::String("Minutes".to_owned()))
        );
        minutes.push(
            sheet
                .rows()
                .skip(1)
                .map(|it| it[1].to_string())
                .collect::<Vec<_>>(),
        );
    }
    // Each ends with what stands on it, and says so.
    let last = book.worksheet_range("Rows (3)").unwrap();
    assert_eq!(
        last.get_value((2, 0)),
        Some(&Data::String("Totals of this sheet".to_owned()))
    );
    assert_eq!(
        minutes,
        [
            vec!["1", "2", "3", "6"],
            vec!["4", "5", "6", "15"],
            vec!["7", "7"]
        ]
    );
    let cover = book.worksheet_range("Report").unwrap();
    let told: Vec<String> = cover.rows().map(|it| it[0].to_string()).collect();
    assert!(
        names[1..]
            .iter()
            .all(|it| told.iter().any(|told| told == it)),
        "{told:?}"
    );
}
