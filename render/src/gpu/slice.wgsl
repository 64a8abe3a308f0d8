// One slice with its masks. Twin of slice.rs and overlay.rs: the same steps in the same order.
// TEXEL is replaced by the volume texture's component type.

struct Uniforms {
    origin: vec4<f32>,  // voxel coordinates of the first pixel's centre
    per_x: vec4<f32>,
    per_y: vec4<f32>,
    size: vec4<u32>,    // of the grid; w: 1 for linear interpolation
    window: vec4<f32>,  // parameters of the window's kind
    kind: vec4<u32>,    // window's kind, number of layers, whether there is padding, hatch opacity
    padding: vec4<f32>, // first and last texture value that means nothing
    anchor: vec4<i32>,  // where patterns hang, px
    bricks: vec4<u32>,  // bricks along i, j, k
}

struct Layer {
    color: vec4<u32>,   // red, green, blue, opacity of the fill
    stencil: vec4<u32>, // first neighbour, number of neighbours, dashed, first directory entry
    hatch: vec4<u32>,   // rows 0-3 and 4-7 of the tile, whether there is one
    first: vec4<u32>,   // first voxel of its bricks
    last: vec4<u32>,    // last voxel of its bricks
    rect: vec4<u32>,    // pixels it can reach: first column and row, and those after the last ones
}

@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var volume: texture_3d<TEXEL>;
@group(0) @binding(2) var<storage, read> layers: array<Layer>;
// dx, dy, coverage, whether the edge is level
@group(0) @binding(3) var<storage, read> neighbours: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read> directory: array<u32>;
@group(0) @binding(5) var<storage, read> pool: array<u32>;

@vertex
fn whole_target(@builtin(vertex_index) n: u32) -> @builtin(position) vec4<f32> {
    // One triangle over everything.
    let corner = vec2<f32>(f32((n << 1u) & 2u), f32(n & 2u));
    return vec4<f32>(corner * 2.0 - 1.0, 0.0, 1.0);
}

fn coordinates(pixel: vec2<f32>) -> vec3<f32> {
    return u.origin.xyz + pixel.x * u.per_x.xyz + pixel.y * u.per_y.xyz;
}

// The nearest voxel; the hair decides pixels between two voxels the same way for all.
fn nearest(at: vec3<f32>) -> vec3<i32> {
    return vec3<i32>(floor(at + 0.5 + 1e-4));
}

fn is_inside(voxel: vec3<i32>) -> bool {
    return all(voxel >= vec3<i32>(0)) && all(voxel < vec3<i32>(u.size.xyz));
}

fn value(voxel: vec3<i32>) -> f32 {
    return f32(textureLoad(volume, voxel, 0).x);
}

fn is_nothing(value: f32) -> bool {
    return u.kind.z != 0u && value >= u.padding.x && value <= u.padding.y;
}

fn level(value: f32) -> u32 {
    switch u.kind.x {
        case 0u: {
            return u32(clamp(value * u.window.x + u.window.y, 0.0, 255.0));
        }
        case 1u: {
            return u32(select(u.window.z, u.window.w, value * u.window.x > u.window.y));
        }
        default: {
            // The exponent's limit keeps the sum finite.
            let power = exp(min(value * u.window.x + u.window.y, 80.0));
            return u32(clamp(255.0 / (1.0 + power) + 0.5, 0.0, 255.0));
        }
    }
}

fn grey(at: vec3<f32>) -> u32 {
    let voxel = nearest(at);
    if !is_inside(voxel) {
        return 0u;
    }
    let here = value(voxel);
    if is_nothing(here) {
        return 0u;
    }
    if u.size.w == 0u {
        return level(here);
    }
    let last = vec3<f32>(u.size.xyz) - 1.0;
    let place = clamp(at, vec3<f32>(0.0), last);
    let below = floor(place);
    let share = place - below;
    var sum = 0.0;
    var weights = 0.0;
    for (var n = 0u; n < 8u; n++) {
        let upper = vec3<f32>(vec3<u32>(n, n >> 1u, n >> 2u) & vec3<u32>(1u));
        let parts = mix(1.0 - share, share, upper);
        let weight = parts.x * parts.y * parts.z;
        let neighbour = value(vec3<i32>(min(below + upper, last)));
        if weight > 0.0 && !is_nothing(neighbour) {
            sum += weight * neighbour;
            weights += weight;
        }
    }
    return level(sum / weights);
}

fn in_mask(n: u32, at: vec3<f32>) -> bool {
    let signed_voxel = nearest(at);
    if !is_inside(signed_voxel) {
        return false;
    }
    let voxel = vec3<u32>(signed_voxel);
    if any(voxel < layers[n].first.xyz) || any(voxel > layers[n].last.xyz) {
        return false;
    }
    let brick = voxel >> vec3<u32>(5u);
    let entry = layers[n].stencil.w
        + brick.x + u.bricks.x * (brick.y + u.bricks.y * brick.z);
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

fn remainder(a: i32, b: i32) -> i32 {
    return (a % b + b) % b;
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
    let at = coordinates(pixel);
    var color = vec3<u32>(grey(at));
    for (var n = 0u; n < u.kind.y; n++) {
        if is_near(n, place) && in_mask(n, at) {
            color = blend(color, layers[n].color.xyz, layers[n].color.w);
            if has_hatch(n, pixel_index) {
                color = blend(color, layers[n].color.xyz, u.kind.w);
            }
        }
    }
    var is_taken = false;
    for (var n = 0u; n < u.kind.y; n++) {
        if layers[n].stencil.y == 0u || !is_near(n, place) || !in_mask(n, at) {
            continue;
        }
        let end = layers[n].stencil.x + layers[n].stencil.y;
        for (var m = layers[n].stencil.x; m < end; m++) {
            let step = neighbours[m];
            if in_mask(n, coordinates(pixel + vec2<f32>(step.xy))) {
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
