//! What the doctor and `migrate status` find, without touching anything; and the keys.
//!
//! How steps are applied is in `commands`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::cli::Made;
use crate::cli::files;
use crate::cli::of_the_program;
use crate::cli::on;
use crate::support::app::opening;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::databases::above;
use crate::support::program::Program;
use crate::support::provider::Provider;
use crate::support::provider::Twist;

/// Each line of the doctor as what was looked at and the verdict.
fn verdicts(out: &str) -> Vec<(&str, &str)> {
    out.lines()
        .map(|line| {
            let (verdict, rest) = line.split_once(' ').expect("a verdict");
            (
                rest.trim_start().split(':').next().expect("a name"),
                verdict,
            )
        })
        .collect()
}

fn verdict<'a>(out: &'a str, what: &str) -> &'a str {
    let found = verdicts(out).into_iter().find(|(name, _)| *name == what);
    found.unwrap_or_else(|| panic!("no {what} in {out}")).1
}

of_the_program! {
    async fn a_sound_installation_has_nothing_to_mend(program: Program, database: Migrated) {
        program.run(&["doctor", "--make-keys"]).done();
        let before = files(database);

        let said = program.run(&["doctor"]);

        assert_eq!(verdicts(said.done()), [
            ("time zones", "ok"), ("configuration", "ok"), ("keys", "ok"), ("storage", "ok"),
            ("database", "ok"), ("migrations", "ok"), ("row policies", "ok"), ("reference data", "ok"),
            ("identity numbers", "ok"), ("clock", "ok"),
            ("mail", "ok"), ("deliveries", "ok"), ("providers", "ok"),
        ]);
        assert_eq!(program.run(&["migrate", "status"]).done(), "up to date\n");
        assert_eq!(files(database), before);
    }

    /// Looked at twice, the same is found twice.
    async fn looking_makes_nothing(program: Program, database: Empty) {
        for _ in 0..2 {
            let doctor = program.run(&["doctor"]);
            let status = program.run(&["migrate", "status"]);

            doctor.complaint(1);
            assert_eq!(verdict(&doctor.out, "keys"), "FAIL");
            assert!(doctor.out.contains("tiwizi doctor --make-keys"), "{}", doctor.out);
            assert!(doctor.out.contains("tiwizi migrate"), "{}", doctor.out);
            assert!(status.complaint(1).contains("tiwizi migrate"), "{status:?}");
            assert_eq!(files(database), Vec::<String>::new());
        }
    }
}

/// A superuser passes every policy of the rows: that is told, with the mend.
#[tokio::test]
async fn policies_that_hold_for_nobody_are_a_finding() {
    let Some((program, database)) = on(Engine::Postgres, Made::Migrated).await else {
        return;
    };
    program.run(&["doctor", "--make-keys"]).done();
    let program = program.with("TIWIZI_DATABASE_URL", above(&database.url));

    let said = program.run(&["doctor"]);

    said.complaint(1);
    assert_eq!(verdict(&said.out, "row policies"), "FAIL");
    assert!(said.out.contains("docs/row-policies.md"), "{}", said.out);
}

/// The doctor is there for exactly this: everything else ends before it begins.
#[tokio::test]
async fn a_wrong_configuration_is_a_finding() {
    let (program, database) = on(Engine::Sqlite, Made::Migrated).await.expect("SQLite");
    let file = database.folder.path().join("tiwizi.toml");
    fs::write(&file, "[log]\nformat = \"xml\"\n").expect("written");

    let said = program.run(&["doctor"]);

    said.complaint(1);
    let wrong = "FAIL  configuration: tiwizi.toml, line 2: log.format cannot be `xml`: \
                 give text or json\n";
    assert!(said.out.contains(wrong), "{}", said.out);
    assert_eq!(verdict(&said.out, "database"), "-");
    assert_eq!(verdict(&said.out, "time zones"), "ok");
}

#[tokio::test]
async fn keys_are_for_their_owner_alone() {
    let (program, database) = on(Engine::Sqlite, Made::Migrated).await.expect("SQLite");
    program.run(&["migrate"]).done();
    let keys = database.folder.path().join("tiwizi.keys");
    let mode = || fs::metadata(&keys).expect("the keys").permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);

    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).expect("opened to others");
    let said = program.run(&["doctor"]);

    said.complaint(1);
    assert_eq!(verdict(&said.out, "keys"), "FAIL");
    assert!(said.out.contains("chmod 600"), "{}", said.out);
}

#[tokio::test]
async fn production_without_keys_is_refused_with_how_to_make_them() {
    let (program, database) = on(Engine::Sqlite, Made::Empty).await.expect("SQLite");
    let program = program.with("TIWIZI_ENVIRONMENT", "production");

    let refused = program.run(&["serve"]);

    let line = refused.complaint(1);
    assert!(line.contains("tiwizi doctor --make-keys"), "{line}");
    assert_eq!(files(&database), Vec::<String>::new());

    // The command that it names does make them.
    program.run(&["doctor", "--make-keys"]);
    assert_eq!(program.run(&["migrate"]).done(), "up to date\n");
    let mode = fs::metadata(database.folder.path().join("tiwizi.keys"));
    assert_eq!(mode.expect("the keys").permissions().mode() & 0o777, 0o600);
}

/// The password of the mail server stands nowhere.
#[tokio::test]
async fn a_mail_server_that_does_not_answer_is_a_finding() {
    let (program, _database) = on(Engine::Sqlite, Made::Migrated).await.expect("SQLite");
    let program = program
        .with("TIWIZI_MAIL__HOST", "127.0.0.1")
        .with("TIWIZI_MAIL__PORT", "1")
        .with("TIWIZI_MAIL__SECURITY", "none")
        .with("TIWIZI_MAIL__USER", "tiwizi")
        .with("TIWIZI_MAIL__PASSWORD", "zebra-crossing")
        .with("TIWIZI_MAIL__FROM", "reports@example.org");

    let said = program.run(&["doctor"]);

    said.complaint(1);
    assert_eq!(verdict(&said.out, "mail"), "FAIL");
    assert!(said.out.contains("mail.host"), "{}", said.out);
    assert!(!format!("{said:?}").contains("zebra-crossing"), "{said:?}");
}

/// Each provider is asked who it is, and what it is asked with stands nowhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn providers_that_are_not_as_the_settings_say_are_findings() {
    let (program, database) = on(Engine::Sqlite, Made::Migrated).await.expect("SQLite");
    program.run(&["doctor", "--make-keys"]).done();
    let provider = Provider::open(opening()).await;
    let settings = |id: &str, issuer: &str| {
        format!(
            "[[identity.providers]]\nid = \"{id}\"\nname = \"{id}\"\nissuer = \"{issuer}\"\nclient_id = \"tiwizi\"\n\
             client_secret = \"zebra-crossing\"\nredirect_urls = \"https://app.example.org/in\"\n"
        )
    };
    let file = database.folder.path().join("tiwizi.toml");
    let home = settings("home", &provider.issuer);
    fs::write(&file, &home).expect("written");

    let sound = program.run(&["doctor"]);
    provider.will(Twist::DescribedAsAnother);
    let another = program.run(&["doctor"]);
    provider.will(Twist::Nothing);
    fs::write(&file, home + &settings("away", "http://127.0.0.1:1/realm")).expect("written");
    let silent = program.run(&["doctor"]);

    let said = format!(
        "ok    providers: home: {} describes itself\n",
        provider.issuer
    );
    assert!(sound.done().contains(&said), "{sound:?}");
    another.complaint(1);
    assert_eq!(verdict(&another.out, "providers"), "FAIL");
    let mend = format!(
        "compare its issuer with what {}/.well-known/openid-configuration says",
        provider.issuer
    );
    assert!(another.out.contains("it has another issuer"), "{another:?}");
    assert!(another.out.contains(&mend), "{another:?}");
    silent.complaint(1);
    assert!(silent.out.contains(&said), "{silent:?}");
    assert!(silent.out.contains("FAIL  providers: away: "), "{silent:?}");
    assert!(
        silent.out.contains("refused"),
        "why it does not answer: {silent:?}"
    );
    for said in [&sound, &another, &silent] {
        assert!(!format!("{said:?}").contains("zebra-crossing"), "{said:?}");
    }
}
