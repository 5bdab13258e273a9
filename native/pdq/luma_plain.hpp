// No vector form of the luma: the common loop in kernels_impl.hpp does every pixel.
#pragma once

#include <cstddef>

namespace shelterwood::pdq {

struct PlainLuma {
    static std::size_t luma_thousandths(const unsigned char*, std::size_t, float*) { return 0; }
    static std::size_t widen(const unsigned char*, std::size_t, float*) { return 0; }
    static std::size_t luma(const unsigned char*, std::size_t, float*) { return 0; }
};

}  // namespace shelterwood::pdq
