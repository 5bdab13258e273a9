// Brute force for many queries at radii where a vote decides. The 256 bits fall in groups of five; a group votes "far"
// when two or more of its bits differ. Every such vote costs a pair two differing bits, so codes within `radius` get at
// most radius / 2 votes. The votes of a tile of rows are prepared for each of the 32 values the query's five bits can
// have; a query picks one prepared register a group and counts them with full adders: less than one instruction a pair
// of codes. Rows with few votes are verified one by one.
//
// An unrelated group votes with a chance of 13/16, so the vote says almost as much as the distance and needs one adder
// for five bits instead of five. Larger groups need fewer adders still, but their prepared registers outgrow the
// first-level cache and cost more to prepare (measured: five and eight come out alike, and five needs a fifth of the
// memory).
#pragma once

// Under sanitizers every operation of an unrolled count is checked by itself, and compilers take many minutes over it.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kUnrollAtAll = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kUnrollAtAll = false;
#else
constexpr bool kUnrollAtAll = true;
#endif
#else
constexpr bool kUnrollAtAll = true;
#endif

constexpr unsigned kVoters = 5;        // bits of a group
constexpr unsigned kOpinions = 1u << kVoters;
constexpr unsigned kMaxGroups = 52;    // 260 bits; those past 256 never differ
constexpr unsigned kVoteRadius = 69;   // beyond it too many unrelated codes pass

template <class Isa>
struct Votes {
    using Bits = typename Isa::Bits;
    using Tile = Sliced<Isa>;
    static constexpr unsigned kWords = Tile::kWords;
    static constexpr unsigned kStride = kOpinions * kWords;  // words of one group's prepared votes

    // Two or more of five: two of the first three, or the last two, or one of each.
    static void prepare_group(const std::uint64_t* planes, std::uint64_t* votes) {
        Bits bit[kVoters];
        for (unsigned i = 0; i < kVoters; ++i) bit[i] = Isa::load(planes + i * kWords);
        for (unsigned high = 0; high < 4; ++high) {
            const Bits d = Isa::xor_(bit[3], Isa::fill(high & 1)), e = Isa::xor_(bit[4], Isa::fill(high & 2));
            const Bits one = Isa::or_(d, e), two = Isa::and_(d, e);
            for (unsigned low = 0; low < 8; ++low) {
                const Bits a = Isa::xor_(bit[0], Isa::fill(low & 1)), b = Isa::xor_(bit[1], Isa::fill(low & 2));
                const Bits c = Isa::xor_(bit[2], Isa::fill(low & 4));
                const Bits mixed = Isa::and_(one, Isa::or_(Isa::or_(a, b), c));
                const Bits vote = Isa::or_(Isa::or_(Isa::majority(a, b, c), two), mixed);
                Isa::store(votes + (high * 8 + low) * kWords, vote);
            }
        }
    }

    // Counts one bit of each row of the tile: `sum` in binary, and at every weight at most one addend that waits for a
    // second one, so that each full adder takes three bits in. Which of them wait is known to the compiler where the
    // counting is unrolled.
    template <unsigned kTop>
    struct Tally {
        Bits sum[kTop], waiting[kTop];
        bool waits[kTop] = {};
        Bits over = Isa::fill(0);

        SHELTERWOOD_INLINE explicit Tally(unsigned start) {
            for (unsigned i = 0; i < kTop; ++i) sum[i] = Isa::fill(start >> i & 1);
        }
        template <unsigned kLevel>
        SHELTERWOOD_INLINE void add(const Bits& x) {
            if constexpr (kLevel == kTop) {
                over = Isa::or_(over, x);
            } else if (waits[kLevel]) {
                waits[kLevel] = false;
                const Bits carry = Isa::majority(sum[kLevel], waiting[kLevel], x);
                sum[kLevel] = Isa::parity(sum[kLevel], waiting[kLevel], x);
                add<kLevel + 1>(carry);
            } else {
                waiting[kLevel] = x, waits[kLevel] = true;
            }
        }
        template <unsigned kLevel>
        SHELTERWOOD_INLINE void finish() {
            if constexpr (kLevel < kTop) {
                if (waits[kLevel]) add<kLevel + 1>(Isa::and_(sum[kLevel], waiting[kLevel]));
                finish<kLevel + 1>();
            }
        }
    };

    template <unsigned kGroups>
    static void scan_tile(const SegmentView& view, std::size_t row, const Code* queries, std::uint32_t count,
                          std::uint32_t first, unsigned radius, Scratch& scratch, Hits& hits) {
        constexpr unsigned kTop = kGroups < kMaxGroups ? 5 : 6;  // radius / 2 < 2^kTop; more than that overflows
        const std::uint64_t* votes = scratch.planes.data();
        const std::uint8_t* opinion = scratch.opinions.data();
        for (std::uint32_t q = 0; q < count; ++q, opinion += kGroups) {
            Tally<kTop> tally((1u << kTop) - 1 - radius / 2);
            const auto vote = [&](unsigned g) {
                tally.template add<0>(Isa::load(votes + g * kStride + opinion[g]));
            };
            if constexpr (Isa::kUnroll && kUnrollAtAll) {
#pragma GCC unroll 52
                for (unsigned g = 0; g < kGroups; ++g) vote(g);
            } else {
#pragma GCC unroll 1
                for (unsigned g = 0; g < kGroups; ++g) vote(g);
            }
            tally.template finish<0>();
            if (!Isa::all_set(tally.over)) {
                Tile::verify_tile(view, row, tally.over, queries[q], first + q, radius, hits);
            }
        }
    }

    // Where among a group's prepared votes each query looks, as a word offset.
    static void choose(const Code* queries, std::uint32_t count, unsigned groups, Buffer<std::uint8_t>& opinions) {
        static_assert((kOpinions - 1) * kWords <= 0xFF);
        opinions.resize(static_cast<std::size_t>(count) * groups);
        for (std::uint32_t q = 0; q < count; ++q) {
            for (unsigned g = 0; g < groups; ++g) {
                const unsigned bit = g * kVoters, word = bit / 64, shift = bit % 64;
                std::uint64_t five = word < 4 ? queries[q].word[word] >> shift : 0;
                if (shift > 64 - kVoters && word < 3) five |= queries[q].word[word + 1] << (64 - shift);
                opinions[static_cast<std::size_t>(q) * groups + g] =
                    static_cast<std::uint8_t>((five & (kOpinions - 1)) * kWords);
            }
        }
    }

    template <unsigned kGroups>
    static void run(const SegmentView& view, const Code* queries, std::uint32_t count, std::uint32_t first,
                    unsigned radius, Scratch& scratch, Hits& hits) {
        constexpr std::uint32_t kQueriesAtOnce = 2048;  // their opinions stay in the second-level cache
        constexpr unsigned kWordsCut = (kGroups * kVoters + 63) / 64 < 4 ? (kGroups * kVoters + 63) / 64 : 4;
        alignas(64) std::uint64_t planes[kMaxGroups * kVoters * kWords] = {};
        scratch.planes.resize(std::size_t{kGroups} * kStride);
        for (std::uint32_t q = 0; q < count; q += kQueriesAtOnce) {
            const std::uint32_t now = count - q < kQueriesAtOnce ? count - q : kQueriesAtOnce;
            choose(queries + q, now, kGroups, scratch.opinions);
            for (std::size_t row = 0; row < view.rows; row += Tile::kRows) {
                Tile::cut(view, row, kWordsCut, planes);
                for (unsigned g = 0; g < kGroups; ++g) {
                    prepare_group(planes + g * kVoters * kWords, scratch.planes.data() + g * kStride);
                }
                scan_tile<kGroups>(view, row, queries + q, now, first + q, radius, scratch, hits);
            }
        }
    }

    // Groups so that an unrelated code passes with a chance of about one in a thousand (one in 150 at radius 69).
    static void run(const SegmentView& view, const Code* queries, std::uint32_t count, std::uint32_t first,
                    unsigned radius, Scratch& scratch, Hits& hits) {
        const auto with = radius <= 15   ? run<16>
                          : radius <= 31 ? run<28>
                          : radius <= 47 ? run<40>
                          : radius <= 59 ? run<48>
                                         : run<kMaxGroups>;
        with(view, queries, count, first, radius, scratch, hits);
    }
};

// From how many queries on cutting the rows into planes pays. Cutting and preparing costs a row 10 to 22 ns; what a query
// then saves depends on how it would read the rows one by one: half of each up to radius 48, all of it beyond, and on how
// many planes the count needs. Measured with AVX2 on Zen 3; without vectors rows are slow to read, planes are not.
template <class Isa>
SHELTERWOOD_INLINE std::uint32_t worth_cutting(unsigned radius) {
    if (Isa::kBitsWords == 1) return 8;
    if (radius <= 15) return 24;
    if (radius <= 31) return 36;
    if (radius <= 48) return 48;
    return radius <= 73 ? 32 : 56;
}

template <class Isa>
void brute_batch(const SegmentView& view, const Code* queries, std::uint32_t count, std::uint32_t first,
                 unsigned radius, Scratch& scratch, Hits& hits) {
    if (count < worth_cutting<Isa>(radius)) {
        for (std::uint32_t q = 0; q < count; ++q) brute_one<Isa>(view, queries[q], first + q, radius, hits);
    } else if (radius <= kVoteRadius) {
        Votes<Isa>::run(view, queries, count, first, radius, scratch, hits);
    } else {
        Sliced<Isa>::run(view, queries, count, first, radius, scratch, hits);
    }
}
