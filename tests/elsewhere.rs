//! Whoever comes from elsewhere: pages of other sites, machines that collect figures, people who found a hole.
//!
//! Sockets of other sites are opened here too; what they carry is in `live`.

use reqwest::Method;
use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::json;
use tiwizi::config::Config;
use tiwizi::config::Environment;

use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::socket::Socket;

const NAMED: &str = "https://app.example.org";
const TOKEN: &str = "a-secret-of-the-collector";

/// A server that lets the pages of one site in.
async fn with_a_client_elsewhere(app: &App) -> App {
    app.beside_with(|config| config.http.origins = format!("{NAMED}/ http://localhost:5173"))
        .await
}

/// What a browser asks before it sends a request of a page.
async fn asks(app: &App, path: &str, origin: &str) -> Response {
    app.http()
        .request(Method::OPTIONS, format!("{}{path}", app.url))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        )
        .send()
        .await
        .unwrap()
}

async fn posts(app: &App, origin: Option<&str>) -> Response {
    let request = app
        .http()
        .post(format!("{}/graphql", app.url))
        .json(&json!({ "query": "{ __typename }" }));
    let request = match origin {
        Some(origin) => request.header("origin", origin),
        None => request,
    };
    request.send().await.unwrap()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |it| it.to_str().unwrap())
}

fn vary(headers: &HeaderMap) -> String {
    let all = headers
        .get_all("vary")
        .iter()
        .map(|it| it.to_str().unwrap());
    all.collect::<Vec<_>>().join(", ")
}

async fn figures(app: &App, headers: &[(&str, &str)]) -> u16 {
    let mut request = app.http().get(format!("{}/metrics", app.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status().as_u16()
}

async fn in_production(app: &App, change: impl FnOnce(&mut Config)) -> App {
    app.beside_with(|config| {
        config.environment = Environment::Production;
        change(config);
    })
    .await
}

on_both_databases! {
    async fn pages_of_a_named_origin_use_the_api(app: App) {
        let app = with_a_client_elsewhere(&app).await;

        let asked = asks(&app, "/graphql", NAMED).await;
        let answer = posts(&app, Some(NAMED)).await;
        let local = posts(&app, Some("http://localhost:5173")).await;

        let headers = asked.headers();
        assert_eq!((asked.status().as_u16(), text(headers, "access-control-allow-origin")), (204, NAMED));
        assert_eq!(text(headers, "access-control-allow-methods"), "GET, HEAD, POST");
        for name in ["authorization", "content-type", "accept-language", "idempotency-key", "apollo-require-preflight"] {
            assert!(text(headers, "access-control-allow-headers").contains(name), "{name}");
        }
        assert!(vary(headers).contains("Origin"), "{headers:?}");
        let headers = answer.headers();
        assert_eq!((answer.status().as_u16(), text(headers, "access-control-allow-origin")), (200, NAMED));
        for name in ["RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"] {
            assert!(text(headers, "access-control-expose-headers").contains(name), "{name}");
        }
        assert!(vary(headers).contains("Origin"), "{headers:?}");
        assert_eq!(text(local.headers(), "access-control-allow-origin"), "http://localhost:5173");
        // A right comes in a header, never in a cookie.
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }

    async fn pages_of_a_named_origin_read_refusals_and_files(app: App) {
        let app = with_a_client_elsewhere(&app).await;
        let read = async |method: Method, path: &str| {
            let request = app.http().request(method, format!("{}{path}", app.url)).header("origin", NAMED);
            let answer = request.header("authorization", "Bearer worn-out").send().await.unwrap();
            (answer.status().as_u16(), text(answer.headers(), "access-control-allow-origin").to_owned())
        };

        assert_eq!(read(Method::GET, "/graphql?query={__typename}").await, (401, NAMED.to_owned()));
        assert_eq!(read(Method::GET, "/files/unknown").await, (404, NAMED.to_owned()));
        assert_eq!(read(Method::GET, "/schema.graphql").await, (200, NAMED.to_owned()));
        // What machines watch is no business of pages.
        assert_eq!(read(Method::GET, "/metrics").await.1, "");
        assert_eq!(read(Method::GET, "/readyz").await.1, "");
    }

    async fn pages_of_other_origins_are_let_nowhere(app: App) {
        let open = with_a_client_elsewhere(&app).await;

        for origin in ["https://elsewhere.example", "https://app.example.org.elsewhere.example", "http://app.example.org", "null", "*"] {
            let (asked, answer) = (asks(&open, "/graphql", origin).await, posts(&open, Some(origin)).await);
            assert_eq!(asked.status(), 405, "{origin}");
            for headers in [asked.headers(), answer.headers()] {
                assert!(!headers.contains_key("access-control-allow-origin"), "{origin}");
                assert!(vary(headers).contains("Origin"), "{origin}");
            }
        }
        let answer = posts(&open, None).await;
        assert!(!answer.headers().contains_key("access-control-allow-origin"));
        // Where none is named, nothing is said of origins at all.
        let (asked, answer) = (asks(&app, "/graphql", NAMED).await, posts(&app, Some(NAMED)).await);
        assert_eq!(asked.status(), 405);
        for headers in [asked.headers(), answer.headers()] {
            assert!(!headers.contains_key("access-control-allow-origin"));
            assert!(!vary(headers).contains("Origin"));
        }
    }

    async fn pages_of_a_named_origin_open_sockets(app: App) {
        let app = with_a_client_elsewhere(&app).await;
        let old = app.beside_with(|config| {
            config.http.origins = String::new();
            config.live.origins = NAMED.to_owned();
        })
        .await;
        let open = async |app: &App, origin: &str| {
            let protocol = ("sec-websocket-protocol", "graphql-transport-ws".to_owned());
            Socket::open(app, &[protocol, ("origin", origin.to_owned())]).await.map(|_| ())
        };

        assert_eq!(open(&app, NAMED).await, Ok(()));
        assert_eq!(open(&app, "https://elsewhere.example").await, Err(403));
        // The older setting opens sockets, and nothing else.
        assert_eq!(open(&old, NAMED).await, Ok(()));
        assert!(!posts(&old, Some(NAMED)).await.headers().contains_key("access-control-allow-origin"));
    }

    /// Figures tell how much a server is used, and by which operations.
    async fn figures_are_for_whoever_the_settings_name(app: App) {
        let bearer = format!("Bearer {TOKEN}");
        let bearer = ("authorization", bearer.as_str());
        let from_elsewhere = ("x-forwarded-for", "198.51.100.7");
        let closed = in_production(&app, |_| ()).await;
        let secret = in_production(&app, |config| {
            *config = Config { http: with_token(), ..config.clone() };
        })
        .await;
        let near = in_production(&app, |config| {
            config.http.trusted_proxies = "127.0.0.0/8".to_owned();
            config.http.metrics_networks = "198.51.100.0/24".to_owned();
        })
        .await;

        assert_eq!(figures(&app, &[from_elsewhere]).await, 200);
        assert_eq!(figures(&closed, &[]).await, 200);
        assert_eq!(figures(&closed, &[from_elsewhere]).await, 401);
        assert_eq!(figures(&closed, &[("forwarded", "for=127.0.0.1")]).await, 401);
        assert_eq!(figures(&closed, &[from_elsewhere, ("authorization", "Bearer ")]).await, 401);
        assert_eq!(figures(&secret, &[from_elsewhere]).await, 401);
        assert_eq!(figures(&secret, &[from_elsewhere, ("authorization", "Bearer guess")]).await, 401);
        assert_eq!(figures(&secret, &[from_elsewhere, bearer]).await, 200);
        assert_eq!(figures(&near, &[from_elsewhere]).await, 200);
        assert_eq!(figures(&near, &[("x-forwarded-for", "203.0.113.9")]).await, 401);
    }

    async fn whoever_found_a_hole_is_told_whom_to_write_to(app: App) {
        let named = app.beside_with(|config| {
            config.http.security_contact = "security@example.org".to_owned();
            config.public_url = "https://tiwizi.example.org".to_owned();
        })
        .await;
        let read = async |app: &App| {
            let answer = app.http().get(format!("{}/.well-known/security.txt", app.url)).send().await.unwrap();
            let kind = text(answer.headers(), "content-type").to_owned();
            (answer.status().as_u16(), kind, answer.text().await.unwrap())
        };

        assert_eq!(read(&app).await.0, 404);
        let (status, kind, said) = read(&named).await;
        assert_eq!((status, kind.as_str()), (200, "text/plain; charset=utf-8"));
        assert_eq!(said, "Contact: mailto:security@example.org\n\
                          Expires: 2027-01-31T09:00:00Z\n\
                          Preferred-Languages: ar, fr, en\n\
                          Canonical: https://tiwizi.example.org/.well-known/security.txt\n");
    }
}

/// A secret of settings prints nowhere and is made of nothing but settings.
fn with_token() -> tiwizi::config::HttpConfig {
    serde_json::from_value(json!({
        "trusted_proxies": "", "origins": "", "metrics_token": TOKEN, "metrics_networks": "", "security_contact": "",
    }))
    .unwrap()
}
