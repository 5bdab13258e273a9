// The hot loops, one set an instruction set, all giving the same answers; chosen at run time in dispatch.cpp.
#pragma once

#include "index/buffers.hpp"
#include "index/permutation.hpp"
#include "index/types.hpp"

namespace shelterwood::index {

// Queries are permuted codes; hits carry `first + i` for query i. Rows with a tombstone are left out.
struct Kernels {
    const char* name;
    void (*permute)(const PermutationPlan&, const std::uint8_t* codes, std::size_t count, Code* out);
    // Radius 0..31 through the tables (or brute force where that is less work). view.width must not be 0.
    void (*tables_one)(const SegmentView&, const Code&, std::uint32_t first, unsigned radius, Scratch&, Hits&);
    void (*tables_batch)(const SegmentView&, const Code*, std::uint32_t count, std::uint32_t first, unsigned radius,
                         Scratch&, Hits&);
    // Radius 0..31 through the tables on single bytes. view.bytes must not be null.
    void (*bytes_one)(const SegmentView&, const Code&, std::uint32_t first, unsigned radius, Scratch&, Hits&);
    // Any radius. `one` streams the rows, `batch` cuts them into bit planes first: better from 8 to 56 queries on.
    void (*brute_one)(const SegmentView&, const Code&, std::uint32_t first, unsigned radius, Hits&);
    void (*brute_batch)(const SegmentView&, const Code*, std::uint32_t count, std::uint32_t first, unsigned radius,
                        Scratch&, Hits&);
};

extern const Kernels kPortable;
extern const Kernels kEmulated512;  // the AVX-512 code on an emulated register: for tests on other machines
#if defined(__x86_64__)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#endif

// The best set this machine can run, or the one that SHELTERWOOD_KERNELS names (portable, emulated512, avx2, avx512).
const Kernels& kernels();
// By name; null when unknown or when this machine cannot run it.
const Kernels* kernels_named(const char* name);

}  // namespace shelterwood::index
