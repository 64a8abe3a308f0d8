//! JPEG-LS, lossless and near-lossless (ITU-T T.87): 2 to 16 bits, one component or three, scans of
//! one component, of lines in turn and of whole pixels, restart markers.
//!
//! Not read, and refused by name: mapping tables, point transforms, and the colour transforms that
//! one vendor's private segment announces; DICOM allows none of them.

use super::jpeg_ls_model::{Model, Parameters, Preset};
use super::jpeg_marker::{FrameHeader, Pixels, ScanHeader, next_segment, restart_interval, word};

/// Decodes a frame of `width` × `height` pixels of `components` samples.
///
/// # Errors
/// A sentence about what is damaged, not possible or not supported.
pub(crate) fn decode(
    bytes: &[u8],
    width: usize,
    height: usize,
    components: usize,
) -> Result<Pixels, &'static str> {
    let mut stream = Stream::default();
    let mut pixels = Pixels {
        bytes: Vec::new(),
        planar: false,
    };
    let mut decoded = 0;
    let mut rest = bytes;
    while decoded < components {
        let segment = next_segment(rest)?;
        rest = segment.after;
        match segment.marker {
            0xF7 if stream.frame.is_some() => return Err("it has two frame headers"),
            0xF7 => {
                let header = FrameHeader::read(segment.body)?;
                if !header.is(width, height, components) || width == 0 {
                    return Err("its size changes");
                }
                stream.frame = Some(header);
            }
            0xF8 => stream.preset(segment.body)?,
            0xDD => stream.restart = restart_interval(segment.body),
            0xE8 if segment.body.starts_with(b"mrfx") && segment.body.get(4) != Some(&0) => {
                return Err("its private colour transform is not supported");
            }
            0xDA => {
                let scan = ScanHeader::read(segment.body)?;
                decoded += scan.components.len();
                rest = stream.scan(&scan, rest, &mut pixels)?;
            }
            0xC0..=0xCF => return Err("it is JPEG and not JPEG-LS"),
            _ => {}
        }
    }
    Ok(pixels)
}

/// What the segments before a scan define.
#[derive(Default)]
struct Stream {
    frame: Option<FrameHeader>,
    preset: Preset,
    restart: usize,
}

impl Stream {
    fn preset(&mut self, body: &[u8]) -> Result<(), &'static str> {
        match body.first() {
            Some(1) => {
                for (index, value) in self.preset.values.iter_mut().enumerate() {
                    *value = word(body, 1 + 2 * index).ok_or("a segment is cut")?;
                }
                Ok(())
            }
            Some(2 | 3) => Err("its mapping table is not supported"),
            Some(4) => Err("its oversize header is not supported"),
            _ => Err("its preset segment is unknown"),
        }
    }

    /// Decodes one scan; what follows its data is handed back.
    fn scan<'a>(
        &self,
        scan: &ScanHeader,
        data: &'a [u8],
        pixels: &mut Pixels,
    ) -> Result<&'a [u8], &'static str> {
        let frame = self.frame.as_ref().ok_or("its frame header is missing")?;
        let [near, interleave, transform] = scan.parameters;
        if scan.components.iter().any(|[_, table]| *table != 0) {
            return Err("its mapping table is not supported");
        }
        if transform != 0 {
            return Err("its point transform is not supported");
        }
        let parameters = Parameters::new(frame.precision, near, self.preset)?;
        let job = Job {
            width: frame.width,
            height: frame.height,
            restart: self.restart,
            is_wide: frame.precision > 8,
        };
        let mut model = Model::new(data, parameters);
        let all = frame.components.len();
        let out = &mut pixels.bytes;
        let is_lossless = parameters.is_lossless();
        match (interleave, scan.components.len(), is_lossless) {
            (0, 1, true) => job.lines::<true>(&mut model, 1, out)?,
            (0, 1, false) => job.lines::<false>(&mut model, 1, out)?,
            // a single component has no order, whatever the header says
            (1 | 2, 1, true) if all == 1 => job.lines::<true>(&mut model, 1, out)?,
            (1 | 2, 1, false) if all == 1 => job.lines::<false>(&mut model, 1, out)?,
            (1, count, true) if count == all => job.lines::<true>(&mut model, count, out)?,
            (1, count, false) if count == all => job.lines::<false>(&mut model, count, out)?,
            (2, 3, true) if all == 3 => job.pixels::<true>(&mut model, out)?,
            (2, 3, false) if all == 3 => job.pixels::<false>(&mut model, out)?,
            _ => return Err("the order of its components is not supported"),
        }
        if model.bits.has_more() {
            return Err("its data hold more than its pixels");
        }
        pixels.planar = interleave == 0 && all > 1;
        Ok(model.bits.rest())
    }
}

/// The picture a scan fills.
struct Job {
    width: usize,
    height: usize,
    restart: usize,
    is_wide: bool,
}

/// Two lines of one component; the first and last place are the borders (T.87 A.2.1).
struct Lines<T> {
    above: Vec<T>,
    line: Vec<T>,
    run_index: usize,
}

impl<T: Copy + Default> Lines<T> {
    fn new(width: usize) -> Self {
        Lines {
            above: vec![T::default(); width + 2],
            line: vec![T::default(); width + 2],
            run_index: 0,
        }
    }

    /// Sets the borders before a line is decoded.
    fn begin(&mut self) {
        if let (Some(left), Some(above)) = (self.line.first_mut(), self.above.get(1)) {
            *left = *above;
        }
        if let [.., last, border] = self.above.as_mut_slice() {
            *border = *last;
        }
    }

    /// The samples of the line.
    fn samples(&self) -> &[T] {
        self.line.get(1..self.line.len() - 1).unwrap_or_default()
    }

    fn next(&mut self) {
        std::mem::swap(&mut self.above, &mut self.line);
    }
}

impl Job {
    /// Whether a restart marker lies before row `y`.
    fn restarts(&self, y: usize) -> bool {
        self.restart > 0 && y > 0 && y.is_multiple_of(self.restart)
    }

    /// After each row: nothing impossible was read.
    fn check(model: &Model<'_>) -> Result<(), &'static str> {
        if model.bits.is_beyond() {
            return Err("its data are cut");
        }
        if model.is_damaged {
            return Err("its data are damaged");
        }
        Ok(())
    }

    /// One component, or several whose lines take turns.
    fn lines<const LOSSLESS: bool>(
        &self,
        model: &mut Model<'_>,
        components: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), &'static str> {
        let fresh = || (0..components).map(|_| Lines::<u16>::new(self.width));
        let mut lines: Vec<Lines<u16>> = fresh().collect();
        let mut contexts = vec![0_i16; self.width];
        for y in 0..self.height {
            if self.restarts(y) {
                model.bits.restart()?;
                model.reset();
                lines = fresh().collect();
            }
            for component in &mut lines {
                component.begin();
                decode_line::<LOSSLESS>(model, component, &mut contexts);
            }
            Self::check(model)?;
            match lines.as_slice() {
                [only] => self.write(out, only.samples().iter().copied()),
                several => {
                    let row = (0..self.width).flat_map(|x| {
                        let at = move |lines: &Lines<u16>| lines.samples().get(x).copied();
                        several.iter().filter_map(at)
                    });
                    self.write(out, row);
                }
            }
            lines.iter_mut().for_each(Lines::next);
        }
        Ok(())
    }

    /// Three components, pixel by pixel.
    fn pixels<const LOSSLESS: bool>(
        &self,
        model: &mut Model<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), &'static str> {
        let mut lines = Lines::<[u16; 3]>::new(self.width);
        for y in 0..self.height {
            if self.restarts(y) {
                model.bits.restart()?;
                model.reset();
                lines = Lines::new(self.width);
            }
            lines.begin();
            decode_pixels::<LOSSLESS>(model, &mut lines);
            Self::check(model)?;
            self.write(out, lines.samples().iter().flatten().copied());
            lines.next();
        }
        Ok(())
    }

    fn write(&self, out: &mut Vec<u8>, samples: impl Iterator<Item = u16>) {
        if self.is_wide {
            out.extend(samples.flat_map(u16::to_le_bytes));
        } else {
            out.extend(samples.map(|sample| sample as u8));
        }
    }
}

/// One line of one component.
fn decode_line<const LOSSLESS: bool>(
    model: &mut Model<'_>,
    lines: &mut Lines<u16>,
    contexts: &mut [i16],
) {
    let Lines {
        above,
        line,
        run_index,
    } = lines;
    let parameters = model.parameters;
    // two of the three gradients lie wholly in the line above
    for (context, part) in contexts.iter_mut().zip(above.array_windows::<3>()) {
        let [corner, up, right] = part.map(i32::from);
        let gradients = 81 * parameters.quantise(right - up) + 9 * parameters.quantise(up - corner);
        *context = gradients as i16;
    }
    let width = contexts.len();
    let mut x = 0;
    while x < width {
        let (Some(&[corner, up]), Some(ahead)) = (
            above.get(x..).and_then(|rest| rest.first_chunk::<2>()),
            above.get(x + 2..),
        ) else {
            return;
        };
        let Some([left, places @ ..]) = line.get_mut(x..) else {
            return;
        };
        let (mut corner, mut up, mut left) = (i32::from(corner), i32::from(up), i32::from(*left));
        let rest = contexts.get(x..).unwrap_or_default();
        let mut is_run = false;
        let mut bits = model.bits;
        for ((place, part), right) in places.iter_mut().zip(rest).zip(ahead) {
            let context = i32::from(*part) + model.level(corner - left);
            if context == 0 {
                is_run = true;
                break;
            }
            let value = model.regular::<LOSSLESS>(&mut bits, context, left, up, corner);
            *place = value;
            left = i32::from(value);
            corner = up;
            up = i32::from(*right);
            x += 1;
        }
        model.bits = bits;
        if is_run {
            x += decode_run::<LOSSLESS>(model, above, line, x, run_index);
        }
    }
}

/// A run at place `x` and the sample that ends it; the number of samples.
fn decode_run<const LOSSLESS: bool>(
    model: &mut Model<'_>,
    above: &[u16],
    line: &mut [u16],
    x: usize,
    run_index: &mut usize,
) -> usize {
    let Some([left, places @ ..]) = line.get_mut(x..) else {
        return 1;
    };
    let room = places.len() - 1;
    let run = model.run_length(room, run_index);
    if let Some(places) = places.get_mut(..run) {
        places.fill(*left);
    }
    if run >= room {
        return run.max(1);
    }
    if let (Some(place), Some(up)) = (places.get_mut(run), above.get(x + run + 1)) {
        let (left, up) = (i32::from(*left), i32::from(*up));
        let alike = model.is_alike(left, up);
        *place = model.interruption::<LOSSLESS>(left, up, alike, *run_index);
    }
    *run_index = run_index.saturating_sub(1);
    run + 1
}

/// One line of whole pixels: they share the contexts, and a run is one of all components.
fn decode_pixels<const LOSSLESS: bool>(model: &mut Model<'_>, lines: &mut Lines<[u16; 3]>) {
    let Lines {
        above,
        line,
        run_index,
    } = lines;
    let width = line.len() - 2;
    let mut x = 0;
    while x < width {
        let (Some(&[corner, up, right]), Some([left, places @ ..])) = (
            above.get(x..).and_then(|rest| rest.first_chunk::<3>()),
            line.get_mut(x..),
        ) else {
            return;
        };
        let near: [[i32; 4]; 3] = std::array::from_fn(|n| {
            [corner, up, right, *left].map(|pixel| i32::from(pixel.get(n).copied().unwrap_or(0)))
        });
        let contexts = near.map(|[corner, up, right, left]| {
            81 * model.level(right - up) + 9 * model.level(up - corner) + model.level(corner - left)
        });
        if contexts != [0; 3] {
            if let Some(place) = places.first_mut() {
                for ((value, context), [corner, up, _, left]) in
                    place.iter_mut().zip(contexts).zip(near)
                {
                    let mut bits = model.bits;
                    *value = model.regular::<LOSSLESS>(&mut bits, context, left, up, corner);
                    model.bits = bits;
                }
            }
            x += 1;
            continue;
        }
        let room = width - x;
        let run = model.run_length(room, run_index);
        if let Some(places) = places.get_mut(..run) {
            places.fill(*left);
        }
        x += run;
        if run >= room {
            return;
        }
        if let (Some(place), Some(up)) = (places.get_mut(run), above.get(x + 1)) {
            for ((value, left), up) in place.iter_mut().zip(left).zip(up) {
                let (left, up) = (i32::from(*left), i32::from(*up));
                *value = model.interruption::<LOSSLESS>(left, up, false, *run_index);
            }
        }
        *run_index = run_index.saturating_sub(1);
        x += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of T.87 H.3: its coded data and its picture of 4 × 4.
    const CODED: &[u8] = &[
        0xC0, 0, 0, 0x6C, 0x80, 0x20, 0x8E, 1, 0xC0, 0, 0, 0x57, 0x40, 0, 0, 0x6E, 0xE6, 0, 0, 1,
        0xBC, 0x18, 0, 0, 5, 0xD8, 0, 0, 0x91, 0x60,
    ];
    const PICTURE: [u8; 16] = [
        0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145,
    ];

    /// A stream of 4 columns and `rows` rows with segments before its scan.
    fn stream(rows: u8, segments: &[u8], scan: [u8; 4], data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![
            0xFF, 0xD8, 0xFF, 0xF7, 0, 11, 8, 0, rows, 0, 4, 1, 1, 0x11, 0,
        ];
        bytes.extend(segments);
        bytes.extend([0xFF, 0xDA, 0, 8, 1, 1]);
        bytes.extend(scan);
        bytes.extend(data);
        bytes.extend([0xFF, 0xD9]);
        bytes
    }

    #[test]
    fn the_example_of_the_standard_comes_out() {
        let pixels = decode(&stream(4, &[], [0; 4], CODED), 4, 4, 1).unwrap();
        assert_eq!((pixels.bytes, pixels.planar), (PICTURE.to_vec(), false));
    }

    #[test]
    fn everything_begins_anew_after_a_restart_marker() {
        let mut data = CODED.to_vec();
        data.extend([0xFF, 0xD0]);
        data.extend(CODED);
        let interval = [0xFF, 0xDD, 0, 4, 0, 4];
        let pixels = decode(&stream(8, &interval, [0; 4], &data), 4, 8, 1).unwrap();
        assert_eq!(pixels.bytes, [PICTURE, PICTURE].concat());
    }

    #[test]
    fn what_is_not_read_is_named() {
        let refusal =
            |segments: &[u8], scan| decode(&stream(4, segments, scan, CODED), 4, 4, 1).unwrap_err();
        let table = [0xFF, 0xF8, 0, 5, 2, 1, 1];
        assert!(refusal(&table, [0; 4]).contains("mapping table"));
        assert!(refusal(&[], [1, 0, 0, 0]).contains("mapping table"));
        assert!(refusal(&[], [0, 0, 0, 1]).contains("point transform"));
        let colour = [0xFF, 0xE8, 0, 7, b'm', b'r', b'f', b'x', 1];
        assert!(refusal(&colour, [0; 4]).contains("colour transform"));
        let thresholds = [0xFF, 0xF8, 0, 13, 1, 0, 255, 0, 9, 0, 3, 0, 30, 0, 64];
        assert!(refusal(&thresholds, [0; 4]).contains("preset"));
    }

    #[test]
    fn too_few_and_too_many_bytes_are_refused() {
        let cut = stream(4, &[], [0; 4], &CODED[..20]);
        assert!(decode(&cut, 4, 4, 1).is_err());
        let long = stream(2, &[], [0; 4], CODED);
        let refusal = decode(&long, 4, 2, 1).unwrap_err();
        assert_eq!(refusal, "its data hold more than its pixels");
    }

    proptest::proptest! {
        #[test]
        fn rubbish_is_refused_or_fills_the_picture(
            data in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
            near in 0_u8..6,
            restart in 0_u8..4,
        ) {
            let interval = [0xFF, 0xDD, 0, 4, 0, restart];
            let stream = stream(9, &interval, [0, near, 0, 0], &data);
            if let Ok(pixels) = decode(&stream, 4, 9, 1) {
                proptest::prop_assert_eq!(pixels.bytes.len(), 36);
            }
        }
    }
}
