// Fast mode: out = Y * luma * transpose(X), with the sparse weights of tent.hpp, streamed on rows.
//
// About one multiplication and addition a pixel, no full-size buffer. Every variant of the kernels gives the same bits.
#include <algorithm>

#include "buffers.hpp"
#include "field.hpp"
#include "kernels.hpp"
#include "pixels.hpp"
#include "tent.hpp"

namespace shelterwood::pdq {
namespace {

// One row of sums for every field row that is being gathered; rows of the grid come in from top to bottom.
class Gatherer {
  public:
    Gatherer(const Axis& rows, const Axis& columns, float scale, const Kernels& kernels, Field& field)
        : kernels_(kernels),
          down_(rows),
          across_(columns),
          scale_(scale),
          field_(field),
          slots_(down_.overlap()),
          padded_width_(padded(columns.cells())),
          sums_(slots_, padded_width_ + kBlock) {}  // a weight row may be padded past the last column

    template <class AddTo>
    void row(std::size_t y, AddTo add_to) {
        while (begun_ < kField && down_[begun_].first <= y) clear(begun_++);
        for (std::size_t i = done_; i < begun_; ++i) {
            if (y < down_[i].end()) add_to(down_[i].weights[y - down_[i].first], sums_[i % slots_]);
        }
        while (done_ < begun_ && down_[done_].end() <= y + 1) finish(done_++);
    }

    [[nodiscard]] bool wants(std::size_t y) const { return done_ < begun_ || (begun_ < kField && down_[begun_].first <= y); }

  private:
    void clear(std::size_t i) {
        float* const sums = sums_[i % slots_];
        std::fill(sums, sums + padded_width_, 0.0F);
    }

    void finish(std::size_t i) {
        const float* const sums = sums_[i % slots_];
        for (std::size_t c = 0; c < kField; ++c) {
            const TentRow& tent = across_[c];
            field_[i][c] = scale_ * kernels_.dot(sums + tent.first, tent.weights, padded(tent.length));
        }
    }

    const Kernels& kernels_;
    Tents down_;
    Tents across_;
    float scale_;
    Field& field_;
    std::size_t slots_;
    std::size_t padded_width_;
    Rows sums_;
    std::size_t begun_ = 0;
    std::size_t done_ = 0;
};

bool too_small(std::size_t height, std::size_t width) { return height < kSmallestSide || width < kSmallestSide; }

}  // namespace

Fingerprint fast(const RgbView& picture, const Kernels& kernels) {
    check(picture);
    if (too_small(picture.height, picture.width)) return {};
    Field field;
    Gatherer gatherer({picture.height, 1, 0}, {picture.width, 1, 0}, 1.0F / 1000.0F, kernels, field);
    ByteRows bytes(picture);
    Floats luma(padded(picture.width));
    for (std::size_t y = 0; y < picture.height; ++y) {
        if (!gatherer.wants(y)) continue;
        kernels.luma_thousandths(bytes[y], picture.width, luma.data());
        gatherer.row(y, [&](float weight, float* sums) {
            kernels.accumulate(luma.data(), weight, sums, padded(picture.width));
        });
    }
    return fingerprint_of(field);
}

Fingerprint fast(const LumaView& picture, const Kernels& kernels) {
    check(picture);
    if (too_small(picture.rows.full, picture.columns.full)) return {};
    Field field;
    Gatherer gatherer(picture.rows, picture.columns, 1.0F, kernels, field);
    ByteRows bytes(picture);
    const std::size_t width = picture.columns.cells();
    for (std::size_t y = 0; y < picture.rows.cells(); ++y) {
        if (!gatherer.wants(y)) continue;
        const std::uint8_t* const row = bytes[y];
        gatherer.row(y, [&](float weight, float* sums) { kernels.accumulate_bytes(row, weight, sums, width); });
    }
    return fingerprint_of(field);
}

Fingerprint fast(const RgbView& picture) { return fast(picture, best_kernels()); }
Fingerprint fast(const LumaView& picture) { return fast(picture, best_kernels()); }

}  // namespace shelterwood::pdq
