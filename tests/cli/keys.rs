//! The key file and the database belong together: others are refused, lost ones are not made anew.
//!
//! What ledgers of before fingerprints say of their keys is with the hours.

use std::fs;
use std::path::PathBuf;

use crate::cli::Made;
use crate::cli::of_the_program;
use crate::cli::on;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::program::Program;

/// What opens the database, each in its own way.
const OPENING: [&[&str]; 7] = [
    &["serve"],
    &["worker"],
    &["migrate"],
    &["ledger", "sign"],
    &["rollup", "verify"],
    &["import", "hours", "hours.csv", "--organization", "al-amal"],
    &[
        "report",
        "indh",
        "--territory",
        "07",
        "--from",
        "2026-01-01",
        "--to",
        "2026-03-31",
        "--format",
        "csv",
    ],
];

fn key_file(database: &Database) -> PathBuf {
    database.folder.path().join("tiwizi.keys")
}

/// The content of a key file of another installation.
async fn of_another() -> Vec<u8> {
    let (program, database) = on(Engine::Sqlite, Made::Empty).await.expect("SQLite");
    program.run(&["migrate"]).done();
    fs::read(key_file(&database)).expect("its keys")
}

/// Each command is refused with this, and the doctor says the same of the keys.
fn refused_by_all(program: &Program, wrong: &str) {
    for command in OPENING {
        let said = program.run(command);
        let line = said.complaint(1);
        assert!(line.contains(wrong), "{command:?}: {line}");
        assert!(line.contains("tiwizi.keys"), "{command:?}: {line}");
        assert!(
            line.contains("restore its key file from a backup"),
            "{command:?}: {line}"
        );
    }
    for doctor in [&["doctor"][..], &["doctor", "--make-keys"]] {
        let said = program.run(doctor);
        said.complaint(1);
        let found = said.out.lines().find(|it| it.starts_with("FAIL  keys: "));
        assert!(found.expect("a finding").contains(wrong), "{}", said.out);
    }
}

of_the_program! {
    async fn no_keys_are_made_beside_a_database_that_has_some(program: Program, database: Migrated) {
        program.run(&["migrate"]).done();
        fs::write(database.folder.path().join("hours.csv"), "").expect("written");
        let (file, aside) = (key_file(database), database.folder.path().join("aside"));
        fs::rename(&file, &aside).expect("put aside");

        refused_by_all(&program, "no keys at");

        assert!(!file.exists());
        fs::rename(&aside, &file).expect("put back");
        program.run(&["migrate"]).done();
        program.run(&["doctor"]).done();
    }

    async fn other_keys_are_refused_until_the_right_ones_are_back(program: Program, database: Migrated) {
        program.run(&["migrate"]).done();
        fs::write(database.folder.path().join("hours.csv"), "").expect("written");
        let file = key_file(database);
        let own = fs::read(&file).expect("the keys");
        fs::write(&file, of_another().await).expect("written");

        refused_by_all(&program, "are not those that the database");

        fs::write(&file, own).expect("written");
        program.run(&["migrate"]).done();
    }

    async fn another_signing_key_is_still_of_the_same_keys(program: Program, database: Migrated) {
        program.run(&["migrate"]).done();
        let before = fs::read(key_file(database)).expect("the keys");

        program.run(&["doctor", "--rotate-keys"]).done();

        assert_ne!(fs::read(key_file(database)).expect("the keys"), before);
        program.run(&["migrate"]).done();
    }

    async fn whoever_changes_keys_is_told_which_may_go(program: Program, database: Migrated) {
        program.run(&["migrate"]).done();
        let first = program.run(&["doctor", "--reseal"]);
        assert!(first.done().contains("sealed anew: 0 secrets of second factors, 0 national identity numbers"), "{first:?}");
        assert!(!first.out.contains("may be taken out"), "there is one key: {first:?}");
        let name = |at: usize| {
            let file: serde_json::Value = serde_json::from_slice(&fs::read(key_file(database)).expect("the keys")).expect("JSON");
            file["sealing"][at]["key_id"].as_str().expect("a name").to_owned()
        };
        let old = name(0);
        program.run(&["doctor", "--rotate-keys"]).done();

        let second = program.run(&["doctor", "--reseal"]);

        let told = format!("all is sealed with the key {}: {old} may be taken out of `sealing`", name(1));
        assert!(second.done().contains(&told), "{second:?}");
        assert_eq!(program.run(&["doctor", "--reseal", "--rotate-keys"]).code, 2);
    }

    async fn who_has_lost_the_keys_goes_on_with_others_when_told_so(program: Program, database: Migrated) {
        program.run(&["migrate"]).done();
        let file = key_file(database);
        let lost = fs::read(&file).expect("the keys");
        fs::remove_file(&file).expect("lost");

        program.run(&["doctor", "--adopt-keys"]).done();

        assert_ne!(fs::read(&file).expect("the keys"), lost);
        program.run(&["migrate"]).done();
        fs::write(&file, lost).expect("found again");
        program.run(&["migrate"]).complaint(1);
    }
}
