//! Reports as Excel workbooks, read back: every figure is that of the other formats and of GraphQL, whatever the
//! language.
//!
//! Single cells are tested beside their writer, files in general in `exports`.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read;

use calamine::Data;
use calamine::Range;
use calamine::Reader;
use calamine::Xlsx;
use chrono::DateTime;
use chrono::NaiveDateTime;
use chrono::SecondsFormat;
use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use tiwizi::exports;
use tiwizi::exports::Format;
use tiwizi::exports::table::Cell;
use tiwizi::exports::table::Section;
use tiwizi::platform::i18n::Locale;
use tiwizi::platform::spreadsheet::plain;
use tiwizi::reports;
use tiwizi::reports::Answer;
use tiwizi::reports::Asking;
use tiwizi::reports::ReportName;
use tiwizi::rollups::Dimension;

use crate::exports::fetched;
use crate::exports::requested;
use crate::exports::seen;
use crate::exports::worked_off;
use crate::frozen;
use crate::indh_report::al_haouz;
use crate::report_files::wanted;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::records::on_both;

struct Book {
    bytes: Vec<u8>,
    sheets: Xlsx<Cursor<Vec<u8>>>,
}

impl Book {
    fn of(bytes: Vec<u8>) -> Self {
        let sheets = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
        Self { bytes, sheets }
    }

    fn names(&self) -> Vec<String> {
        self.sheets.sheet_names()
    }

    fn values(&mut self, sheet: &str) -> Range<Data> {
        self.sheets.worksheet_range(sheet).unwrap()
    }

    /// The XML of a sheet, numbered from one.
    fn xml(&self, number: usize) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).unwrap();
        let mut text = String::new();
        let name = format!("xl/worksheets/sheet{number}.xml");
        archive
            .by_name(&name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }
}

fn al_haouz_asked() -> Asking {
    let span = ("2026-01-01".parse().unwrap(), "2026-03-31".parse().unwrap());
    Asking::of(ReportName::Indh, "07.041", span)
}

fn written(answer: &Answer, format: Format, locale: Locale) -> Vec<u8> {
    let mut bytes = Vec::new();
    exports::write(answer, format, locale, &mut bytes).unwrap();
    bytes
}

fn at(range: &Range<Data>, row: usize, column: usize) -> Data {
    let place = (row.try_into().unwrap(), column.try_into().unwrap());
    range.get_value(place).cloned().unwrap_or_default()
}

fn number(data: &Data) -> f64 {
    match data {
        Data::Float(number) => *number,
        other => panic!("{other:?} is no number"),
    }
}

fn instant(data: &Data) -> NaiveDateTime {
    let Data::DateTime(at) = data else {
        panic!("{data:?} is no date");
    };
    // Days since 1899-12-30, of which 25,569 lie before 1970.
    let milliseconds = ((at.as_f64() - 25_569.0) * 86_400_000.0).round();
    let milliseconds: i64 = format!("{milliseconds}").parse().unwrap();
    DateTime::from_timestamp_millis(milliseconds)
        .unwrap()
        .naive_utc()
}

fn month_of(data: &Data) -> String {
    instant(data).format("%Y-%m").to_string()
}

/// What a cell of a workbook says, as CSV writes it: of its kind, or the test fails.
fn told(cell: &Cell, read: &Data) -> String {
    match cell {
        Cell::Empty => {
            assert_eq!(*read, Data::Empty);
            String::new()
        }
        Cell::Integer(_) | Cell::Decimal(_) | Cell::Year(_) => number(read).to_string(),
        Cell::Hundredths(_) => format!("{:.2}", number(read)),
        Cell::Date(_) => instant(read).format("%Y-%m-%d").to_string(),
        Cell::Month(_) => instant(read).format("%Y-%m").to_string(),
        Cell::Instant(_) => instant(read)
            .and_utc()
            .to_rfc3339_opts(SecondsFormat::AutoSi, true),
        Cell::Text(_) | Cell::Code { .. } | Cell::Codes { .. } => match read {
            Data::String(text) => text.clone(),
            Data::Empty => String::new(),
            other => panic!("{other:?} is no text"),
        },
    }
}

/// Holds the totals of a sheet against its rows, and those of whole minutes and hours against the report.
fn totals_foot(book: &mut Book, sheet: &str, section: &Section, minutes: f64) {
    let values = book.values(sheet);
    let formulas = book.sheets.worksheet_formula(sheet).unwrap();
    let last = section.rows.len();
    for (column, it) in section.columns.iter().enumerate() {
        let place = ((last + 1).try_into().unwrap(), column.try_into().unwrap());
        let formula = formulas.get_value(place).cloned().unwrap_or_default();
        if !it.sum || last == 0 {
            assert_eq!(formula, "", "{} of {sheet}", it.key);
            continue;
        }
        let rows = (1..=last).map(|row| number(&at(&values, row, column)));
        let total = number(&at(&values, last + 1, column));
        assert!(
            (rows.sum::<f64>() - total).abs() < 1e-6,
            "{} of {sheet}",
            it.key
        );
        assert!(
            formula.contains("SUM(") && formula.contains(&format!("{}", last + 1)),
            "{formula}"
        );
        match it.key {
            "minutes" => assert!((total - minutes).abs() < 1e-9, "{sheet}"),
            "hours" => assert!((total - minutes / 60.0).abs() < 0.005_001, "{sheet}"),
            _ => {}
        }
    }
    let mut people = section.columns.iter();
    let added = people.any(|it| it.key == "distinctVolunteers" && it.sum);
    assert!(!added, "people are never added up");
}

/// Holds a workbook against the other formats in a language: every cell, every total, and how its sheets look.
fn says_the_same(answer: &Answer, locale: Locale, minutes: f64) {
    let table = exports::table(answer, locale).unwrap();
    let bytes = written(answer, Format::Xlsx, locale);
    let mut book = Book::of(bytes.clone());

    assert_eq!(
        bytes,
        written(answer, Format::Xlsx, locale),
        "the same answer, the same bytes"
    );
    let csv = written(answer, Format::Csv, locale);
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(&csv[3..]);
    let mut rows = rows.records().map(|it| it.unwrap());
    let names = book.names();
    assert_eq!(names.len(), table.sections.len() + 1, "{names:?}");
    let cover = book.values(&names[0]);
    for (row, parameter) in table.parameters.iter().enumerate() {
        let record = rows.next().unwrap();
        let read = at(&cover, row + 2, 1);
        assert_eq!(
            at(&cover, row + 2, 0),
            Data::String(parameter.label.clone())
        );
        assert_eq!(
            told(&parameter.value, &read),
            plain(&record[1]),
            "{}",
            parameter.key
        );
    }
    for (section, (place, name)) in table.sections.iter().zip(names.iter().enumerate().skip(1)) {
        let values = book.values(name);
        rows.next().unwrap();
        assert_eq!(plain(&rows.next().unwrap()[0]), section.title);
        let header = rows.next().unwrap();
        for (column, it) in header.iter().enumerate() {
            assert_eq!(
                at(&values, 0, column),
                Data::String(it.to_owned()),
                "{name}"
            );
        }
        for (row, cells) in section.rows.iter().enumerate() {
            let record = rows.next().unwrap();
            for (column, cell) in cells.iter().enumerate() {
                let read = at(&values, row + 1, column);
                assert_eq!(
                    told(cell, &read),
                    plain(&record[column]),
                    "{name}, row {row}"
                );
            }
        }
        totals_foot(&mut book, name, section, minutes);
        let xml = book.xml(place + 1);
        assert_eq!(
            xml.contains("rightToLeft=\"1\""),
            locale == Locale::Ar,
            "{name}"
        );
        assert!(
            xml.contains("ySplit=\"1\"") && xml.contains("state=\"frozen\""),
            "{name}"
        );
        assert_eq!(
            xml.contains("<autoFilter "),
            !section.rows.is_empty(),
            "{name}"
        );
    }
    assert!(rows.next().is_none());
    assert_eq!(
        book.xml(1).contains("rightToLeft=\"1\""),
        locale == Locale::Ar
    );
}

/// What columns come to by the formulas below their rows, by header.
fn sums(book: &mut Book, sheet: &str) -> BTreeMap<String, f64> {
    let values = book.values(sheet);
    let formulas = book.sheets.worksheet_formula(sheet).unwrap();
    let last = values.height() - 1;
    let mut found = BTreeMap::new();
    for column in 0..values.width() {
        let place = (last.try_into().unwrap(), column.try_into().unwrap());
        let formula = formulas.get_value(place).cloned().unwrap_or_default();
        if formula.is_empty() {
            continue;
        }
        assert!(formula.contains("SUM("), "{formula}");
        let rows = (1..last).map(|row| at(&values, row, column));
        let rows = rows.filter(|it| *it != Data::Empty).map(|it| number(&it));
        let total = number(&at(&values, last, column));
        assert!((rows.sum::<f64>() - total).abs() < 1e-6, "{sheet}");
        found.insert(at(&values, 0, column).to_string(), total);
    }
    found
}

#[tokio::test]
async fn a_workbook_says_what_the_other_files_say_in_every_language() {
    on_both(async |records| {
        al_haouz(&records).await;
        let quarter = al_haouz_asked();
        let year = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
        let of = |name| Asking {
            name,
            ..quarter.clone()
        };
        let asked = [
            (of(ReportName::Indh), 597.0),
            (of(ReportName::Sdg), 597.0),
            (
                Asking {
                    rows: Some(Dimension::Month),
                    columns: Some(Dimension::Programme),
                    ..of(ReportName::Hours)
                },
                597.0,
            ),
            (of(ReportName::VolunteerWork), 597.0),
            (of(ReportName::DataQuality), 597.0),
            // Nobody has a contract.
            (
                Asking::of(ReportName::ContractualVolunteering, "07.041", year),
                0.0,
            ),
        ];
        for (asked, minutes) in asked {
            let answer = reports::answer(&records.ctx, &asked).await.unwrap();
            for locale in Locale::ALL {
                says_the_same(&answer, locale, minutes);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn breakdowns_that_add_up_have_totals() {
    on_both(async |records| {
        al_haouz(&records).await;
        let asked = al_haouz_asked();
        let answer = reports::answer(&records.ctx, &asked).await.unwrap();

        let table = exports::table(&answer, Locale::En).unwrap();

        let summed = |key: &str| -> Vec<&str> {
            let section = table.sections.iter().find(|it| it.key == key).unwrap();
            let columns = section.columns.iter().filter(|it| it.sum);
            columns
                .map(|it| it.key)
                .filter(|it| !it.ends_with("Minutes"))
                .collect()
        };
        assert_eq!(summed("byProgramme"), ["minutes", "hours"]);
        assert_eq!(summed("byAxis"), ["minutes", "hours"]);
        assert_eq!(summed("byMonth"), ["minutes", "hours"]);
        assert_eq!(summed("byTerritory"), ["minutes", "hours", "entries"]);
        assert_eq!(
            summed("byEvidence"),
            ["minutes", "hours", "entries", "participations"]
        );
        assert_eq!(summed("crossings"), ["minutes", "hours"]);
        assert_eq!(
            summed("completenessByTerritory"),
            ["expected", "reporting", "declaredZero", "late"]
        );
        assert!(summed("totals").is_empty() && summed("partners").is_empty());
    })
    .await;
}

on_both_databases! {
    async fn a_workbook_is_asked_for_and_says_what_graphql_says(app: App) {
        let cast = Cast::on(&app).await;
        let first = cast.volunteer.logs(&cast.record, &cast.project, "2026-09-14", 95).await;
        let second = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 40).await;
        cast.coordinator.approves(&[&first, &second]).await;
        app.advance(TimeDelta::minutes(1));
        let instant = app.parts.core.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
        app.advance(TimeDelta::minutes(1));
        let report = json!({ "name": "INDH", "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31", "asOf": instant });
        let input = json!({ "report": report, "format": "XLSX", "locale": "en" });
        let (one, other) = (requested(&cast.observer, input.clone()).await, requested(&cast.observer, input).await);

        worked_off(&app).await;

        let done = seen(&cast.observer, &one).await;
        assert_eq!((&done["status"], &done["format"]), (&json!("SUCCEEDED"), &json!("XLSX")), "{done:#}");
        let file = &done["artifact"];
        assert_eq!(file["mediaType"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        assert!(file["fileName"].as_str().unwrap().ends_with("-en.xlsx"), "{file:#}");
        assert_eq!(file["sha256"], seen(&cast.observer, &other).await["artifact"]["sha256"]);
        let (status, _, bytes) = fetched(&app, file["url"].as_str().unwrap()).await;
        assert_eq!(status, 200);
        let mut book = Book::of(bytes);
        let query = "query($territory: String!, $asOf: DateTime) { indhReport(input: { territoryCode: $territory, from: \"2026-01-01\", to: \"2026-12-31\", asOf: $asOf }) {
            totals { minutes groupMinutes entries participations distinctVolunteers projects organizations }
            byMonth { month minutes entries distinctVolunteers projects }
            byTerritory { territory { code } minutes entries distinctVolunteers projects } } }";
        let answer = cast.observer.asks(query, json!({ "territory": REGION, "asOf": instant })).await["indhReport"].take();
        let figures = |of: &Value, keys: &[&str]| -> Vec<f64> { keys.iter().map(|it| of[*it].as_f64().unwrap()).collect() };
        let totals = book.values("Totals");
        let read: Vec<f64> = [0, 2, 3, 4, 5, 6, 7].iter().map(|it| number(&at(&totals, 1, *it))).collect();
        assert_eq!(read, figures(&answer["totals"], &["minutes", "groupMinutes", "entries", "participations", "distinctVolunteers", "projects", "organizations"]));
        assert_eq!((read[0], number(&at(&totals, 1, 1))), (135.0, 2.25));
        for (sheet, rows, names) in [("By month", "byMonth", 1), ("By territory", "byTerritory", 2)] {
            let values = book.values(sheet);
            for (row, it) in answer[rows].as_array().unwrap().iter().enumerate() {
                let read: Vec<f64> = [0, 2, 3, 4].iter().map(|column| number(&at(&values, row + 1, names + column))).collect();
                assert_eq!(read, figures(it, &["minutes", "entries", "distinctVolunteers", "projects"]), "{sheet}");
                match it["month"].as_str() {
                    Some(month) => assert_eq!(month_of(&at(&values, row + 1, 0)), month),
                    None => assert_eq!(at(&values, row + 1, 0).to_string(), it["territory"]["code"]),
                }
            }
        }
    }

    /// Sheets whose rows may be added up come to the whole, as it is printed and as GraphQL answers it.
    async fn workbooks_of_every_report_add_up_to_what_graphql_says(app: App) {
        let cast = Cast::on(&app).await;
        frozen::worked(&cast).await;
        for (report, apart) in [
            ("SDG", "By target of goals"),
            ("HOURS", "Where rows and columns cross"),
            ("VOLUNTEER_WORK", "By occupation (ISCO-08)"),
            ("DATA_QUALITY", "By evidence"),
            ("CONTRACTUAL_VOLUNTEERING", "By sex"),
        ] {
            let question = frozen::asked(report, REGION, None);
            let input = json!({ "report": wanted(&question), "format": "XLSX", "locale": "en" });
            let id = requested(&cast.observer, input).await;

            worked_off(&app).await;

            let done = seen(&cast.observer, &id).await;
            let (_, _, bytes) = fetched(&app, done["artifact"]["url"].as_str().unwrap()).await;
            let mut book = Book::of(bytes);
            let answer = frozen::answered(&cast.observer, &question).await;
            let answered = |name: &str| answer[name].parse::<f64>().unwrap();
            let totals = book.values("Totals");
            let printed = |header: &str| {
                let place = totals.rows().next().unwrap().iter().position(|it| *it == header)?;
                Some(number(&at(&totals, 1, place)))
            };
            assert_eq!((printed("Minutes"), answered("totals.minutes")), (Some(161.0), 161.0), "{report}");
            assert_eq!(printed("Hours"), Some(2.68), "{report}");
            for sheet in book.names().iter().skip(1) {
                let sums = sums(&mut book, sheet);
                for (header, sum) in &sums {
                    if let Some(whole) = printed(header) {
                        assert!((sum - whole).abs() < 1e-9, "{report}, {header} of {sheet}: {sum}, not {whole}");
                    }
                }
                assert!(sheet != apart || sums.len() >= 2, "{report}, {sheet}: {sums:?}");
            }
            match report {
                // A person has one sex here, and may reach two ages.
                "VOLUNTEER_WORK" => {
                    assert_eq!(sums(&mut book, "By sex")["Distinct volunteers"], answered("totals.people"));
                    assert!(!sums(&mut book, "By age").contains_key("Distinct volunteers"));
                }
                "CONTRACTUAL_VOLUNTEERING" => {
                    let of_sex = sums(&mut book, "By sex");
                    assert_eq!(of_sex["Contracts"], answered("totals.inForce"));
                    assert_eq!(of_sex["Distinct volunteers"], answered("totals.volunteers"));
                    assert!(sums(&mut book, "What is missing or does not fit").is_empty(), "a contract may lack several things");
                }
                _ => {}
            }
        }
    }

    /// What people call themselves is a text, whatever a spreadsheet would make of it.
    async fn a_name_is_no_formula(app: App) {
        let cast = Cast::on(&app).await;
        let named = cast.owner.founds("formula", "=1+1").await;
        let report = json!({ "name": "INDH", "territoryCode": REGION, "from": "2026-01-01", "to": "2026-03-31", "organizationId": named.id });
        let id = requested(&cast.owner, json!({ "report": report, "format": "XLSX", "locale": "fr" })).await;

        worked_off(&app).await;

        let done = seen(&cast.owner, &id).await;
        let (_, _, bytes) = fetched(&app, done["artifact"]["url"].as_str().unwrap()).await;
        let mut book = Book::of(bytes);
        let cover = book.values("Rapport");
        let row = cover.rows().find(|it| it[0] == Data::String("Organisation".to_owned())).unwrap();
        assert_eq!(row[1], Data::String("=1+1".to_owned()));
        assert!(!book.xml(1).contains("<f>"));
    }
}
