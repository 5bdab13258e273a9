// Building a segment: sort the rows by id, lay out the codes, then fill the sixteen tables, each by one thread.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <numeric>
#include <thread>
#include <vector>

#include "index/failure.hpp"
#include "index/segment.hpp"

namespace shelterwood::index {
namespace {

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

// Scatters the entries in two steps, first by the upper byte of the key: every step then writes to few enough places
// at once for the caches.
class TableBuilder {
public:
    explicit TableBuilder(const SegmentView& view)
        : view_(view), entries_(Region::anonymous(std::size_t{view.rows} * sizeof(Entry))) {}

    std::uint32_t fill(unsigned table, std::uint32_t* directory, std::uint32_t* order, std::uint8_t* sketches) {
        const std::size_t keys = std::size_t{1} << view_.width;
        coarse_shift_ = view_.width > 8 ? view_.width - 8 : 0;
        count_keys(table, directory, keys);
        scatter_coarsely(table, directory, keys);
        scatter_finely(directory, keys, order, sketches);
        std::uint32_t heaviest = 0;
        for (std::size_t k = 0; k < keys; ++k) heaviest = std::max(heaviest, directory[k + 1] - directory[k]);
        return heaviest;
    }

private:
    struct Entry {
        std::uint32_t row;
        std::uint16_t key, next;
    };

    unsigned key(std::size_t row, unsigned table) const {
        return chunk_of(view_.front, view_.back, row, table) >> (16 - view_.width);
    }

    void count_keys(unsigned table, std::uint32_t* directory, std::size_t keys) const {
        std::memset(directory, 0, (keys + 1) * sizeof *directory);
        for (std::size_t row = 0; row < view_.rows; ++row) ++directory[key(row, table) + 1];
        std::partial_sum(directory, directory + keys + 1, directory);
    }

    void scatter_coarsely(unsigned table, const std::uint32_t* directory, std::size_t keys) {
        auto* out = reinterpret_cast<Entry*>(entries_.data());
        const std::size_t bins = keys >> coarse_shift_;
        std::vector<std::uint32_t> at(bins);
        for (std::size_t b = 0; b < bins; ++b) at[b] = directory[b << coarse_shift_];
        for (std::uint32_t row = 0; row < view_.rows; ++row) {
            const unsigned k = key(row, table);
            const unsigned next = chunk_of(view_.front, view_.back, row, (table + 1) % kTables);
            out[at[k >> coarse_shift_]++] = {row, static_cast<std::uint16_t>(k), static_cast<std::uint16_t>(next)};
        }
    }

    void scatter_finely(const std::uint32_t* directory, std::size_t keys, std::uint32_t* order,
                        std::uint8_t* sketches) const {
        const auto* in = reinterpret_cast<const Entry*>(entries_.data());
        std::vector<std::uint32_t> at(directory, directory + keys);
        for (std::size_t i = 0; i < view_.rows; ++i) {
            const std::uint32_t entry = at[in[i].key]++;
            order[entry] = in[i].row;
            std::uint8_t* line = sketches + std::size_t{entry / kLine} * 2 * kLine + entry % kLine;
            line[0] = static_cast<std::uint8_t>(in[i].next);
            line[kLine] = static_cast<std::uint8_t>(in[i].next >> 8);
        }
    }

    const SegmentView view_;
    Region entries_;
    unsigned coarse_shift_ = 0;
};

// Fewer rows get tables on single bytes, which are not stored. Tests ask for the others on short lists, too.
std::size_t tables_from() {
    constexpr std::size_t kUsual = kByteTableRows + 1;
    const char* rows = std::getenv("SHELTERWOOD_INDEX_TABLES_FROM");
    return rows == nullptr ? kUsual : std::min<std::size_t>(std::strtoull(rows, nullptr, 10), kUsual);
}

}  // namespace

std::shared_ptr<Segment> Segment::build(const Code* codes, const std::int64_t* ids, std::size_t rows,
                                        unsigned threads) {
    if (rows > kMaxRows) throw Failure(Fault::kTooLarge, "a segment holds at most " + std::to_string(kMaxRows) + " rows");
    const SegmentHeader header = lay_out(rows, rows >= tables_from());
    auto segment = std::shared_ptr<Segment>(new Segment(Region::anonymous(header.file_bytes), header));
    segment->point();
    segment->fill_rows(codes, ids);
    if (header.width != 0) segment->fill_tables(threads);
    segment->point();
    segment->make_byte_tables();
    return segment;
}

void Segment::fill_rows(const Code* codes, const std::int64_t* ids) {
    const std::size_t rows = header_.rows;
    auto* out = section<std::int64_t>(kIds);
    auto* front = section<std::uint64_t>(kFront);
    auto* back = section<std::uint64_t>(kBack);
    const bool sorted = std::is_sorted(ids, ids + rows);
    const std::vector<std::uint32_t> order = sorted ? std::vector<std::uint32_t>() : sorted_by_id(ids, rows);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t from = sorted ? row : order[row];
        const std::size_t at = row / kGroup * 2 * kGroup + row % kGroup;
        out[row] = ids[from];
        front[at] = codes[from].word[0], front[at + kGroup] = codes[from].word[1];
        back[at] = codes[from].word[2], back[at + kGroup] = codes[from].word[3];
    }
}

void Segment::fill_tables(unsigned threads) {
    std::atomic<unsigned> next{0};
    std::atomic<std::uint32_t> heaviest{0};
    std::exception_ptr failure;
    std::atomic<bool> failed{false};
    const std::size_t directory = (std::size_t{1} << header_.width) + 1;
    const auto work = [&] {
        try {
            TableBuilder builder(view_);
            for (unsigned t = next++; t < kTables; t = next++) {
                const std::uint32_t most = builder.fill(t, section<std::uint32_t>(kDirectory) + t * directory,
                                                        section<std::uint32_t>(kOrder) + t * header_.stride,
                                                        section<std::uint8_t>(kSketches) + t * header_.stride * 2);
                std::uint32_t seen = heaviest.load();
                while (seen < most && !heaviest.compare_exchange_weak(seen, most)) {}
            }
        } catch (...) {
            if (!failed.exchange(true)) failure = std::current_exception();
        }
    };
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < std::min(std::max(threads, 1u), kTables); ++i) helpers.emplace_back(work);
    work();
    helpers.clear();
    if (failure) std::rethrow_exception(failure);
    header_.heaviest = heaviest;
}

}  // namespace shelterwood::index
