// A search over all parts: which way of looking suits which part, threads, and the order of the answer.
#pragma once

#include <cstdint>

#include "index/buffers.hpp"
#include "index/kernels.hpp"
#include "index/state.hpp"

namespace shelterwood::index {

// Appends every live row within `radius` of a query, ordered by query, then distance, then id. `codes` are 32 bytes a
// query as the caller has them. Throws Failure(kDamaged) when a stored row number was out of range.
void search_parts(const Parts& parts, const Kernels& kernels, const std::uint8_t* codes, std::size_t queries,
                  unsigned radius, unsigned threads, Hits& hits);

// Permutes codes as every segment wants them.
std::vector<Code> permuted(const std::uint8_t* codes, std::size_t count);

}  // namespace shelterwood::index
