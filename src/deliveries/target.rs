//! Where files go: an address, or a folder below the one that the settings name.
//!
//! Kept as JSON: members are added, never renamed. How they get there is in `send`.

use serde::Deserialize;
use serde::Serialize;

use crate::config::Config;
use crate::platform::mail;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most targets of one schedule.
pub const TARGETS_MOST: usize = 20;
/// Most characters of a path.
const PATH_MOST: usize = 200;

/// Where a file goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Target {
    /// By letter.
    Email {
        /// To this address.
        address: String,
        /// In which form.
        form: EmailForm,
    },
    /// Into a folder.
    Folder {
        /// Its path below the folder of the settings: names, separated by `/`.
        path: String,
    },
}

/// How a letter brings a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmailForm {
    /// With a link to it.
    Link,
    /// In the letter, unless it is too large.
    Attachment,
}

/// The targets as they are kept; what is wrong with them is told by their place in the list.
pub fn checked(checks: &mut Checks, config: &Config, asked: &[Target]) -> Vec<Target> {
    checks.demand(asked.len() <= TARGETS_MOST, || {
        Refusal::of(Code::WrongCount, "deliverTo")
            .with("least", 0)
            .with("most", TARGETS_MOST)
    });
    let mut kept: Vec<Target> = Vec::new();
    for (at, target) in asked.iter().take(TARGETS_MOST).enumerate() {
        let target = match target {
            Target::Email { address, form } => {
                let field = format!("deliverTo.{at}.email.address");
                checks.demand(config.mail.is_set_up(), || {
                    Refusal::of(Code::MailUnset, &field)
                });
                let read = mail::address(address);
                checks.demand(read.is_some(), || {
                    Refusal::of(Code::InvalidFormat, &field).with("value", "…")
                });
                Target::Email {
                    address: read.unwrap_or_default(),
                    form: *form,
                }
            }
            Target::Folder { path } => {
                let field = format!("deliverTo.{at}.folder.path");
                checks.demand(!config.deliveries.folder.is_empty(), || {
                    Refusal::of(Code::FolderUnset, &field)
                });
                let read = folder_path(path);
                checks.demand(read.is_some(), || {
                    Refusal::of(Code::PathUnfit, &field).with("value", path)
                });
                Target::Folder {
                    path: read.unwrap_or_default(),
                }
            }
        };
        // Each once: nobody wants a letter twice.
        if !kept.contains(&target) {
            kept.push(target);
        }
    }
    kept
}

/// A path below a folder: names of letters, digits, `-`, `_` and dots within, separated by `/`; `None` for what would lead
/// elsewhere, or mean something else on another system.
#[must_use]
pub fn folder_path(text: &str) -> Option<String> {
    let text = text.trim();
    let name = |it: &str| {
        let fits = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
        !it.is_empty() && !it.starts_with('.') && !it.ends_with('.') && it.chars().all(fits)
    };
    let fits = text.chars().count() <= PATH_MOST && text.split('/').all(name);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Target;
    use super::checked;
    use super::folder_path;
    use crate::config::Config;
    use crate::refusal::Checks;
    use crate::refusal::Code;

    #[test]
    fn no_path_leads_out_of_its_folder() {
        for text in ["indh", "province/indh", "2026/تقارير", "a.b/c-d_e"] {
            assert_eq!(folder_path(text).as_deref(), Some(text));
        }
        let long = "a".repeat(201);
        for text in [
            "",
            "/",
            "/etc",
            "..",
            "../x",
            "a/../b",
            "a/./b",
            "a//b",
            "a/",
            ".ssh",
            "a\\b",
            "C:",
            "a b",
            "a\0b",
            "a%2e%2e/b",
            "~",
            "a/..",
            long.as_str(),
        ] {
            assert_eq!(folder_path(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_set_up_is_refused() {
        let folder = Target::Folder {
            path: "indh".to_owned(),
        };
        let mut checks = Checks::new();
        checked(
            &mut checks,
            &Config::default(),
            std::slice::from_ref(&folder),
        );

        let refused = checks.done().unwrap_err();
        assert_eq!(refused[0].code, Code::FolderUnset);
        let mut config = Config::default();
        config.deliveries.folder = "out".to_owned();
        let mut checks = Checks::new();
        let kept = checked(&mut checks, &config, &[folder.clone(), folder.clone()]);
        assert_eq!(kept, [folder]);
        assert!(checks.done().is_ok());
    }
}
