//! The adaptive model of JPEG-LS (ITU-T T.87 annex A): thresholds, contexts, and how one prediction
//! error is read.

use super::bit_window::BitWindow;

/// Golomb parameters of the run lengths (T.87 A.2.1).
const RUN_BITS: [u8; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];
/// No mapped error of a sound stream is larger.
const LARGEST_ERROR: u32 = 0x1_FFFF;

/// The bits of a scan.
type Bits<'a> = BitWindow<'a, true>;

/// What a preset segment (LSE, type 1) gives; zero stands for the default.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Preset {
    /// MAXVAL, T1, T2, T3, RESET.
    pub(crate) values: [u16; 5],
}

/// The parameters of one scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Parameters {
    pub(crate) max: i32,
    near: i32,
    /// RANGE · (2 · NEAR + 1).
    span: i32,
    range: i32,
    thresholds: [i32; 3],
    reset: i32,
    error_bits: u32,
    limit: u32,
}

impl Parameters {
    /// Parameters of `precision` bits (T.87 C.2.4.1.1).
    ///
    /// # Errors
    /// Numbers outside what T.87 allows.
    pub(crate) fn new(precision: u8, near: u8, preset: Preset) -> Result<Self, &'static str> {
        if !(2..=16).contains(&precision) {
            return Err("its samples have fewer than 2 or more than 16 bits");
        }
        let [max, t1, t2, t3, reset] = preset.values.map(i32::from);
        let largest = (1_i32 << precision) - 1;
        let max = if max == 0 { largest } else { max };
        let near = i32::from(near);
        if max > largest || near > max / 2 {
            return Err("its preset parameters are not possible");
        }
        let default = default_thresholds(max, near);
        let mut thresholds = [t1, t2, t3];
        for (value, default) in thresholds.iter_mut().zip(default) {
            *value = if *value == 0 { default } else { *value };
        }
        let [t1, t2, t3] = thresholds;
        let reset = if reset == 0 { 64 } else { reset };
        if t1 <= near || t2 < t1 || t3 < t2 || t3 > max || !(3..=255.max(max)).contains(&reset) {
            return Err("its preset parameters are not possible");
        }
        let range = (max + 2 * near) / (2 * near + 1) + 1;
        let bits = (32 - max.leading_zeros()).max(2);
        Ok(Parameters {
            max,
            near,
            span: range * (2 * near + 1),
            range,
            thresholds,
            reset,
            error_bits: 32 - (range - 1).leading_zeros(),
            limit: 2 * (bits + bits.max(8)),
        })
    }

    /// Whether nothing is lost.
    pub(crate) fn is_lossless(&self) -> bool {
        self.near == 0
    }

    /// Quantised gradient, −4..=4 (T.87 A.3.3).
    #[inline(always)]
    pub(crate) fn quantise(&self, gradient: i32) -> i32 {
        let [t1, t2, t3] = self.thresholds;
        let size = gradient.abs();
        let level = i32::from(size > self.near)
            + i32::from(size >= t1)
            + i32::from(size >= t2)
            + i32::from(size >= t3);
        if gradient < 0 { -level } else { level }
    }

    /// The sample from its prediction and error (T.87 A.4.4, A.5).
    #[inline(always)]
    fn rebuild<const LOSSLESS: bool>(&self, predicted: i32, error: i32) -> u16 {
        let mut value = if LOSSLESS {
            predicted + error
        } else {
            predicted + error * (2 * self.near + 1)
        };
        if value < -self.near {
            value += self.span;
        } else if value > self.max + self.near {
            value -= self.span;
        }
        value.clamp(0, self.max) as u16
    }
}

/// Default thresholds (T.87 C.2.4.1.1.1).
fn default_thresholds(max: i32, near: i32) -> [i32; 3] {
    let clamp = |value: i32, low: i32| {
        if value > max || value < low {
            low
        } else {
            value
        }
    };
    let [t1, t2, t3] = if max >= 128 {
        let factor = (max.min(4095) + 128) / 256;
        [
            factor + 2 + 3 * near,
            factor * 4 + 3 + 5 * near,
            factor * 17 + 4 + 7 * near,
        ]
    } else {
        let factor = 256 / (max + 1);
        [
            (3 / factor + 3 * near).max(2),
            (7 / factor + 5 * near).max(3),
            (21 / factor + 7 * near).max(4),
        ]
    };
    let t1 = clamp(t1, near + 1);
    let t2 = clamp(t2, t1);
    [t1, t2, clamp(t3, t2)]
}

/// Statistics of one context of the regular mode.
#[derive(Clone, Copy)]
struct Context {
    /// A: sum of error sizes.
    sizes: i32,
    /// B: sum of errors.
    bias: i32,
    /// C: correction of the prediction.
    correction: i32,
    /// N: how often it occurred.
    count: i32,
}

/// Statistics of a run's interruption.
#[derive(Clone, Copy)]
struct RunContext {
    sizes: i32,
    count: i32,
    negative: i32,
}

/// The model's state and the bits it reads.
pub(crate) struct Model<'a> {
    pub(crate) bits: Bits<'a>,
    pub(crate) parameters: Parameters,
    contexts: Box<[Context; 512]>,
    /// Quantised gradients from −65 536 on.
    levels: Box<[i8; 1 << 17]>,
    runs: [RunContext; 2],
    /// A number came that no encoder writes.
    pub(crate) is_damaged: bool,
}

impl<'a> Model<'a> {
    /// A fresh model at the beginning of a scan's data.
    pub(crate) fn new(data: &'a [u8], parameters: Parameters) -> Self {
        let mut model = Model {
            bits: BitWindow::new(data),
            parameters,
            contexts: Box::new(
                [Context {
                    sizes: 0,
                    bias: 0,
                    correction: 0,
                    count: 1,
                }; 512],
            ),
            levels: levels(&parameters),
            runs: [RunContext {
                sizes: 0,
                count: 1,
                negative: 0,
            }; 2],
            is_damaged: false,
        };
        model.reset();
        model
    }

    /// Statistics as at the beginning (T.87 A.2.1), also after a restart marker.
    pub(crate) fn reset(&mut self) {
        let sizes = ((self.parameters.range + 32) / 64).max(2);
        self.contexts.fill(Context {
            sizes,
            bias: 0,
            correction: 0,
            count: 1,
        });
        self.runs = [RunContext {
            sizes,
            count: 1,
            negative: 0,
        }; 2];
    }

    /// A limited-length Golomb code (T.87 A.5.3) whose unary part has at most `longest` zeros.
    #[inline(always)]
    fn golomb(&mut self, bits: &mut Bits<'a>, k: u32, longest: u32) -> u32 {
        if bits.valid() < 40 {
            bits.fill();
        }
        let zeros = bits.top().leading_zeros();
        let total = zeros + 1 + k;
        if zeros < longest && total <= bits.valid() {
            let value = bits.top() << (zeros + 1);
            let low = (value >> 1) >> (63 - k);
            bits.pass(total);
            return (zeros << k | low as u32).min(LARGEST_ERROR);
        }
        let (rest, value) = self.golomb_slowly(*bits, k, longest);
        *bits = rest;
        value
    }

    #[cold]
    #[inline(never)]
    fn golomb_slowly(&mut self, mut bits: Bits<'a>, k: u32, longest: u32) -> (Bits<'a>, u32) {
        bits.fill();
        let zeros = bits.top().leading_zeros();
        if zeros > longest || zeros + 1 > bits.valid() {
            self.is_damaged = true;
            return (bits, 0);
        }
        bits.pass(zeros + 1);
        let value = if zeros < longest {
            zeros << k | bits.take(k)
        } else {
            bits.take(self.parameters.error_bits) + 1
        };
        self.is_damaged |= value > LARGEST_ERROR;
        (bits, value.min(LARGEST_ERROR))
    }

    /// One sample in regular mode (T.87 A.4, A.5, A.6); `context` is the signed context number.
    /// The bits are the model's own, taken out so that a loop keeps them in registers.
    #[inline(always)]
    pub(crate) fn regular<const LOSSLESS: bool>(
        &mut self,
        bits: &mut Bits<'a>,
        context: i32,
        left: i32,
        up: i32,
        corner: i32,
    ) -> u16 {
        let sign = context >> 31;
        let place = ((context ^ sign) - sign) as usize & 511;
        let Some(&(mut state)) = self.contexts.get(place) else {
            return 0;
        };
        let predicted = predict(left, up, corner) + ((state.correction ^ sign) - sign);
        let predicted = predicted.clamp(0, self.parameters.max);
        let k = golomb_parameter(state.sizes, state.count);
        let longest = self.parameters.limit - self.parameters.error_bits - 1;
        let mapped = self.golomb(bits, k, longest);
        let mut error = (mapped >> 1) as i32 ^ -((mapped & 1) as i32);
        if LOSSLESS && k == 0 {
            error ^= (2 * state.bias + state.count - 1) >> 31;
        }
        state.learn(error, &self.parameters);
        if let Some(slot) = self.contexts.get_mut(place) {
            *slot = state;
        }
        self.parameters
            .rebuild::<LOSSLESS>(predicted, (error ^ sign) - sign)
    }

    /// Length of a run of at most `room` samples (T.87 A.7.1).
    pub(crate) fn run_length(&mut self, room: usize, run_index: &mut usize) -> usize {
        let mut length = 0_usize;
        while self.bits.take(1) == 1 {
            let whole = 1_usize << run_bits(*run_index);
            let count = whole.min(room - length);
            length += count;
            if count == whole {
                *run_index = (*run_index + 1).min(31);
            }
            if length >= room {
                return room;
            }
        }
        length += self.bits.take(run_bits(*run_index)) as usize;
        self.is_damaged |= length > room;
        length.min(room)
    }

    /// The sample that ends a run (T.87 A.7.2); `alike` where its neighbours are taken as equal.
    pub(crate) fn interruption<const LOSSLESS: bool>(
        &mut self,
        left: i32,
        up: i32,
        alike: bool,
        run_index: usize,
    ) -> u16 {
        let kind = u32::from(alike);
        let Some(&(mut state)) = self.runs.get(kind as usize) else {
            return 0;
        };
        let sizes = state.sizes + if alike { state.count >> 1 } else { 0 };
        let k = golomb_parameter(sizes, state.count);
        let limit = self.parameters.limit - run_bits(run_index) - 1;
        let longest = limit.saturating_sub(self.parameters.error_bits + 1);
        let mut bits = self.bits;
        let mapped = self.golomb(&mut bits, k, longest);
        self.bits = bits;
        let value = mapped + kind;
        let is_odd = value & 1 == 1;
        let size = value.div_ceil(2) as i32;
        let is_negative = (k != 0 || 2 * state.negative >= state.count) == is_odd;
        let error = if is_negative { -size } else { size };
        state.negative += i32::from(error < 0);
        state.sizes += ((mapped + 1 - kind) >> 1) as i32;
        if state.count == self.parameters.reset {
            state.sizes >>= 1;
            state.count >>= 1;
            state.negative >>= 1;
        }
        state.count += 1;
        if let Some(slot) = self.runs.get_mut(kind as usize) {
            *slot = state;
        }
        let (predicted, error) = match (alike, up < left) {
            (true, _) => (left, error),
            (false, true) => (up, -error),
            (false, false) => (up, error),
        };
        self.parameters.rebuild::<LOSSLESS>(predicted, error)
    }

    /// Quantised gradient, from the table.
    #[inline(always)]
    pub(crate) fn level(&self, gradient: i32) -> i32 {
        let place = (gradient + (1 << 16)) as usize & 0x1_FFFF;
        i32::from(self.levels.get(place).copied().unwrap_or(0))
    }

    /// Whether two neighbours count as equal.
    pub(crate) fn is_alike(&self, left: i32, up: i32) -> bool {
        (left - up).abs() <= self.parameters.near
    }
}

impl Context {
    /// Takes in an error (T.87 A.6).
    #[inline(always)]
    fn learn(&mut self, error: i32, parameters: &Parameters) {
        self.sizes += error.abs();
        self.bias += error * (2 * parameters.near + 1);
        if self.count == parameters.reset {
            self.sizes >>= 1;
            self.bias >>= 1;
            self.count >>= 1;
        }
        self.count += 1;
        // −1, 0 or 1 without a branch: which it is cannot be foreseen
        let step = i32::from(self.bias > 0) - i32::from(self.bias <= -self.count);
        let low = if step < 0 { 1 - self.count } else { i32::MIN };
        let high = if step > 0 { 0 } else { i32::MAX };
        self.bias = (self.bias - step * self.count).max(low).min(high);
        self.correction = (self.correction + step).clamp(-128, 127);
    }
}

/// Every gradient's level: the decoder waits for the left one, and a table answers soonest.
fn levels(parameters: &Parameters) -> Box<[i8; 1 << 17]> {
    let mut table = Box::new([0; 1 << 17]);
    for (gradient, level) in (-65_536..).zip(table.iter_mut()) {
        *level = parameters.quantise(gradient) as i8;
    }
    table
}

fn run_bits(index: usize) -> u32 {
    u32::from(RUN_BITS.get(index).copied().unwrap_or(15))
}

/// Smallest k with count · 2^k ≥ sizes (T.87 A.5.1).
#[inline(always)]
fn golomb_parameter(sizes: i32, count: i32) -> u32 {
    let k = count.leading_zeros().saturating_sub(sizes.leading_zeros());
    k + u32::from(count << k < sizes)
}

/// The median edge predictor (T.87 A.4.1).
#[inline(always)]
fn predict(left: i32, up: i32, corner: i32) -> i32 {
    let (low, high) = (left.min(up), left.max(up));
    (left + up - corner).clamp(low, high)
}
