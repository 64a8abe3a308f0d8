// Samples that are one number: window and colour map.

alias Value = f32;

fn value(place: vec3<i32>) -> Value {
    return f32(textureLoad(volume, place, 0).x);
}

fn is_nothing(value: Value) -> bool {
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

fn shown(value: Value) -> vec3<u32> {
    let grey = level(value);
    if u.colors.x == 0u {
        return vec3<u32>(grey);
    }
    let four = table[u.colors.y + grey / 4u];
    let color = four[grey % 4u];
    return vec3<u32>(color, color >> 8u, color >> 16u) & vec3<u32>(255u);
}
