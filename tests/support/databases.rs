//! A migrated database for each test, copied from a template that is made once.
//!
//! PostgreSQL is a temporary cluster of this test run: it ends with the process, however that ends.
//! What a database holds beyond the reference lists is the test's business.

use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use entity::key_fingerprint;
use sea_orm::EntityTrait;
use sqlx::Connection;
use sqlx::PgConnection;
use tempfile::TempDir;
use tiwizi::app::App;
use tiwizi::config::Config;
use tiwizi::platform::clock::Clock;
use tokio::sync::OnceCell;

/// Starts the cluster, says so, and ends it once nobody holds its standard input open.
///
/// `$1` is the folder of PostgreSQL's programs, `$2` the folder that the cluster may use.
const KEEPER: &str = r#"
set -eu
cd "$2"
end() {
    "$1/pg_ctl" --pgdata=data --mode=immediate stop >/dev/null 2>&1 || true
    cd /
    rm -rf "$2"
}
trap 'end "$1" "$2"' EXIT
"$1/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >log 2>&1 ||
    { cat log >&2; exit 1; }
"$1/pg_ctl" --pgdata=data --log=log --wait --options="-c listen_addresses='' -c unix_socket_directories='$2' \
    -c max_connections=600 -c shared_buffers=64MB -c fsync=off -c full_page_writes=off \
    -c max_wal_size=256MB" start >/dev/null ||
    { cat log >&2; exit 1; }
# Whoever waited may be gone already.
trap '' PIPE
echo ready 2>/dev/null || true
read -r _ || true
"#;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// One test's own database.
#[derive(Debug)]
pub struct Database {
    /// Its address, as in the configuration.
    pub url: String,
    /// Where the test may leave files: key file, database file.
    pub folder: TempDir,
    /// Servers that were started on it.
    instances: AtomicU64,
}

impl Database {
    /// A migrated database with the reference lists; `None` where PostgreSQL is not installed.
    pub async fn migrated(engine: Engine) -> Option<Self> {
        static SQLITE: OnceCell<Vec<u8>> = OnceCell::const_new();
        static POSTGRES: OnceCell<()> = OnceCell::const_new();

        let folder = TempDir::new().expect("a temporary folder");
        let url = match engine {
            Engine::Sqlite => {
                let template = SQLITE.get_or_init(sqlite_template).await;
                let file = folder.path().join("tiwizi.sqlite");
                fs::write(&file, template).expect("the copied template");
                format!("sqlite://{}", file.display())
            }
            Engine::Postgres => {
                let cluster = Cluster::of_this_run()?;
                POSTGRES.get_or_init(|| postgres_template(cluster)).await;
                cluster
                    .create("template tiwizi_template owner tiwizi")
                    .await
            }
        };
        Some(Self::at(url, folder))
    }

    fn at(url: String, folder: TempDir) -> Self {
        Self {
            url,
            folder,
            instances: AtomicU64::new(0),
        }
    }

    /// A number for one more server on it: each draws other random bytes, the same in every run.
    pub fn another_instance(&self) -> u64 {
        self.instances.fetch_add(1, Ordering::Relaxed)
    }

    /// A database without any table; `None` where PostgreSQL is not installed.
    pub async fn empty(engine: Engine) -> Option<Self> {
        let folder = TempDir::new().expect("a temporary folder");
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("tiwizi.sqlite").display()),
            Engine::Postgres => Cluster::of_this_run()?.create("owner tiwizi").await,
        };
        Some(Self::at(url, folder))
    }

    /// A PostgreSQL database without any table whose owner is no superuser, as it should be where it
    /// serves, and the superuser's address of it; `None` where PostgreSQL is not installed.
    pub async fn of_an_owner() -> Option<(Self, String)> {
        let cluster = Cluster::of_this_run()?;
        let owner = format!("owner_{}", cluster.databases.load(Ordering::Relaxed));
        cluster.run(&format!("create role {owner} login")).await;
        let url = cluster.create(&format!("owner {owner}")).await;
        let folder = TempDir::new().expect("a temporary folder");
        let above = above(&url);
        let url = url.replacen("tiwizi@", &format!("{owner}@"), 1);
        Some((Self::at(url, folder), above))
    }

    /// Gives the disk space back; without it the end of the run does.
    pub async fn drop_now(self) {
        let Some((before, _)) = self.url.split_once("?host=") else {
            return;
        };
        let (_, name) = before.rsplit_once('/').expect("a database's name");
        let cluster = Cluster::of_this_run().expect("the cluster that made it");
        cluster
            .run(&format!("drop database {name} with (force)"))
            .await;
    }
}

async fn sqlite_template() -> Vec<u8> {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("template.sqlite");
    prepare(&format!("sqlite://{}", file.display())).await;
    // Closed by now: the log of writes was folded into the file.
    fs::read(file).expect("the template")
}

async fn postgres_template(cluster: &Cluster) {
    let cluster = cluster.with_its_role().await;
    cluster
        .run("create database tiwizi_template owner tiwizi")
        .await;
    prepare(&cluster.url("tiwizi_template")).await;
}

async fn prepare(database_url: &str) {
    let keys = TempDir::new().expect("a temporary folder");
    let config = Config {
        database_url: database_url.to_owned(),
        keys_file: keys.path().join("keys").display().to_string(),
        ..Config::default()
    };
    // As a first start does it: tables, then the reference lists.
    let app = App::start(config, Clock::System).await.expect("a start");
    // Each copy gets keys of its own.
    let tx = app.core.db.system().begin().await.expect("a transaction");
    let forgotten = key_fingerprint::Entity::delete_many().exec(&*tx).await;
    forgotten.expect("no fingerprint");
    tx.commit().await.expect("committed");
    app.core.db.clone().close().await.expect("closed");
}

/// The temporary PostgreSQL of this process.
struct Cluster {
    folder: PathBuf,
    databases: AtomicU32,
    /// The cluster lives as long as its keeper's input stays open; the system closes that with the
    /// process.
    _keeper: Child,
}

impl Cluster {
    /// The cluster, started by whoever asks first; `None` where PostgreSQL is not installed.
    fn of_this_run() -> Option<&'static Self> {
        static CLUSTER: LazyLock<Option<Cluster>> = LazyLock::new(|| {
            let Some(programs) = programs() else {
                assert!(
                    !is_set("CI") && !is_set("REQUIRE_POSTGRES"),
                    "PostgreSQL is not installed, and this run requires it: \
                     install Debian's package `postgresql` or put `initdb` on the PATH"
                );
                // Not `eprintln`: the runner would hide it behind a passing test.
                let _ = writeln!(
                    std::io::stderr(),
                    "\nSKIPPED: every test on PostgreSQL, since `initdb` was not found. \
                     REQUIRE_POSTGRES=1 makes that a failure.\n"
                );
                return None;
            };
            Some(Cluster::start(&programs))
        });
        CLUSTER.as_ref()
    }

    fn start(programs: &Path) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("tiwizi-tests-")
            .tempdir_in(roomy_memory().unwrap_or_else(std::env::temp_dir))
            .expect("a temporary folder")
            .keep();
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", KEEPER, "sh"])
            .args([programs, &folder])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // An interrupt at the terminal ends the tests; the closed lifeline ends the cluster.
            .process_group(0);
        // PostgreSQL refuses to run as root.
        if fs::metadata(&folder).expect("the folder").uid() == 0 {
            let (user, group) = unprivileged();
            chown(&folder, Some(user), Some(group)).expect("the folder handed over");
            keeper.uid(user).gid(group);
        }
        let mut keeper = keeper.spawn().expect("a shell");
        let mut said = String::new();
        BufReader::new(keeper.stdout.take().expect("its output"))
            .read_line(&mut said)
            .expect("its first line");
        assert_eq!(said, "ready\n", "PostgreSQL did not start");
        Self {
            folder,
            databases: AtomicU32::new(0),
            _keeper: keeper,
        }
    }

    fn url(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres://tiwizi@localhost/{database}?host={folder}")
    }

    /// Makes the role that owns the databases: row-level policies hold for it, and for no superuser.
    async fn with_its_role(&self) -> &Self {
        static ROLE: OnceCell<()> = OnceCell::const_new();
        ROLE.get_or_init(|| self.run("create role tiwizi login"))
            .await;
        self
    }

    async fn create(&self, how: &str) -> String {
        self.with_its_role().await;
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        self.run(&format!("create database {name} {how}")).await;
        self.url(&name)
    }

    async fn run(&self, statement: &str) {
        let mut connection = PgConnection::connect(&above(&self.url("postgres")))
            .await
            .expect("a connection");
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&mut connection)
            .await
            .expect(statement);
        connection.close().await.expect("closed");
    }
}

/// The superuser's address of a database: policies do not hold there.
pub fn above(url: &str) -> String {
    url.replacen("tiwizi@", "postgres@", 1)
}

/// The folder of the newest PostgreSQL's server programs.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    // Debian keeps them off the PATH, one folder for each version.
    let mut installed: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|it| {
            let version = it.file_name().to_str()?.parse().ok()?;
            Some((version, it.path().join("bin")))
        })
        .collect();
    installed.sort();
    on_path
        .into_iter()
        .chain(installed.into_iter().rev().map(|(_, folder)| folder))
        .find(|it| it.join("initdb").exists() && it.join("pg_ctl").exists())
}

/// A file system in memory with four gigabytes to spare: there a third of the time of a run is saved,
/// since each test makes and drops a database of 800 files.
fn roomy_memory() -> Option<PathBuf> {
    let folder = PathBuf::from("/dev/shm");
    let asked = Command::new("df").arg("-Pk").arg(&folder).output().ok()?;
    let said = String::from_utf8(asked.stdout).ok()?;
    let spare: u64 = said
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()?;
    (spare >= 4 << 20).then_some(folder)
}

/// User and group to run PostgreSQL as when the tests run as root.
fn unprivileged() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("the list of users");
    ["postgres", "nobody"]
        .iter()
        .find_map(|wanted| {
            users.lines().find_map(|line| {
                let mut parts = line.split(':');
                let name = parts.next()?;
                let user = parts.nth(1)?.parse().ok()?;
                let group = parts.next()?.parse().ok()?;
                (name == *wanted).then_some((user, group))
            })
        })
        .expect("a user `postgres` or `nobody`")
}

fn is_set(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|it| !it.is_empty() && it != "0" && it != "false")
}
