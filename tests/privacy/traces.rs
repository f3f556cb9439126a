//! Looks for texts in every column of every table of a database.
//!
//! Files in the database that are packed show nothing: that they are gone is asked for elsewhere.

use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::Statement;

use crate::support::app::App;

/// The columns, as `table.column`, in which one of some texts stands, whatever the case of its letters.
pub async fn found(app: &App, texts: &[&str]) -> Vec<String> {
    let conn = app.parts.core.db.system().read();
    let backend = conn.get_database_backend();
    let list = match backend {
        DbBackend::Postgres => {
            "select table_name, column_name from information_schema.columns \
             where table_schema = current_schema() order by 1, 2"
        }
        _ => {
            "select m.name as table_name, c.name as column_name from sqlite_master m \
             join pragma_table_info(m.name) c where m.type = 'table' order by 1, 2"
        }
    };
    let columns = conn
        .query_all_raw(Statement::from_sql_and_values(backend, list, []))
        .await
        .expect("columns");
    assert!(columns.len() > 300, "{} columns", columns.len());
    let mut found = Vec::new();
    for row in columns {
        let table: String = row.try_get("", "table_name").expect("a table");
        let column: String = row.try_get("", "column_name").expect("a column");
        let value = match backend {
            // Binary values show as hexadecimal digits, others as they are written.
            DbBackend::Postgres => format!("lower(cast(\"{column}\" as text))"),
            _ => format!("lower(hex(\"{column}\"))"),
        };
        let holds: Vec<String> = texts
            .iter()
            .flat_map(|it| [(*it).to_owned(), it.to_lowercase(), it.to_uppercase()])
            .flat_map(|it| {
                let digits: String = it.bytes().map(|byte| format!("{byte:02x}")).collect();
                let plain = it.to_lowercase().replace('\'', "''");
                match backend {
                    DbBackend::Postgres => vec![digits, plain],
                    _ => vec![digits],
                }
            })
            .map(|it| format!("{value} like '%{it}%'"))
            .collect();
        let sql = format!(
            "select count(*) as many from \"{table}\" where {}",
            holds.join(" or ")
        );
        let row = conn
            .query_one_raw(Statement::from_sql_and_values(backend, sql, []))
            .await
            .unwrap_or_else(|it| panic!("{table}.{column}: {it}"))
            .expect("a count");
        let many: i64 = row.try_get("", "many").expect("a count");
        if many > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}
