// Rows made one number, products of a matrix with a vector, softmax and normalisations: one block of 256 threads for each row, or for each
// piece of a long row. The order of additions follows from the sizes alone, so that results repeat bit for bit.

#define WIDTH 256
#define DOT 100

// The order of trueno_gpu::Reduction.
__device__ __forceinline__ float combine(unsigned operation, float a, float b) {
    if (operation == 1) return a > b || a != a ? a : b;
    if (operation == 2) return a < b || a != a ? a : b;
    return a + b;
}

// All threads' values made one, known to all.
__device__ __forceinline__ float of_all(unsigned operation, float value) {
    __shared__ float partial[WIDTH];
    // Whoever is here for the second time may still read the result of the first.
    __syncthreads();
    partial[threadIdx.x] = value;
    for (unsigned width = WIDTH / 2; width > 0; width /= 2) {
        __syncthreads();
        if (threadIdx.x < width) {
            partial[threadIdx.x] = combine(operation, partial[threadIdx.x], partial[threadIdx.x + width]);
        }
    }
    __syncthreads();
    return partial[0];
}

extern "C" __global__ void __launch_bounds__(WIDTH)
reduce(const float *x, const float *y, float *z, unsigned rows, unsigned columns, unsigned piece, unsigned pieces,
       unsigned operation, float identity, float factor) {
    unsigned start = blockIdx.x * piece, end = min(start + piece, columns);
    for (unsigned row = blockIdx.y; row < rows; row += gridDim.y) {
        size_t base = (size_t)row * columns;
        float value = identity;
        for (unsigned i = start + threadIdx.x; i < end; i += WIDTH) {
            if (operation == DOT) {
                value = fmaf(x[base + i], y[base + i], value);
            } else {
                value = combine(operation, value, x[base + i]);
            }
        }
        value = of_all(operation, value);
        if (threadIdx.x == 0) z[(size_t)row * pieces + blockIdx.x] = value * factor;
    }
}

extern "C" __global__ void __launch_bounds__(WIDTH)
gemv(const float *a, const float *x, float *y, unsigned rows, unsigned columns) {
    for (unsigned row = blockIdx.x; row < rows; row += gridDim.x) {
        const float *from = a + (size_t)row * columns;
        float sum = 0.0f;
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) sum = fmaf(from[i], x[i], sum);
        sum = of_all(0, sum);
        if (threadIdx.x == 0) y[row] = sum;
    }
}

extern "C" __global__ void __launch_bounds__(WIDTH)
softmax(const float *x, float *y, unsigned rows, unsigned columns, float lowest) {
    for (unsigned row = blockIdx.x; row < rows; row += gridDim.x) {
        const float *from = x + (size_t)row * columns;
        float *to = y + (size_t)row * columns;
        float most = lowest;
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) most = combine(1, most, from[i]);
        most = of_all(1, most);
        float sum = 0.0f;
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) {
            float term = expf(from[i] - most);
            to[i] = term;
            sum += term;
        }
        float factor = 1.0f / of_all(0, sum);
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) to[i] *= factor;
    }
}

extern "C" __global__ void __launch_bounds__(WIDTH)
layer_norm(const float *x, const float *weight, const float *bias, float *y, unsigned rows, unsigned columns,
           float epsilon) {
    for (unsigned row = blockIdx.x; row < rows; row += gridDim.x) {
        const float *from = x + (size_t)row * columns;
        float *to = y + (size_t)row * columns;
        float sum = 0.0f, squares = 0.0f;
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) sum += from[i];
        float mean = of_all(0, sum) / (float)columns;
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) {
            float off = from[i] - mean;
            squares = fmaf(off, off, squares);
        }
        float factor = 1.0f / sqrtf(of_all(0, squares) / (float)columns + epsilon);
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) {
            to[i] = fmaf((from[i] - mean) * factor, weight[i], bias[i]);
        }
    }
}

extern "C" __global__ void __launch_bounds__(WIDTH)
rms_norm(const float *x, const float *weight, float *y, unsigned rows, unsigned columns, float epsilon) {
    for (unsigned row = blockIdx.x; row < rows; row += gridDim.x) {
        const float *from = x + (size_t)row * columns;
        float *to = y + (size_t)row * columns;
        float squares = 0.0f;
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) squares = fmaf(from[i], from[i], squares);
        float factor = 1.0f / sqrtf(of_all(0, squares) / (float)columns + epsilon);
        for (unsigned i = threadIdx.x; i < columns; i += WIDTH) to[i] = from[i] * factor * weight[i];
    }
}
