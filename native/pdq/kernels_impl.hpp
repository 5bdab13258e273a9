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

    // Some neighbouring vectors of the sums stay in registers while all rows are added to them.
    template <std::size_t Width>
    SHELTERWOOD_INLINE static void add_rows(const float* const* rows, const float* weights, std::size_t count, bool fresh,
                                            float* sums, std::size_t x) {
        Vector held[Width / N] = {};
        if (!fresh) {
            for (std::size_t k = 0; k < Width / N; ++k) held[k] = L::load(sums + x + k * N);
        }
        for (std::size_t i = 0; i < count; ++i) {
            const Vector by = L::all(weights[i]);
            for (std::size_t k = 0; k < Width / N; ++k) held[k] += by * L::load(rows[i] + x + k * N);
        }
        for (std::size_t k = 0; k < Width / N; ++k) L::store(sums + x + k * N, held[k]);
    }

    static void accumulate(const float* const* rows, const float* weights, std::size_t count, bool fresh, float* sums,
                           std::size_t padded_width) {
        std::size_t x = 0;
        for (; x + 4 * kBlock <= padded_width; x += 4 * kBlock) add_rows<4 * kBlock>(rows, weights, count, fresh, sums, x);
        for (; x < padded_width; x += kBlock) add_rows<kBlock>(rows, weights, count, fresh, sums, x);
    }

    static void widen(const std::uint8_t* bytes, std::size_t width, float* out) {
        std::size_t x = Isa::widen(bytes, width, out);
        for (; x < width; ++x) out[x] = static_cast<float>(bytes[x]);
    }

    static void transpose_block(const float* const* rows, std::size_t padded_width, float* out) {
        for (std::size_t x = 0; x < padded_width; x += N) {
            for (std::size_t k = 0; k < K; ++k) {
                Vector tile[N];
                for (std::size_t i = 0; i < N; ++i) tile[i] = L::load(rows[k * N + i] + x);
                L::transpose(tile);
                for (std::size_t i = 0; i < N; ++i) L::store(out + (x + i) * kBlock + k * N, tile[i]);
            }
        }
    }

    static void sparse_block(const float* values, const SparseRow* rows, float* out) {
        for (std::size_t c = 0; c < 64; c += N) {
            Vector tiles[K][N];
            for (std::size_t j = 0; j < N; ++j) {
                const SparseRow& row = rows[c + j];
                const float* from = values + row.first * kBlock;
                Vector sums[K] = {};
                for (std::size_t i = 0; i < row.length; ++i, from += kBlock) {
                    const Vector by = L::all(row.weights[i]);
                    for (std::size_t k = 0; k < K; ++k) sums[k] += by * L::load(from + k * N);
                }
                for (std::size_t k = 0; k < K; ++k) tiles[k][j] = sums[k];
            }
            for (std::size_t k = 0; k < K; ++k) {
                L::transpose(tiles[k]);
                for (std::size_t i = 0; i < N; ++i) L::store(out + (k * N + i) * 64 + c, tiles[k][i]);
            }
        }
    }

    // A tile of the product of two small matrices: out[r][x] = sum over k of left(r, k) * right[k][x], for Tall rows and
    // Wide columns. An addition takes four cycles and two begin in each, so that eight chains of them run side by side.
    template <std::size_t Tall, std::size_t Wide, class Left>
    SHELTERWOOD_INLINE static void product(Left left, const float* right, std::size_t right_stride, float* out,
                                           std::size_t out_stride) {
        constexpr std::size_t kVectors = Wide / N;
        Vector sums[Tall][kVectors] = {};
        for (std::size_t k = 0; k < 64; ++k) {
            Vector of_right[kVectors];
            for (std::size_t v = 0; v < kVectors; ++v) of_right[v] = L::load(right + k * right_stride + v * N);
            for (std::size_t r = 0; r < Tall; ++r) {
                const Vector by = L::all(left(r, k));
                for (std::size_t v = 0; v < kVectors; ++v) sums[r][v] += by * of_right[v];
            }
        }
        for (std::size_t r = 0; r < Tall; ++r) {
            for (std::size_t v = 0; v < kVectors; ++v) L::store(out + r * out_stride + v * N, sums[r][v]);
        }
    }

    static void dct(const float* field, const float* weights, float* spectrum) {
        constexpr std::size_t kTall = N < 16 ? 4 : 8;
        constexpr std::size_t kWide = N < 16 ? 2 * N : N;
        float half[16][64];
        for (std::size_t i = 0; i < 16; i += kTall) {
            const auto down = [=](std::size_t r, std::size_t k) { return weights[k * 16 + i + r]; };
            for (std::size_t j = 0; j < 64; j += kWide) product<kTall, kWide>(down, field + j, 64, half[i] + j, 64);
        }
        constexpr std::size_t kAcross = N < 16 ? 2 * N : 16;
        for (std::size_t i = 0; i < 16; i += kTall) {
            const auto across = [&](std::size_t r, std::size_t k) { return half[i + r][k]; };
            for (std::size_t j = 0; j < 16; j += kAcross) product<kTall, kAcross>(across, weights + j, 16, spectrum + i * 16 + j, 16);
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
                transpose_block, sparse_block, dct};
    }
};

}  // namespace shelterwood::pdq
