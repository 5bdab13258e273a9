// Brute force for many queries at large radii (brute_votes.hpp has the smaller ones), bit-sliced. A tile of rows (64, 256
// or 512: one bit of a register each) is turned into bit planes. For every three planes the sum of the three differing
// bits (0..3, as a bit of weight one and one of weight two) is prepared for each of the eight values the query's three
// bits can have; a query then only picks its sums and adds them up with full adders. Counting starts so high that more
// than `radius` differing bits overflow; rows that do not overflow within the first planes are verified one by one.
#pragma once

constexpr unsigned kPlanesASum = 3;
constexpr unsigned kSumsABlock = 16;  // 48 bits
constexpr unsigned kChoices = 8;
constexpr unsigned kMaxBlocks = 6;    // 288 >= 256 bits; planes past 256 are empty

// Blocks so that an unrelated code passes with a chance below about one in a thousand.
SHELTERWOOD_INLINE unsigned blocks_for(unsigned radius) {
    if (radius <= 73) return 4;
    return radius <= 95 ? 5 : 6;
}

// 64 x 64 bit transposition (Hacker's Delight, 7-3), least significant bit first.
SHELTERWOOD_INLINE void transpose64(std::uint64_t* m) {
    std::uint64_t mask = 0x00000000FFFFFFFFull;
    for (unsigned j = 32; j != 0; j >>= 1, mask ^= mask << j) {
        for (unsigned k = 0; k < 64; k = ((k | j) + 1) & ~j) {
            const std::uint64_t swap = ((m[k] >> j) ^ m[k | j]) & mask;
            m[k] ^= swap << j;
            m[k | j] ^= swap;
        }
    }
}

template <class Isa>
struct Sliced {
    using Bits = typename Isa::Bits;
    static constexpr unsigned kWords = Isa::kBitsWords;
    static constexpr unsigned kRows = kWords * 64;
    static constexpr unsigned kSumStride = kChoices * 2 * kWords;  // words of one prepared sum

    // planes[bit * kWords + row / 64]: the tile's rows from `row` on, whatever lies past the last row being zero.
    static void cut(const SegmentView& view, std::size_t row, unsigned words, std::uint64_t* planes) {
        for (unsigned w = 0; w < words; ++w) {
            const std::uint64_t* half = (w < 2 ? view.front : view.back) + w % 2 * kGroup;
            for (unsigned column = 0; column < kWords; ++column) {
                std::uint64_t square[64];
                const std::size_t first = row + column * 64;
                for (unsigned i = 0; i < 64; ++i) {
                    const std::size_t r = first + i;
                    square[i] = r < view.rows ? half[r / kGroup * 2 * kGroup + r % kGroup] : 0;
                }
                transpose64(square);
                for (unsigned bit = 0; bit < 64; ++bit) planes[(w * 64 + bit) * kWords + column] = square[bit];
            }
        }
    }

    static void prepare_sum(const std::uint64_t* planes, std::uint64_t* sums) {
        for (unsigned choice = 0; choice < kChoices; ++choice) {
            const Bits a = Isa::xor_(Isa::load(planes), Isa::fill(choice & 1));
            const Bits b = Isa::xor_(Isa::load(planes + kWords), Isa::fill(choice & 2));
            const Bits c = Isa::xor_(Isa::load(planes + 2 * kWords), Isa::fill(choice & 4));
            Isa::store(sums + choice * 2 * kWords, Isa::parity(a, b, c));
            Isa::store(sums + (choice * 2 + 1) * kWords, Isa::majority(a, b, c));
        }
    }

    // total += a + b; returns the carry.
    SHELTERWOOD_INLINE static Bits add(Bits& total, const Bits& a, const Bits& b) {
        const Bits carry = Isa::majority(total, a, b);
        total = Isa::parity(total, a, b);
        return carry;
    }

    struct Count {
        Bits bit[10];  // weights 1, 2, 4 .. 512
    };
    struct Three {
        Bits a, b, c;
    };

    // Adds four sums (12 bits); returns three carries of weight four.
    SHELTERWOOD_INLINE static Three add_four(Count& n, const std::uint64_t* sums, const std::uint16_t* choice) {
        const auto one = [&](unsigned i) { return Isa::load(sums + i * kSumStride + choice[i]); };
        const auto two = [&](unsigned i) { return Isa::load(sums + i * kSumStride + choice[i] + kWords); };
        const Bits x = add(n.bit[0], one(0), one(1));
        const Bits y = add(n.bit[0], one(2), one(3));
        return {add(n.bit[1], two(0), two(1)), add(n.bit[1], two(2), two(3)), add(n.bit[1], x, y)};
    }

    SHELTERWOOD_INLINE static Three join(Bits& total, const Three& x, const Three& y) {
        return {add(total, x.a, x.b), add(total, x.c, y.a), add(total, y.b, y.c)};
    }

    // Adds sixteen sums (48 bits); returns three carries of weight sixteen.
    SHELTERWOOD_INLINE static Three add_block(Count& n, const std::uint64_t* sums, const std::uint16_t* choice) {
        const Three low = join(n.bit[2], add_four(n, sums, choice), add_four(n, sums + 4 * kSumStride, choice + 4));
        const Three high = join(n.bit[2], add_four(n, sums + 8 * kSumStride, choice + 8),
                                add_four(n, sums + 12 * kSumStride, choice + 12));
        return join(n.bit[3], low, high);
    }

    SHELTERWOOD_INLINE static void ripple(Count& n, Bits carry, unsigned from, unsigned top) {
        for (unsigned i = from; i < top; ++i) {
            const Bits next = Isa::and_(n.bit[i], carry);
            n.bit[i] = Isa::xor_(n.bit[i], carry);
            carry = next;
        }
        n.bit[top] = Isa::or_(n.bit[top], carry);  // sticks once set
    }

    static Bits too_many(const std::uint64_t* sums, const std::uint16_t* choice, unsigned radius, unsigned blocks) {
        unsigned top = 5;
        while ((1u << top) <= radius) ++top;  // counts of 2^top and more overflow
        Count n;
        for (unsigned i = 0; i < 10; ++i) n.bit[i] = Isa::fill(i < top ? ((1u << top) - 1 - radius) >> i & 1 : 0);
        for (unsigned block = 0; block < blocks; ++block) {
            const std::size_t at = block * kSumsABlock;
            const Three carries = add_block(n, sums + at * kSumStride, choice + at);
            ripple(n, carries.a, 4, top);
            ripple(n, carries.b, 4, top);
            ripple(n, carries.c, 4, top);
        }
        return n.bit[top];
    }

    // Where in a prepared sum each query looks, as a word offset.
    static void choose(const Code* queries, std::uint32_t count, unsigned sums, Buffer<std::uint16_t>& choices) {
        choices.resize(static_cast<std::size_t>(count) * sums);
        for (std::uint32_t q = 0; q < count; ++q) {
            for (unsigned s = 0; s < sums; ++s) {
                unsigned three = 0;
                for (unsigned i = 0; i < kPlanesASum; ++i) {
                    const unsigned bit = s * kPlanesASum + i;
                    if (bit < kCodeBits) three |= (queries[q].word[bit / 64] >> (bit % 64) & 1) << i;
                }
                choices[static_cast<std::size_t>(q) * sums + s] = static_cast<std::uint16_t>(three * 2 * kWords);
            }
        }
    }

    static void verify_tile(const SegmentView& view, std::size_t row, const Bits& over, const Code& query,
                            std::uint32_t number, unsigned radius, Hits& hits) {
        std::uint64_t words[kWords];
        Isa::store(words, over);
        for (unsigned w = 0; w < kWords; ++w) {
            for (std::uint64_t left = ~words[w]; left != 0; left &= left - 1) {
                const std::size_t r = row + w * 64 + static_cast<unsigned>(__builtin_ctzll(left));
                if (r < view.rows) verify_row<Isa>(view, r, query, number, radius, hits);
            }
        }
    }

    static void scan_tile(const SegmentView& view, std::size_t row, const Code* queries, std::uint32_t count,
                          std::uint32_t first, unsigned radius, unsigned blocks, Scratch& scratch, Hits& hits) {
        const std::uint64_t* sums = scratch.planes.data();
        const std::uint16_t* choice = scratch.choices.data();
        const unsigned per_query = blocks * kSumsABlock;
        for (std::uint32_t q = 0; q < count; ++q, choice += per_query) {
            const Bits over = too_many(sums, choice, radius, blocks);
            if (__builtin_expect(!Isa::all_set(over), 0)) {
                verify_tile(view, row, over, queries[q], first + q, radius, hits);
            }
        }
    }

    static void run(const SegmentView& view, const Code* queries, std::uint32_t count, std::uint32_t first,
                    unsigned radius, Scratch& scratch, Hits& hits) {
        constexpr std::uint32_t kQueriesAtOnce = 4096;  // their choices stay in the second-level cache
        const unsigned blocks = blocks_for(radius);
        const unsigned sums = blocks * kSumsABlock;
        const unsigned words = (sums * kPlanesASum + 63) / 64 < 4 ? (sums * kPlanesASum + 63) / 64 : 4;
        alignas(64) std::uint64_t planes[kMaxBlocks * kSumsABlock * kPlanesASum * kWords] = {};
        scratch.planes.resize(static_cast<std::size_t>(sums) * kSumStride);
        for (std::uint32_t q = 0; q < count; q += kQueriesAtOnce) {
            const std::uint32_t now = count - q < kQueriesAtOnce ? count - q : kQueriesAtOnce;
            choose(queries + q, now, sums, scratch.choices);
            for (std::size_t row = 0; row < view.rows; row += kRows) {
                cut(view, row, words, planes);
                for (unsigned s = 0; s < sums; ++s) {
                    prepare_sum(planes + s * kPlanesASum * kWords, scratch.planes.data() + s * kSumStride);
                }
                scan_tile(view, row, queries + q, now, first + q, radius, blocks, scratch, hits);
            }
        }
    }
};
