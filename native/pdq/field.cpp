#include "field.hpp"

#include <algorithm>
#include <cmath>

namespace shelterwood::pdq {
namespace {

using Spectrum = float[kFrequencies][kFrequencies];
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

// B = D * field * transpose(D). Each sum runs over k = 0..63 in that order, as in pdqhash, or the last bit may differ;
// the speed comes from doing many sums side by side.
void transform(const Field& field, Spectrum& spectrum) {
    const auto& weights = dct_matrix().by_sample;
    float half[kFrequencies][kField];
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        float sums[kField] = {};
        for (std::size_t k = 0; k < kField; ++k) {
            const float weight = weights[k][i];
            for (std::size_t j = 0; j < kField; ++j) sums[j] += weight * field[k][j];
        }
        std::copy(sums, sums + kField, half[i]);
    }
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        float sums[kFrequencies] = {};
        for (std::size_t k = 0; k < kField; ++k) {
            const float value = half[i][k];
            for (std::size_t j = 0; j < kFrequencies; ++j) sums[j] += value * weights[k][j];
        }
        std::copy(sums, sums + kFrequencies, spectrum[i]);
    }
}

// pdqhash finds the median by Torben's method; for 256 values that is always the 128th smallest.
float lower_median(const Spectrum& spectrum) {
    float values[kFrequencies * kFrequencies];
    std::copy(&spectrum[0][0], &spectrum[0][0] + kFrequencies * kFrequencies, values);
    float* const middle = values + 127;
    std::nth_element(values, middle, values + kFrequencies * kFrequencies);
    return *middle;
}

SquareBits above_median(const Spectrum& spectrum) {
    const float median = lower_median(spectrum);
    SquareBits bits{};
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        unsigned row = 0;
        for (unsigned j = 0; j < kFrequencies; ++j) row |= static_cast<unsigned>(spectrum[i][j] > median) << j;
        bits[i] = static_cast<std::uint16_t>(row);
    }
    return bits;
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
void negate_even(Spectrum& spectrum, bool rows, bool columns) {
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        for (std::size_t j = 0; j < kFrequencies; ++j) {
            const bool negative = (rows && i % 2 == 0) != (columns && j % 2 == 0);
            if (negative) spectrum[i][j] = -spectrum[i][j];
        }
    }
}

SquareBits bits_after(const Spectrum& spectrum, bool flip_rows, bool flip_columns) {
    Spectrum turned;
    std::copy(&spectrum[0][0], &spectrum[0][0] + kFrequencies * kFrequencies, &turned[0][0]);
    negate_even(turned, flip_rows, flip_columns);
    return above_median(turned);
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

// Four sign patterns need a median each; the other four orientations are their transposes, bit for bit.
Fingerprint fingerprint_of(const Field& field) {
    Spectrum spectrum;
    transform(field, spectrum);
    const SquareBits identity = above_median(spectrum);
    const SquareBits flip_vertical = bits_after(spectrum, true, false);
    const SquareBits mirror = bits_after(spectrum, false, true);
    const SquareBits rotate180 = bits_after(spectrum, true, true);
    Fingerprint result;
    result.quality = quality(field);
    result.orientations = {packed(identity),      packed(transposed(mirror)),   packed(rotate180),
                           packed(transposed(flip_vertical)), packed(flip_vertical), packed(mirror),
                           packed(transposed(identity)),      packed(transposed(rotate180))};
    return result;
}

}  // namespace shelterwood::pdq
