// Checked access to the caller's pixels, a row at a time.
#pragma once

#include <memory>

#include "pdq.hpp"

namespace shelterwood::pdq {

// Throw std::invalid_argument when the picture cannot have a fingerprint for a formal reason.
void check(const RgbView& picture);
void check(const LumaView& picture);

// Gives each row as contiguous bytes: the caller's own where they are contiguous already, else a copy.
class ByteRows {
  public:
    explicit ByteRows(const RgbView& picture);
    explicit ByteRows(const LumaView& picture);

    const std::uint8_t* operator[](std::size_t row);

  private:
    const std::uint8_t* data_;
    std::ptrdiff_t row_stride_;
    std::ptrdiff_t column_stride_;
    std::ptrdiff_t channel_stride_;
    std::size_t columns_;
    std::size_t channels_;
    std::unique_ptr<std::uint8_t[]> copy_;  // empty while no copy is needed
};

}  // namespace shelterwood::pdq
