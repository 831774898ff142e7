// c = alpha · a · b + beta · old. A workgroup of 16 × 16 makes a tile of 64 × 64, each invocation 4 × 4 of it in registers.
// Sixteen steps of k at a time lie in workgroup memory: of `a` four adjacent rows as one vector, of `b` four adjacent columns.

struct Parameters {
    rows: u32,
    columns: u32,
    depth: u32,
    // Steps in elements; either of each pair may be 1, so that transposed operands need no copy.
    a_row: u32,
    a_column: u32,
    b_row: u32,
    b_column: u32,
    alpha: f32,
    beta: f32,
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> old: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@group(1) @binding(0) var<uniform> parameters: Parameters;

const TILE: u32 = 64u;
const STEPS: u32 = 16u;

var<workgroup> a_tile: array<vec4<f32>, 256>;
var<workgroup> b_tile: array<vec4<f32>, 256>;

fn a_at(row: u32, k: u32) -> f32 {
    if row >= parameters.rows || k >= parameters.depth {
        return 0.0;
    }
    return a[row * parameters.a_row + k * parameters.a_column];
}

fn b_at(k: u32, column: u32) -> f32 {
    if column >= parameters.columns || k >= parameters.depth {
        return 0.0;
    }
    return b[k * parameters.b_row + column * parameters.b_column];
}

fn put(row: u32, column: u32, sum: vec4<f32>) {
    if row >= parameters.rows {
        return;
    }
    for (var j = 0u; j < 4u && column + j < parameters.columns; j += 1u) {
        let at = row * parameters.columns + column + j;
        var value = parameters.alpha * sum[j];
        if parameters.beta != 0.0 {
            value = fma(parameters.beta, old[at], value);
        }
        c[at] = value;
    }
}

@compute @workgroup_size(16, 16)
fn gemm(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let first_row = group.y * TILE;
    let first_column = group.x * TILE;
    // Neighbours read neighbouring k of `a`, and neighbouring columns of `b`.
    let a_k = index % STEPS;
    let a_quad = index / STEPS;
    let b_k = index / STEPS;
    let b_quad = index % STEPS;
    var sum0 = vec4<f32>(0.0);
    var sum1 = vec4<f32>(0.0);
    var sum2 = vec4<f32>(0.0);
    var sum3 = vec4<f32>(0.0);
    for (var start = 0u; start < parameters.depth; start += STEPS) {
        let row = first_row + 4u * a_quad;
        let k = start + a_k;
        a_tile[a_k * STEPS + a_quad] =
            vec4<f32>(a_at(row, k), a_at(row + 1u, k), a_at(row + 2u, k), a_at(row + 3u, k));
        let column = first_column + 4u * b_quad;
        let l = start + b_k;
        b_tile[b_k * STEPS + b_quad] =
            vec4<f32>(b_at(l, column), b_at(l, column + 1u), b_at(l, column + 2u), b_at(l, column + 3u));
        workgroupBarrier();
        for (var step = 0u; step < STEPS; step += 1u) {
            let left = a_tile[step * STEPS + local.y];
            let right = b_tile[step * STEPS + local.x];
            sum0 = fma(vec4<f32>(left.x), right, sum0);
            sum1 = fma(vec4<f32>(left.y), right, sum1);
            sum2 = fma(vec4<f32>(left.z), right, sum2);
            sum3 = fma(vec4<f32>(left.w), right, sum3);
        }
        workgroupBarrier();
    }
    let row = first_row + 4u * local.y;
    let column = first_column + 4u * local.x;
    put(row, column, sum0);
    put(row + 1u, column, sum1);
    put(row + 2u, column, sum2);
    put(row + 3u, column, sum3);
}
