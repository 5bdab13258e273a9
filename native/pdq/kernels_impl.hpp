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

    static void accumulate_bytes(const std::uint8_t* row, float weight, float* sums, std::size_t width) {
        for (std::size_t x = 0; x < width; ++x) sums[x] += weight * static_cast<float>(row[x]);
    }

    // Always sixteen partial sums, whatever N is, added up in one fixed order.
    static float dot(const float* a, const float* b, std::size_t padded_length) {
        Vector sums[K] = {};
        for (std::size_t i = 0; i < padded_length; i += kBlock) {
            for (std::size_t k = 0; k < K; ++k) sums[k] += L::load(a + i + k * N) * L::load(b + i + k * N);
        }
        float parts[kBlock];
        for (std::size_t k = 0; k < K; ++k) L::store(parts + k * N, sums[k]);
        for (std::size_t width = kBlock / 2; width > 0; width /= 2) {
            for (std::size_t i = 0; i < width; ++i) parts[i] += parts[i + width];
        }
        return parts[0];
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
        return {name, luma_thousandths, luma, box_rows, box_rows_sampled, box_columns, accumulate, accumulate_bytes, dot};
    }
};

}  // namespace shelterwood::pdq
