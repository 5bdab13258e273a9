// Float memory aligned to a cache line, and rows of it whose distance avoids cache conflicts.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>

#include "kernels.hpp"

namespace shelterwood::pdq {

inline std::size_t padded(std::size_t n) { return (n + kBlock - 1) / kBlock * kBlock; }

// Whether memory begins as zeros, or as whatever is there where all that is read is written first.
enum class Filled { zeros, nothing };

class Floats {
  public:
    explicit Floats(std::size_t count, Filled filled = Filled::zeros)
        : data_(static_cast<float*>(::operator new(count * sizeof(float), kAlignment))) {
        if (filled == Filled::zeros) std::memset(data_, 0, count * sizeof(float));
    }
    ~Floats() { ::operator delete(data_, kAlignment); }
    Floats(const Floats&) = delete;
    Floats& operator=(const Floats&) = delete;

    [[nodiscard]] float* data() { return data_; }

  private:
    static constexpr std::align_val_t kAlignment{64};
    float* data_;
};

// `count` rows of at least `width` floats. Row starts are an odd number of cache lines apart: with a power of two
// all rows would fall into the same few places of the cache when a column is read down.
class Rows {
  public:
    Rows(std::size_t count, std::size_t width, Filled filled = Filled::zeros)
        : stride_((padded(width) / kBlock | 1) * kBlock), floats_(count * stride_, filled) {}

    [[nodiscard]] float* operator[](std::size_t row) { return floats_.data() + row * stride_; }
    [[nodiscard]] std::size_t stride() const { return stride_; }

  private:
    std::size_t stride_;
    Floats floats_;
};

}  // namespace shelterwood::pdq
