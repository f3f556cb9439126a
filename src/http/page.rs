//! The frame of every page for people: its head, the choice of a language, its title.
//!
//! What a page says is with the page, and so is its policy. None needs a script, and none asks another host for anything.

use crate::platform::i18n::Locale;
use crate::platform::markup::direction;
use crate::platform::markup::escaped;

/// One page.
pub struct Page<'a> {
    /// Its language.
    pub locale: Locale,
    /// What it is called in the browser.
    pub title: &'a str,
    /// What stands above it, as markup; the title where absent.
    pub heading: Option<&'a str>,
    /// What it looks like: a class of the style sheet, or none.
    pub class: &'a str,
    /// Whether search engines may list it.
    pub is_listed: bool,
    /// What it says, as markup.
    pub body: &'a str,
}

impl Page<'_> {
    /// The page as text. `address` gives the address at which it is in another language, as markup.
    #[must_use]
    pub fn html(&self, address: impl Fn(Locale) -> String) -> String {
        let title = escaped(self.title);
        let robots = match self.is_listed {
            true => "",
            false => "<meta name=\"robots\" content=\"noindex\">\n",
        };
        let class = match self.class {
            "" => String::new(),
            class => format!(" class=\"{class}\""),
        };
        format!(
            "<!doctype html>\n<html lang=\"{tag}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{robots}\
             <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/site.css\">\n</head>\n\
             <body{class}>\n<header>\n{languages}</header>\n<main>\n<h1>{heading}</h1>\n{body}</main>\n\
             </body>\n</html>\n",
            tag = self.locale.tag(),
            direction = direction(self.locale),
            languages = self.languages(address),
            heading = self.heading.unwrap_or(&title),
            body = self.body,
        )
    }

    fn languages(&self, address: impl Fn(Locale) -> String) -> String {
        let called = self.locale.sentence::<&str>("page-languages", &[]);
        let mut text = format!(
            "<nav class=\"languages\" aria-label=\"{}\">",
            escaped(&called)
        );
        for (locale, name) in Locale::ALL
            .into_iter()
            .zip(["العربية", "Français", "English"])
        {
            let tag = locale.tag();
            let current = match locale == self.locale {
                true => " aria-current=\"true\"",
                false => "",
            };
            text.push_str(&format!(
                "<a href=\"{address}\" lang=\"{tag}\" hreflang=\"{tag}\"{current}>{name}</a> ",
                address = address(locale),
            ));
        }
        text.push_str("</nav>\n");
        text
    }
}
