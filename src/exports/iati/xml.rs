//! Elements of XML, one after the other.
//!
//! What they say is decided beside; names and texts are escaped here, and signs that XML cannot hold fall away.

use std::io::Result;
use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::BytesDecl;
use quick_xml::events::BytesEnd;
use quick_xml::events::BytesStart;
use quick_xml::events::BytesText;
use quick_xml::events::Event;

use crate::platform::i18n::Locale;
use crate::platform::spreadsheet::clean;

/// Attributes of an element.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A document that is being written.
pub struct Xml<W: Write>(Writer<W>);

impl<W: Write> Xml<W> {
    /// An empty one, two spaces a level.
    pub fn new(into: W) -> Self {
        Self(Writer::new_with_indent(into, b' ', 2))
    }

    /// What it was written into.
    pub fn into_inner(self) -> W {
        self.0.into_inner()
    }

    /// The first line.
    pub fn declare(&mut self) -> Result<()> {
        self.0
            .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str, attributes: Attributes<'_>) -> Result<()> {
        self.0.write_event(Event::Start(start(name, attributes)))
    }

    /// Closes an element.
    pub fn close(&mut self, name: &str) -> Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> Result<()> {
        self.0.write_event(Event::Empty(start(name, attributes)))
    }

    /// An element with a text.
    pub fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) -> Result<()> {
        self.open(name, attributes)?;
        self.0
            .write_event(Event::Text(BytesText::new(&clean(text))))?;
        self.close(name)
    }

    /// An element with what somebody wrote, in the languages in which it is known. A text in Latin letters of which the
    /// language is not known has that of the activity.
    pub fn told(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        narratives: &[(Option<&str>, &str)],
    ) -> Result<()> {
        self.open(name, attributes)?;
        self.narratives(narratives)?;
        self.close(name)
    }

    /// Texts in languages.
    pub fn narratives(&mut self, narratives: &[(Option<&str>, &str)]) -> Result<()> {
        for (language, text) in narratives {
            match language {
                Some(tag) => self.text("narrative", &[("xml:lang", *tag)], text)?,
                None => self.text("narrative", &[], text)?,
            }
        }
        Ok(())
    }

    /// An element with a sentence of ours in each language.
    pub fn said(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        sentence: impl Fn(Locale) -> String,
    ) -> Result<()> {
        self.open(name, attributes)?;
        for locale in Locale::ALL {
            let sentence = sentence(locale);
            self.text("narrative", &[("xml:lang", locale.tag())], &sentence)?;
        }
        self.close(name)
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, clean(value).as_str()));
    }
    start
}
