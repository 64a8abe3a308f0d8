use egui::epaint::{ImageDelta, Mesh, Primitive, Vertex, WHITE_UV};
use egui::{Pos2, Rect, TextureId, TextureOptions, pos2};
use proptest::prelude::*;

use super::*;

const SIZE: [usize; 2] = [150, 70];

fn painter() -> Painter {
    let mut painter = Painter::new(Color32::BLACK);
    painter.resize(SIZE);
    painter
}

/// A delta with the atlas of letters: one white texel.
fn atlas() -> TexturesDelta {
    let mut delta = TexturesDelta::default();
    let white = egui::ColorImage::filled([1, 1], Color32::WHITE);
    delta.push(
        TextureId::default(),
        ImageDelta::full(white, TextureOptions::LINEAR),
    );
    delta
}

fn clipped(mesh: Mesh) -> ClippedPrimitive {
    ClippedPrimitive {
        clip_rect: Rect::from_min_max(Pos2::ZERO, pos2(SIZE[0] as f32, SIZE[1] as f32)),
        primitive: Primitive::Mesh(mesh),
    }
}

fn rectangle(rect: Rect, color: Color32) -> ClippedPrimitive {
    let mut mesh = Mesh::default();
    mesh.add_colored_rect(rect, color);
    clipped(mesh)
}

fn triangle(points: [Pos2; 3], color: Color32) -> ClippedPrimitive {
    let mut mesh = Mesh::default();
    for pos in points {
        mesh.vertices.push(Vertex {
            pos,
            uv: WHITE_UV,
            color,
        });
    }
    mesh.indices = vec![0, 1, 2];
    clipped(mesh)
}

fn at(painter: &Painter, x: usize, y: usize) -> u32 {
    painter.canvas().pixels()[y * SIZE[0] + x] & 0x00FF_FFFF
}

fn rect(x0: f32, y0: f32, x1: f32, y1: f32) -> Rect {
    Rect::from_min_max(pos2(x0, y0), pos2(x1, y1))
}

#[test]
fn a_rectangle_covers_the_pixels_whose_centres_it_holds() {
    let mut painter = painter();
    let scene = [rectangle(
        rect(2.0, 3.0, 5.4, 6.6),
        Color32::from_rgb(1, 2, 3),
    )];
    painter.paint(&scene, 1.0, &mut atlas());
    assert_eq!(at(&painter, 2, 3), 0x01_02_03);
    assert_eq!(at(&painter, 4, 6), 0x01_02_03);
    assert_eq!(at(&painter, 5, 3), 0);
    assert_eq!(at(&painter, 1, 3), 0);
    assert_eq!(at(&painter, 2, 7), 0);
}

#[test]
fn half_transparent_white_over_grey_is_blended_in_gamma_space() {
    let mut painter = painter();
    let all = rect(0.0, 0.0, 150.0, 70.0);
    let scene = [
        rectangle(all, Color32::from_gray(100)),
        rectangle(all, Color32::from_rgba_premultiplied(128, 128, 128, 128)),
    ];
    painter.paint(&scene, 1.0, &mut atlas());
    // 128 + 100 * 127 / 255 = 177.8
    assert_eq!(at(&painter, 20, 20), 0xB2_B2_B2);
}

#[test]
fn additive_colours_end_at_white() {
    assert_eq!(raster::over(0x00_F0_F0_F0, 0x00_20_20_20), 0x00_FF_FF_FF);
    assert_eq!(raster::over(0x00_10_20_30, 0x00_01_02_03), 0x00_11_22_33);
}

#[test]
fn an_unchanged_frame_paints_nothing_and_a_changed_one_its_tiles_only() {
    let mut painter = painter();
    let base = rectangle(rect(0.0, 0.0, 150.0, 70.0), Color32::from_gray(30));
    let mut scene = vec![base, rectangle(rect(4.0, 4.0, 8.0, 8.0), Color32::RED)];
    assert_eq!(painter.paint(&scene, 1.0, &mut atlas()).len(), 1);
    let mut nothing = TexturesDelta::default();
    assert_eq!(painter.paint(&scene, 1.0, &mut nothing), []);
    scene[1] = rectangle(rect(4.0, 4.0, 8.0, 8.0), Color32::GREEN);
    let damage = painter.paint(&scene, 1.0, &mut nothing);
    let tile = PixelRect {
        min: [0, 0],
        max: [64, 32],
    };
    assert_eq!(damage, [tile]);
    assert_eq!(at(&painter, 5, 5), 0x00_FF_00);
    assert_eq!(at(&painter, 9, 9), 0x1E_1E_1E);
}

#[test]
fn what_an_opaque_panel_hides_is_no_damage() {
    let mut painter = painter();
    let cover = rectangle(rect(0.0, 0.0, 150.0, 70.0), Color32::from_gray(30));
    let hidden = |color| rectangle(rect(4.0, 4.0, 8.0, 8.0), color);
    painter.paint(&[hidden(Color32::RED), cover.clone()], 1.0, &mut atlas());
    let damage = painter.paint(
        &[hidden(Color32::BLUE), cover],
        1.0,
        &mut TexturesDelta::default(),
    );
    assert_eq!(damage, []);
}

fn textured(rect: Rect, texture: TextureId) -> ClippedPrimitive {
    let mut mesh = Mesh::with_texture(texture);
    let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    mesh.add_rect_with_uv(rect, uv, Color32::WHITE);
    clipped(mesh)
}

#[test]
fn a_part_of_a_texture_damages_only_the_tiles_that_show_it() {
    let mut painter = painter();
    let id = TextureId::User(7);
    let mut delta = atlas();
    let grey = egui::ColorImage::filled([150, 70], Color32::from_gray(9));
    delta.push(id, ImageDelta::full(grey, TextureOptions::NEAREST));
    let scene = [textured(rect(0.0, 0.0, 150.0, 70.0), id)];
    painter.paint(&scene, 1.0, &mut delta);
    assert_eq!(at(&painter, 140, 60), 0x09_09_09);
    let mut patch = TexturesDelta::default();
    let spot = egui::ColorImage::filled([2, 2], Color32::WHITE);
    patch.push(
        id,
        ImageDelta::partial([140, 66], spot, TextureOptions::NEAREST),
    );
    let damage = painter.paint(&scene, 1.0, &mut patch);
    assert_eq!(at(&painter, 140, 66), 0xFF_FF_FF);
    assert_eq!(at(&painter, 139, 66), 0x09_09_09);
    assert!(
        damage
            .iter()
            .all(|area| area.min[0] >= 64 && area.min[1] >= 32)
    );
}

#[test]
fn two_triangles_that_share_an_edge_leave_no_gap_and_no_overlap() {
    let mut painter = painter();
    let corners = [
        pos2(3.3, 2.7),
        pos2(141.9, 9.1),
        pos2(133.2, 66.6),
        pos2(8.4, 55.5),
    ];
    let color = Color32::from_rgba_premultiplied(100, 0, 0, 100);
    let scene = [
        triangle([corners[0], corners[1], corners[2]], color),
        triangle([corners[2], corners[3], corners[0]], color),
    ];
    painter.paint(&scene, 1.0, &mut atlas());
    let values: std::collections::BTreeSet<u32> = painter
        .canvas()
        .pixels()
        .iter()
        .map(|p| p & 0xFF_FFFF)
        .collect();
    assert_eq!(values.into_iter().collect::<Vec<_>>(), [0, 0x64_00_00]);
    assert_eq!(at(&painter, 70, 33), 0x64_00_00);
}

#[test]
fn a_texture_enlarged_linearly_runs_evenly_between_its_texels() {
    let mut painter = painter();
    let id = TextureId::User(3);
    let mut delta = atlas();
    let ramp = egui::ColorImage::new([2, 1], vec![Color32::BLACK, Color32::from_gray(200)]);
    delta.push(id, ImageDelta::full(ramp, TextureOptions::LINEAR));
    painter.paint(
        &[textured(rect(0.0, 0.0, 100.0, 10.0), id)],
        1.0,
        &mut delta,
    );
    assert_eq!(at(&painter, 10, 5), 0);
    assert_eq!(at(&painter, 90, 5), 0xC8_C8_C8);
    let middle = at(&painter, 49, 5) & 0xFF;
    assert!((95..=102).contains(&middle), "{middle}");
}

#[test]
fn a_freed_texture_is_drawn_no_more() {
    let mut painter = painter();
    let id = TextureId::User(3);
    let mut delta = atlas();
    let white = egui::ColorImage::filled([4, 4], Color32::WHITE);
    delta.push(id, ImageDelta::full(white, TextureOptions::NEAREST));
    let scene = [textured(rect(0.0, 0.0, 50.0, 50.0), id)];
    painter.paint(&scene, 1.0, &mut delta);
    let mut gone = TexturesDelta::default();
    gone.free(id);
    painter.paint(&scene, 1.0, &mut gone);
    assert!(gone.is_empty());
    painter.paint(&scene, 1.0, &mut TexturesDelta::default());
    assert_eq!(at(&painter, 20, 20), 0);
}

/// What a triangle list paints, pixel by pixel with edge functions in `f64`: slow and plain.
fn plainly_inside(points: [Pos2; 3], x: usize, y: usize) -> Option<bool> {
    let p = points.map(|p| [f64::from(p.x), f64::from(p.y)]);
    let c = [x as f64 + 0.5, y as f64 + 0.5];
    let side =
        |a: [f64; 2], b: [f64; 2]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let sides = [side(p[0], p[1]), side(p[1], p[2]), side(p[2], p[0])];
    // On an edge, or so near that rounding decides.
    if sides.iter().any(|s| s.abs() < 0.05) {
        return None;
    }
    Some(sides.iter().all(|&s| s > 0.0) || sides.iter().all(|&s| s < 0.0))
}

fn point() -> impl Strategy<Value = Pos2> {
    (-20.0..170.0_f32, -20.0..90.0_f32).prop_map(|(x, y)| pos2(x, y))
}

fn shape() -> impl Strategy<Value = ClippedPrimitive> {
    let color =
        any::<[u8; 4]>().prop_map(|[r, g, b, a]| Color32::from_rgba_unmultiplied(r, g, b, a | 1));
    prop_oneof![
        (point(), point(), color.clone())
            .prop_map(|(a, b, color)| rectangle(Rect::from_two_pos(a, b), color)),
        (point(), point(), point(), color).prop_map(|(a, b, c, color)| triangle([a, b, c], color)),
    ]
}

proptest! {
    #[test]
    fn a_triangle_covers_the_pixels_whose_centres_lie_inside(a in point(), b in point(), c in point()) {
        let mut painter = painter();
        painter.paint(&[triangle([a, b, c], Color32::WHITE)], 1.0, &mut atlas());
        for y in 0..SIZE[1] {
            for x in 0..SIZE[0] {
                if let Some(inside) = plainly_inside([a, b, c], x, y) {
                    prop_assert_eq!(at(&painter, x, y) != 0, inside, "pixel {} {}", x, y);
                }
            }
        }
    }

    #[test]
    fn painting_only_what_changed_equals_painting_everything(
        first in prop::collection::vec(shape(), 0..12),
        second in prop::collection::vec(shape(), 0..12),
        kept in 0..12_usize,
    ) {
        let mut scene: Vec<ClippedPrimitive> = first.iter().take(kept).cloned().collect();
        scene.extend(second);
        let mut step_by_step = painter();
        step_by_step.paint(&first, 1.0, &mut atlas());
        step_by_step.paint(&scene, 1.0, &mut TexturesDelta::default());
        let mut at_once = painter();
        at_once.paint(&scene, 1.0, &mut atlas());
        prop_assert!(step_by_step.canvas().pixels() == at_once.canvas().pixels());
    }
}
