//! The shape of the code: which module may use which, and what each file says of itself.
//!
//! What the code does is tested elsewhere.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use tiwizi::audit::actions;
use tiwizi::platform::i18n::Locale;
use tiwizi::refusal::Code;
use tiwizi::refusal::Mend;
use tiwizi::refusal::Refusal;

/// Lowest first. A module may use those of a lower rank, and itself.
const RANKS: &[&[&str]] = &[
    &["config"],
    &["platform"],
    &["refusal"],
    &["apportionment"],
    &["identity"],
    &["territories", "audit", "notifications", "drawings"],
    &["vocabularies"],
    &["jobs"],
    &["letters"],
    &["credentials"],
    &["organizations", "recovery", "tokens"],
    &["volunteers", "projects"],
    &["activities", "contracts", "consents"],
    &["hours"],
    &["attendance", "timers"],
    &["duplicates"],
    &["rollups"],
    &["valuation"],
    &["impact"],
    &["reports"],
    &["statistics"],
    &["exports", "imports", "sync"],
    &["certificates"],
    &["deliveries"],
    &["schedules", "correspondence"],
    &["webhooks"],
    &["privacy"],
    &["demo"],
    &["graphql"],
    &["http"],
    &["app"],
    &["cli"],
    &["main", "lib"],
];

/// More lines than this, its tests apart, hold more than one idea.
const LINES_MOST: usize = 450;

#[test]
fn arrows_point_one_way() {
    let mut broken = Vec::new();
    for (file, text) in files(&["src"], "rs") {
        let from = area(&file);
        let Some(own) = rank(&from) else {
            broken.push(format!("{}: {from} has no rank", file.display()));
            continue;
        };
        for used in text.split("crate::").skip(1).map(identifier) {
            let allowed = used == from || rank(&used).is_some_and(|it| it < own);
            if !allowed {
                broken.push(format!("{}: {from} must not use `{used}`", file.display()));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn areas_stay_in_their_rooms() {
    let mut broken = Vec::new();
    for (file, text) in files(&["src"], "rs") {
        let (area, code) = (area(&file), without_tests(&text));
        let mut forbid = |what: &str, why: &str| {
            if code.contains(what) {
                broken.push(format!("{}: `{what}`: {why}", file.display()));
            }
        };
        if area == "graphql" {
            forbid("EntityTrait", "resolvers convert and call; stores query");
            forbid("Statement::", "resolvers convert and call; stores query");
        }
        if file.ends_with("rules.rs") {
            forbid(".await", "rules are pure");
        }
        if file.ends_with("store.rs") {
            forbid("ctx.demand", "a store holds statements and decides nothing");
        }
        if !["graphql", "http", "app", "cli", "refusal"].contains(&area.as_str()) {
            forbid("async_graphql::Object", "only `graphql` knows GraphQL");
            forbid("async_graphql::Context", "only `graphql` knows GraphQL");
        }
        if !["http", "app", "cli"].contains(&area.as_str()) {
            forbid("actix_web", "only `http` knows HTTP");
        }
    }
    let migration = text_of("migration/Cargo.toml");
    assert!(
        !migration.contains("entity"),
        "a migration must mean the same in two years: it names tables as text"
    );
    assert_none(&broken);
}

#[test]
fn imports_name_each_item() {
    let mut broken = Vec::new();
    for (file, text) in files(&["src"], "rs") {
        for line in without_tests(&text).lines().map(str::trim) {
            let import = line.starts_with("use ") || line.starts_with("pub use ");
            if import
                && (line.contains('{') || line.contains("::*") || line.contains("super::super"))
            {
                broken.push(format!("{}: {line}", file.display()));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut broken = Vec::new();
    for (file, text) in files(&["src", "entity/src", "migration/src", "tests"], "rs") {
        let about: Vec<_> = text
            .lines()
            .take_while(|it| it.starts_with("//!"))
            .collect();
        let paragraphs = about.split(|it| *it == "//!").count();
        // A list of columns or of calls says it all in one line.
        let listed = file.starts_with("entity") || file.starts_with("migration");
        let short = listed || file.ends_with("tests.rs") || text.lines().count() <= 20;
        if about.is_empty() || (paragraphs < 2 && !short) {
            broken.push(format!(
                "{}: needs `//!` with what it is for, and a second paragraph with what is not here",
                file.display()
            ));
        }
    }
    assert_none(&broken);
}

#[test]
fn every_file_holds_one_idea() {
    let mut broken = Vec::new();
    for (file, text) in files(
        &["src", "entity/src", "migration/src", "tests/support"],
        "rs",
    ) {
        let lines = without_tests(&text).lines().count();
        if lines > LINES_MOST && !file.ends_with("tests.rs") {
            broken.push(format!("{}: {lines} lines", file.display()));
        }
    }
    assert_none(&broken);
}

#[test]
fn every_sentence_stands_in_every_language_with_the_same_values() {
    let languages = Locale::ALL.map(|it| (it, sentences(it)));
    let (_, english) = languages
        .iter()
        .find(|(it, _)| *it == Locale::En)
        .expect("English");
    let mut broken = Vec::new();
    for (locale, sentences) in &languages {
        for key in english
            .keys()
            .chain(sentences.keys())
            .collect::<BTreeSet<_>>()
        {
            match (english.get(key), sentences.get(key)) {
                (Some(wanted), Some(found)) if wanted == found => {}
                (Some(wanted), Some(found)) => broken.push(format!(
                    "{}: {key} names {found:?}, in English {wanted:?}",
                    locale.tag()
                )),
                (None, _) => broken.push(format!("en: {key} is missing")),
                (_, None) => broken.push(format!("{}: {key} is missing", locale.tag())),
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn every_code_has_a_sentence_in_every_language() {
    let mut broken = Vec::new();
    for locale in Locale::ALL {
        let sentences = sentences(locale);
        for code in Code::ALL {
            if !sentences.contains_key(code.key()) {
                broken.push(format!("{}: {} ({code:?})", locale.tag(), code.key()));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn every_mend_stands_behind_its_code_in_every_language() {
    let known: Vec<_> = Locale::ALL.into_iter().map(sentences).collect();
    let mut broken = Vec::new();
    for mend in Mend::ALL {
        let mut told = BTreeSet::new();
        for (locale, sentences) in Locale::ALL.into_iter().zip(&known) {
            let values = sentences.get(mend.key());
            let mut refusal = Refusal::of(Code::Required, "field");
            for value in values.into_iter().flatten() {
                refusal = refusal.with(value.clone().leak(), "7");
            }
            let alone = refusal.message(locale);
            let message = refusal.mended(*mend).message(locale);
            let behind = message.strip_prefix(&alone).map(str::trim_start);
            if !behind.is_some_and(|it| !it.is_empty() && it != mend.key() && !it.contains("{$")) {
                broken.push(format!("{}: {mend:?}: {message}", locale.tag()));
            }
            told.insert(message);
        }
        if told.len() != Locale::ALL.len() {
            broken.push(format!("{mend:?}: {told:?}"));
        }
    }
    assert_none(&broken);
}

#[test]
fn every_refusal_is_told_in_the_reader_s_own_language_and_script() {
    let known: Vec<_> = Locale::ALL.into_iter().map(sentences).collect();
    let mut broken = Vec::new();
    for code in Code::ALL {
        let values = known.iter().find_map(|it| it.get(code.key()));
        let mut refusal = Refusal::new(*code);
        for value in values.into_iter().flatten() {
            refusal = refusal.with(value.clone().leak(), "7");
        }
        let told: BTreeMap<String, Locale> = Locale::ALL
            .into_iter()
            .map(|locale| (refusal.message(locale), locale))
            .collect();
        let arabic = |it: &str| it.contains(|it: char| ('\u{620}'..='\u{64a}').contains(&it));
        let right = told.len() == Locale::ALL.len()
            && told.iter().all(|(sentence, locale)| {
                arabic(sentence) == (*locale == Locale::Ar)
                    && !sentence.contains("{$")
                    && sentence != code.key()
            });
        if !right {
            broken.push(format!("{code:?}: {told:?}"));
        }
    }
    assert_none(&broken);
}

#[test]
fn every_rule_and_attack_names_a_test_that_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(folder.join(file)).expect("a table");
    let security = read("SECURITY.md");
    let attacks = security.split("| attack | held by |").nth(1);
    let attacks = attacks.expect("the attacks").split("\n\n").next();
    let table = read("docs/field-rules.md") + attacks.expect("their rows");
    let tests: BTreeSet<String> = files(&["src", "tests"], "rs")
        .into_iter()
        .flat_map(|(_, text)| {
            let names = text.split("fn ").skip(1).map(identifier);
            names.collect::<Vec<String>>()
        })
        .collect();
    let rules = table
        .lines()
        .filter(|it| it.starts_with("| ") && it.contains('`'));
    let mut broken = Vec::new();
    let mut named = 0;
    for rule in rules {
        let held = rule.split(" | ").last().expect("a last column");
        let tests_of_it = held.split('`').skip(1).step_by(2);
        for test in tests_of_it.filter(|it| !it.contains(' ')) {
            named += 1;
            if !tests.contains(test) {
                broken.push(format!("{test} is not there: {rule}"));
            }
        }
    }
    assert!(named > 50, "{named} tests are named");
    assert_none(&broken);
}

#[test]
fn acts_of_the_trail_are_spelled_alike() {
    let mut broken = Vec::new();
    let mut found = 0;
    for (file, text) in files(&["src"], "rs") {
        let named = text.split("action: \"").skip(1);
        let named = named.chain(text.split("of_account(\"").skip(1));
        for act in named.filter_map(|it| it.split('"').next()) {
            found += 1;
            let word = |it: &str| {
                !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase() || it == '_')
            };
            if !act
                .split_once('.')
                .is_some_and(|(noun, verb)| word(noun) && word(verb))
            {
                broken.push(format!(
                    "{}: {act} is not noun.verb in small letters",
                    file.display()
                ));
            }
        }
    }
    assert!(found > 30, "{found} acts");
    assert_none(&broken);
}

#[test]
fn every_act_of_the_trail_is_listed_and_told_of_in_the_docs() {
    // Columns, purposes and names of data that look like acts.
    let others = [
        "attendance.code",
        "demo.filling",
        "indicator.code",
        "organization.slug",
        "project.code",
        "signup.shift_id",
        "timer.person_id",
        "volunteer.birth_date",
        "volunteer.reference",
        "volunteer.sex",
        "volunteer.user_id",
    ];
    let elsewhere = [
        "src/config/",
        "src/refusal/",
        "src/webhooks/event.rs",
        "src/audit/actions.rs",
    ];
    let nouns: BTreeSet<&str> = actions::ALL
        .iter()
        .filter_map(|it| it.split('.').next())
        .collect();
    let docs = text_of("docs/audit.md");
    let (mut broken, mut written) = (Vec::new(), BTreeSet::new());
    for (file, text) in files(&["src"], "rs") {
        if elsewhere
            .iter()
            .any(|it| file.to_string_lossy().contains(it))
        {
            continue;
        }
        for word in without_tests(&text).split('"') {
            let (noun, verb) = word.split_once('.').unwrap_or_default();
            let plain = verb.chars().all(|it| it.is_ascii_lowercase() || it == '_');
            if !nouns.contains(noun) || verb.is_empty() || !plain || others.contains(&word) {
                continue;
            }
            if !actions::is_known(word) {
                broken.push(format!(
                    "{}: {word} is not in audit::actions",
                    file.display()
                ));
            }
            written.insert(word.to_owned());
        }
    }
    for act in actions::ALL {
        if !written.contains(*act) {
            broken.push(format!("{act} is listed, and nothing writes it"));
        }
        if !docs.contains(&format!("`{act}`")) {
            broken.push(format!("docs/audit.md: {act} is missing"));
        }
    }
    assert_none(&broken);
}

#[test]
fn nothing_depends_on_the_machine_it_was_written_on() {
    // Written in parts, so that this file does not contain what it forbids.
    let forbidden = ["work", "root", "home", "Users"].map(|it| format!("/{it}/"));
    let mut broken = Vec::new();
    for (file, text) in files(&["."], "") {
        for (number, line) in text.lines().enumerate() {
            let path = forbidden.iter().any(|it| {
                // `…example.org/home/` and `src/work/` are no paths of a machine.
                let mut before = line
                    .split(it.as_str())
                    .take(line.matches(it.as_str()).count());
                before
                    .any(|it| !it.ends_with(|it: char| it.is_alphanumeric() || ".}*)".contains(it)))
            });
            if path {
                broken.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
        let lockfile = file.ends_with("Cargo.lock") || file.ends_with("package-lock.json");
        let public = [
            "github.com/rust-lang/crates.io-index",
            "registry.npmjs.org/",
        ];
        for line in text.lines().filter(|_| lockfile) {
            let origin = line.trim_start();
            let names_one = origin.starts_with("source =") || origin.starts_with("\"resolved\":");
            if names_one && !public.iter().any(|it| origin.contains(it)) {
                broken.push(format!("{}: {origin}", file.display()));
            }
        }
        let settings = [".npmrc", ".cargo/config.toml", "pip.conf"];
        if settings.iter().any(|it| file.ends_with(it)) && text.contains("://") {
            broken.push(format!("{}: an address of one machine", file.display()));
        }
    }
    assert_none(&broken);
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// Files below folders of the repository, with their text; those that are no text are left out.
fn files(folders: &[&str], extension: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|it| root.join(it)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let (path, name) = (entry.path(), entry.file_name());
            let generated = ["target", ".git", "node_modules"]
                .iter()
                .any(|it| name == *it);
            if entry.file_type().expect("its type").is_dir() {
                if !generated {
                    open.push(path);
                }
            } else if (extension.is_empty() || path.extension().is_some_and(|it| it == extension))
                && !generated
                && let Ok(text) = fs::read_to_string(&path)
            {
                let relative = path.strip_prefix(root).expect("below the root");
                found.push((
                    relative.strip_prefix("./").unwrap_or(relative).to_owned(),
                    text,
                ));
            }
        }
    }
    found.sort();
    found
}

fn text_of(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file)
}

/// The module directly below `src/` that a file belongs to.
fn area(file: &Path) -> String {
    let below = file.strip_prefix("src").expect("a file of the library");
    let first = below.iter().next().expect("a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn rank(area: &str) -> Option<usize> {
    RANKS.iter().position(|it| it.contains(&area))
}

fn identifier(text: &str) -> String {
    text.chars()
        .take_while(|it| it.is_alphanumeric() || *it == '_')
        .collect()
}

/// The code of a file without the items that only tests compile. A module of tests that is a file of
/// its own may stand anywhere: what follows it is code.
fn without_tests(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            code.push_str(line);
            code.push('\n');
            continue;
        }
        let item = lines.find(|it| !it.trim_start().starts_with("#["));
        let Some(item) = item.filter(|it| !it.ends_with(';')) else {
            continue;
        };
        let indent = &item[..item.len() - item.trim_start().len()];
        let end = format!("{indent}}}");
        lines.find(|it| *it == end);
    }
    code
}

#[test]
fn only_what_tests_compile_is_left_out() {
    let text = "use a;\n#[cfg(test)]\nmod tests;\nfn b() {}\n#[cfg(test)]\n#[expect(c)]\nmod d {\n    fn e() {\n    }\n}\nfn f() {}\n";

    assert_eq!(without_tests(text), "use a;\nfn b() {}\nfn f() {}\n");
}

/// The keys of a language with the values that each sentence names.
fn sentences(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut sentences: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = None;
    for (_, text) in files(&[&format!("locales/{}", locale.tag())], "ftl") {
        for line in text.lines() {
            let begins = line.starts_with(|it: char| it.is_alphabetic());
            if let Some((name, _)) = line.split_once('=').filter(|_| begins) {
                key = Some(name.trim().to_owned());
            }
            let Some(key) = key.clone().filter(|_| !line.starts_with('#')) else {
                continue;
            };
            let values = line.split('$').skip(1).map(identifier);
            sentences.entry(key).or_default().extend(values);
        }
    }
    sentences
}
