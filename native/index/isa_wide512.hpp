// The 512-bit kernels, written against a lane type whose operations are one instruction each. Two lanes exist: the real
// one (kernels_avx512.cpp) and an emulation (kernels_emulated512.cpp), so that this code is tested on any machine.
#pragma once

template <class Lane>
struct Wide512 {
    using Register = typename Lane::Register;

    SHELTERWOOD_INLINE static unsigned pop(std::uint64_t x) { return Lane::pop(x); }
    SHELTERWOOD_INLINE static void prefetch(const void* p) { __builtin_prefetch(p); }

    using Bits = Register;
    static constexpr unsigned kBitsWords = 8;
    static constexpr bool kUnroll = Lane::kUnroll;
    SHELTERWOOD_INLINE static Bits load(const std::uint64_t* p) { return Lane::load(p); }
    SHELTERWOOD_INLINE static void store(std::uint64_t* p, const Bits& b) { Lane::store(p, b); }
    SHELTERWOOD_INLINE static Bits fill(unsigned on) { return Lane::words(on != 0 ? ~0ull : 0); }
    SHELTERWOOD_INLINE static Bits and_(const Bits& a, const Bits& b) { return Lane::and_(a, b); }
    SHELTERWOOD_INLINE static Bits or_(const Bits& a, const Bits& b) { return Lane::or_(a, b); }
    SHELTERWOOD_INLINE static Bits xor_(const Bits& a, const Bits& b) { return Lane::xor_(a, b); }
    SHELTERWOOD_INLINE static Bits parity(const Bits& a, const Bits& b, const Bits& c) { return Lane::parity(a, b, c); }
    SHELTERWOOD_INLINE static Bits majority(const Bits& a, const Bits& b, const Bits& c) {
        return Lane::majority(a, b, c);
    }
    SHELTERWOOD_INLINE static bool all_set(const Bits& b) { return Lane::all_set(b); }

    // A line is 32 low bytes, then 32 high bytes. Of two lines the low halves and the high halves are brought together,
    // so that one addition gives the counts of 64 entries in order.
    struct Ring {
        Register chunk, limit;
    };
    SHELTERWOOD_INLINE static Ring ring(unsigned next, int limit) {
        constexpr std::uint64_t kEach = 0x0101010101010101ull;
        return {Lane::halves(kEach * (next & 0xFF), kEach * (next >> 8)),
                Lane::words(kEach * static_cast<unsigned>(limit))};
    }
    SHELTERWOOD_INLINE static std::uint64_t near(const std::uint8_t* first, const std::uint8_t* second, const Ring& r) {
        const Register a = Lane::pop_bytes(Lane::xor_(Lane::load(first), r.chunk));
        const Register b = Lane::pop_bytes(Lane::xor_(Lane::load(second), r.chunk));
        return Lane::bytes_at_most(Lane::add_bytes(Lane::low_halves(a, b), Lane::high_halves(a, b)), r.limit);
    }

    // A line of rows is four first words, then four second words: the same bringing together.
    struct Rows {
        Register front, back, radius;
    };
    SHELTERWOOD_INLINE static Rows rows(const Code& q, unsigned radius) {
        return {Lane::halves(q.word[0], q.word[1]), Lane::halves(q.word[2], q.word[3]), Lane::words(radius)};
    }
    SHELTERWOOD_INLINE static Register two_lines(const std::uint64_t* line, const Register& words) {
        const Register a = Lane::pop_words(Lane::xor_(Lane::load(line), words));
        const Register b = Lane::pop_words(Lane::xor_(Lane::load(line + 2 * kGroup), words));
        return Lane::add_words(Lane::low_halves(a, b), Lane::high_halves(a, b));
    }
    template <bool kFull>
    SHELTERWOOD_INLINE static std::uint32_t close_rows(const std::uint64_t* front, const std::uint64_t* back,
                                                       const Rows& r) {
        Register counts = two_lines(front, r.front);
        if (kFull) counts = Lane::add_words(counts, two_lines(back, r.back));
        return Lane::words_at_most(counts, r.radius);
    }
    SHELTERWOOD_INLINE static void permute(const PermutationPlan& plan, const std::uint8_t* code, Code& out) {
        Lane::permute(plan, code, out);
    }
};
