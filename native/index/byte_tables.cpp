#include "index/byte_tables.hpp"

#include <numeric>

namespace shelterwood::index {
namespace {

// Where one table is written to.
struct Table {
    std::uint16_t* directory;
    std::uint8_t* sketches;
    std::uint16_t* order;
};

const std::uint8_t* bytes_of(const Code& code) { return reinterpret_cast<const std::uint8_t*>(code.word); }

void fill(const Code* codes, std::size_t rows, unsigned byte, const Table& table) {
    std::uint32_t begin[kByteKeys] = {};
    for (std::size_t row = 0; row < rows; ++row) ++begin[bytes_of(codes[row])[byte] + 1];
    std::partial_sum(begin, begin + kByteKeys, begin);
    for (unsigned key = 0; key < kByteKeys; ++key) table.directory[key] = static_cast<std::uint16_t>(begin[key]);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::uint8_t* code = bytes_of(codes[row]);
        const std::uint32_t entry = begin[code[byte]]++;
        table.order[entry] = static_cast<std::uint16_t>(row);
        std::uint8_t* line = table.sketches + entry / kLine * 2 * kLine + entry % kLine;
        line[0] = code[(byte + 1) % kCodeBytes];
        line[kLine] = code[(byte + 2) % kCodeBytes];
    }
}

}  // namespace

ByteTables::ByteTables(const Code* codes, std::size_t rows) {
    const std::size_t stride = (rows + kLine - 1) / kLine * kLine;
    const std::size_t entries = kCodeBytes * stride;
    region_ = Region::anonymous(entries * 4 + kCodeBytes * kByteKeys * sizeof(std::uint16_t));
    auto* order = reinterpret_cast<std::uint16_t*>(region_.data() + entries * 2);
    auto* directory = order + entries;
    for (unsigned byte = 0; byte < kCodeBytes; ++byte) {
        fill(codes, rows, byte,
             {directory + byte * kByteKeys, region_.data() + byte * stride * 2, order + byte * stride});
    }
    view_ = {stride, directory, region_.data(), order};
}

}  // namespace shelterwood::index
