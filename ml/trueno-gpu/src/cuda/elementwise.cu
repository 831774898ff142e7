// One operation on each element, or on each pair of elements. The orders are those of trueno_gpu::Unary and trueno_gpu::Binary.

#define AFFINE 100

__device__ __forceinline__ float sigmoid(float x) {
    return 1.0f / (1.0f + expf(-x));
}

__device__ __forceinline__ float apply(unsigned operation, float x, float factor, float term) {
    switch (operation) {
    case 0: return expf(x);
    case 1: return logf(x);
    case 2: return tanhf(x);
    case 3: return sigmoid(x);
    // NaN stays NaN: the comparison is false.
    case 4: return x < 0.0f ? 0.0f : x;
    case 5: return 0.5f * x * (1.0f + tanhf(0.7978845608028654f * (x + 0.044715f * x * x * x)));
    case 6: return x * sigmoid(x);
    case 7: return sqrtf(x);
    case 8: return fabsf(x);
    case 9: return -x;
    default: return fmaf(x, factor, term);
    }
}

extern "C" __global__ void __launch_bounds__(256)
unary(const float *x, float *y, unsigned count, unsigned operation, float factor, float term) {
    unsigned step = gridDim.x * blockDim.x;
    for (size_t i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) y[i] = apply(operation, x[i], factor, term);
}

// The right operand repeats after `period` elements.
extern "C" __global__ void __launch_bounds__(256)
binary(const float *x, const float *y, float *z, unsigned count, unsigned period, unsigned operation) {
    unsigned step = gridDim.x * blockDim.x;
    for (size_t i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
        float a = x[i], b = y[period == count ? i : i % period], value;
        switch (operation) {
        case 0: value = a + b; break;
        case 1: value = a - b; break;
        case 2: value = a * b; break;
        case 3: value = a / b; break;
        // The right one where one is NaN.
        case 4: value = a < b ? a : b; break;
        default: value = a > b ? a : b; break;
        }
        z[i] = value;
    }
}
