//! What the pixels under the pointer mean.

/// A unit as people read it: of UCUM without what stands in braces and with its powers raised
/// (`{SUVbw}g/ml` is `g/mL`, `mm2/s` is `mm²/s`), of PET in the code of DICOM (PS3.3 C.8.9.1.1.3) as it
/// is written.
pub(super) fn shown_unit(unit: &str) -> String {
    match unit {
        "BQML" => return "Bq/mL".to_owned(),
        "GML" => return "g/mL".to_owned(),
        "CM2ML" => return "cm²/mL".to_owned(),
        "CPS" => return "cps".to_owned(),
        "[hnsf'U]" => return "HU".to_owned(),
        _ => {}
    }
    let mut shown = String::new();
    let mut depth = 0_usize;
    for character in unit.chars() {
        let is_power = shown.ends_with(|last: char| last.is_ascii_alphabetic());
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '2' if is_power => shown.push('²'),
            '3' if is_power => shown.push('³'),
            _ => shown.push(character),
        }
    }
    match shown.strip_suffix("/ml") {
        Some(part) => format!("{part}/mL"),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::shown_unit;

    #[test]
    fn units_are_written_as_people_read_them() {
        assert_eq!(shown_unit("{SUVbw}g/ml"), "g/mL");
        assert_eq!(shown_unit("{SUVbsa}cm2/ml"), "cm²/mL");
        assert_eq!(shown_unit("mm2/s"), "mm²/s");
        assert_eq!(shown_unit("10*-6.mm2/s"), "10*-6.mm²/s");
        assert_eq!(shown_unit("BQML"), "Bq/mL");
        assert_eq!(shown_unit("HU"), "HU");
        assert_eq!(shown_unit("/min"), "/min");
    }
}
