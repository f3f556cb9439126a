//! All that the pages can read: the templates, the values of one document, and the fonts that the binary carries.
//!
//! There is no disk, no network and no clock here, so that the same values make the same pages anywhere.

use std::sync::LazyLock;

use typst::Library;
use typst::LibraryExt;
use typst::World;
use typst::diag::FileError;
use typst::diag::FileResult;
use typst::foundations::Bytes;
use typst::foundations::Datetime;
use typst::foundations::Duration;
use typst::syntax::FileId;
use typst::syntax::RootedPath;
use typst::syntax::Source;
use typst::syntax::VirtualPath;
use typst::syntax::VirtualRoot;
use typst::text::Font;
use typst::text::FontBook;
use typst::utils::LazyHash;

/// How something is set.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    name: &'static str,
    text: &'static str,
}

/// Of reports.
pub const REPORT: Template = Template {
    name: "report.typ",
    text: include_str!("../report.typ"),
};
/// Of certificates.
pub const CERTIFICATES: Template = Template {
    name: "certificates.typ",
    text: include_str!("../certificates.typ"),
};

/// The fonts; whose they are is in `fonts/README.md`.
const FONTS: [&[u8]; 5] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/Amiri-Regular.ttf"),
    include_bytes!("../fonts/Amiri-Bold.ttf"),
    include_bytes!("../fonts/NotoSansTifinagh-Regular.ttf"),
];

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let fonts = FONTS.into_iter();
    let fonts: Vec<Font> = fonts.flat_map(|it| Font::iter(Bytes::new(it))).collect();
    Shelf {
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        library: LazyHash::new(<Library as LibraryExt>::default()),
    }
});

/// What is the same for every document.
struct Shelf {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    library: LazyHash<Library>,
}

/// What one document is set from.
pub struct Desk {
    template: Source,
    values_id: FileId,
    values: Bytes,
}

impl Desk {
    /// A desk with a template and the values for it, as JSON.
    ///
    /// # Errors
    /// Why a name of ours is none.
    pub fn new(of: Template, values: Vec<u8>) -> Result<Self, String> {
        Ok(Self {
            template: Source::new(file(of.name)?, of.text.to_owned()),
            values_id: file("data.json")?,
            values: Bytes::new(values),
        })
    }
}

fn file(name: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(name).map_err(|it| format!("{name}: {it:?}"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn missing<T>(id: FileId) -> FileResult<T> {
    let path = id.get().vpath().get_without_slash();
    Err(FileError::NotFound(path.into()))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &SHELF.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHELF.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            missing(id)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.values_id {
            Ok(self.values.clone())
        } else {
            missing(id)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHELF.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
