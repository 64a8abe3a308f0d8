//! sRGB to the CIELab values of DICOM (PS3.3 C.10.7.1.1): D50, scaled to 16 bits.

/// sRGB primaries and white of D65, adapted to D50 by Bradford's matrix, linear RGB to XYZ.
/// (B. Lindbloom, "RGB/XYZ matrices", sRGB D50.)
const XYZ_D50_FROM_LINEAR: [[f64; 3]; 3] = [
    [0.436_074_7, 0.385_064_9, 0.143_080_4],
    [0.222_504_5, 0.716_878_6, 0.060_616_9],
    [0.013_932_2, 0.097_104_5, 0.714_173_3],
];
/// The white point D50.
const WHITE_D50: [f64; 3] = [0.964_22, 1.0, 0.825_21];

/// Recommended Display CIELab Value of a colour: L·65535/100, (a+128)·65535/255, (b+128)·65535/255.
pub(super) fn of_srgb(color: [u8; 3]) -> [u16; 3] {
    let [l, a, b] = lab(color);
    let scaled = [
        l * 65535.0 / 100.0,
        (a + 128.0) * 65535.0 / 255.0,
        (b + 128.0) * 65535.0 / 255.0,
    ];
    scaled.map(|value| value.round().clamp(0.0, 65535.0) as u16)
}

/// L*, a*, b* under D50.
fn lab(color: [u8; 3]) -> [f64; 3] {
    let linear = color.map(|channel| linear(f64::from(channel) / 255.0));
    let root = |row: usize| {
        let xyz: f64 = (0..3)
            .map(|column| XYZ_D50_FROM_LINEAR[row][column] * linear[column])
            .sum();
        cube_root(xyz / WHITE_D50[row])
    };
    let [x, y, z] = [root(0), root(1), root(2)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The sRGB curve (IEC 61966-2-1).
fn linear(encoded: f64) -> f64 {
    if encoded <= 0.040_45 {
        encoded / 12.92
    } else {
        ((encoded + 0.055) / 1.055).powf(2.4)
    }
}

/// The function f of CIELab (CIE 15).
fn cube_root(t: f64) -> f64 {
    if t > 216.0 / 24389.0 {
        t.cbrt()
    } else {
        (24389.0 / 27.0 * t + 16.0) / 116.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_and_black_are_the_ends_of_lightness_without_colour() {
        assert_eq!(of_srgb([0, 0, 0]), [0, 32896, 32896]);
        let white = of_srgb([255, 255, 255]);
        assert!(
            white[0] >= 65530 && white[1].abs_diff(32896) < 20 && white[2].abs_diff(32896) < 20,
            "{white:?}"
        );
    }

    #[test]
    fn red_has_the_published_lab_value() {
        // sRGB red under D50: L 54.29, a 80.80, b 69.89 (Lindbloom's calculator).
        let [l, a, b] = lab([255, 0, 0]);
        assert!(
            (l - 54.29).abs() < 0.02 && (a - 80.80).abs() < 0.03 && (b - 69.89).abs() < 0.03,
            "{l} {a} {b}"
        );
    }
}
