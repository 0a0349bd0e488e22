//! Durations and sizes as Kubernetes' and Vector's users write them.

use std::time::Duration;

/// Reads `250ms`, `5s`, `1h30m`, `2d`, or a bare number of seconds.
///
/// # Errors
/// What is wrong with `text`, as a clause.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds)
            .map_err(|_| format!("{text:?} is no length of time"));
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let letters = tail
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let number: f64 = number
            .parse()
            .map_err(|_| format!("{text:?} is no length of time"))?;
        let seconds = match unit {
            "ns" => 1e-9,
            "us" => 1e-6,
            "ms" => 1e-3,
            "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return Err(format!("{text:?} has the unknown unit {unit:?}")),
        };
        let part = Duration::try_from_secs_f64(number * seconds)
            .map_err(|_| format!("{text:?} is no length of time"))?;
        total = total
            .checked_add(part)
            .ok_or_else(|| format!("{text:?} is too long"))?;
        rest = tail;
    }
    if text.is_empty() {
        Err("it is empty".to_owned())
    } else {
        Ok(total)
    }
}

/// Reads a number of bytes: `65536`, `64Ki`, `32MiB`, `1M`, `1MB` (decimal), `1.5Gi`.
///
/// # Errors
/// What is wrong with `text`, as a clause.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().trim_end_matches(['b', 'B']) {
        "" => 1,
        "k" | "K" => 1_000,
        "M" | "m" => 1_000_000,
        "G" | "g" => 1_000_000_000,
        "Ki" | "ki" => 1 << 10,
        "Mi" | "mi" => 1 << 20,
        "Gi" | "gi" => 1 << 30,
        "Ti" | "ti" => 1 << 40,
        _ => return Err(format!("{text:?} has the unknown unit {unit:?}")),
    };
    let too_large = || format!("{text:?} is too large");
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(factor).ok_or_else(too_large);
    }
    let number: f64 = number
        .parse()
        .map_err(|_| format!("{text:?} is no number of bytes"))?;
    #[expect(clippy::cast_precision_loss, reason = "factors are at most 2^40")]
    let bytes = number * factor as f64;
    if bytes > 9e15 {
        return Err(too_large());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above"
    )]
    Ok(bytes as u64)
}

/// Writes a number of bytes as a person would: `32 MiB`, `200 bytes`.
pub fn format_bytes(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 && b % (1 << 30) == 0 => format!("{} GiB", b >> 30),
        b if b >= 1 << 20 && b % (1 << 20) == 0 => format!("{} MiB", b >> 20),
        b if b >= 1 << 10 && b % (1 << 10) == 0 => format!("{} KiB", b >> 10),
        b => format!("{b} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_kubernetes_and_vector_write_them() {
        for (text, milliseconds) in [
            ("250ms", 250),
            ("5s", 5_000),
            ("1h30m", 5_400_000),
            ("2", 2_000),
            ("0.5", 500),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in ["", "5 parsecs", "-1s", "s", "-3", "NaN", "1e300"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_in_both_families_of_units() {
        for (text, bytes) in [
            ("65536", 65_536),
            ("64Ki", 65_536),
            ("32MiB", 33_554_432),
            ("1M", 1_000_000),
            ("1MB", 1_000_000),
            ("1.5Ki", 1_536),
        ] {
            assert_eq!(parse_bytes(text), Ok(bytes), "{text}");
        }
        for text in ["", "MiB", "1 parsec", "-1", "99999999999Gi"] {
            assert!(parse_bytes(text).is_err(), "{text}");
        }
    }
}
