#include "index/log.hpp"

#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/checksum.hpp"
#include "index/failure.hpp"
#include "index/faults.hpp"
#include "index/files.hpp"

namespace shelterwood::index {
namespace {

constexpr std::uint64_t kLogMagic = 0x00314C4F47575320;  // " SWGOL1\0"
constexpr std::uint64_t kPageBytes = 4096;

std::uint32_t record_checksum(const Record& record, std::uint64_t number, std::uint64_t position) {
    std::uint8_t bytes[16 + sizeof(Record) - 4];
    std::memcpy(bytes, &number, 8);
    std::memcpy(bytes + 8, &position, 8);
    std::memcpy(bytes + 16, reinterpret_cast<const std::uint8_t*>(&record) + 4, sizeof(Record) - 4);
    return static_cast<std::uint32_t>(checksum(bytes, sizeof bytes));
}

}  // namespace

void Log::Unmap::operator()(void* at) const { munmap(at, kPageBytes); }

std::uint64_t Log::offset_of(std::uint64_t position) { return kPageBytes + position * sizeof(Record); }

void Log::create(const std::string& path, std::uint64_t number, std::vector<Record> records) {
    for (std::size_t i = 0; i < records.size(); ++i) records[i].checksum = record_checksum(records[i], number, i);
    NewFile file(path);
    alignas(8) std::uint8_t page[kPageBytes] = {};
    const std::uint64_t count = records.size();
    std::memcpy(page, &kLogMagic, 8);
    page[8] = 1;
    std::memcpy(page + offsetof(Page, number), &number, 8);
    std::memcpy(page + offsetof(Page, counter), &count, 8);
    file.append(page, sizeof page);
    file.append(records.data(), records.size() * sizeof(Record));
    file.sync();
}

Log::Log(const std::string& path, std::uint64_t number, bool writable)
    : path_(path), number_(number),
      fd_(open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW)) {
    if (!fd_) fail_with_errno("open", path);
    struct stat status {};
    if (fstat(fd_.get(), &status) != 0) fail_with_errno("examine", path);
    if (static_cast<std::uint64_t>(status.st_size) < kPageBytes) throw Failure(Fault::kDamaged, path + " is too short");
    void* at = mmap(nullptr, kPageBytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd_.get(), 0);
    if (at == MAP_FAILED) fail_with_errno("map", path);
    mapping_.reset(at);
    if (page().magic != kLogMagic || page().version != 1 || page().number != number) {
        throw Failure(Fault::kDamaged, "the header of " + path + " is damaged");
    }
}

bool Log::is_whole(const Record& record, std::uint64_t position) const {
    const auto kind = static_cast<std::uint32_t>(record.change);
    return kind >= 1 && kind <= 3 && record.checksum == record_checksum(record, number_, position);
}

std::vector<Record> Log::read(std::uint64_t begin, std::uint64_t end) const {
    struct stat status {};
    if (fstat(fd_.get(), &status) != 0) fail_with_errno("examine", path_);
    if (end < begin || end > (static_cast<std::uint64_t>(status.st_size) - kPageBytes) / sizeof(Record)) {
        throw Failure(Fault::kDamaged, path_ + " ends before its last record");
    }
    std::vector<Record> records(end - begin);
    if (!read_all(fd_.get(), records.data(), records.size() * sizeof(Record), offset_of(begin), path_)) {
        throw Failure(Fault::kDamaged, path_ + " ends before its last record");
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!is_whole(records[i], begin + i)) {
            throw Failure(Fault::kDamaged, "record " + std::to_string(begin + i) + " of " + path_ + " is damaged");
        }
    }
    return records;
}

void Log::stamp(std::vector<Record>& records, std::uint64_t position) const {
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].checksum = record_checksum(records[i], number_, position + i);
    }
}

void Log::append(std::vector<Record> records) {
    const std::uint64_t count = counter() & kRecordCount;
    const std::size_t bytes = records.size() * sizeof(Record), half = bytes / 2;
    stamp(records, count);
    const auto* data = reinterpret_cast<const std::uint8_t*>(records.data());
    try {
        write_all(fd_.get(), data, half, offset_of(count), path_);
        fault_step("append.half_written");
        write_all(fd_.get(), data + half, bytes - half, offset_of(count) + half, path_);
    } catch (const Failure&) {
        cut_torn_tail();
        throw;
    }
    fault_step("append.written");
    page().counter.fetch_add(records.size(), std::memory_order_release);
    fault_step("append.counted");
}

void Log::flag(std::uint64_t bit) { page().counter.fetch_or(bit, std::memory_order_release); }

void Log::cut_torn_tail() const {
    if (ftruncate(fd_.get(), static_cast<off_t>(offset_of(counter() & kRecordCount))) != 0) {
        fail_with_errno("shorten", path_);
    }
}

std::uint64_t Log::cut_at_damage() {
    std::uint64_t good = 0;
    const std::uint64_t count = counter() & kRecordCount;
    for (Record record; good < count; ++good) {
        if (!read_all(fd_.get(), &record, sizeof record, offset_of(good), path_) || !is_whole(record, good)) break;
    }
    page().counter.store((counter() & ~kRecordCount) | good, std::memory_order_release);
    cut_torn_tail();
    return good;
}

void Log::sync() const {
    if (fdatasync(fd_.get()) != 0 || msync(mapping_.get(), kPageBytes, MS_SYNC) != 0) fail_with_errno("write", path_);
}

}  // namespace shelterwood::index
