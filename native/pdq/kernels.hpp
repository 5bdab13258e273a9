// The inner loops that exist once per instruction set; all variants give the same bits for the same input.
//
// They take raw pointers into buffers that the callers own. Rows of floats are padded with zeros to a multiple of
// kBlock columns, so no kernel has a tail to handle except the ones that read the caller's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace shelterwood::pdq {

// Rows are handled sixteen at a time: one 512-bit vector, two of 256 bits or four of 128 bits across them.
inline constexpr std::size_t kBlock = 16;

// A box filter along an axis of `length` pixels. Output o is the mean of inputs o - (window - half) .. o + half - 1
// that exist. It runs in steps: step t adds input t, takes away input t - window, and gives output t - (half - 1).
struct Box {
    std::size_t length = 0;
    std::size_t window = 0;
    std::size_t half = 0;
    const float* divisors = nullptr;  // by output: how many inputs it covers; padded with ones to a multiple of kBlock
};

struct ColumnStep {
    const float* add;
    const float* subtract;
    float divisor;
    float* out;
};

// One output of a sparse matrix: sum of weights[i] * values[first + i].
struct SparseRow {
    const float* weights = nullptr;
    std::size_t first = 0;
    std::size_t length = 0;

    [[nodiscard]] std::size_t end() const { return first + length; }
};

struct Kernels {
    const char* name;

    // Luma of `width` RGB pixels in thousandths, 299 r + 587 g + 114 b: an integer, exact in a float.
    void (*luma_thousandths)(const std::uint8_t* rgb, std::size_t width, float* out);
    // The same divided by 1000 and rounded once, which is what double arithmetic rounded to float gives.
    void (*luma)(const std::uint8_t* rgb, std::size_t width, float* out);

    // Bytes as floats.
    void (*widen)(const std::uint8_t* bytes, std::size_t width, float* out);

    // The box filter along kBlock rows at once. `ring` holds ring_size (a power of two) entries of kBlock floats.
    void (*box_rows)(const float* const* in, float* const* out, const Box& box, float* ring, std::size_t ring_size);
    // The same, but only the outputs at 64 non-decreasing positions, as out[64][kBlock].
    void (*box_rows_sampled)(const float* const* in, const std::size_t* positions, float* out, const Box& box, float* ring,
                             std::size_t ring_size);
    // `count` steps of the box filter down the columns, all columns side by side; `sums` carries from call to call.
    void (*box_columns)(const ColumnStep* steps, std::size_t count, float* sums, std::size_t padded_width);

    // sums[x] = weights[0] * rows[0][x] + weights[1] * rows[1][x] + ... in this order, on top of what is there unless fresh.
    void (*accumulate)(const float* const* rows, const float* weights, std::size_t count, bool fresh, float* sums,
                       std::size_t padded_width);
    // kBlock rows side by side: out[x][i] = rows[i][x].
    void (*transpose_block)(const float* const* rows, std::size_t padded_width, float* out);
    // Sixty-four sparse rows over values[x][kBlock], as out[kBlock][64]; every sum in order of x.
    void (*sparse_block)(const float* values, const SparseRow* rows, float* out);

    // B = D * field * transpose(D) for a 64 x 64 field, with D given as weights[64][16]; every sum in order of k.
    void (*dct)(const float* field, const float* weights, float* spectrum);
};

// What this machine can run, the portable one first and the fastest last.
std::span<const Kernels* const> runnable_kernels();
const Kernels& best_kernels();

extern const Kernels portable_kernels;
#ifdef SHELTERWOOD_X86
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
#endif

}  // namespace shelterwood::pdq
