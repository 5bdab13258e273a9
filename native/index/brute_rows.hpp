// Brute force for one query: stream the rows, eight at a time. Up to a radius of about 48 the first 128 bits decide
// almost always, so only half of every code is read.
#pragma once

template <class Isa, bool kFull>
void stream_rows(const SegmentView& view, const Code& query, std::uint32_t number, unsigned radius, Hits& hits) {
    const typename Isa::Rows wanted = Isa::rows(query, radius);
    for (std::size_t row = 0; row < view.rows; row += 2 * kGroup) {
        const std::size_t at = row * 2;  // two words a row in each half
        std::uint32_t close = Isa::template close_rows<kFull>(view.front + at, view.back + at, wanted);
        if (view.rows - row < 2 * kGroup) close &= (1u << (view.rows - row)) - 1;
        for (; __builtin_expect(close != 0, 0); close &= close - 1) {
            verify_row<Isa>(view, row + static_cast<unsigned>(__builtin_ctz(close)), query, number, radius, hits);
        }
    }
}

template <class Isa>
void brute_one(const SegmentView& view, const Code& query, std::uint32_t number, unsigned radius, Hits& hits) {
    constexpr unsigned kHalfDecides = 48;  // 128 random bits: mean 64, standard deviation 5.7
    if (radius <= kHalfDecides) return stream_rows<Isa, false>(view, query, number, radius, hits);
    stream_rows<Isa, true>(view, query, number, radius, hits);
}
