// Strict mode: the two passes of box filters exactly as pdqhash rounds them, streamed over blocks of sixteen rows.
//
// pdqhash runs four one-dimensional box filters over the whole picture: along rows, down columns, and both again. Each
// is a running float sum, so the order of additions decides the last bit; but the sums of different rows (or columns)
// do not touch each other and can run side by side in vector lanes. Only 64 x 64 values of the last filter are used,
// so the third keeps 64 samples a row and the fourth works on those alone. Memory: two windows of rows, not the picture.
#include <algorithm>
#include <array>

#include "box.hpp"
#include "buffers.hpp"
#include "field.hpp"
#include "kernels.hpp"
#include "pixels.hpp"

namespace shelterwood::pdq {
namespace {

std::array<std::size_t, kField> sample_positions(std::size_t n) {
    std::array<std::size_t, kField> positions{};
    for (std::size_t i = 0; i < kField; ++i) positions[i] = sample_position(i, n);
    return positions;
}

// The fourth filter, down the 64 sampled columns, which keeps the 64 sampled rows of its output.
class SampledColumns {
  public:
    SampledColumns(const BoxAxis& axis, Field& field)
        : box_(axis.box()), ring_size_(axis.ring_size()), ring_(ring_size_, kField), positions_(sample_positions(box_.length)), field_(field) {}

    // `values` are 64 samples, kBlock floats apart.
    void push(const float* values) {
        float* const row = ring_[step_ % ring_size_];
        for (std::size_t c = 0; c < kField; ++c) {
            row[c] = values[c * kBlock];
            sums_[c] += row[c];
        }
        advance();
    }

    void finish() {
        while (step_ + 1 < box_.length + box_.half) advance();
    }

  private:
    void advance() {
        if (step_ >= box_.window) {
            const float* const old = ring_[(step_ - box_.window) % ring_size_];
            for (std::size_t c = 0; c < kField; ++c) sums_[c] -= old[c];
        }
        ++step_;
        if (step_ >= box_.half) emit(step_ - box_.half);
    }

    void emit(std::size_t output) {
        for (; next_ < kField && positions_[next_] == output; ++next_) {
            for (std::size_t c = 0; c < kField; ++c) field_[next_][c] = sums_[c] / box_.divisors[output];
        }
    }

    const Box& box_;
    std::size_t ring_size_;
    Rows ring_;
    std::array<std::size_t, kField> positions_;
    Field& field_;
    float sums_[kField] = {};
    std::size_t step_ = 0;
    std::size_t next_ = 0;
};

class Averager {
  public:
    Averager(const RgbView& picture, const Kernels& kernels, Field& field)
        : kernels_(kernels),
          bytes_(picture),
          across_(picture.width),
          down_(picture.height),
          width_(picture.width),
          height_(picture.height),
          luma_(kBlock, width_),
          once_(down_.ring_size(), width_),
          twice_(kBlock, width_),
          sums_(padded(width_)),
          nothing_(padded(width_)),
          ring_(across_.ring_size() * kBlock),
          sampled_(kField * kBlock),
          positions_(sample_positions(width_)),
          last_(down_, field) {}

    void run() {
        const std::size_t steps = height_ + down_.box().half - 1;
        for (std::size_t step = 0; step < steps; step += kBlock) {
            if (step < height_) first_filter(step);
            const std::size_t count = std::min(kBlock, steps - step);
            second_filter(step, count);
            third_filter(step, count);
        }
        last_.finish();
    }

  private:
    float* once_row(std::size_t row) { return once_[row % down_.ring_size()]; }

    void first_filter(std::size_t row) {
        const float* in[kBlock];
        float* out[kBlock];
        for (std::size_t i = 0; i < kBlock; ++i) {
            if (row + i < height_) kernels_.luma(bytes_[row + i], width_, luma_[i]);
            in[i] = luma_[i];
            out[i] = once_row(row + i);  // below the last row these hold leftovers, which second_filter does not read
        }
        kernels_.box_rows(in, out, across_.box(), ring_.data(), across_.ring_size());
    }

    ColumnStep column_step(std::size_t step, float* out) {
        const Box& box = down_.box();
        const float* const add = step < height_ ? once_row(step) : nothing_.data();
        const float* const subtract = step >= box.window ? once_row(step - box.window) : nothing_.data();
        const float divisor = step + 1 >= box.half ? box.divisors[step + 1 - box.half] : 1.0F;
        return {add, subtract, divisor, out};
    }

    void second_filter(std::size_t step, std::size_t count) {
        ColumnStep steps[kBlock];
        for (std::size_t i = 0; i < count; ++i) steps[i] = column_step(step + i, twice_[i]);
        kernels_.box_columns(steps, count, sums_.data(), padded(width_));
    }

    void third_filter(std::size_t step, std::size_t count) {
        const float* in[kBlock];
        for (std::size_t i = 0; i < kBlock; ++i) in[i] = twice_[i];
        kernels_.box_rows_sampled(in, positions_.data(), sampled_.data(), across_.box(), ring_.data(), across_.ring_size());
        for (std::size_t i = 0; i < count; ++i) {
            if (step + i + 1 >= down_.box().half) last_.push(sampled_.data() + i);
        }
    }

    const Kernels& kernels_;
    ByteRows bytes_;
    BoxAxis across_;
    BoxAxis down_;
    std::size_t width_;
    std::size_t height_;
    Rows luma_;
    Rows once_;   // after the first filter: the last window of rows and the block being written
    Rows twice_;  // after the second
    Floats sums_;
    Floats nothing_;
    Floats ring_;
    Floats sampled_;
    std::array<std::size_t, kField> positions_;
    SampledColumns last_;
};

void average(const RgbView& picture, const Kernels& kernels, Field& field) { Averager(picture, kernels, field).run(); }

void copy_luma(const RgbView& picture, const Kernels& kernels, Field& field) {
    ByteRows rows(picture);
    for (std::size_t y = 0; y < kField; ++y) kernels.luma(rows[y], kField, field[y]);
}

}  // namespace

Fingerprint strict(const RgbView& picture, const Kernels& kernels) {
    check(picture);
    if (picture.height < kSmallestSide || picture.width < kSmallestSide) return {};
    Field field;
    average(picture, kernels, field);
    Fingerprint result = fingerprint_of(field, kernels);
    if (picture.height != kField || picture.width != kField) return result;
    // A 64 x 64 picture is its own field for pdqhash.compute; compute_dihedral sends it through the filters (which
    // keep every pixel but for rounding). Each is followed in what it is the reference for.
    copy_luma(picture, kernels, field);
    const Fingerprint unfiltered = fingerprint_of(field, kernels);
    result.orientations[0] = unfiltered.orientations[0];
    result.quality = unfiltered.quality;
    result.doubtful = unfiltered.doubtful;
    return result;
}

Fingerprint strict(const RgbView& picture) { return strict(picture, best_kernels()); }

}  // namespace shelterwood::pdq
