// AVX2: byte shuffles stand in for the missing population count (Mula).
#pragma once

#include <immintrin.h>

struct Avx2 {
    SHELTERWOOD_INLINE static unsigned pop(std::uint64_t x) { return static_cast<unsigned>(__builtin_popcountll(x)); }
    SHELTERWOOD_INLINE static void prefetch(const void* p) { _mm_prefetch(static_cast<const char*>(p), _MM_HINT_T0); }

    // --- bit planes ---
    using Bits = __m256i;
    static constexpr unsigned kBitsWords = 4;
    static constexpr bool kUnroll = true;
    SHELTERWOOD_INLINE static Bits load(const std::uint64_t* p) {
        return _mm256_load_si256(reinterpret_cast<const __m256i*>(p));
    }
    SHELTERWOOD_INLINE static void store(std::uint64_t* p, Bits b) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), b);
    }
    SHELTERWOOD_INLINE static Bits fill(unsigned on) { return _mm256_set1_epi32(on != 0 ? -1 : 0); }
    SHELTERWOOD_INLINE static Bits and_(Bits a, Bits b) { return _mm256_and_si256(a, b); }
    SHELTERWOOD_INLINE static Bits or_(Bits a, Bits b) { return _mm256_or_si256(a, b); }
    SHELTERWOOD_INLINE static Bits xor_(Bits a, Bits b) { return _mm256_xor_si256(a, b); }
    SHELTERWOOD_INLINE static Bits parity(Bits a, Bits b, Bits c) { return xor_(xor_(a, b), c); }
    SHELTERWOOD_INLINE static Bits majority(Bits a, Bits b, Bits c) { return or_(and_(a, b), and_(xor_(a, b), c)); }
    SHELTERWOOD_INLINE static bool all_set(Bits b) { return _mm256_testc_si256(b, fill(1)) != 0; }

    // --- sketches of a table, two lines at a time ---
    // The population count of (nibble xor the query's nibble) is one shuffle of a table made for that query nibble; the
    // first table is raised so that a count above the limit sets the sign bit.
    struct Ring {
        __m256i table[4];
    };
    SHELTERWOOD_INLINE static __m256i nibble_table(unsigned nibble) {
        const __m256i count = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                               0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        const __m256i index = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,  //
                                               0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        return _mm256_shuffle_epi8(count, _mm256_xor_si256(index, _mm256_set1_epi8(static_cast<char>(nibble))));
    }
    SHELTERWOOD_INLINE static Ring ring(unsigned next, int limit) {
        const __m256i raise = _mm256_set1_epi8(static_cast<char>(127 - limit));
        return {{_mm256_add_epi8(nibble_table(next & 15), raise), nibble_table(next >> 4 & 15),
                 nibble_table(next >> 8 & 15), nibble_table(next >> 12)}};
    }
    SHELTERWOOD_INLINE static std::uint32_t far(const std::uint8_t* line, const Ring& r) {
        const __m256i low_nibble = _mm256_set1_epi8(15);
        const __m256i a = _mm256_load_si256(reinterpret_cast<const __m256i*>(line));
        const __m256i b = _mm256_load_si256(reinterpret_cast<const __m256i*>(line + 32));
        const __m256i a_high = _mm256_and_si256(_mm256_srli_epi16(a, 4), low_nibble);
        const __m256i b_high = _mm256_and_si256(_mm256_srli_epi16(b, 4), low_nibble);
        const __m256i sum_a = _mm256_add_epi8(_mm256_shuffle_epi8(r.table[0], _mm256_and_si256(a, low_nibble)),
                                              _mm256_shuffle_epi8(r.table[1], a_high));
        const __m256i sum_b = _mm256_add_epi8(_mm256_shuffle_epi8(r.table[2], _mm256_and_si256(b, low_nibble)),
                                              _mm256_shuffle_epi8(r.table[3], b_high));
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_add_epi8(sum_a, sum_b)));
    }
    // Bit e: entry e of the first line, bit 32 + e: of the second, is within the limit.
    SHELTERWOOD_INLINE static std::uint64_t near(const std::uint8_t* first, const std::uint8_t* second, const Ring& r) {
        return ~(far(first, r) | static_cast<std::uint64_t>(far(second, r)) << 32);
    }

    // --- rows, eight at a time ---
    struct Rows {
        __m256i word[4], radius;
    };
    SHELTERWOOD_INLINE static Rows rows(const Code& q, unsigned radius) {
        Rows r;
        for (unsigned w = 0; w < 4; ++w) r.word[w] = _mm256_set1_epi64x(static_cast<long long>(q.word[w]));
        r.radius = _mm256_set1_epi64x(static_cast<long long>(radius));
        return r;
    }
    SHELTERWOOD_INLINE static __m256i byte_counts(__m256i x) {
        const __m256i low_nibble = _mm256_set1_epi8(15), count = nibble_table(0);
        return _mm256_add_epi8(
            _mm256_shuffle_epi8(count, _mm256_and_si256(x, low_nibble)),
            _mm256_shuffle_epi8(count, _mm256_and_si256(_mm256_srli_epi16(x, 4), low_nibble)));
    }
    SHELTERWOOD_INLINE static __m256i half(const std::uint64_t* line, __m256i w0, __m256i w1) {
        return _mm256_add_epi8(byte_counts(xor_(load(line), w0)), byte_counts(xor_(load(line + kGroup), w1)));
    }
    template <bool kFull>
    SHELTERWOOD_INLINE static std::uint32_t far_rows(const std::uint64_t* front, const std::uint64_t* back,
                                                     const Rows& r) {
        __m256i bytes = half(front, r.word[0], r.word[1]);
        if (kFull) bytes = _mm256_add_epi8(bytes, half(back, r.word[2], r.word[3]));
        const __m256i counts = _mm256_sad_epu8(bytes, _mm256_setzero_si256());
        return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(counts, r.radius))));
    }
    template <bool kFull>
    SHELTERWOOD_INLINE static std::uint32_t close_rows(const std::uint64_t* front, const std::uint64_t* back,
                                                       const Rows& r) {
        constexpr unsigned kLineWords = 2 * kGroup;
        return ~(far_rows<kFull>(front, back, r) |
                 far_rows<kFull>(front + kLineWords, back + kLineWords, r) << kGroup) & 0xFF;
    }

    SHELTERWOOD_INLINE static void permute(const PermutationPlan& plan, const std::uint8_t* code, Code& out) {
        const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(code)));
        const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(code + 16)));
        for (unsigned i = 0; i < 8; ++i) {
            const auto part = [i](const std::uint8_t(*p)[32]) {
                return _mm256_load_si256(reinterpret_cast<const __m256i*>(p[i]));
            };
            const __m256i bytes = _mm256_or_si256(_mm256_shuffle_epi8(low, part(plan.low)),
                                                  _mm256_shuffle_epi8(high, part(plan.high)));
            const __m256i bit = part(plan.bit);
            const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
            const auto word = static_cast<std::uint32_t>(_mm256_movemask_epi8(set));
            __builtin_memcpy(reinterpret_cast<std::uint8_t*>(&out) + 4 * i, &word, 4);
        }
    }
};
