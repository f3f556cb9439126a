//! What a letter says of a file: plain and as a page, in Arabic from right to left.
//!
//! Sentences are in `locales/*/mail.ftl`; how it goes over the wire is in `platform::mail`.

use chrono::DateTime;
use chrono::Utc;
use entity::delivery;

use crate::deliveries::asked::Shipment;
use crate::platform::i18n::Locale;
use crate::platform::mail::EnclosedFile;
use crate::platform::mail::Letter;

/// How the file comes.
#[derive(Clone, Debug)]
pub(super) enum Enclosed {
    /// In the letter.
    File(EnclosedFile),
    /// By a link that ends.
    Link {
        /// The link.
        url: String,
        /// When it ends.
        until: DateTime<Utc>,
        /// Whether it comes so because it is too large.
        too_large: bool,
    },
}

/// The letter of a delivery. The same delivery is the same letter, whenever a worker sends it.
pub(super) fn letter(
    row: &delivery::Model,
    shipment: &Shipment,
    to: &str,
    site: &str,
    enclosed: Enclosed,
) -> Letter {
    let locale = shipment.locale;
    let mut values = vec![
        ("title", shipment.title.clone()),
        ("from", shipment.from.to_string()),
        ("to", shipment.to.to_string()),
        ("owner", shipment.owner.clone()),
        ("site", site.to_owned()),
    ];
    let mut link = None;
    let mut file = None;
    let how = match enclosed {
        Enclosed::File(it) => {
            values.push(("file", it.name.clone()));
            file = Some(it);
            vec!["mail-report-enclosed"]
        }
        Enclosed::Link {
            url,
            until,
            too_large,
        } => {
            values.push(("until", until.format("%Y-%m-%d %H:%M UTC").to_string()));
            link = Some(url);
            let mut how = vec!["mail-report-link"];
            if too_large {
                how.insert(0, "mail-report-large");
            }
            how
        }
    };
    let say = |key: &str| locale.sentence(key, &values);
    let mut before = vec![say("mail-report-hello"), say("mail-report-what")];
    before.extend(how.into_iter().map(say));
    let after = [say("mail-report-why")];
    let title = say("mail-report-subject");
    Letter {
        id: row.id.0,
        to: to.to_owned(),
        plain: plain(&before, link.as_deref(), &after),
        html: page(
            locale,
            &title,
            &before,
            (link.as_deref(), &say("mail-report-fetch")),
            &after,
        ),
        subject: title,
        language: locale,
        at: shipment.written_at(row),
        file,
        unsubscribe: None,
    }
}

fn plain(before: &[String], link: Option<&str>, after: &[String]) -> String {
    let before = before.iter().map(String::as_str);
    let after = after.iter().map(String::as_str);
    let parts: Vec<&str> = before.chain(link).chain(after).collect();
    format!("{}\r\n", parts.join("\r\n\r\n"))
}

fn page(
    locale: Locale,
    title: &str,
    before: &[String],
    (link, fetch): (Option<&str>, &str),
    after: &[String],
) -> String {
    let paragraphs = |texts: &[String]| -> String {
        let each = texts.iter().map(|it| format!("<p>{}</p>\r\n", escaped(it)));
        each.collect()
    };
    let link = link.map_or_else(String::new, |url| {
        let url = escaped(url);
        let fetch = escaped(fetch);
        format!("<p><a href=\"{url}\">{fetch}</a></p>\r\n<p dir=\"ltr\">{url}</p>\r\n")
    });
    let direction = match locale {
        Locale::Ar => "rtl",
        Locale::Fr | Locale::En => "ltr",
    };
    format!(
        "<!DOCTYPE html>\r\n<html lang=\"{}\" dir=\"{direction}\">\r\n<head><meta charset=\"utf-8\"><title>{}</title></head>\r\n\
         <body style=\"font-family: sans-serif; line-height: 1.5\">\r\n{}{link}{}</body>\r\n</html>\r\n",
        locale.tag(),
        escaped(title),
        paragraphs(before),
        paragraphs(after),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use entity::delivery;
    use entity::ids::DeliveryId;
    use entity::ids::JobId;
    use entity::ids::RunId;
    use entity::ids::ScheduleId;
    use uuid::Uuid;

    use super::Enclosed;
    use super::letter;
    use crate::deliveries::EmailForm;
    use crate::deliveries::Target;
    use crate::deliveries::asked::Shipment;
    use crate::platform::i18n::Locale;
    use crate::platform::mail::EnclosedFile;

    #[test]
    fn each_language_says_everything_and_nothing_is_markup() {
        let row = delivery::Model {
            id: DeliveryId(Uuid::from_u128(7)),
            run_id: RunId(Uuid::nil()),
            export_id: JobId(Uuid::nil()),
            job_id: JobId(Uuid::nil()),
            shipment: String::new(),
            sent_at: None,
            told_at: None,
            created_at: "2026-12-01T07:00:00Z".parse().unwrap(),
        };
        for (locale, direction) in [
            (Locale::Ar, "rtl"),
            (Locale::Fr, "ltr"),
            (Locale::En, "ltr"),
        ] {
            let shipment = Shipment {
                target: Target::Email {
                    address: "a@example.org".to_owned(),
                    form: EmailForm::Link,
                },
                title: "<b>Trees & more</b>".to_owned(),
                from: "2026-11-01".parse().unwrap(),
                to: "2026-11-30".parse().unwrap(),
                locale,
                schedule: ScheduleId(Uuid::nil()),
                owner: "Fatima & sons".to_owned(),
                again_at: None,
            };
            let link = Enclosed::Link {
                url: "https://example.org/files/x?a&b".to_owned(),
                until: "2026-12-08T07:00:00Z".parse().unwrap(),
                too_large: true,
            };
            let file = Enclosed::File(EnclosedFile {
                name: "indh.csv".to_owned(),
                media_type: "text/csv".to_owned(),
                content: Vec::new(),
            });

            let linked = letter(
                &row,
                &shipment,
                "a@example.org",
                "https://example.org",
                link,
            );
            let enclosed = letter(
                &row,
                &shipment,
                "a@example.org",
                "https://example.org",
                file,
            );

            assert!(
                linked.html.contains(&format!("dir=\"{direction}\"")),
                "{}",
                linked.html
            );
            assert!(
                !linked.html.contains("<b>") && linked.html.contains("&lt;b&gt;Trees &amp; more"),
                "{}",
                linked.html
            );
            assert!(
                linked.plain.contains("https://example.org/files/x?a&b\r\n"),
                "{}",
                linked.plain
            );
            for text in [&linked.plain, &enclosed.plain] {
                assert!(text.contains("Fatima & sons"), "{text}");
            }
            for text in [
                &linked.subject,
                &linked.plain,
                &linked.html,
                &enclosed.plain,
                &enclosed.html,
            ] {
                assert!(
                    text.contains("2026-11-01") && text.contains("2026-11-30"),
                    "{text}"
                );
                assert!(
                    !text.contains("mail-report") && !text.contains("{ $"),
                    "{text}"
                );
            }
            assert!(
                linked.plain.contains("2026-12-08 07:00") && enclosed.plain.contains("indh.csv")
            );
        }
    }
}
