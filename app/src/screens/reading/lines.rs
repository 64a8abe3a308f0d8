//! The lines in which the planes of other viewports cut this one, with the cross-hair where they meet.

use crate::room::Room;
use crate::widgets::Look;
use egui::{Color32, Painter, Pos2, Rect, Stroke, vec2};
use voxel::Plane;

/// Points around the cross-hair's place that the lines leave free, so that they do not cover it.
pub(super) const GAP: f32 = 24.0;

/// The colour of a plane.
pub(super) fn plane_color(look: Look<'_>, plane: Plane) -> Color32 {
    let viewport = look.theme.viewport();
    match plane {
        Plane::Axial => viewport.axial,
        Plane::Coronal => viewport.coronal,
        Plane::Sagittal => viewport.sagittal,
    }
}

/// Draws them.
pub(super) fn lines_ui(paint: &Painter, look: Look<'_>, room: &Room, index: usize, rect: Rect) {
    if !room.shows_lines() {
        return;
    }
    let centre = room.cross_on_screen(index).filter(|at| rect.contains(*at));
    let lines = room.plane_lines(index);
    let crossing = match lines.as_slice() {
        [one, other, ..] => meeting(one.ends, other.ends),
        _ => None,
    };
    let free = centre.or(crossing);
    for line in lines {
        let color = plane_color(look, line.plane);
        for [from, to] in with_gap(line.ends, free) {
            paint.line_segment([from, to], Stroke::new(3.0, Color32::from_black_alpha(110)));
            paint.line_segment([from, to], Stroke::new(1.0, color));
        }
    }
    // planes that lie side by side cut one another nowhere: the place is marked by itself
    if let Some(centre) = centre {
        place_ui(paint, look, centre);
    }
}

/// An open cross at the place of the cross-hair.
fn place_ui(paint: &Painter, look: Look<'_>, centre: Pos2) {
    let inks = [
        (3.0, Color32::from_black_alpha(150)),
        (1.5, look.theme.color.measure),
    ];
    for (width, ink) in inks {
        for direction in [
            vec2(1.0, 0.0),
            vec2(-1.0, 0.0),
            vec2(0.0, 1.0),
            vec2(0.0, -1.0),
        ] {
            let arm = [centre + direction * 5.0, centre + direction * 13.0];
            paint.line_segment(arm, Stroke::new(width, ink));
        }
    }
}

/// Where two lines meet, if they are not parallel.
fn meeting([a, b]: [Pos2; 2], [c, d]: [Pos2; 2]) -> Option<Pos2> {
    let (one, other) = (b - a, d - c);
    let area = one.x * other.y - one.y * other.x;
    if area.abs() < 1e-3 {
        return None;
    }
    let to = c - a;
    let along = (to.x * other.y - to.y * other.x) / area;
    Some(a + one * along)
}

/// A line without what lies within [`GAP`] of the cross-hair, where it passes there.
fn with_gap([from, to]: [Pos2; 2], centre: Option<Pos2>) -> Vec<[Pos2; 2]> {
    let Some(centre) = centre else {
        return vec![[from, to]];
    };
    let along = to - from;
    let length = along.length();
    if length < 1.0 {
        return Vec::new();
    }
    let direction = along / length;
    let foot = (centre - from).dot(direction);
    let aside = (centre - (from + direction * foot)).length();
    if aside > GAP {
        return vec![[from, to]];
    }
    let half = (GAP * GAP - aside * aside).sqrt();
    let mut parts = Vec::new();
    if foot - half > 0.0 {
        parts.push([from, from + direction * (foot - half).min(length)]);
    }
    if foot + half < length {
        parts.push([from + direction * (foot + half).max(0.0), to]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn lines_meet_where_both_pass_and_parallel_ones_nowhere() {
        let across = [pos2(0.0, 10.0), pos2(200.0, 10.0)];
        let down = [pos2(50.0, 0.0), pos2(50.0, 90.0)];
        assert_eq!(meeting(across, down), Some(pos2(50.0, 10.0)));
        assert_eq!(meeting(across, across), None);
    }

    #[test]
    fn a_line_leaves_the_place_of_the_cross_hair_free() {
        let line = [pos2(0.0, 10.0), pos2(200.0, 10.0)];
        assert_eq!(with_gap(line, None), [line]);
        assert_eq!(with_gap(line, Some(pos2(100.0, 60.0))), [line]);
        let parts = with_gap(line, Some(pos2(100.0, 10.0)));
        assert_eq!(
            parts,
            [
                [pos2(0.0, 10.0), pos2(76.0, 10.0)],
                [pos2(124.0, 10.0), pos2(200.0, 10.0)]
            ]
        );
        assert_eq!(
            with_gap(line, Some(pos2(5.0, 10.0))),
            [[pos2(29.0, 10.0), pos2(200.0, 10.0)]]
        );
        assert!(with_gap([pos2(0.0, 0.0); 2], Some(pos2(0.0, 0.0))).is_empty());
    }
}
