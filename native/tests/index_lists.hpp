// Lists and queries for the tests of the index, and what brute force says about them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <tuple>
#include <vector>

#include "index/buffers.hpp"
#include "index/kernels.hpp"
#include "index/segment.hpp"

namespace shelterwood::index::tests {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 1) {}
    std::uint64_t next() {
        state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
        return state_ * 0x2545F4914F6CDD1Dull;
    }
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    Code code() { return {{next(), next(), next(), next()}}; }

private:
    std::uint64_t state_;
};

inline Code flipped(Code code, unsigned bits, Random& random) {
    for (unsigned done = 0; done < bits;) {
        const std::uint64_t at = random.below(256), bit = std::uint64_t{1} << (at % 64);
        static thread_local std::vector<std::uint64_t> used;
        if (done == 0) used.clear();
        if (std::find(used.begin(), used.end(), at) != used.end()) continue;
        used.push_back(at), code.word[at / 64] ^= bit, ++done;
    }
    return code;
}

inline unsigned distance(const Code& a, const Code& b) {
    int d = 0;
    for (unsigned w = 0; w < 4; ++w) d += std::popcount(a.word[w] ^ b.word[w]);
    return static_cast<unsigned>(d);
}

using Found = std::vector<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>>;  // query, distance, id

inline Found sorted(const Hits& hits) {
    Found found;
    for (std::size_t i = 0; i < hits.size(); ++i) found.emplace_back(hits[i].query, hits[i].distance, hits[i].id);
    std::sort(found.begin(), found.end());
    return found;
}

inline Found expected(const std::vector<Code>& codes, const std::vector<std::int64_t>& ids,
                      const std::vector<Code>& queries, unsigned radius) {
    Found found;
    for (std::uint32_t q = 0; q < queries.size(); ++q) {
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const unsigned d = distance(codes[i], queries[q]);
            if (d <= radius) found.emplace_back(q, d, ids[i]);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

inline std::vector<std::int64_t> numbered(std::size_t rows) {
    std::vector<std::int64_t> ids(rows);
    for (std::size_t i = 0; i < rows; ++i) ids[i] = static_cast<std::int64_t>(i * 7 % 1000003) - 500;
    return ids;
}

// Every way of looking that one set of kernels has must give the expected answer.
template <class Check>
void check_all_ways(const Kernels& kernels, const SegmentView& view, const std::vector<Code>& queries, unsigned radius,
                    const Found& wanted, Check&& check) {
    Scratch scratch;
    Hits hits;
    const auto count = static_cast<std::uint32_t>(queries.size());
    const auto done = [&](const char* way) { check(sorted(hits) == wanted, way), hits.clear(); };
    for (std::uint32_t q = 0; q < count; ++q) kernels.brute_one(view, queries[q], q, radius, hits);
    done("brute_one");
    kernels.brute_batch(view, queries.data(), count, 0, radius, scratch, hits);
    done("brute_batch");
    if (radius > kTableRadius) return;
    for (std::uint32_t q = 0; view.bytes != nullptr && q < count; ++q) {
        kernels.bytes_one(view, queries[q], q, radius, scratch, hits);
    }
    if (view.bytes != nullptr) done("bytes_one");
    if (view.width == 0) return;
    for (std::uint32_t q = 0; q < count; ++q) kernels.tables_one(view, queries[q], q, radius, scratch, hits);
    done("tables_one");
    kernels.tables_batch(view, queries.data(), count, 0, radius, scratch, hits);
    done("tables_batch");
}

// A short list with the tables that are named: those of its own length ("bytes"), or those of longer lists.
inline std::shared_ptr<Segment> built(const std::vector<Code>& codes, const std::vector<std::int64_t>& ids,
                                      const char* tables) {
    setenv("SHELTERWOOD_INDEX_TABLES", tables, 1);
    auto segment = Segment::build(GivenRows::already_permuted(codes.data(), ids.data(), codes.size()), 2);
    unsetenv("SHELTERWOOD_INDEX_TABLES");
    return segment;
}

inline constexpr const char* kEveryKindOfTables[] = {"bytes", "whole", "cut"};

inline std::vector<const Kernels*> runnable_kernels() {
    std::vector<const Kernels*> all;
    for (const char* name : {"portable", "emulated512", "avx2", "avx512"}) {
        if (const Kernels* k = kernels_named(name)) all.push_back(k);
    }
    return all;
}

}  // namespace shelterwood::index::tests
