// The AVX-512 register as eight words: the same functions, spelled out.
#pragma once

struct LaneEmulated512 {
    static constexpr bool kUnroll = false;  // it would take a compiler with sanitizers many minutes
    struct Register {
        std::uint64_t w[8];
    };

    template <class F>
    SHELTERWOOD_INLINE static Register each(F&& f) {
        Register r;
        for (unsigned i = 0; i < 8; ++i) r.w[i] = f(i);
        return r;
    }
    SHELTERWOOD_INLINE static unsigned pop(std::uint64_t x) { return word_pop(x); }
    SHELTERWOOD_INLINE static Register load(const void* p) {
        Register r;
        __builtin_memcpy(&r, p, sizeof r);
        return r;
    }
    SHELTERWOOD_INLINE static void store(void* p, const Register& r) { __builtin_memcpy(p, &r, sizeof r); }
    SHELTERWOOD_INLINE static Register words(std::uint64_t w) {
        return each([&](unsigned) { return w; });
    }
    SHELTERWOOD_INLINE static Register halves(std::uint64_t low, std::uint64_t high) {
        return each([&](unsigned i) { return i < 4 ? low : high; });
    }
    SHELTERWOOD_INLINE static Register and_(const Register& a, const Register& b) {
        return each([&](unsigned i) { return a.w[i] & b.w[i]; });
    }
    SHELTERWOOD_INLINE static Register or_(const Register& a, const Register& b) {
        return each([&](unsigned i) { return a.w[i] | b.w[i]; });
    }
    SHELTERWOOD_INLINE static Register xor_(const Register& a, const Register& b) {
        return each([&](unsigned i) { return a.w[i] ^ b.w[i]; });
    }
    SHELTERWOOD_INLINE static Register parity(const Register& a, const Register& b, const Register& c) {
        return each([&](unsigned i) { return a.w[i] ^ b.w[i] ^ c.w[i]; });
    }
    SHELTERWOOD_INLINE static Register majority(const Register& a, const Register& b, const Register& c) {
        return each([&](unsigned i) { return (a.w[i] & b.w[i]) | (a.w[i] & c.w[i]) | (b.w[i] & c.w[i]); });
    }
    SHELTERWOOD_INLINE static bool all_set(const Register& r) {
        std::uint64_t all = ~0ull;
        for (std::uint64_t w : r.w) all &= w;
        return all == ~0ull;
    }
    SHELTERWOOD_INLINE static Register pop_bytes(const Register& r) {
        return each([&](unsigned i) { return byte_pops(r.w[i]); });
    }
    SHELTERWOOD_INLINE static Register pop_words(const Register& r) {
        return each([&](unsigned i) { return std::uint64_t{word_pop(r.w[i])}; });
    }
    // No byte of the sums here reaches 256, so there is no carry to keep out.
    SHELTERWOOD_INLINE static Register add_bytes(const Register& a, const Register& b) { return add_words(a, b); }
    SHELTERWOOD_INLINE static Register add_words(const Register& a, const Register& b) {
        return each([&](unsigned i) { return a.w[i] + b.w[i]; });
    }
    SHELTERWOOD_INLINE static Register low_halves(const Register& a, const Register& b) {
        return each([&](unsigned i) { return i < 4 ? a.w[i] : b.w[i - 4]; });
    }
    SHELTERWOOD_INLINE static Register high_halves(const Register& a, const Register& b) {
        return each([&](unsigned i) { return i < 4 ? a.w[i + 4] : b.w[i]; });
    }
    SHELTERWOOD_INLINE static std::uint64_t bytes_at_most(const Register& a, const Register& limit) {
        std::uint64_t mask = 0;
        for (unsigned i = 0; i < 64; ++i) {
            const unsigned shift = i % 8 * 8;
            mask |= std::uint64_t{(a.w[i / 8] >> shift & 0xFF) <= (limit.w[i / 8] >> shift & 0xFF)} << i;
        }
        return mask;
    }
    SHELTERWOOD_INLINE static std::uint32_t words_at_most(const Register& a, const Register& limit) {
        std::uint32_t mask = 0;
        for (unsigned i = 0; i < 8; ++i) mask |= std::uint32_t{a.w[i] <= limit.w[i]} << i;
        return mask;
    }
    SHELTERWOOD_INLINE static void permute(const PermutationPlan& plan, const std::uint8_t* code, Code& out) {
        permute_bits(plan, code, out);
    }
};
