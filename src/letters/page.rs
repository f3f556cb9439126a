//! How a letter looks: plain and as a page, in Arabic from right to left.
//!
//! What it says is in `correspondence`; sentences are in `locales/*/letters.ftl`. Whatever somebody typed passes
//! [`tame`] before it stands in a sentence.

use crate::platform::i18n::Locale;
use crate::platform::markup::direction;
use crate::platform::markup::escaped;
use crate::platform::text::breaks_line;
use crate::platform::text::turns;

/// A part of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A link, with what it does.
    Link {
        /// Where it leads.
        url: String,
        /// What it does.
        label: String,
    },
    /// What somebody copies, such as a token.
    Code(String),
    /// Rows under heads.
    Table {
        /// The heads.
        heads: Vec<String>,
        /// The rows, each as long as the heads.
        rows: Vec<Vec<String>>,
    },
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The language of it.
    pub locale: Locale,
    /// What it is called.
    pub subject: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Why it came.
    pub why: String,
    /// How no more of them come, where that can be chosen: the link, and what it does.
    pub off: Option<(String, String)>,
}

/// A text of somebody in one line, without signs that turn the direction of what follows it.
#[must_use]
pub fn tame(text: &str) -> String {
    let kept = text.chars().filter(|it| !turns(*it));
    kept.map(|it| if breaks_line(it) { ' ' } else { it })
        .collect()
}

/// The letter without markup.
#[must_use]
pub fn plain(words: &Words) -> String {
    let mut parts = vec![words.locale.sentence::<&str>("letter-hello", &[])];
    for block in &words.blocks {
        parts.push(match block {
            Block::Text(text) | Block::Code(text) => text.clone(),
            Block::Link { url, label } => format!("{label}\r\n{url}"),
            Block::Table { heads, rows } => {
                let lines = std::iter::once(heads).chain(rows);
                let lines: Vec<String> = lines.map(|it| format!("- {}", it.join(" | "))).collect();
                lines.join("\r\n")
            }
        });
    }
    parts.push("-- ".to_owned());
    let mut whole = parts.join("\r\n\r\n");
    whole.push_str("\r\n");
    whole.push_str(&words.why);
    whole.push_str("\r\n");
    if let Some((url, label)) = &words.off {
        whole.push_str(&format!("{label}\r\n{url}\r\n"));
    }
    whole
}

/// The letter as a page. Mail programs know little of style, and some turn a page of their own: direction and language are
/// said on the body as well.
#[must_use]
pub fn html(words: &Words) -> String {
    let (tag, direction) = (words.locale.tag(), direction(words.locale));
    let hello = words.locale.sentence::<&str>("letter-hello", &[]);
    let mut body = format!("<p>{}</p>\r\n", escaped(&hello));
    for block in &words.blocks {
        body.push_str(&part(block, direction));
    }
    let off = words.off.as_ref().map_or_else(String::new, |(url, label)| {
        format!(
            "<br>\r\n<a href=\"{}\" style=\"color: #555555\">{}</a>",
            escaped(url),
            escaped(label)
        )
    });
    format!(
        "<!DOCTYPE html>\r\n<html lang=\"{tag}\" dir=\"{direction}\">\r\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\r\n\
         <body lang=\"{tag}\" dir=\"{direction}\" style=\"margin: 0; background: #f4f4f1\">\r\n\
         <div dir=\"{direction}\" style=\"max-width: 36em; margin: 0 auto; padding: 24px; background: #ffffff; \
         color: #1a1a1a; font-family: sans-serif; font-size: 16px; line-height: 1.6\">\r\n{body}\
         <p style=\"margin-top: 2em; padding-top: 1em; border-top: 1px solid #cccccc; color: #555555; \
         font-size: 14px\">{why}{off}</p>\r\n</div>\r\n</body>\r\n</html>\r\n",
        title = escaped(&words.subject),
        why = escaped(&words.why),
    )
}

fn part(block: &Block, direction: &str) -> String {
    match block {
        Block::Text(text) => format!("<p>{}</p>\r\n", escaped(text)),
        Block::Link { url, label } => {
            let (url, label) = (escaped(url), escaped(label));
            format!(
                "<p><a href=\"{url}\" style=\"color: #0b5c43; font-weight: bold\">{label}</a></p>\r\n\
                 <p dir=\"ltr\" style=\"font-size: 13px; color: #555555; word-break: break-all\">{url}</p>\r\n"
            )
        }
        Block::Code(text) => format!(
            "<p dir=\"ltr\" style=\"padding: 12px; background: #f4f4f1; font-family: monospace; \
             word-break: break-all\">{}</p>\r\n",
            escaped(text)
        ),
        Block::Table { heads, rows } => {
            let side = if direction == "rtl" { "right" } else { "left" };
            let style = format!(
                "padding: 6px 8px; border-bottom: 1px solid #cccccc; text-align: {side}; vertical-align: top"
            );
            let heads: String = heads
                .iter()
                .map(|it| format!("<th scope=\"col\" style=\"{style}\">{}</th>", escaped(it)))
                .collect();
            let rows: String = rows
                .iter()
                .map(|row| {
                    let cells: String = row
                        .iter()
                        .map(|it| format!("<td style=\"{style}\"><bdi>{}</bdi></td>", escaped(it)))
                        .collect();
                    format!("<tr>{cells}</tr>\r\n")
                })
                .collect();
            format!(
                "<table dir=\"{direction}\" style=\"border-collapse: collapse; width: 100%; font-size: 15px\">\r\n\
                 <thead><tr>{heads}</tr></thead>\r\n<tbody>\r\n{rows}</tbody></table>\r\n"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Block;
    use super::Words;
    use super::html;
    use super::plain;
    use super::tame;
    use crate::platform::i18n::Locale;

    fn words(locale: Locale, typed: &str) -> Words {
        Words {
            locale,
            subject: typed.to_owned(),
            blocks: vec![
                Block::Text(typed.to_owned()),
                Block::Link {
                    url: "https://example.org/?a&b".to_owned(),
                    label: typed.to_owned(),
                },
                Block::Code(typed.to_owned()),
                Block::Table {
                    heads: vec![typed.to_owned()],
                    rows: vec![vec![typed.to_owned()]],
                },
            ],
            why: typed.to_owned(),
            off: Some(("https://example.org/off".to_owned(), typed.to_owned())),
        }
    }

    #[test]
    fn nothing_that_was_typed_is_markup_or_another_line() {
        let typed = tame("<b>a</b>\"\r\nBcc: x\u{202e}&");
        assert!(!typed.contains(['\r', '\n', '\u{202e}']), "{typed}");
        for locale in Locale::ALL {
            let page = html(&words(locale, &typed));

            assert!(
                !page.contains("<b>") && page.contains("&lt;b&gt;a"),
                "{page}"
            );
            assert!(
                page.contains("href=\"https://example.org/?a&amp;b\""),
                "{page}"
            );
            assert!(plain(&words(locale, &typed)).contains("https://example.org/?a&b"));
        }
    }

    #[test]
    fn arabic_goes_from_right_to_left() {
        assert_eq!(
            html(&words(Locale::Ar, "نص"))
                .matches("dir=\"rtl\"")
                .count(),
            4
        );
        assert_eq!(
            html(&words(Locale::Fr, "texte"))
                .matches("dir=\"rtl\"")
                .count(),
            0
        );
    }
}
