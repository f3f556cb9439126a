//! Layers, places and mends.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::config::Config;

fn pairs(pairs: &[(&str, &str)]) -> impl Iterator<Item = (OsString, OsString)> {
    let owned: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)))
        .collect();
    owned.into_iter()
}

fn from(given: &[(&str, &str)]) -> Result<Config, String> {
    Config::load(None, pairs(given)).map_err(|it| it.to_string())
}

/// What is said of a file, with its folder left out.
fn refused_file(text: &str) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tiwizi.toml");
    fs::write(&file, text).unwrap();
    let said = Config::load(Some(&file), pairs(&[]))
        .unwrap_err()
        .to_string();
    said.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn the_environment_overrides_the_file_and_that_the_defaults() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tiwizi.toml");
    fs::write(&file, "workers = 3\n[limits]\ndepth = 7\ncost = 70\n").unwrap();

    let config = Config::load(Some(&file), pairs(&[("TIWIZI_LIMITS__DEPTH", "8")])).unwrap();

    let limits = &config.limits;
    assert_eq!((config.workers, limits.cost, limits.depth), (3, 70, 8));
    assert_eq!(limits.aliases, Config::default().limits.aliases);
}

#[test]
fn an_unknown_setting_is_refused_with_the_nearest_as_it_is_written() {
    for (name, nearest) in [
        ("TIWIZI_DATABSE_URL", "TIWIZI_DATABASE_URL"),
        ("TIWIZI_LIMITS_DEPTH", "TIWIZI_LIMITS__DEPTH"),
        ("TIWIZI_DATABASE__URL", "TIWIZI_DATABASE_URL"),
        ("TIWIZI_LOGFORMAT", "TIWIZI_LOG__FORMAT"),
        ("TIWIZI_DEPTH", "TIWIZI_LIMITS__DEPTH"),
        ("TIWIZI_BIND__PORT", "TIWIZI_BIND"),
        ("TIWIZI_XYZZY", "TIWIZI_BIND"),
    ] {
        let refused = from(&[(name, "x")]).unwrap_err();

        assert_eq!(
            refused,
            format!("environment: there is no setting {name}; did you mean {nearest}?")
        );
    }
}

#[test]
fn a_wrong_value_is_named_with_its_variable_and_the_mend() {
    for (name, value, wanted) in [
        (
            "TIWIZI_LIMITS__DEPTH",
            "deep",
            "a whole number that is not negative",
        ),
        (
            "TIWIZI_LIMITS__DEPTH",
            "-1",
            "a whole number that is not negative",
        ),
        ("TIWIZI_ENVIRONMENT", "prod", "development or production"),
        (
            "TIWIZI_BIND",
            "8080",
            "an address and a port, such as 127.0.0.1:8080",
        ),
        ("TIWIZI_LOG__FORMAT", "xml", "text or json"),
        (
            "TIWIZI_LOG__FILTER",
            "tiwizi=loud",
            "a filter such as info or tiwizi=debug,warn",
        ),
        (
            "TIWIZI_DATABASE_CONNECTIONS",
            "1",
            "a number from 2 to 10000",
        ),
        (
            "TIWIZI_IDENTITY__SESSION_DAYS",
            "0",
            "a number from 1 to 3650",
        ),
        (
            "TIWIZI_HTTP__ORIGINS",
            "*",
            "origins such as https://app.example.org, separated by blanks, without a path or a star",
        ),
        (
            "TIWIZI_LIVE__ORIGINS",
            "app.example.org",
            "origins such as https://app.example.org, separated by blanks, without a path or a star",
        ),
        (
            "TIWIZI_HTTP__METRICS_NETWORKS",
            "10.1.0.0",
            "parts of the network such as 10.1.0.0/16 fd00::/8",
        ),
        (
            "TIWIZI_HTTP__SECURITY_CONTACT",
            "us",
            "an address such as security@example.org or https://example.org/security",
        ),
        ("TIWIZI_LIMITS", "5", "its settings, each by its name"),
    ] {
        let refused = from(&[(name, value)]).unwrap_err();

        assert_eq!(
            refused,
            format!("environment: {name} cannot be `{value}`: give {wanted}")
        );
    }
}

#[test]
fn a_wrong_address_is_shown_without_its_password() {
    let refused = from(&[("TIWIZI_DATABASE_URL", "mysql://user:secret@host/db")]).unwrap_err();

    assert_eq!(
        refused,
        "environment: TIWIZI_DATABASE_URL cannot be `mysql://host/db`: give sqlite://FILE or \
         postgres://USER@HOST/DATABASE"
    );
}

#[test]
fn a_file_is_refused_in_one_line_with_the_line_of_the_fault() {
    for (text, said) in [
        (
            "workers = 1\n\n[limits]\ndepht = 3\n",
            "tiwizi.toml, line 4: there is no setting limits.depht; did you mean limits.depth?",
        ),
        (
            "workers = 1\nlimits_depth = 3\n",
            "tiwizi.toml, line 2: there is no setting limits_depth; did you mean limits.depth?",
        ),
        (
            "[limit]\n",
            "tiwizi.toml, line 1: there is no setting limit; did you mean limits?",
        ),
        (
            "[log]\nformat = \"xml\"\n",
            "tiwizi.toml, line 2: log.format cannot be `xml`: give text or json",
        ),
        (
            "public_url = 3\n",
            "tiwizi.toml, line 1: public_url cannot be `3`: give text in quotes",
        ),
        (
            "limits = 3\n",
            "tiwizi.toml, line 1: limits cannot be `3`: give its settings, each by its name",
        ),
    ] {
        assert_eq!(refused_file(text), said);
    }
    let malformed = refused_file("workers = 1\nbind 127.0.0.1\n");
    assert!(
        malformed.starts_with("tiwizi.toml, line 2: this is not TOML (")
            && malformed.ends_with("): write settings as `name = value`")
            && malformed.lines().count() == 1,
        "{malformed}"
    );
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let refused = Config::load(Some(&PathBuf::from("not-there.toml")), pairs(&[])).unwrap_err();

    assert!(
        refused
            .to_string()
            .starts_with("cannot read not-there.toml: "),
        "{refused}"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused_where_it_is_ours_and_passed_over_otherwise() {
    use std::os::unix::ffi::OsStringExt;

    let broken = || OsString::from_vec(vec![b'x', 0xff]);
    let others = [(broken(), broken()), (OsString::from("OTHER"), broken())];
    assert!(Config::load(None, others.into_iter()).is_ok());

    let ours = [(OsString::from("TIWIZI_PUBLIC_URL"), broken())];
    let refused = Config::load(None, ours.into_iter())
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("TIWIZI_PUBLIC_URL") && refused.ends_with("give text in UTF-8"),
        "{refused}"
    );
}

const PROVIDER: &str = "[[identity.providers]]\nid = \"home\"\nname = \"Home\"\nissuer = \"https://id.example.org\"\n\
                        client_id = \"tiwizi\"\nredirect_urls = \"https://app.example.org/in\"\n";

#[test]
fn providers_are_of_the_file_and_their_secrets_of_the_environment_too() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tiwizi.toml");
    fs::write(&file, PROVIDER).unwrap();
    let secret = |id: &str| format!("TIWIZI_IDENTITY__PROVIDERS__{id}__CLIENT_SECRET");

    let names = (secret("HOME"), secret("OTHER"));
    let known = [(names.0.as_str(), "hidden")];
    let unknown = [(names.1.as_str(), "hidden")];
    let config = Config::load(Some(&file), pairs(&known)).unwrap();
    let other = Config::load(Some(&file), pairs(&unknown));

    let [home] = config.identity.providers.as_slice() else {
        panic!("{config:?}");
    };
    assert_eq!(
        (home.id.as_str(), home.client_secret.expose()),
        ("home", "hidden")
    );
    assert_eq!(
        (home.scopes.as_str(), home.link_by_email),
        ("openid email", true)
    );
    assert!(!format!("{config:?}").contains("hidden"));
    let said = other.unwrap_err().to_string();
    assert!(said.contains("the id `other` in the file"), "{said}");
    assert!(!said.contains("hidden"), "{said}");
}

#[test]
fn what_may_hold_a_secret_is_refused_without_saying_it_again() {
    let given = [(
        "TIWIZI_IDENTITY__PROVIDERS",
        "[{ client_secret = \"s3cret\" }]",
    )];

    let refused = Config::load(None, pairs(&given)).unwrap_err();

    assert!(!refused.to_string().contains("s3cret"), "{refused}");
}

#[test]
fn a_provider_that_cannot_be_used_is_told_with_its_place() {
    let plain = PROVIDER.replace("https://id", "http://id");

    let said = refused_file(&format!("workers = 1\n{plain}"));

    assert_eq!(
        said,
        "tiwizi.toml, line 2: identity.providers cannot be a list: give the provider `home` an issuer that begins with \
         https:// (http:// on the same machine alone)"
    );
}
