//! Colours.

use plotters::style::RGBColor;

pub(super) const INK: RGBColor = RGBColor(38, 46, 56);
pub(super) const GRID: RGBColor = RGBColor(228, 232, 236);
pub(super) const SERIES: RGBColor = RGBColor(120, 134, 148);
pub(super) const POINTS: RGBColor = RGBColor(74, 90, 106);
pub(super) const CHANGE: RGBColor = RGBColor(200, 62, 48);
/// Beside the colour of changes, for those too who do not tell red from green.
pub(super) const OUTLIER: RGBColor = RGBColor(222, 142, 8);
pub(super) const BAND: RGBColor = RGBColor(250, 228, 222);
/// Where a level may be; darker than [`BAND`], over which it may lie.
pub(super) const LEVEL: RGBColor = RGBColor(246, 204, 194);
pub(super) const NEEDLE: RGBColor = RGBColor(24, 93, 163);

/// Shades of the heat map, light to dark: one perceptually even run of blue.
const STOPS: [RGBColor; 5] = [
    RGBColor(226, 238, 248),
    RGBColor(158, 202, 225),
    RGBColor(84, 152, 201),
    RGBColor(24, 93, 163),
    RGBColor(8, 38, 86),
];

/// The colour of a share between 0 (light) and 1 (dark).
pub(super) fn shade(share: f64) -> RGBColor {
    let place = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 4 by the clamp above"
    )]
    let below = (place.floor() as usize).min(STOPS.len() - 2);
    let part = place - below as f64;
    let (from, to) = (STOPS[below], STOPS[below + 1]);
    RGBColor(
        blend(from.0, to.0, part),
        blend(from.1, to.1, part),
        blend(from.2, to.2, part),
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between two bytes"
)]
fn blend(from: u8, to: u8, part: f64) -> u8 {
    (f64::from(from) + (f64::from(to) - f64::from(from)) * part).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle() {
        assert_eq!(shade(-1.0), STOPS[0]);
        assert_eq!(shade(0.5), STOPS[2]);
        assert_eq!(shade(1.0), STOPS[4]);
    }
}
