//! Arguments: what is wrong usage, and what is told of it.
//!
//! Nothing here needs a database.

use std::io::Read;
use std::path::Path;

use tempfile::TempDir;

use crate::support::program::Program;

#[test]
fn wrong_usage_ends_with_2_and_one_line() {
    let folder = TempDir::new().expect("a folder");
    let program = Program::within(folder.path());
    let report = "report indh --territory 07 --from 2026-01-01 --to 2026-03-31";
    let import = "import hours x.csv --organization al-amal";

    for (arguments, named) in [
        ("serv".to_owned(), "serv"),
        ("report indh".to_owned(), "--territory"),
        (format!("{report} --locale xx"), "--locale"),
        (format!("{report} --format docx"), "--format"),
        (format!("{report} --as-of yesterday"), "--as-of"),
        (report.replace("indh", "HOURS"), "--rows"),
        (report.replace("indh", "hours --rows week"), "--rows"),
        (format!("{report} --year 2026"), "--year"),
        ("report indh --territory 07".to_owned(), "--from"),
        ("report sdg --year 2026".to_owned(), "--territory"),
        (
            "report contractual --year 26 --territory 07".to_owned(),
            "--year",
        ),
        (report.replace("2026-03-31", "2026-02-30"), "--to"),
        (format!("{import} --locale xx"), "--locale"),
        (format!("{import} --date-format mm/dd"), "--date-format"),
        (
            "user create a@example.org --locale xx".to_owned(),
            "--locale",
        ),
        ("serve --bind 8080".to_owned(), "--bind"),
        (
            "migrate --database-url mysql://x".to_owned(),
            "--database-url",
        ),
        ("demo --entries many".to_owned(), "--entries"),
    ] {
        let split: Vec<_> = arguments.split(' ').collect();

        let said = program.run(&split);

        let line = said.complaint(2);
        assert!(
            line.starts_with("tiwizi: ") && line.contains(named),
            "{arguments}: {line}"
        );
        assert_eq!(said.out, "", "{arguments}");
    }
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 0, "wrong usage makes nothing");
}

#[test]
fn help_names_every_command() {
    let folder = TempDir::new().expect("a folder");

    let said = Program::within(folder.path()).run(&["--help"]);

    for command in [
        "serve", "worker", "migrate", "schema", "demo", "import", "report", "user", "ledger",
        "doctor",
    ] {
        assert!(
            said.done().contains(&format!("\n  {command} ")),
            "{command}"
        );
    }
}

#[test]
fn the_schema_is_the_committed_file() {
    let folder = TempDir::new().expect("a folder");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let committed = std::fs::read_to_string(file).expect("schema.graphql");

    let said = Program::within(folder.path()).run(&["schema"]);

    assert!(said.done() == committed, "schema.graphql differs");
}

#[test]
fn a_reader_that_goes_away_ends_the_schema_quietly() {
    let folder = TempDir::new().expect("a folder");
    let mut child = Program::within(folder.path())
        .command(&["schema"])
        .spawn()
        .expect("the program");

    drop(child.stdout.take());
    let ended = child.wait().expect("an end");

    let mut err = String::new();
    let mut said = child.stderr.take().expect("its errors");
    said.read_to_string(&mut err).expect("UTF-8");
    assert_eq!((ended.code(), err.as_str()), (Some(141), ""));
}
