// Unit tests of the PDQ library: every variant against a plain scalar form, geometry, strides, bad input.
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>

#include "check.hpp"
#include "pdq_naive.hpp"
#include "pdq_variants.hpp"
#include "tent.hpp"

using namespace shelterwood::pdq;

namespace {

struct Picture {
    std::size_t height;
    std::size_t width;
    std::vector<std::uint8_t> bytes;

    // Exactly as many bytes as pixels, so that AddressSanitizer sees a read past the end.
    Picture(std::size_t h, std::size_t w, unsigned seed) : height(h), width(w), bytes(h * w * 3) {
        std::minstd_rand random(seed);
        const unsigned coarse = 1 + seed % 7;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(i % coarse == 0 ? random() >> 8 : bytes[i - 1]);
        }
    }
    [[nodiscard]] RgbView view() const {
        return {bytes.data(), height, width, static_cast<std::ptrdiff_t>(3 * width), 3, 1};
    }
};

bool same(const Fingerprint& a, const Fingerprint& b) {
    return a.orientations == b.orientations && a.quality == b.quality && a.doubtful == b.doubtful;
}

int distance(const Code& a, const Code& b) {
    int bits = 0;
    for (std::size_t i = 0; i < a.size(); ++i) bits += __builtin_popcount(static_cast<unsigned>(a[i] ^ b[i]));
    return bits;
}

constexpr std::size_t kSides[][2] = {{1, 1},   {4, 9},    {5, 5},    {5, 64},    {16, 16},   {17, 15},  {63, 64},
                                     {64, 64}, {65, 63},  {100, 31}, {128, 129}, {127, 257}, {300, 7},  {9, 1500},
                                     {1100, 6}, {255, 256}, {390, 401}};

}  // namespace

TEST(strict_equals_the_naive_form_on_every_variant) {
    unsigned seed = 1;
    for (const auto& [height, width] : kSides) {
        const Picture picture(height, width, seed++);
        const Fingerprint want = naive::strict(picture.view());
        for (const Kernels* const kernels : all_variants()) CHECK(same(strict(picture.view(), *kernels), want));
    }
}

TEST(fast_is_the_same_on_every_variant) {
    unsigned seed = 100;
    for (const auto& [height, width] : kSides) {
        const Picture picture(height, width, seed++);
        const Fingerprint want = fast(picture.view(), portable_kernels);
        for (const Kernels* const kernels : all_variants()) CHECK(same(fast(picture.view(), *kernels), want));
    }
}

TEST(fast_is_near_strict) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const Picture picture(150 + 20 * seed, 400 - 10 * seed, seed);
        CHECK(distance(fast(picture.view()).bits(), strict(picture.view()).bits()) <= 4);
    }
}

// Luma is rounded once, from 299 r + 587 g + 114 b; that is what double arithmetic gives for every colour there is.
TEST(luma_equals_double_arithmetic_for_every_colour) {
    std::vector<float> by_thousandths(255001);
    for (int n = 0; n <= 255000; ++n) by_thousandths[static_cast<std::size_t>(n)] = static_cast<float>(n) / 1000.0F;
    long different = 0;
    for (int r = 0; r < 256; ++r) {
        for (int g = 0; g < 256; ++g) {
            for (int b = 0; b < 256; ++b) {
                const float want = static_cast<float>((r * 0.299 + g * 0.587) + b * 0.114);
                const auto n = static_cast<std::size_t>(299 * r + 587 * g + 114 * b);
                different += by_thousandths[n] != want ? 1 : 0;
            }
        }
    }
    CHECK_EQ(different, 0);
}

TEST(luma_kernels_do_every_pixel_of_a_row) {
    for (std::size_t width = 1; width < 70; ++width) {
        const Picture picture(1, width, 3);
        for (const Kernels* const kernels : all_variants()) {
            std::vector<float> row(width);
            kernels->luma(picture.bytes.data(), width, row.data());
            for (std::size_t x = 0; x < width; ++x) CHECK_EQ(row[x], naive::luma(picture.view(), 0, x));
        }
    }
}

TEST(strides_change_where_pixels_are_read_and_nothing_else) {
    const Picture picture(90, 110, 4);
    const RgbView whole = picture.view();
    RgbView turned = whole;
    turned.data += (90 * 110 - 1) * 3;
    turned.row_stride = -whole.row_stride;
    turned.column_stride = -3;
    CHECK(same(strict(turned), naive::strict(turned)));
    RgbView swapped = whole;
    swapped.data += 2;
    swapped.channel_stride = -1;
    CHECK(same(strict(swapped), naive::strict(swapped)));
    RgbView one_colour = whole;
    one_colour.row_stride = 0;
    CHECK(same(strict(one_colour), naive::strict(one_colour)));
}

TEST(tents_sum_to_one_and_never_go_back) {
    for (const std::size_t full : {5U, 63U, 64U, 100U, 129U, 1000U, 4000U, 12345U}) {
        for (const std::size_t divisor : {1U, 2U, 4U, 8U}) {
            for (std::size_t lead = 0; lead < divisor; ++lead) {
                const Axis axis{full, divisor, lead};
                const Tents tents(axis);
                for (std::size_t i = 0; i < kField; ++i) {
                    double sum = 0.0;
                    for (std::size_t k = 0; k < tents[i].length; ++k) sum += static_cast<double>(tents[i].weights[k]);
                    CHECK(std::abs(sum - 1.0) < 1e-5);
                    CHECK(tents[i].end() <= axis.cells());
                    CHECK(i == 0 || (tents[i].first >= tents[i - 1].first && tents[i].end() >= tents[i - 1].end()));
                }
            }
        }
    }
}

TEST(luma_of_any_divisor_and_lead_is_the_same_on_every_variant) {
    std::minstd_rand random(5);
    for (int round = 0; round < 60; ++round) {
        const std::size_t divisor = std::size_t{1} << (random() % 4);
        LumaView view;
        view.rows = {5 + random() % 900, divisor, random() % divisor};
        view.columns = {5 + random() % 900, divisor, random() % divisor};
        std::vector<std::uint8_t> bytes(view.rows.cells() * view.columns.cells());
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
        view.data = bytes.data();
        view.row_stride = static_cast<std::ptrdiff_t>(view.columns.cells());
        const Fingerprint want = fast(view, portable_kernels);
        for (const Kernels* const kernels : all_variants()) CHECK(same(fast(view, *kernels), want));
    }
}

TEST(flat_pictures_have_no_quality) {
    std::vector<std::uint8_t> grey(300 * 200 * 3, 99);
    const RgbView view{grey.data(), 300, 200, 600, 3, 1};
    CHECK_EQ(strict(view).quality, 0);
    CHECK_EQ(fast(view).quality, 0);
}

TEST(pictures_that_cannot_be_are_refused) {
    const std::uint8_t byte = 0;
    CHECK_THROWS(strict(RgbView{&byte, 0, 10, 30, 3, 1}), std::invalid_argument);
    CHECK_THROWS(fast(RgbView{&byte, 10, 0, 30, 3, 1}), std::invalid_argument);
    CHECK_THROWS(strict(RgbView{&byte, 1, kLargestSide + 1, 0, 0, 0}), std::invalid_argument);
    CHECK_THROWS(fast(LumaView{&byte, {10, 3, 0}, {10, 3, 0}, 0, 0}), std::invalid_argument);
    CHECK_THROWS(fast(LumaView{&byte, {10, 2, 2}, {10, 2, 0}, 0, 0}), std::invalid_argument);
    CHECK_THROWS(fast(LumaView{&byte, {10, 0, 0}, {10, 0, 0}, 0, 0}), std::invalid_argument);
}

TEST(the_best_kernels_are_the_last_that_run) {
    CHECK_EQ(std::string(runnable_kernels().front()->name), "portable");
    CHECK_EQ(&best_kernels(), runnable_kernels().back());
}

CHECK_MAIN()
