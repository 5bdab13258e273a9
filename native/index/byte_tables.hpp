// Tables for a few thousand rows, made in memory: for each of the 32 bytes of a code, the rows in the order of that byte.
// 31 differing bits leave at least one byte of 32 untouched, so only equal bytes are looked up: 32 short buckets, where
// the tables on 16-bit chunks would need up to 272 nearly empty ones. With more rows the buckets grow too long.
#pragma once

#include "index/memory.hpp"
#include "index/types.hpp"

namespace shelterwood::index {

class ByteTables {
public:
    // Of permuted codes, kByteTableRows at most.
    ByteTables(const Code* codes, std::size_t rows);

    const ByteTablesView& view() const { return view_; }

private:
    Region region_;
    ByteTablesView view_{};
};

}  // namespace shelterwood::index
