// The largest elements by bitonic sorting (Batcher, AFIPS 1968) of pairs: a key that orders as the number does, and the index.
// NaN has the smallest key; equal keys are ordered by index.

struct Parameters {
    // Pairs that there are.
    count: u32,
    // `begin`: pairs to write. `select_blocks`: blocks. `exchange`: half of the pairs.
    length: u32,
    // `select_blocks`: pairs to keep of a block. `exchange`: length of the sequences being merged.
    size: u32,
    // `exchange`: distance of the pairs compared.
    distance: u32,
}

@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read> pairs: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2<u32>>;
@group(1) @binding(0) var<uniform> parameters: Parameters;

const BLOCK: u32 = 1024u;
// Behind every pair that stands for an element.
const NONE: vec2<u32> = vec2<u32>(0u, 0xffffffffu);

var<workgroup> block: array<vec2<u32>, 1024>;

fn key_of(pattern: u32) -> u32 {
    let magnitude = pattern & 0x7fffffffu;
    if magnitude > 0x7f800000u {
        return 0u;
    }
    if magnitude == 0u {
        return 0x80000000u;
    }
    return select(pattern | 0x80000000u, ~pattern, pattern > 0x7fffffffu);
}

fn before(a: vec2<u32>, b: vec2<u32>) -> bool {
    return a.x > b.x || (a.x == b.x && a.y < b.y);
}

@compute @workgroup_size(256)
fn begin(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var i = id.x; i < parameters.length; i += groups.x * 256u) {
        if i < parameters.count {
            result[i] = vec2<u32>(key_of(bits[i]), i);
        } else {
            result[i] = NONE;
        }
    }
}

@compute @workgroup_size(256)
fn select_blocks(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    for (var part = group.x; part < parameters.length; part += groups.x) {
        for (var i = index; i < BLOCK; i += 256u) {
            let at = part * BLOCK + i;
            block[i] = NONE;
            if at < parameters.count {
                block[i] = pairs[at];
            }
        }
        for (var size = 2u; size <= BLOCK; size *= 2u) {
            for (var distance = size / 2u; distance > 0u; distance /= 2u) {
                workgroupBarrier();
                for (var n = index; n < BLOCK / 2u; n += 256u) {
                    let i = n / distance * 2u * distance + n % distance;
                    let first = block[i];
                    let second = block[i + distance];
                    if before(second, first) == ((i & size) == 0u) {
                        block[i] = second;
                        block[i + distance] = first;
                    }
                }
            }
        }
        workgroupBarrier();
        for (var i = index; i < parameters.size; i += 256u) {
            result[part * parameters.size + i] = block[i];
        }
        workgroupBarrier();
    }
}

@compute @workgroup_size(256)
fn exchange(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var n = id.x; n < parameters.length; n += groups.x * 256u) {
        let i = n / parameters.distance * 2u * parameters.distance + n % parameters.distance;
        let first = result[i];
        let second = result[i + parameters.distance];
        if before(second, first) == ((i & parameters.size) == 0u) {
            result[i] = second;
            result[i + parameters.distance] = first;
        }
    }
}
