//! What the commands leave: lines, files, exit codes.
//!
//! Rules of rows and figures are in `imports` and `indh_report`.

use std::fs;

use entity::volunteer;
use sea_orm::EntityTrait;
use tiwizi::graphql::node::NodeId;

use crate::cli::Made;
use crate::cli::of_the_program;
use crate::cli::on;
use crate::documents::reader::Pdf;
use crate::iati::is_valid;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::databases::above;
use crate::support::program::Program;

of_the_program! {
    async fn an_empty_database_is_brought_up_to_date(program: Program, _d: Empty) {
        assert_eq!(program.run(&["migrate"]).done(), "up to date\n");
        assert_eq!(program.run(&["migrate"]).done(), "up to date\n", "and again");
        assert_eq!(program.run(&["migrate", "status"]).done(), "up to date\n");
    }

    /// The first administrator, before anybody can sign in.
    async fn a_user_is_made_with_the_password_of_standard_input(program: Program, _d: Migrated) {
        let command = ["user", "create", "Admin@example.org", "--platform-admin"];

        let short = program.fed(&command, "short\n");
        let common = program.fed(&command, "Password2026!\n");
        let made = program.fed(&command, "correct horse battery\n");
        let again = program.fed(&command, "correct horse battery\n");
        let nowhere = ["user", "create", "o@example.org", "--observer", "99"];
        let nowhere = program.fed(&nowhere, "correct horse battery\n");
        let unknown = program.run(&["user", "totp-off", "nobody@example.org"]);
        let off = program.run(&["user", "totp-off", "Admin@example.org"]);

        assert!(short.complaint(1).contains("password"), "{short:?}");
        assert!(common.complaint(1).contains("unusual words"), "{common:?}");
        assert_eq!(made.done(), "created admin@example.org\n");
        assert!(again.complaint(1).contains("email"), "{again:?}");
        assert!(nowhere.complaint(1).contains("no territory 99"), "{nowhere:?}");
        assert!(unknown.complaint(1).contains("no account nobody@example.org"), "{unknown:?}");
        assert!(off.complaint(1).contains("is off already"), "{off:?}");
    }

    /// What portals of donors read, without a server.
    async fn results_are_written_for_iati(program: Program, database: Migrated) {
        program.run(&["demo", "--organizations", "1", "--volunteers", "2", "--entries", "40"]).done();
        let of = |slug: &str, from: &str, more: &[&str]| {
            program.run(&[&["iati", "--organization", slug, "--from", from, "--to", "2030-12-31"], more].concat())
        };
        let file = database.folder.path().join("results.xml");
        let file = file.to_str().expect("a path");

        let written = of("al-amal", "2020-01-01", &["--identifier", "XI-IATI-1234"]);
        let kept = of("al-amal", "2020-01-01", &["--output", file]);
        let again = of("al-amal", "2020-01-01", &["--output", file]);
        let nobody = of("nobody", "2020-01-01", &[]);
        let nothing = of("al-amal", "2030-01-01", &[]);
        let wrong = of("al-amal", "2020-01-01", &["--identifier", "x"]);

        is_valid(written.done().as_bytes());
        assert!(written.done().contains("ref=\"XI-IATI-1234\""));
        assert_eq!(kept.done(), "");
        is_valid(&fs::read(file).expect("a file"));
        assert!(again.complaint(1).contains("exists"), "{again:?}");
        assert!(nobody.complaint(1).contains("no organization nobody"), "{nobody:?}");
        assert!(nothing.complaint(1).contains("No project has"), "{nothing:?}");
        assert!(wrong.complaint(1).contains("x"), "{wrong:?}");
    }

    /// What is published is for good, so that the operator says from when on.
    async fn statistics_of_earlier_years_are_published_on_request(program: Program, _d: Migrated) {
        let publish = |from: &str| program.run(&["statistics", "publish", "--from", from]);

        let nothing = publish("2024-Q1");
        let nonsense = publish("2024-Q5");
        program.run(&["demo", "--organizations", "1", "--volunteers", "2", "--entries", "40"]).done();
        let all_out = publish("2020");

        assert!(nothing.done().starts_with("nothing published"), "{nothing:?}");
        assert!(nonsense.code == 2 && nonsense.err.contains("a quarter such as 2024-Q1"), "{nonsense:?}");
        assert!(all_out.done().starts_with("nothing published"), "{all_out:?}");
    }

    /// From a timesheet to a figure, without a server.
    async fn a_timesheet_is_imported_and_reported(program: Program, database: Migrated) {
        let folder = database.folder.path();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
        let small = ["demo", "--organizations", "1", "--volunteers", "2", "--entries", "10"];
        program.run(&small).done();
        let organization = ["--organization", "al-amal", "--locale", "en"];
        let import = |arguments: &[&str]| program.run(&[arguments, &organization[..]].concat());
        let header = "reference,name\n";
        write("people.csv", &format!("{header}N-1,Aïcha Test\n"));
        write("broken.csv", &format!("{header}N-2,\n"));

        let dry = import(&["import", "volunteers", "people.csv", "--dry-run"]);
        let real = import(&["import", "volunteers", "people.csv"]);
        let again = import(&["import", "volunteers", "people.csv"]);
        let broken = import(&["import", "volunteers", "broken.csv"]);
        let missing = import(&["import", "hours", "nowhere.csv"]);
        let stranger = ["import", "hours", "people.csv", "--organization", "nobody"];
        let stranger = program.run(&stranger);

        assert!(dry.done().contains("created 1") && dry.out.contains("nothing was kept"), "{dry:?}");
        assert!(real.done().contains("created 1"), "{real:?}");
        assert!(again.done().contains("created 0"), "{again:?}");
        assert_eq!(broken.code, 1, "{broken:?}");
        assert!(broken.out.contains("line 2: ") && broken.out.contains("refused 1"), "{broken:?}");
        let refused = fs::read_to_string(folder.join("broken.rejected.csv")).expect("the file");
        assert!(refused.contains("N-2,"), "{refused}");
        assert!(missing.complaint(1).contains("nowhere.csv"), "{missing:?}");
        assert!(stranger.complaint(1).contains("no organization nobody"), "{stranger:?}");

        let question = "report indh --territory MA --from 2026-01-01 --to 2026-12-31";
        let question: Vec<_> = question.split(' ').collect();
        let report = |more: &[&str]| program.run(&[&question, more].concat());
        let printed = report(&["--format", "json"]);
        let written = report(&["--format", "json", "--output", "report.json"]);
        let twice = report(&["--format", "json", "--output", "report.json"]);
        let past = report(&["--format", "json", "--as-of", "2026-01-01T00:00:00Z"]);
        let workbook = report(&["--format", "xlsx", "--output", "report.xlsx"]);

        let answer: serde_json::Value = serde_json::from_str(printed.done()).expect("JSON");
        let minutes = answer["totals"][0]["minutes"].as_i64().expect("minutes");
        assert!(minutes > 0, "{answer:#}");
        assert_eq!(written.done(), "");
        assert!(folder.join("report.json").exists());
        assert_eq!(workbook.done(), "");
        let workbook = fs::read(folder.join("report.xlsx")).expect("the workbook");
        assert!(workbook.starts_with(b"PK"), "a workbook is a ZIP archive");
        assert!(twice.complaint(1).contains("report.json exists"), "{twice:?}");
        let past: serde_json::Value = serde_json::from_str(past.done()).expect("JSON");
        assert_eq!(past["totals"][0]["minutes"], 0, "nothing was known then: {past:#}");
        assert_eq!(past["parameters"]["asOf"], "2026-01-01T00:00:00Z");
    }

    /// Every report has a file without a server, too; what one does not take is refused with the flag.
    async fn every_report_is_written(program: Program, database: Migrated) {
        let small = ["demo", "--organizations", "1", "--volunteers", "2", "--entries", "10"];
        program.run(&small).done();
        let run = |arguments: &str| {
            let arguments: Vec<_> = arguments.split(' ').collect();
            program.run(&[&["report"], &arguments[..]].concat())
        };
        let whole = "--territory MA --year 2026";
        let minutes = |said: &crate::support::program::Said, name: &str| {
            let answer: serde_json::Value = serde_json::from_str(said.done()).expect("JSON");
            assert_eq!(answer["report"], name);
            answer["totals"][0]["minutes"].as_i64().expect("minutes")
        };
        let all = minutes(&run(&format!("indh {whole} --format json")), "INDH");
        assert!(all > 0);
        for (arguments, name) in [
            (format!("sdg {whole}"), "SDG"),
            (format!("hours {whole} --rows month --columns Programme"), "HOURS"),
            (format!("hours {whole} --rows project"), "HOURS"),
            (format!("volunteer-work {whole}"), "VOLUNTEER_WORK"),
            (format!("data-quality {whole}"), "DATA_QUALITY"),
            ("data-quality --organization al-amal --from 2026-01-01 --to 2026-12-31".to_owned(), "DATA_QUALITY"),
        ] {
            assert_eq!(minutes(&run(&format!("{arguments} --format json")), name), all, "{arguments}");
            let csv = run(&arguments);
            assert!(csv.done().contains(&all.to_string()), "{arguments}");
        }
        let workbook = run(&format!("sdg {whole} --format xlsx --output sdg.xlsx"));
        assert_eq!(workbook.done(), "");
        let pages = run(&format!("indh {whole} --format pdf --locale en --output indh.pdf"));
        assert_eq!(pages.done(), "");
        let pages = fs::read(database.folder.path().join("indh.pdf")).expect("the pages");
        let told = Pdf::read(&pages).told();
        let told: String = told.chars().filter(|it| !it.is_whitespace()).collect();
        assert!(told.contains(&all.to_string()), "{told}");
        for whose in ["--territory MA", "--organization al-amal"] {
            let said = run(&format!("contractual {whose} --year 2026 --format json"));
            minutes(&said, "CONTRACTUAL_VOLUNTEERING");
        }

        let connection = sea_orm::Database::connect(&above(&database.url)).await.expect("the database");
        let record = volunteer::Entity::find().one(&connection).await.expect("rows").expect("a volunteer");
        connection.close().await.expect("closed");
        let record = record.id.global();
        let statement = format!("statement --volunteer {} --from 2024-01-01 --to 2026-12-31", record.as_str());
        minutes(&run(&format!("{statement} --format json")), "VOLUNTEER_STATEMENT");
        assert_eq!(run("statement --volunteer 7 --year 2026").code, 2);
        assert_eq!(run("statement --year 2026").code, 2);

        for (arguments, named) in [
            (format!("indh {whole} --rows month"), "--rows"),
            (format!("hours {whole} --rows month --columns month"), "--columns"),
            (format!("data-quality {whole} --status draft"), "--status"),
            ("contractual --territory MA --year 2019".to_owned(), "--year"),
            ("contractual --territory MA --from 2026-01-01 --to 2026-06-30".to_owned(), "--to"),
            ("contractual --year 2026".to_owned(), "--territory"),
            ("sdg --territory 99 --year 2026".to_owned(), "--territory"),
            (format!("{statement} --territory MA"), "--territory"),
            (format!("sdg {whole} --volunteer {}", record.as_str()), "--volunteer"),
        ] {
            let said = run(&arguments);
            assert!(said.complaint(1).contains(&format!("{named}: ")), "{arguments}: {said:?}");
        }
    }
}

/// Whoever writes a script asks for the present by the clock of its own machine.
#[tokio::test]
async fn a_report_as_of_the_present_is_answered() {
    let (program, _database) = on(Engine::Sqlite, Made::Migrated).await.expect("SQLite");
    let now = tiwizi::platform::clock::Clock::System.now().to_rfc3339();

    let said = program.run(&[
        "report",
        "indh",
        "--territory",
        "MA",
        "--from",
        "2026-01-01",
        "--to",
        "2026-01-31",
        "--as-of",
        &now,
    ]);

    said.done();
}

/// A wrong address is no empty database, of which a report of zeros could be made.
#[test]
fn what_only_reads_makes_no_database() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let program = Program::within(folder.path());
    let days = ["--from", "2026-01-01", "--to", "2026-01-31"];
    for command in [
        [&["report", "indh", "--territory", "MA"], &days[..]].concat(),
        vec!["rollup", "verify"],
    ] {
        let said = program.run(&command);
        let line = said.complaint(1);
        assert!(
            line.contains("there is no database tiwizi.sqlite"),
            "{line}"
        );
    }
    assert!(!folder.path().join("tiwizi.sqlite").exists());
}
