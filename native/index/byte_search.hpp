// One query through the tables on single bytes (byte_tables.hpp), for segments of a few thousand rows.
//
// The ring rule again, over 32 bytes: within r <= 31 there is a byte to start from that does not differ at all, and it and
// the next two differ in at most floor(3 r / 32) bits together. The sketch of an entry is these next two bytes.
#pragma once

constexpr unsigned kFirstLines = 3;  // of a bucket: asked for early; ten thousand rows have 40 entries a bucket

SHELTERWOOD_INLINE unsigned byte_limit(unsigned radius) { return 3 * radius / kCodeBytes; }

SHELTERWOOD_INLINE unsigned next_two(const std::uint8_t* code, unsigned byte) {
    return code[(byte + 1) % kCodeBytes] | static_cast<unsigned>(code[(byte + 2) % kCodeBytes]) << 8;
}

// The first byte at which the ring rule holds: the one table that reports the pair.
template <class Isa>
SHELTERWOOD_INLINE unsigned first_byte(const Code& difference, unsigned limit) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(difference.word);
    unsigned t = 0;
    while (t < kCodeBytes && (bytes[t] != 0 || Isa::pop(next_two(bytes, t)) > limit)) ++t;
    return t;
}

// Asks for the buckets of all tables; returns how many entries they hold together.
template <class Isa>
SHELTERWOOD_INLINE std::size_t prefetch_buckets(const ByteTablesView& tables, const std::uint8_t* key) {
    std::size_t entries = 0;
    for (unsigned t = 0; t < kCodeBytes; ++t) {
        const std::uint16_t* bucket = tables.directory + t * kByteKeys + key[t];
        const std::uint8_t* line = tables.sketches + (t * tables.stride + bucket[0]) / kLine * 2 * kLine;
        for (unsigned i = 0; i < kFirstLines; ++i) Isa::prefetch(line + i * 2 * kLine);
        entries += bucket[1] - bucket[0];
    }
    return entries;
}

// Radius 0..31; reads everything where the buckets (many duplicates, clustered bits) are more work than that.
template <class Isa>
void bytes_one(const SegmentView& view, const Code& query, std::uint32_t number, unsigned radius, Scratch& scratch,
               Hits& hits) {
    const ByteTablesView& tables = *view.bytes;
    const auto* key = reinterpret_cast<const std::uint8_t*>(query.word);
    const unsigned limit = byte_limit(radius);
    const std::size_t entries = prefetch_buckets<Isa>(tables, key);
    if (entries > 4 * std::size_t{view.rows}) return brute_one<Isa>(view, query, number, radius, hits);
    scratch.near.reserve(pairs_of(entries) + 2 * kCodeBytes);
    std::size_t count = 0;
    for (unsigned t = 0; t < kCodeBytes; ++t) {
        const std::uint16_t* bucket = tables.directory + t * kByteKeys + key[t];
        const auto ring = Isa::ring(next_two(key, t), static_cast<int>(limit));
        note_near<Isa>(tables.sketches + t * tables.stride * 2, {bucket[0], bucket[1]}, ring, t, scratch.near.data(), count);
    }
    scratch.candidates.clear();
    each_entry(scratch.near.data(), count, [&](std::uint32_t entry, std::uint32_t t) {
        const std::uint32_t row = tables.order[t * tables.stride + entry];
        Isa::prefetch(half_line(view.front, row));
        scratch.candidates.push({row, t});
    });
    if (scratch.candidates.size() > view.rows / 8 + 64) return brute_one<Isa>(view, query, number, radius, hits);
    for (const Candidate& c : scratch.candidates) {
        Code difference;
        const unsigned distance = distance_within<Isa>(view, c.entry, query, radius, difference);
        if (distance > radius) continue;
        if (first_byte<Isa>(difference, limit) == c.query) report(view, c.entry, number, distance, hits);
    }
}
