// One query through the tables. Memory decides here, not arithmetic, so every step asks early for the cache lines that a
// later one wants: directory -> sketches -> rows -> codes.
#pragma once

constexpr std::uint32_t kAll = 0xFFFFFFFFu;
constexpr unsigned kMostProbes = 17;         // a chunk, and its 16 neighbours
constexpr unsigned kDirectoriesAhead = 4;    // tables whose directory is asked for early
constexpr std::size_t kMostLinesAhead = 8;   // of a bucket; what is longer the processor sees coming

SHELTERWOOD_INLINE unsigned key_of(const SegmentView& view, const Code& code, unsigned table) {
    return chunk(code, table) >> (16 - view.width);
}

// More work than reading every front half once? A probed line costs about as much as eight rows that are streamed.
SHELTERWOOD_INLINE bool worse_than_brute(const SegmentView& view, std::size_t lines) {
    return lines * 8 > view.rows + std::size_t{16384};
}

SHELTERWOOD_INLINE std::size_t too_many_candidates(const SegmentView& view) { return view.rows / 64 + 4096; }

SHELTERWOOD_INLINE std::size_t most_lines(const SegmentView& view) {
    return std::size_t{kTables} * (1 + view.width) * (view.heaviest / kLine + 2);
}

// The buckets that one query looks at in one table, by number: its own first, then those one bit away.
template <class Directory>
struct Probes {
    Directory directory;
    const std::uint8_t* sketches;
    unsigned key, next;
    Window own, flipped;

    SHELTERWOOD_INLINE Probes(const SegmentView& view, const Code& query, unsigned table, const Limits& limits)
        : directory(view, table),
          sketches(view.sketches + table * view.stride * 2),
          key(key_of(view, query, table)),
          next(chunk(query, (table + 1) % kTables)),
          own(Directory::window(next, limits.two)),
          flipped(Directory::window(next, limits.two - (limits.one > 0))) {}

    SHELTERWOOD_INLINE Range entries(unsigned probe) const {
        return probe == 0 ? directory.entries(key, own) : directory.entries(key ^ 1u << (probe - 1), flipped);
    }
};

template <class Isa, class Directory>
SHELTERWOOD_INLINE void prefetch_directory(const SegmentView& view, const Code& query, unsigned table, unsigned probes) {
    const Directory directory(view, table);
    const unsigned key = key_of(view, query, table);
    Isa::prefetch(directory.at(key));
    for (unsigned bit = Directory::kKeyBitsALine; bit + 1 < probes; ++bit) Isa::prefetch(directory.at(key ^ 1u << bit));
}

// Lines of what is read of a usual bucket.
template <class Directory>
SHELTERWOOD_INLINE std::size_t lines_ahead(const SegmentView& view) {
    const std::size_t usual = (view.rows >> view.width) * Directory::kEighthsRead / 8 / kLine + 2;
    return usual < kMostLinesAhead ? usual : kMostLinesAhead;
}

// The lines of a range, `lines` of them at most. The last is asked for again rather than counting: no branch to guess.
template <class Isa>
SHELTERWOOD_INLINE void prefetch_range(const std::uint8_t* sketches, Range range, std::size_t lines) {
    const std::size_t first = range.begin / kLine, last = (std::size_t{range.end} + kLine - 1) / kLine - 1;
    for (std::size_t i = 0; i < lines; ++i) {
        const std::size_t line = first + i < last ? first + i : last;
        Isa::prefetch(sketches + line * 2 * kLine);
    }
}

template <class Directory>
SHELTERWOOD_INLINE std::size_t count_lines(const SegmentView& view, const Code& query, const Limits& limits) {
    std::size_t lines = 0;
    for (unsigned t = 0; t < kTables; ++t) {
        const Probes<Directory> probes(view, query, t, limits);
        for (unsigned p = 0; p <= (limits.one > 0 ? view.width : 0); ++p) {
            const Range range = probes.entries(p);
            lines += (range.end - range.begin) / kLine + 2;
        }
    }
    return lines;
}

// Ordinary segments need no counting: their fullest bucket says that no query can be that bad.
template <class Directory>
SHELTERWOOD_INLINE bool brute_is_less(const SegmentView& view, const Code& query, const Limits& limits) {
    return worse_than_brute(view, most_lines(view)) &&
           worse_than_brute(view, count_lines<Directory>(view, query, limits));
}

// Entry -> row, and ask for its code. A row number that is out of range is no address: the segment is damaged.
template <class Isa>
SHELTERWOOD_INLINE void fetch_rows(const SegmentView& view, std::size_t begin, std::size_t end, Scratch& scratch) {
    for (std::size_t i = begin; i < end; ++i) {
        std::uint32_t row = view.order[scratch.candidates[i].entry];
        if (__builtin_expect(row >= view.rows, 0)) scratch.damaged = true, row = 0;
        scratch.candidates[i].entry = row;
        Isa::prefetch(half_line(view.front, row));
    }
}

// Reads the buckets of table `t`, found one table ago, each in turn with finding one of the next table's.
template <class Isa, class Directory>
SHELTERWOOD_INLINE void scan_table(const SegmentView& view, const Code& query, unsigned t, unsigned probes,
                                   const Limits& limits, std::size_t lines, Range* ranges, Scratch& scratch) {
    const Probes<Directory> here(view, query, t, limits), ahead(view, query, t + 1 < kTables ? t + 1 : t, limits);
    NearPair* found = scratch.near.data();
    std::size_t count = 0;
    typename Isa::Ring ring = Isa::ring(here.next, static_cast<int>(limits.two));
    for (unsigned p = 0; p < probes; ++p) {
        const Range now = ranges[p];
        ranges[p] = ahead.entries(p);
        prefetch_range<Isa>(ahead.sketches, ranges[p], lines);
        note_near<Isa>(here.sketches, now, ring, 0, found, count);
        if (p == 0) ring = Isa::ring(here.next, static_cast<int>(limits.two) - 1);
    }
    const auto table = static_cast<std::uint32_t>(t * view.stride);
    each_entry(found, count, [&](std::uint32_t entry, std::uint32_t) {
        Isa::prefetch(view.order + table + entry);
        scratch.candidates.push({table + entry, 0});
    });
}

// Each step works on five tables at once: asks for the directory of one, finds the buckets of the next, reads those of a
// third, fetches the rows of a fourth and verifies a fifth.
template <class Isa, class Directory>
SHELTERWOOD_INLINE void look_up(const SegmentView& view, const Code& query, std::uint32_t number, unsigned radius,
                                Scratch& scratch, Hits& hits) {
    const Limits limits(radius);
    const unsigned probes = limits.one > 0 ? view.width + 1 : 1;
    const std::size_t lines = lines_ahead<Directory>(view);
    const std::size_t hits_before = hits.size();
    for (unsigned t = 0; t < kDirectoriesAhead; ++t) prefetch_directory<Isa, Directory>(view, query, t, probes);
    if (brute_is_less<Directory>(view, query, limits)) return brute_one<Isa>(view, query, number, radius, hits);
    scratch.near.reserve(kMostProbes * pairs_of(view.heaviest));
    scratch.candidates.clear();
    Range ranges[kMostProbes];
    const Probes<Directory> start(view, query, 0, limits);
    for (unsigned p = 0; p < probes; ++p) {
        ranges[p] = start.entries(p);
        prefetch_range<Isa>(start.sketches, ranges[p], lines);
    }
    std::size_t found[kTables + 3] = {};  // candidates before table t
    for (unsigned step = 0; step < kTables + 2; ++step) {
        const unsigned early = step + kDirectoriesAhead;
        if (early < kTables) prefetch_directory<Isa, Directory>(view, query, early, probes);
        if (step < kTables) scan_table<Isa, Directory>(view, query, step, probes, limits, lines, ranges, scratch);
        if (__builtin_expect(scratch.candidates.size() > too_many_candidates(view), 0)) {
            hits.truncate(hits_before);
            return brute_one<Isa>(view, query, number, radius, hits);
        }
        found[step + 1] = scratch.candidates.size();
        if (step >= 1) fetch_rows<Isa>(view, found[step - 1], found[step], scratch);
        for (std::size_t i = step >= 2 ? found[step - 2] : 0, end = step >= 2 ? found[step - 1] : 0; i < end; ++i) {
            verify_candidate<Isa>(view, scratch.candidates[i].entry, query, number, step - 2, limits, hits);
        }
    }
}

template <class Isa>
void tables_one(const SegmentView& view, const Code& query, std::uint32_t number, unsigned radius, Scratch& scratch,
                Hits& hits) {
    if (view.cut) return look_up<Isa, CutBuckets>(view, query, number, radius, scratch, hits);
    look_up<Isa, WholeBuckets>(view, query, number, radius, scratch, hits);
}
