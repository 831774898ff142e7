// One operation on each element, four at a time. What lies behind the last element is padding of the same buffers.

// The order of trueno_gpu::Unary; AFFINE is x · factor + term.
override OPERATION: u32;
const AFFINE: u32 = 100u;

struct Parameters {
    // Groups of four elements.
    count: u32,
    // The bits of a NaN: they cannot be written as a constant.
    nan: u32,
    factor: f32,
    term: f32,
}

@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> parameters: Parameters;

// By the bits, because compilers may assume that no number is NaN.
fn is_nan(v: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(v) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
}

fn sigmoid(v: vec4<f32>) -> vec4<f32> {
    return 1.0 / (1.0 + exp(clamp(-v, vec4<f32>(-87.0), vec4<f32>(87.0))));
}

// Beyond 10 the result is 1 in f32; within, no driver overflows.
fn bounded_tanh(v: vec4<f32>) -> vec4<f32> {
    return tanh(clamp(v, vec4<f32>(-10.0), vec4<f32>(10.0)));
}

fn apply(v: vec4<f32>) -> vec4<f32> {
    switch OPERATION {
        case 0u: { return exp(v); }
        case 1u: { return select(log(v), bitcast<vec4<f32>>(vec4<u32>(parameters.nan)), v < vec4<f32>(0.0)); }
        case 2u: { return bounded_tanh(v); }
        case 3u: { return sigmoid(v); }
        case 4u: { return max(v, vec4<f32>(0.0)); }
        case 5u: {
            let inner = 0.7978845608028654 * (v + 0.044715 * v * v * v);
            return 0.5 * v * (1.0 + bounded_tanh(inner));
        }
        case 6u: { return v * sigmoid(v); }
        case 7u: { return select(sqrt(v), bitcast<vec4<f32>>(vec4<u32>(parameters.nan)), v < vec4<f32>(0.0)); }
        case 8u: { return abs(v); }
        case 9u: { return -v; }
        default: { return fma(v, vec4<f32>(parameters.factor), vec4<f32>(parameters.term)); }
    }
}

@compute @workgroup_size(256)
fn unary(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var i = id.x; i < parameters.count; i += groups.x * 256u) {
        let v = x[i];
        y[i] = select(apply(v), v, is_nan(v));
    }
}
