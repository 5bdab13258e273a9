// A fixed shuffling of the 256 bits. PDQ's bits are DCT coefficients in row order and neighbours correlate: used as they
// come, chunks would have overfull buckets. Distances do not change, the buckets become even; the header holds it.
#pragma once

#include <array>

#include "index/types.hpp"

namespace shelterwood::index {

struct Permutation {
    std::array<std::uint8_t, kCodeBits> source;  // bit i of the result is bit source[i] of the code

    // The shuffling every new index uses (Fisher-Yates by splitmix64 from a constant).
    static Permutation standard();
    bool valid() const;  // each bit once
};

// The same in the form the vector kernels read: for 32 result bits at a time, which byte and which bit of it.
struct PermutationPlan {
    alignas(64) std::uint8_t low[8][32];   // source byte if it is one of the first 16, else 0x80
    alignas(64) std::uint8_t high[8][32];  // source byte - 16 if it is one of the last 16, else 0x80
    alignas(64) std::uint8_t bit[8][32];   // 1 << (source bit % 8)
    alignas(64) std::uint8_t source[kCodeBits];

    explicit PermutationPlan(const Permutation& permutation);
};

// The plan of the shuffling every index uses.
const PermutationPlan& standard_plan();

}  // namespace shelterwood::index
