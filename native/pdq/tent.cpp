#include "tent.hpp"

#include <algorithm>

#include "box.hpp"

namespace shelterwood::pdq {
namespace {

// Weight of each full-size pixel first..first + weights.size() - 1 in one sample.
struct PixelWeights {
    std::size_t first = 0;
    std::vector<double> weights;
};

// The box of the boxes around `position`, as a difference array summed once: linear in the window.
PixelWeights pixel_weights(const BoxAxis& axis, std::size_t position) {
    const std::size_t first = axis.first(position);
    const std::size_t last = axis.last(position);
    PixelWeights result{axis.first(first), {}};
    result.weights.assign(axis.last(last) - result.first + 2, 0.0);
    for (std::size_t i = first; i <= last; ++i) {
        const std::size_t from = axis.first(i);
        const std::size_t to = axis.last(i);
        const double weight = 1.0 / (static_cast<double>(last - first + 1) * static_cast<double>(to - from + 1));
        result.weights[from - result.first] += weight;
        result.weights[to + 1 - result.first] -= weight;
    }
    double sum = 0.0;
    for (double& weight : result.weights) weight = sum += weight;
    result.weights.pop_back();
    return result;
}

// The weights of pixels added up over the cells that hold them.
class CellWeights {
  public:
    CellWeights(const Axis& axis, std::size_t first_pixel, std::size_t last_pixel)
        : axis_(axis), cells_(axis.cells()), first_(cell_of(first_pixel)), last_(cell_of(last_pixel)) {
        if (axis.divisor > 1) {
            first_ -= first_ > 0 ? 1 : 0;
            last_ += last_ + 1 < cells_ ? 1 : 0;
        }
        weights_.assign(last_ - first_ + 1, 0.0);
    }

    // Within a cell the luma is taken to rise or fall in a straight line from its neighbours' mean slope; the term has
    // zero mean over a whole cell, so flat areas and averages are untouched.
    void add(std::size_t pixel, double weight) {
        const std::size_t cell = cell_of(pixel);
        weights_[cell - first_] += weight;
        if (axis_.divisor == 1) return;
        const std::size_t before = cell > 0 ? cell - 1 : 0;
        const std::size_t after = std::min(cell + 1, cells_ - 1);
        if (before == after) return;
        const auto within = static_cast<double>((pixel + axis_.lead) % axis_.divisor);
        const double offset = (within + 0.5) / static_cast<double>(axis_.divisor) - 0.5;
        const double slope = weight * offset / static_cast<double>(after - before);
        weights_[after - first_] += slope;
        weights_[before - first_] -= slope;
    }

    [[nodiscard]] std::size_t first() const { return first_; }
    [[nodiscard]] const std::vector<double>& weights() const { return weights_; }

  private:
    [[nodiscard]] std::size_t cell_of(std::size_t pixel) const { return (pixel + axis_.lead) / axis_.divisor; }

    const Axis& axis_;
    std::size_t cells_;
    std::size_t first_;
    std::size_t last_;
    std::vector<double> weights_;
};

CellWeights cell_weights(const Axis& axis, const PixelWeights& pixels) {
    CellWeights cells(axis, pixels.first, pixels.first + pixels.weights.size() - 1);
    for (std::size_t i = 0; i < pixels.weights.size(); ++i) cells.add(pixels.first + i, pixels.weights[i]);
    return cells;
}

}  // namespace

Tents::Tents(const Axis& axis) {
    const BoxAxis box(axis.full);
    std::array<std::size_t, kField> offsets{};
    for (std::size_t i = 0; i < kField; ++i) {
        const CellWeights cells = cell_weights(axis, pixel_weights(box, sample_position(i, axis.full)));
        offsets[i] = weights_.size();
        rows_[i].first = cells.first();
        rows_[i].length = cells.weights().size();
        for (const double weight : cells.weights()) weights_.push_back(static_cast<float>(weight));
        weights_.resize(offsets[i] + padded(rows_[i].length), 0.0F);
    }
    for (std::size_t i = 0; i < kField; ++i) rows_[i].weights = weights_.data() + offsets[i];
}

std::size_t Tents::overlap() const {
    std::size_t most = 1;
    std::size_t done = 0;
    for (std::size_t i = 0; i < kField; ++i) {
        while (rows_[done].end() <= rows_[i].first) ++done;
        most = std::max(most, i - done + 1);
    }
    return most;
}

}  // namespace shelterwood::pdq
