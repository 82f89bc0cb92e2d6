//! The two panels, drawn.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::{Axis, plain};
use super::heat::{FLOOR, HeatMap, SHADES};
use super::palette::{CHANGE, GRID, INK, POINTS, SERIES, shade};
use crate::input::Series;
use crate::report::Segment;

const SIZE: (u32, u32) = (1200, 800);
/// The height of the upper panel with the title.
const UPPER: i32 = 420;
/// Room right of the panels, for the scale of the heat map.
const RIGHT: i32 = 96;
/// Room left of the panels, for the labels of their axes.
const LEFT: i32 = 84;
/// Blocks of the heat map at most: about a megabyte of text.
const BUDGET: usize = 11_000;
/// With more changepoints than this their labels would cover each other.
const MAX_LABELS: usize = 12;
/// Values beyond this are drawn at the border, where the arithmetic of axes is still finite.
const HUGE: f64 = 1e150;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// What there is to draw.
pub(crate) struct Picture<'a> {
    pub(crate) title: String,
    pub(crate) series: &'a Series,
    pub(crate) segments: &'a [Segment<'a>],
    pub(crate) heat: &'a HeatMap,
}

/// The picture as the text of an SVG file.
///
/// # Errors
/// The drawing library reports one; none is known.
pub(crate) fn draw(picture: &Picture) -> Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        paint(&root, picture).map_err(|error| anyhow!("cannot draw: {error}"))?;
    }
    Ok(svg)
}

fn paint(root: &Area, picture: &Picture) -> Result<(), Box<dyn std::error::Error>> {
    root.fill(&WHITE)?;
    let layout = &picture.series.layout;
    let axis = Axis::new(
        picture.series.values.len(),
        picture.series.times.as_deref(),
        layout
            .time
            .as_ref()
            .and_then(|column| column.name.as_deref()),
    );
    root.draw(&Text::new(picture.title.clone(), (LEFT + 12, 14), text(22)))?;
    let (upper, lower) = root.split_vertically(UPPER);
    series_panel(&upper, picture, &axis)?;
    heat_panel(&lower, picture, &axis)?;
    Ok(())
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

fn series_panel(
    area: &Area,
    picture: &Picture,
    axis: &Axis,
) -> Result<(), Box<dyn std::error::Error>> {
    let values = &picture.series.values;
    let (low, high) = value_range(values);
    let range = low..high;
    let name = picture
        .series
        .layout
        .value
        .name
        .as_deref()
        .unwrap_or("value");
    let mut chart = panel(
        area,
        axis,
        values.len(),
        range,
        Names { x: "", y: name },
        62,
    )?;
    series_line(&mut chart, values, axis)?;
    for segment in picture.segments {
        if let Some(level) = segment.level {
            let level = level.clamp(-HUGE, HUGE);
            let ends = [
                (axis.edge(segment.start), level),
                (axis.edge(segment.end), level),
            ];
            chart.draw_series(LineSeries::new(ends, CHANGE.stroke_width(3)))?;
        }
    }
    change_lines(&mut chart, picture.segments, axis, low..high)?;
    if picture.segments.len() <= MAX_LABELS + 1 {
        for segment in &picture.segments[1..] {
            let label = segment
                .time
                .map_or_else(|| segment.start.to_string(), |time| time.trim().to_owned());
            let style = text(15)
                .color(&CHANGE)
                .pos(Pos::new(HPos::Center, VPos::Bottom));
            let (x, y) = chart.backend_coord(&(axis.edge(segment.start), high));
            area.draw(&Text::new(label, (x, y - 4), style))?;
        }
    }
    Ok(())
}

fn heat_panel(
    area: &Area,
    picture: &Picture,
    axis: &Axis,
) -> Result<(), Box<dyn std::error::Error>> {
    let top = picture.heat.top() * 1.04;
    let count = picture.series.values.len();
    let names = Names {
        x: &axis.title,
        y: "run length",
    };
    let mut chart = panel(area, axis, count, 0.0..top, names, 16)?;
    chart.draw_series(picture.heat.blocks(BUDGET).into_iter().map(|block| {
        let corners = [
            (axis.edge(block.left), block.bottom),
            (axis.edge(block.right), block.top),
        ];
        Rectangle::new(corners, colour(block.shade).filled())
    }))?;
    change_lines(&mut chart, picture.segments, axis, 0.0..top)?;
    scale(area)
}

/// The names of the axes of a panel.
#[derive(Clone, Copy)]
struct Names<'a> {
    x: &'a str,
    y: &'a str,
}

/// An empty panel: frame, grid, marks and the names of the axes.
fn panel<'a, 'b>(
    area: &'a Area<'b>,
    axis: &Axis,
    count: usize,
    range: std::ops::Range<f64>,
    names: Names,
    margin_top: i32,
) -> Result<Chart<'a, 'b>, Box<dyn std::error::Error>>
where
    'b: 'a,
{
    let (left, right) = (axis.edge(0), axis.edge(count));
    let (step_x, step_y) = ((right - left) / 10.0, (range.end - range.start) / 7.0);
    let mut chart = ChartBuilder::on(area)
        .margin_top(margin_top)
        .margin_left(12)
        .margin_right(RIGHT)
        .x_label_area_size(if names.x.is_empty() { 28 } else { 48 })
        .y_label_area_size(LEFT)
        .build_cartesian_2d(left..right, range)?;
    chart
        .configure_mesh()
        .x_labels(10)
        .y_labels(7)
        .light_line_style(WHITE.mix(0.0))
        .bold_line_style(GRID)
        .axis_style(INK.mix(0.5))
        .label_style(text(15))
        .axis_desc_style(text(16))
        .x_desc(names.x)
        .y_desc(names.y)
        .x_label_formatter(&|x| axis.label(*x, step_x))
        .y_label_formatter(&|y| plain(*y, step_y))
        .draw()?;
    Ok(chart)
}

fn series_line(
    chart: &mut Chart,
    values: &[Option<f64>],
    axis: &Axis,
) -> Result<(), Box<dyn std::error::Error>> {
    let place = |i: usize, value: f64| (axis.at(i), value.clamp(-HUGE, HUGE));
    for run in runs_without_gap(values) {
        let points: Vec<_> = thinned(values, run)
            .into_iter()
            .map(|(i, v)| place(i, v))
            .collect();
        chart.draw_series(LineSeries::new(points, SERIES.stroke_width(1)))?;
    }
    if values.len() <= 600 {
        let points = values
            .iter()
            .enumerate()
            .filter_map(|(i, v)| Some(place(i, (*v)?)));
        chart.draw_series(points.map(|point| Circle::new(point, 2, POINTS.filled())))?;
    }
    Ok(())
}

/// Stretches of the series without a missing value.
fn runs_without_gap(values: &[Option<f64>]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for end in 0..=values.len() {
        if end == values.len() || values[end].is_none() {
            if start < end {
                runs.push(start..end);
            }
            start = end + 1;
        }
    }
    runs
}

/// The points of a stretch; of a long series only the lowest and the highest of each pixel.
fn thinned(values: &[Option<f64>], run: std::ops::Range<usize>) -> Vec<(usize, f64)> {
    let bin = values.len().div_ceil(2048).max(1);
    let value = |i: usize| values[i].map(|v| (i, v));
    if bin < 3 {
        return run.filter_map(value).collect();
    }
    let mut points = Vec::new();
    for first in run.clone().step_by(bin) {
        let bin = first..(first + bin).min(run.end);
        let by_value = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
        let low = bin.clone().filter_map(value).min_by(by_value);
        let high = bin.filter_map(value).max_by(by_value);
        let mut pair: Vec<_> = low.into_iter().chain(high).collect();
        pair.sort_by_key(|point| point.0);
        pair.dedup();
        points.extend(pair);
    }
    points
}

fn change_lines(
    chart: &mut Chart,
    segments: &[Segment],
    axis: &Axis,
    range: std::ops::Range<f64>,
) -> Result<(), Box<dyn std::error::Error>> {
    for segment in &segments[1..] {
        let x = axis.edge(segment.start);
        let line = [(x, range.start), (x, range.end)];
        chart.draw_series([DashedPathElement::new(
            line,
            5,
            4,
            CHANGE.mix(0.7).stroke_width(1),
        )])?;
    }
    Ok(())
}

/// The lowest and highest value, with a little air.
fn value_range(values: &[Option<f64>]) -> (f64, f64) {
    let present = || values.iter().flatten().map(|v| v.clamp(-HUGE, HUGE));
    let low = present().fold(f64::INFINITY, f64::min);
    let high = present().fold(f64::NEG_INFINITY, f64::max);
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
fn scale(area: &Area) -> Result<(), Box<dyn std::error::Error>> {
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
