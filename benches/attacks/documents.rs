//! Documents that cost their sender little and would cost the server much.
//!
//! How long they take is measured in `main`.

use std::fmt::Write;

use serde_json::Value;
use serde_json::json;

/// One request that must be refused.
#[derive(Debug)]
pub struct Attack {
    /// What is tried.
    pub name: &'static str,
    /// The whole body.
    pub body: String,
    /// Sent with a token, so that nothing is refused for want of one.
    pub signed_in: bool,
}

/// Every one that is known, each as large as a body may be or larger.
pub fn all() -> Vec<Attack> {
    vec![
        signed_in(
            "aliases: one field 2,000 times",
            repeated(2_000, |n| format!("a{n}: viewer {{ isPlatformAdmin }} ")),
        ),
        signed_in(
            "one field 5,000 times without aliases",
            repeated(5_000, |_| "viewer { isPlatformAdmin } ".to_owned()),
        ),
        signed_in("fragments in a circle", circle(2)),
        signed_in("300 fragments in a circle", circle(300)),
        signed_in("fragments that double 30 times", doubling(30)),
        signed_in("30 levels of lists", nested(30)),
        signed_in("4,000 brackets deep", brackets(4_000)),
        signed_in("lists of 100 in lists of 100", lists()),
        signed_in(
            "1,000 directives on one field",
            format!(
                "{{ viewer {{ isPlatformAdmin {} }} }}",
                "@include(if: true) ".repeat(1_000)
            ),
        ),
        signed_in(
            "1,000 directives that nobody knows",
            format!("{{ viewer {{ isPlatformAdmin {} }} }}", "@a ".repeat(1_000)),
        ),
        signed_in("60,000 words", format!("{{ {} }}", "a ".repeat(60_000))),
        signed_in(
            "one argument that is a list of 30,000",
            format!("{{ node(id: [{}]) {{ id }} }}", "1,".repeat(30_000)),
        ),
        signed_in("500 operations in one document", repeated_operations(500)),
        signed_in("selections that may conflict", conflicts(150)),
        of_body(
            "introspection within introspection",
            json!({ "query": introspection(12) }),
            true,
        ),
        of_body(
            "a batch of 500 times signing in",
            Value::Array(vec![json!({ "query": sign_in("") }); 500]),
            false,
        ),
        of_body(
            "signing in 100 times by aliases",
            json!({ "query": guesses(100) }),
            false,
        ),
        of_body(
            "a body of 8 MB",
            json!({ "query": format!("{{ viewer {{ isPlatformAdmin }} }} #{}", "x".repeat(8_000_000)) }),
            true,
        ),
        of_body("variables of 100,000 nested lists", deep_variables(), true),
    ]
}

/// The same body in words that were never sent: its first document begins with a comment.
pub fn unseen(body: &str, round: usize) -> String {
    let began = format!(r##""query":"# {round}\n"##);
    body.replacen(r#""query":""#, &began, 1)
}

fn signed_in(name: &'static str, query: String) -> Attack {
    of_body(name, json!({ "query": query }), true)
}

fn of_body(name: &'static str, body: Value, signed_in: bool) -> Attack {
    let body = match body {
        // As text: a value so deep could not be written.
        Value::String(text) => text,
        other => other.to_string(),
    };
    Attack {
        name,
        body,
        signed_in,
    }
}

fn repeated(times: usize, each: impl Fn(usize) -> String) -> String {
    let mut document = "{ ".to_owned();
    document.extend((0..times).map(each));
    document.push('}');
    document
}

fn circle(length: usize) -> String {
    let mut document = "{ viewer { ...F0 } } ".to_owned();
    for n in 0..length {
        let _written = write!(
            document,
            "fragment F{n} on Viewer {{ isPlatformAdmin ...F{} }} ",
            (n + 1) % length
        );
    }
    document
}

fn doubling(times: usize) -> String {
    let mut document = "{ viewer { ...F0 } } ".to_owned();
    for n in 0..times {
        let _written = write!(
            document,
            "fragment F{n} on Viewer {{ ...F{0} ...F{0} }} ",
            n + 1
        );
    }
    let _written = write!(
        document,
        "fragment F{times} on Viewer {{ isPlatformAdmin }}"
    );
    document
}

fn nested(levels: usize) -> String {
    let opening = "nodes { organization { hourEntries(first: 1) { ".repeat(levels);
    format!(
        "{{ organization(slug: \"al-amal\") {{ hourEntries(first: 1) {{ {opening} totalCount {} }} }} }}",
        "} } } ".repeat(levels)
    )
}

fn brackets(deep: usize) -> String {
    format!("{}{}", "{ a ".repeat(deep), "} ".repeat(deep))
}

fn lists() -> String {
    "{ organizations(first: 100) { nodes { projects(first: 100) { nodes { organization \
        { hourEntries(first: 100) { nodes { id } } } } } } } }"
        .to_owned()
}

fn repeated_operations(times: usize) -> String {
    (0..times).fold(String::new(), |mut document, n| {
        let _written = write!(document, "query Q{n} {{ viewer {{ isPlatformAdmin }} }} ");
        document
    })
}

/// Every pair of selections must be compared by whoever merges them naively.
fn conflicts(fragments: usize) -> String {
    let mut document = "{ viewer { ".to_owned();
    for n in 0..fragments {
        let _written = write!(document, "...F{n} ");
    }
    document.push_str("...G } } ");
    for n in 0..fragments {
        let _written = write!(
            document,
            "fragment F{n} on Viewer {{ {} }} ",
            "isPlatformAdmin a: mustEnableTotp ".repeat(5)
        );
    }
    document.push_str("fragment G on Viewer { a: isPlatformAdmin } ");
    document
}

fn introspection(levels: usize) -> String {
    format!(
        "{{ __schema {{ types {{ {} name {} }} }} }}",
        "fields { type { ".repeat(levels),
        "} } ".repeat(levels)
    )
}

fn sign_in(alias: &str) -> String {
    format!("mutation {{ {} }}", guess(alias))
}

fn guess(alias: &str) -> String {
    format!(
        "{alias}signIn(input: {{ email: \"owner@example.org\", password: \"wrong\" }}) {{ userErrors {{ code }} }} "
    )
}

fn guesses(times: usize) -> String {
    let all: String = (0..times).map(|n| guess(&format!("a{n}: "))).collect();
    format!("mutation {{ {all} }}")
}

fn deep_variables() -> Value {
    let (opening, closing) = ("[".repeat(100_000), "]".repeat(100_000));
    Value::String(format!(
        "{{\"query\":\"query($id: ID!) {{ node(id: $id) {{ id }} }}\",\"variables\":{{\"id\":{opening}{closing}}}}}"
    ))
}
