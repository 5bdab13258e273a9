// Where the entries of a key lie, for reading a bucket whole or only what of it can hold something near. The second pays
// for one query in a long list, which waits for memory; it costs arithmetic, which is what many queries at once are short of.
#pragma once

struct Range {
    std::uint32_t begin, end;
};

SHELTERWOOD_INLINE std::size_t directory_size(unsigned width) { return (std::size_t{1} << width) + 1; }

// One table's buckets from beginning to end.
class WholeBuckets {
public:
    static constexpr unsigned kKeyBitsALine = 4;  // keys that differ in these lower bits share a line of the directory
    static constexpr unsigned kEighthsRead = 8;

    SHELTERWOOD_INLINE WholeBuckets(const SegmentView& view, unsigned table)
        : words_(view.cut ? 1 : 0), begin_(view.directory + (table * directory_size(view.width) << words_)) {}
    SHELTERWOOD_INLINE static Window window(unsigned, unsigned) { return {0, 0}; }
    SHELTERWOOD_INLINE const void* at(unsigned key) const { return begin_ + (std::size_t{key} << words_); }
    SHELTERWOOD_INLINE Range entries(unsigned key, Window) const {
        return {begin_[std::size_t{key} << words_], begin_[(std::size_t{key} + 1) << words_]};
    }

private:
    unsigned words_;  // of the directory for a key, as a power of two
    const std::uint32_t* begin_;
};

// One table's buckets, of which only the groups are looked at that can hold something near: two sketches that differ in d
// bits differ by at most d in their number of ones, so a bucket that is sorted by that number need not be read whole.
class CutBuckets {
public:
    static constexpr unsigned kKeyBitsALine = 3;
    static constexpr unsigned kEighthsRead = 5;  // of a bucket of random sketches

    SHELTERWOOD_INLINE CutBuckets(const SegmentView& view, unsigned table)
        : bucket_(reinterpret_cast<const Bucket*>(view.directory) + table * directory_size(view.width)), unit_(view.unit) {}
    SHELTERWOOD_INLINE static Window window(unsigned next, unsigned limit) {
        const int ones = __builtin_popcount(next), apart = static_cast<int>(limit);
        return {static_cast<std::uint8_t>(group_of(ones - apart)), static_cast<std::uint8_t>(group_of(ones + apart) + 1)};
    }
    SHELTERWOOD_INLINE const void* at(unsigned key) const { return bucket_ + key; }
    // At most a unit more on either side. Whatever the cuts say, the range lies inside the bucket.
    SHELTERWOOD_INLINE Range entries(unsigned key, Window window) const {
        std::uint64_t word;
        __builtin_memcpy(&word, bucket_ + key, sizeof word);
        const auto begin = static_cast<std::uint32_t>(word);
        const std::uint32_t size = bucket_[key + 1].begin - begin;
        const std::uint64_t cuts = word >> 32 << 8 | std::uint64_t{kUncounted} << 8 * kOnesGroups;
        const auto first = static_cast<std::uint32_t>(cuts >> 8 * window.first & 0xFF) << unit_;
        const auto cut = static_cast<std::uint32_t>(cuts >> 8 * window.last & 0xFF);
        const std::uint32_t last = cut == kUncounted ? size : ((cut + 1) << unit_) - 1;
        return {begin + (first < size ? first : size), begin + (last < size ? last : size)};
    }

private:
    const Bucket* bucket_;
    unsigned unit_;
};
