//! The list of places as a later edition of it would be: with versions that begin on a day.
//!
//! What follows from a list is decided in `territories::edition`.

use csv::StringRecord;

use crate::golden::case::Move;

/// The list that the program carries, with these lines besides.
pub fn with(moves: &[Move]) -> String {
    let list = include_str!("../../data/territories.csv");
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|it| it == name).unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(from(&header, "valid_from")).unwrap();
    for line in reader.records() {
        let line = line.unwrap();
        writer.write_record(from(&line, "")).unwrap();
        for it in moves.iter().filter(|it| it.code == line[0]) {
            let mut moved = from(&line, &it.from);
            if let Some(parent) = &it.parent {
                moved[column("parent_code")].clone_from(parent);
            }
            if let Some(name) = &it.name {
                moved[column("name_fr")].clone_from(name);
            }
            writer.write_record(moved).unwrap();
        }
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A line with its first day.
fn from(line: &StringRecord, day: &str) -> Vec<String> {
    let mut line: Vec<String> = line.iter().map(str::to_owned).collect();
    line.push(day.to_owned());
    line
}
