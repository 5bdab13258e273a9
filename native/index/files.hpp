// Writing files so that a crash or a full disk leaves either nothing or the whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "index/memory.hpp"

namespace shelterwood::index {

// A file made with O_EXCL and mode 0600; it is removed again unless sync() was reached.
class NewFile {
public:
    explicit NewFile(const std::string& path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    void append(const void* data, std::size_t bytes);
    void sync();

private:
    std::string path_;
    Handle fd_;
    std::uint64_t written_ = 0;
    bool kept_ = false;
};

// Writes all bytes at an offset or throws.
void write_all(int fd, const void* data, std::size_t bytes, std::uint64_t offset, const std::string& path);
// Reads all bytes at an offset; false when the file ends before.
bool read_all(int fd, void* data, std::size_t bytes, std::uint64_t offset, const std::string& path);
void sync_directory(const std::string& path);

}  // namespace shelterwood::index
