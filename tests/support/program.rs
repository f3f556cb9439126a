//! The program itself, as an operator runs it: in a folder of its own, with nothing in its
//! environment but what a test gives it.
//!
//! What the server answers is tested through `app`.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread::JoinHandle;

/// The program with its folder and its variables.
#[derive(Clone, Debug)]
pub struct Program {
    folder: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// The one line of complaint, where the code is as expected and nothing else was said.
    #[track_caller]
    pub fn complaint(&self, code: i32) -> &str {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        self.err.trim_end()
    }

    /// Standard output, where all went well.
    #[track_caller]
    pub fn done(&self) -> &str {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        &self.out
    }
}

impl Program {
    /// The program in a folder, which it takes for the working directory.
    pub fn within(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            variables: Vec::new(),
        }
    }

    /// The same with one more variable.
    pub fn with(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.variables
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.fed(arguments, "")
    }

    /// Runs it to its end with something on its standard input.
    pub fn fed(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.command(arguments).spawn().expect("the program");
        let mut stdin = child.stdin.take().expect("its input");
        // It may end without reading.
        let _unread = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("its output");
        Said {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Starts it and reads its first lines, up to one that contains a text.
    pub fn start(&self, arguments: &[&str], until: &str) -> Running {
        let mut child = self.command(arguments).spawn().expect("the program");
        drop(child.stdin.take());
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut err = child.stderr.take().expect("its errors");
        // Read all the time: a full pipe would hold the program up.
        let logs = std::thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).expect("UTF-8");
            text
        });
        let mut first = String::new();
        loop {
            let mut line = String::new();
            let read = out.read_line(&mut line).expect("a line");
            first.push_str(&line);
            assert!(read > 0, "it ended early: {first}");
            if line.contains(until) {
                break;
            }
        }
        Running {
            child,
            first,
            logs,
            _out: out,
        }
    }

    /// How it is started, for what is not served by the above.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tiwizi"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// A program that runs on.
pub struct Running {
    child: Child,
    /// What it said first.
    pub first: String,
    logs: JoinHandle<String>,
    /// Held open: it may say more.
    _out: BufReader<std::process::ChildStdout>,
}

impl Running {
    /// The address of a server, without a trailing slash.
    pub fn url(&self) -> String {
        let (_, rest) = self.first.split_once("listens on ").expect("an address");
        rest.split_whitespace().next().expect("one").to_owned()
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let killed = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(killed.expect("kill").success());
    }

    /// Waits for its end: the exit code and all it wrote to standard error.
    pub fn ended(mut self) -> (i32, String) {
        let status = self.child.wait().expect("an end");
        let logs = self.logs.join().expect("its logs");
        (status.code().expect("an exit code"), logs)
    }
}
