// Plain C++ on 64-bit words, for any little-endian machine; also the simplest statement of what the others must answer.
#pragma once

SHELTERWOOD_INLINE std::uint64_t byte_pops(std::uint64_t x) {
    x -= (x >> 1) & 0x5555555555555555ull;
    x = (x & 0x3333333333333333ull) + ((x >> 2) & 0x3333333333333333ull);
    return (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Full;
}

SHELTERWOOD_INLINE unsigned word_pop(std::uint64_t x) {
    return static_cast<unsigned>(byte_pops(x) * 0x0101010101010101ull >> 56);
}

SHELTERWOOD_INLINE void permute_bits(const PermutationPlan& plan, const std::uint8_t* code, Code& out) {
    for (unsigned w = 0; w < 4; ++w) {
        std::uint64_t word = 0;
        for (unsigned i = 0; i < 64; ++i) {
            const unsigned from = plan.source[w * 64 + i];
            word |= static_cast<std::uint64_t>(code[from / 8] >> (from % 8) & 1) << i;
        }
        out.word[w] = word;
    }
}

struct Portable {
    SHELTERWOOD_INLINE static unsigned pop(std::uint64_t x) { return word_pop(x); }
    SHELTERWOOD_INLINE static void prefetch(const void* p) { __builtin_prefetch(p); }

    using Bits = std::uint64_t;
    static constexpr unsigned kBitsWords = 1;
    static constexpr bool kUnroll = true;
    SHELTERWOOD_INLINE static Bits load(const std::uint64_t* p) { return *p; }
    SHELTERWOOD_INLINE static void store(std::uint64_t* p, Bits b) { *p = b; }
    SHELTERWOOD_INLINE static Bits fill(unsigned on) { return on != 0 ? ~0ull : 0; }
    SHELTERWOOD_INLINE static Bits and_(Bits a, Bits b) { return a & b; }
    SHELTERWOOD_INLINE static Bits or_(Bits a, Bits b) { return a | b; }
    SHELTERWOOD_INLINE static Bits xor_(Bits a, Bits b) { return a ^ b; }
    SHELTERWOOD_INLINE static Bits parity(Bits a, Bits b, Bits c) { return a ^ b ^ c; }
    SHELTERWOOD_INLINE static Bits majority(Bits a, Bits b, Bits c) { return (a & b) | ((a ^ b) & c); }
    SHELTERWOOD_INLINE static bool all_set(Bits b) { return b == ~0ull; }

    struct Ring {
        std::uint64_t low, high, raise;
    };
    SHELTERWOOD_INLINE static Ring ring(unsigned next, int limit) {
        constexpr std::uint64_t kEach = 0x0101010101010101ull;
        return {kEach * (next & 0xFF), kEach * (next >> 8), kEach * static_cast<unsigned>(127 - limit)};
    }
    SHELTERWOOD_INLINE static std::uint64_t near_line(const std::uint8_t* line, const Ring& r) {
        std::uint64_t mask = 0;
        for (unsigned i = 0; i < kLine / 8; ++i) {
            std::uint64_t low, high;
            __builtin_memcpy(&low, line + 8 * i, 8);
            __builtin_memcpy(&high, line + kLine + 8 * i, 8);
            const std::uint64_t counts = byte_pops(low ^ r.low) + byte_pops(high ^ r.high) + r.raise;
            const std::uint64_t within = ~counts & 0x8080808080808080ull;  // the sign bit says "too far"
            mask |= (within >> 7) * 0x0102040810204080ull >> 56 << (8 * i);
        }
        return mask;
    }
    SHELTERWOOD_INLINE static std::uint64_t near(const std::uint8_t* first, const std::uint8_t* second, const Ring& r) {
        return near_line(first, r) | near_line(second, r) << 32;
    }

    struct Rows {
        Code query;
        unsigned radius;
    };
    SHELTERWOOD_INLINE static Rows rows(const Code& q, unsigned radius) { return {q, radius}; }
    template <bool kFull>
    SHELTERWOOD_INLINE static std::uint32_t close_rows(const std::uint64_t* front, const std::uint64_t* back,
                                                       const Rows& r) {
        std::uint32_t mask = 0;
        for (unsigned i = 0; i < 2 * kGroup; ++i) {
            const unsigned at = i / kGroup * 2 * kGroup + i % kGroup;
            unsigned d = pop(front[at] ^ r.query.word[0]) + pop(front[at + kGroup] ^ r.query.word[1]);
            if (kFull) d += pop(back[at] ^ r.query.word[2]) + pop(back[at + kGroup] ^ r.query.word[3]);
            mask |= static_cast<std::uint32_t>(d <= r.radius) << i;
        }
        return mask;
    }
    SHELTERWOOD_INLINE static void permute(const PermutationPlan& plan, const std::uint8_t* code, Code& out) {
        permute_bits(plan, code, out);
    }
};
