// Softmax and normalisations of rows: one workgroup for each row.

// Invocations of a workgroup: a power of two, at most 256.
override WIDTH: u32;

struct Parameters {
    rows: u32,
    columns: u32,
    epsilon: f32,
    lowest: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(1) @binding(0) var<uniform> parameters: Parameters;

var<workgroup> partial: array<f32, 256>;

// By the bits, because compilers may assume that no number is NaN.
fn is_nan(v: f32) -> bool {
    return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u;
}

fn larger(a: f32, b: f32) -> f32 {
    return select(select(b, a, a > b), a, is_nan(a));
}

// exp, but NaN for NaN.
fn power(v: f32) -> f32 {
    return select(exp(v), v, is_nan(v));
}

// The sum of what all invocations hold, known to all.
fn sum_of_all(index: u32, value: f32) -> f32 {
    partial[index] = value;
    for (var width = WIDTH / 2u; width > 0u; width /= 2u) {
        workgroupBarrier();
        if index < width {
            partial[index] += partial[index + width];
        }
    }
    return workgroupUniformLoad(&partial[0]);
}

fn largest_of_all(index: u32, value: f32) -> f32 {
    partial[index] = value;
    for (var width = WIDTH / 2u; width > 0u; width /= 2u) {
        workgroupBarrier();
        if index < width {
            partial[index] = larger(partial[index], partial[index + width]);
        }
    }
    return workgroupUniformLoad(&partial[0]);
}

@compute @workgroup_size(WIDTH)
fn softmax(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    for (var row = group.x; row < parameters.rows; row += groups.x) {
        let start = row * parameters.columns;
        var most = parameters.lowest;
        for (var i = index; i < parameters.columns; i += WIDTH) {
            most = larger(most, x[start + i]);
        }
        most = largest_of_all(index, most);
        var sum = 0.0;
        for (var i = index; i < parameters.columns; i += WIDTH) {
            let term = power(x[start + i] - most);
            y[start + i] = term;
            sum += term;
        }
        let factor = 1.0 / sum_of_all(index, sum);
        for (var i = index; i < parameters.columns; i += WIDTH) {
            y[start + i] *= factor;
        }
    }
}

@compute @workgroup_size(WIDTH)
fn layer_norm(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    for (var row = group.x; row < parameters.rows; row += groups.x) {
        let start = row * parameters.columns;
        let count = f32(parameters.columns);
        var sum = 0.0;
        for (var i = index; i < parameters.columns; i += WIDTH) {
            sum += x[start + i];
        }
        let mean = sum_of_all(index, sum) / count;
        var squares = 0.0;
        for (var i = index; i < parameters.columns; i += WIDTH) {
            let off = x[start + i] - mean;
            squares = fma(off, off, squares);
        }
        let factor = 1.0 / sqrt(sum_of_all(index, squares) / count + parameters.epsilon);
        for (var i = index; i < parameters.columns; i += WIDTH) {
            y[start + i] = fma((x[start + i] - mean) * factor, weight[i], bias[i]);
        }
    }
}

@compute @workgroup_size(WIDTH)
fn rms_norm(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    for (var row = group.x; row < parameters.rows; row += groups.x) {
        let start = row * parameters.columns;
        var squares = 0.0;
        for (var i = index; i < parameters.columns; i += WIDTH) {
            squares = fma(x[start + i], x[start + i], squares);
        }
        let mean = sum_of_all(index, squares) / f32(parameters.columns);
        let factor = 1.0 / sqrt(mean + parameters.epsilon);
        for (var i = index; i < parameters.columns; i += WIDTH) {
            y[start + i] = x[start + i] * factor * weight[i];
        }
    }
}
