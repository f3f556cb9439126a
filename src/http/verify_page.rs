//! The page of a certificate: what it says and how it is laid out.
//!
//! It works without scripts and says by words what it says by colour. What it shows was decided in `certificates`.

use crate::attendance::picture::Picture;
use crate::certificates::Status;
use crate::certificates::credential;
use crate::certificates::credential::Purpose;
use crate::certificates::document::Document;
use crate::certificates::document::Fact;
use crate::certificates::printed;
use crate::certificates::verify::PATH;
use crate::http::page::Page;
use crate::platform::i18n::Locale;
use crate::platform::markup::escaped;

fn say(locale: Locale, key: &str) -> String {
    escaped(&locale.sentence::<&str>(key, &[]))
}

/// The page of a certificate.
pub fn page(words: &Document, wished: Option<Locale>) -> String {
    let locale = words.locale;
    let say = |key: &str| say(locale, key);
    let class = words.status.word().to_lowercase();
    // The sign repeats the word, for whoever looks at neither colour nor language.
    let sign = match words.status {
        Status::Valid => "✓",
        Status::Superseded => "↻",
        Status::Revoked => "✕",
    };
    let mut body = format!(
        "<p class=\"standing {class}\" role=\"status\"><strong><span aria-hidden=\"true\">{sign}</span> \
         {word}</strong> {means}</p>\n",
        word = escaped(&words.status_word),
        means = escaped(&words.status_sentence),
    );
    if let Some(code) = &words.successor {
        let code = escaped(code);
        body.push_str(&format!(
            "<p>{} <a href=\"{PATH}/{code}{again}\"><bdi dir=\"ltr\">{code}</bdi></a></p>\n",
            say("certificate-successor"),
            again = again(wished),
        ));
    }
    if let Some(statement) = &words.statement {
        body.push_str(&format!("<p class=\"lead\">{}</p>\n", escaped(statement)));
    }
    body.push_str("<dl>\n");
    for fact in &words.facts {
        body.push_str(&format!(
            "<div><dt>{}</dt><dd><bdi>{}</bdi></dd></div>\n",
            escaped(&fact.label),
            escaped(&fact.value)
        ));
    }
    body.push_str("</dl>\n");
    if let Some(projects) = &words.projects {
        body.push_str(&table(locale, projects));
    }
    // A code that is too long for a picture cannot be.
    if let Ok(picture) = Picture::of(&words.address) {
        body.push_str(&format!(
            "<figure class=\"qr\"><div role=\"img\" aria-label=\"{}\">{}</div>\
             <figcaption><bdi dir=\"ltr\">{}</bdi></figcaption></figure>\n",
            say("certificate-picture"),
            picture.svg(),
            escaped(&words.address),
        ));
    }
    if words.status == Status::Valid {
        body.push_str(&format!(
            "<p><a href=\"{PATH}/{code}{ending}{again}\">{paper}</a></p>\n",
            code = escaped(&words.code),
            ending = printed::ENDING,
            again = again(wished),
            paper = say("certificate-yourself-paper"),
        ));
    }
    body.push_str(&yourself(words));
    body.push_str(&format!(
        "<p class=\"sources\">{}</p>\n",
        say("certificate-privacy")
    ));
    let here = format!("{PATH}/{}", words.code);
    whole(locale, wished, &words.title, &here, &body)
}

fn table(locale: Locale, projects: &[Fact]) -> String {
    let say = |key: &str| say(locale, key);
    let rows: String = projects
        .iter()
        .map(|it| {
            format!(
                "<tr><th scope=\"row\"><bdi>{}</bdi></th><td>{}</td></tr>\n",
                escaped(&it.label),
                escaped(&it.value)
            )
        })
        .collect();
    format!(
        "<table class=\"plain\">\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">{}</th>\
         <th scope=\"col\">{}</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n",
        say("certificate-projects"),
        say("certificate-project"),
        say("certificate-time"),
    )
}

fn yourself(words: &Document) -> String {
    let say = |key: &str| say(words.locale, key);
    let code = escaped(&words.code);
    let here = format!("{PATH}/{code}");
    let file = match words.status {
        Status::Valid => format!(
            "<a href=\"{here}{}\">{}</a>",
            credential::ENDING,
            say("certificate-yourself-file")
        ),
        Status::Superseded | Status::Revoked => say("certificate-yourself-none"),
    };
    format!(
        "<h2>{title}</h2>\n<p>{how}</p>\n<ul>\n<li>{file}</li>\n\
         <li><a href=\"{revocation}\">{of_revocation}</a></li>\n\
         <li><a href=\"{suspension}\">{of_suspension}</a></li>\n\
         <li><a href=\"/.well-known/jwks.json\">{keys}</a></li>\n</ul>\n",
        title = say("certificate-yourself"),
        how = say("certificate-yourself-how"),
        revocation = credential::list_address(&here, Purpose::Revocation),
        of_revocation = say("certificate-yourself-revocation"),
        suspension = credential::list_address(&here, Purpose::Suspension),
        of_suspension = say("certificate-yourself-suspension"),
        keys = say("certificate-yourself-keys"),
    )
}

/// The page with the form alone.
pub fn form(locale: Locale, wished: Option<Locale>) -> String {
    let title = locale.sentence::<&str>("certificate-check", &[]);
    whole(locale, wished, &title, PATH, &field(locale, wished, None))
}

/// The page of a code that opens nothing.
pub fn unknown(locale: Locale, wished: Option<Locale>) -> String {
    let title = locale.sentence::<&str>("certificate-check", &[]);
    let wrong = locale.sentence::<&str>("certificate-unknown", &[]);
    let body = field(locale, wished, Some(&wrong));
    whole(locale, wished, &title, PATH, &body)
}

fn field(locale: Locale, wished: Option<Locale>, wrong: Option<&str>) -> String {
    let say = |key: &str| say(locale, key);
    let (told, describes) = match wrong {
        Some(wrong) => (
            format!(
                "<p id=\"wrong\" class=\"wrong\" role=\"alert\">{}</p>\n",
                escaped(wrong)
            ),
            "wrong hint",
        ),
        None => (String::new(), "hint"),
    };
    let language = wished.map_or_else(String::new, |it| {
        format!(
            "<input type=\"hidden\" name=\"lang\" value=\"{}\">\n",
            it.tag()
        )
    });
    format!(
        "{told}<form action=\"{PATH}\" method=\"get\">\n{language}\
         <p><label for=\"code\">{label}</label><br>\n\
         <input id=\"code\" name=\"code\" type=\"text\" dir=\"ltr\" required maxlength=\"64\" \
         autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" \
         aria-describedby=\"{describes}\"{invalid}>\n<button type=\"submit\">{button}</button></p>\n\
         <p id=\"hint\">{hint}</p>\n</form>\n",
        label = say("certificate-check-label"),
        button = say("certificate-check-button"),
        hint = say("certificate-check-hint"),
        invalid = if wrong.is_some() {
            " aria-invalid=\"true\""
        } else {
            ""
        },
    )
}

/// Whoever chose a language goes on in it.
fn again(wished: Option<Locale>) -> String {
    wished.map_or_else(String::new, |it| format!("?lang={}", it.tag()))
}

fn whole(locale: Locale, wished: Option<Locale>, title: &str, here: &str, body: &str) -> String {
    let check = say(locale, "certificate-check");
    let page = Page {
        locale,
        title,
        heading: None,
        class: "certificate",
        is_listed: false,
        body: &format!(
            "{body}<p><a href=\"{PATH}{}\">{check}</a></p>\n",
            again(wished)
        ),
    };
    page.html(|it| format!("{here}?lang={}", it.tag()))
}
