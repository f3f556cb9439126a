//! Pages of a small report, and of certificates.
//!
//! What stands on them is read back in the tests of the product.

use crate::certificate::Certificate;
use crate::certificate::Certificates;
use crate::print;
use crate::print_certificates;
use crate::report::Column;
use crate::report::Fact;
use crate::report::Moment;
use crate::report::Report;
use crate::report::Section;
use crate::report::Value;
use crate::report::Words;

/// A dark point: PNG.
const PIXEL: [u8; 67] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0,
    0, 0, 58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 96, 0, 0, 0, 2, 0, 1, 72,
    175, 164, 113, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

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

fn certificate(language: &'static str, projects: usize) -> Certificate {
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: Value::figure(value),
    };
    let project = |number| {
        [
            Value::Text(format!("Projet {number}")),
            Value::figure("1 h 0 min"),
        ]
    };
    Certificate {
        language,
        rtl: language == "ar",
        organization: Value::Text("Association Al Amal".to_owned()),
        title: "Certificat de bénévolat".to_owned(),
        holder: Some(Value::Text("Amal".to_owned())),
        statement: "Association Al Amal certifie que Amal a donné 12 h.".to_owned(),
        facts: vec![
            fact("Temps validé", "12 h 0 min"),
            fact("Émis le", "2026-11-02"),
        ],
        projects_title: "Temps par projet".to_owned(),
        projects_head: ["Projet".to_owned(), "Temps".to_owned()],
        projects: (0..projects).map(project).collect(),
        projects_behind: "Page suivante".to_owned(),
        code: fact("Code", "7K2M-7K2M-7K2M-7K2M"),
        address: "https://hours.example.org/verify/7K2M-7K2M-7K2M-7K2M".to_owned(),
        how: "Vérifiez ce certificat".to_owned(),
        checked: fact("Vérifié le", "2026-11-02 09:00 UTC"),
        picture: PIXEL.to_vec(),
        picture_alternative: "Code QR".to_owned(),
        signatory: "Nom et fonction".to_owned(),
        signature_of: "Signature et cachet".to_owned(),
    }
}

fn certificates(sheets: Vec<Certificate>) -> Certificates {
    Certificates {
        language: "fr",
        title: "Certificat de bénévolat".to_owned(),
        author: "Tiwizi".to_owned(),
        left_title: "Non imprimés".to_owned(),
        sheets,
        ..Certificates::default()
    }
}

#[test]
fn a_certificate_is_one_page_and_the_same_bytes() {
    let all = certificates(vec![certificate("fr", 4)]);

    let pages = print_certificates(&all).unwrap();

    assert_eq!((pages.fault.as_deref(), pages.count), (None, 1));
    assert_eq!(pages, print_certificates(&all).unwrap());
}

#[test]
fn projects_that_do_not_fit_have_pages_of_their_own() {
    let mut all = certificates(vec![certificate("ar", 5), certificate("fr", 60)]);
    all.left = vec![Fact {
        label: "7K2M".to_owned(),
        value: Value::Text("Retiré".to_owned()),
    }];

    let pages = print_certificates(&all).unwrap();

    // Two, at least three, and the codes of those that are not printed.
    assert!(pages.fault.is_none() && pages.count >= 6, "{pages:?}");
}
