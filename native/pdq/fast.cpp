// Fast mode: out = Y * luma * transpose(X), with the sparse weights of tent.hpp, streamed on rows.
//
// About one multiplication and addition a pixel, no full-size buffer. Every variant of the kernels gives the same bits.
#include <algorithm>
#include <deque>
#include <memory>
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
    std::shared_ptr<const Tents> across;
    Field* field;
};

// Rows of the grid that come together: the sums are loaded and stored once for so many.
constexpr std::size_t kTogether = 8;

// One row of sums for every field row that is being gathered; rows of the grid come in from top to bottom. Sixteen field
// rows that are done are turned on their side, so that the sums across run over sixteen lanes.
class Gatherer {
  public:
    Gatherer(std::shared_ptr<const Tents> down, std::vector<Target> targets, std::size_t columns, float scale, const Kernels& kernels)
        : kernels_(kernels),
          shared_(std::move(down)),
          down_(*shared_),
          targets_(std::move(targets)),
          scale_(scale),
          slots_(padded(down_.overlap(kTogether)) + kBlock),
          padded_width_(padded(columns)),
          sums_(slots_, padded_width_, Filled::nothing),
          turned_(padded_width_ * kBlock, Filled::nothing) {}

    // `luma` is `count` padded rows of the grid, the first of them row `from`.
    void rows(std::size_t from, const float* const* luma, std::size_t count) {
        const std::size_t to = from + count;
        for (std::size_t i = done_; i < kField && down_[i].first < to; ++i) {
            const std::size_t begin = std::max(from, down_[i].first);
            const std::size_t end = std::min(to, down_[i].end());
            if (begin >= end) continue;
            kernels_.accumulate(luma + (begin - from), down_[i].weights + (begin - down_[i].first), end - begin,
                                begin == down_[i].first, sums_[i % slots_], padded_width_);
        }
        for (; done_ < kField && down_[done_].end() <= to; ++done_) {
            if (done_ % kBlock == kBlock - 1) finish_block(done_ - (kBlock - 1));
        }
    }

  private:
    void finish_block(std::size_t first) {
        const float* block[kBlock];
        for (std::size_t i = 0; i < kBlock; ++i) block[i] = sums_[(first + i) % slots_];
        kernels_.transpose_block(block, padded_width_, turned_.data());
        for (const auto& [across, field] : targets_) {
            float values[kBlock][kField];
            kernels_.sparse_block(turned_.data(), across->rows(), &values[0][0]);
            for (std::size_t i = 0; i < kBlock; ++i) {
                float* const row = (*field)[down_.field_index(first + i)];
                for (std::size_t c = 0; c < kField; ++c) row[across->field_index(c)] = scale_ * values[i][c];
            }
        }
    }

    const Kernels& kernels_;
    std::shared_ptr<const Tents> shared_;
    const Tents& down_;
    std::vector<Target> targets_;
    float scale_;
    std::size_t slots_;
    std::size_t padded_width_;
    Rows sums_;
    Floats turned_;
    std::size_t done_ = 0;  // field rows before this one have all their rows of the grid
};

// The field of the picture and, along each axis whose filter is not symmetric, those of the picture read backwards:
// the mirrored picture has another fingerprint than the signs of this one's frequencies say, by up to a hundred bits
// where the texture is fine, and it is the mirrored picture that a list may hold.
class Folding {
  public:
    Folding(const Axis& rows, const Axis& columns, float scale, const Kernels& kernels) : kernels_(kernels) {
        fields_.has_mirrored = !reads_the_same_backwards(columns);
        fields_.has_flipped = !reads_the_same_backwards(rows);
        const auto across = Tents::shared(columns, false);
        std::vector<Target> upright{{across, &fields_.upright}};
        std::vector<Target> flipped{{across, &fields_.flipped}};
        if (fields_.has_mirrored) {
            const auto back_across = Tents::shared(columns, true);
            upright.push_back({back_across, &fields_.mirrored});
            flipped.push_back({back_across, &fields_.turned});
        }
        gatherers_.emplace_back(Tents::shared(rows, false), std::move(upright), columns.cells(), scale, kernels);
        if (fields_.has_flipped) {
            gatherers_.emplace_back(Tents::shared(rows, true), std::move(flipped), columns.cells(), scale, kernels);
        }
    }

    void rows(std::size_t from, const float* const* luma, std::size_t count) {
        for (Gatherer& gatherer : gatherers_) gatherer.rows(from, luma, count);
    }

    [[nodiscard]] Fingerprint fingerprint() const { return fingerprint_of(fields_, kernels_); }

  private:
    const Kernels& kernels_;
    Fields fields_;
    std::deque<Gatherer> gatherers_;
};

// Calls row(y, out) for each row of the grid, to be written as floats, and hands kTogether of them on at a time.
template <class WriteRow>
void feed(Folding& folding, std::size_t height, std::size_t width, WriteRow row) {
    Rows luma(kTogether, width);
    const float* starts[kTogether];
    for (std::size_t i = 0; i < kTogether; ++i) starts[i] = luma[i];
    for (std::size_t y = 0; y < height; y += kTogether) {
        const std::size_t count = std::min(kTogether, height - y);
        for (std::size_t i = 0; i < count; ++i) row(y + i, luma[i]);
        folding.rows(y, starts, count);
    }
}

bool too_small(std::size_t height, std::size_t width) { return height < kSmallestSide || width < kSmallestSide; }

}  // namespace

Fingerprint fast(const RgbView& picture, const Kernels& kernels) {
    check(picture);
    if (too_small(picture.height, picture.width)) return {};
    Folding folding({picture.height, 1, 0}, {picture.width, 1, 0}, 1.0F / 1000.0F, kernels);
    ByteRows bytes(picture);
    feed(folding, picture.height, picture.width,
         [&](std::size_t y, float* out) { kernels.luma_thousandths(bytes[y], picture.width, out); });
    return folding.fingerprint();
}

Fingerprint fast(const LumaView& picture, const Kernels& kernels) {
    check(picture);
    if (too_small(picture.rows.full, picture.columns.full)) return {};
    Folding folding(picture.rows, picture.columns, 1.0F, kernels);
    ByteRows bytes(picture);
    const std::size_t width = picture.columns.cells();
    feed(folding, picture.rows.cells(), width, [&](std::size_t y, float* out) { kernels.widen(bytes[y], width, out); });
    return folding.fingerprint();
}

Fingerprint fast(const RgbView& picture) { return fast(picture, best_kernels()); }
Fingerprint fast(const LumaView& picture) { return fast(picture, best_kernels()); }

}  // namespace shelterwood::pdq
