//! Reads a PDF back as a reader of the standard does, apart from what wrote it: glyphs through the tables of their fonts
//! to letters, in the order in which the file says that they are read.
//!
//! What should stand there is in `documents`.

use std::collections::BTreeMap;

use lopdf::Dictionary;
use lopdf::Document;
use lopdf::Object;
use lopdf::content::Content;
use lopdf::decode_text_string;

/// Lines are farther from each other than this, in points.
const LINE: f64 = 2.0;

/// A file that was read.
pub struct Pdf {
    document: Document,
    /// What is set at once, in the order of the file.
    pub runs: Vec<Run>,
    /// How many pages there are.
    pub pages: u32,
}

/// Letters of one font that are set at once.
#[derive(Debug)]
pub struct Run {
    /// On which page, from one.
    pub page: u32,
    /// The name of the font.
    pub font: String,
    /// Each glyph, in the order in which it is read, with the letters that it stands for.
    pub glyphs: Vec<(u16, String)>,
    /// Where it begins: from the left, and from the bottom.
    pub at: (f64, f64),
    /// Whether it is none of what is read: an edge of a page, or the label of a picture.
    pub is_artifact: bool,
}

impl Run {
    /// Its letters.
    pub fn text(&self) -> String {
        self.glyphs.iter().map(|it| it.1.as_str()).collect()
    }
}

impl Pdf {
    /// Reads a file, or the test fails.
    pub fn read(bytes: &[u8]) -> Self {
        let document = Document::load_mem(bytes).expect("a PDF");
        let mut runs = Vec::new();
        let pages = document.get_pages();
        for (page, id) in &pages {
            let fonts = document.get_page_fonts(*id).expect("fonts");
            let fonts = fonts.iter();
            let fonts: BTreeMap<Vec<u8>, Font> = fonts
                .map(|(name, it)| (name.clone(), Font::of(&document, it)))
                .collect();
            let content = document.get_page_content(*id).expect("content");
            runs.extend(read(&content, &fonts, *page));
        }
        Self {
            runs,
            pages: u32::try_from(pages.len()).expect("few pages"),
            document,
        }
    }

    /// What is read, without edges and labels.
    pub fn told(&self) -> String {
        let told = self.runs.iter().filter(|it| !it.is_artifact);
        told.map(Run::text).collect()
    }

    /// What is read of pages that run from right to left: lines from the top, each from its right end. Letters of one
    /// line stand a little above or below each other.
    pub fn told_from_the_right(&self) -> String {
        let told = self.runs.iter().filter(|it| !it.is_artifact);
        let mut runs: Vec<&Run> = told.collect();
        runs.sort_by(|left, right| {
            let pages = left.page.cmp(&right.page);
            pages.then(right.at.1.total_cmp(&left.at.1))
        });
        let is_one_line =
            |left: &&Run, right: &&Run| left.page == right.page && left.at.1 - right.at.1 < LINE;
        let mut text = String::new();
        for line in runs.chunk_by_mut(is_one_line) {
            line.sort_by(|left, right| right.at.0.total_cmp(&left.at.0));
            text.extend(line.iter().map(|it| it.text()));
            text.push('\n');
        }
        text
    }

    /// All that stands on a page.
    pub fn page(&self, page: u32) -> String {
        let on_it = self.runs.iter().filter(|it| it.page == page);
        on_it.map(Run::text).collect()
    }

    /// The language that the file says it is in.
    pub fn language(&self) -> String {
        let catalog = self.document.catalog().expect("a catalog");
        let language = catalog.get(b"Lang").expect("a language");
        decode_text_string(language).expect("text")
    }

    /// Whether it is tagged, and says that it keeps PDF/UA-1.
    pub fn is_accessible(&self) -> bool {
        let catalog = self.document.catalog().expect("a catalog");
        assert!(catalog.get(b"StructTreeRoot").is_ok(), "it is not tagged");
        let metadata = catalog.get(b"Metadata").and_then(Object::as_reference);
        let metadata = metadata.and_then(|it| self.document.get_object(it));
        let metadata = metadata.and_then(Object::as_stream).expect("metadata");
        let text = metadata.get_plain_content().expect("metadata");
        String::from_utf8(text)
            .expect("text")
            .contains("pdfuaid:part")
    }

    /// What is said of pictures to whoever does not see them.
    pub fn alternatives(&self) -> Vec<String> {
        let objects = self.document.objects.values();
        let dictionaries = objects.filter_map(|it| it.as_dict().ok());
        let alternatives = dictionaries.filter_map(|it| it.get(b"Alt").ok());
        alternatives
            .map(|it| decode_text_string(it).expect("text"))
            .collect()
    }

    /// All that stands anywhere in the file, packed or not: streams, names and texts, those of its metadata among them.
    pub fn everything(&self) -> Vec<String> {
        let mut found = Vec::new();
        for object in self.document.objects.values() {
            gather(object, &mut found);
        }
        gather(
            &Object::Dictionary(self.document.trailer.clone()),
            &mut found,
        );
        found
    }

    /// Pictures of grey points, eight bits each: their width, and their points by rows.
    pub fn pictures(&self) -> Vec<(usize, Vec<u8>)> {
        let streams = self.document.objects.values();
        let streams = streams.filter_map(|it| it.as_stream().ok());
        let pictures = streams.filter(|it| {
            let kind = it.dict.get(b"Subtype").and_then(Object::as_name);
            kind.is_ok_and(|it| it == b"Image")
        });
        pictures
            .map(|it| {
                let number = |key: &[u8]| {
                    let found = it.dict.get(key).and_then(Object::as_i64);
                    usize::try_from(found.expect("a number")).expect("a size")
                };
                assert_eq!(number(b"BitsPerComponent"), 8);
                let points = it.get_plain_content().expect("points");
                let (width, height) = (number(b"Width"), number(b"Height"));
                assert_eq!(points.len(), width * height, "one byte a point");
                (width, points)
            })
            .collect()
    }

    /// How many elements of the structure are of a kind, as `TH`.
    pub fn elements(&self, kind: &[u8]) -> usize {
        let objects = self.document.objects.values();
        let dictionaries = objects.filter_map(|it| it.as_dict().ok());
        let kinds = dictionaries.filter_map(|it| it.get(b"S").and_then(Object::as_name).ok());
        kinds.filter(|it| *it == kind).count()
    }
}

fn gather(object: &Object, into: &mut Vec<String>) {
    match object {
        Object::Name(bytes) => into.push(String::from_utf8_lossy(bytes).into_owned()),
        Object::String(bytes, _) => {
            into.push(String::from_utf8_lossy(bytes).into_owned());
            into.extend(decode_text_string(object).ok());
        }
        Object::Array(all) => all.iter().for_each(|it| gather(it, into)),
        Object::Dictionary(all) => {
            for (_, it) in all {
                gather(it, into);
            }
        }
        Object::Stream(stream) => {
            for (_, it) in &stream.dict {
                gather(it, into);
            }
            let content = stream.get_plain_content();
            let content = content.unwrap_or_else(|_| stream.content.clone());
            into.push(String::from_utf8_lossy(&content).into_owned());
        }
        _ => {}
    }
}

struct Font {
    name: String,
    letters: BTreeMap<u16, String>,
}

impl Font {
    fn of(document: &Document, font: &Dictionary) -> Self {
        let name = font
            .get(b"BaseFont")
            .and_then(Object::as_name)
            .expect("a name");
        let table = font.get(b"ToUnicode").and_then(Object::as_reference);
        let table = table.and_then(|it| document.get_object(it));
        let table = table
            .and_then(Object::as_stream)
            .expect("a table of letters");
        let table = String::from_utf8(table.get_plain_content().expect("a table")).expect("text");
        Self {
            name: String::from_utf8(name.to_vec()).expect("text"),
            letters: letters(&table),
        }
    }
}

/// The letters of each glyph, by single lines and by ranges.
fn letters(table: &str) -> BTreeMap<u16, String> {
    let number = |it: &str| u16::from_str_radix(it.trim_matches(['<', '>']), 16).expect("a number");
    let text = |it: &str| {
        let digits = it.trim_matches(['<', '>']);
        let units = digits.as_bytes().chunks(4);
        let units: Vec<u16> = units
            .map(|it| number(std::str::from_utf8(it).expect("digits")))
            .collect();
        String::from_utf16(&units).expect("letters")
    };
    let mut found = BTreeMap::new();
    for block in table.split("beginbfchar").skip(1) {
        let block = block.split("endbfchar").next().expect("an end");
        let words: Vec<&str> = block.split_whitespace().collect();
        for pair in words.chunks(2) {
            found.insert(number(pair[0]), text(pair[1]));
        }
    }
    for block in table.split("beginbfrange").skip(1) {
        let block = block.split("endbfrange").next().expect("an end");
        let words: Vec<&str> = block.split_whitespace().collect();
        for triple in words.chunks(3) {
            let first = text(triple[2]).encode_utf16().last().expect("a letter");
            for (step, glyph) in (0..).zip(number(triple[0])..=number(triple[1])) {
                found.insert(
                    glyph,
                    String::from_utf16(&[first + step]).expect("a letter"),
                );
            }
        }
    }
    found
}

fn read(content: &[u8], fonts: &BTreeMap<Vec<u8>, Font>, page: u32) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut font = None;
    let mut matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    let mut kept = Vec::new();
    let mut text = matrix;
    let mut marks: Vec<String> = Vec::new();
    // What a span says that it stands for, whatever its glyphs are.
    let mut actual: Vec<Option<String>> = Vec::new();
    for operation in Content::decode(content).expect("operations").operations {
        let operands = &operation.operands;
        match operation.operator.as_str() {
            "BMC" | "BDC" => {
                let name = operands[0].as_name().expect("a name").to_vec();
                marks.push(String::from_utf8(name).expect("text"));
                let said = operands.get(1).and_then(|it| it.as_dict().ok());
                let said = said.and_then(|it| it.get(b"ActualText").ok());
                actual.push(said.map(|it| decode_text_string(it).expect("text")));
            }
            "EMC" => {
                marks.pop();
                actual.pop();
            }
            "q" => kept.push(matrix),
            "Q" => matrix = kept.pop().expect("a kept matrix"),
            "cm" => matrix = within(numbers(operands), matrix),
            "BT" => text = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            "Tm" => text = numbers(operands),
            "Tf" => font = fonts.get(operands[0].as_name().expect("a name")),
            "Tj" | "TJ" => {
                let font = font.expect("a font");
                let mut glyphs = Vec::new();
                for part in strings(&operands[0]) {
                    for pair in part.chunks(2) {
                        let glyph = u16::from_be_bytes([pair[0], pair[1]]);
                        let letters = font.letters.get(&glyph).cloned().unwrap_or_default();
                        glyphs.push((glyph, letters));
                    }
                }
                if let Some(said) = actual.iter_mut().rev().find_map(Option::take) {
                    glyphs = vec![(0, said)];
                }
                // They stand as they are seen, from the left.
                if glyphs.iter().any(|it| it.1.chars().any(runs_left)) {
                    glyphs = reversed(glyphs);
                }
                let [.., x, y] = within(text, matrix);
                runs.push(Run {
                    page,
                    font: font.name.clone(),
                    glyphs,
                    at: (x, y),
                    is_artifact: marks.iter().any(|it| it == "Artifact"),
                });
            }
            _ => {}
        }
    }
    runs
}

/// Glyphs from the right; marks above and below stay behind their letters.
fn reversed(glyphs: Vec<(u16, String)>) -> Vec<(u16, String)> {
    let mut clusters: Vec<Vec<(u16, String)>> = Vec::new();
    for glyph in glyphs {
        let mut letters = glyph.1.chars();
        let is_mark = letters.all(|it| matches!(it, '\u{64B}'..='\u{65F}' | '\u{670}'));
        match clusters.last_mut() {
            Some(cluster) if is_mark => cluster.push(glyph),
            _ => clusters.push(vec![glyph]),
        }
    }
    clusters.into_iter().rev().flatten().collect()
}

fn runs_left(sign: char) -> bool {
    matches!(sign, '\u{600}'..='\u{6FF}')
}

fn numbers(operands: &[Object]) -> [f64; 6] {
    let numbers = operands.iter();
    let numbers: Vec<f64> = numbers
        .map(|it| f64::from(it.as_float().expect("a number")))
        .collect();
    numbers.try_into().expect("six numbers")
}

/// A matrix within another.
fn within(inner: [f64; 6], outer: [f64; 6]) -> [f64; 6] {
    let [a, b, c, d, e, f] = inner;
    let [oa, ob, oc, od, oe, of] = outer;
    [
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    ]
}

fn strings(operand: &Object) -> Vec<&[u8]> {
    match operand {
        Object::String(bytes, _) => vec![bytes],
        Object::Array(parts) => parts.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}
