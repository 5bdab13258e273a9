#include "index/memory.hpp"

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/failure.hpp"

namespace shelterwood::index {

void fail_with_errno(const std::string& doing, const std::string& path) {
    const int reason = errno;
    const bool no_room = reason == ENOSPC || reason == EFBIG || reason == EDQUOT;
    throw Failure(no_room ? Fault::kNoRoom : Fault::kSystem,
                  "cannot " + doing + " " + path + ": " + std::strerror(reason));
}

Region::~Region() {
    if (mapping_ != nullptr) munmap(mapping_, mapped_);
}

Region::Region(Region&& other) noexcept { *this = std::move(other); }

Region& Region::operator=(Region&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(mapping_, other.mapping_);
    std::swap(mapped_, other.mapped_);
    return *this;
}

Region Region::anonymous(std::size_t bytes) {
    Region r;
    const bool huge = bytes >= kHugePage;
    r.mapped_ = bytes + (huge ? kHugePage : 4096);  // room to align; untouched pages cost nothing
    void* at = mmap(nullptr, r.mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    r.mapping_ = at;
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    const std::uintptr_t aligned = huge ? (address + kHugePage - 1) / kHugePage * kHugePage : address;
    r.data_ = reinterpret_cast<std::uint8_t*>(aligned);
    r.size_ = bytes;
    if (huge) madvise(r.data_, bytes, MADV_HUGEPAGE);
    return r;
}

Region Region::file(const std::string& path) {
    const Handle fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) fail_with_errno("open", path);
    struct stat status {};
    if (fstat(fd.get(), &status) != 0) fail_with_errno("examine", path);
    if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        throw Failure(Fault::kDamaged, path + " is empty or not a regular file");
    }
    Region r;
    r.size_ = r.mapped_ = static_cast<std::size_t>(status.st_size);
    void* at = mmap(nullptr, r.mapped_, PROT_READ, MAP_SHARED, fd.get(), 0);
    if (at == MAP_FAILED) fail_with_errno("map", path);
    r.mapping_ = at;
    r.data_ = static_cast<std::uint8_t*>(at);
    madvise(at, r.mapped_, MADV_HUGEPAGE);  // a hint: file systems without huge pages ignore it
    return r;
}

void Region::warm() const {
    if (size_ == 0) return;
#ifdef MADV_POPULATE_READ
    madvise(data_, size_, MADV_POPULATE_READ);
#endif
#ifdef MADV_COLLAPSE
    madvise(data_, size_ / kHugePage * kHugePage, MADV_COLLAPSE);
#endif
}

Handle::~Handle() {
    if (fd_ >= 0) close(fd_);
}

Handle& Handle::operator=(Handle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

}  // namespace shelterwood::index
