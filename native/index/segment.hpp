// An immutable set of rows (code, id), sorted by id, with its tables; in memory or mapped from a file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "index/byte_tables.hpp"
#include "index/layout.hpp"
#include "index/memory.hpp"
#include "index/types.hpp"

namespace shelterwood::index {

// Rows in any order, to build a segment of.
struct GivenRows {
    const std::uint8_t* codes;  // 32 bytes each
    const std::int64_t* ids;
    std::size_t count;
    bool permuted;  // the codes already are

    static GivenRows plain(const std::uint8_t* codes, const std::int64_t* ids, std::size_t count) {
        return {codes, ids, count, false};
    }
    static GivenRows already_permuted(const Code* codes, const std::int64_t* ids, std::size_t count) {
        return {reinterpret_cast<const std::uint8_t*>(codes), ids, count, true};
    }
};

class Segment {
public:
    // Takes min(threads, 16) threads.
    static std::shared_ptr<Segment> build(const GivenRows& given, unsigned threads);
    // Checks header, size, bounds and the directory; the payload only on verify().
    static std::shared_ptr<Segment> open(const std::string& path);
    // The same for bytes that are already in memory (for the fuzz target).
    static std::shared_ptr<Segment> adopt(Region region, const std::string& name);

    // Writes and syncs a new file, 0600; it must not exist yet.
    void write(const std::string& path);

    // The number of payload blocks whose checksum is wrong.
    std::size_t bad_blocks() const;
    std::size_t blocks() const { return block_count(header_); }
    void warm() const { region_.warm(); }

    std::size_t rows() const { return header_.rows; }
    std::size_t bytes() const { return header_.file_bytes; }
    const std::int64_t* ids() const { return view_.ids; }
    Code code(std::size_t row) const;
    // Rows [first, second) have this id.
    std::pair<std::size_t, std::size_t> find(std::int64_t id) const;
    SegmentView view(const std::uint64_t* dead) const;

private:
    Segment(Region region, const SegmentHeader& header) : region_(std::move(region)), header_(header) {}
    template <class T>
    T* section(Section s) const {
        return reinterpret_cast<T*>(region_.data() + header_.begin[s]);
    }
    void point();
    void fill_rows(const GivenRows& given, unsigned threads);
    void fill_some(const GivenRows& given, const std::vector<std::uint32_t>& order, std::size_t from, std::size_t to);
    void fill_tables(unsigned threads);
    void make_byte_tables();
    void check_directory(const std::string& name);
    bool table_is_ordered(unsigned table, std::uint32_t& heaviest) const;
    void seal();

    Region region_;
    Region directory_;  // of a mapped segment: a checked private copy, in huge pages
    std::optional<ByteTables> byte_tables_;
    SegmentHeader header_;
    SegmentView view_{};
    bool sealed_ = false;
};

}  // namespace shelterwood::index
