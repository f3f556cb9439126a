//! The code of a shift as a picture: SVG for screens, PNG for everything else.
//!
//! What it says is in `token`.

use fast_qr::ECL;
use fast_qr::QRBuilder;
use fast_qr::QRCode;
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;

/// Light modules around the code, as readers need them (ISO/IEC 18004).
const QUIET: usize = 4;
/// Pixels of a module in a PNG.
const SCALE: usize = 8;

/// Why there is no picture; only a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The text is longer than any code.
    #[error("the text fits no code")]
    TooLong,
    /// The picture cannot be encoded.
    #[error(transparent)]
    Encoding(#[from] png::EncodingError),
}

/// A text as a QR code.
pub struct Picture(QRCode);

impl Picture {
    /// Draws a text. A quarter of it may be unreadable: screens reflect, paper gets wet.
    ///
    /// # Errors
    /// [`PictureError::TooLong`].
    pub fn of(text: &str) -> Result<Self, PictureError> {
        QRBuilder::new(text)
            .ecl(ECL::Q)
            .build()
            .map(Self)
            .map_err(|_too_long| PictureError::TooLong)
    }

    /// As SVG, black on white with a quiet zone.
    #[must_use]
    pub fn svg(&self) -> String {
        SvgBuilder::default().margin(QUIET).to_str(&self.0)
    }

    /// As PNG, black on white with a quiet zone, eight pixels a module.
    ///
    /// # Errors
    /// [`PictureError::Encoding`].
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        let side = (self.0.size + 2 * QUIET) * SCALE;
        let mut pixels = Vec::with_capacity(side * side);
        for y in 0..side {
            pixels.extend((0..side).map(|x| if self.dark(x, y) { 0 } else { u8::MAX }));
        }
        let side = u32::try_from(side).map_err(|_large| PictureError::TooLong)?;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        Ok(file)
    }

    /// Whether a pixel is part of a dark module.
    fn dark(&self, x: usize, y: usize) -> bool {
        let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET);
        let (Some(column), Some(row)) = (module(x), module(y)) else {
            return false;
        };
        let within = column < self.0.size && row < self.0.size;
        let rows = self.0.data.chunks(self.0.size);
        within
            && rows
                .take(self.0.size)
                .nth(row)
                .and_then(|it| it.get(column))
                .is_some_and(|it| it.value())
    }
}
