// One AVX-512 register; each function is one instruction.
#pragma once

struct LaneAvx512 {
    static constexpr bool kUnroll = true;
    using Register = __m512i;
    SHELTERWOOD_INLINE static unsigned pop(std::uint64_t x) { return static_cast<unsigned>(__builtin_popcountll(x)); }
    SHELTERWOOD_INLINE static Register load(const void* p) { return _mm512_load_si512(p); }
    SHELTERWOOD_INLINE static void store(void* p, Register r) { _mm512_storeu_si512(p, r); }
    SHELTERWOOD_INLINE static Register words(std::uint64_t w) { return _mm512_set1_epi64(static_cast<long long>(w)); }
    SHELTERWOOD_INLINE static Register halves(std::uint64_t low, std::uint64_t high) {
        const auto l = static_cast<long long>(low), h = static_cast<long long>(high);
        return _mm512_setr_epi64(l, l, l, l, h, h, h, h);
    }
    SHELTERWOOD_INLINE static Register and_(Register a, Register b) { return _mm512_and_si512(a, b); }
    SHELTERWOOD_INLINE static Register or_(Register a, Register b) { return _mm512_or_si512(a, b); }
    SHELTERWOOD_INLINE static Register xor_(Register a, Register b) { return _mm512_xor_si512(a, b); }
    SHELTERWOOD_INLINE static Register parity(Register a, Register b, Register c) {
        return _mm512_ternarylogic_epi64(a, b, c, 0x96);
    }
    SHELTERWOOD_INLINE static Register majority(Register a, Register b, Register c) {
        return _mm512_ternarylogic_epi64(a, b, c, 0xE8);
    }
    SHELTERWOOD_INLINE static bool all_set(Register r) {
        return _mm512_cmpeq_epi64_mask(r, _mm512_set1_epi64(-1)) == 0xFF;
    }
    SHELTERWOOD_INLINE static Register pop_bytes(Register r) { return _mm512_popcnt_epi8(r); }
    SHELTERWOOD_INLINE static Register pop_words(Register r) { return _mm512_popcnt_epi64(r); }
    SHELTERWOOD_INLINE static Register add_bytes(Register a, Register b) { return _mm512_add_epi8(a, b); }
    SHELTERWOOD_INLINE static Register add_words(Register a, Register b) { return _mm512_add_epi64(a, b); }
    SHELTERWOOD_INLINE static Register low_halves(Register a, Register b) {
        return _mm512_shuffle_i64x2(a, b, 0x44);
    }
    SHELTERWOOD_INLINE static Register high_halves(Register a, Register b) {
        return _mm512_shuffle_i64x2(a, b, 0xEE);
    }
    SHELTERWOOD_INLINE static std::uint64_t bytes_at_most(Register a, Register limit) {
        return _mm512_cmple_epu8_mask(a, limit);
    }
    SHELTERWOOD_INLINE static std::uint32_t words_at_most(Register a, Register limit) {
        return _mm512_cmple_epu64_mask(a, limit);
    }
    SHELTERWOOD_INLINE static void permute(const PermutationPlan& plan, const std::uint8_t* code, Code& out) {
        Avx2::permute(plan, code, out);
    }
};
