#include "index/permutation.hpp"

#include <utility>

namespace shelterwood::index {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

}  // namespace

Permutation Permutation::standard() {
    Permutation p{};
    for (unsigned i = 0; i < kCodeBits; ++i) p.source[i] = static_cast<std::uint8_t>(i);
    std::uint64_t state = 0x5E17E24300D;
    for (unsigned i = kCodeBits - 1; i > 0; --i) std::swap(p.source[i], p.source[splitmix64(state) % (i + 1)]);
    return p;
}

bool Permutation::valid() const {
    std::array<bool, kCodeBits> seen{};
    for (std::uint8_t s : source) {
        if (seen[s]) return false;
        seen[s] = true;
    }
    return true;
}

PermutationPlan::PermutationPlan(const Permutation& permutation) {
    for (unsigned i = 0; i < kCodeBits; ++i) {
        const unsigned from = permutation.source[i];
        const unsigned byte = from / 8;
        low[i / 32][i % 32] = static_cast<std::uint8_t>(byte < 16 ? byte : 0x80);
        high[i / 32][i % 32] = static_cast<std::uint8_t>(byte < 16 ? 0x80 : byte - 16);
        bit[i / 32][i % 32] = static_cast<std::uint8_t>(1u << (from % 8));
        source[i] = static_cast<std::uint8_t>(from);
    }
}

const PermutationPlan& standard_plan() {
    static const PermutationPlan plan{Permutation::standard()};
    return plan;
}

}  // namespace shelterwood::index
