//! Normal, t, F and noncentral t distributions to about 1e-12 relative.
//!
//! Incomplete beta by its continued fraction (Lentz), erf by series and continued fraction
//! (Abramowitz & Stegun 7.1.6, 7.1.14), noncentral t by Lenth 1989 (AS 243). Degrees of freedom
//! are real numbers: the interval of ICC(2,1) needs that.

use std::f64::consts::{PI, SQRT_2};

/// 97.5 % point of the standard normal distribution.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;

/// Natural logarithm of the gamma function for `x > 0` (Lanczos, g = 7).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (PI / (PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let sum = COEFFICIENTS
        .iter()
        .enumerate()
        .fold(0.999_999_999_999_809_9, |sum, (n, c)| {
            sum + c / (x + n as f64 + 1.0)
        });
    let t = x + 7.5;
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Regularised incomplete beta function I_x(a, b).
pub(crate) fn beta_inc(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let ln_front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    let front = ln_front.exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

/// Continued fraction of the incomplete beta function by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..20_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// Complementary error function.
fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x < 2.5 {
        let mut term = x;
        let mut sum = x;
        let mut n = 1.0;
        while term > 1e-18 * sum {
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
            n += 1.0;
        }
        return 1.0 - 2.0 / PI.sqrt() * (-x * x).exp() * sum;
    }
    // x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...))), evaluated from the tail
    let fraction = (1..200)
        .rev()
        .fold(x, |tail, n| x + f64::from(n) / 2.0 / tail);
    (-x * x).exp() / (PI.sqrt() * fraction)
}

/// Distribution function of the standard normal distribution.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// Quantile of the standard normal distribution; infinite at 0 and 1.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    // Abramowitz & Stegun 26.2.23 as start, then Halley steps
    let t = (-2.0 * p.ln()).sqrt();
    let mut x = -(t
        - (2.515_517 + 0.802_853 * t + 0.010_328 * t * t)
            / (1.0 + 1.432_788 * t + 0.189_269 * t * t + 0.001_308 * t * t * t));
    for _ in 0..4 {
        let density = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
        let step = (normal_cdf(x) - p) / density;
        x -= step / (1.0 + 0.5 * x * step);
    }
    x
}

/// Upper tail P(F > f) of the F distribution with real degrees of freedom.
pub(crate) fn f_upper_tail(f: f64, df1: f64, df2: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    beta_inc(df2 / 2.0, df1 / 2.0, df2 / (df2 + df1 * f))
}

/// Quantile of the F distribution with real degrees of freedom.
pub(crate) fn f_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    let (a, b) = (df1 / 2.0, df2 / 2.0);
    // the smaller side of 1/2 is searched, so that no digits are lost near 1
    if beta_inc(a, b, 0.5) >= p {
        let y = bisect_half(|y| beta_inc(a, b, y) < p);
        df2 * y / (df1 * (1.0 - y))
    } else {
        let u = bisect_half(|u| beta_inc(b, a, u) < 1.0 - p);
        df2 * (1.0 - u) / (df1 * u)
    }
}

/// Largest number in (0, 1/2] for which `below` is true, to the last bit.
fn bisect_half(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0_f64, 0.5_f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Quantile of Student's t distribution for `p >= 1/2`.
pub(crate) fn t_quantile(p: f64, df: f64) -> f64 {
    f_quantile(2.0 * p - 1.0, 1.0, df).sqrt()
}

/// P(T <= t) of the noncentral t distribution (Lenth 1989, AS 243).
pub(crate) fn noncentral_t_cdf(t: f64, df: f64, delta: f64) -> f64 {
    if t < 0.0 {
        return 1.0 - noncentral_t_cdf(-t, df, -delta);
    }
    let x = t * t / (t * t + df);
    let half = 0.5 * delta * delta;
    let mut sum = normal_cdf(-delta);
    // the sum starts at the largest Poisson weight and runs both ways, for large noncentrality
    let peak = half.floor();
    let term = |j: f64| {
        let p = 0.5 * (-half + j * ln_or_zero(half, j) - ln_gamma(j + 1.0)).exp();
        let q =
            delta / (2.0 * SQRT_2) * (-half + j * ln_or_zero(half, j) - ln_gamma(j + 1.5)).exp();
        p * beta_inc(j + 0.5, df / 2.0, x) + q * beta_inc(j + 1.0, df / 2.0, x)
    };
    let mut j = peak;
    while j >= 0.0 {
        let step = term(j);
        sum += step;
        if step.abs() < 1e-17 && j < peak {
            break;
        }
        j -= 1.0;
    }
    let mut j = peak + 1.0;
    loop {
        let step = term(j);
        sum += step;
        if step.abs() < 1e-17 || j > peak + 10_000.0 {
            break;
        }
        j += 1.0;
    }
    sum.clamp(0.0, 1.0)
}

/// `ln x`, or 0 where it is multiplied by the power 0.
fn ln_or_zero(x: f64, power: f64) -> f64 {
    if power == 0.0 { 0.0 } else { x.ln() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-11 * b.abs().max(1e-3), "{a} is not {b}");
    }

    // reference values: scipy 1.12.0
    #[test]
    fn the_normal_distribution_equals_tables() {
        near(normal_cdf(1.0), 0.841_344_746_068_542_9);
        near(normal_cdf(-4.0), 3.167_124_183_311_986e-5);
        near(normal_quantile(0.975), Z_95);
        near(normal_quantile(0.8), 0.841_621_233_572_914_3);
        near(normal_quantile(1e-10), -6.361_340_902_404_056);
    }

    #[test]
    fn quantiles_invert_the_distribution_for_real_degrees_of_freedom() {
        for (df1, df2) in [
            (5.0, 18.0),
            (1.0, 16.0),
            (3.7, 0.9),
            (120.5, 33.25),
            (2.0, 4000.0),
        ] {
            for p in [0.025, 0.5, 0.975, 0.999] {
                let f = f_quantile(p, df1, df2);
                near(f_upper_tail(f, df1, df2), 1.0 - p);
            }
        }
        near(t_quantile(0.975, 16.0), 2.119_905_299_221_011_2);
        near(t_quantile(0.975, 1.0), 12.706_204_736_174_694);
    }

    #[test]
    fn the_noncentral_t_distribution_is_the_central_one_without_noncentrality() {
        near(noncentral_t_cdf(2.119_905_299_221_011_2, 16.0, 0.0), 0.975);
        near(noncentral_t_cdf(-2.119_905_299_221_011_2, 16.0, 0.0), 0.025);
    }
}
