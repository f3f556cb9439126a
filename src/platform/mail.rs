//! Letters: one text in two forms, handed to a server by SMTP.
//!
//! What is written to whom is decided by the areas; the settings are in `config`. A connection for each letter: few are
//! sent, and nothing is kept that could be cut.

use std::time::Duration;
use std::time::SystemTime;

use chrono::DateTime;
use chrono::Utc;
use lettre::Address;
use lettre::AsyncSmtpTransport;
use lettre::AsyncTransport;
use lettre::Message;
use lettre::Tokio1Executor;
use lettre::message::Attachment;
use lettre::message::Mailbox;
use lettre::message::MultiPart;
use lettre::message::SinglePart;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::Tls;
use lettre::transport::smtp::client::TlsParameters;
use uuid::Uuid;

use crate::config::MailConfig;
use crate::config::MailSecurity;
use crate::platform::i18n::Locale;
use crate::platform::text::breaks_line;

/// How long a server may be silent: less than a lease of a job lasts.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest address that a server takes.
const ADDRESS_MOST: usize = 254;

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Identifies it: however often it is sent, it is one letter.
    pub id: Uuid,
    /// Whom it is for, as [`address`] read it.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The text without markup.
    pub plain: String,
    /// The same as a page.
    pub html: String,
    /// The language of it.
    pub language: Locale,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// A file that comes with it.
    pub file: Option<EnclosedFile>,
}

/// A file that comes with a letter.
#[derive(Clone, Debug)]
pub struct EnclosedFile {
    /// Its name.
    pub name: String,
    /// What it is, as HTTP names it.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Why a letter was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No server is set up.
    #[error("no mail server is set up: set mail.host and mail.from")]
    Unset,
    /// The server will never take it, or it cannot be written.
    #[error("the letter was refused: {0}")]
    Refused(String),
    /// The server may take it later.
    #[error("the mail server did not take the letter: {0}")]
    Later(String),
}

/// An address of the form `name@example.org` as it is kept; `None` for what is none. It has one line, so that nothing
/// that was typed becomes a header.
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.len() <= ADDRESS_MOST && !text.chars().any(|it| breaks_line(it) || it == '"');
    let read: Address = fits.then(|| text.parse().ok())??;
    Some(read.to_string())
}

/// Hands a letter to the server of the settings.
///
/// # Errors
/// [`MailError`].
pub async fn send(config: &MailConfig, letter: Letter) -> Result<(), MailError> {
    let message = written(config, letter)?;
    let transport = transport(config)?;
    match transport.send(message).await {
        Ok(_) => Ok(()),
        Err(cause) if cause.is_permanent() => Err(MailError::Refused(told(&cause))),
        Err(cause) => Err(MailError::Later(told(&cause))),
    }
}

/// Looks whether the server of the settings answers, and lets us in; nothing is sent.
///
/// # Errors
/// [`MailError`].
pub async fn probe(config: &MailConfig) -> Result<(), MailError> {
    let answered = transport(config)?.test_connection().await;
    match answered {
        Ok(true) => Ok(()),
        Ok(false) => Err(MailError::Later("it does not answer".to_owned())),
        Err(cause) => Err(MailError::Later(told(&cause))),
    }
}

/// The letter as it goes over the wire.
///
/// # Errors
/// [`MailError::Unset`], [`MailError::Refused`].
fn written(config: &MailConfig, letter: Letter) -> Result<Message, MailError> {
    let unfit = |cause: String| MailError::Refused(cause);
    let from: Mailbox = config.from.parse().map_err(|_cause| MailError::Unset)?;
    let to: Address = letter
        .to
        .parse()
        .map_err(|_cause| unfit(letter.to.clone()))?;
    let host = from.email.domain().to_owned();
    // A subject is one line, whatever it was made from.
    let subject: String = letter
        .subject
        .chars()
        .map(|it| if breaks_line(it) { ' ' } else { it })
        .collect();
    let message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(subject)
        .date(SystemTime::from(letter.at))
        .message_id(Some(format!("<{}@{host}>", letter.id)))
        .header(Language(letter.language.tag().to_owned()))
        .header(AutoSubmitted);
    // The same letter is the same bytes.
    let boundary = |part: &str| format!("{part}-{}", letter.id.simple());
    let texts = MultiPart::alternative()
        .boundary(boundary("texts"))
        .singlepart(SinglePart::plain(letter.plain))
        .singlepart(SinglePart::html(letter.html));
    let whole = match letter.file {
        None => texts,
        Some(file) => {
            let kind = ContentType::parse(&file.media_type);
            let kind = kind.map_err(|cause| unfit(cause.to_string()))?;
            MultiPart::mixed()
                .boundary(boundary("whole"))
                .multipart(texts)
                .singlepart(Attachment::new(file.name).body(file.content, kind))
        }
    };
    message
        .multipart(whole)
        .map_err(|cause| unfit(cause.to_string()))
}

fn transport(config: &MailConfig) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    if config.host.is_empty() {
        return Err(MailError::Unset);
    }
    let parameters = || {
        let made = TlsParameters::new_rustls(config.host.clone());
        made.map_err(|cause| MailError::Later(told(&cause)))
    };
    let tls = match config.security {
        MailSecurity::Starttls => Tls::Required(parameters()?),
        MailSecurity::Tls => Tls::Wrapper(parameters()?),
        MailSecurity::None => Tls::None,
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.host.clone())
        .port(config.port)
        .timeout(Some(PATIENCE))
        .tls(tls);
    Ok(match config.user.as_str() {
        "" => builder.build(),
        user => {
            let password = config.password.expose().to_owned();
            builder
                .credentials(Credentials::new(user.to_owned(), password))
                .build()
        }
    })
}

/// An error with what caused it, in one line.
fn told(cause: &dyn std::error::Error) -> String {
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(below) = source {
        let more = below.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = below.source();
    }
    text.replace(['\r', '\n'], " ")
}

/// In which language the letter is.
#[derive(Clone)]
struct Language(String);

impl lettre::message::header::Header for Language {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// Nobody wrote it: no out-of-office note should answer it.
#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        let value = "auto-generated".to_owned();
        lettre::message::header::HeaderValue::new(Self::name(), value)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::EnclosedFile;
    use super::Letter;
    use super::MailError;
    use super::address;
    use super::written;
    use crate::config::MailConfig;
    use crate::platform::i18n::Locale;

    fn letter(to: &str, subject: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            to: to.to_owned(),
            subject: subject.to_owned(),
            plain: "نص".to_owned(),
            html: "<p>نص</p>".to_owned(),
            language: Locale::Ar,
            at: "2026-11-02T09:00:00Z".parse().unwrap(),
            file: Some(EnclosedFile {
                name: "تقرير\r\nBcc: x@example.org.csv".to_owned(),
                media_type: "text/csv; charset=utf-8".to_owned(),
                content: b"1,2".to_vec(),
            }),
        }
    }

    fn config() -> MailConfig {
        MailConfig {
            host: "127.0.0.1".to_owned(),
            from: "Tiwizi <reports@example.org>".to_owned(),
            ..MailConfig::default()
        }
    }

    #[test]
    fn only_addresses_are_taken() {
        for text in [
            "a@example.org",
            " Fatima.Z@example.ma ",
            "x+y@sub.example.org",
        ] {
            assert_eq!(address(text).as_deref(), Some(text.trim()), "{text}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for text in [
            "",
            "a",
            "a@",
            "@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "a@example.org\nSubject: x",
            "a b@example.org",
            "<a@example.org>",
            "A <a@example.org>",
            "a@example.org, b@example.org",
            "\"a\"@example.org",
            long.as_str(),
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_that_was_typed_becomes_a_header() {
        let odd = "Hours\r\nBcc: spy@example.org\u{2028}X: y";
        let message = written(&config(), letter("a@example.org", odd)).unwrap();

        let text = String::from_utf8(message.formatted()).unwrap();
        let (headers, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            !headers.contains("\nBcc:") && !headers.contains("\nX:"),
            "{headers}"
        );
        assert!(!text.contains("\nBcc:"), "{text}");
        assert_eq!(message.envelope().to().len(), 1);
        assert!(
            headers.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.org>"),
            "{headers}"
        );
        assert!(
            headers.contains("Date: Mon, 02 Nov 2026 09:00:00 +0000"),
            "{headers}"
        );
        let again = written(&config(), letter("a@example.org", odd)).unwrap();
        assert_eq!(again.formatted(), message.formatted());
    }

    #[tokio::test]
    async fn without_a_server_nothing_is_sent() {
        let sent = super::send(&MailConfig::default(), letter("a@example.org", "x")).await;

        assert!(matches!(sent, Err(MailError::Unset)), "{sent:?}");
    }
}
