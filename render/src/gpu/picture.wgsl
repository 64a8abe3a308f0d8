// Lays a picture into a window, pixel upon pixel.

struct Place {
    origin: vec2<i32>, // where in the window its first pixel lies
    unused: vec2<i32>,
}

@group(0) @binding(0) var<uniform> place: Place;
@group(0) @binding(1) var picture: texture_2d<f32>;

@vertex
fn whole_target(@builtin(vertex_index) n: u32) -> @builtin(position) vec4<f32> {
    // One triangle over everything; the pass has its own limits.
    let corner = vec2<f32>(f32((n << 1u) & 2u), f32(n & 2u));
    return vec4<f32>(corner * 2.0 - 1.0, 0.0, 1.0);
}

fn texel(position: vec4<f32>) -> vec4<f32> {
    let size = vec2<i32>(textureDimensions(picture));
    let at = vec2<i32>(floor(position.xy)) - place.origin;
    // Rounding may ask for one row or column more than there is.
    return textureLoad(picture, clamp(at, vec2<i32>(0), size - 1), 0);
}

// For targets that keep what they are given.
@fragment
fn as_stored(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    return texel(position);
}

// For targets that take linear light and store sRGB: what they store is the picture again.
@fragment
fn as_light(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let stored = texel(position);
    let low = stored.rgb / 12.92;
    let high = pow((stored.rgb + 0.055) / 1.055, vec3<f32>(2.4));
    return vec4<f32>(select(high, low, stored.rgb <= vec3<f32>(0.04045)), stored.a);
}
