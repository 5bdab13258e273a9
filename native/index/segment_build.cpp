// Building a segment: sort the rows by id, lay out the codes, then fill the sixteen tables, each by one thread. Of a large
// list most of the time goes into memory that is touched for the first time, so threads share that too.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <numeric>
#include <thread>
#include <vector>

#include "index/failure.hpp"
#include "index/kernels.hpp"
#include "index/permutation.hpp"
#include "index/segment.hpp"

namespace shelterwood::index {
namespace {

constexpr std::size_t kRowsAtOnce = std::size_t{1} << 16;  // a thread takes
constexpr std::size_t kRowsPermuted = 128;                 // in one call: what stays in the nearest cache

// Does `work` in so many threads, this one among them; the first failure of any is thrown here.
template <class Work>
void on_threads(unsigned threads, const Work& work) {
    std::exception_ptr failure;
    std::atomic<bool> failed{false};
    const auto guarded = [&] {
        try {
            work();
        } catch (...) {
            if (!failed.exchange(true)) failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(guarded);
        guarded();
    }
    if (failure) std::rethrow_exception(failure);
}

// Row numbers in the order of their ids, equal ids as they came (radix sort, constant bytes skipped).
std::vector<std::uint32_t> sorted_by_id(const std::int64_t* ids, std::size_t rows) {
    std::vector<std::uint32_t> order(rows), next(rows);
    std::iota(order.begin(), order.end(), 0u);
    const auto digit = [&](std::uint32_t row, unsigned byte) {
        const std::uint64_t biased = static_cast<std::uint64_t>(ids[row]) ^ (std::uint64_t{1} << 63);
        return biased >> (8 * byte) & 0xFF;
    };
    for (unsigned byte = 0; byte < 8; ++byte) {
        std::size_t count[257] = {};
        for (std::size_t r = 0; r < rows; ++r) ++count[digit(static_cast<std::uint32_t>(r), byte) + 1];
        if (count[digit(0, byte) + 1] == rows) continue;
        std::partial_sum(count, count + 257, count);
        for (std::uint32_t row : order) next[count[digit(row, byte)]++] = row;
        order.swap(next);
    }
    return order;
}

unsigned chunk_of(const std::uint64_t* front, const std::uint64_t* back, std::size_t row, unsigned table) {
    const unsigned word = table / 4;
    const std::uint64_t* half = word < 2 ? front : back;
    return half[row / kGroup * 2 * kGroup + word % 2 * kGroup + row % kGroup] >> (table % 4 * 16) & 0xFFFF;
}

// Scatters the entries in two steps, first by the upper byte of the key, then by the rest of it and by group: every step
// writes to few enough places at once for the caches.
class TableBuilder {
public:
    explicit TableBuilder(const SegmentView& view)
        : view_(view),
          keys_(std::size_t{1} << view.width),
          shift_(view.width > 8 ? view.width - 8 : 0),
          begin_(keys_ + 1),
          entries_(Region::anonymous(std::size_t{view.rows} * sizeof(Entry))) {}

    // One of `begins` and `buckets` is null. Returns how many entries the fullest bucket has.
    std::uint32_t fill(unsigned table, std::uint32_t* begins, Bucket* buckets, std::uint32_t* order,
                       std::uint8_t* sketches) {
        count_keys(table);
        scatter_coarsely(table);
        for (std::size_t bin = 0; bin < keys_ >> shift_; ++bin) scatter_finely(bin << shift_, buckets, order, sketches);
        if (begins != nullptr) std::copy(begin_.begin(), begin_.end(), begins);
        if (buckets != nullptr) buckets[keys_] = {view_.rows, {}};
        std::uint32_t heaviest = 0;
        for (std::size_t k = 0; k < keys_; ++k) heaviest = std::max(heaviest, begin_[k + 1] - begin_[k]);
        return heaviest;
    }

private:
    struct Entry {
        std::uint32_t row;
        std::uint16_t place;  // key within the bin, and group
        std::uint16_t next;
    };

    unsigned key(std::size_t row, unsigned table) const {
        return chunk_of(view_.front, view_.back, row, table) >> (16 - view_.width);
    }

    void count_keys(unsigned table) {
        std::fill(begin_.begin(), begin_.end(), 0u);
        for (std::size_t row = 0; row < view_.rows; ++row) ++begin_[key(row, table) + 1];
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    }

    void scatter_coarsely(unsigned table) {
        auto* out = reinterpret_cast<Entry*>(entries_.data());
        std::vector<std::uint32_t> at(keys_ >> shift_);
        for (std::size_t bin = 0; bin < at.size(); ++bin) at[bin] = begin_[bin << shift_];
        for (std::uint32_t row = 0; row < view_.rows; ++row) {
            const unsigned k = key(row, table), in_bin = k & ((1u << shift_) - 1);
            const unsigned next = chunk_of(view_.front, view_.back, row, (table + 1) % kTables);
            const unsigned group = group_of(ones_[next & 0xFF] + ones_[next >> 8]);
            out[at[k >> shift_]++] = {row, static_cast<std::uint16_t>(in_bin * kOnesGroups + group),
                                      static_cast<std::uint16_t>(next)};
        }
    }

    // The bin of the keys from `first` on.
    void scatter_finely(std::size_t first, Bucket* buckets, std::uint32_t* order, std::uint8_t* sketches) const {
        const auto* in = reinterpret_cast<const Entry*>(entries_.data());
        const std::size_t keys = std::size_t{1} << shift_, begin = begin_[first], end = begin_[first + keys];
        std::uint32_t at[256 * kOnesGroups + 1] = {};
        for (std::size_t i = begin; i < end; ++i) ++at[in[i].place + 1];
        at[0] = static_cast<std::uint32_t>(begin);
        std::partial_sum(at, at + keys * kOnesGroups, at);
        for (std::size_t k = 0; buckets != nullptr && k < keys; ++k) buckets[first + k] = bucket(at + k * kOnesGroups);
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t entry = at[in[i].place]++;
            order[entry] = in[i].row;
            std::uint8_t* line = sketches + std::size_t{entry / kLine} * 2 * kLine + entry % kLine;
            line[0] = static_cast<std::uint8_t>(in[i].next);
            line[kLine] = static_cast<std::uint8_t>(in[i].next >> 8);
        }
    }

    Bucket bucket(const std::uint32_t* group_begins) const {
        Bucket b{group_begins[0], {}};
        for (unsigned g = 1; g < kOnesGroups; ++g) {
            const std::uint32_t units = (group_begins[g] - b.begin) >> view_.unit;
            b.cut[g - 1] = static_cast<std::uint8_t>(std::min(units, kUncounted));
        }
        return b;
    }

    static std::array<std::uint8_t, 256> ones_of_bytes() {
        std::array<std::uint8_t, 256> ones{};
        for (unsigned i = 0; i < 256; ++i) ones[i] = static_cast<std::uint8_t>(std::popcount(i));
        return ones;
    }

    const SegmentView view_;
    const std::size_t keys_;
    const unsigned shift_;             // a bin has the keys that differ only in so many lower bits
    std::vector<std::uint32_t> begin_;  // of every key
    Region entries_;
    const std::array<std::uint8_t, 256> ones_ = ones_of_bytes();  // faster than counting without an instruction for it
};

// SHELTERWOOD_INDEX_TABLES (bytes, whole, cut) is for tests: short lists in the tables of long ones.
Tables wanted_tables(std::size_t rows) {
    const char* name = std::getenv("SHELTERWOOD_INDEX_TABLES");
    if (name != nullptr && std::strcmp(name, "whole") == 0) return Tables::kWhole;
    if (name != nullptr && std::strcmp(name, "cut") == 0) return Tables::kCut;
    return best_tables(rows);
}

}  // namespace

std::shared_ptr<Segment> Segment::build(const GivenRows& given, unsigned threads) {
    const std::size_t rows = given.count;
    threads = std::min(threads, kTables);
    if (rows > kMaxRows) throw Failure(Fault::kTooLarge, "a segment holds at most " + std::to_string(kMaxRows) + " rows");
    const SegmentHeader header = lay_out(rows, wanted_tables(rows));
    auto segment = std::shared_ptr<Segment>(new Segment(Region::anonymous(header.file_bytes), header));
    segment->point();
    segment->fill_rows(given, threads);
    if (header.width != 0) segment->fill_tables(threads);
    segment->point();
    segment->make_byte_tables();
    return segment;
}

void Segment::fill_rows(const GivenRows& given, unsigned threads) {
    const std::int64_t* ids = given.ids;
    const bool sorted = std::is_sorted(ids, ids + given.count);
    const std::vector<std::uint32_t> order = sorted ? std::vector<std::uint32_t>() : sorted_by_id(ids, given.count);
    std::atomic<std::size_t> next{0};
    on_threads(given.count <= kRowsAtOnce ? 1 : threads, [&] {
        for (std::size_t from = next.fetch_add(kRowsAtOnce); from < given.count; from = next.fetch_add(kRowsAtOnce)) {
            const std::size_t to = std::min(from + kRowsAtOnce, given.count);
            for (std::size_t row = from; row < to; row += kRowsPermuted) {
                fill_some(given, order, row, std::min(row + kRowsPermuted, to));
            }
        }
    });
}

// Rows [from, to), at most kRowsPermuted of them.
void Segment::fill_some(const GivenRows& given, const std::vector<std::uint32_t>& order, std::size_t from, std::size_t to) {
    auto* ids = section<std::int64_t>(kIds);
    auto* front = section<std::uint64_t>(kFront);
    auto* back = section<std::uint64_t>(kBack);
    Code plain[kRowsPermuted], codes[kRowsPermuted];
    for (std::size_t row = from; row < to; ++row) {
        const std::size_t source = order.empty() ? row : order[row];
        ids[row] = given.ids[source];
        std::memcpy(&plain[row - from], given.codes + source * kCodeBytes, kCodeBytes);
    }
    if (!given.permuted) kernels().permute(standard_plan(), reinterpret_cast<std::uint8_t*>(plain), to - from, codes);
    for (std::size_t row = from; row < to; ++row) {
        const Code& code = (given.permuted ? plain : codes)[row - from];
        const std::size_t at = row / kGroup * 2 * kGroup + row % kGroup;
        front[at] = code.word[0], front[at + kGroup] = code.word[1];
        back[at] = code.word[2], back[at + kGroup] = code.word[3];
    }
}

void Segment::fill_tables(unsigned threads) {
    std::atomic<unsigned> next{0};
    std::atomic<std::uint32_t> heaviest{0};
    const std::size_t directory = (std::size_t{1} << header_.width) + 1;
    on_threads(threads, [&] {
        TableBuilder builder(view_);
        for (unsigned t = next++; t < kTables; t = next++) {
            const bool cut = view_.cut;
            const std::uint32_t most = builder.fill(t, cut ? nullptr : section<std::uint32_t>(kDirectory) + t * directory,
                                                    cut ? section<Bucket>(kDirectory) + t * directory : nullptr,
                                                    section<std::uint32_t>(kOrder) + t * header_.stride,
                                                    section<std::uint8_t>(kSketches) + t * header_.stride * 2);
            std::uint32_t seen = heaviest.load();
            while (seen < most && !heaviest.compare_exchange_weak(seen, most)) {}
        }
    });
    header_.heaviest = heaviest;
}

}  // namespace shelterwood::index
