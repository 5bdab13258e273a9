// One query through the tables. Memory decides here, not arithmetic, so the work is cut into steps that each know early
// which cache lines the next one wants: directory -> list of lines -> sketches -> rows -> codes.
#pragma once

constexpr unsigned kLinesWritten = 8;      // lines of a bucket written without asking how many there are
constexpr std::size_t kLinesAhead = 40;    // sketches in flight
constexpr std::uint32_t kAll = 0xFFFFFFFFu;

SHELTERWOOD_INLINE std::size_t directory_size(unsigned width) { return (std::size_t{1} << width) + 1; }

SHELTERWOOD_INLINE unsigned key_of(const SegmentView& view, const Code& code, unsigned table) {
    return chunk(code, table) >> (16 - view.width);
}

// More work than reading every front half once? A probed line costs about as much as eight rows that are streamed.
SHELTERWOOD_INLINE bool worse_than_brute(const SegmentView& view, std::size_t lines) {
    return lines * 8 > view.rows + std::size_t{16384};
}

SHELTERWOOD_INLINE std::size_t too_many_candidates(const SegmentView& view) { return view.rows / 64 + 4096; }

// The list of lines under way: which line of the sketches, and which of its 32 entries are wanted.
struct LineList {
    std::uint32_t* line;
    std::uint32_t* mask;
    std::size_t size;

    SHELTERWOOD_INLINE void add_bucket(std::size_t table_line, std::uint32_t begin, std::uint32_t end) {
        const std::uint32_t first = begin / kLine;
        const std::uint32_t count = (end + kLine - 1) / kLine - first;
        if (count == 0) return;
        const auto base = static_cast<std::uint32_t>(table_line + first);
        for (unsigned i = 0; i < kLinesWritten; ++i) line[size + i] = base + i, mask[size + i] = kAll;
        for (std::uint32_t i = kLinesWritten; i < count; ++i) line[size + i] = base + i, mask[size + i] = kAll;
        mask[size] &= kAll << (begin % kLine);
        mask[size + count - 1] &= kAll >> (0u - end) % kLine;
        size += count;
    }
    // Lines are looked at in pairs.
    SHELTERWOOD_INLINE void make_even(std::size_t since) {
        if ((size - since) % 2 == 0) return;
        line[size] = line[size - 1], mask[size] = 0;
        ++size;
    }
};

// Where the lines of each table begin: its own bucket first (index 2 t), then those one bit away (2 t + 1).
struct Parts {
    std::size_t begin[2 * kTables + 1];
};

template <class Isa>
SHELTERWOOD_INLINE void prefetch_directory(const SegmentView& view, unsigned table, unsigned key, bool flips) {
    const std::uint32_t* directory = view.directory + table * directory_size(view.width);
    Isa::prefetch(directory + key);
    for (unsigned f = 4; flips && f < view.width; ++f) Isa::prefetch(directory + (key ^ 1u << f));
}

SHELTERWOOD_INLINE std::size_t count_lines(const SegmentView& view, const Code& query, const Limits& limits) {
    std::size_t lines = 0;
    for (unsigned t = 0; t < kTables; ++t) {
        const std::uint32_t* directory = view.directory + t * directory_size(view.width);
        const unsigned key = key_of(view, query, t);
        lines += (directory[key + 1] - directory[key]) / kLine + 2;
        for (unsigned f = 0; limits.one > 0 && f < view.width; ++f) {
            const unsigned flipped = key ^ 1u << f;
            lines += (directory[flipped + 1] - directory[flipped]) / kLine + 2;
        }
    }
    return lines;
}

// Room for all lines of the query; false when brute force is less work. Ordinary segments skip the counting: their
// fullest bucket says that no query can be that bad.
SHELTERWOOD_INLINE bool reserve_lines(const SegmentView& view, const Code& query, const Limits& limits,
                                      Scratch& scratch) {
    std::size_t bound = std::size_t{kTables} * (1 + view.width) * (view.heaviest / kLine + 2);
    if (worse_than_brute(view, bound)) {
        bound = count_lines(view, query, limits);
        if (worse_than_brute(view, bound)) return false;
    }
    scratch.lines.reserve(bound + 2 * kTables + kLinesWritten);
    scratch.masks.reserve(bound + 2 * kTables + kLinesWritten);
    return true;
}

SHELTERWOOD_INLINE void list_lines(const SegmentView& view, const Code& query, unsigned t, bool flips, LineList& list,
                                   Parts& parts) {
    const std::uint32_t* directory = view.directory + t * directory_size(view.width);
    const std::size_t table_line = t * (view.stride / kLine);
    const unsigned key = key_of(view, query, t);
    parts.begin[2 * t] = list.size;
    list.add_bucket(table_line, directory[key], directory[key + 1]);
    list.make_even(parts.begin[2 * t]);
    parts.begin[2 * t + 1] = list.size;
    for (unsigned f = 0; flips && f < view.width; ++f) {
        const unsigned flipped = key ^ 1u << f;
        list.add_bucket(table_line, directory[flipped], directory[flipped + 1]);
    }
    list.make_even(parts.begin[2 * t + 1]);
    parts.begin[2 * t + 2] = list.size;
}

// First only notes which pairs of lines have something near, without a branch on it: guessed wrongly a hundred times a
// query, such a branch would throw away the loads that are already under way.
template <class Isa>
SHELTERWOOD_INLINE void scan_lines(const SegmentView& view, std::size_t begin, std::size_t end,
                                   const typename Isa::Ring& ring, const LineList& list, Scratch& scratch) {
    const std::uint32_t* line = list.line;
    scratch.near.reserve((end - begin) / 2 + 1);
    NearPair* found = scratch.near.data();
    std::size_t count = 0;
    for (std::size_t i = begin; i < end; i += 2) {
        const std::size_t ahead = i + kLinesAhead < list.size ? i + kLinesAhead : list.size - 2;
        Isa::prefetch(view.sketches + std::size_t{line[ahead]} * 64);
        Isa::prefetch(view.sketches + std::size_t{line[ahead + 1]} * 64);
        std::uint64_t wanted;
        __builtin_memcpy(&wanted, list.mask + i, 8);
        const std::uint64_t near = Isa::near(view.sketches + std::size_t{line[i]} * 64,
                                             view.sketches + std::size_t{line[i + 1]} * 64, ring) & wanted;
        found[count] = {near, static_cast<std::uint32_t>(i)};
        count += near != 0;
    }
    for (std::size_t p = 0; p < count; ++p) {
        std::uint64_t near = found[p].near;
        do {
            const auto bit = static_cast<unsigned>(__builtin_ctzll(near));
            const std::uint32_t entry = line[found[p].line + bit / kLine] * kLine + bit % kLine;
            Isa::prefetch(view.order + entry);
            scratch.candidates.push({entry, 0});
            near &= near - 1;
        } while (__builtin_expect(near != 0, 0));
    }
}

template <class Isa>
SHELTERWOOD_INLINE void scan_table(const SegmentView& view, const Code& query, unsigned t, const Limits& limits,
                                   const LineList& list, const Parts& parts, Scratch& scratch) {
    const unsigned next = chunk(query, (t + 1) % kTables);
    const std::size_t* begin = parts.begin + 2 * t;
    const int limit = static_cast<int>(limits.two);
    scan_lines<Isa>(view, begin[0], begin[1], Isa::ring(next, limit), list, scratch);
    if (limits.one > 0) scan_lines<Isa>(view, begin[1], begin[2], Isa::ring(next, limit - 1), list, scratch);
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

// Each step works on five tables at once: asks for the directory of one, lists the lines of the next, scans a third,
// fetches the rows of a fourth and verifies a fifth.
template <class Isa>
void tables_one(const SegmentView& view, const Code& query, std::uint32_t number, unsigned radius, Scratch& scratch,
                Hits& hits) {
    constexpr unsigned kDirectoriesAhead = 4;
    const Limits limits(radius);
    const bool flips = limits.one > 0;
    const std::size_t hits_before = hits.size();
    for (unsigned t = 0; t < kDirectoriesAhead; ++t) prefetch_directory<Isa>(view, t, key_of(view, query, t), flips);
    if (!reserve_lines(view, query, limits, scratch)) return brute_one<Isa>(view, query, number, radius, hits);
    LineList list{scratch.lines.data(), scratch.masks.data(), 0};
    Parts parts;
    list_lines(view, query, 0, flips, list, parts);
    for (std::size_t i = 0; i < kLinesAhead && i < list.size; ++i) {
        Isa::prefetch(view.sketches + std::size_t{list.line[i]} * 64);
    }
    scratch.candidates.clear();
    std::size_t found[kTables + 3] = {};  // candidates before table t
    for (unsigned step = 0; step < kTables + 2; ++step) {
        if (step + kDirectoriesAhead < kTables) {
            prefetch_directory<Isa>(view, step + kDirectoriesAhead, key_of(view, query, step + kDirectoriesAhead), flips);
        }
        if (step + 1 < kTables) list_lines(view, query, step + 1, flips, list, parts);
        if (step < kTables) scan_table<Isa>(view, query, step, limits, list, parts, scratch);
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
