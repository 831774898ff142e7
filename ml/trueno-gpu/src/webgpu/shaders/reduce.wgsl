// Pieces of rows, each made one number. The order of additions follows from the sizes alone, so that results repeat bit for bit.

// The order of trueno_gpu::Reduction; DOT is the sum of x · y.
override OPERATION: u32;
const DOT: u32 = 100u;

// Invocations of a workgroup: a power of two, at most 256.
override WIDTH: u32;

struct Parameters {
    rows: u32,
    columns: u32,
    // Elements of a piece, and pieces of a row.
    piece: u32,
    pieces: u32,
    // What the operation does not change a number with: its infinity cannot be written as a constant.
    identity: f32,
    // What the result is multiplied by.
    factor: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> z: array<f32>;
@group(1) @binding(0) var<uniform> parameters: Parameters;

var<workgroup> partial: array<f32, 256>;

// By the bits, because compilers may assume that no number is NaN.
fn is_nan(v: f32) -> bool {
    return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u;
}

fn combine(a: f32, b: f32) -> f32 {
    switch OPERATION {
        case 1u: { return select(select(b, a, a > b), a, is_nan(a)); }
        case 2u: { return select(select(b, a, a < b), a, is_nan(a)); }
        default: { return a + b; }
    }
}

@compute @workgroup_size(WIDTH)
fn reduce(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    for (var row = group.y; row < parameters.rows; row += groups.y) {
        let start = group.x * parameters.piece;
        let end = min(start + parameters.piece, parameters.columns);
        var value = parameters.identity;
        for (var i = start + index; i < end; i += WIDTH) {
            let at = row * parameters.columns + i;
            if OPERATION == DOT {
                value = fma(x[at], y[at], value);
            } else {
                value = combine(value, x[at]);
            }
        }
        partial[index] = value;
        for (var width = WIDTH / 2u; width > 0u; width /= 2u) {
            workgroupBarrier();
            if index < width {
                partial[index] = combine(partial[index], partial[index + width]);
            }
        }
        if index == 0u {
            z[row * parameters.pieces + group.x] = partial[0] * parameters.factor;
        }
        workgroupBarrier();
    }
}
