// Every kernel, every way of looking, against brute force; the permutation and the checksum against what is published.
#include <algorithm>
#include <cstring>
#include <string>

#include "check.hpp"
#include "index/checksum.hpp"
#include "index/permutation.hpp"
#include "index/state.hpp"
#include "index_lists.hpp"

using namespace shelterwood::index;
using namespace shelterwood::index::tests;

namespace {

void check_list(const std::vector<Code>& codes, const std::vector<Code>& queries, std::initializer_list<unsigned> radii) {
    const std::vector<std::int64_t> ids = numbered(codes.size());
    for (const char* tables : kEveryKindOfTables) {
        const auto segment = built(codes, ids, tables);
        for (const unsigned radius : radii) {
            const Found wanted = expected(codes, ids, queries, radius);
            for (const Kernels* k : runnable_kernels()) {
                check_all_ways(*k, segment->view(nullptr), queries, radius, wanted, [&](bool same, const char* way) {
                    const std::string what = std::string(k->name) + " " + tables + " " + way + " " + std::to_string(radius);
                    shelterwood::check::record(same, __FILE__, __LINE__, what);
                });
            }
        }
    }
}

std::vector<Code> random_codes(std::size_t rows, std::uint64_t seed) {
    Random random(seed);
    std::vector<Code> codes(rows);
    for (Code& c : codes) c = random.code();
    return codes;
}

std::vector<Code> near(const std::vector<Code>& codes, std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<Code> queries;
    for (std::size_t i = 0; i < count; ++i) {
        queries.push_back(flipped(codes[random.below(codes.size())], static_cast<unsigned>(i % 36), random));
    }
    return queries;
}

}  // namespace

TEST(all_kernels_agree_with_brute_force_on_random_codes) {
    const auto codes = random_codes(5000, 1);
    check_list(codes, near(codes, 60, 2), {0, 1, 7, 8, 15, 16, 23, 24, 31, 40, 60, 80, 110});
}

TEST(all_kernels_agree_at_every_small_size) {
    for (const std::size_t rows : {1u, 2u, 7u, 8u, 9u, 63u, 64u, 65u, 255u, 257u, 513u, 1024u, 1025u, 1026u}) {
        const auto codes = random_codes(rows, rows);
        check_list(codes, near(codes, 60, 3), {0, 31, 32, 256});
    }
}

TEST(the_longest_list_with_tables_on_bytes_and_the_shortest_without) {
    for (const std::size_t rows : {std::size_t{kByteTableRows}, std::size_t{kByteTableRows} + 1}) {
        auto codes = random_codes(rows, 13);
        std::fill(codes.begin(), codes.begin() + 4000, codes.back());  // the last row, too, in a full bucket
        const auto ids = numbered(rows);
        const auto segment = built(codes, ids, "bytes");
        CHECK_EQ(segment->view(nullptr).bytes != nullptr, rows == kByteTableRows);
        CHECK_EQ(segment->view(nullptr).width != 0, rows != kByteTableRows);
        const auto queries = near(codes, 6, 14);
        const Found wanted = expected(codes, ids, queries, 31);
        for (const Kernels* k : runnable_kernels()) {
            check_all_ways(*k, segment->view(nullptr), queries, 31, wanted, [](bool same, const char* way) {
                shelterwood::check::record(same, __FILE__, __LINE__, way);
            });
        }
    }
}

// Buckets as long as ten or a hundred million rows have, which is what their cuts are for; a unit of two entries and more.
TEST(cut_buckets_of_every_length_hide_nothing) {
    for (const unsigned copies : {40u, 300u, 2000u}) {
        Random random(copies);
        const Code query = random.code();
        std::vector<Code> codes;
        for (unsigned i = 0; i < copies; ++i) {  // one bucket of table 3, sketches of every number of ones
            Code code = random.code();
            code.word[0] = (code.word[0] & 0x0000FFFFFFFFFFFFull) | (query.word[0] & 0xFFFF000000000000ull);
            codes.push_back(code);
            codes.push_back(flipped(query, i % 40, random));
        }
        while (codes.size() < 1100) codes.push_back(random.code());
        check_list(codes, {query, flipped(query, 1, random), Code{}, codes.back()}, {0, 8, 15, 16, 24, 31});
    }
}

// More than eleven million rows have units of two entries and more; here buckets of ten do.
TEST(cuts_in_larger_units_hide_nothing) {
    const auto codes = random_codes(3000, 15);
    const auto ids = numbered(codes.size());
    const auto queries = near(codes, 72, 16);
    const auto segment = built(codes, ids, "cut");
    for (const unsigned unit : {1u, 3u}) {
        SegmentView view = segment->view(nullptr);
        const auto* first = reinterpret_cast<const Bucket*>(view.directory);
        std::vector<Bucket> buckets(first, first + kTables * ((std::size_t{1} << view.width) + 1));
        for (Bucket& bucket : buckets) {
            for (std::uint8_t& cut : bucket.cut) cut = static_cast<std::uint8_t>(cut >> unit);
        }
        view.directory = &buckets.data()->begin, view.unit = unit;
        const Found wanted = expected(codes, ids, queries, 31);
        for (const Kernels* k : runnable_kernels()) {
            check_all_ways(*k, view, queries, 31, wanted, [](bool same, const char* way) {
                shelterwood::check::record(same, __FILE__, __LINE__, way);
            });
        }
    }
}

TEST(the_unit_of_cuts_grows_with_the_list) {
    CHECK_EQ(unit_for(10'000'000, 16), 0u);
    CHECK_EQ(unit_for(20'000'000, 16), 1u);
    CHECK_EQ(unit_for(kMaxRows, 16), 5u);
}

TEST(brute_force_of_many_queries_is_exact_around_every_radius) {
    Random random(11);
    std::vector<Code> queries;
    for (unsigned q = 0; q < 56; ++q) queries.push_back(random.code());
    for (unsigned radius = 0; radius <= kCodeBits; ++radius) {
        std::vector<Code> codes;  // as many differing bits as is just allowed, or one too many, or any number
        for (unsigned i = 0; i < 257; ++i) {
            const unsigned bits = i % 3 == 2 ? i % 256 : std::min(radius + i % 3, kCodeBits);
            codes.push_back(flipped(queries[i % queries.size()], bits, random));
        }
        const std::vector<std::int64_t> ids = numbered(codes.size());
        const auto segment = Segment::build(GivenRows::already_permuted(codes.data(), ids.data(), codes.size()), 1);
        const Found wanted = expected(codes, ids, queries, radius);
        for (const Kernels* k : runnable_kernels()) {
            Scratch scratch;
            Hits hits;
            k->brute_batch(segment->view(nullptr), queries.data(), 56, 0, radius, scratch, hits);
            shelterwood::check::record(sorted(hits) == wanted, __FILE__, __LINE__,
                                       std::string(k->name) + " radius " + std::to_string(radius));
        }
    }
}

// Differing bits that fill whole groups give the fewest votes a distance can give; one or two a group the most.
TEST(brute_force_of_many_queries_is_exact_when_the_differing_bits_cluster) {
    std::vector<Code> codes;
    for (unsigned run = 0; run <= 256; ++run) {
        Code whole{}, spread{};
        for (unsigned bit = 0; bit < run; ++bit) {
            whole.word[bit / 64] |= std::uint64_t{1} << bit % 64;
            const unsigned at = bit * 5 % 256;  // coprime: every bit once
            spread.word[at / 64] |= std::uint64_t{1} << at % 64;
        }
        codes.push_back(whole), codes.push_back(spread);
    }
    std::vector<Code> queries(57);
    for (unsigned i = 1; i < queries.size(); ++i) queries[i] = codes[codes.size() - i * 9];
    check_list(codes, queries, {0, 2, 15, 16, 31, 32, 47, 48, 59, 60, 63, 64, 69, 70, 73, 74, 95, 96, 255, 256});
}

TEST(brute_force_agrees_around_the_number_of_queries_at_which_it_changes) {
    for (const std::size_t rows : {0u, 1u, 2u, 255u, 256u, 257u}) {
        const auto codes = random_codes(rows, rows + 1);
        const auto some = random_codes(2060, 12);
        for (const std::size_t count : {1u, 7u, 8u, 31u, 32u, 55u, 56u, 57u, 2047u, 2048u, 2049u}) {
            if (count > 57 && rows != 257) continue;
            std::vector<Code> queries(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
            for (std::size_t q = 0; rows != 0 && q < count; q += 5) queries[q] = codes[q % rows];
            check_list(codes, queries, {64, 110});
        }
    }
}

TEST(all_kernels_agree_on_duplicates_and_clusters) {
    std::vector<Code> codes(3000, Code{{1, 2, 3, 4}});
    for (std::size_t i = 2000; i < codes.size(); ++i) codes[i].word[3] = i * 0x9E37;
    auto queries = near(codes, 60, 4);
    queries.push_back(codes[0]);
    check_list(codes, queries, {0, 12, 31, 33});
    check_list(std::vector<Code>(4096, Code{}), queries, {31, 200});
}

TEST(a_tombstone_hides_a_row_from_every_kernel) {
    const auto codes = random_codes(2000, 5);
    const auto ids = numbered(codes.size());
    const auto queries = near(codes, 60, 6);
    for (const char* tables : kEveryKindOfTables) {
        const auto segment = built(codes, ids, tables);
        Tombstones dead(codes.size());
        std::vector<Code> live;
        std::vector<std::int64_t> live_ids;
        for (std::size_t row = 0; row < codes.size(); ++row) {
            if (row % 3 == 0) CHECK(dead.set(row));
            if (row % 3 != 0) live.push_back(segment->code(row)), live_ids.push_back(segment->ids()[row]);
        }
        CHECK(!dead.set(0));
        for (const unsigned radius : {31u, 45u}) {
            const Found wanted = expected(live, live_ids, queries, radius);
            for (const Kernels* k : runnable_kernels()) {
                check_all_ways(*k, segment->view(dead.words()), queries, radius, wanted, [](bool same, const char* way) {
                    shelterwood::check::record(same, __FILE__, __LINE__, way);
                });
            }
        }
    }
}

TEST(the_permutation_is_one_and_all_kernels_apply_the_same) {
    const Permutation standard = Permutation::standard();
    CHECK(standard.valid());
    const PermutationPlan plan(standard);
    Random random(7);
    for (unsigned trial = 0; trial < 100; ++trial) {
        const Code in = random.code(), in2 = flipped(in, trial, random);
        const Code both[2] = {in, in2};
        Code first[2], out[2];
        kPortable.permute(plan, reinterpret_cast<const std::uint8_t*>(both), 2, first);
        CHECK_EQ(distance(first[0], first[1]), trial);
        for (const Kernels* k : runnable_kernels()) {
            k->permute(plan, reinterpret_cast<const std::uint8_t*>(both), 2, out);
            CHECK(std::memcmp(first, out, sizeof out) == 0);
        }
    }
}

TEST(the_checksum_is_xxh64) {
    CHECK_EQ(checksum("", 0), 0xEF46DB3751D8E999ull);
    CHECK_EQ(checksum("a", 1), 0xD24EC4F1A98C6E5Bull);
    CHECK_EQ(checksum("abc", 3), 0x44BC2CF5AD770999ull);
}

TEST(rows_are_sorted_by_id_and_found_by_it) {
    const auto codes = random_codes(3000, 8);
    std::vector<std::int64_t> ids(codes.size());
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::int64_t>((i * 7919) % 1000) * (i % 2 ? -1 : 1);
    const auto segment = Segment::build(GivenRows::already_permuted(codes.data(), ids.data(), codes.size()), 1);
    CHECK(std::is_sorted(segment->ids(), segment->ids() + segment->rows()));
    const auto [first, last] = segment->find(ids[17]);
    CHECK_EQ(last - first, static_cast<std::size_t>(std::count(ids.begin(), ids.end(), ids[17])));
    CHECK_EQ(segment->find(5000).first, segment->find(5000).second);
}

CHECK_MAIN()
