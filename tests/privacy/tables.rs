//! Every table is described where personal data is, or holds nothing of people.
//!
//! What an erasure leaves in them is looked for in `erasure`.

use sea_orm::ConnectionTrait;
use sea_orm::Statement;

use crate::support::app::App;
use crate::support::databases::Engine;

const DESCRIBED: &str = include_str!("../../docs/personal-data.md");

/// Tables that hold nothing of people, or only ids, instants and numbers of rows that are described.
const NOTHING_OF_PEOPLE: &[&str] = &[
    "activity",
    "approval_rule",
    "approval_selection",
    "feed_head",
    "hour_entry_day",
    "indicator",
    "indicator_baseline",
    "indicator_target",
    "key_fingerprint",
    "ledger_checkpoint",
    "ledger_head",
    "organization",
    "project",
    "reference_load",
    "report_snapshot_head",
    "reporting_period",
    "reporting_period_said",
    "rollup_cell",
    "rollup_mark",
    "rollup_month",
    "rollup_number",
    "rollup_sheet",
    "rollup_stale",
    "seaql_migrations",
    "shift",
    "shift_series",
    "statistics_cell",
    "statistics_edition",
    "tag_set",
    "tag_share",
    "territory",
    "territory_ancestor",
    "vocabulary",
    "vocabulary_term",
    "wage_rate",
    "webhook_stream",
    "webhook_superseded",
];

/// Whoever adds a table says what of people it holds, for how long, and what an erasure takes from it.
#[tokio::test]
async fn every_table_is_described_where_personal_data_is() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let conn = app.parts.core.db.system().read();
        let list = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
        let rows = conn
            .query_all_raw(Statement::from_sql_and_values(
                conn.get_database_backend(),
                list,
                [],
            ))
            .await
            .expect("tables");
        let tables: Vec<String> = rows
            .iter()
            .map(|it| it.try_get("", "name").expect("a name"))
            .collect();

        let described = |it: &str| DESCRIBED.contains(&format!("`{it}`"));
        let unknown: Vec<&String> = tables
            .iter()
            .filter(|it| !described(it) && !NOTHING_OF_PEOPLE.contains(&it.as_str()))
            .collect();
        let stale: Vec<&&str> = NOTHING_OF_PEOPLE
            .iter()
            .filter(|it| described(it) || !tables.iter().any(|table| table == **it))
            .collect();

        assert!(
            unknown.is_empty() && stale.is_empty(),
            "docs/personal-data.md: say what of people these hold, for how long, and what an erasure takes from \
             them: {unknown:?}; and take these out of the list here: {stale:?}"
        );
    })
    .await;
}
