//! Why the configuration cannot be used: one line with what, where and the mend.
//!
//! The settings are above; how they are read is in `read`.

use std::fmt;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file named cannot be read.
    #[error("cannot read {file}: {cause}; name another with --config")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is no TOML.
    #[error("{file}, line {line}: this is not TOML ({cause}): write settings as `name = value`")]
    Malformed {
        /// The file.
        file: String,
        /// Where, from 1.
        line: usize,
        /// Why, in one line.
        cause: String,
    },
    /// A key that no setting has.
    #[error("{origin}: there is no setting {key}; did you mean {nearest}?")]
    UnknownKey {
        /// Where it stands.
        origin: Origin,
        /// The key as written.
        key: String,
        /// The known key most like it, as it is written there.
        nearest: String,
    },
    /// A value of the wrong type or outside its set.
    #[error("{origin}: {key} cannot be {value}: give {wanted}")]
    Invalid {
        /// Where it stands.
        origin: Origin,
        /// The key as written.
        key: String,
        /// The value as written.
        value: String,
        /// What it can be.
        wanted: String,
    },
}

/// Where a setting was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line of a file, from 1.
    File {
        /// The file.
        name: String,
        /// The line.
        line: usize,
    },
    /// A variable.
    Environment,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { name, line } => write!(f, "{name}, line {line}"),
            Self::Environment => f.write_str("environment"),
        }
    }
}
