// The nouns of the index. Only plain structures: kernels compiled with other -m flags include this file, and a shared
// inline function with a body of its own could be linked in from the wrong instruction set. Hence SHELTERWOOD_INLINE.
#pragma once

#include <cstddef>
#include <cstdint>

#define SHELTERWOOD_INLINE __attribute__((always_inline)) inline

namespace shelterwood::index {

inline constexpr unsigned kCodeBits = 256;
inline constexpr unsigned kCodeBytes = 32;
inline constexpr unsigned kTables = 16;        // one a 16-bit chunk
inline constexpr unsigned kTableRadius = 31;   // 16 tables, one changed bit each: exact up to 16 * 2 - 1
inline constexpr unsigned kLine = 32;          // entries of a table in one 64-byte line
inline constexpr unsigned kGroup = 4;          // rows whose half codes share one 64-byte line
inline constexpr unsigned kByteKeys = 257;     // of a table on one byte: its 256 values and the end
inline constexpr unsigned kByteTableRows = 0xFFFF;  // the most that tables on single bytes are made for

struct Code {
    std::uint64_t word[4];
};

struct Hit {
    std::int64_t id;
    std::uint32_t query;
    std::uint32_t distance;
};

// The entries of a bucket lie in groups, by how many of the 16 bits of the sketch are set: up to 6, 7, 8, 9, more.
inline constexpr unsigned kOnesGroups = 5;
SHELTERWOOD_INLINE constexpr unsigned group_of(int ones) { return ones <= 6 ? 0u : ones >= 10 ? 4u : unsigned(ones) - 6; }

// The groups of a bucket that can hold something near: from the first, up to before the last.
struct Window {
    std::uint8_t first : 4, last : 4;
};

// Where the entries of a key begin, and so many units of 2^unit entries, and a part of one, come before group i + 1.
struct Bucket {
    std::uint32_t begin;
    std::uint8_t cut[kOnesGroups - 1];
};
static_assert(sizeof(Bucket) == 8);
inline constexpr unsigned kUncounted = 255;  // a cut of 255 or more units

// Table t of 32 lists the rows of a small segment in the order of byte t: directory[t * kByteKeys + value] is the first
// entry of a value. The sketch of an entry is the row's next two bytes, laid out as in SegmentView.
struct ByteTablesView {
    std::size_t stride;             // entries a table is padded to (a multiple of kLine)
    const std::uint16_t* directory;
    const std::uint8_t* sketches;
    const std::uint16_t* order;     // row numbers
};

// What a search needs of a segment: bare pointers into an owner (segment.hpp) that has checked every bound.
//
// Table t lists the rows in the order of the upper `width` bits of their chunk t; directory[t * (2^width + 1) + key] is
// the first entry of a key; where buckets are cut the directory is of Buckets. Entry e has a *sketch*, the row's next chunk
// (t + 1 mod 16): its low byte is at (e / 32) * 64 + e % 32 of the table's sketches, its high byte 32 further, so that one
// cache line holds 32 entries.
struct SegmentView {
    std::uint32_t rows;
    std::uint32_t width;            // of the directory, in bits; 0: no such tables
    std::uint32_t heaviest;         // entries of the fullest bucket of any table
    std::size_t stride;             // entries a table is padded to (a multiple of kLine)
    bool cut;                       // whether the buckets are
    unsigned unit;                  // of the cuts
    const std::uint32_t* directory;
    const std::uint8_t* sketches;   // kTables * stride * 2 bytes
    const std::uint32_t* order;     // kTables * stride row numbers
    const std::uint64_t* front;     // words 0 and 1 of four rows a line: w0 w0 w0 w0 w1 w1 w1 w1
    const std::uint64_t* back;      // words 2 and 3 likewise
    const std::int64_t* ids;
    const std::uint64_t* dead;      // tombstones, one bit a row; may be null
    const ByteTablesView* bytes;    // the tables of a small segment; may be null
};

}  // namespace shelterwood::index
