//! What was measured, and what could not be.

use std::collections::BTreeMap;

/// A row's id and a column's number.
type Cell = (&'static str, usize);

/// What was measured, by row and column.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    values: BTreeMap<Cell, Vec<f64>>,
    failures: BTreeMap<Cell, String>,
}

impl Samples {
    /// Takes a figure down.
    pub(crate) fn add(&mut self, row: &'static str, column: usize, value: f64) {
        eprintln!("  {row}: {}", rounded(value));
        self.values.entry((row, column)).or_default().push(value);
    }

    /// Why there is no figure; the first reason stays.
    pub(crate) fn fail(&mut self, row: &'static str, column: usize, reason: &str) {
        self.failures
            .entry((row, column))
            .or_insert_with(|| reason.to_owned());
    }

    /// How many figures there are.
    pub(crate) fn count(&self, row: &'static str, column: usize) -> usize {
        self.values.get(&(row, column)).map_or(0, Vec::len)
    }

    /// Why one is missing.
    pub(crate) fn failure(&self, row: &'static str, column: usize) -> Option<&str> {
        self.failures.get(&(row, column)).map(String::as_str)
    }

    /// Least, median and most.
    pub(crate) fn spread(&self, row: &'static str, column: usize) -> Option<Spread> {
        let mut sorted = self.values.get(&(row, column))?.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        let median = if sorted.len() % 2 == 1 {
            upper
        } else {
            f64::midpoint(*sorted.get(middle.checked_sub(1)?)?, upper)
        };
        Some(Spread {
            least: *sorted.first()?,
            median,
            most: *sorted.last()?,
        })
    }
}

/// Least, median and most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

/// Three digits that count.
pub(crate) fn rounded(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let mut samples = Samples::default();
        for value in [4.0, 1.0, 3.0, 2.0] {
            samples.add("row", 0, value);
        }
        let spread = Spread {
            least: 1.0,
            median: 2.5,
            most: 4.0,
        };
        assert_eq!(samples.spread("row", 0), Some(spread));
        assert_eq!(samples.spread("row", 1), None);
    }

    #[test]
    fn the_first_reason_of_a_missing_figure_stays() {
        let mut samples = Samples::default();
        samples.fail("row", 0, "first");
        samples.fail("row", 0, "second");
        assert_eq!(samples.failure("row", 0), Some("first"));
        assert_eq!(samples.count("row", 0), 0);
    }
}
