#include "index/buffers.hpp"

#include <cstdlib>
#include <new>

namespace shelterwood::index {

void* grow(void* data, std::size_t* capacity, std::size_t needed, std::size_t size) {
    std::size_t wanted = needed + needed / 2 + 64;
    // 64-byte alignment: some of these arrays are read a cache line at a time.
    std::size_t bytes = (wanted * size + 127) / 64 * 64;
    void* bigger = std::aligned_alloc(64, bytes);
    if (bigger == nullptr) throw std::bad_alloc();
    if (data != nullptr) __builtin_memcpy(bigger, data, *capacity * size);
    std::free(data);
    *capacity = wanted;
    return bigger;
}

void release(void* data) noexcept { std::free(data); }

}  // namespace shelterwood::index
