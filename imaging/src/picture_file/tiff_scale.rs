//! What a TIFF file says about the size of a pixel in the thing that is shown, and about the order
//! of its pages: OME-XML, ImageJ's description, Aperio's and Hamamatsu's marks. Dots per inch alone
//! are a size on paper and say nothing.

use super::tiff_page::Page;
use crate::stack_part::{SplitRule, StackPart};

/// Least and greatest pixel that is believed, mm: 0.1 nm and 1 m.
const BELIEVED_MM: std::ops::RangeInclusive<f64> = 1e-7..=1e3;

/// Steps in mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// Column and row step.
    pub(crate) in_plane: [f64; 2],
    /// Step from page to page, if it is told.
    pub(crate) between: Option<f64>,
}

/// Pages of an OME file: how many of each kind, and which kind changes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageOrder {
    planes: usize,
    channels: usize,
    times: usize,
    /// `Z`, `C`, `T` from the fastest.
    order: [u8; 3],
}

impl Scale {
    /// Of the first page of a file.
    pub(crate) fn of(first: &Page) -> Option<Scale> {
        let text = first.description.as_str();
        let [x, y, z] = if let Some(pixels) = ome_pixels(text) {
            ["X", "Y", "Z"].map(|axis| ome_size(pixels, axis))
        } else if text.starts_with("ImageJ=") {
            image_j(text, first.resolution)
        } else if text.starts_with("Aperio") {
            let step = aperio(text);
            [step, step, None]
        } else if first.lens.is_some() && first.resolution_unit == 3 {
            // Hamamatsu: pixels for each cm
            let [x, y] = first
                .resolution
                .map(|count| count.map(|count| 10.0 / count));
            [x, y, None]
        } else {
            [None; 3]
        };
        let believed = |step: Option<f64>| step.filter(|step| BELIEVED_MM.contains(step));
        Some(Scale {
            in_plane: [believed(x)?, believed(y)?],
            between: believed(z),
        })
    }

    /// Steps of a copy that has `size` pixels where the original has `full`.
    pub(crate) fn at_level(self, full: [usize; 2], size: [usize; 2]) -> [f64; 3] {
        let ([x, y], [wide, high], [columns, rows]) = (self.in_plane, full, size);
        let larger = |full: usize, small: usize| full as f64 / small.max(1) as f64;
        [
            x * larger(wide, columns),
            y * larger(high, rows),
            self.between.unwrap_or(1.0),
        ]
    }
}

/// Millimetres of a unit of length.
fn unit_mm(unit: &str) -> Option<f64> {
    Some(match unit.trim() {
        "m" => 1000.0,
        "cm" => 10.0,
        "mm" => 1.0,
        "µm" | "μm" | "um" | "micron" | "microns" | "micrometer" | "\\u00B5m" | "&#181;m"
        | "&#xB5;m" | "&#956;m" => 1e-3,
        "nm" => 1e-6,
        _ => return None,
    })
}

/// The attributes of OME's first `Pixels` element.
fn ome_pixels(text: &str) -> Option<&str> {
    let (_, xml) = text.split_once("<OME")?;
    let (_, pixels) = xml.split_once("<Pixels ")?;
    Some(pixels.split_once('>')?.0)
}

/// The value of an attribute.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split(name).skip(1).find_map(|rest| {
        let value = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value.get(1..)?.split(quote).next()
    })
}

fn ome_size(pixels: &str, axis: &str) -> Option<f64> {
    let size: f64 = attribute(pixels, &format!("PhysicalSize{axis}"))?
        .parse()
        .ok()?;
    let unit = attribute(pixels, &format!("PhysicalSize{axis}Unit")).unwrap_or("µm");
    Some(size * unit_mm(unit)?)
}

/// ImageJ: the unit and the step between slices as text, pixels for each unit as resolution.
fn image_j(text: &str, resolution: [Option<f64>; 2]) -> [Option<f64>; 3] {
    let line = |name: &str| {
        text.lines()
            .find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let Some(mm) = line("unit").and_then(unit_mm) else {
        return [None; 3];
    };
    let [x, y] = resolution.map(|count| count.filter(|count| *count > 0.0).map(|count| mm / count));
    let spacing: Option<f64> = line("spacing").and_then(|value| value.parse().ok());
    [x, y, spacing.map(|step| step.abs() * mm)]
}

/// Aperio: micrometres for each pixel.
fn aperio(text: &str) -> Option<f64> {
    text.split('|').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value: f64 = (name.trim() == "MPP")
            .then_some(value)?
            .trim()
            .parse()
            .ok()?;
        Some(value * 1e-3)
    })
}

impl PageOrder {
    /// Of the first page; `None` unless the file is OME's and holds just the pages it tells.
    pub(crate) fn of(first: &Page, pages: usize) -> Option<PageOrder> {
        let pixels = ome_pixels(&first.description)?;
        let count = |name: &str| attribute(pixels, name)?.parse::<usize>().ok();
        let order = attribute(pixels, "DimensionOrder")?.strip_prefix("XY")?;
        let order = PageOrder {
            planes: count("SizeZ")?,
            channels: count("SizeC")? / first.samples.max(1),
            times: count("SizeT")?,
            order: <[u8; 3]>::try_from(order.as_bytes()).ok()?,
        };
        let told = order
            .planes
            .checked_mul(order.channels)?
            .checked_mul(order.times)?;
        let names_all = b"ZCT".iter().all(|name| order.order.contains(name));
        (told == pages && told > 0 && names_all).then_some(order)
    }

    /// Channel and time of page `index`, from 0.
    pub(crate) fn channel_and_time(&self, index: usize) -> [usize; 2] {
        let mut rest = index;
        let mut place = [0; 2];
        for name in self.order {
            let count = match name {
                b'Z' => self.planes,
                b'C' => self.channels,
                _ => self.times,
            };
            match (name, &mut place) {
                (b'C', [channel, _]) => *channel = rest % count,
                (b'T', [_, time]) => *time = rest % count,
                _ => {}
            }
            rest /= count;
        }
        place
    }

    /// What tells a channel and time from the others.
    pub(crate) fn mark(&self, [channel, time]: [usize; 2]) -> Vec<StackPart> {
        let mut parts = Vec::new();
        let mut add = |rule: SplitRule, index: usize, count: usize| {
            if count > 1 {
                parts.push(StackPart::new(rule, format!("{}/{count}", index + 1)));
            }
        };
        add(SplitRule::Channel, channel, self.channels);
        add(SplitRule::Temporal, time, self.times);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_attributes_are_read_from_text() {
        let ome = "<?xml?><OME xmlns='x'><Image><Pixels BigEndian=\"true\" PhysicalSizeX=\"0.5\" \
                   PhysicalSizeXUnit=\"&#181;m\" PhysicalSizeY='2' PhysicalSizeYUnit='nm' \
                   SizeC=\"1\"><Channel/></Pixels>";
        let pixels = ome_pixels(ome).unwrap();
        assert_eq!(ome_size(pixels, "X"), Some(0.0005));
        assert_eq!(ome_size(pixels, "Y"), Some(2e-6));
        assert_eq!(ome_size(pixels, "Z"), None);
        assert_eq!(
            aperio("Aperio x\r\n1x1|AppMag = 20|MPP = 0.4990"),
            Some(0.000_499)
        );
        let text = "ImageJ=1.53\nunit=micron\nspacing=-3\n";
        assert_eq!(
            image_j(text, [Some(4.0), Some(2.0)]),
            [Some(0.00025), Some(0.0005), Some(0.003)]
        );
        assert_eq!(image_j("ImageJ=1\nunit=inch\n", [Some(4.0); 2]), [None; 3]);
    }

    #[test]
    fn pages_are_counted_in_the_order_that_is_told() {
        let order = PageOrder {
            planes: 3,
            channels: 2,
            times: 2,
            order: *b"CZT",
        };
        assert_eq!(order.channel_and_time(0), [0, 0]);
        assert_eq!(order.channel_and_time(1), [1, 0]);
        assert_eq!(order.channel_and_time(2), [0, 0]);
        assert_eq!(order.channel_and_time(7), [1, 1]);
        let marks: Vec<String> = order.mark([1, 0]).iter().map(StackPart::text).collect();
        assert_eq!(marks, ["channel 2 of 2", "time 1/2"]);
    }
}
