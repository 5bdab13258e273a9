#include "index/files.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "index/failure.hpp"

namespace shelterwood::index {

NewFile::NewFile(const std::string& path)
    : path_(path), fd_(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (!fd_) {
        kept_ = true;
        fail_with_errno("create", path);
    }
}

NewFile::~NewFile() {
    if (!kept_) unlink(path_.c_str());
}

void NewFile::append(const void* data, std::size_t bytes) {
    write_all(fd_.get(), data, bytes, written_, path_);
    written_ += bytes;
}

void NewFile::sync() {
    if (fsync(fd_.get()) != 0) fail_with_errno("write", path_);
    kept_ = true;
}

void write_all(int fd, const void* data, std::size_t bytes, std::uint64_t offset, const std::string& path) {
    constexpr std::size_t kAtOnce = std::size_t{64} << 20;
    const auto* p = static_cast<const std::uint8_t*>(data);
    while (bytes > 0) {
        const ssize_t n = pwrite(fd, p, std::min(bytes, kAtOnce), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail_with_errno("write", path);
        p += n, offset += static_cast<std::uint64_t>(n), bytes -= static_cast<std::size_t>(n);
    }
}

bool read_all(int fd, void* data, std::size_t bytes, std::uint64_t offset, const std::string& path) {
    auto* p = static_cast<std::uint8_t*>(data);
    while (bytes > 0) {
        const ssize_t n = pread(fd, p, bytes, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail_with_errno("read", path);
        if (n == 0) return false;
        p += n, offset += static_cast<std::uint64_t>(n), bytes -= static_cast<std::size_t>(n);
    }
    return true;
}

void sync_directory(const std::string& path) {
    const Handle fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || fsync(fd.get()) != 0) fail_with_errno("sync the directory", path);
}

}  // namespace shelterwood::index
