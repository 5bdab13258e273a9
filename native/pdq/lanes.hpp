// A vector of N floats in the compiler's own vector extension, and the transposition of a square of them.
//
// Everything is a template on an Isa tag, so that code compiled with different -m flags never shares a symbol: the
// linker would keep one copy, possibly one that this machine cannot run. For the same reason no standard containers
// or algorithms are used in the files that include this.
#pragma once

#include <cstddef>
#include <utility>

#define SHELTERWOOD_INLINE [[gnu::always_inline]] inline

namespace shelterwood::pdq {

// Spelled out, since GCC 12 ignores a vector_size that depends on a template parameter.
template <std::size_t N>
struct VectorOf;
template <>
struct VectorOf<4> {
    using Type = float __attribute__((vector_size(16)));
};
template <>
struct VectorOf<8> {
    using Type = float __attribute__((vector_size(32)));
};
template <>
struct VectorOf<16> {
    using Type = float __attribute__((vector_size(64)));
};

template <class Isa>
struct Lanes {
    static constexpr std::size_t N = Isa::lanes;
    using Vector = typename VectorOf<N>::Type;

    // Copies, since a tent's weights begin at any float; they compile to one unaligned move.
    SHELTERWOOD_INLINE static Vector load(const float* from) {
        Vector value;
        __builtin_memcpy(&value, from, sizeof(value));
        return value;
    }
    SHELTERWOOD_INLINE static void store(float* to, Vector value) { __builtin_memcpy(to, &value, sizeof(value)); }
    SHELTERWOOD_INLINE static Vector all(float value) { return value - Vector{}; }

    template <class Pattern, std::size_t... I>
    SHELTERWOOD_INLINE static Vector shuffled(Vector a, Vector b, std::index_sequence<I...>) {
        return __builtin_shufflevector(a, b, Pattern::at(I)...);
    }
    template <class Pattern>
    SHELTERWOOD_INLINE static Vector shuffle(Vector a, Vector b) {
        return shuffled<Pattern>(a, b, std::make_index_sequence<N>{});
    }

    // Patterns within each 128-bit lane; First is 0 for the low half of the lane, 2 for the high half.
    template <int First>
    struct Interleave {  // a0 b0 a1 b1
        static constexpr int at(int i) { return (i & ~3) + First + (i & 3) / 2 + ((i & 1) ? int{N} : 0); }
    };
    template <int First>
    struct Halves {  // a0 a1 b0 b1
        static constexpr int at(int i) { return (i & ~3) + First + (i & 1) + ((i & 2) ? int{N} : 0); }
    };
    // Patterns of whole 128-bit lanes: exchange blocks of Step lanes between a and b; Odd picks the second of each pair.
    template <int Step, int Odd>
    struct Blocks {
        static constexpr int at(int i) {
            const int lane = i / 4;
            const bool from_b = (lane / Step) % 2 != 0;
            const int source = (lane / (2 * Step)) * 2 * Step + lane % Step + Odd * Step;
            return source * 4 + i % 4 + (from_b ? int{N} : 0);
        }
    };

    // rows[i][j] becomes rows[j][i]: first 4 x 4 squares inside the 128-bit lanes, then the lanes themselves.
    SHELTERWOOD_INLINE static void transpose(Vector (&rows)[N]) {
        for (std::size_t i = 0; i < N; i += 4) {
            const Vector low01 = shuffle<Interleave<0>>(rows[i], rows[i + 1]);
            const Vector high01 = shuffle<Interleave<2>>(rows[i], rows[i + 1]);
            const Vector low23 = shuffle<Interleave<0>>(rows[i + 2], rows[i + 3]);
            const Vector high23 = shuffle<Interleave<2>>(rows[i + 2], rows[i + 3]);
            rows[i] = shuffle<Halves<0>>(low01, low23);
            rows[i + 1] = shuffle<Halves<2>>(low01, low23);
            rows[i + 2] = shuffle<Halves<0>>(high01, high23);
            rows[i + 3] = shuffle<Halves<2>>(high01, high23);
        }
        if constexpr (N >= 8) exchange<1>(rows);
        if constexpr (N >= 16) exchange<2>(rows);
    }

    template <int Step>
    SHELTERWOOD_INLINE static void exchange(Vector (&rows)[N]) {
        for (std::size_t i = 0; i < N; ++i) {
            if ((i / 4 / Step) % 2 != 0) continue;
            const Vector a = rows[i];
            const Vector b = rows[i + 4 * Step];
            rows[i] = shuffle<Blocks<Step, 0>>(a, b);
            rows[i + 4 * Step] = shuffle<Blocks<Step, 1>>(a, b);
        }
    }
};

}  // namespace shelterwood::pdq
