// What an index holds at one moment: a list of immutable segments, each with its tombstones. Small additions live in small
// segments that are rebuilt and joined as they grow (log-structured), so an addition costs microseconds and a search
// looks at a handful of parts.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "index/log.hpp"
#include "index/segment.hpp"

namespace shelterwood::index {

// One bit a row, set and read from any thread. A search that runs beside a discard sees the row or not; the next one
// does not.
class Tombstones {
public:
    explicit Tombstones(std::size_t rows) : words_((rows + 63) / 64 + 1) {}
    bool set(std::size_t row);  // false when it was set already
    bool is_set(std::size_t row) const { return words_[row / 64].load(std::memory_order_relaxed) >> (row % 64) & 1; }
    std::size_t count() const { return count_.load(std::memory_order_relaxed); }
    // Null while there are none, so that a search need not look.
    const std::uint64_t* words() const;
    std::vector<std::uint64_t> copy() const;
    void load(const std::vector<std::uint64_t>& words);

private:
    std::vector<std::atomic<std::uint64_t>> words_;
    std::atomic<std::size_t> count_{0};
};

struct Part {
    std::shared_ptr<Segment> segment;
    std::shared_ptr<Tombstones> dead;
    std::uint64_t number = 0;  // of its file; 0: in memory only

    std::size_t live() const { return segment->rows() - dead->count(); }
};

using Parts = std::vector<Part>;

struct Rows {
    std::vector<Code> codes;  // permuted
    std::vector<std::int64_t> ids;

    std::size_t size() const { return ids.size(); }
    void take_live(const Part& part);
};

Part make_part(const Rows& rows, unsigned threads);

// Adds rows as a new last part, taking small recent parts in with it.
void add_rows(Parts& parts, Rows rows);
// Sets the tombstones of every row that has one of the ids; returns how many rows that were.
std::size_t discard_ids(const Parts& parts, const std::vector<std::int64_t>& ids);
std::size_t live_rows(const Parts& parts);

// One consistent state: the parts, and up to where the log was applied to them. Never changed, only replaced.
struct Snapshot {
    Parts parts;
    std::shared_ptr<Log> log;         // null for an index in memory
    std::uint64_t seen = 0;           // the log's counter when this was made
    std::uint64_t change_number = 0;  // of the last change applied
};

class State {
public:
    State() : snapshot_(std::make_shared<const Snapshot>()) {}
    std::shared_ptr<const Snapshot> now() const;
    void replace(Snapshot snapshot);

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace shelterwood::index
