// y = a · x: one workgroup for each row, whose partial sums a tree adds up.

struct Parameters {
    rows: u32,
    columns: u32,
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(1) @binding(0) var<uniform> parameters: Parameters;

var<workgroup> partial: array<f32, 128>;

@compute @workgroup_size(128)
fn gemv(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    for (var row = group.x; row < parameters.rows; row += groups.x) {
        let start = row * parameters.columns;
        var sum = 0.0;
        for (var i = index; i < parameters.columns; i += 128u) {
            sum = fma(a[start + i], x[i], sum);
        }
        partial[index] = sum;
        for (var width = 64u; width > 0u; width /= 2u) {
            workgroupBarrier();
            if index < width {
                partial[index] += partial[index + width];
            }
        }
        if index == 0u {
            y[row] = partial[0];
        }
        workgroupBarrier();
    }
}
