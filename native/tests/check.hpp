// The smallest test harness that does the job, so that the native tests need nothing but a compiler.
//
//   TEST(a_sentence_in_words) { CHECK(cond); CHECK_EQ(got, want); }
//   CHECK_MAIN()                              // once in each test program
//
// The program runs every test; called with two numbers, `program PART PARTS`, one part of them, so that ctest can run the
// parts beside each other. A failed check prints file, line and values, and the test goes on; the program ends non-zero if any check failed or
// if no check ran at all. CHECK_THROWS(expression, Exception) for the untrusted-input paths.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace shelterwood::check {

struct Test {
    const char* name;
    void (*run)();
};

inline std::vector<Test>& tests() {
    static std::vector<Test> all;
    return all;
}

struct Counts {
    long done = 0;
    long failed = 0;
};

inline Counts& counts() {
    static Counts all;
    return all;
}

struct Register {
    Register(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

template <class T>
std::string show(const T& value) {
    std::ostringstream out;
    if constexpr (std::is_enum_v<T>) {
        out << static_cast<long long>(value);
    } else if constexpr (sizeof(T) == 1 && std::is_integral_v<T>) {
        out << static_cast<int>(value);  // a byte is a number here, not a letter
    } else if constexpr (requires { out << value; }) {
        out << value;
    } else {
        out << "(a value that cannot be printed)";
    }
    return out.str();
}

inline void record(bool passed, const char* file, int line, const std::string& what) {
    ++counts().done;
    if (passed) return;
    ++counts().failed;
    std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, what.c_str());
}

template <class A, class B>
void equal(const A& got, const B& want, const char* file, int line, const char* text) {
    const bool same = got == want;
    record(same, file, line, same ? std::string() : std::string(text) + "  got " + show(got) + ", want " + show(want));
}

inline int run_part(std::size_t part, std::size_t parts) {
    std::size_t run = 0;
    for (std::size_t at = part; at < tests().size(); at += parts) {
        const Test& test = tests()[at];
        ++run;
        const long before = counts().failed;
        try {
            test.run();
        } catch (const std::exception& error) {
            record(false, test.name, 0, std::string("unexpected exception: ") + error.what());
        }
        if (counts().failed != before) std::fprintf(stderr, "FAILED %s\n", test.name);
    }
    std::printf("%zu tests, %ld checks, %ld failed\n", run, counts().done, counts().failed);
    return counts().failed != 0 || counts().done == 0 ? 1 : 0;
}

}  // namespace shelterwood::check

#define TEST(name)                                                                  \
    static void name();                                                             \
    static const ::shelterwood::check::Register register_##name{#name, &name};      \
    static void name()

#define CHECK(condition) ::shelterwood::check::record(static_cast<bool>(condition), __FILE__, __LINE__, #condition)
#define CHECK_EQ(got, want) ::shelterwood::check::equal((got), (want), __FILE__, __LINE__, #got " == " #want)
#define CHECK_THROWS(expression, Exception)                                                      \
    do {                                                                                         \
        bool thrown_ = false;                                                                    \
        try {                                                                                    \
            static_cast<void>(expression);                                                       \
        } catch (const Exception&) {                                                             \
            thrown_ = true;                                                                      \
        }                                                                                        \
        ::shelterwood::check::record(thrown_, __FILE__, __LINE__, #expression " throws " #Exception); \
    } while (false)
#define CHECK_MAIN() \
    int main(int argc, char** argv) {                                                            \
        if (argc != 1 && argc != 3) return 2;                                                    \
        const std::size_t part = argc == 3 ? std::strtoul(argv[1], nullptr, 10) : 0;             \
        const std::size_t parts = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 1;            \
        return part < parts ? ::shelterwood::check::run_part(part, parts) : 2;                   \
    }
