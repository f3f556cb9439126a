//! Where settings come from, which of them counts, and what is told of a wrong one.
//!
//! Single settings are tested beside `config`.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use tempfile::TempDir;

use crate::support::program::Program;

/// Which database the program would use: it says so of one that is not there.
fn used(program: &Program, flags: &[&str]) -> String {
    let said = program.run(&[&["migrate", "status"], flags].concat());
    let line = said.complaint(1).to_owned();
    let (_, rest) = line.split_once("there is no database ").expect("a name");
    rest.split(':').next().expect("one").to_owned()
}

#[test]
fn a_flag_counts_before_the_environment_before_the_file_before_the_default() {
    let folder = TempDir::new().expect("a folder");
    let plain = Program::within(folder.path());
    assert_eq!(used(&plain, &[]), "tiwizi.sqlite");

    let file = folder.path().join("tiwizi.toml");
    fs::write(&file, "database_url = \"sqlite://file.sqlite\"\n").expect("written");
    let given = plain
        .clone()
        .with("TIWIZI_DATABASE_URL", "sqlite://env.sqlite");

    assert_eq!(used(&plain, &[]), "file.sqlite");
    assert_eq!(used(&given, &[]), "env.sqlite");
    let flag = ["--database-url", "sqlite://flag.sqlite"];
    assert_eq!(used(&given, &flag), "flag.sqlite");
    fs::rename(&file, folder.path().join("other.toml")).expect("renamed");
    assert_eq!(used(&plain, &["--config", "other.toml"]), "file.sqlite");
}

#[test]
fn wrong_settings_end_with_1_and_one_line() {
    let folder = TempDir::new().expect("a folder");
    let program = Program::within(folder.path());
    let given = |name: &str, value: &str| program.clone().with(name, value).run(&["migrate"]);

    assert_eq!(
        given("TIWIZI_LIMITS_DEPTH", "3").complaint(1),
        "tiwizi: environment: there is no setting TIWIZI_LIMITS_DEPTH; \
         did you mean TIWIZI_LIMITS__DEPTH?"
    );
    assert_eq!(
        given("TIWIZI_BIND", "here").complaint(1),
        "tiwizi: environment: TIWIZI_BIND cannot be `here`: \
         give an address and a port, such as 127.0.0.1:8080"
    );
    fs::write(folder.path().join("tiwizi.toml"), "[limits]\ndepth = \n").expect("written");
    let malformed = program.run(&["migrate"]);
    assert!(
        malformed
            .complaint(1)
            .starts_with("tiwizi: tiwizi.toml, line 2: "),
        "{malformed:?}"
    );
    fs::write(folder.path().join("tiwizi.toml"), "[limits]\n\ndepht = 3\n").expect("written");
    assert_eq!(
        program.run(&["migrate"]).complaint(1),
        "tiwizi: tiwizi.toml, line 3: there is no setting limits.depht; did you mean limits.depth?"
    );
}

#[test]
fn variables_that_are_no_text_disturb_nobody() {
    let folder = TempDir::new().expect("a folder");
    let program = Program::within(folder.path()).with("OTHER", OsStr::from_bytes(&[b'x', 0xff]));

    let said = program.run(&["schema"]);

    assert!(said.done().contains("type Query"));
}
