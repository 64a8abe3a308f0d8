// Samples in red, green and blue: neither window nor padding.

alias Value = vec3<f32>;

fn value(place: vec3<i32>) -> Value {
    return vec3<f32>(textureLoad(volume, place, 0).xyz);
}

fn is_nothing(value: Value) -> bool {
    return false;
}

fn shown(value: Value) -> vec3<u32> {
    return vec3<u32>(clamp(value + 0.5, vec3<f32>(0.0), vec3<f32>(255.0)));
}
