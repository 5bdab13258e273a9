// The append-only log of changes since the last merge, and the counter that makes them visible. A writer first writes
// the records, then raises the counter in the mapped header page (release); every search in every process reads the
// counter first (acquire) and applies what is new. What lies behind the counter is a torn tail and is ignored.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "index/memory.hpp"
#include "index/types.hpp"

namespace shelterwood::index {

enum class Change : std::uint32_t { kAdd = 1, kDiscard = 2, kMark = 3 };  // a mark only carries a change number

struct Record {
    std::uint32_t checksum;  // of the log's number, the record's position and what follows
    Change change;
    std::uint64_t change_number;
    std::int64_t id;
    std::uint8_t code[kCodeBytes];  // as the caller gave it, not permuted; zero for a discard
};
static_assert(sizeof(Record) == 56);

inline constexpr std::uint64_t kSuperseded = std::uint64_t{1} << 63;    // another manifest is valid: read it
inline constexpr std::uint64_t kOutOfService = std::uint64_t{1} << 62;  // verify() found a bad block
inline constexpr std::uint64_t kRecordCount = kOutOfService - 1;

class Log {
public:
    // A new, empty and synced log file holding `records`.
    static void create(const std::string& path, std::uint64_t number, std::vector<Record> records);
    Log(const std::string& path, std::uint64_t number, bool writable);

    std::uint64_t counter() const { return page().counter.load(std::memory_order_acquire); }
    // Records [begin, end), each checked; throws Failure(kDamaged) at the first that is not what was written.
    std::vector<Record> read(std::uint64_t begin, std::uint64_t end) const;
    // All of them become visible at once. On failure (disk full) nothing is visible and the file is as it was.
    void append(std::vector<Record> records);
    void flag(std::uint64_t bit);
    void cut_torn_tail() const;
    // For repair: cuts at the first damaged record; returns how many remain.
    std::uint64_t cut_at_damage();
    void sync() const;

private:
    struct Page {
        std::uint64_t magic;
        std::uint64_t version;
        std::uint64_t number;
        std::uint64_t reserved[5];
        std::atomic<std::uint64_t> counter;  // a cache line of its own
    };
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
    Page& page() const { return *static_cast<Page*>(mapping_.get()); }
    bool is_whole(const Record& record, std::uint64_t position) const;
    void stamp(std::vector<Record>& records, std::uint64_t position) const;
    static std::uint64_t offset_of(std::uint64_t position);

    struct Unmap {
        void operator()(void* at) const;
    };
    std::string path_;
    std::uint64_t number_;
    Handle fd_;
    std::unique_ptr<void, Unmap> mapping_;
};

}  // namespace shelterwood::index
