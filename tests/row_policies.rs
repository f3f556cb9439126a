//! Row-level policies of PostgreSQL: what the database itself keeps back, whatever the application forgets.
//!
//! That the application's own filter holds alone is tried in `permissions`, on SQLite and as a superuser here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::Statement;
use tiwizi::identity::Ctx;
use tiwizi::identity::Origin;
use tiwizi::platform::i18n::Locale;

use crate::permissions::shown_to;
use crate::support::app::App;
use crate::support::app::settings;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::databases::above;
use crate::support::planted::Planted;

/// Where the one door to the rows of everybody is used, and how often. Whoever needs it says so here.
const DOORS: &[(&str, usize)] = &[
    ("src/activities/store.rs", 2),
    ("src/app/chores.rs", 1),
    ("src/app/keys.rs", 8),
    ("src/certificates/verify.rs", 1),
    ("src/cli/doctor/database.rs", 1),
    ("src/hours/guard.rs", 2),
    ("src/hours/policy/settle.rs", 1),
    ("src/hours/preview.rs", 1),
    ("src/hours/queue/facts.rs", 1),
    ("src/http/files.rs", 3),
    ("src/http/verify.rs", 1),
    ("src/identity/api_token.rs", 2),
    ("src/identity/ctx.rs", 1),
    ("src/identity/held.rs", 1),
    ("src/identity/password.rs", 1),
    ("src/identity/session.rs", 1),
    ("src/impact/answer.rs", 1),
    ("src/notifications/store.rs", 1),
    ("src/organizations/membership.rs", 1),
    ("src/organizations/profile.rs", 1),
    ("src/platform/db.rs", 2),
    ("src/platform/db/steps.rs", 2),
    ("src/platform/reader.rs", 4),
    ("src/privacy/access/gather.rs", 1),
    ("src/privacy/store.rs", 1),
    ("src/reports/ground.rs", 1),
    ("src/rollups/fold.rs", 4),
    ("src/rollups/sheet.rs", 1),
    ("src/rollups/verify.rs", 1),
    ("src/timers/store.rs", 1),
    ("src/vocabularies/store.rs", 1),
    ("src/volunteers/store.rs", 1),
];

/// What only those of the organization who read about people may see of it, wherever somebody observes.
const PERSONAL: &[&str] = &[
    "Fatima",
    "planting",
    "nets",
    "late",
    "seen",
    "fell",
    "lessons",
    "-volunteer",
    "-owner",
    "-invited",
];

/// What an answer tells of somebody, where it does.
pub fn named_in(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    PERSONAL.iter().copied().find(|mark| {
        let word = format!("{MARK} {mark}").to_lowercase();
        let name = format!("{MARK}{mark}").to_lowercase();
        text.contains(&word) || text.contains(&name)
    })
}

#[test]
fn every_table_has_a_policy_or_a_reason() {
    on_postgres(async |app: App| {
        let guarded = words(
            &app,
            "select c.relname as said from pg_class c join pg_namespace n on n.oid = c.relnamespace \
             where n.nspname = 'public' and c.relkind = 'r' and c.relrowsecurity and c.relforcerowsecurity \
               and (select count(*) from pg_policy p where p.polrelid = c.oid) = 4",
        )
        .await;
        let tables = words(
            &app,
            "select c.relname as said from pg_class c join pg_namespace n on n.oid = c.relnamespace \
             where n.nspname = 'public' and c.relkind = 'r'",
        )
        .await;
        let excused: BTreeMap<&str, &str> = migration::unguarded().collect();

        let bare: Vec<_> = tables
            .iter()
            .filter(|it| !guarded.contains(*it) && !excused.contains_key(it.as_str()))
            .collect();
        let both: Vec<_> = excused.keys().filter(|it| guarded.contains(**it)).collect();
        let gone: Vec<_> = excused.keys().filter(|it| !tables.contains(**it)).collect();
        assert!(
            bare.is_empty() && both.is_empty() && gone.is_empty(),
            "give these a policy, or say why they need none: {bare:?}; \
             these have both: {both:?}; these are no tables: {gone:?}"
        );
        assert!(excused.values().all(|it| it.len() > 20), "{excused:?}");
    });
}

#[test]
fn nothing_is_seen_where_no_rights_are_set() {
    on_postgres(async |app: App| {
        let _planted = Planted::on(&app).await;
        let guarded = words(
            &app,
            "select relname as said from pg_class where relkind = 'r' and relrowsecurity",
        )
        .await;
        let nobody = app.parts.core.db.nobody();
        let (mut filled, mut shown) = (0, Vec::new());
        for table in guarded {
            let all = count(app.parts.core.db.system().read(), &table, "").await;
            filled += usize::from(all > 0);
            // Official lists are among the rows of these two, and everybody's.
            let own = match table.as_str() {
                "indicator" | "vocabulary" => "where organization_id is not null",
                "vocabulary_term" => {
                    "where vocabulary in (select code from vocabulary where organization_id is not null)"
                }
                _ => "",
            };
            let seen = count(nobody, &table, own).await;
            if seen > 0 {
                shown.push(format!("{table}: {seen}"));
            }
        }
        assert!(shown.is_empty(), "{shown:?}");
        assert!(filled > 45, "only {filled} tables hold anything");
    });
}

/// Every statement of every query has forgotten its filter, and nothing is shown all the same.
#[test]
fn policies_hold_where_the_filter_is_removed() {
    on_postgres(async |app: App| {
        let planted = Planted::on(&app).await;
        app.parts.core.remove_row_filter();

        let shown = shown_to(&planted, &[&planted.cast.outsider, &planted.cast.nobody]).await;

        assert!(shown.is_empty(), "{}", shown.join("\n"));
    });
}

/// The same of whoever observes the place: what names nobody is theirs to see, and nobody is named.
#[test]
fn observers_are_told_of_nobody_where_the_filter_is_removed() {
    on_postgres(async |app: App| {
        let planted = Planted::on(&app).await;
        app.parts.core.remove_row_filter();

        let answers = crate::permissions::answers_to(&planted, &planted.cast.observer).await;

        for (what, text) in answers {
            let named = named_in(&text);
            assert!(named.is_none(), "{what} shows {named:?}: {text}");
        }
    });
}

/// Without policies behind it, the removed filter lets rows through: the two tests above try what they say.
#[test]
fn the_removed_filter_is_missed_where_no_policy_is_behind_it() {
    on(Engine::Sqlite, async |app: App| {
        let planted = Planted::on(&app).await;
        let query = "{ organizations(first: 5) { totalCount } }";
        let before = planted
            .cast
            .outsider
            .asks(query, serde_json::json!({}))
            .await;
        app.parts.core.remove_row_filter();

        let after = planted
            .cast
            .outsider
            .asks(query, serde_json::json!({}))
            .await;

        assert_eq!(before["organizations"]["totalCount"], 1);
        assert_eq!(after["organizations"]["totalCount"], 2);
    });
}

/// As a superuser, for whom policies do not hold: the application's filter keeps everything back alone.
#[test]
fn the_filter_holds_without_policies() {
    on_postgres_of_a_superuser(async |app: App| {
        let planted = Planted::on(&app).await;

        let shown = shown_to(&planted, &[&planted.cast.outsider, &planted.cast.nobody]).await;

        assert!(shown.is_empty(), "{}", shown.join("\n"));
    });
}

#[test]
fn a_statement_of_one_organization_writes_in_no_other() {
    on_postgres(async |app: App| {
        let planted = Planted::on(&app).await;
        let ctx = ctx_of(&app, &planted.cast.outsider).await;
        let organization = "(select id from organization where slug = 'al-amal')";
        let theirs = statement(&format!("select cast({organization} as text) as said"));
        let theirs = app
            .parts
            .core
            .db
            .system()
            .read()
            .query_one_raw(theirs)
            .await
            .unwrap()
            .unwrap();
        let theirs: String = theirs.try_get("", "said").unwrap();

        let changed = ctx
            .transaction(async |tx| {
                let renamed = tx
                    .execute_raw(statement("update organization set name = 'ours'"))
                    .await?;
                Ok::<_, DbErr>(renamed.rows_affected())
            })
            .await
            .unwrap();
        let mut refused = Vec::new();
        for insert in [
            format!("insert into accreditation (organization_id) values ('{theirs}')"),
            format!("insert into rollup_cell (organization_id) values ('{theirs}')"),
            format!("insert into membership (organization_id) values ('{theirs}')"),
            format!("insert into volunteer (organization_id) values ('{theirs}')"),
        ] {
            let done = ctx
                .transaction(async |tx| tx.execute_raw(statement(&insert)).await.map(|_| ()))
                .await;
            refused.push(done.unwrap_err().to_string());
        }

        // Their own alone.
        assert_eq!(changed, 1);
        assert!(
            refused.iter().all(|it| it.contains("row-level security")),
            "{refused:#?}"
        );
    });
}

#[test]
fn the_database_ends_a_statement_with_its_operation() {
    on_postgres(async |app: App| {
        let planted = Planted::on(&app).await;
        let ctx = ctx_of(&app, &planted.cast.owner).await;
        let ctx = ctx.patient_for(Duration::from_millis(50));

        let read = ctx
            .read()
            .query_one_raw(statement("select pg_sleep(20)"))
            .await;
        let written = ctx
            .transaction(async |tx| {
                tx.execute_raw(statement("select pg_sleep(20)"))
                    .await
                    .map(|_| ())
            })
            .await;
        let others = app.parts.core.db.system().read();
        let others = others
            .query_one_raw(statement("select pg_sleep(0.2)"))
            .await;

        for ended in [read.map(|_| ()), written] {
            let cause = ended.unwrap_err().to_string();
            assert!(cause.contains("statement timeout"), "{cause}");
        }
        assert!(others.is_ok(), "{others:?}");
    });
}

#[test]
fn the_door_to_everybodys_rows_is_used_where_it_is_said() {
    let mut found = BTreeMap::new();
    let mut removed = Vec::new();
    visit(Path::new("src"), &mut |file, text| {
        let doors = text.matches(".system()").count() + text.matches(".beyond(").count();
        if doors > 0 {
            found.insert(file.to_owned(), doors);
        }
        if text.contains(".remove_row_filter()") || text.matches("without_filter()").count() > 1 {
            removed.push(file.to_owned());
        }
    });
    let said: BTreeMap<String, usize> = DOORS
        .iter()
        .map(|(file, doors)| ((*file).to_owned(), *doors))
        .collect();

    assert_eq!(
        found, said,
        "say here why more is read than the actor may see, or do without"
    );
    assert_eq!(
        removed,
        Vec::<String>::new(),
        "tests alone remove the filter"
    );
}

fn visit(folder: &Path, with: &mut impl FnMut(&str, &str)) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            visit(&path, with);
        } else if path.extension().is_some_and(|it| it == "rs") {
            with(
                &path.display().to_string(),
                &fs::read_to_string(&path).unwrap(),
            );
        }
    }
}

async fn ctx_of(app: &App, person: &Person) -> Ctx {
    let authenticator = &app.parts.authenticator;
    authenticator
        .ctx(
            Some(person.token()),
            Locale::En,
            "a test",
            Origin::default(),
        )
        .await
        .unwrap()
}

fn statement(sql: &str) -> Statement {
    Statement::from_sql_and_values(sea_orm::DbBackend::Postgres, sql, [])
}

async fn count(conn: &impl ConnectionTrait, table: &str, filter: &str) -> i64 {
    let asked = statement(&format!(
        "select count(*) as said from \"{table}\" {filter}"
    ));
    let row = conn.query_one_raw(asked).await.unwrap().unwrap();
    row.try_get("", "said").unwrap()
}

async fn words(app: &App, sql: &str) -> BTreeSet<String> {
    let rows = app
        .parts
        .core
        .db
        .system()
        .read()
        .query_all_raw(statement(sql))
        .await
        .unwrap();
    rows.iter()
        .map(|it| it.try_get("", "said").unwrap())
        .collect()
}

fn on_postgres(test: impl AsyncFnOnce(App)) {
    on(Engine::Postgres, test);
}

fn on(engine: Engine, test: impl AsyncFnOnce(App)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(App::run_on(engine, test));
}

fn on_postgres_of_a_superuser(test: impl AsyncFnOnce(App)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let Some(database) = Database::migrated(Engine::Postgres).await else {
            return;
        };
        let mut config = settings(&database);
        config.database_url = above(&config.database_url);
        let app = App::start_with(database, config).await;
        test(app.clone()).await;
        app.close().await;
    });
}
