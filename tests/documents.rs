//! Reports as PDF, read back: every figure is that of the other formats and of GraphQL, in every language; Arabic is
//! shaped and read in its order.
//!
//! How a file is read is in `reader`; shapes of charts and maps are tested beside their code, and so is a template
//! without a report.

pub mod reader;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;
use tiwizi::exports::Format;
use tiwizi::exports::formats::Open;
use tiwizi::exports::formats::pdf;
use tiwizi::exports::table::Cell;
use tiwizi::exports::table::Column;
use tiwizi::exports::table::Parameter;
use tiwizi::exports::table::Section;
use tiwizi::exports::table::Table;
use tiwizi::platform::i18n::Locale;

use crate::documents::reader::Pdf;
use crate::exports::fetched;
use crate::exports::requested;
use crate::exports::seen;
use crate::exports::worked_off;
use crate::frozen;
use crate::report_files::laid_out;
use crate::report_files::wanted;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const REPORTS: [&str; 6] = [
    "INDH",
    "SDG",
    "HOURS",
    "VOLUNTEER_WORK",
    "DATA_QUALITY",
    "CONTRACTUAL_VOLUNTEERING",
];

async fn file(app: &App, who: &Person, report: &Value, format: &str, locale: Locale) -> Vec<u8> {
    let input = json!({ "report": report, "format": format, "locale": locale.tag() });
    let id = requested(who, input).await;
    worked_off(app).await;
    let done = seen(who, &id).await;
    let file = &done["artifact"];
    let url = file["url"].as_str().unwrap_or_else(|| panic!("{done:#}"));
    let (status, named, bytes) = fetched(app, url).await;
    assert_eq!(status, 200);
    if format == "PDF" {
        assert_eq!(file["mediaType"], "application/pdf");
        assert!(
            named.ends_with(&format!("-{}.pdf\"", locale.tag())),
            "{named}"
        );
    }
    bytes
}

/// A text without the spaces at which lines are broken and digits are grouped.
fn dense(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

fn is_arabic(sign: char) -> bool {
    matches!(sign, '\u{600}'..='\u{6FF}')
}

/// Runs of both directions share a line in an order of their own: figures are compared apart from Arabic.
fn figures(text: &str) -> String {
    let kept = |it: &char| it.is_ascii_alphanumeric() || ".,-".contains(*it);
    text.chars().filter(kept).collect()
}

/// A cell as it must be printed: its figure as JSON has it, its words as the table of the language says them.
fn printed(cell: &Cell, json: &Value, locale: Locale) -> String {
    let told = match json {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match cell {
        Cell::Integer(_) | Cell::Hundredths(_) | Cell::Decimal(_) if locale != Locale::En => {
            told.replace('.', ",")
        }
        Cell::Text(words) | Cell::Code { words, .. } | Cell::Codes { words, .. } => words.clone(),
        _ => told,
    }
}

/// What of the sections of a report is not on paper.
fn missing(pdf: &Pdf, layout: &Table, json: &Value, locale: Locale) -> Vec<String> {
    let told = pdf.told();
    let text = match locale {
        Locale::Ar => figures(&told),
        Locale::Fr | Locale::En => dense(&told),
    };
    let words = pdf.told_from_the_right();
    let mut missing = Vec::new();
    for section in &layout.sections {
        let rows = json[section.key].as_array().unwrap();
        assert_eq!(rows.len(), section.rows.len(), "{}", section.key);
        for (row, cells) in rows.iter().zip(&section.rows) {
            let columns = section.columns.iter().zip(cells);
            let line: Vec<String> = columns
                .map(|(column, cell)| printed(cell, &row[column.key], locale))
                .collect();
            let wanted = match locale {
                Locale::Ar => figures(&line.concat()),
                Locale::Fr | Locale::En => dense(&line.concat()),
            };
            if !text.contains(&wanted) {
                missing.push(format!("{}: {wanted}", section.key));
            }
            for word in line.iter().flat_map(|it| it.split(|it| !is_arabic(it))) {
                if !words.contains(word) {
                    missing.push(format!("{}: the word {word}", section.key));
                }
            }
        }
    }
    missing
}

/// Letters of Arabic with the glyphs that stand for each.
fn shapes(pdf: &Pdf) -> BTreeMap<(String, String), BTreeSet<u16>> {
    let mut shapes: BTreeMap<(String, String), BTreeSet<u16>> = BTreeMap::new();
    for run in pdf.runs.iter().filter(|it| it.font.contains("Amiri")) {
        for (glyph, letters) in &run.glyphs {
            if letters.chars().all(is_arabic) {
                let key = (run.font.clone(), letters.clone());
                shapes.entry(key).or_default().insert(*glyph);
            }
        }
    }
    shapes
}

fn parameter(key: &'static str, value: Cell) -> Parameter {
    Parameter {
        key,
        label: key.to_owned(),
        value,
    }
}

/// A table of one section with this many rows, which have this name.
fn table(name: &str, rows: i64) -> Table {
    let column = |key: &'static str, header: &str, sum| Column {
        key,
        header: header.to_owned(),
        sum,
    };
    let row = |number| {
        vec![
            Cell::text(&format!("R{number}")),
            Cell::text(name),
            Cell::Hundredths(number * 100),
        ]
    };
    let section = Section {
        key: "rows",
        title: "Rows".to_owned(),
        columns: vec![
            column("key", "Key", false),
            column("name", "Nameheader", false),
            column("hours", "Hours", true),
        ],
        rows: (1..=rows).map(row).collect(),
    };
    Table {
        name: "HOURS",
        parameters: vec![
            parameter("title", Cell::text("Hours")),
            parameter("territoryCode", Cell::text("07")),
            parameter("territory", Cell::text(name)),
            parameter(
                "asOf",
                Cell::Instant("2026-04-02T09:00:00Z".parse().unwrap()),
            ),
        ],
        sections: vec![section],
    }
}

fn written(table: &Table, locale: Locale) -> Vec<u8> {
    let open = Open::begin(table, Format::Pdf, locale, Vec::new()).unwrap();
    open.end().unwrap()
}

on_both_databases! {
    /// What GraphQL answers stands in JSON, which `report_files` holds against it, and on paper.
    async fn every_report_is_on_paper_figure_by_figure_in_every_language(app: App) {
        let cast = Cast::on(&app).await;
        frozen::worked(&cast).await;
        for (place, report) in REPORTS.into_iter().enumerate() {
            // The first in every language, the others in turn: pages take their time without optimization.
            let locales = match place {
                0 => Locale::ALL.to_vec(),
                _ => vec![Locale::ALL[place % Locale::ALL.len()]],
            };
            let question = frozen::asked(report, &cast.organization.territory, Some(&cast.organization.id));
            let wanted = wanted(&question);
            let answer = frozen::answered(&cast.owner, &question).await;
            for locale in locales {
                let bytes = file(&app, &cast.owner, &wanted, "PDF", locale).await;
                let json = file(&app, &cast.owner, &wanted, "JSON", locale).await;
                let json: Value = serde_json::from_slice(&json).unwrap();
                let hash = json["parameters"]["sha256"].as_str().unwrap();
                let layout = laid_out(&app, &wanted, locale).await;

                let pdf = Pdf::read(&bytes);

                let of = format!("{report} in {}", locale.tag());
                assert_eq!(missing(&pdf, &layout, &json, locale), [""; 0], "{of}");
                let told = dense(&pdf.told());
                assert_eq!(answer["totals.minutes"], "161", "{of}");
                assert!(told.contains("161") && told.contains(hash), "{of}");
                assert!(pdf.is_accessible(), "{of}");
                assert_eq!(pdf.language().split('-').next(), Some(locale.tag()));
                assert!(pdf.elements(b"TH") > 5 && pdf.elements(b"Figure") > 0, "{of}");
                let alternatives = pdf.alternatives();
                assert!(!alternatives.is_empty(), "{of}");
                assert!(pdf.page(pdf.pages).contains(&format!("{0} / {0}", pdf.pages)), "{of}");
            }
        }
    }

    /// The same question as of the same instant is the same file.
    async fn the_same_answer_is_the_same_bytes(app: App) {
        let cast = Cast::on(&app).await;
        frozen::worked(&cast).await;
        let mut wanted = wanted(&frozen::asked("INDH", &cast.organization.territory, Some(&cast.organization.id)));
        wanted["asOf"] = json!(app.parts.operator(Locale::En).now());

        let first = file(&app, &cast.owner, &wanted, "PDF", Locale::Ar).await;
        let again = file(&app, &cast.owner, &wanted, "PDF", Locale::Ar).await;

        assert!(first == again);
    }

    /// What people call themselves is a text, whatever typesetting would make of it.
    async fn a_name_is_no_markup(app: App) {
        let cast = Cast::on(&app).await;
        let name = "#image(\"x\") =cmd() *[ $";
        let named = cast.owner.founds("markup", name).await;
        let report = json!({ "name": "INDH", "territoryCode": named.territory, "from": "2026-01-01", "to": "2026-03-31", "organizationId": named.id });

        let bytes = file(&app, &cast.owner, &report, "PDF", Locale::Fr).await;

        let told = dense(&Pdf::read(&bytes).told());
        assert!(told.contains(&dense(name)), "{told}");
    }
}

#[test]
fn arabic_is_joined_and_read_in_its_order() {
    let name = "جمعية بيئة مراكش للتطوع";
    let mut table = table(name, 3);
    table.sections[0].rows[1][1] = Cell::text("بيت العلم");

    let pdf = Pdf::read(&written(&table, Locale::Ar));

    let told = pdf.told_from_the_right();
    assert!(told.contains(name), "{told}");
    assert!(
        told.contains("بيت العلم") && !told.contains("ملعلا"),
        "{told}"
    );
    // A letter looks different alone, at the beginning, within and at the end of a word: alone there were one glyph of each.
    let shapes = shapes(&pdf);
    let of = |letter: &str| {
        let most = shapes
            .iter()
            .filter(|it| it.0.1 == letter)
            .map(|it| it.1.len());
        most.max().unwrap_or_default()
    };
    for letter in ["ع", "ي", "م", "ت"] {
        assert!(of(letter) >= 2, "{letter}: {shapes:?}");
    }
    // Figures keep their order between Arabic.
    let told = dense(&pdf.told());
    assert!(told.contains("2026-04-0209:00:00UTC"), "{told}");
    assert!(pdf.is_accessible());
    assert!(
        pdf.alternatives().iter().any(|it| it.contains(name)),
        "{:?}",
        pdf.alternatives()
    );
}

#[test]
fn headers_are_repeated_on_every_page_and_read_once() {
    let pdf = Pdf::read(&written(&table("Amal", 120), Locale::En));

    let pages: Vec<u32> = (1..=pdf.pages)
        .filter(|it| pdf.page(*it).contains("Amal"))
        .collect();
    let headed = pages
        .iter()
        .filter(|it| pdf.page(**it).contains("Nameheader"));
    assert!(headed.count() >= 3, "{pages:?}");
    assert_eq!(pdf.told().matches("Nameheader").count(), 1);
    // What the rows add up to: 1 + 2 + … + 120.
    assert!(dense(&pdf.told()).contains("7260.00"));
}

#[test]
fn a_sign_that_no_font_has_costs_the_standard_and_no_figure() {
    let pdf = Pdf::read(&written(&table("Amal \u{13000}", 2), Locale::En));

    assert!(!pdf.is_accessible());
    assert!(pdf.told().contains("Amal") && dense(&pdf.told()).contains("3.00"));
}

#[test]
fn rows_that_are_left_out_are_told_and_counted() {
    let rows = i64::try_from(pdf::ROWS_MOST).unwrap() + 3;

    let told = Pdf::read(&written(&table("Amal", rows), Locale::En)).told();

    assert!(told.contains("R2000") && !told.contains("R2001"));
    assert!(
        dense(&told).contains("2000of2003rowsareprinted"),
        "{}",
        &told[told.len() - 2000..]
    );
    let sum = rows * (rows + 1) / 2;
    assert!(dense(&told).contains(&format!("{sum}.00")));
}
