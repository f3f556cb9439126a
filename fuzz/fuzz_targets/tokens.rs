//! Any text as the token of a request, to a server that knows nobody.
//!
//! None is taken: whoever is let in has forged a signature.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use tiwizi::app::App;
use tiwizi::config::Config;
use tiwizi::identity::origin::Origin;
use tiwizi::platform::clock::Clock;
use tiwizi::platform::i18n::Locale;
use tokio::runtime::Runtime;

struct Server {
    runtime: Runtime,
    app: App,
    _folder: TempDir,
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let folder = TempDir::new().expect("a temporary folder");
    let config = Config {
        database_url: format!("sqlite://{}", folder.path().join("tiwizi.sqlite").display()),
        keys_file: folder.path().join("keys").display().to_string(),
        ..Config::default()
    };
    let app = runtime.block_on(Box::pin(App::start(config, Clock::System)));
    Server {
        app: app.expect("a start"),
        runtime,
        _folder: folder,
    }
});

fuzz_target!(|text: &str| {
    let server = &*SERVER;
    let asked = server.app.authenticator.ctx(Some(text), Locale::En, "fuzz", Origin::default());
    assert!(server.runtime.block_on(asked).is_err(), "{text:?}");
});
