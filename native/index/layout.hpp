// How a segment lies in memory and, byte for byte, in its file: docs/reference/index-format.md.
#pragma once

#include <cstdint>

#include "index/types.hpp"

namespace shelterwood::index {

enum Section : unsigned { kDirectory, kFront, kBack, kIds, kOrder, kSketches, kChecksums, kSections };

inline constexpr std::uint64_t kSegmentMagic = 0x0031474553575320;  // " SWSEG1\0"
inline constexpr std::uint32_t kFormatVersion = 2;
inline constexpr std::uint64_t kHeaderBytes = 4096;
inline constexpr std::uint64_t kBlockBytes = std::uint64_t{2} << 20;  // one checksum each
// Entries of all tables are numbered in 32 bits.
inline constexpr std::uint64_t kMaxRows = (std::uint64_t{1} << 28) - 64;

// What a segment is looked up in. Which one only matters for speed, so a file may have any that its rows allow.
enum class Tables : std::uint64_t {
    kNone = 0,   // in the file; a few thousand rows have tables on single bytes, made in memory
    kWhole = 1,  // on chunks; the directory says where a bucket begins
    kCut = 2,    // on chunks; the directory is of Buckets
};

struct SegmentHeader {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t width;
    std::uint64_t rows;
    std::uint64_t tables;  // Tables
    std::uint64_t stride;
    std::uint64_t heaviest;
    std::uint64_t file_bytes;
    std::uint64_t begin[kSections];
    std::uint64_t bytes[kSections];
    std::uint64_t directory_checksum;
    std::uint64_t table_checksum;       // of the section of block checksums
    std::uint8_t permutation[kCodeBits];
    std::uint64_t header_checksum;      // of everything above
};
static_assert(sizeof(SegmentHeader) <= kHeaderBytes);

// What a list of so many rows is best looked up in.
Tables best_tables(std::uint64_t rows);

// The one layout of a segment of `rows` rows with these tables: width, stride and where each section is. A file whose header
// says anything else is refused, so nothing in the file can point outside it.
SegmentHeader lay_out(std::uint64_t rows, Tables tables);

// Of the cuts in a directory of Buckets, as a power of two: those of a bucket half as full again as most must fit a byte.
unsigned unit_for(std::uint64_t rows, unsigned width);

// Blocks of the payload, which is everything from the end of the header to the block checksums.
std::uint64_t block_count(const SegmentHeader& header);

}  // namespace shelterwood::index
