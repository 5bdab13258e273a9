// Strict PDQ in the plainest form that gives the right bits: whole buffers, one value at a time. An oracle that shares
// only the DCT and the bits (field.cpp) with the library; tests/unit/fingerprints compares those with pdqhash.
#pragma once

#include <cstdint>
#include <vector>

#include "field.hpp"
#include "kernels.hpp"
#include "pdq.hpp"

namespace shelterwood::pdq::naive {

inline float luma(const RgbView& picture, std::size_t y, std::size_t x) {
    const std::uint8_t* const pixel = picture.data + static_cast<std::ptrdiff_t>(y) * picture.row_stride +
                                      static_cast<std::ptrdiff_t>(x) * picture.column_stride;
    const double red = pixel[0];
    const double green = pixel[picture.channel_stride];
    const double blue = pixel[2 * picture.channel_stride];
    return static_cast<float>((red * 0.299 + green * 0.587) + blue * 0.114);
}

// One running box filter over `length` values `step` apart, in place.
inline void box(float* values, std::size_t length, std::size_t step) {
    const std::size_t window = (length + 127) / 128;
    const std::size_t half = (window + 2) / 2;
    std::vector<float> in(length);
    for (std::size_t i = 0; i < length; ++i) in[i] = values[i * step];
    float sum = 0.0F;
    int covered = 0;
    for (std::size_t t = 0; t < length + half - 1; ++t) {
        if (t < length) {
            sum += in[t];
            ++covered;
        }
        if (t >= window) {
            sum -= in[t - window];
            --covered;
        }
        if (t + 1 >= half) values[(t + 1 - half) * step] = sum / static_cast<float>(covered);
    }
}

inline void average(std::vector<float>& image, std::size_t height, std::size_t width) {
    for (int pass = 0; pass < 2; ++pass) {
        for (std::size_t y = 0; y < height; ++y) box(&image[y * width], width, 1);
        for (std::size_t x = 0; x < width; ++x) box(&image[x], height, width);
    }
}

inline void sample(const std::vector<float>& image, std::size_t height, std::size_t width, Field& field) {
    for (std::size_t i = 0; i < kField; ++i) {
        for (std::size_t j = 0; j < kField; ++j) {
            field[i][j] = image[sample_position(i, height) * width + sample_position(j, width)];
        }
    }
}

inline Fingerprint strict(const RgbView& picture) {
    const std::size_t height = picture.height;
    const std::size_t width = picture.width;
    if (height < kSmallestSide || width < kSmallestSide) return {};
    std::vector<float> image(height * width);
    for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) image[y * width + x] = luma(picture, y, x);
    }
    Field raw;
    Field averaged;
    sample(image, height, width, raw);
    average(image, height, width);
    sample(image, height, width, averaged);
    Fingerprint result = fingerprint_of(averaged, portable_kernels);
    if (height == kField && width == kField) {
        const Fingerprint unfiltered = fingerprint_of(raw, portable_kernels);
        result.orientations[0] = unfiltered.orientations[0];
        result.quality = unfiltered.quality;
        result.doubtful = unfiltered.doubtful;
    }
    return result;
}

}  // namespace shelterwood::pdq::naive
