#include "field.hpp"

#include "kernels.hpp"

#include <algorithm>
#include <cmath>

namespace shelterwood::pdq {
namespace {

struct Spectrum {
    float at[kFrequencies][kFrequencies];
};
using SquareBits = std::array<std::uint16_t, kFrequencies>;  // row i, bit j

// D[k][i]: weight of sample k in frequency i + 1, transposed so that the inner loops run over neighbours.
// pdqhash computes in double what is double here, and rounds to float where it does.
struct DctMatrix {
    float by_sample[kField][kFrequencies];

    DctMatrix() {
        const double pi = 3.14159265358979323846;
        const float scale = static_cast<float>(std::sqrt(2.0 / 64.0));
        for (std::size_t i = 0; i < kFrequencies; ++i) {
            for (std::size_t k = 0; k < kField; ++k) {
                const double angle = (pi / 2.0 / 64.0) * static_cast<double>(i + 1) * static_cast<double>(2 * k + 1);
                by_sample[k][i] = static_cast<float>(static_cast<double>(scale) * std::cos(angle));
            }
        }
    }
};

const DctMatrix& dct_matrix() {
    static const DctMatrix matrix;
    return matrix;
}

Spectrum transformed(const Field& field, const Kernels& kernels) {
    Spectrum spectrum;
    kernels.dct(&field[0][0], &dct_matrix().by_sample[0][0], &spectrum.at[0][0]);
    return spectrum;
}

// pdqhash finds the median by Torben's method; for 256 values that is always the 128th smallest.
float lower_median(const Spectrum& spectrum) {
    float values[kFrequencies * kFrequencies];
    std::copy(&spectrum.at[0][0], &spectrum.at[0][0] + kFrequencies * kFrequencies, values);
    float* const middle = values + 127;
    std::nth_element(values, middle, values + kFrequencies * kFrequencies);
    return *middle;
}

SquareBits above(const Spectrum& spectrum, float median) {
    SquareBits bits{};
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        unsigned row = 0;
        for (unsigned j = 0; j < kFrequencies; ++j) row |= static_cast<unsigned>(spectrum.at[i][j] > median) << j;
        bits[i] = static_cast<std::uint16_t>(row);
    }
    return bits;
}

int within_doubt(const Spectrum& spectrum, float median) {
    int count = 0;
    for (const auto& row : spectrum.at) {
        for (const float value : row) count += std::abs(value - median) < kDoubt ? 1 : 0;
    }
    return count;
}

SquareBits transposed(const SquareBits& bits) {
    SquareBits turned{};
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        unsigned row = 0;
        for (std::size_t j = 0; j < kFrequencies; ++j) row |= ((bits[j] >> i) & 1U) << j;
        turned[i] = static_cast<std::uint16_t>(row);
    }
    return turned;
}

Code packed(const SquareBits& bits) {
    Code code{};
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        code[31 - 2 * i] = static_cast<std::uint8_t>(bits[i] & 0xFF);
        code[30 - 2 * i] = static_cast<std::uint8_t>(bits[i] >> 8);
    }
    return code;
}

// Mirroring a picture negates its odd frequencies along that axis. Index 0 is frequency 1, so even indices flip.
Spectrum mirrored(const Spectrum& spectrum) {
    Spectrum result = spectrum;
    for (auto& row : result.at) {
        for (std::size_t j = 0; j < kFrequencies; j += 2) row[j] = -row[j];
    }
    return result;
}

Spectrum flipped(const Spectrum& spectrum) {
    Spectrum result = spectrum;
    for (std::size_t i = 0; i < kFrequencies; i += 2) {
        for (float& value : result.at[i]) value = -value;
    }
    return result;
}

Spectrum turned(const Fields& fields, const Spectrum& mirror, const Spectrum& flip, const Kernels& kernels) {
    if (fields.has_mirrored && fields.has_flipped) return transformed(fields.turned, kernels);
    return fields.has_mirrored ? flipped(mirror) : mirrored(flip);
}

int steps_between(float u, float v) {
    const int step = static_cast<int>(((u - v) * 100.0F) / 255.0F);
    return step < 0 ? -step : step;
}

}  // namespace

// PDQ's measure of detail: the sum of neighbour differences in per cent of full scale, each cut to an integer.
int quality(const Field& field) {
    int sum = 0;
    for (std::size_t i = 0; i + 1 < kField; ++i) {
        for (std::size_t j = 0; j < kField; ++j) sum += steps_between(field[i][j], field[i + 1][j]);
    }
    for (std::size_t i = 0; i < kField; ++i) {
        for (std::size_t j = 0; j + 1 < kField; ++j) sum += steps_between(field[i][j], field[i][j + 1]);
    }
    return std::min(sum / 90, 100);
}

// Four orientations need a median each; the other four are their transposes, bit for bit.
Fingerprint fingerprint_of(const Fields& fields, const Kernels& kernels) {
    const Spectrum upright = transformed(fields.upright, kernels);
    const Spectrum mirror = fields.has_mirrored ? transformed(fields.mirrored, kernels) : mirrored(upright);
    const Spectrum flip = fields.has_flipped ? transformed(fields.flipped, kernels) : flipped(upright);
    Fingerprint result;
    const auto bits_of = [&](const Spectrum& spectrum) {
        const float median = lower_median(spectrum);
        result.doubtful = std::max(result.doubtful, within_doubt(spectrum, median));
        return above(spectrum, median);
    };
    const SquareBits identity = bits_of(upright);
    const SquareBits mirror_bits = bits_of(mirror);
    const SquareBits flip_bits = bits_of(flip);
    const SquareBits turn_bits = bits_of(turned(fields, mirror, flip, kernels));
    result.quality = quality(fields.upright);
    result.orientations = {packed(identity),  packed(transposed(mirror_bits)), packed(turn_bits),
                           packed(transposed(flip_bits)), packed(flip_bits),  packed(mirror_bits),
                           packed(transposed(identity)),  packed(transposed(turn_bits))};
    return result;
}

Fingerprint fingerprint_of(const Field& field, const Kernels& kernels) {
    Fields fields;
    std::copy(&field[0][0], &field[0][0] + kField * kField, &fields.upright[0][0]);
    return fingerprint_of(fields, kernels);
}

}  // namespace shelterwood::pdq
