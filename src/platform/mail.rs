//! Letters: one text in two forms, handed to a server by SMTP.
//!
//! What is written to whom is decided by the areas; the settings are in `config`. A connection for each letter: few are
//! sent, and nothing is kept that could be cut.

use std::time::Duration;
use std::time::SystemTime;

use chrono::DateTime;
use chrono::Utc;
use lettre::Address;
use lettre::Message;
use lettre::message::Attachment;
use lettre::message::Mailbox;
use lettre::message::MultiPart;
use lettre::message::SinglePart;
use lettre::message::header::ContentType;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::client::Certificate;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::commands::Data;
use lettre::transport::smtp::commands::Mail;
use lettre::transport::smtp::commands::Rcpt;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::extension::Extension;
use lettre::transport::smtp::extension::MailBodyParameter;
use lettre::transport::smtp::extension::MailParameter;
use tokio::time::timeout;
use uuid::Uuid;

use crate::config::MailConfig;
use crate::config::MailSecurity;
use crate::platform::i18n::Locale;
use crate::platform::text::breaks_line;

/// How long a server may be silent: less than a lease of a job lasts.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a letter may take on the wire: it may bring a large file.
const PATIENCE_WITH_DATA: Duration = Duration::from_secs(300);
/// With these a server refuses a recipient or a letter for good; with others, or elsewhere, its settings or ours are to be
/// mended, and the letter waits for that.
const FOR_GOOD: [u16; 4] = [550, 551, 553, 554];
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
    /// The link by which no more of its kind come, where that can be chosen: mail programs ask for it by themselves when
    /// somebody tells them to (RFC 8058).
    pub unsubscribe: Option<String>,
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
    /// The server will never take it, or it cannot be written: the codes of its answer, or those that it would have
    /// given. What servers say beside them names people and machines.
    #[error("the letter was refused: {0}")]
    Refused(String),
    /// The server may take it later: where it was, and the codes of its answer.
    #[error("the mail server did not take the letter: {0}")]
    Later(String),
}

/// How far the talk with a server has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Greeting, secrecy, signing in.
    Connecting,
    /// Who the letter is from.
    Sender,
    /// Whom it is for.
    Recipient,
    /// The letter.
    Content,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Content => "content",
        }
    }

    /// What an error at this point is.
    fn failed(self, cause: &smtp::Error) -> MailError {
        let code = cause.status().map(u16::from);
        let about_letter = matches!(self, Self::Recipient | Self::Content);
        match code {
            Some(code) if about_letter && FOR_GOOD.contains(&code) => {
                MailError::Refused(codes(code, cause))
            }
            Some(code) => MailError::Later(format!("{}: {}", self.word(), codes(code, cause))),
            None => MailError::Later(format!("{}: {}", self.word(), kind(cause))),
        }
    }

    /// Waits for an answer, for a while.
    async fn within<T>(
        self,
        patience: Duration,
        answer: impl Future<Output = Result<T, smtp::Error>>,
    ) -> Result<T, MailError> {
        match timeout(patience, answer).await {
            Ok(answer) => answer.map_err(|cause| self.failed(&cause)),
            Err(_elapsed) => Err(MailError::Later(format!("{}: no answer", self.word()))),
        }
    }
}

/// The codes of an answer and nothing else of it: `550 5.1.1`.
fn codes(code: u16, cause: &smtp::Error) -> String {
    let said = std::error::Error::source(cause).map(ToString::to_string);
    let status = said.as_deref().and_then(enhanced_status);
    match status {
        Some(status) => format!("{code} {status}"),
        None => code.to_string(),
    }
}

/// The status of RFC 3463 that begins an answer.
fn enhanced_status(said: &str) -> Option<&str> {
    let word = said.split_whitespace().next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let number =
        |it: &&str| (1..=3).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(number)).then_some(word)
}

/// What kind an error is that is no answer: its own words may name machines.
fn kind(cause: &smtp::Error) -> &'static str {
    if cause.is_tls() {
        "no secret connection"
    } else if cause.is_timeout() {
        "no answer"
    } else if cause.is_response() {
        "an answer that cannot be read"
    } else if cause.is_client() {
        "the server lacks what is asked of it"
    } else {
        "no connection"
    }
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
    let mut server = connected(config).await?;
    let sent = handed_over(&mut server, &message).await;
    // Politeness only: what was taken is taken.
    let _parted = timeout(PATIENCE, server.abort()).await;
    sent
}

/// Looks whether the server of the settings answers, and lets us in; nothing is sent.
///
/// # Errors
/// [`MailError`].
pub async fn probe(config: &MailConfig) -> Result<(), MailError> {
    let mut server = connected(config).await?;
    let _parted = timeout(PATIENCE, server.abort()).await;
    Ok(())
}

/// A server that let us in.
async fn connected(config: &MailConfig) -> Result<AsyncSmtpConnection, MailError> {
    if config.host.is_empty() {
        return Err(MailError::Unset);
    }
    let stage = Stage::Connecting;
    let (at_once, later) = match config.security {
        MailSecurity::Starttls => (None, Some(parameters(config).await?)),
        MailSecurity::Tls => (Some(parameters(config).await?), None),
        MailSecurity::None => (None, None),
    };
    let us = ClientId::default();
    let place = (config.host.as_str(), config.port);
    let connecting = AsyncSmtpConnection::connect_tokio1(place, Some(PATIENCE), &us, at_once, None);
    let mut server = stage.within(PATIENCE, connecting).await?;
    if let Some(parameters) = later {
        let secret = server.starttls(parameters, &us);
        stage.within(PATIENCE, secret).await?;
    }
    if !config.user.is_empty() {
        let password = config.password.expose().to_owned();
        let credentials = Credentials::new(config.user.clone(), password);
        let let_in = server.auth(DEFAULT_MECHANISMS, &credentials);
        stage.within(PATIENCE, let_in).await?;
    }
    Ok(server)
}

/// By which certificates the server is known: those of Mozilla, and those of the settings.
async fn parameters(config: &MailConfig) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if !config.root_certificate.is_empty() {
        let unread = || MailError::Later("mail.root_certificate cannot be read".to_owned());
        let pem = tokio::fs::read(&config.root_certificate).await;
        let pem = pem.map_err(|_cause| unread())?;
        let roots = Certificate::from_pem(&pem).map_err(|_cause| unread())?;
        builder = builder.add_root_certificate(roots);
    }
    let made = builder.build_rustls();
    made.map_err(|cause| Stage::Connecting.failed(&cause))
}

/// The talk about one letter, step by step: what a refusal means depends on what it answers.
async fn handed_over(server: &mut AsyncSmtpConnection, message: &Message) -> Result<(), MailError> {
    let (envelope, content) = (message.envelope(), message.formatted());
    let knows = |it: Extension| server.server_info().supports_feature(it);
    let lacks = || MailError::Later(format!("{}: 8BITMIME, SMTPUTF8", Stage::Sender.word()));
    let mut options = Vec::new();
    let mut addresses = envelope.to().iter().chain(envelope.from());
    if !addresses.all(|it| it.to_string().is_ascii()) {
        if !knows(Extension::SmtpUtfEight) {
            return Err(lacks());
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !content.is_ascii() {
        if !knows(Extension::EightBitMime) {
            return Err(lacks());
        }
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = server.command(Mail::new(envelope.from().cloned(), options));
    Stage::Sender.within(PATIENCE, from).await?;
    for to in envelope.to() {
        let to = server.command(Rcpt::new(to.clone(), Vec::new()));
        Stage::Recipient.within(PATIENCE, to).await?;
    }
    let begun = server.command(Data);
    Stage::Content.within(PATIENCE, begun).await?;
    let taken = server.message(&content);
    Stage::Content.within(PATIENCE_WITH_DATA, taken).await?;
    Ok(())
}

/// The letter as it goes over the wire.
///
/// # Errors
/// [`MailError::Unset`], [`MailError::Refused`].
fn written(config: &MailConfig, letter: Letter) -> Result<Message, MailError> {
    let unfit = |status: &str| MailError::Refused(status.to_owned());
    let from: Mailbox = config.from.parse().map_err(|_cause| MailError::Unset)?;
    let to: Address = letter.to.parse().map_err(|_cause| unfit("501 5.1.3"))?;
    let host = from.email.domain().to_owned();
    // A subject is one line, whatever it was made from.
    let subject: String = letter
        .subject
        .chars()
        .map(|it| if breaks_line(it) { ' ' } else { it })
        .collect();
    let mut message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(subject)
        .date(SystemTime::from(letter.at))
        .message_id(Some(format!("<{}@{host}>", letter.id)))
        .header(Language(letter.language.tag().to_owned()))
        .header(AutoSubmitted);
    if let Some(url) = letter.unsubscribe {
        message = message.header(Unsubscribe(url)).header(OneClick);
    }
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
            let kind = kind.map_err(|_cause| unfit("501 5.6.1"))?;
            MultiPart::mixed()
                .boundary(boundary("whole"))
                .multipart(texts)
                .singlepart(Attachment::new(file.name).body(file.content, kind))
        }
    };
    message
        .multipart(whole)
        .map_err(|_cause| unfit("501 5.6.0"))
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

/// Where somebody says that they want no more of these.
#[derive(Clone)]
struct Unsubscribe(String);

impl lettre::message::header::Header for Unsubscribe {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        let value = format!("<{}>", self.0);
        lettre::message::header::HeaderValue::new(Self::name(), value)
    }
}

/// A mail program may say it for them, without a look at a page.
#[derive(Clone)]
struct OneClick;

impl lettre::message::header::Header for OneClick {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        let value = "List-Unsubscribe=One-Click".to_owned();
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
    use super::probe;
    use super::written;
    use crate::config::MailConfig;
    use crate::config::MailSecurity;
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
            unsubscribe: None,
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

    #[tokio::test]
    async fn an_authority_that_cannot_be_read_is_named() {
        let config = MailConfig {
            security: MailSecurity::Tls,
            root_certificate: "no/such/file.pem".to_owned(),
            ..config()
        };

        let told = probe(&config).await.unwrap_err().to_string();

        assert!(told.contains("mail.root_certificate"), "{told}");
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

    #[test]
    fn only_the_status_of_an_answer_is_kept() {
        for (said, status) in [
            ("5.1.1 <a@example.org>: nobody of that name", Some("5.1.1")),
            ("4.7.1", Some("4.7.1")),
            ("127.0.0.1 is on a list", None),
            ("mx.example.org", None),
            ("a.b.c", None),
            ("", None),
        ] {
            assert_eq!(super::enhanced_status(said), status, "{said}");
        }
    }

    #[tokio::test]
    async fn without_a_server_nothing_is_sent() {
        let sent = super::send(&MailConfig::default(), letter("a@example.org", "x")).await;

        assert!(matches!(sent, Err(MailError::Unset)), "{sent:?}");
    }
}
