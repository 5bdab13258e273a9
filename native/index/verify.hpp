// The last word on a candidate: the full distance, the tombstone, and whether this table is the one that reports it.
// Included by every kernels_*.cpp inside its own anonymous namespace.
#pragma once

// What radius r asks of a pair of codes that are within r (pigeonring principle): going round the 16 chunks there is a
// start t such that every run of l chunks from t differs in at most floor(l * r / 16) bits. We use l = 1 and l = 2.
struct Limits {
    unsigned radius, one, two;
    SHELTERWOOD_INLINE explicit Limits(unsigned r) : radius(r), one(r / kTables), two(2 * r / kTables) {}
};

SHELTERWOOD_INLINE unsigned chunk(const Code& code, unsigned t) { return (code.word[t / 4] >> (t % 4 * 16)) & 0xFFFF; }

template <class Isa>
SHELTERWOOD_INLINE bool starts_at(const Code& difference, unsigned t, const Limits& limits) {
    const unsigned here = Isa::pop(chunk(difference, t));
    return here <= limits.one && here + Isa::pop(chunk(difference, (t + 1) % kTables)) <= limits.two;
}

template <class Isa>
SHELTERWOOD_INLINE unsigned first_start(const Code& difference, const Limits& limits) {
    unsigned t = 0;
    while (t < kTables && !starts_at<Isa>(difference, t, limits)) ++t;
    return t;
}

SHELTERWOOD_INLINE const std::uint64_t* half_line(const std::uint64_t* half, std::size_t row) {
    return half + row / kGroup * 2 * kGroup + row % kGroup;
}

SHELTERWOOD_INLINE bool is_dead(const SegmentView& view, std::size_t row) {
    if (view.dead == nullptr) return false;
    return __atomic_load_n(view.dead + row / 64, __ATOMIC_RELAXED) >> (row % 64) & 1;
}

SHELTERWOOD_INLINE void report(const SegmentView& view, std::size_t row, std::uint32_t query, unsigned distance,
                               Hits& hits) {
    if (!is_dead(view, row)) hits.push({view.ids[row], query, distance});
}

// The distance if it is at most `radius`, else anything larger. `difference` is complete only for a match.
template <class Isa>
SHELTERWOOD_INLINE unsigned distance_within(const SegmentView& view, std::size_t row, const Code& query,
                                            unsigned radius, Code& difference) {
    const std::uint64_t* front = half_line(view.front, row);
    difference.word[0] = front[0] ^ query.word[0];
    difference.word[1] = front[kGroup] ^ query.word[1];
    const unsigned half = Isa::pop(difference.word[0]) + Isa::pop(difference.word[1]);
    if (half > radius) return half;
    const std::uint64_t* back = half_line(view.back, row);
    difference.word[2] = back[0] ^ query.word[2];
    difference.word[3] = back[kGroup] ^ query.word[3];
    return half + Isa::pop(difference.word[2]) + Isa::pop(difference.word[3]);
}

// A pair is often found by several tables. It is reported by the first table where the principle holds, and by no other:
// no memory of earlier hits is needed.
template <class Isa>
SHELTERWOOD_INLINE void verify_candidate(const SegmentView& view, std::size_t row, const Code& query,
                                         std::uint32_t number, unsigned table, const Limits& limits, Hits& hits) {
    Code difference;
    const unsigned distance = distance_within<Isa>(view, row, query, limits.radius, difference);
    if (distance > limits.radius) return;
    if (first_start<Isa>(difference, limits) == table) report(view, row, number, distance, hits);
}

template <class Isa>
SHELTERWOOD_INLINE void verify_row(const SegmentView& view, std::size_t row, const Code& query, std::uint32_t number,
                                   unsigned radius, Hits& hits) {
    Code difference;
    const unsigned distance = distance_within<Isa>(view, row, query, radius, difference);
    if (distance <= radius) report(view, row, number, distance, hits);
}
