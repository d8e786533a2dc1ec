//! How far does an axis go? To the next round number, in at most five round steps from nought.

use kiemtin_model::written::count;
/// Most steps.
const STEPS: f64 = 5.0;

/// An axis from nought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    step: f64,
    steps: u32,
}

impl Scale {
    /// An axis that holds a number, not below 0; one of things that are counted has whole steps.
    pub(super) fn to(most: f64, whole: bool) -> Self {
        // So small a number is no measure of anything.
        if most <= 1e-9 {
            return Self { step: 1.0, steps: 1 };
        }
        let power = 10_f64.powf((most / STEPS).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * power).find(|step| step * STEPS >= most * (1.0 - 1e-9));
        let step = step.unwrap_or(10.0 * power).max(if whole { 1.0 } else { 0.0 });
        Self { step, steps: ((most / step - 1e-9).ceil() as u32).max(1) }
    }

    /// The numbers that stand at it, from nought.
    pub(super) fn ticks(self) -> Vec<f64> {
        (0..=self.steps).map(|at| f64::from(at) * self.step).collect()
    }

    /// Where a number stands, from 0 to 1.
    pub(super) fn part(self, value: f64) -> f32 {
        (value / (self.step * f64::from(self.steps))).clamp(0.0, 1.0) as f32
    }

    /// A tick as people read it, with as many decimals as its step has.
    pub(super) fn name(self, tick: f64) -> String {
        vi(tick, (-self.step.log10().floor()).clamp(0.0, 6.0) as usize)
    }
}

/// A number as people read it: with as many decimals as it needs, at most two.
pub(super) fn said(value: f64) -> String {
    let decimals = [0, 1].into_iter().find(|d| (value * 10_f64.powi(*d) - (value * 10_f64.powi(*d)).round()).abs() < 1e-6);
    vi(value, decimals.map_or(2, |d| d as usize))
}

/// Thousands with dots, decimals after a comma.
fn vi(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut out = whole.parse().map_or_else(|_| whole.to_owned(), count);
    if !part.is_empty() {
        out.push(',');
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(most: f64) -> String {
        let scale = Scale::to(most, false);
        scale.ticks().into_iter().map(|tick| scale.name(tick)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_axis_has_few_round_numbers() {
        for (most, expected) in [
            (0.0, "0 1"),
            (1.0, "0,0 0,2 0,4 0,6 0,8 1,0"),
            (3.0, "0 1 2 3"),
            (7.0, "0 2 4 6 8"),
            (10.0, "0 2 4 6 8 10"),
            (11.0, "0 5 10 15"),
            (4_999.0, "0 1.000 2.000 3.000 4.000 5.000"),
            (0.3, "0,0 0,1 0,2 0,3"),
            (0.004, "0,000 0,001 0,002 0,003 0,004"),
        ] {
            assert_eq!(names(most), expected, "{most}");
        }
        assert_eq!(Scale::to(1.0, true).ticks(), [0.0, 1.0]);
        assert_eq!(Scale::to(5e-324, false), Scale::to(0.0, false));
        for most in [1e15, 5e-9, 123_456_789.0, 0.999_999_999] {
            let scale = Scale::to(most, false);
            assert!((2..=6).contains(&scale.ticks().len()) && scale.part(most) > 0.49, "{most}");
        }
    }

    #[test]
    fn numbers_are_written_as_in_vietnam() {
        for (value, expected) in
            [(0.0, "0"), (999.0, "999"), (1_234.0, "1.234"), (1_234_567.5, "1.234.567,5"), (0.25, "0,25"), (2.0 / 3.0, "0,67")]
        {
            assert_eq!(said(value), expected);
        }
    }
}
