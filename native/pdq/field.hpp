// The second half of PDQ: from the 64 x 64 field of averaged luma to quality, DCT and bits.
#pragma once

#include "pdq.hpp"

namespace shelterwood::pdq {

inline constexpr std::size_t kField = 64;        // PDQ averages a picture down to 64 x 64
inline constexpr std::size_t kFrequencies = 16;  // and keeps 16 x 16 frequencies of it, without the constant one

using Field = float[kField][kField];

// Where the sample for field index i of an axis with n pixels is taken: the pixel under the centre of the i-th 64th.
inline std::size_t sample_position(std::size_t i, std::size_t n) {
    return static_cast<std::size_t>(((static_cast<double>(i) + 0.5) * static_cast<double>(n)) / 64.0);
}

// The fields of a picture and of the picture mirrored, flipped top to bottom, and turned by 180 degrees. Where the last
// three were not computed, the signs of the frequencies of the others stand in for them.
struct Fields {
    Field upright;
    Field mirrored;
    Field flipped;
    Field turned;  // there if both the mirrored and the flipped one are
    bool has_mirrored = false;
    bool has_flipped = false;
};

int quality(const Field& field);
Fingerprint fingerprint_of(const Fields& fields, const Kernels& kernels);
// All eight orientations from one field, by the signs of its frequencies, as pdqhash does.
Fingerprint fingerprint_of(const Field& field, const Kernels& kernels);

}  // namespace shelterwood::pdq
