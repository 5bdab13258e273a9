// The box filter of one axis as PDQ lays it down: its window, and how many pixels each output covers.
#pragma once

#include <bit>

#include "buffers.hpp"
#include "kernels.hpp"

namespace shelterwood::pdq {

// Two passes of this window average over about a 64th of the axis.
inline std::size_t box_window(std::size_t length) { return (length + 127) / 128; }

class BoxAxis {
  public:
    explicit BoxAxis(std::size_t length) : divisors_(padded(length)) {
        box_.length = length;
        box_.window = box_window(length);
        box_.half = (box_.window + 2) / 2;
        box_.divisors = divisors_.data();
        for (std::size_t i = 0; i < padded(length); ++i) divisors_.data()[i] = i < length ? covered(i) : 1.0F;
    }

    [[nodiscard]] const Box& box() const { return box_; }
    [[nodiscard]] std::size_t first(std::size_t output) const {
        const std::size_t before = box_.window - box_.half;
        return output < before ? 0 : output - before;
    }
    [[nodiscard]] std::size_t last(std::size_t output) const {
        const std::size_t end = output + box_.half - 1;
        return end < box_.length ? end : box_.length - 1;
    }
    // Entries that a ring needs to hold one window while a block of new ones is written.
    [[nodiscard]] std::size_t ring_size() const { return std::bit_ceil(box_.window + 2 * kBlock); }

  private:
    [[nodiscard]] float covered(std::size_t output) const { return static_cast<float>(last(output) - first(output) + 1); }

    Floats divisors_;
    Box box_;
};

}  // namespace shelterwood::pdq
