//! Pages of a small report.

use crate::print;
use crate::report::Column;
use crate::report::Fact;
use crate::report::Moment;
use crate::report::Report;
use crate::report::Section;
use crate::report::Value;
use crate::report::Words;

fn report(name: &str) -> Report {
    let columns = ["Nom", "Heures"].map(|it| Column {
        header: it.to_owned(),
        figures: it == "Heures",
        weight: 1.0,
    });
    Report {
        language: "fr",
        title: "Heures".to_owned(),
        author: "Tiwizi".to_owned(),
        place: "Al Haouz".to_owned(),
        made: Some(Moment {
            year: 2026,
            month: 4,
            day: 2,
            hour: 9,
            minute: 0,
            second: 0,
        }),
        facts: vec![Fact {
            label: "Nom".to_owned(),
            value: Value::Text(name.to_owned()),
        }],
        sections: vec![Section {
            title: "Par mois".to_owned(),
            columns: columns.to_vec(),
            rows: vec![vec![Value::Text(name.to_owned()), Value::figure("1,50")]; 3],
            ..Section::default()
        }],
        words: Words {
            asked: "Demande".to_owned(),
            notes: "Notes".to_owned(),
            signature: "Signature".to_owned(),
            ..Words::default()
        },
        ..Report::default()
    }
}

#[test]
fn the_same_report_is_the_same_bytes() {
    let first = print(&report("Amal")).unwrap();

    assert_eq!(first.fault, None);
    assert_eq!(first, print(&report("Amal")).unwrap());
}

#[test]
fn a_sign_that_no_font_has_costs_the_standard_and_not_the_report() {
    let pages = print(&report("Amal \u{13000}")).unwrap();

    assert!(pages.fault.is_some());
    assert!(pages.bytes.starts_with(b"%PDF-"));
}

#[test]
fn what_people_wrote_is_no_markup() {
    // Markup would fail: there is no such file and no such command.
    let pages = print(&report("#image(\"x.png\") $#cmd()$ *[ @nobody =cmd()")).unwrap();

    assert_eq!(pages.fault, None);
}

#[test]
fn an_empty_report_has_pages() {
    let mut empty = report("");
    empty.facts.clear();
    empty.sections.clear();

    assert!(print(&empty).unwrap().count > 0);
}
