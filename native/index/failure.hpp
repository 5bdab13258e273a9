// What can go wrong with an index, as one exception that the bindings turn into a named Python error.
#pragma once

#include <stdexcept>
#include <string>

namespace shelterwood::index {

enum class Fault {
    kDamaged,       // a stored value contradicts its checksum or its bounds
    kNotScanned,    // a part is out of service: an answer would be incomplete
    kNotAnIndex,    // nothing there, or something else
    kLocked,        // another process is the writer
    kReadOnly,      // a change was asked of a reader
    kNoRoom,        // disk full, file size limit, quota
    kSystem,        // any other refusal of the operating system
    kTooLarge,
    kInvalid,       // an argument
};

class Failure : public std::runtime_error {
public:
    Failure(Fault why, const std::string& what) : std::runtime_error(what), fault(why) {}
    Fault fault;
};

// A Failure for the current errno: "cannot <doing> <path>: <reason>".
[[noreturn]] void fail_with_errno(const std::string& doing, const std::string& path);

}  // namespace shelterwood::index
