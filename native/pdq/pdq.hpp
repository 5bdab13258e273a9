// PDQ, the 256-bit perceptual fingerprint of a picture, in two modes.
//
// strict  gives bit for bit what the `pdqhash` package (0.2.8, x86-64) gives for the same RGB bytes, quality included.
// fast    computes the same filter as one separable weighted sum ("tent"), also from a decoder's scaled-down luma;
//         a few bits may differ from strict (docs/reference/fingerprints.md says how many).
//
// Both give the fingerprints of the picture's eight orientations as well, from one DCT. Nothing here knows Python.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace shelterwood::pdq {

struct Kernels;

// An RGB picture in memory, any strides in bytes (also negative), never written to.
struct RgbView {
    const std::uint8_t* data = nullptr;
    std::size_t height = 0;
    std::size_t width = 0;
    std::ptrdiff_t row_stride = 0;
    std::ptrdiff_t column_stride = 3;
    std::ptrdiff_t channel_stride = 1;
};

// One axis of a scaled picture: `cells` cells of `divisor` full-size pixels; the first cell begins `lead` pixels
// before the picture does. Cell k covers pixels [k * divisor - lead, (k + 1) * divisor - lead) within [0, full).
struct Axis {
    std::size_t full = 0;
    std::size_t divisor = 1;
    std::size_t lead = 0;

    [[nodiscard]] std::size_t cells() const { return (full + lead + divisor - 1) / divisor; }
    bool operator==(const Axis&) const = default;
};

// The luma of a picture as a decoder gives it at 1/1, 1/2, 1/4 or 1/8 of its size; rows.cells() x columns.cells() bytes.
struct LumaView {
    const std::uint8_t* data = nullptr;
    Axis rows;
    Axis columns;
    std::ptrdiff_t row_stride = 0;
    std::ptrdiff_t column_stride = 1;
};

// The picture after it was: left alone, turned 90, 180, 270 degrees counter-clockwise, flipped top to bottom,
// mirrored left to right, transposed, transposed along the other diagonal. The order of pdqhash.compute_dihedral.
enum class Orientation { identity, rotate90, rotate180, rotate270, flip_vertical, mirror, transpose, anti_transpose };
inline constexpr std::size_t kOrientations = 8;

// 256 bits in the order of PDQ's hexadecimal form: bit 255 is the top bit of byte 0.
using Code = std::array<std::uint8_t, 32>;

struct Fingerprint {
    std::array<Code, kOrientations> orientations{};
    int quality = 0;   // 0 (flat) to 100
    int doubtful = 0;  // frequencies of 256 within kDoubt of their median, in the orientation that has most of them

    [[nodiscard]] const Code& bits() const { return orientations[0]; }
};

// About what luma from a decoder differs from that of rounded RGB, in a frequency (root mean square 0.2 to 0.6 over
// photographs, textures and smooth shading alike; docs/decisions/0013-fast-mode-stability.md).
inline constexpr float kDoubt = 0.5F;

// A side below this many pixels has no fingerprint: all bits and the quality are 0, as in pdqhash.
inline constexpr std::size_t kSmallestSide = 5;
// A larger side is refused (std::invalid_argument); so are empty pictures, unknown divisors and a lead >= divisor.
inline constexpr std::size_t kLargestSide = std::size_t{1} << 24;

Fingerprint strict(const RgbView& picture);
Fingerprint fast(const RgbView& picture);
Fingerprint fast(const LumaView& picture);

// The same with chosen kernels, for tests: every variant gives the same bits.
Fingerprint strict(const RgbView& picture, const Kernels& kernels);
Fingerprint fast(const RgbView& picture, const Kernels& kernels);
Fingerprint fast(const LumaView& picture, const Kernels& kernels);

}  // namespace shelterwood::pdq
