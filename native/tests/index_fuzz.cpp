// Fuzz target of the index. The first byte chooses: mutate the bytes of a segment (with its checksums made right or not,
// with tables in it or not) and open, search and verify it: no crash, no wild read, whatever they are. Or make a list and
// queries of the bytes and compare every kernel with brute force.
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "index/checksum.hpp"
#include "index/failure.hpp"
#include "index_lists.hpp"

using namespace shelterwood::index;
using namespace shelterwood::index::tests;

namespace {

std::vector<std::uint8_t> written_segment(const char* tables) {
    Random random(1);
    std::vector<Code> codes(1500);
    for (Code& c : codes) c = random.code();
    const std::string path = "/tmp/shelterwood-index-fuzz-" + std::to_string(getpid());
    built(codes, numbered(codes.size()), tables)->write(path);
    const Region file = Region::file(path);
    unlink(path.c_str());
    return std::vector<std::uint8_t>(file.data(), file.data() + file.size());
}

// Sound segments, made once, one with each kind of tables; mutations start from them.
const std::vector<std::uint8_t>& sound_segment(unsigned kind) {
    static const std::vector<std::uint8_t> sound[] = {written_segment("bytes"), written_segment("whole"),
                                                      written_segment("cut")};
    return sound[kind % 3];
}

// So that mutations get past the checksums, they are made right again (a careful forger would do the same).
void reseal(std::vector<std::uint8_t>& bytes) {
    SegmentHeader h;
    std::memcpy(&h, bytes.data(), sizeof h);
    const auto inside = [&](Section s) { return h.begin[s] <= bytes.size() && h.bytes[s] <= bytes.size() - h.begin[s]; };
    if (inside(kDirectory)) h.directory_checksum = checksum(bytes.data() + h.begin[kDirectory], h.bytes[kDirectory]);
    if (inside(kChecksums)) h.table_checksum = checksum(bytes.data() + h.begin[kChecksums], h.bytes[kChecksums]);
    h.header_checksum = checksum(&h, offsetof(SegmentHeader, header_checksum));
    std::memcpy(bytes.data(), &h, sizeof h);
}

void search_everything(const Segment& segment) {
    for (const Kernels* k : runnable_kernels()) {
        Scratch scratch;
        Hits hits;
        const Code query = segment.rows() > 0 ? segment.code(segment.rows() / 2) : Code{};
        const SegmentView view = segment.view(nullptr);
        if (view.bytes != nullptr) k->bytes_one(view, query, 0, 31, scratch, hits);
        if (view.width != 0) k->tables_one(view, query, 0, 31, scratch, hits);
        if (view.width != 0) k->tables_batch(view, &query, 1, 0, 31, scratch, hits);
        k->brute_one(view, query, 0, 200, hits);
    }
    segment.bad_blocks();
    segment.find(17);
}

// Input: (position: 3 bytes, value: 1 byte)*.
void fuzz_bytes(const std::uint8_t* data, std::size_t size, bool honest_checksums, unsigned kind) {
    std::vector<std::uint8_t> bytes = sound_segment(kind);
    for (; size >= 4; data += 4, size -= 4) {
        const std::size_t at = data[0] | data[1] << 8 | (data[2] & 7) << 16;
        if (data[2] & 0x80) bytes.resize(std::max<std::size_t>(at, 1));
        if (at < bytes.size()) bytes[at] = data[3];
    }
    if (honest_checksums && bytes.size() >= kHeaderBytes) reseal(bytes);
    Region region = Region::anonymous(bytes.size());
    std::memcpy(region.data(), bytes.data(), bytes.size());
    try {
        search_everything(*Segment::adopt(std::move(region), "fuzz"));
    } catch (const Failure&) {
        return;  // refused: as good as opened
    }
}

void fuzz_codes(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return;
    const unsigned radius = data[0] % 60;
    Random random(data[1]);
    std::vector<Code> codes(1030 + data[2], Code{});
    for (Code& c : codes) {  // a few patterns from the input, varied by few bits: dense neighbourhoods
        const std::size_t at = random.below(size);
        std::memcpy(&c, data + at, std::min(size - at, sizeof c));
        c = flipped(c, static_cast<unsigned>(random.below(24)), random);
    }
    std::vector<Code> queries;
    for (unsigned i = 0; i < 58; ++i) queries.push_back(flipped(codes[random.below(codes.size())], i, random));
    const auto ids = numbered(codes.size());
    const Found wanted = expected(codes, ids, queries, radius);
    for (const char* tables : kEveryKindOfTables) {
        const auto segment = built(codes, ids, tables);
        for (const Kernels* k : runnable_kernels()) {
            check_all_ways(*k, segment->view(nullptr), queries, radius, wanted, [](bool same, const char*) {
                if (!same) std::abort();
            });
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    if (data[0] & 1) fuzz_codes(data + 1, size - 1);
    else fuzz_bytes(data + 1, size - 1, (data[0] & 2) != 0, data[0] >> 2);
    return 0;
}
