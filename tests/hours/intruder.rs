//! Somebody with the password of the database, and what they can change in it.
//!
//! What must come of it is said by those who send them.

use rand::Rng;
use rand::rngs::StdRng;
use sea_orm::ConnectionTrait;
use sea_orm::Database;
use sea_orm::DatabaseConnection;
use sea_orm::DbBackend;
use sea_orm::QueryResult;
use sea_orm::Statement;
use uuid::Uuid;

use crate::support::app::App;
use crate::support::databases::above;

/// Where events, entries, checkpoints and what belongs to them are kept.
pub const TABLES: [&str; 7] = [
    "ledger_event",
    "ledger_checkpoint",
    "ledger_note",
    "ledger_head",
    "hour_entry",
    "hour_entry_day",
    "hour_entry_amendment",
];

/// A changed byte.
pub struct Strike {
    pub table: &'static str,
    pub column: String,
    /// What it was and what it became.
    pub what: String,
    /// The event that the row belongs to: its own, or the last of its entry or correction.
    pub event: i64,
}

/// Somebody with the password of the database.
pub struct Intruder {
    db: DatabaseConnection,
}

/// One value with its place.
struct Place<'a> {
    table: &'static str,
    column: &'a str,
    /// The condition that only its row fulfils.
    row: String,
}

impl Intruder {
    /// Opens the database and moves every trigger out of the way.
    pub async fn at(app: &App) -> Self {
        let it = Self::with_triggers(&above(&app.parts.core.config.database_url)).await;
        if it.is_postgres() {
            it.run("set session_replication_role = replica").await;
        } else {
            it.run("pragma foreign_keys = off").await;
            it.run("pragma ignore_check_constraints = on").await;
            for row in it
                .all("select name from sqlite_master where type = 'trigger'")
                .await
            {
                let name: String = row.try_get("", "name").unwrap();
                it.run(&format!("drop trigger {name}")).await;
            }
        }
        for table in TABLES {
            it.run(&format!(
                "create table kept_{table} as select * from {table}"
            ))
            .await;
        }
        it
    }

    /// Opens a database as any program would.
    pub async fn with_triggers(url: &str) -> Self {
        let mut options = sea_orm::ConnectOptions::new(url.to_owned());
        options.max_connections(1).sqlx_logging(false);
        let db = Database::connect(options).await.unwrap();
        Self { db }
    }

    fn is_postgres(&self) -> bool {
        self.db.get_database_backend() == DbBackend::Postgres
    }

    /// Runs a statement that the database accepts.
    pub async fn run(&self, sql: &str) {
        let done = self.tries(sql).await;
        done.unwrap_or_else(|it| panic!("{sql}: {it}"));
    }

    /// Runs a statement; what the database says where it refuses it.
    pub async fn tries(&self, sql: &str) -> Result<(), String> {
        let done = self.db.execute_unprepared(sql).await;
        done.map(|_| ()).map_err(|it| it.to_string())
    }

    /// The rows of a question.
    pub async fn all(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, []);
        self.db
            .query_all_raw(statement)
            .await
            .unwrap_or_else(|it| panic!("{sql}: {it}"))
    }

    /// The first value of the answer; `None` where it is null or not there.
    pub async fn text(&self, sql: &str) -> Option<String> {
        let row = self.all(sql).await.pop()?;
        row.try_get_by_index::<Option<String>>(0).unwrap()
    }

    /// A number of the answer.
    pub async fn number(&self, sql: &str) -> Option<i64> {
        let sql = format!("select cast(({sql}) as text)");
        self.text(&sql).await.map(|it| it.parse().unwrap())
    }

    /// Puts a table back as it was.
    pub async fn restore(&self, table: &str) {
        self.run(&format!("delete from {table}")).await;
        self.run(&format!("insert into {table} select * from kept_{table}"))
            .await;
    }

    /// Puts everything back.
    pub async fn restore_all(&self) {
        for table in TABLES {
            self.restore(table).await;
        }
    }

    /// Columns with their types.
    async fn columns(&self, table: &str) -> Vec<(String, String)> {
        let sql = if self.is_postgres() {
            format!(
                "select column_name::text as name, data_type::text as type \
                 from information_schema.columns \
                 where table_name = '{table}' order by ordinal_position"
            )
        } else {
            format!("select name, type from pragma_table_info('{table}')")
        };
        let rows = self.all(&sql).await;
        rows.iter()
            .map(|it| {
                (
                    it.try_get("", "name").unwrap(),
                    it.try_get("", "type").unwrap(),
                )
            })
            .collect()
    }

    /// Changes one bit of one value of one row, of all that there are; `None` where the value is null
    /// or the database itself would not have it.
    pub async fn strikes(&self, rng: &mut StdRng) -> Option<Strike> {
        let table = TABLES[rng.random_range(0..TABLES.len())];
        let columns = self.columns(table).await;
        let (column, kind) = &columns[rng.random_range(0..columns.len())];
        let (key, order) = if self.is_postgres() {
            ("ctid::text", format!("{table}::text"))
        } else {
            ("cast(rowid as text)", "rowid".to_owned())
        };
        let rows = self
            .all(&format!(
                "select {key} as key from {table} order by {order}"
            ))
            .await;
        let row: String = rows[rng.random_range(0..rows.len())]
            .try_get("", "key")
            .unwrap();
        let row = if self.is_postgres() {
            format!("ctid = '{row}'::tid")
        } else {
            format!("rowid = {row}")
        };
        let place = Place { table, column, row };
        let event = self.event_of(&place).await;
        let value = if self.is_postgres() {
            self.flipped_in_postgres(rng, &place, kind).await?
        } else {
            self.flipped_in_sqlite(rng, &place).await?
        };
        let Place { row, .. } = &place;
        let sql = format!("update {table} set {column} = {value} where {row}");
        self.tries(&sql).await.ok()?;
        let changed = self
            .number(&format!(
                "select count(*) from (select * from {table} except select * from kept_{table}) changed"
            ))
            .await;
        (changed != Some(0)).then(|| Strike {
            table,
            column: column.clone(),
            what: sql,
            event,
        })
    }

    async fn event_of(&self, place: &Place<'_>) -> i64 {
        let Place { table, row, .. } = place;
        let column = |it: &str| format!("(select {it} from {table} where {row})");
        let last = |entry: &str| {
            format!(
                "select max(sequence) from ledger_event where entry_id = {}",
                column(entry)
            )
        };
        let sql = match *table {
            "ledger_event" | "ledger_checkpoint" | "ledger_note" | "ledger_head" => {
                column("sequence")
            }
            "hour_entry" => last("id"),
            "hour_entry_day" => last("entry_id"),
            _ => {
                let id = if self.is_postgres() {
                    "id::text"
                } else {
                    "hex(id)"
                };
                let id = self
                    .text(&format!("select {id} from {table} where {row}"))
                    .await;
                let id: Uuid = id.unwrap().parse().unwrap();
                format!(
                    "select max(sequence) from ledger_event \
                     where payload like '%\"amendment\":\"{id}\"%'"
                )
            }
        };
        self.number(&sql).await.unwrap()
    }

    /// The value with one bit changed, as SQL.
    async fn flipped_in_sqlite(&self, rng: &mut StdRng, place: &Place<'_>) -> Option<String> {
        let Place { table, column, row } = place;
        let kind = self
            .text(&format!("select typeof({column}) from {table} where {row}"))
            .await?;
        if kind == "null" {
            return None;
        }
        if kind == "integer" {
            let bit = rng.random_range(0..63);
            // `^` in what SQLite has.
            return Some(format!(
                "(({column} | (1 << {bit})) - ({column} & (1 << {bit})))"
            ));
        }
        let bytes = self
            .text(&format!(
                "select hex(cast({column} as blob)) from {table} where {row}"
            ))
            .await?;
        let bytes = flip(rng, &bytes)?;
        Some(match kind.as_str() {
            "blob" => format!("x'{bytes}'"),
            _ => format!("cast(x'{bytes}' as text)"),
        })
    }

    /// The value with one bit changed, as SQL.
    async fn flipped_in_postgres(
        &self,
        rng: &mut StdRng,
        place: &Place<'_>,
        kind: &str,
    ) -> Option<String> {
        let Place { table, column, row } = place;
        let number = |bits: u32, rng: &mut StdRng| 1_i64 << rng.random_range(0..bits);
        let (bytes, back) = match kind {
            "integer" => return Some(format!("{column} # {}", number(31, rng))),
            "bigint" => return Some(format!("{column} # {}::bigint", number(63, rng))),
            "date" => {
                let bit = number(22, rng);
                return Some(format!(
                    "date '2000-01-01' + (({column} - date '2000-01-01') # {bit})"
                ));
            }
            "timestamp with time zone" => {
                let bit = number(58, rng);
                return Some(format!(
                    "timestamptz 'epoch' + ((extract(epoch from {column}) * 1000000)::bigint \
                     # {bit}::bigint) * interval '1 microsecond'"
                ));
            }
            "uuid" => (format!("uuid_send({column})"), "encode(@, 'hex')::uuid"),
            "bytea" => ((*column).to_owned(), "@"),
            _ => (
                format!("convert_to({column}, 'UTF8')"),
                "convert_from(@, 'UTF8')",
            ),
        };
        let bytes = self
            .text(&format!(
                "select encode({bytes}, 'hex') from {table} where {row}"
            ))
            .await?;
        let bytes = flip(rng, &bytes)?;
        Some(back.replace('@', &format!("decode('{bytes}', 'hex')")))
    }
}

/// Bytes as hexadecimal digits with one bit changed; `None` where there are none.
fn flip(rng: &mut StdRng, bytes: &str) -> Option<String> {
    if bytes.is_empty() {
        return None;
    }
    let at = rng.random_range(0..bytes.len());
    let bit = 1 << rng.random_range(0..4);
    Some(
        bytes
            .chars()
            .enumerate()
            .map(|(place, it)| match it.to_digit(16) {
                Some(digit) if place == at => char::from_digit(digit ^ bit, 16).unwrap(),
                _ => it,
            })
            .collect(),
    )
}
