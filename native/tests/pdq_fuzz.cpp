// Fuzz target: any size, stride, divisor, lead and content. Strict equals the naive form, every variant equals the
// others, and nothing but std::invalid_argument is ever thrown.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "pdq_naive.hpp"
#include "pdq_variants.hpp"

using namespace shelterwood::pdq;

namespace {

constexpr std::size_t kMostPixels = 6'000;  // so that a run stays short; a side alone may be long

void require(bool condition) {
    if (!condition) std::abort();
}

bool same(const Fingerprint& a, const Fingerprint& b) {
    return a.orientations == b.orientations && a.quality == b.quality && a.doubtful == b.doubtful;
}

// `size` bytes from the rest of the input, repeated with a drift so that long pictures are not periodic.
std::vector<std::uint8_t> content(FuzzedDataProvider& input, std::size_t size) {
    std::vector<std::uint8_t> seed = input.ConsumeRemainingBytes<std::uint8_t>();
    if (seed.empty()) seed.push_back(0);
    std::vector<std::uint8_t> bytes(std::max<std::size_t>(size, 1));  // never null: the views below do arithmetic on it
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(seed[i % seed.size()] + i / seed.size());
    }
    return bytes;
}

std::size_t other_side(FuzzedDataProvider& input, std::size_t side) {
    return input.ConsumeIntegralInRange<std::size_t>(0, std::min<std::size_t>(3000, kMostPixels / std::max<std::size_t>(side, 1)));
}

void fuzz_rgb(FuzzedDataProvider& input) {
    const auto height = input.ConsumeIntegralInRange<std::size_t>(0, 3000);
    const std::size_t width = other_side(input, height);
    const auto gap = input.ConsumeIntegralInRange<std::ptrdiff_t>(0, 3);
    const bool upside_down = input.ConsumeBool();
    const bool mirrored = input.ConsumeBool();
    const bool planes = input.ConsumeBool();
    const auto columns = static_cast<std::ptrdiff_t>(width);
    const auto rows = static_cast<std::ptrdiff_t>(height);
    const std::ptrdiff_t pixel = planes ? 1 : 3;
    const std::ptrdiff_t row = columns * pixel + gap;
    const std::ptrdiff_t plane = planes ? row * rows : 1;
    const auto bytes = content(input, static_cast<std::size_t>(planes ? 3 * plane : row * rows));
    RgbView view{bytes.data(), height, width, row, pixel, plane};
    if (upside_down && rows > 0 && columns > 0) view = {view.data + (rows - 1) * row, height, width, -row, pixel, plane};
    if (mirrored && rows > 0 && columns > 0) view = {view.data + (columns - 1) * pixel, height, width, view.row_stride, -pixel, plane};
    const Fingerprint want_strict = strict(view, portable_kernels);
    const Fingerprint want_fast = fast(view, portable_kernels);
    require(same(want_strict, naive::strict(view)));
    for (const Kernels* const kernels : all_variants()) {
        require(same(strict(view, *kernels), want_strict));
        require(same(fast(view, *kernels), want_fast));
    }
}

Axis any_axis(FuzzedDataProvider& input, std::size_t full) {
    Axis axis;
    axis.full = full;
    axis.divisor = input.ConsumeBool() ? std::size_t{1} << input.ConsumeIntegralInRange<int>(0, 3)
                                       : input.ConsumeIntegralInRange<std::size_t>(1, 10);
    axis.lead = input.ConsumeIntegralInRange<std::size_t>(0, axis.divisor);
    return axis;
}

void fuzz_luma(FuzzedDataProvider& input) {
    LumaView view;
    view.rows = any_axis(input, input.ConsumeIntegralInRange<std::size_t>(0, 3000));
    view.columns = any_axis(input, other_side(input, view.rows.full));
    view.column_stride = input.ConsumeIntegralInRange<std::ptrdiff_t>(1, 2);
    view.row_stride = static_cast<std::ptrdiff_t>(view.columns.cells()) * view.column_stride;
    const auto bytes = content(input, view.rows.cells() * static_cast<std::size_t>(view.row_stride));
    view.data = bytes.data();
    const Fingerprint want = fast(view, portable_kernels);
    for (const Kernels* const kernels : all_variants()) require(same(fast(view, *kernels), want));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    try {
        if (input.ConsumeBool()) {
            fuzz_rgb(input);
        } else {
            fuzz_luma(input);
        }
    } catch (const std::invalid_argument&) {
        return -1;  // refused for a formal reason: keep such inputs out of the corpus
    }
    return 0;
}
