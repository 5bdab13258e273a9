// Owners of large memory: anonymous (huge pages where the system gives them) and files mapped for reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace shelterwood::index {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

class Region {
public:
    Region() = default;
    ~Region();
    Region(Region&& other) noexcept;
    Region& operator=(Region&& other) noexcept;

    static Region anonymous(std::size_t bytes);
    // The whole file, read-only and shared with every other process that maps it.
    static Region file(const std::string& path);

    std::uint8_t* data() const { return data_; }
    std::size_t size() const { return size_; }
    // Reads every page and asks for huge ones: the first searches need not wait for the disk.
    void warm() const;

private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    void* mapping_ = nullptr;
    std::size_t mapped_ = 0;
};

// A file descriptor that closes itself.
class Handle {
public:
    explicit Handle(int fd = -1) : fd_(fd) {}
    ~Handle();
    Handle(Handle&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Handle& operator=(Handle&& other) noexcept;
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

}  // namespace shelterwood::index
