// PDQ's two box passes and its sampling along one axis, collapsed to 64 short rows of weights.
#pragma once

#include <array>
#include <vector>

#include "field.hpp"
#include "kernels.hpp"

namespace shelterwood::pdq {

struct TentRow {
    std::size_t first = 0;   // the first grid cell it reads
    std::size_t length = 0;  // how many
    const float* weights = nullptr;  // padded with zeros to a multiple of kBlock
    [[nodiscard]] std::size_t end() const { return first + length; }
};

// The weights of the full-size filter over the cells of a (perhaps scaled) axis. They sum to one; first and end never
// decrease from row to row.
class Tents {
  public:
    explicit Tents(const Axis& axis);

    [[nodiscard]] const TentRow& operator[](std::size_t row) const { return rows_[row]; }
    // The most rows that any one cell takes part in.
    [[nodiscard]] std::size_t overlap() const;

  private:
    std::array<TentRow, kField> rows_;
    std::vector<float> weights_;
};

}  // namespace shelterwood::pdq
