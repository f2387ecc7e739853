//! How figures are written in these shapes, and how a window is asked for.

use crate::error::Error;
use crate::params::Params;
use resync_api::perf::model::Window;

const WINDOWS: [(&str, Window); 3] =
    [("1m", Window::OneMinute), ("15m", Window::FifteenMinutes), ("24h", Window::OneDay)];

/// The parameter `window`.
pub(super) fn window(params: &mut Params) -> Result<Window, Error> {
    let Some(text) = params.take("window") else { return Ok(Window::default()) };
    let known = WINDOWS.iter().find(|row| row.0 == text).map(|row| row.1);
    known.ok_or_else(|| Error::field("window", "1m, 15m or 24h is needed"))
}

pub(super) fn name_of(window: Window) -> &'static str {
    WINDOWS.iter().find(|row| row.1 == window).map_or("15m", |row| row.0)
}

/// A share from 0 to 1 as `"85.0%"`. Of nothing, it is no number, and says so in a way that every parser of floating
/// point takes.
pub(crate) fn percent(share: Option<f64>, decimals: usize) -> String {
    match share {
        Some(share) => format!("{:.decimals$}%", share * 100.0),
        None => "NaN%".to_owned(),
    }
}

/// A score from 0 to 100 as `"92.5/100"`.
pub(super) fn score(score: Option<f64>) -> String {
    match score {
        Some(score) => format!("{score:.1}/100"),
        None => "NaN/100".to_owned(),
    }
}

/// Bytes as mebibytes, `"1.25"`.
pub(super) fn megabytes(bytes: u64) -> String {
    // Exact up to 8 PiB, and only two decimals are shown.
    #[expect(clippy::cast_precision_loss, reason = "shown with two decimals")]
    let bytes = bytes as f64;
    format!("{:.2}", bytes / (1024.0 * 1024.0))
}

/// Seconds as milliseconds, to the microsecond.
pub(super) fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_scripts_read_them() {
        assert_eq!(percent(Some(0.85), 1), "85.0%");
        assert_eq!(percent(Some(0.123_456), 2), "12.35%");
        assert_eq!(score(Some(92.46)), "92.5/100");
        assert_eq!(megabytes(1_310_720), "1.25");
        let nothing = percent(None, 1);
        let parsed: f64 = nothing.trim_end_matches('%').parse().unwrap();
        assert!(parsed.is_nan(), "an idle cache is below no threshold");
        for (_, window) in WINDOWS {
            let mut params =
                Params::from_query(Some(&format!("window={}", name_of(window))), &["window"]).unwrap();
            assert_eq!(super::window(&mut params), Ok(window));
        }
    }
}
