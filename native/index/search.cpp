#include "index/search.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "index/failure.hpp"
#include "index/permutation.hpp"

namespace shelterwood::index {
namespace {

constexpr std::uint32_t kBatchWorthwhile = 512;      // queries, and
constexpr std::uint32_t kBatchRows = 1u << 20;       // rows, from which on sorting the probes pays
constexpr std::size_t kQueriesAtOnce = 1u << 16;     // permuted at a time

void search_part(const SegmentView& view, const Kernels& k, const Code* queries, std::uint32_t count,
                 std::uint32_t first, unsigned radius, Scratch& scratch, Hits& hits) {
    if (view.rows == 0) return;
    const bool tables = (view.width != 0 || view.bytes != nullptr) && radius <= kTableRadius;
    if (!tables && count == 1) return k.brute_one(view, *queries, first, radius, hits);
    if (!tables) return k.brute_batch(view, queries, count, first, radius, scratch, hits);
    if (count >= kBatchWorthwhile && view.rows >= kBatchRows) {
        return k.tables_batch(view, queries, count, first, radius, scratch, hits);
    }
    const auto one = view.bytes != nullptr ? k.bytes_one : k.tables_one;
    for (std::uint32_t q = 0; q < count; ++q) one(view, queries[q], first + q, radius, scratch, hits);
}

bool before(const Hit& a, const Hit& b) {
    if (a.query != b.query) return a.query < b.query;
    return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
}

struct Worker {
    Scratch scratch;
    Buffer<Code> queries;

    void run(const Parts& parts, const Kernels& k, const std::uint8_t* codes, std::size_t begin, std::size_t end,
             unsigned radius, Hits& hits) {
        const std::size_t before_run = hits.size();
        scratch.damaged = false;
        for (std::size_t q = begin; q < end; q += kQueriesAtOnce) {
            const std::size_t now = std::min(kQueriesAtOnce, end - q);
            queries.resize(now);
            k.permute(standard_plan(), codes + q * kCodeBytes, now, queries.data());
            for (const Part& part : parts) {
                search_part(part.segment->view(part.dead->words()), k, queries.data(), static_cast<std::uint32_t>(now),
                            static_cast<std::uint32_t>(q), radius, scratch, hits);
            }
        }
        if (hits.size() - before_run > 1) std::sort(hits.begin() + before_run, hits.end(), before);
        if (scratch.damaged) throw Failure(Fault::kDamaged, "a segment of the index holds a row number that is out of range");
    }
};

Worker& this_threads_worker() {
    thread_local Worker worker;
    return worker;
}

void search_threaded(const Parts& parts, const Kernels& k, const std::uint8_t* codes, std::size_t queries,
                     unsigned radius, unsigned threads, Hits& hits) {
    std::vector<std::unique_ptr<Hits>> found(threads);
    std::vector<std::exception_ptr> failures(threads);
    {
        std::vector<std::jthread> helpers;
        for (unsigned t = 0; t < threads; ++t) {
            found[t] = std::make_unique<Hits>();
            helpers.emplace_back([&, t] {
                try {
                    Worker worker;
                    worker.run(parts, k, codes, queries * t / threads, queries * (t + 1) / threads, radius, *found[t]);
                } catch (...) {
                    failures[t] = std::current_exception();
                }
            });
        }
    }
    for (unsigned t = 0; t < threads; ++t) {
        if (failures[t]) std::rethrow_exception(failures[t]);
        for (const Hit& hit : *found[t]) hits.push(hit);
    }
}

}  // namespace

std::vector<Code> permuted(const std::uint8_t* codes, std::size_t count) {
    std::vector<Code> out(count);
    kernels().permute(standard_plan(), codes, count, out.data());
    return out;
}

void search_parts(const Parts& parts, const Kernels& k, const std::uint8_t* codes, std::size_t queries,
                  unsigned radius, unsigned threads, Hits& hits) {
    if (queries > 0xFFFFFFFFull) throw Failure(Fault::kTooLarge, "at most 4,294,967,295 queries at once");
    const auto most = static_cast<unsigned>(std::min<std::size_t>(threads, (queries + 15) / 16));
    if (most > 1) return search_threaded(parts, k, codes, queries, radius, most, hits);
    this_threads_worker().run(parts, k, codes, 0, queries, radius, hits);
}

}  // namespace shelterwood::index
