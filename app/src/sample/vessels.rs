//! The tree of lung vessels: balls along branching lines.

use super::noise::Stream;

/// One ball of a vessel, mm.
#[derive(Clone, Copy)]
pub(super) struct Ball {
    pub(super) centre_mm: [f32; 3],
    pub(super) radius_mm: f32,
}

/// Grows both lungs' vessels from the hila.
pub(super) fn tree(seed: u64) -> Vec<Ball> {
    let mut stream = Stream::new(seed);
    let mut balls = Vec::new();
    for side in [-1.0_f32, 1.0] {
        for _ in 0..13 {
            let direction = unit([
                side * stream.between(0.25, 1.0),
                0.7 * stream.normal(),
                0.9 * stream.normal(),
            ]);
            let root = [side * 30.0, 8.0, 22.0 * stream.normal()];
            let radius = stream.between(3.4, 5.2);
            grow(
                &mut balls,
                &mut stream,
                Branch {
                    root,
                    direction,
                    radius,
                    depth: 0,
                },
            );
        }
    }
    balls
}

struct Branch {
    root: [f32; 3],
    direction: [f32; 3],
    radius: f32,
    depth: u32,
}

fn grow(balls: &mut Vec<Ball>, stream: &mut Stream, first: Branch) {
    let mut open = vec![first];
    while let Some(branch) = open.pop() {
        if branch.radius < 0.5 || branch.depth > 8 {
            continue;
        }
        let length = stream.between(10.0, 20.0) * (0.75 + branch.radius / 6.0);
        let steps = (length * 1.6) as usize;
        let along = |t: f32| -> [f32; 3] {
            std::array::from_fn(|a| branch.root[a] + branch.direction[a] * length * t)
        };
        for step in 0..=steps {
            let t = step as f32 / steps.max(1) as f32;
            balls.push(Ball {
                centre_mm: along(t),
                radius_mm: branch.radius * (1.0 - 0.12 * t),
            });
        }
        let children = if stream.unit() < 0.9 { 2 } else { 3 };
        for _ in 0..children {
            let direction = unit(std::array::from_fn(|a| {
                branch.direction[a] + 0.55 * stream.normal()
            }));
            let radius = branch.radius * stream.between(0.68, 0.84);
            open.push(Branch {
                root: along(1.0),
                direction,
                radius,
                depth: branch.depth + 1,
            });
        }
    }
}

fn unit(v: [f32; 3]) -> [f32; 3] {
    let length = v.iter().map(|c| c * c).sum::<f32>().sqrt().max(1e-6);
    v.map(|c| c / length)
}
