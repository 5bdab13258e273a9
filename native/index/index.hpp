// The Hamming index: exact range search over 256-bit codes, live additions and removals, in memory or in a directory
// shared by one writer and any number of readers. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "index/search.hpp"
#include "index/store.hpp"

namespace shelterwood::index {

struct Info {
    std::size_t codes, rows, tombstones, parts, bytes, added;
    std::uint64_t generation, change_number;
    unsigned radius;
    bool writable, out_of_service;
};

struct Verification {
    std::size_t blocks, bad;
};

class Index {
public:
    static std::unique_ptr<Index> build(const std::uint8_t* codes, const std::int64_t* ids, std::size_t count,
                                        unsigned radius, unsigned threads);
    static std::unique_ptr<Index> open(const std::string& directory, bool writable);
    // Cuts a damaged log after its last good record; returns the change number up to which the index is complete.
    static std::uint64_t repair(const std::string& directory);

    void search(const std::uint8_t* codes, std::size_t queries, unsigned radius, unsigned threads, Hits& hits);
    // A change number of 0 stands for "the same as before".
    void add(const std::uint8_t* codes, const std::int64_t* ids, std::size_t count, std::uint64_t change_number);
    std::size_t discard(const std::int64_t* ids, std::size_t count, std::uint64_t change_number);
    void save(const std::string& directory, unsigned threads);
    void merge(bool everything, unsigned threads);
    void sync();
    Verification verify();
    void warm();
    void close();

    Info info();
    std::size_t size();
    unsigned radius() const { return radius_; }

private:
    explicit Index(unsigned radius) : radius_(radius) {}
    std::shared_ptr<const Snapshot> current();
    void refresh();
    void refresh_locked();
    void change(std::vector<Record> records, std::uint64_t change_number);
    void apply(Snapshot& snapshot, const std::vector<Record>& records) const;
    std::uint64_t generation();
    void require_writable() const;
    void require_service(const Snapshot& snapshot) const;
    void merge_in_directory(bool everything, unsigned threads);

    std::atomic<unsigned> radius_;
    State state_;
    std::mutex changes_;       // one change at a time: additions, removals, catching up with the log
    std::mutex merging_;       // one merge at a time; most of it runs beside changes
    std::string directory_;    // empty: in memory
    std::optional<WriterLock> lock_;
    int writer_process_ = 0;   // a forked child must not write
    Manifest manifest_;
    std::atomic<bool> closed_{false}, out_of_service_{false};
};

}  // namespace shelterwood::index
