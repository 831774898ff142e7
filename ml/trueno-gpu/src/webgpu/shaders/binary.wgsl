// One operation on each pair of elements. The right operand may be shorter: it then repeats.

// The order of trueno_gpu::Binary.
override OPERATION: u32;

struct Parameters {
    // Groups of four elements in `pairs`, elements in `repeating`.
    count: u32,
    // Elements of the right operand, in `repeating`.
    period: u32,
}

@group(0) @binding(0) var<storage, read> x4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> y4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> z4: array<vec4<f32>>;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> z: array<f32>;
@group(1) @binding(0) var<uniform> parameters: Parameters;

fn apply(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    switch OPERATION {
        case 0u: { return a + b; }
        case 1u: { return a - b; }
        case 2u: { return a * b; }
        case 3u: { return a / b; }
        // The right one where one is NaN: comparisons with NaN are false.
        case 4u: { return select(b, a, a < b); }
        default: { return select(b, a, a > b); }
    }
}

@compute @workgroup_size(256)
fn pairs(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var i = id.x; i < parameters.count; i += groups.x * 256u) {
        z4[i] = apply(x4[i], y4[i]);
    }
}

@compute @workgroup_size(256)
fn repeating(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var i = id.x; i < parameters.count; i += groups.x * 256u) {
        z[i] = apply(vec4<f32>(x[i]), vec4<f32>(y[i % parameters.period])).x;
    }
}
