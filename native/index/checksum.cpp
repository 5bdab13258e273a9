#include "index/checksum.hpp"

#include <bit>
#include <cstring>
#include <initializer_list>

namespace shelterwood::index {
namespace {

constexpr std::uint64_t kP1 = 0x9E3779B185EBCA87, kP2 = 0xC2B2AE3D27D4EB4F, kP3 = 0x165667B19E3779F9,
                        kP4 = 0x85EBCA77C2B2AE63, kP5 = 0x27D4EB2F165667C5;

template <class T>
std::uint64_t read(const std::uint8_t* p) {
    T value;
    std::memcpy(&value, p, sizeof value);
    return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) { return std::rotl(lane + input * kP2, 31) * kP1; }

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) { return (hash ^ round(0, lane)) * kP1 + kP4; }

// The 32-byte stripes; advances p.
std::uint64_t stripes(const std::uint8_t*& p, const std::uint8_t* end) {
    std::uint64_t a = kP1 + kP2, b = kP2, c = 0, d = 0 - kP1;
    for (; end - p >= 32; p += 32) {
        a = round(a, read<std::uint64_t>(p));
        b = round(b, read<std::uint64_t>(p + 8));
        c = round(c, read<std::uint64_t>(p + 16));
        d = round(d, read<std::uint64_t>(p + 24));
    }
    std::uint64_t hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    for (std::uint64_t lane : {a, b, c, d}) hash = merge(hash, lane);
    return hash;
}

std::uint64_t tail(std::uint64_t hash, const std::uint8_t* p, const std::uint8_t* end) {
    for (; end - p >= 8; p += 8) hash = std::rotl(hash ^ round(0, read<std::uint64_t>(p)), 27) * kP1 + kP4;
    if (end - p >= 4) {
        hash = std::rotl(hash ^ read<std::uint32_t>(p) * kP1, 23) * kP2 + kP3;
        p += 4;
    }
    for (; p < end; ++p) hash = std::rotl(hash ^ *p * kP5, 11) * kP1;
    return hash;
}

}  // namespace

std::uint64_t checksum(const void* data, std::size_t bytes) {
    const auto* p = static_cast<const std::uint8_t*>(data);
    const std::uint8_t* end = p + bytes;
    std::uint64_t hash = (bytes >= 32 ? stripes(p, end) : kP5) + bytes;
    hash = tail(hash, p, end);
    hash = (hash ^ hash >> 33) * kP2;
    hash = (hash ^ hash >> 29) * kP3;
    return hash ^ hash >> 32;
}

}  // namespace shelterwood::index
