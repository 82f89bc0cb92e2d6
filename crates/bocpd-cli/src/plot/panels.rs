//! The panels, drawn.

use std::ops::Range;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::{Axis, plain, whole};
use super::canvas::{self, Canvas, Pixels};
use super::heat::{FLOOR, HeatMap, SHADES};
use super::palette::{GRID, INK, shade};
use super::{marginals, marks, trace};
use crate::foreign::{shortened, visible};
use crate::input::Series;
use crate::report::Report;

const WIDTH: u32 = 1200;
/// Pixels to a unit of length, in each direction.
const DENSITY: u32 = 2;
/// The height of the uppermost panel with the title.
const UPPER: i32 = 420;
/// The height of the title and of what stands above the first panel.
const HEAD: i32 = 62;
/// The height of each panel above the others, where observations have several numbers: as many
/// share this, but it is neither more nor less than is of use.
const SHARED: i32 = 600;
const LEAST: i32 = 130;
const MOST: i32 = 240;
/// The height of the one in the middle.
const MIDDLE: i32 = 160;
/// The height of the lowest one.
const LOWER: i32 = 380;
/// Room right of the panels, for the scale of the heat map.
const RIGHT: i32 = 96;
/// So much of a name of an axis is as long as a letter.
const LETTER: i32 = 9;
/// Room left of the panels, for the labels of their axes.
const LEFT: i32 = 84;
/// Blocks of the heat map at most: about a megabyte of text.
const BUDGET: usize = 11_000;
/// Values beyond this are drawn at the border, where the arithmetic of axes is still finite.
pub(super) const HUGE: f64 = 1e150;

pub(super) type Drawn = Result<(), Box<dyn std::error::Error>>;
pub(super) type Area<'a> = DrawingArea<Canvas<'a>, Shift>;
pub(super) type Chart<'a, 'b> =
    ChartContext<'a, Canvas<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// What there is to draw.
pub(crate) struct Picture<'a> {
    pub(crate) title: String,
    pub(crate) series: &'a Series,
    /// Which numbers of an observation have a panel.
    pub(crate) numbers: Vec<usize>,
    pub(crate) report: &'a Report<'a>,
    pub(crate) heat: &'a HeatMap,
}

impl Picture<'_> {
    /// The height of the panel of one of several numbers.
    fn share(&self) -> i32 {
        let count = i32::try_from(self.numbers.len()).unwrap_or(i32::MAX);
        (SHARED / count.max(1)).clamp(LEAST, MOST)
    }

    /// How wide and how high it is, in units of length.
    fn size(&self) -> (u32, u32) {
        let count = i32::try_from(self.numbers.len()).unwrap_or(i32::MAX);
        let upper = match count {
            0 | 1 => UPPER,
            several => HEAD + several * self.share(),
        };
        (WIDTH, (upper + MIDDLE + LOWER).unsigned_abs())
    }
}

/// The picture as the text of an SVG file.
///
/// # Errors
/// The drawing library reports one; none is known.
pub(super) fn svg(picture: &Picture) -> Result<String> {
    let mut svg = String::new();
    draw(
        Canvas::Svg(SVGBackend::with_string(&mut svg, picture.size())),
        picture,
    )?;
    Ok(svg)
}

/// The picture as the bytes of a PNG file.
///
/// # Errors
/// As [`svg`].
pub(super) fn png(picture: &Picture) -> Result<Vec<u8>> {
    let size = picture.size();
    let mut pixels = canvas::buffer(size, 2 * DENSITY);
    draw(
        Canvas::Pixels(Pixels::new(&mut pixels, size, 2 * DENSITY)),
        picture,
    )?;
    let (width, height) = (size.0 * DENSITY, size.1 * DENSITY);
    let pixels = canvas::halved(&pixels, 2 * width as usize);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(file)
}

fn draw(canvas: Canvas, picture: &Picture) -> Result<()> {
    canvas::prepare()?;
    let root = canvas.into_drawing_area();
    paint(&root, picture).map_err(|error| anyhow!("cannot draw: {error}"))
}

fn paint(root: &Area, picture: &Picture) -> Drawn {
    root.fill(&WHITE)?;
    let axis = Axis::of(picture.series);
    root.draw(&Text::new(picture.title.clone(), (LEFT + 12, 14), text(22)))?;
    let rest = if picture.numbers.len() > 1 {
        number_panels(root, picture, &axis)?
    } else {
        let (upper, rest) = root.split_vertically(UPPER);
        series_panel(&upper, picture, &axis)?;
        rest
    };
    let (middle, lower) = rest.split_vertically(MIDDLE);
    marginal_panel(&middle, picture, &axis)?;
    heat_panel(&lower, picture, &axis)?;
    Ok(())
}

pub(super) fn text(size: u32) -> TextStyle<'static> {
    (canvas::FAMILY, size).into_font().color(&INK)
}

/// The panel of the only number.
fn series_panel(area: &Area, picture: &Picture, axis: &Axis) -> Drawn {
    let name = &picture.series.layout.value.name;
    let name = shortened(name.as_deref().unwrap_or("value"));
    let names = Names {
        x: "",
        y: &name,
        counts: false,
        hidden: false,
    };
    let (mut chart, high) = number_panel(area, picture, axis, 0, names, HEAD)?;
    let values = &picture.series.numbers[0];
    marks::outliers(&mut chart, picture.report.outliers(), values, axis)?;
    finish(&mut chart, picture, axis, 0)?;
    marks::labels(area, &chart, &picture.report.changepoints, axis, high)
}

/// A panel for each of several numbers; what is left below them. Which number of an observation
/// is an outlier is not known, so there are no rings.
fn number_panels<'a>(
    root: &Area<'a>,
    picture: &Picture,
    axis: &Axis,
) -> Result<Area<'a>, Box<dyn std::error::Error>> {
    let mut rest = root.clone();
    let height = picture.share();
    let last = picture.numbers.len() - 1;
    let columns: Vec<_> = picture.series.layout.values().collect();
    for (place, &number) in picture.numbers.iter().enumerate() {
        let head = if place == 0 { HEAD } else { 0 };
        let (area, below) = rest.split_vertically(head + height);
        let fits = usize::try_from(height / LETTER).unwrap_or(1);
        let name = squeezed(&columns[number].series(), fits);
        let names = Names {
            x: "",
            y: &name,
            counts: false,
            hidden: place < last,
        };
        let (mut chart, high) = number_panel(&area, picture, axis, number, names, head.max(8))?;
        finish(&mut chart, picture, axis, number)?;
        if place == 0 {
            marks::labels(&area, &chart, &picture.report.changepoints, axis, high)?;
        }
        rest = below;
    }
    Ok(rest)
}

/// A name with so many letters at most: its beginning and its end, since names of columns that
/// belong together often begin alike.
fn squeezed(name: &str, fits: usize) -> String {
    let name = visible(name.trim());
    let letters = name.chars().count();
    if letters <= fits {
        return name.into_owned();
    }
    let half = fits / 2;
    let begin: String = name.chars().take(half).collect();
    let end: String = name.chars().skip(letters - half).collect();
    format!("{begin}…{end}")
}

/// The panel of a number with all that lies below the levels; the upper end of its axis.
fn number_panel<'a, 'b>(
    area: &'a Area<'b>,
    picture: &Picture,
    axis: &Axis,
    number: usize,
    names: Names,
    margin_top: i32,
) -> Result<(Chart<'a, 'b>, f64), Box<dyn std::error::Error>>
where
    'b: 'a,
{
    let values = &picture.series.numbers[number];
    let (low, high) = value_range(values);
    let mut chart = panel(area, axis, values.len(), low..high, names, margin_top)?;
    let Report {
        changepoints,
        segments,
        ..
    } = picture.report;
    marks::places(&mut chart, changepoints, axis, low..high)?;
    marks::bands(&mut chart, segments, number, values, axis)?;
    trace::draw(&mut chart, values, axis)?;
    Ok((chart, high))
}

/// Levels and changes, above all else.
fn finish(chart: &mut Chart, picture: &Picture, axis: &Axis, number: usize) -> Drawn {
    let values = &picture.series.numbers[number];
    let range = chart.y_range();
    marks::levels(chart, &picture.report.segments, values, axis)?;
    marks::lines(chart, &picture.report.changepoints, axis, range)
}

/// How probable a change is at each index.
fn marginal_panel(area: &Area, picture: &Picture, axis: &Axis) -> Drawn {
    let p_change_at = picture.report.p_change_at;
    let names = Names {
        x: "",
        y: "P(change)",
        counts: false,
        hidden: false,
    };
    let count = p_change_at.len();
    let mut chart = panel(area, axis, count, 0.0..marginals::TOP, names, 12)?;
    marginals::draw(&mut chart, p_change_at, axis)
}

fn heat_panel(area: &Area, picture: &Picture, axis: &Axis) -> Drawn {
    let top = picture.heat.top() * 1.04;
    let count = picture.series.len();
    let names = Names {
        x: &axis.title,
        y: "run length",
        counts: true,
        hidden: false,
    };
    let mut chart = panel(area, axis, count, 0.0..top, names, 16)?;
    chart.draw_series(picture.heat.blocks(BUDGET).into_iter().map(|block| {
        let corners = [
            (axis.edge(block.left), block.bottom),
            (axis.edge(block.right), block.top),
        ];
        Rectangle::new(corners, colour(block.shade).filled())
    }))?;
    marks::lines(&mut chart, &picture.report.changepoints, axis, 0.0..top)?;
    scale(area)
}

/// The names of the axes of a panel.
#[derive(Clone, Copy)]
struct Names<'a> {
    x: &'a str,
    y: &'a str,
    /// Whether the vertical axis counts.
    counts: bool,
    /// Whether nothing stands at the marks of the horizontal axis, since the panel below has it.
    hidden: bool,
}

/// An empty panel: frame, grid, marks and the names of the axes.
fn panel<'a, 'b>(
    area: &'a Area<'b>,
    axis: &Axis,
    count: usize,
    range: Range<f64>,
    names: Names,
    margin_top: i32,
) -> Result<Chart<'a, 'b>, Box<dyn std::error::Error>>
where
    'b: 'a,
{
    let (left, right) = (axis.edge(0), axis.edge(count));
    let (step_x, step_y) = ((right - left) / 10.0, (range.end - range.start) / 7.0);
    // As many marks as there is room for.
    let marks = if area.dim_in_pixel().1 < 200 { 3 } else { 7 };
    let mut chart = ChartBuilder::on(area)
        .margin_top(margin_top)
        .margin_left(12)
        .margin_right(RIGHT)
        .x_label_area_size(match names {
            Names { hidden: true, .. } => 8,
            Names { x: "", .. } => 28,
            _ => 48,
        })
        .y_label_area_size(LEFT)
        .build_cartesian_2d(left..right, range)?;
    let ticks = axis.ticks();
    if let Some(ticks) = &ticks {
        let (bottom, top) = (chart.y_range().start, chart.y_range().end);
        let grid = ticks.iter().map(|tick| [(tick.at, bottom), (tick.at, top)]);
        chart.draw_series(grid.map(|line| PathElement::new(line, GRID.stroke_width(1))))?;
    }
    chart
        .configure_mesh()
        .x_labels(if ticks.is_some() { 0 } else { 10 })
        .y_labels(marks)
        .light_line_style(WHITE.mix(0.0))
        .bold_line_style(GRID)
        .axis_style(INK.mix(0.5))
        .label_style(text(15))
        .axis_desc_style(text(16))
        .x_desc(names.x)
        .y_desc(names.y)
        .x_label_formatter(&|x| {
            if names.hidden {
                String::new()
            } else {
                axis.label(*x, step_x)
            }
        })
        .y_label_formatter(&|y| {
            if names.counts {
                whole(*y)
            } else {
                plain(*y, step_y)
            }
        })
        .draw()?;
    for tick in ticks.iter().flatten().filter(|_| !names.hidden) {
        let (x, y) = chart.backend_coord(&(tick.at, chart.y_range().start));
        let (_, top) = area.get_base_pixel();
        let style = text(15).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw(&Text::new(tick.label.clone(), (x, y - top + 10), style))?;
    }
    Ok(chart)
}

/// The lowest and highest value, with a little air.
fn value_range(values: &[Option<f64>]) -> (f64, f64) {
    let present = || values.iter().flatten().map(|v| v.clamp(-HUGE, HUGE));
    let low = present().fold(f64::INFINITY, f64::min);
    let high = present().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return (-1.0, 1.0); // a column without a value
    }
    let air = if high > low {
        (high - low) * 0.06
    } else {
        low.abs().max(1.0) * 0.1
    };
    (low - air, high + air)
}

fn colour(step: u8) -> RGBColor {
    shade(f64::from(step - 1) / f64::from(SHADES - 1))
}

/// The scale of the heat map, right of its panel.
fn scale(area: &Area) -> Drawn {
    let (width, _) = area.dim_in_pixel();
    let left = i32::try_from(width)? - RIGHT + 22;
    let (top, height) = (56, 192);
    let step = height / i32::from(SHADES);
    for shade in 1..=SHADES {
        let bottom = top + height - step * i32::from(shade - 1);
        let corners = [(left, bottom - step), (left + 16, bottom)];
        area.draw(&Rectangle::new(corners, colour(shade).filled()))?;
    }
    area.draw(&Text::new("probability", (left - 12, top - 26), text(15)))?;
    let decades = -FLOOR.log10().round();
    #[expect(clippy::cast_possible_truncation, reason = "four decades")]
    for decade in 0..=(decades as i32) {
        let y = top + height * decade / decades as i32;
        let label = format!("{}", 10f64.powi(-decade));
        let style = text(14).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(label, (left + 22, y), style))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::squeezed;

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(squeezed(" requests ", 8), "requests");
        assert_eq!(squeezed("requests of server 12", 8), "requ…r 12");
    }
}
