// c = alpha · a · b + beta · old, in f32. A block of 256 threads makes a tile of 128 × 128, each thread 8 × 8 of it in registers, as four
// quarters of 4 × 4, so that a warp's reads of shared memory do not collide. Eight steps of k at a time lie in shared memory, twice: the next
// ones are fetched while these are used.

#define TILE 128
#define STEPS 8
// Rows of `a` stand across in shared memory; the padding keeps the threads that put them there from colliding.
#define PADDED (TILE + 4)

struct Problem {
    unsigned rows, columns, depth;
    // Steps in elements.
    unsigned a_row, a_column, b_row, b_column;
    float alpha, beta;
};

// Four steps of k of one row of `a`.
template <bool WIDE>
__device__ __forceinline__ void fetch_a(const Problem &p, const float *a, unsigned row, unsigned k, float *to) {
    if (WIDE) {
        float4 v = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        if (row < p.rows && k < p.depth) v = *reinterpret_cast<const float4 *>(a + (size_t)row * p.a_row + k);
        to[0] = v.x, to[1] = v.y, to[2] = v.z, to[3] = v.w;
        return;
    }
#pragma unroll
    for (unsigned i = 0; i < 4; i++) {
        bool there = row < p.rows && k + i < p.depth;
        to[i] = there ? a[(size_t)row * p.a_row + (size_t)(k + i) * p.a_column] : 0.0f;
    }
}

// Four columns of one step of k of `b`.
template <bool WIDE>
__device__ __forceinline__ void fetch_b(const Problem &p, const float *b, unsigned k, unsigned column, float *to) {
    if (WIDE) {
        float4 v = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        if (k < p.depth && column < p.columns) v = *reinterpret_cast<const float4 *>(b + (size_t)k * p.b_row + column);
        to[0] = v.x, to[1] = v.y, to[2] = v.z, to[3] = v.w;
        return;
    }
#pragma unroll
    for (unsigned i = 0; i < 4; i++) {
        bool there = k < p.depth && column + i < p.columns;
        to[i] = there ? b[(size_t)k * p.b_row + (size_t)(column + i) * p.b_column] : 0.0f;
    }
}

// WIDE: rows of both lie in steps of one, and depth, columns and steps are multiples of four.
template <bool WIDE>
__device__ __forceinline__ void multiply(const Problem &p, const float *a, const float *b, const float *old, float *c) {
    __shared__ float a_tile[2][STEPS][PADDED];
    __shared__ float b_tile[2][STEPS][TILE];
    unsigned thread = threadIdx.x;
    unsigned first_row = blockIdx.y * TILE, first_column = blockIdx.x * TILE;
    unsigned a_row = thread / 2, a_k = thread % 2 * 4;
    unsigned b_k = thread / 32, b_column = thread % 32 * 4;
    unsigned down = thread / 16 * 4, across = thread % 16 * 4;
    float next_a[4], next_b[4], sum[8][8] = {};

    fetch_a<WIDE>(p, a, first_row + a_row, a_k, next_a);
    fetch_b<WIDE>(p, b, b_k, first_column + b_column, next_b);
    unsigned blocks = (p.depth + STEPS - 1) / STEPS;
    for (unsigned block = 0; block < blocks; block++) {
        unsigned now = block % 2;
#pragma unroll
        for (unsigned i = 0; i < 4; i++) {
            a_tile[now][a_k + i][a_row] = next_a[i];
            b_tile[now][b_k][b_column + i] = next_b[i];
        }
        // What is overwritten here was last read before the barrier of the block before.
        __syncthreads();
        if (block + 1 < blocks) {
            unsigned k = (block + 1) * STEPS;
            fetch_a<WIDE>(p, a, first_row + a_row, k + a_k, next_a);
            fetch_b<WIDE>(p, b, k + b_k, first_column + b_column, next_b);
        }
#pragma unroll
        for (unsigned step = 0; step < STEPS; step++) {
            float left[8], right[8];
#pragma unroll
            for (unsigned i = 0; i < 4; i++) {
                left[i] = a_tile[now][step][down + i];
                left[i + 4] = a_tile[now][step][down + TILE / 2 + i];
                right[i] = b_tile[now][step][across + i];
                right[i + 4] = b_tile[now][step][across + TILE / 2 + i];
            }
#pragma unroll
            for (unsigned i = 0; i < 8; i++) {
#pragma unroll
                for (unsigned j = 0; j < 8; j++) sum[i][j] = fmaf(left[i], right[j], sum[i][j]);
            }
        }
    }
#pragma unroll
    for (unsigned i = 0; i < 8; i++) {
        unsigned row = first_row + down + i % 4 + i / 4 * (TILE / 2);
        if (row >= p.rows) continue;
#pragma unroll
        for (unsigned j = 0; j < 8; j++) {
            unsigned column = first_column + across + j % 4 + j / 4 * (TILE / 2);
            if (column >= p.columns) continue;
            size_t at = (size_t)row * p.columns + column;
            float value = p.alpha * sum[i][j];
            if (p.beta != 0.0f) value = fmaf(p.beta, old[at], value);
            c[at] = value;
        }
    }
}

extern "C" __global__ void __launch_bounds__(256, 2)
sgemm(const float *a, const float *b, const float *old, float *c, unsigned rows, unsigned columns, unsigned depth,
      unsigned a_row, unsigned a_column, unsigned b_row, unsigned b_column, float alpha, float beta) {
    Problem p = {rows, columns, depth, a_row, a_column, b_row, b_column, alpha, beta};
    multiply<false>(p, a, b, old, c);
}

extern "C" __global__ void __launch_bounds__(256, 2)
sgemm_wide(const float *a, const float *b, const float *old, float *c, unsigned rows, unsigned columns, unsigned depth,
           unsigned a_row, unsigned a_column, unsigned b_row, unsigned b_column, float alpha, float beta) {
    Problem p = {rows, columns, depth, a_row, a_column, b_row, b_column, alpha, beta};
    multiply<true>(p, a, b, old, c);
}
