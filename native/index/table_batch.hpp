// Many queries through the tables: table by table, with the probes of all queries in the order of the buckets, so that a
// table is read from front to back once a batch and stays in the cache.
#pragma once

constexpr std::uint32_t kBatch = 8192;
constexpr std::size_t kProbesAhead = 12;
constexpr std::size_t kCandidatesAtOnce = std::size_t{1} << 20;  // then they are verified, so that memory stays bounded
constexpr std::size_t kPairsAtOnce = 1024;  // of lines with something near: noted, then taken, while in the first cache

SHELTERWOOD_INLINE void make_probes(const SegmentView& view, const Code* queries, std::uint32_t count, unsigned table,
                                    const Limits& limits, Buffer<Probe>& probes) {
    const unsigned flips = limits.one > 0 ? view.width : 0;
    probes.resize(std::size_t{count} * (1 + flips));
    Probe* out = probes.data();
    for (std::uint32_t q = 0; q < count; ++q) {
        const unsigned key = key_of(view, queries[q], table);
        *out++ = {q, static_cast<std::uint16_t>(key), 0};
        for (unsigned f = 0; f < flips; ++f) *out++ = {q, static_cast<std::uint16_t>(key ^ 1u << f), 1};
    }
}

// Counting sort by the upper bits of the key: near enough to the order of the table.
SHELTERWOOD_INLINE void sort_probes(const SegmentView& view, Scratch& scratch) {
    const unsigned shift = view.width > 12 ? view.width - 12 : 0;
    const std::size_t bins = std::size_t{1} << (view.width - shift);
    scratch.counts.resize(bins + 1);
    for (std::uint32_t& c : scratch.counts) c = 0;
    for (const Probe& p : scratch.probes) ++scratch.counts[(p.key >> shift) + 1u];
    for (std::size_t b = 1; b < bins; ++b) scratch.counts[b] += scratch.counts[b - 1];
    scratch.sorted.resize(scratch.probes.size());
    for (const Probe& p : scratch.probes) scratch.sorted[scratch.counts[p.key >> shift]++] = p;
}

template <class Isa>
SHELTERWOOD_INLINE void prefetch_probe(const WholeBuckets& directory, const std::uint8_t* sketches, std::size_t lines,
                                       std::size_t i, const Buffer<Probe>& probes) {
    if (i + 2 * kProbesAhead < probes.size()) Isa::prefetch(directory.at(probes[i + 2 * kProbesAhead].key));
    if (i + kProbesAhead >= probes.size()) return;
    prefetch_range<Isa>(sketches, directory.entries(probes[i + kProbesAhead].key, {}), lines);
}

// What was noted becomes candidates.
SHELTERWOOD_INLINE void take_noted(std::size_t& count, Scratch& scratch) {
    each_entry(scratch.near.data(), count, [&](std::uint32_t entry, std::uint32_t query) {
        scratch.candidates.push({entry, query});
        ++scratch.load[query];
    });
    count = 0;
}

// Row numbers, then codes, each asked for a while before it is used.
template <class Isa>
SHELTERWOOD_INLINE void verify_all(const SegmentView& view, const Code* queries, std::uint32_t first, unsigned table,
                                   const Limits& limits, Scratch& scratch, Hits& hits) {
    constexpr std::size_t kAhead = 24;
    Buffer<Candidate>& found = scratch.candidates;
    const std::uint32_t* order = view.order + table * view.stride;
    for (std::size_t i = 0; i < found.size() + 2 * kAhead; ++i) {
        if (i < found.size()) Isa::prefetch(order + found[i].entry);
        if (i >= kAhead && i - kAhead < found.size()) {
            Candidate& c = found[i - kAhead];
            c.entry = order[c.entry];
            if (__builtin_expect(c.entry >= view.rows, 0)) scratch.damaged = true, c.entry = 0;
            Isa::prefetch(half_line(view.front, c.entry));
        }
        if (i >= 2 * kAhead) {
            const Candidate& c = found[i - 2 * kAhead];
            verify_candidate<Isa>(view, c.entry, queries[c.query], first + c.query, table, limits, hits);
        }
    }
    found.clear();
}

template <class Isa>
SHELTERWOOD_INLINE void scan_probes(const SegmentView& view, const Code* queries, std::uint32_t first, unsigned table,
                                    const Limits& limits, Scratch& scratch, Hits& hits) {
    const WholeBuckets directory(view, table);
    const std::size_t lines = lines_ahead<WholeBuckets>(view);
    const std::uint8_t* sketches = view.sketches + table * view.stride * 2;
    const std::size_t too_many = too_many_candidates(view), room = pairs_of(view.heaviest) + kPairsAtOnce;
    scratch.near.reserve(room);
    std::size_t count = 0;
    for (std::size_t i = 0; i < scratch.sorted.size(); ++i) {
        prefetch_probe<Isa>(directory, sketches, lines, i, scratch.sorted);
        const Probe& p = scratch.sorted[i];
        if (scratch.load[p.query] > too_many) continue;
        const unsigned next = chunk(queries[p.query], (table + 1) % kTables);
        const typename Isa::Ring ring = Isa::ring(next, static_cast<int>(limits.two - p.flipped));
        note_near<Isa>(sketches, directory.entries(p.key, {}), ring, p.query, scratch.near.data(), count);
        if (__builtin_expect(count >= kPairsAtOnce, 0)) take_noted(count, scratch);
        if (__builtin_expect(scratch.candidates.size() > kCandidatesAtOnce, 0)) {
            verify_all<Isa>(view, queries, first, table, limits, scratch, hits);
        }
    }
    take_noted(count, scratch);
    verify_all<Isa>(view, queries, first, table, limits, scratch, hits);
}

// Queries that were too heavy for the tables: forget what the tables gave, ask brute force.
template <class Isa>
void redo_heavy(const SegmentView& view, const Code* queries, std::uint32_t count, std::uint32_t first, unsigned radius,
                std::size_t hits_before, Scratch& scratch, Hits& hits) {
    const std::size_t too_many = too_many_candidates(view);
    scratch.heavy.clear();
    scratch.heavy_query.clear();
    for (std::uint32_t q = 0; q < count; ++q) {
        if (scratch.load[q] <= too_many) continue;
        scratch.heavy.push(queries[q]);
        scratch.heavy_query.push(first + q);
    }
    if (scratch.heavy.size() == 0) return;
    std::size_t kept = hits_before;
    for (std::size_t i = hits_before; i < hits.size(); ++i) {
        if (scratch.load[hits[i].query - first] <= too_many) hits[kept++] = hits[i];
    }
    hits.truncate(kept);
    brute_batch<Isa>(view, scratch.heavy.data(), static_cast<std::uint32_t>(scratch.heavy.size()), 0, radius, scratch,
                     hits);
    for (std::size_t i = kept; i < hits.size(); ++i) hits[i].query = scratch.heavy_query[hits[i].query];
}

template <class Isa>
SHELTERWOOD_INLINE void one_batch(const SegmentView& view, const Code* queries, std::uint32_t count, std::uint32_t first, unsigned radius,
               Scratch& scratch, Hits& hits) {
    const Limits limits(radius);
    const std::size_t hits_before = hits.size();
    scratch.load.resize(count);
    for (std::uint32_t q = 0; q < count; ++q) {
        scratch.load[q] = brute_is_less<WholeBuckets>(view, queries[q], limits) ? kAll : 0;
    }
    for (unsigned table = 0; table < kTables; ++table) {
        make_probes(view, queries, count, table, limits, scratch.probes);
        sort_probes(view, scratch);
        scratch.candidates.clear();
        scan_probes<Isa>(view, queries, first, table, limits, scratch, hits);
    }
    redo_heavy<Isa>(view, queries, count, first, radius, hits_before, scratch, hits);
}

template <class Isa>
void tables_batch(const SegmentView& view, const Code* queries, std::uint32_t count, std::uint32_t first,
                  unsigned radius, Scratch& scratch, Hits& hits) {
    for (std::uint32_t q = 0; q < count; q += kBatch) {
        const std::uint32_t now = count - q < kBatch ? count - q : kBatch;
        one_batch<Isa>(view, queries + q, now, first + q, radius, scratch, hits);
    }
}
