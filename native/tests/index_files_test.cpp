// Segments as files: what is written is read again, and nothing damaged is accepted.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "check.hpp"
#include "index/checksum.hpp"
#include "index/failure.hpp"
#include "index_lists.hpp"

using namespace shelterwood::index;
using namespace shelterwood::index::tests;

namespace {

std::string scratch_file() {
    char name[] = "/tmp/shelterwood-index-test-XXXXXX";
    const int fd = mkstemp(name);
    if (fd >= 0) close(fd);
    unlink(name);
    return name;
}

std::vector<std::uint8_t> written_segment(std::size_t rows, const char* tables) {
    Random random(1);
    std::vector<Code> codes(rows);
    for (Code& c : codes) c = random.code();
    const std::string path = scratch_file();
    built(codes, numbered(rows), tables)->write(path);
    const Region file = Region::file(path);
    std::vector<std::uint8_t> bytes(file.data(), file.data() + file.size());
    unlink(path.c_str());
    return bytes;
}

std::shared_ptr<Segment> adopt(const std::vector<std::uint8_t>& bytes) {
    Region region = Region::anonymous(bytes.size());
    std::memcpy(region.data(), bytes.data(), bytes.size());
    return Segment::adopt(std::move(region), "a test segment");
}

}  // namespace

TEST(a_written_segment_opens_and_is_sound) {
    for (const char* tables : kEveryKindOfTables) {
        for (const std::size_t rows : {1u, 1024u, 5000u}) {
            const auto segment = adopt(written_segment(rows, tables));
            CHECK_EQ(segment->rows(), rows);
            CHECK_EQ(segment->bad_blocks(), 0u);
            CHECK_EQ(segment->view(nullptr).bytes != nullptr, rows > 1024 && std::strcmp(tables, "bytes") == 0);
        }
    }
}

TEST(every_damaged_header_byte_is_refused) {
    const auto good = written_segment(2000, "cut");
    for (std::size_t at = 0; at < sizeof(SegmentHeader); ++at) {
        auto bytes = good;
        bytes[at] ^= 0x10;
        CHECK_THROWS(adopt(bytes), Failure);
    }
}

TEST(a_truncated_or_longer_file_is_refused) {
    const auto good = written_segment(2000, "whole");
    for (const std::size_t size : {std::size_t{1}, std::size_t{4095}, std::size_t{4096}, good.size() - 1}) {
        CHECK_THROWS(adopt({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)}), Failure);
    }
    auto longer = good;
    longer.push_back(0);
    CHECK_THROWS(adopt(longer), Failure);
}

TEST(a_damaged_payload_is_found_by_verification_and_never_becomes_an_address) {
    for (const char* tables : {"whole", "cut"}) {
        const auto good = written_segment(3000, tables);
        SegmentHeader header;
        std::memcpy(&header, good.data(), sizeof header);
        for (const Section s : {kFront, kBack, kIds, kOrder, kSketches}) {
            auto bytes = good;
            std::memset(bytes.data() + header.begin[s], 0xFF, header.bytes[s]);
            const auto segment = adopt(bytes);
            CHECK(segment->bad_blocks() > 0);
            const SegmentView view = segment->view(nullptr);
            for (const Kernels* k : runnable_kernels()) {
                Scratch scratch;
                Hits hits;
                for (std::size_t row = 0; row < 50; ++row) k->tables_one(view, segment->code(row), 0, 31, scratch, hits);
                k->brute_one(view, Code{}, 0, 255, hits);
                CHECK(s != kOrder || scratch.damaged);
            }
        }
    }
}

TEST(a_damaged_directory_is_refused_when_opened) {
    for (const char* tables : {"whole", "cut"}) {
        const auto good = written_segment(3000, tables);
        SegmentHeader header;
        std::memcpy(&header, good.data(), sizeof header);
        auto bytes = good;
        bytes[header.begin[kDirectory] + 400] ^= 1;
        CHECK_THROWS(adopt(bytes), Failure);
    }
}

TEST(a_list_too_long_for_tables_on_bytes_must_have_others) {
    Random random(2);
    std::vector<Code> codes(kByteTableRows + std::size_t{1});
    for (Code& c : codes) c = random.code();
    SegmentHeader none = lay_out(codes.size(), Tables::kNone);
    none.header_checksum = checksum(&none, offsetof(SegmentHeader, header_checksum));
    std::vector<std::uint8_t> bytes(none.file_bytes);
    std::memcpy(bytes.data(), &none, sizeof none);
    CHECK_THROWS(adopt(bytes), Failure);
}
