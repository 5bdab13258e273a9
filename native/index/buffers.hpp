// Memory that grows in one place (buffers.cpp), so that kernels of several instruction sets can share it safely.
#pragma once

#include "index/types.hpp"

namespace shelterwood::index {

// Grows `data` (from malloc) to hold at least `needed` items of `size` bytes; throws std::bad_alloc.
void* grow(void* data, std::size_t* capacity, std::size_t needed, std::size_t size);
void release(void* data) noexcept;

// An array of trivial items that only grows. No constructor of T runs.
template <class T>
class Buffer {
public:
    SHELTERWOOD_INLINE Buffer() = default;
    SHELTERWOOD_INLINE ~Buffer() { release(data_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    SHELTERWOOD_INLINE T* data() { return data_; }
    SHELTERWOOD_INLINE const T* data() const { return data_; }
    SHELTERWOOD_INLINE std::size_t size() const { return size_; }
    SHELTERWOOD_INLINE T& operator[](std::size_t i) { return data_[i]; }
    SHELTERWOOD_INLINE const T& operator[](std::size_t i) const { return data_[i]; }
    SHELTERWOOD_INLINE T* begin() { return data_; }
    SHELTERWOOD_INLINE T* end() { return data_ + size_; }
    SHELTERWOOD_INLINE void clear() { size_ = 0; }
    SHELTERWOOD_INLINE void truncate(std::size_t size) { size_ = size; }
    SHELTERWOOD_INLINE void resize(std::size_t size) { reserve(size), size_ = size; }
    SHELTERWOOD_INLINE void reserve(std::size_t size) {
        if (size > capacity_) data_ = static_cast<T*>(grow(data_, &capacity_, size, sizeof(T)));
    }
    SHELTERWOOD_INLINE void push(const T& item) {
        reserve(size_ + 1);
        data_[size_++] = item;
    }

private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

using Hits = Buffer<Hit>;

struct Candidate {
    std::uint32_t entry;  // position in the table, then the row found there
    std::uint32_t query;
};

// Two lines of a table, some of whose 64 entries are near the query.
struct NearPair {
    std::uint64_t near;   // one bit an entry
    std::uint32_t first;  // entry of the table
    std::uint32_t query;
};

struct Probe {
    std::uint32_t query;
    std::uint16_t key;
    std::uint16_t flipped;  // 1 where the key is one bit away from the query's own chunk
};

// Working memory of one thread's searches; reused, so that a search allocates nothing.
struct Scratch {
    Buffer<NearPair> near;
    Buffer<Candidate> candidates;
    Buffer<Probe> probes;            // of a batch, as made and
    Buffer<Probe> sorted;            // in the order of the buckets
    Buffer<std::uint32_t> counts;
    Buffer<std::uint32_t> load;      // candidates a query of the batch has met; the heavy ones go to brute force
    Buffer<std::uint64_t> planes;    // bit-sliced brute force: a tile's sums for every three query bits
    Buffer<std::uint16_t> choices;   // and which of the sums each query reads
    Buffer<std::uint8_t> opinions;   // the same for the votes of groups of bits, which lie in planes, too
    Buffer<Code> heavy;
    Buffer<std::uint32_t> heavy_query;
    bool damaged = false;            // a stored row number was out of range
};

}  // namespace shelterwood::index
