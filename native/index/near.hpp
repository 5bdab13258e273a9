// Reading a stretch of a table: which of its sketches are near the query's.
#pragma once

// Notes the pairs of lines that have something near, without a branch on it: guessed wrongly a hundred times a query, such
// a branch would throw away the loads that are already under way. `found` has room for a pair more than the range has.
template <class Isa>
SHELTERWOOD_INLINE void note_near(const std::uint8_t* sketches, Range range, const typename Isa::Ring& ring,
                                  std::uint32_t query, NearPair* found, std::size_t& count) {
    std::uint64_t inside = ~0ull << (range.begin % kLine);
    for (std::uint32_t at = range.begin / kLine * kLine; at < range.end; at += 2 * kLine, inside = ~0ull) {
        const std::uint32_t left = range.end - at;
        if (left < 2 * kLine) inside &= (1ull << left) - 1;
        const std::uint8_t* line = sketches + std::size_t{at} * 2;
        found[count] = {Isa::near(line, line + (left > kLine ? 2 * kLine : 0), ring) & inside, at, query};
        count += found[count].near != 0;
    }
}

SHELTERWOOD_INLINE std::size_t pairs_of(std::size_t entries) { return entries / (2 * kLine) + 2; }

// Calls entry(number, query) for every entry noted.
template <class Entry>
SHELTERWOOD_INLINE void each_entry(const NearPair* found, std::size_t count, Entry&& entry) {
    for (const NearPair* pair = found; pair != found + count; ++pair) {
        std::uint64_t near = pair->near;
        do {
            entry(pair->first + static_cast<unsigned>(__builtin_ctzll(near)), pair->query);
            near &= near - 1;
        } while (__builtin_expect(near != 0, 0));
    }
}
