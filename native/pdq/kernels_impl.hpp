// The kernels, written once for any number of lanes. Each kernels_*.cpp compiles them for one instruction set.
#pragma once

#include "kernels.hpp"
#include "lanes.hpp"

namespace shelterwood::pdq {

template <class Isa>
struct KernelsFor {
    using L = Lanes<Isa>;
    using Vector = typename L::Vector;
    static constexpr std::size_t N = L::N;
    static constexpr std::size_t K = kBlock / N;  // vectors that together hold one column of a block of rows

    // Running sums along sixteen rows. They are independent of each other, so each row's own order of additions and
    // subtractions, which decides the last bit, stays that of pdqhash.
    struct RowSums {
        const float* const* in;
        const Box& box;
        float* ring;  // column x of the block lies at (x modulo ring size); columns before the picture read as zero
        std::size_t mask;
        std::size_t loaded = 0;
        std::size_t step = 0;
        Vector sums[K] = {};

        SHELTERWOOD_INLINE RowSums(const float* const* rows, const Box& filter, float* buffer, std::size_t size)
            : in(rows), box(filter), ring(buffer), mask(size - 1) {
            for (std::size_t i = 0; i < size * kBlock; i += N) L::store(ring + i, Vector{});
        }

        SHELTERWOOD_INLINE float* column(std::size_t x) const { return ring + (x & mask) * kBlock; }

        SHELTERWOOD_INLINE void load_tile() {
            const bool inside = loaded < box.length;
            for (std::size_t k = 0; k < K; ++k) {
                Vector tile[N];
                for (std::size_t i = 0; i < N; ++i) tile[i] = inside ? L::load(in[k * N + i] + loaded) : Vector{};
                L::transpose(tile);
                for (std::size_t i = 0; i < N; ++i) L::store(column(loaded + i) + k * N, tile[i]);
            }
            loaded += N;
        }

        SHELTERWOOD_INLINE void advance() {
            if (step == loaded) load_tile();
            const float* const add = column(step);
            const float* const subtract = column(step - box.window);  // wraps below zero into columns still zero
            for (std::size_t k = 0; k < K; ++k) {
                sums[k] += L::load(add + k * N);
                sums[k] -= L::load(subtract + k * N);
            }
            ++step;
        }

        SHELTERWOOD_INLINE Vector mean(std::size_t k, Vector divisor) const { return sums[k] / divisor; }
    };

    static void box_rows(const float* const* in, float* const* out, const Box& box, float* ring, std::size_t ring_size) {
        RowSums run(in, box, ring, ring_size);
        for (std::size_t i = 0; i + 1 < box.half; ++i) run.advance();
        for (std::size_t x = 0; x < box.length; x += N) {
            Vector tile[K][N];
            for (std::size_t i = 0; i < N; ++i) {
                run.advance();
                const Vector divisor = L::all(box.divisors[x + i]);
                for (std::size_t k = 0; k < K; ++k) tile[k][i] = run.mean(k, divisor);
            }
            for (std::size_t k = 0; k < K; ++k) {
                L::transpose(tile[k]);
                for (std::size_t i = 0; i < N; ++i) L::store(out[k * N + i] + x, tile[k][i]);
            }
        }
    }

    static void box_rows_sampled(const float* const* in, const std::size_t* positions, float* out, const Box& box,
                                 float* ring, std::size_t ring_size) {
        RowSums run(in, box, ring, ring_size);
        for (std::size_t i = 0; i < 64; ++i) {
            const std::size_t end = positions[i] + box.half;
            while (run.step < end) run.advance();
            const Vector divisor = L::all(box.divisors[positions[i]]);
            for (std::size_t k = 0; k < K; ++k) L::store(out + i * kBlock + k * N, run.mean(k, divisor));
        }
    }

    static void box_columns(const ColumnStep* steps, std::size_t count, float* sums, std::size_t padded_width) {
        for (std::size_t x = 0; x < padded_width; x += N) {
            Vector sum = L::load(sums + x);
            for (std::size_t i = 0; i < count; ++i) {
                sum += L::load(steps[i].add + x);
                sum -= L::load(steps[i].subtract + x);
                L::store(steps[i].out + x, sum / L::all(steps[i].divisor));
            }
            L::store(sums + x, sum);
        }
    }

    static void accumulate(const float* row, float weight, float* sums, std::size_t padded_width) {
        const Vector by = L::all(weight);
        for (std::size_t x = 0; x < padded_width; x += N) L::store(sums + x, L::load(sums + x) + by * L::load(row + x));
    }

    static void widen(const std::uint8_t* bytes, std::size_t width, float* out) {
        for (std::size_t x = 0; x < width; ++x) out[x] = static_cast<float>(bytes[x]);
    }

    using Quad = VectorOf<4>::Type;
    struct Four {
        static constexpr std::size_t lanes = 4;
    };

    // Sixteen partial sums folded to four, in the same order whatever N is.
    SHELTERWOOD_INLINE static Quad folded(const Vector (&sums)[K]) {
        if constexpr (N == 4) {
            return (sums[0] + sums[2]) + (sums[1] + sums[3]);
        } else if constexpr (N == 8) {
            return quad(sums[0] + sums[1]);
        } else {
            const Vector s = sums[0];
            return quad(__builtin_shufflevector(s, s, 0, 1, 2, 3, 4, 5, 6, 7) +
                        __builtin_shufflevector(s, s, 8, 9, 10, 11, 12, 13, 14, 15));
        }
    }
    SHELTERWOOD_INLINE static Quad quad(VectorOf<8>::Type s) {
        return __builtin_shufflevector(s, s, 0, 1, 2, 3) + __builtin_shufflevector(s, s, 4, 5, 6, 7);
    }

    SHELTERWOOD_INLINE static Quad partial(const float* values, const SparseRow& row) {
        Vector sums[K] = {};
        const float* const from = values + row.first;
        for (std::size_t i = 0; i < row.length; i += kBlock) {
            for (std::size_t k = 0; k < K; ++k) sums[k] += L::load(row.weights + i + k * N) * L::load(from + i + k * N);
        }
        return folded(sums);
    }

    static void sparse_rows(const float* values, const SparseRow* rows, float* out) {
        for (std::size_t c = 0; c < 64; c += 4) {
            Quad parts[4];
            for (std::size_t i = 0; i < 4; ++i) parts[i] = partial(values, rows[c + i]);
            Lanes<Four>::transpose(parts);
            const Quad sums = (parts[0] + parts[2]) + (parts[1] + parts[3]);
            __builtin_memcpy(out + c, &sums, sizeof(sums));
        }
    }

    // A tile of the product of two small matrices: out[r][x] = sum over k of left(r, k) * right[k][x], Tile columns wide.
    template <std::size_t Tile, class Left>
    SHELTERWOOD_INLINE static void product(Left left, const float* right, std::size_t stride, float* out) {
        Vector sums[Tile / N] = {};
        for (std::size_t k = 0; k < 64; ++k) {
            const Vector by = L::all(left(k));
            for (std::size_t i = 0; i < Tile / N; ++i) sums[i] += by * L::load(right + k * stride + i * N);
        }
        for (std::size_t i = 0; i < Tile / N; ++i) L::store(out + i * N, sums[i]);
    }

    static void dct(const float* field, const float* weights, float* spectrum) {
        constexpr std::size_t kTile = 4 * N;  // four chains of additions at a time
        float half[16][64];
        for (std::size_t i = 0; i < 16; ++i) {
            const auto down = [=](std::size_t k) { return weights[k * 16 + i]; };
            for (std::size_t j = 0; j < 64; j += kTile) product<kTile>(down, field + j, 64, half[i] + j);
        }
        for (std::size_t i = 0; i < 16; ++i) {
            const float* const row = half[i];
            product<16>([=](std::size_t k) { return row[k]; }, weights, 16, spectrum + i * 16);
        }
    }

    SHELTERWOOD_INLINE static float thousandths(const std::uint8_t* pixel) {
        return static_cast<float>(299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]);
    }
    static void luma_thousandths(const std::uint8_t* rgb, std::size_t width, float* out) {
        std::size_t x = Isa::luma_thousandths(rgb, width, out);
        for (; x < width; ++x) out[x] = thousandths(rgb + 3 * x);
    }
    static void luma(const std::uint8_t* rgb, std::size_t width, float* out) {
        std::size_t x = Isa::luma(rgb, width, out);
        for (; x < width; ++x) out[x] = thousandths(rgb + 3 * x) / 1000.0F;
    }

    static constexpr Kernels table(const char* name) {
        return {name, luma_thousandths, luma, widen, box_rows, box_rows_sampled, box_columns, accumulate,
                sparse_rows, dct};
    }
};

}  // namespace shelterwood::pdq
