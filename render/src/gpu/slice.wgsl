// One slice or slab with its masks. Twin of slice.rs, slab.rs and overlay.rs: the same steps in the
// same order. `Value`, `value`, `is_nothing` and `shown` come with the kind of samples, from
// slice_grey.wgsl or slice_colour.wgsl.

// From pixels to the voxels of one grid.
struct Map {
    origin: vec4<f32>,  // voxel coordinates of the first pixel's centre; w: the affine's step, mm
    per_x: vec4<f32>,
    per_y: vec4<f32>,
    size: vec4<u32>,    // of the grid; w: number of uneven planes, 0 where they are even
    bricks: vec4<u32>,  // bricks along i, j, k; w: table row of the first uneven plane
}

struct Uniforms {
    map: Map,           // of the volume
    window: vec4<f32>,  // parameters of the window's kind
    kind: vec4<u32>,    // window's kind, number of layers, whether there is padding, hatch opacity
    padding: vec4<f32>, // first and last texture value that means nothing
    anchor: vec4<i32>,  // where patterns hang, px
    way: vec4<u32>,     // linear, slab's mode, its first table row, its number of samples
    colors: vec4<u32>,  // whether there is a colour map, its first table row
    long: vec4<i32>,    // 1 for the axis that is cut into tiles; w: a tile's length
    apart: vec4<i32>,   // how far apart tiles lie
}

struct Layer {
    color: vec4<u32>,   // red, green, blue, opacity of the fill
    stencil: vec4<u32>, // first neighbour, number of neighbours, dashed, first directory entry
    hatch: vec4<u32>,   // rows 0-3 and 4-7 of the tile, whether there is one
    first: vec4<u32>,   // first voxel of its bricks
    last: vec4<u32>,    // last voxel of its bricks
    rect: vec4<u32>,    // pixels it can reach: first column and row, and those after the last ones
    map: Map,           // of its grid
}

@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var volume: texture_3d<TEXEL>;
@group(0) @binding(2) var<storage, read> layers: array<Layer>;
// Rows of several kinds:
// - neighbours of outlines: dx, dy, coverage, whether the edge is level;
// - samples of a slab: shift in voxels, weight;
// - uneven planes: offset, reach before and after, mm;
// - colour map: four colours each.
@group(0) @binding(3) var<storage, read> table: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> directory: array<u32>;
@group(0) @binding(5) var<storage, read> pool: array<u32>;

const MEAN = 1u;
const MAX = 2u;
// Far outside of every grid.
const NOWHERE = -1e9;

@vertex
fn whole_target(@builtin(vertex_index) n: u32) -> @builtin(position) vec4<f32> {
    // One triangle over everything.
    let corner = vec2<f32>(f32((n << 1u) & 2u), f32(n & 2u));
    return vec4<f32>(corner * 2.0 - 1.0, 0.0, 1.0);
}

// A plane of an uneven stack: offset, reach before, reach after.
fn plane(first: u32, k: u32) -> vec3<f32> {
    return bitcast<vec4<f32>>(table[first + k]).xyz;
}

// The plane coordinate at a number of usual steps; a missing slice is never filled.
fn plane_at(even_k: f32, step_mm: f32, count: u32, first: u32) -> f32 {
    let offset = even_k * step_mm;
    // The number of planes that lie not behind.
    var low = 0u;
    var high = count;
    while low < high {
        let middle = (low + high) / 2u;
        if plane(first, middle).x <= offset {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    if low == 0u {
        let next = plane(first, 0u);
        return select(NOWHERE, 0.0, next.x - offset <= next.y);
    }
    let below = plane(first, low - 1u);
    let behind = offset - below.x;
    let place = f32(low - 1u);
    if low == count {
        return select(NOWHERE, place, behind <= below.z);
    }
    let above = plane(first, low);
    let gap = above.x - below.x;
    if 2.0 * below.z > gap * (1.0 - 1e-5) {
        return place + behind / gap;
    }
    if behind <= below.z {
        return place;
    }
    return select(NOWHERE, place + 1.0, gap - behind <= above.y);
}

// Voxel coordinates, with k in usual steps where planes are uneven.
fn even_coordinates(origin: vec3<f32>, x: vec3<f32>, y: vec3<f32>, pixel: vec2<f32>) -> vec3<f32> {
    return origin + pixel.x * x + pixel.y * y;
}

fn layer_coordinates(n: u32, pixel: vec2<f32>) -> vec3<f32> {
    var at = even_coordinates(
        layers[n].map.origin.xyz, layers[n].map.per_x.xyz, layers[n].map.per_y.xyz, pixel
    );
    let uneven = layers[n].map.size.w;
    if uneven > 0u {
        at.z = plane_at(at.z, layers[n].map.origin.w, uneven, layers[n].map.bricks.w);
    }
    return at;
}

// The nearest voxel; the hair decides pixels between two voxels the same way for all.
fn nearest(at: vec3<f32>) -> vec3<i32> {
    return vec3<i32>(floor(at + 0.5 + 1e-4));
}

fn is_inside(voxel: vec3<i32>, size: vec3<u32>) -> bool {
    return all(voxel >= vec3<i32>(0)) && all(voxel < vec3<i32>(size));
}

// Where a voxel lies in the texture.
fn folded(voxel: vec3<i32>) -> vec3<i32> {
    let along = voxel * u.long.xyz;
    let tile = (along.x + along.y + along.z) / u.long.w;
    return voxel - u.long.xyz * (tile * u.long.w) + u.apart.xyz * tile;
}

struct Found {
    is_there: bool,
    value: Value,
}

fn sample(at: vec3<f32>) -> Found {
    let voxel = nearest(at);
    if !is_inside(voxel, u.map.size.xyz) {
        return Found(false, Value());
    }
    let here = value(folded(voxel));
    if is_nothing(here) || u.way.x == 0u {
        return Found(!is_nothing(here), here);
    }
    let last = vec3<f32>(u.map.size.xyz) - 1.0;
    let place = clamp(at, vec3<f32>(0.0), last);
    let below = floor(place);
    let share = place - below;
    var sum = Value();
    var weights = 0.0;
    for (var n = 0u; n < 8u; n++) {
        let upper = vec3<f32>(vec3<u32>(n, n >> 1u, n >> 2u) & vec3<u32>(1u));
        let parts = mix(1.0 - share, share, upper);
        let weight = parts.x * parts.y * parts.z;
        let neighbour = value(folded(vec3<i32>(min(below + upper, last))));
        if weight > 0.0 && !is_nothing(neighbour) {
            sum += weight * neighbour;
            weights += weight;
        }
    }
    return Found(true, sum / weights);
}

fn sample_even(even: vec3<f32>) -> Found {
    var at = even;
    if u.map.size.w > 0u {
        at.z = plane_at(at.z, u.map.origin.w, u.map.size.w, u.map.bricks.w);
    }
    return sample(at);
}

fn slab(even: vec3<f32>) -> Found {
    var kept = Found(false, Value());
    var weights = 0.0;
    for (var n = u.way.z; n < u.way.z + u.way.w; n++) {
        let row = bitcast<vec4<f32>>(table[n]);
        let found = sample_even(even + row.xyz);
        if !found.is_there {
            continue;
        }
        if u.way.y == MEAN {
            kept.value += found.value * row.w;
            weights += row.w;
        } else if !kept.is_there {
            kept.value = found.value;
        } else if u.way.y == MAX {
            kept.value = max(kept.value, found.value);
        } else {
            kept.value = min(kept.value, found.value);
        }
        kept.is_there = true;
    }
    if u.way.y == MEAN && kept.is_there {
        kept.value = kept.value / weights;
    }
    return kept;
}

fn image(pixel: vec2<f32>) -> vec3<u32> {
    let even = even_coordinates(u.map.origin.xyz, u.map.per_x.xyz, u.map.per_y.xyz, pixel);
    var found = Found(false, Value());
    if u.way.y == 0u {
        found = sample_even(even);
    } else {
        found = slab(even);
    }
    if !found.is_there {
        return vec3<u32>(0u);
    }
    return shown(found.value);
}

fn in_mask(n: u32, pixel: vec2<f32>) -> bool {
    let signed_voxel = nearest(layer_coordinates(n, pixel));
    if !is_inside(signed_voxel, layers[n].map.size.xyz) {
        return false;
    }
    let voxel = vec3<u32>(signed_voxel);
    if any(voxel < layers[n].first.xyz) || any(voxel > layers[n].last.xyz) {
        return false;
    }
    let brick = voxel >> vec3<u32>(5u);
    let bricks = layers[n].map.bricks.xy;
    let entry = layers[n].stencil.w + brick.x + bricks.x * (brick.y + bricks.y * brick.z);
    let place = directory[entry];
    if place < 2u {
        return place == 1u;
    }
    let bit = voxel & vec3<u32>(31u);
    let word = pool[(place - 2u) * 1024u + bit.y + 32u * bit.z];
    return (word >> bit.x & 1u) == 1u;
}

// Whether a layer can touch a pixel at all: most cannot, and this costs least.
fn is_near(n: u32, pixel: vec2<u32>) -> bool {
    return all(pixel >= layers[n].rect.xy) && all(pixel < layers[n].rect.zw);
}

// Rounded as the CPU rounds.
fn blend(below: vec3<u32>, color: vec3<u32>, opacity: u32) -> vec3<u32> {
    return (color * opacity + below * (255u - opacity) + 127u) / 255u;
}

// From 0 up, also of a negative number; `%` of one is left open where shaders become OpenGL's.
fn remainder(a: i32, b: i32) -> i32 {
    if a < 0 {
        return b - 1 - (-1 - a) % b;
    }
    return a % b;
}

fn has_hatch(n: u32, pixel: vec2<i32>) -> bool {
    if layers[n].hatch.z == 0u {
        return false;
    }
    let x = u32(remainder(pixel.x - u.anchor.x, 8));
    let y = u32(remainder(pixel.y - u.anchor.y, 8));
    let rows = select(layers[n].hatch.x, layers[n].hatch.y, y >= 4u);
    return (rows >> (8u * (y & 3u) + x) & 1u) == 1u;
}

@fragment
fn picture(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let pixel = floor(position.xy);
    let pixel_index = vec2<i32>(pixel);
    let place = vec2<u32>(pixel);
    var color = image(pixel);
    for (var n = 0u; n < u.kind.y; n++) {
        if is_near(n, place) && in_mask(n, pixel) {
            color = blend(color, layers[n].color.xyz, layers[n].color.w);
            if has_hatch(n, pixel_index) {
                color = blend(color, layers[n].color.xyz, u.kind.w);
            }
        }
    }
    var is_taken = false;
    for (var n = 0u; n < u.kind.y; n++) {
        if layers[n].stencil.y == 0u || !is_near(n, place) || !in_mask(n, pixel) {
            continue;
        }
        let end = layers[n].stencil.x + layers[n].stencil.y;
        for (var m = layers[n].stencil.x; m < end; m++) {
            let step = bitcast<vec4<i32>>(table[m]);
            if in_mask(n, pixel + vec2<f32>(step.xy)) {
                continue;
            }
            let along = select(
                pixel_index.y - u.anchor.y, pixel_index.x - u.anchor.x, step.w == 1
            );
            let is_dash = remainder(along, 9) < 6;
            let is_drawn = step.z > 0 && (is_dash || (layers[n].stencil.z == 0u && !is_taken));
            if is_drawn {
                color = blend(color, layers[n].color.xyz, u32(step.z));
                is_taken = true;
            }
            break;
        }
    }
    return vec4<f32>(vec3<f32>(color) / 255.0, 1.0);
}
