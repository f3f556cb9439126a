//! What a client that signed in is called, in few words: `Firefox, Android`.
//!
//! It is the client's own word: owners tell their devices by it, and nothing follows from it.

/// Most characters of a name that is none of those below.
const NAME_MOST: usize = 40;

/// How browsers and programs are known. Some name others that they resemble: those come first.
const PROGRAMS: [(&str, &str); 12] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("okhttp/", "Android app"),
    ("CFNetwork/", "iOS app"),
];
/// The same of systems.
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// The words for what a client says in `User-Agent`.
#[must_use]
pub fn words(agent: &str) -> Option<String> {
    let find = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| (*name).to_owned())
    };
    let named = find(&PROGRAMS).or_else(|| {
        // Of other programs the name without the version.
        let first = agent.split(['/', ' ']).next()?;
        let fits = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        let name: String = first.chars().filter(fits).take(NAME_MOST).collect();
        (!name.is_empty() && name != "Mozilla").then_some(name)
    });
    match (named, find(&SYSTEMS)) {
        (Some(program), Some(system)) => Some(format!("{program}, {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn devices_have_names_that_people_know() {
        for (agent, known) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
                "Edge, Windows",
            ),
            ("curl/8.9.1", "curl"),
            ("python-requests/2.32", "python-requests"),
        ] {
            assert_eq!(words(agent).as_deref(), Some(known), "{agent}");
        }
    }

    #[test]
    fn what_a_client_says_is_bounded() {
        assert_eq!(words(""), None);
        assert_eq!(words("Mozilla/5.0"), None);
        assert_eq!(words("<script>/1").as_deref(), Some("script"));
        assert_eq!(words(&"x".repeat(1_000)).map(|it| it.len()), Some(40));
    }
}
