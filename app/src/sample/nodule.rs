//! Lung nodules of the sample: where they lie, what they look like, and how a reader outlines them.

/// What a nodule is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Solid soft tissue.
    Solid,
    /// Ground glass with a solid core.
    PartSolid,
    /// Ground glass alone.
    GroundGlass,
    /// Calcified.
    Calcified,
}

/// A nodule in the phantom's coordinates (mm; x to the patient's left, y to the back, z to the head).
#[derive(Clone, Copy, Debug)]
pub(super) struct Nodule {
    /// Centre.
    pub(super) centre_mm: [f32; 3],
    /// Mean radius.
    pub(super) radius_mm: f32,
    /// Make.
    pub(super) kind: Kind,
    /// The lobe, as the value id of the protocol's attribute `location`.
    pub(super) lobe: &'static str,
}

/// How an outline departs from the true border.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    /// Factor on the radius.
    pub(super) scale: f32,
    /// Shift of the centre.
    pub(super) shift_mm: [f32; 3],
    /// Phase of the lobulation: each reader's hand differs.
    pub(super) phase: f32,
    /// Amount of lobulation.
    pub(super) lobulation: f32,
}

impl Outline {
    /// The true border.
    pub(super) const TRUE: Self = Self {
        scale: 1.0,
        shift_mm: [0.0; 3],
        phase: 0.0,
        lobulation: 0.13,
    };
}

impl Nodule {
    /// Signed distance to the border in mm, negative inside.
    #[must_use]
    pub(super) fn distance_mm(&self, at_mm: [f32; 3], outline: &Outline) -> f32 {
        let [dx, dy, dz] =
            std::array::from_fn(|a| at_mm[a] - self.centre_mm[a] - outline.shift_mm[a]);
        let distance = (dx * dx + dy * dy + dz * dz * 1.1).sqrt();
        let angle = dy.atan2(dx);
        let (p, l) = (outline.phase, outline.lobulation);
        let waves = 0.9 * (2.0 * angle + 0.6 + p).sin()
            + 0.6 * (3.0 * angle + 1.0 + 1.7 * p).sin()
            + 0.35 * (5.0 * angle + 2.1 * p + 0.4).sin()
            + 0.3 * (7.0 * angle + 2.2).sin();
        distance - self.radius_mm * outline.scale * (1.0 + l * waves)
    }

    /// Half the side of a box around the nodule, spicules included.
    #[must_use]
    pub(super) fn reach_mm(&self) -> f32 {
        self.radius_mm * 1.6 + 7.0
    }

    /// The tissue value in HU at a place whose surroundings have `around`.
    #[must_use]
    pub(super) fn mix_into(&self, at_mm: [f32; 3], around: f32) -> f32 {
        let distance = self.distance_mm(at_mm, &Outline::TRUE);
        let texture = 70.0 * (at_mm[0] * 0.9).sin() * (at_mm[1] * 1.1).sin();
        let (hu, softness) = match self.kind {
            Kind::Solid => (42.0, 1.1),
            Kind::Calcified => (420.0, 0.8),
            Kind::PartSolid => (-560.0 + texture, 2.0),
            Kind::GroundGlass => (-600.0 + texture, 2.2),
        };
        let share = super::thorax::soft(distance, softness);
        let mut value = around + share * (f32::max(hu, around) - around);
        if self.kind == Kind::PartSolid {
            let core = Outline {
                scale: 0.42,
                shift_mm: [1.5, -1.0, 0.0],
                phase: 0.0,
                lobulation: 0.13,
            };
            let share = super::thorax::soft(self.distance_mm(at_mm, &core), 1.2);
            value += share * (20.0 - value);
        }
        if self.kind == Kind::Solid && self.radius_mm > 6.0 {
            let share = self.spicules(at_mm);
            value += share * (f32::max(0.0, value) - value);
        }
        value
    }

    fn spicules(&self, at_mm: [f32; 3]) -> f32 {
        const DIRECTIONS: [f32; 7] = [-2.7, -1.9, -0.9, 0.2, 0.9, 1.7, 2.6];
        let [dx, dy, dz] = std::array::from_fn(|a| at_mm[a] - self.centre_mm[a]);
        let radius = dx.hypot(dy);
        if radius < self.radius_mm * 0.6 || dz.abs() > 12.0 {
            return 0.0;
        }
        let angle = dy.atan2(dx);
        let fading = (1.0 - (radius - self.radius_mm) / 6.5).clamp(0.0, 1.0);
        let strongest = DIRECTIONS
            .iter()
            .map(|direction| {
                let turn = (angle - direction).sin().atan2((angle - direction).cos());
                (-(turn * radius / 0.55).powi(2)).exp() * fading
            })
            .fold(0.0, f32::max);
        strongest * (-(dz / 5.0).powi(2)).exp() * 0.55
    }
}
