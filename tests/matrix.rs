//! The matrix of authorization: every operation and every field × everybody who may ask, made from the schema.
//!
//! What is expected is written in `matrix/operations.txt` and `matrix/fields.txt`, for people to read. Which rule stands
//! behind a field is said in `permissions.txt`.
//!
//! Everybody asks on one server, one after the other. So that the order does not matter, nothing that is done stays:
//! once all queries are answered, the trail takes no line of what was done, and as each act writes its line in its own
//! transaction, each that would succeed is undone. Who may not is told before that; whoever comes so far, may.
//!
//! With which things of the organization a field is asked for says `matrix/things.txt`; `node` and `nodes` are with all of
//! them. That no field opens anything with the id of a thing of any other kind is tried in `permissions`.

mod following;
mod more;
mod outcome;
mod people;
mod ready;
mod suited;
mod tables;
mod walk;

use crate::matrix::people::People;
use crate::matrix::people::Who;
use crate::matrix::people::row;
use crate::matrix::suited::excused;
use crate::matrix::tables::FIELDS;
use crate::matrix::tables::OPERATIONS;
use crate::matrix::tables::Rows;
use crate::matrix::tables::Table;
use crate::matrix::tables::is_personal;
use crate::matrix::tables::served;
use crate::matrix::walk::Matrix;
use crate::permissions::rules;
use crate::support::app::App;
use crate::support::databases::Engine;
use crate::support::on_both_databases;

/// A field or an operation of which the tables say nothing is open or shut by chance.
#[test]
fn every_operation_and_every_field_has_its_line() {
    let (roots, fields) = served();
    let mut told = Vec::new();
    for (table, names) in [(OPERATIONS, roots), (FIELDS, fields)] {
        let expected = table.expected();
        let cells = row(|_| '?');
        let rows = names.into_iter().map(|name| {
            let said = expected.get(&name).unwrap_or(&cells).clone();
            (name, said)
        });
        told.extend(table.differences(&rows.collect()));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// What belongs to nobody outside, and names nobody to whoever may know nobody: read off the tables themselves.
#[test]
fn the_tables_let_nobody_in_who_is_outside() {
    let rules = rules();
    let mut told = Vec::new();
    let letters = row(Who::letter);
    for (name, cells) in FIELDS.expected() {
        let personal = is_personal(&rules[&name]);
        for (letter, cell) in letters.chars().zip(cells.chars()) {
            if personal && cell == '+' && "GTESNXR".contains(letter) {
                told.push(format!("{name} is shown to {letter}"));
            }
        }
    }
    for (name, cells) in OPERATIONS.expected() {
        for (letter, cell) in letters.chars().zip(cells.chars()) {
            let signed_out = "NXR".contains(letter) && rules[&name] != "anyone";
            let outside = "ESNXR".contains(letter) && rules[&name] == "organization";
            if cell == 'y' && (signed_out || outside) {
                told.push(format!("{name} answers {letter}"));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Where a field that tells of people is shown to nobody here, its row says nothing.
#[test]
fn every_personal_field_is_shown_to_somebody() {
    let rules = rules();
    let excused = excused();
    let mut told = Vec::new();
    for (name, cells) in FIELDS.expected() {
        let shown = cells.contains('+');
        match excused.get(&name) {
            Some(_) if shown => {
                told.push(format!("{name} is shown to somebody: excuse it no more"));
            }
            None if !shown && is_personal(&rules[&name]) => {
                told.push(format!(
                    "{name} is shown to nobody: plant something that fills it"
                ));
            }
            _ => {}
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

on_both_databases! {
    /// SQLite has no policies: there the application's filter stands alone.
    async fn everybody_is_answered_as_the_tables_say(app: App) {
        let people = People::on(&app).await;

        let matrix = Matrix::filled(&people).await;

        let mut told = matrix.leaks.clone();
        told.extend(matrix.unsaid());
        told.extend(matrix.undone());
        for (table, rows) in [(OPERATIONS, matrix.operations()), (FIELDS, matrix.fields())] {
            told.extend(compared(table, &rows));
        }
        people.close().await;
        assert!(told.is_empty(), "{}", told.join("\n"));
    }
}

/// As if every statement had forgotten its filter: nothing of the organization reaches anybody outside, nobody of it is
/// named to whoever may know nobody, and nothing changes there.
#[tokio::test]
async fn policies_keep_everybody_out_where_the_filter_is_removed() {
    App::run_on(Engine::Postgres, async |app: App| {
        let people = People::on(&app).await;
        let before = people.planted.whole().await;

        let matrix = Matrix::without_filter(&people).await;

        assert!(matrix.leaks.is_empty(), "{}", matrix.leaks.join("\n"));
        assert_eq!(people.planted.whole().await, before);
        people.close().await;
    })
    .await;
}

fn compared(table: Table, rows: &Rows) -> Vec<String> {
    let mut told = table.differences(rows);
    if !told.is_empty() {
        told.push(format!("The table as it is now: {}", table.left_with(rows)));
    }
    told
}
