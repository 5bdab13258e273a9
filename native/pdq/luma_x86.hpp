// RGB bytes to luma, eight pixels at a time, for the variants that have AVX2.
#pragma once

#include <immintrin.h>

#include "lanes.hpp"

namespace shelterwood::pdq {

template <class Isa>
struct X86Luma {
    // Pixels 0-3 from the first load, 4-7 from the second; each load reads sixteen bytes, so 28 bytes must exist.
    SHELTERWOOD_INLINE static __m256 eight(const unsigned char* rgb) {
        const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb));
        const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb + 12));
        const __m256i pixels = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
        const __m256i red_green = _mm256_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1,  //
                                                   0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1);
        const __m256i blue = _mm256_setr_epi8(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1,  //
                                              2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1);
        const __m256i sum = _mm256_add_epi32(
            _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, red_green), _mm256_set1_epi32(299 | (587 << 16))),
            _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, blue), _mm256_set1_epi32(114)));
        return _mm256_cvtepi32_ps(sum);
    }

    // How many leading pixels were done; the caller does the rest one by one.
    static std::size_t luma_thousandths(const unsigned char* rgb, std::size_t width, float* out) {
        std::size_t x = 0;
        for (; x + 10 <= width; x += 8) _mm256_storeu_ps(out + x, eight(rgb + 3 * x));
        return x;
    }
    static std::size_t widen(const unsigned char* bytes, std::size_t width, float* out) {
        std::size_t x = 0;
        for (; x + 8 <= width; x += 8) {
            const __m128i eight_bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + x));
            _mm256_storeu_ps(out + x, _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight_bytes)));
        }
        return x;
    }
    static std::size_t luma(const unsigned char* rgb, std::size_t width, float* out) {
        const __m256 thousand = _mm256_set1_ps(1000.0F);
        std::size_t x = 0;
        for (; x + 10 <= width; x += 8) _mm256_storeu_ps(out + x, _mm256_div_ps(eight(rgb + 3 * x), thousand));
        return x;
    }
};

}  // namespace shelterwood::pdq
