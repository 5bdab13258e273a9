// PDQ's two box passes and its sampling along one axis, collapsed to 64 short rows of weights.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "field.hpp"
#include "kernels.hpp"

namespace shelterwood::pdq {

// The weights of the full-size filter over the cells of a (perhaps scaled) axis. Each row sums to one; first and end
// never decrease from row to row.
class Tents {
  public:
    explicit Tents(const Axis& axis);
    Tents(const Tents&) = delete;  // the rows point into the weights
    Tents& operator=(const Tents&) = delete;
    Tents(Tents&&) = default;
    Tents& operator=(Tents&&) = delete;
    // The weights for the picture read from its other end, over the same cells: row i is for field index 63 - i.
    static Tents backwards(const Axis& axis);

    // One of the two, shared with the pictures of the same size that came before: a camera has few of them.
    static std::shared_ptr<const Tents> shared(const Axis& axis, bool backwards);

    [[nodiscard]] const SparseRow& operator[](std::size_t row) const { return rows_[row]; }
    [[nodiscard]] const SparseRow* rows() const { return rows_.data(); }
    [[nodiscard]] std::size_t field_index(std::size_t row) const { return backwards_ ? kField - 1 - row : row; }
    // The most rows that any `stretch` neighbouring cells take part in.
    [[nodiscard]] std::size_t overlap(std::size_t stretch) const;

  private:
    Tents() = default;
    static std::shared_ptr<const Tents> made(const Axis& axis, bool backwards);
    void append(std::size_t row, std::size_t first, const std::vector<double>& weights);
    void point_rows_at_weights();

    std::array<SparseRow, kField> rows_;
    std::vector<float> weights_;
    bool backwards_ = false;
};

// Whether the filter reads the same from both ends, so that the field of the mirrored picture is the mirrored field.
// An even window reaches one pixel further to one side, and a multiple of 128 is sampled beside the middle.
bool reads_the_same_backwards(const Axis& axis);

}  // namespace shelterwood::pdq
