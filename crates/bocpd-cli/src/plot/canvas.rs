//! What pictures are drawn on: text of SVG, or pixels.

use std::io;

use plotters::backend::SVGBackend;
use plotters::style::{FontFamily, FontStyle, FontTransform, register_font};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor,
};

/// The font of pictures made of pixels; whoever shows SVG brings their own.
const FONT: &[u8] = include_bytes!("../../fonts/DejaVuSans-subset.ttf");
pub(super) const FAMILY: &str = "sans-serif";

type Done = Result<(), DrawingErrorKind<io::Error>>;

/// One of both, so that what draws need not know which.
pub(super) enum Canvas<'a> {
    Svg(SVGBackend<'a>),
    Pixels(Pixels<'a>),
}

/// Makes the font known; the widths of texts are measured with it in SVG too.
///
/// # Errors
/// None: the font is part of the program.
pub(super) fn prepare() -> anyhow::Result<()> {
    register_font(FAMILY, FontStyle::Normal, FONT)
        .map_err(|_| anyhow::anyhow!("the font of pictures cannot be used"))
}

/// Pixels, so many to a unit of length in each direction.
pub(super) struct Pixels<'a> {
    raster: Raster<'a>,
    scale: u32,
}

impl<'a> Pixels<'a> {
    /// White, over a buffer that [`buffer`] made for the same size.
    pub(super) fn new(pixels: &'a mut [u8], (width, height): (u32, u32), scale: u32) -> Self {
        Self {
            raster: Raster {
                pixels,
                width: width * scale,
                height: height * scale,
            },
            scale,
        }
    }

    fn at(&self, (x, y): BackendCoord) -> BackendCoord {
        let scale = self.scale.cast_signed();
        (x * scale, y * scale)
    }
}

/// Three bytes a pixel.
pub(super) fn buffer((width, height): (u32, u32), scale: u32) -> Vec<u8> {
    vec![255; 3 * (width * scale) as usize * (height * scale) as usize]
}

/// The picture with half as many pixels in each direction, each the mean of four: this is what
/// makes lines and letters smooth.
pub(super) fn halved(pixels: &[u8], width: usize) -> Vec<u8> {
    let rows = pixels.chunks_exact(2 * 3 * width);
    let mut half = Vec::with_capacity(pixels.len() / 4);
    for pair in rows {
        let (upper, lower) = pair.split_at(3 * width);
        for (upper, lower) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let four = [
                    upper[channel],
                    upper[channel + 3],
                    lower[channel],
                    lower[channel + 3],
                ];
                let sum: u16 = four.iter().map(|&byte| u16::from(byte)).sum();
                half.push(u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX));
            }
        }
    }
    half
}

/// The pixels themselves.
struct Raster<'a> {
    pixels: &'a mut [u8],
    width: u32,
    height: u32,
}

impl DrawingBackend for Raster<'_> {
    type ErrorType = io::Error;

    fn get_size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Done {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else {
            return Ok(());
        };
        if x >= self.width || y >= self.height {
            return Ok(());
        }
        let at = 3 * (y as usize * self.width as usize + x as usize);
        let (red, green, blue) = color.rgb;
        for (pixel, channel) in self.pixels[at..at + 3].iter_mut().zip([red, green, blue]) {
            let (old, new) = (f64::from(*pixel), f64::from(channel));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between two bytes"
            )]
            let mixed = (old + (new - old) * color.alpha.clamp(0.0, 1.0)).round() as u8;
            *pixel = mixed;
        }
        Ok(())
    }
}

impl Raster<'_> {
    /// Fills a rectangle, each pixel once.
    fn fill(&mut self, from: BackendCoord, to: BackendCoord, color: BackendColor) -> Done {
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        for y in from.1.min(to.1)..=from.1.max(to.1) {
            for x in left..=right {
                self.draw_pixel((x, y), color)?;
            }
        }
        Ok(())
    }
}

/// A style with thicker lines.
struct Thick<'a, S>(&'a S, u32);

impl<S: BackendStyle> BackendStyle for Thick<'_, S> {
    fn color(&self) -> BackendColor {
        self.0.color()
    }

    fn stroke_width(&self) -> u32 {
        self.0.stroke_width() * self.1
    }
}

/// A style with larger letters.
struct Large<'a, T> {
    style: &'a T,
    font: plotters::style::FontDesc<'static>,
}

impl<'a, T: BackendTextStyle> Large<'a, T> {
    fn new(style: &'a T, scale: u32) -> Self {
        let size = style.size() * f64::from(scale);
        Self {
            style,
            font: plotters::style::FontDesc::new(FontFamily::SansSerif, size, FontStyle::Normal),
        }
    }
}

impl<T: BackendTextStyle> BackendTextStyle for Large<'_, T> {
    type FontError = plotters::style::FontError;

    fn color(&self) -> BackendColor {
        self.style.color()
    }

    fn size(&self) -> f64 {
        self.font.get_size()
    }

    fn transform(&self) -> FontTransform {
        self.style.transform()
    }

    fn anchor(&self) -> text_anchor::Pos {
        self.style.anchor()
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::SansSerif
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        self.font.layout_box(text)
    }

    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        pos: BackendCoord,
        mut draw: F,
    ) -> Result<Result<(), E>, Self::FontError> {
        let color = self.color();
        self.font.draw(text, pos, |x, y, share| {
            let alpha = color.alpha * f64::from(share);
            draw(x, y, BackendColor { alpha, ..color })
        })
    }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = io::Error;

    fn get_size(&self) -> (u32, u32) {
        match self {
            Self::Svg(svg) => svg.get_size(),
            Self::Pixels(pixels) => {
                let (width, height) = pixels.raster.get_size();
                (width / pixels.scale, height / pixels.scale)
            }
        }
    }

    fn ensure_prepared(&mut self) -> Done {
        match self {
            Self::Svg(svg) => svg.ensure_prepared(),
            Self::Pixels(_) => Ok(()),
        }
    }

    fn present(&mut self) -> Done {
        match self {
            Self::Svg(svg) => svg.present(),
            Self::Pixels(_) => Ok(()),
        }
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Done {
        match self {
            Self::Svg(svg) => svg.draw_pixel(point, color),
            Self::Pixels(pixels) => {
                let end = (point.0 + 1, point.1 + 1);
                let (from, to) = (pixels.at(point), pixels.at(end));
                pixels
                    .raster
                    .draw_rect(from, (to.0 - 1, to.1 - 1), &color, true)
            }
        }
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done {
        match self {
            Self::Svg(svg) => svg.draw_line(from, to, style),
            Self::Pixels(_) => self.draw_path([from, to], style),
        }
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        match self {
            Self::Svg(svg) => svg.draw_rect(upper_left, bottom_right, style, fill),
            Self::Pixels(pixels) => {
                let (from, to) = (pixels.at(upper_left), pixels.at(bottom_right));
                if fill {
                    // The pixel at the far corner belongs to what comes next.
                    return pixels
                        .raster
                        .fill(from, (to.0 - 1, to.1 - 1), style.color());
                }
                let style = Thick(style, pixels.scale);
                pixels.raster.draw_rect(from, to, &style, false)
            }
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        match self {
            Self::Svg(svg) => svg.draw_path(path, style),
            Self::Pixels(pixels) => {
                let path: Vec<_> = path.into_iter().map(|point| pixels.at(point)).collect();
                let style = Thick(style, pixels.scale);
                // Joints of long paths are drawn piece by piece: a polygon around all of them
                // costs too much.
                for pair in path.windows(2) {
                    pixels.raster.draw_path(pair.iter().copied(), &style)?;
                }
                Ok(())
            }
        }
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Done {
        match self {
            Self::Svg(svg) => svg.draw_circle(center, radius, style, fill),
            Self::Pixels(pixels) => {
                let (center, radius) = (pixels.at(center), radius * pixels.scale);
                let style = Thick(style, pixels.scale);
                pixels.raster.draw_circle(center, radius, &style, fill)
            }
        }
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Done {
        match self {
            Self::Svg(svg) => svg.fill_polygon(vert, style),
            Self::Pixels(pixels) => {
                let corners: Vec<_> = vert.into_iter().map(|point| pixels.at(point)).collect();
                pixels.raster.fill_polygon(corners, style)
            }
        }
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> Done {
        match self {
            Self::Svg(svg) => svg.draw_text(text, style, pos),
            Self::Pixels(pixels) => {
                let pos = pixels.at(pos);
                let style = Large::new(style, pixels.scale);
                pixels.raster.draw_text(text, &style, pos)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_pixels_become_one() {
        let four = [[0, 0, 0], [255, 0, 0], [255, 255, 0], [255, 255, 1]].concat();
        assert_eq!(halved(&four, 2), [191, 128, 0]);
    }

    #[test]
    fn pixels_are_mixed() {
        let mut pixels = buffer((2, 1), 1);
        let mut raster = Pixels::new(&mut pixels, (2, 1), 1).raster;
        let half = BackendColor {
            alpha: 0.5,
            rgb: (255, 0, 55),
        };
        raster.draw_pixel((1, 0), half).unwrap();
        raster.draw_pixel((5, 0), half).unwrap();
        assert_eq!(pixels, [255, 255, 255, 255, 128, 155]);
    }
}
