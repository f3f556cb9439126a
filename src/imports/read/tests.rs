//! Workbooks as they come: well made, odd, and made to hurt.

use std::io::Cursor;
use std::io::Write;

use proptest::prelude::ProptestConfig;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::proptest;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::Formula;
use rust_xlsxwriter::Workbook;
use zip::CompressionMethod;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Chosen;
use super::Row;
use super::Sheet;
use crate::imports::error::Bound;
use crate::imports::error::ImportError;
use crate::imports::error::Unreadable;
use crate::platform::i18n::Locale;

type Read = (Vec<String>, Vec<Row>, Option<Chosen>);

fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Read, Unreadable> {
    let read = || {
        let mut sheet = Sheet::open(Cursor::new(bytes.to_vec()), sheet)?;
        let rows = sheet.next_rows(100_000)?;
        Ok((sheet.header, rows, sheet.of))
    };
    read().map_err(|it: ImportError| match it {
        ImportError::Unreadable(why) => why,
        other => panic!("{other}"),
    })
}

fn refused(bytes: &[u8]) -> Unreadable {
    match read(bytes, None) {
        Ok((header, rows, _)) => panic!("{header:?} and {} rows", rows.len()),
        Err(why) => why,
    }
}

fn bound(bytes: &[u8]) -> Bound {
    match refused(bytes) {
        Unreadable::TooLarge { bound, .. } => bound,
        other => panic!("{other:?}"),
    }
}

/// What is said of a workbook that cannot be read.
fn damage(bytes: &[u8]) -> String {
    match refused(bytes) {
        Unreadable::Damaged(cause) => cause,
        other => panic!("{other:?}"),
    }
}

const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships><Relationship Id="r1"
    Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    Target="xl/workbook.xml"/></Relationships>"#;
const SHEETS: &str = r#"<Relationships><Relationship Id="r1"
    Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    Target="worksheets/sheet1.xml"/></Relationships>"#;
const WORKBOOK: &str =
    r#"<workbook><sheets><sheet name="Mars" sheetId="1" r:id="r1"/></sheets></workbook>"#;

/// A package of these parts; of two of one name the last.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, (name, text)) in parts.iter().enumerate() {
        if parts[at + 1..].iter().any(|(it, _)| it == name) {
            continue;
        }
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook whose one sheet holds these rows, with other parts added or replaced.
fn with(rows: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let mut all = vec![
        ("_rels/.rels", RELS),
        ("xl/_rels/workbook.xml.rels", SHEETS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    all.extend_from_slice(parts);
    package(&all)
}

const HEADER: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>date</t></is></c><c r="B1" t="str"><v>minutes</v></c></row>"#;

/// A sheet as an association keeps it, made by another program than ours.
fn timesheet() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("مارس").unwrap();
    sheet.set_right_to_left(true);
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let clock = Format::new().set_num_format("h:mm");
    let elapsed = Format::new().set_num_format("[h]:mm");
    let money = Format::new().set_num_format("#,##0.00");
    let titles = ["التاريخ", "من", "المدة", "العدد", "ملاحظات", "نعم"];
    for (column, title) in (1..).zip(titles) {
        sheet.write(2, column, title).unwrap();
    }
    sheet.merge_range(2, 7, 2, 8, "x", &Format::new()).unwrap();
    sheet.write_with_format(4, 1, 46_082, &day).unwrap();
    sheet.write_with_format(4, 2, 0.375, &clock).unwrap();
    sheet.write_with_format(4, 3, 1.0625, &elapsed).unwrap();
    sheet.write_with_format(4, 4, 0.1 + 0.2, &money).unwrap();
    let formula = Formula::new("=\"a\"&\"b\"").set_result("ab");
    sheet.write_formula(4, 5, formula).unwrap();
    sheet.write(4, 6, true).unwrap();
    sheet.write(6, 4, 12).unwrap();
    // Formatted cells without value are no rows.
    sheet.write_blank(9, 3, &day).unwrap();
    let notes = book.add_worksheet();
    notes.set_name("Notes").unwrap();
    notes.write(0, 0, "note").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn cells_are_what_people_see() {
    let (header, rows, of) = read(&timesheet(), None).unwrap();

    assert_eq!(
        header,
        ["", "التاريخ", "من", "المدة", "العدد", "ملاحظات", "نعم", "x"]
    );
    let lines: Vec<u64> = rows.iter().map(|it| it.line).collect();
    assert_eq!(lines, [5, 7]);
    assert_eq!(
        rows[0].fields,
        ["", "2026-03-01", "09:00", "25:30", "0.3", "ab", "TRUE", ""]
    );
    assert_eq!(rows[1].fields, ["", "", "", "", "12", "", "", ""]);
    assert_eq!(
        of,
        Some(Chosen {
            name: "مارس".to_owned(),
            sheets: vec!["مارس".to_owned(), "Notes".to_owned()],
        })
    );
}

#[test]
fn the_sheet_is_the_one_that_is_named_or_the_first_that_shows() {
    let (header, _, of) = read(&timesheet(), Some(" Notes ")).unwrap();
    assert_eq!(
        (header, of.unwrap().name),
        (vec!["note".to_owned()], "Notes".to_owned())
    );

    let Err(why) = read(&timesheet(), Some("Avril")) else {
        panic!("there is none");
    };
    assert_eq!(
        why.refusal().message(Locale::En),
        "There is no sheet “Avril”: the workbook has مارس, Notes."
    );

    let hidden = WORKBOOK.replace(
        "<sheets>",
        "<sheets><sheet name=\"Listes\" sheetId=\"9\" state=\"hidden\" r:id=\"r1\"/>",
    );
    let (_, _, of) = read(&with(HEADER, &[("xl/workbook.xml", &hidden)]), None).unwrap();
    assert_eq!(of.unwrap().name, "Mars");

    assert!(matches!(
        read(b"a,b\n1,2\n", Some("Mars")),
        Err(Unreadable::NoSheets)
    ));
    assert!(read(b"a,b\n1,2\n", Some(" ")).is_ok());
}

#[test]
fn days_are_counted_from_where_the_workbook_says() {
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yy &quot;le&quot;"/></numFmts>
        <cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>"#;
    let rows = format!(
        "{HEADER}<row r=\"2\"><c r=\"A2\" s=\"1\"><v>44620</v></c><c r=\"B2\" s=\"2\"><v>0.5</v></c></row>"
    );
    let since_1904 = WORKBOOK.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>");

    let (_, of_1900, _) = read(&with(&rows, &[("xl/styles.xml", styles)]), None).unwrap();
    let parts = [
        ("xl/styles.xml", styles),
        ("xl/workbook.xml", since_1904.as_str()),
    ];
    let (_, of_1904, _) = read(&with(&rows, &parts), None).unwrap();

    assert_eq!(of_1900[0].fields, ["2022-02-28", "12:00"]);
    assert_eq!(of_1904[0].fields, ["2026-03-01", "12:00"]);
}

#[test]
fn rows_may_come_in_any_order_and_errors_stay_what_they_are() {
    let rows = format!(
        "<row r=\"9\"><c r=\"A9\" t=\"e\"><v>#N/A</v></c><c r=\"B9\" t=\"b\"><v>1</v></c></row>\
         <row r=\"4\"><c r=\"B4\"><f>SUM(C1:C2)</f><v>90</v></c></row>{HEADER}"
    );

    let (header, rows, _) = read(&with(&rows, &[]), None).unwrap();

    assert_eq!(header, ["date", "minutes"]);
    assert_eq!(
        (rows[0].line, &rows[0].fields[..]),
        (4, &["".to_owned(), "90".to_owned()][..])
    );
    assert_eq!(rows[1].fields, ["#N/A", "TRUE"]);
}

#[test]
fn other_kinds_of_files_are_named() {
    let xls = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on".to_vec();
    let mut locked = xls.clone();
    locked.extend("EncryptedPackage".bytes().flat_map(|it| [it, 0]));
    let ods = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", "<a/>"),
    ]);
    let xlsb = package(&[("_rels/.rels", RELS), ("xl/workbook.bin", "")]);
    let document = package(&[("_rels/.rels", RELS), ("word/document.xml", "<a/>")]);

    for (bytes, expected) in [
        (xls, "XLS"),
        (ods, "ODS"),
        (xlsb, "XLSB"),
        (document, "ZIP"),
    ] {
        assert!(
            matches!(refused(&bytes), Unreadable::Format { found } if found == expected),
            "{expected}"
        );
    }
    assert!(matches!(refused(&locked), Unreadable::Protected));
    assert_eq!(
        refused(&locked).refusal().message(Locale::En),
        "The workbook is protected by a password: save it without one and send it again."
    );
    assert!(matches!(refused(&with("", &[])), Unreadable::Empty));
}

/// Rows of so many bytes that pack to almost nothing.
fn padding(bytes: usize) -> String {
    format!("{HEADER}{}", " ".repeat(bytes))
}

#[test]
fn what_unpacks_to_too_much_is_not_unpacked() {
    const MIB: usize = 1024 * 1024;
    assert_eq!(bound(&with(&padding(20 * MIB), &[])), Bound::Ratio);
    // A picture may be what it likes: nobody looks at it.
    let blank = " ".repeat(20 * MIB);
    let picture = [("xl/media/image1.xml", blank.as_str())];
    assert!(read(&with(HEADER, &picture), None).is_ok());
    // Each part is small; all of them are not.
    let part = " ".repeat(MIB);
    let names: Vec<String> = (0..70)
        .map(|it| format!("xl/worksheets/s{it}.xml"))
        .collect();
    let parts: Vec<_> = names
        .iter()
        .map(|it| (it.as_str(), part.as_str()))
        .collect();
    assert_eq!(bound(&with(HEADER, &parts)), Bound::Bytes);
    let names: Vec<String> = (0..2_100).map(|it| format!("a/{it}.bin")).collect();
    let parts: Vec<_> = names.iter().map(|it| (it.as_str(), "")).collect();
    assert_eq!(bound(&with(HEADER, &parts)), Bound::Parts);
    // What does not pack so well, and is too much all the same.
    let noise: String = (0..3 * MIB)
        .map(|it| format!("{:x}", it * it * 7_919))
        .collect();
    let strings = format!("<sst><si><t>{noise}</t></si></sst>");
    assert!(strings.len() > 16 * MIB);
    let parts = [("xl/sharedStrings.xml", strings.as_str())];
    assert_eq!(bound(&with(HEADER, &parts)), Bound::Strings);
}

#[test]
fn sizes_are_counted_and_not_believed() {
    let mut bytes = with(&padding(20 * 1024 * 1024), &[]);
    let ten = 10_u32.to_le_bytes();
    // The size after unpacking, in each header of a part and in the directory.
    for at in 0..bytes.len() - 46 {
        match &bytes[at..at + 4] {
            b"PK\x03\x04" => bytes[at + 22..at + 26].copy_from_slice(&ten),
            b"PK\x01\x02" => bytes[at + 24..at + 28].copy_from_slice(&ten),
            _ => {}
        }
    }

    assert!(matches!(
        refused(&bytes),
        Unreadable::TooLarge { .. } | Unreadable::Damaged(_)
    ));
}

#[test]
fn little_that_would_become_much_is_refused() {
    let cell = |at: &str| format!("{HEADER}<row r=\"2\"><c r=\"{at}\"><v>1</v></c></row>");
    assert_eq!(bound(&with(&cell("XFD2"), &[])), Bound::Columns);
    // Far down is one row, not a million.
    let (_, rows, _) = read(&with(&cell("A1048576"), &[]), None).unwrap();
    assert_eq!((rows.len(), rows[0].line), (1, 1_048_576));
    // Numbers of rows and columns that no number holds.
    assert!(read(&with(&cell("A99999999999999999999"), &[]), None).is_err());
    assert!(read(&with(&cell("ZZZZZZZZZZZZZZ1"), &[]), None).is_err());
    // One long text in every cell.
    let strings = format!("<sst><si><t>{}</t></si></sst>", "x y ".repeat(100_000));
    let many = "<row><c t=\"s\"><v>0</v></c></row>".repeat(200);
    let parts = [("xl/sharedStrings.xml", strings.as_str())];
    assert_eq!(
        bound(&with(&format!("{HEADER}{many}"), &parts)),
        Bound::Strings
    );
    // One long name of a part for each of many sheets.
    let sheets = "<sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/>".repeat(1_100);
    let many = WORKBOOK.replace("<sheets>", &format!("<sheets>{sheets}"));
    assert_eq!(
        bound(&with(HEADER, &[("xl/workbook.xml", &many)])),
        Bound::Sheets
    );
    let long = SHEETS.replace("worksheets/", &"a".repeat(5_000));
    assert_eq!(
        bound(&with(HEADER, &[("xl/_rels/workbook.xml.rels", &long)])),
        Bound::Tag
    );
}

#[test]
fn a_table_of_texts_is_as_long_as_it_is() {
    // A reader that believed the number would end the program.
    let row = "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row>";
    for head in [
        "<?xml version=\"1.0\"?><sst uniqueCount=\"18446744073709551615\">",
        "<!-- a --><x:sst count=\"1\" uniqueCount=\"999999999999\">",
    ] {
        let strings = format!(
            "{head}<si><t>a</t></si><si><r><t>b</t></r><r><t xml:space=\"preserve\"> c</t></r></si></sst>"
        );
        let parts = [("xl/sharedStrings.xml", strings.as_str())];
        let (_, rows, _) = read(&with(&format!("{HEADER}{row}"), &parts), None).unwrap();
        assert_eq!(rows[0].fields[0], "b c", "{head}");
    }
    let short = [("xl/sharedStrings.xml", "<sst uniqueCount=\"2\"/>")];
    assert!(read(&with(HEADER, &short), None).is_ok());
    assert!(read(&with(&format!("{HEADER}{row}"), &short), None).is_err());
}

#[test]
fn document_types_and_other_encodings_are_refused() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
    for part in ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"] {
        let text = format!("{bomb}<sst><si><t>&b;</t></si></sst>");
        assert_eq!(
            damage(&with(HEADER, &[(part, &text)])),
            "<!DOCTYPE",
            "{part}"
        );
    }
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{WORKBOOK}");
    assert_eq!(
        damage(&with(HEADER, &[("xl/workbook.xml", &declared)])),
        "XML → UTF-8"
    );
    let unknown = "<sst><si><t>&b;</t></si></sst>";
    assert!(read(&with(HEADER, &[("xl/sharedStrings.xml", unknown)]), None).is_err());
}

#[test]
fn each_bound_has_its_sentence() {
    let told = |bound| {
        let why = Unreadable::TooLarge { bound, most: 7 }.refusal();
        Locale::ALL.map(|it| why.message(it))
    };
    let bounds = [
        Bound::Packed,
        Bound::Strings,
        Bound::Ratio,
        Bound::Parts,
        Bound::Sheets,
        Bound::Tag,
        Bound::Rows,
        Bound::Columns,
        Bound::Cells,
    ];
    // Words that a language lacks fall back to the sentence of what unpacks to too much.
    let fallen: Vec<_> = bounds
        .into_iter()
        .filter(|it| {
            let said = told(*it);
            said.iter()
                .zip(told(Bound::Bytes))
                .any(|(one, other)| *one == other)
        })
        .collect();

    assert_eq!(fallen, []);
}

#[test]
fn half_a_workbook_is_none() {
    let whole = timesheet();
    for length in [4, 100, whole.len() / 2, whole.len() - 1] {
        assert!(read(&whole[..length], None).is_err(), "{length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_have_an_answer(
        flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..8),
        cut in proptest::option::of(any::<usize>()),
    ) {
        let mut bytes = timesheet();
        for (at, sign) in flips {
            let at = at % bytes.len();
            bytes[at] = sign;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut % bytes.len());
        }

        let answered = std::panic::catch_unwind(|| read(&bytes, None).is_ok());

        prop_assert!(answered.is_ok());
    }

    /// Parts that are whole as a package, and anything as XML.
    #[test]
    fn any_parts_have_an_answer(
        part in 0..5_usize,
        flips in proptest::collection::vec((any::<usize>(), 0_u8..128), 1..6),
    ) {
        let names = ["_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/workbook.xml",
            "xl/worksheets/sheet1.xml", "xl/styles.xml"];
        let sheet = format!("<worksheet><dimension ref=\"A1:B2\"/><sheetData>{HEADER}\
            <row r=\"2\"><c r=\"A2\" s=\"1\"><v>44620.5</v></c><c r=\"B2\" t=\"b\"><v>1</v></c></row>\
            </sheetData></worksheet>");
        let styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>";
        let texts = [RELS, SHEETS, WORKBOOK, &sheet, styles];
        let mut text = texts[part].as_bytes().to_vec();
        for (at, sign) in flips {
            let at = at % text.len();
            text[at] = sign;
        }
        let text = String::from_utf8(text).unwrap();
        let mut parts: Vec<_> = names.into_iter().zip(texts).collect();
        parts[part].1 = &text;

        let bytes = package(&parts);
        let answered = std::panic::catch_unwind(|| read(&bytes, None).is_ok());

        prop_assert!(answered.is_ok());
    }
}
