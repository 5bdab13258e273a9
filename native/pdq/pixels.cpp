#include "pixels.hpp"

#include <stdexcept>

namespace shelterwood::pdq {
namespace {

void check_side(std::size_t side) {
    if (side == 0) throw std::invalid_argument("a picture needs at least one row and one column");
    if (side > kLargestSide) throw std::invalid_argument("a side of the picture is longer than 2^24 pixels");
}

void check_axis(const Axis& axis) {
    check_side(axis.full);
    const std::size_t d = axis.divisor;
    if (d != 1 && d != 2 && d != 4 && d != 8) throw std::invalid_argument("the divisor must be 1, 2, 4 or 8");
    if (axis.lead >= d) throw std::invalid_argument("the lead must be smaller than the divisor");
}

}  // namespace

void check(const RgbView& picture) {
    check_side(picture.height);
    check_side(picture.width);
}

void check(const LumaView& picture) {
    check_axis(picture.rows);
    check_axis(picture.columns);
}

ByteRows::ByteRows(const RgbView& picture)
    : data_(picture.data),
      row_stride_(picture.row_stride),
      column_stride_(picture.column_stride),
      channel_stride_(picture.channel_stride),
      columns_(picture.width),
      channels_(3) {
    const bool contiguous = channel_stride_ == 1 && (column_stride_ == 3 || columns_ == 1);
    if (!contiguous) copy_ = std::make_unique<std::uint8_t[]>(columns_ * channels_);
}

ByteRows::ByteRows(const LumaView& picture)
    : data_(picture.data),
      row_stride_(picture.row_stride),
      column_stride_(picture.column_stride),
      channel_stride_(1),
      columns_(picture.columns.cells()),
      channels_(1) {
    if (column_stride_ != 1 && columns_ != 1) copy_ = std::make_unique<std::uint8_t[]>(columns_);
}

const std::uint8_t* ByteRows::operator[](std::size_t row) {
    const std::uint8_t* const from = data_ + static_cast<std::ptrdiff_t>(row) * row_stride_;
    if (!copy_) return from;
    std::uint8_t* to = copy_.get();
    for (std::size_t x = 0; x < columns_; ++x) {
        const std::uint8_t* const pixel = from + static_cast<std::ptrdiff_t>(x) * column_stride_;
        for (std::size_t c = 0; c < channels_; ++c) *to++ = pixel[static_cast<std::ptrdiff_t>(c) * channel_stride_];
    }
    return copy_.get();
}

}  // namespace shelterwood::pdq
