// Fast mode: out = Y * luma * transpose(X), with the sparse weights of tent.hpp, streamed on rows.
//
// About one multiplication and addition a pixel, no full-size buffer. Every variant of the kernels gives the same bits.
#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "buffers.hpp"
#include "field.hpp"
#include "kernels.hpp"
#include "pixels.hpp"
#include "tent.hpp"

namespace shelterwood::pdq {
namespace {

// Where the sums of one row go: each set of column weights makes another field.
struct Target {
    const Tents* across;
    Field* field;
};

// One row of sums for every field row that is being gathered; rows of the grid come in from top to bottom.
class Gatherer {
  public:
    Gatherer(const Tents& down, std::vector<Target> targets, std::size_t columns, float scale, const Kernels& kernels)
        : kernels_(kernels),
          down_(down),
          targets_(std::move(targets)),
          scale_(scale),
          slots_(down.overlap()),
          padded_width_(padded(columns)),
          sums_(slots_, padded_width_ + kBlock) {}  // a weight row may be padded past the last column

    // `luma` is one padded row of the grid.
    void row(std::size_t y, const float* luma) {
        while (begun_ < kField && down_[begun_].first <= y) clear(begun_++);
        for (std::size_t i = done_; i < begun_; ++i) {
            if (y >= down_[i].end()) continue;
            kernels_.accumulate(luma, down_[i].weights[y - down_[i].first], sums_[i % slots_], padded_width_);
        }
        while (done_ < begun_ && down_[done_].end() <= y + 1) finish(done_++);
    }

  private:
    void clear(std::size_t i) {
        float* const sums = sums_[i % slots_];
        std::fill(sums, sums + padded_width_, 0.0F);
    }

    void finish(std::size_t i) {
        for (const auto& [across, field] : targets_) {
            float values[kField];
            kernels_.sparse_rows(sums_[i % slots_], across->rows(), values);
            float* const row = (*field)[down_.field_index(i)];
            for (std::size_t c = 0; c < kField; ++c) row[across->field_index(c)] = scale_ * values[c];
        }
    }

    const Kernels& kernels_;
    const Tents& down_;
    std::vector<Target> targets_;
    float scale_;
    std::size_t slots_;
    std::size_t padded_width_;
    Rows sums_;
    std::size_t begun_ = 0;
    std::size_t done_ = 0;
};

// The field of the picture and, along each axis whose filter is not symmetric, those of the picture read backwards:
// the mirrored picture has another fingerprint than the signs of this one's frequencies say, by up to a hundred bits
// where the texture is fine, and it is the mirrored picture that a list may hold.
class Folding {
  public:
    Folding(const Axis& rows, const Axis& columns, float scale, const Kernels& kernels)
        : kernels_(kernels), down_(rows), across_(columns) {
        fields_.has_mirrored = !reads_the_same_backwards(columns);
        fields_.has_flipped = !reads_the_same_backwards(rows);
        std::vector<Target> upright{{&across_, &fields_.upright}};
        std::vector<Target> flipped{{&across_, &fields_.flipped}};
        if (fields_.has_mirrored) {
            back_across_.emplace(Tents::backwards(columns));
            upright.push_back({&*back_across_, &fields_.mirrored});
            flipped.push_back({&*back_across_, &fields_.turned});
        }
        gatherers_.emplace_back(down_, std::move(upright), columns.cells(), scale, kernels);
        if (fields_.has_flipped) {
            back_down_.emplace(Tents::backwards(rows));
            gatherers_.emplace_back(*back_down_, std::move(flipped), columns.cells(), scale, kernels);
        }
    }

    void row(std::size_t y, const float* luma) {
        for (Gatherer& gatherer : gatherers_) gatherer.row(y, luma);
    }

    [[nodiscard]] Fingerprint fingerprint() const { return fingerprint_of(fields_, kernels_); }

  private:
    const Kernels& kernels_;
    Fields fields_;
    Tents down_;
    Tents across_;
    std::optional<Tents> back_down_;
    std::optional<Tents> back_across_;
    std::deque<Gatherer> gatherers_;
};

bool too_small(std::size_t height, std::size_t width) { return height < kSmallestSide || width < kSmallestSide; }

}  // namespace

Fingerprint fast(const RgbView& picture, const Kernels& kernels) {
    check(picture);
    if (too_small(picture.height, picture.width)) return {};
    Folding folding({picture.height, 1, 0}, {picture.width, 1, 0}, 1.0F / 1000.0F, kernels);
    ByteRows bytes(picture);
    Floats luma(padded(picture.width));
    for (std::size_t y = 0; y < picture.height; ++y) {
        kernels.luma_thousandths(bytes[y], picture.width, luma.data());
        folding.row(y, luma.data());
    }
    return folding.fingerprint();
}

Fingerprint fast(const LumaView& picture, const Kernels& kernels) {
    check(picture);
    if (too_small(picture.rows.full, picture.columns.full)) return {};
    Folding folding(picture.rows, picture.columns, 1.0F, kernels);
    ByteRows bytes(picture);
    const std::size_t width = picture.columns.cells();
    Floats luma(padded(width));
    for (std::size_t y = 0; y < picture.rows.cells(); ++y) {
        kernels.widen(bytes[y], width, luma.data());
        folding.row(y, luma.data());
    }
    return folding.fingerprint();
}

Fingerprint fast(const RgbView& picture) { return fast(picture, best_kernels()); }
Fingerprint fast(const LumaView& picture) { return fast(picture, best_kernels()); }

}  // namespace shelterwood::pdq
