// Bindings of the Hamming index: buffers in, arrays out, the GIL released in between. Arguments are checked here in C, as
// a look-up takes less time than a few lines of Python.
#include "bindings.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include "index/failure.hpp"
#include "index/faults.hpp"
#include "index/index.hpp"

namespace nb = nanobind;

namespace shelterwood {
namespace {

using index::Fault;
using index::Hit;
using index::Index;

PyObject* failure_type = nullptr;

const char* name_of(Fault fault) {
    switch (fault) {
        case Fault::kDamaged: return "damaged";
        case Fault::kNotScanned: return "not_scanned";
        case Fault::kNotAnIndex: return "not_an_index";
        case Fault::kLocked: return "locked";
        case Fault::kReadOnly: return "read_only";
        case Fault::kNoRoom: return "no_room";
        case Fault::kTooLarge: return "too_large";
        case Fault::kInvalid: return "invalid";
        case Fault::kSystem: break;
    }
    return "system";
}

void translate(const std::exception_ptr& p, void*) {
    try {
        std::rethrow_exception(p);
    } catch (const index::Failure& failure) {
        PyErr_SetObject(failure_type, nb::make_tuple(name_of(failure.fault), failure.what()).ptr());
    }
}

// A C-contiguous buffer of an expected shape, held for as long as this lives.
class Array {
public:
    Array(nb::handle object, const char* what) : what_(what) {
        if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0) {
            PyErr_Clear();
            refuse("must be a C-contiguous array (numpy.ascontiguousarray makes one)");
        }
    }
    ~Array() { PyBuffer_Release(&view_); }
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;

    std::size_t rows_of_codes() const {
        const bool bytes = view_.itemsize == 1 && view_.format != nullptr && view_.format[0] == 'B';
        if (!bytes || view_.ndim != 2 || view_.shape[1] != index::kCodeBytes) refuse("must be an array uint8[n, 32]");
        return static_cast<std::size_t>(view_.shape[0]);
    }
    std::size_t rows_of_ids() const {
        const char type = view_.format != nullptr ? view_.format[0] : '\0';
        if (view_.itemsize != 8 || (type != 'l' && type != 'q') || view_.ndim != 1) refuse("must be an array int64[n]");
        return static_cast<std::size_t>(view_.shape[0]);
    }
    const std::uint8_t* codes() const { return static_cast<const std::uint8_t*>(view_.buf); }
    const std::int64_t* ids() const { return static_cast<const std::int64_t*>(view_.buf); }

private:
    [[noreturn]] void refuse(const char* why) const {
        throw index::Failure(Fault::kInvalid, std::string(what_) + " " + why);
    }

    Py_buffer view_{};
    const char* what_;
};

// What arrays are made with: asking numpy itself takes a third of the time of an nb::ndarray.
struct Numpy {
    nb::object empty, int64, int32;

    static const Numpy& get() {
        static const auto* numpy = [] {
            const nb::module_ m = nb::module_::import_("numpy");
            const nb::object dtype = m.attr("dtype");
            return new Numpy{m.attr("empty"), dtype("int64"), dtype("int32")};  // never freed: Python may be gone first
        }();
        return *numpy;
    }
};

template <class T, class Value>
nb::object column(const nb::object& type, const index::Hits& hits, Value&& value) {
    nb::object array = Numpy::get().empty(hits.size(), type);
    Py_buffer view;
    if (PyObject_GetBuffer(array.ptr(), &view, PyBUF_WRITABLE) != 0) throw nb::python_error();
    for (std::size_t i = 0; i < hits.size(); ++i) static_cast<T*>(view.buf)[i] = static_cast<T>(value(hits[i]));
    PyBuffer_Release(&view);
    return array;
}

// Three arrays: query int64, id int64, distance int32. None where nothing was found, which is what nearly every look-up
// finds: making three empty arrays would take a third as long as looking among a million.
nb::object arrays_of(const index::Hits& hits) {
    if (hits.size() == 0) return nb::none();
    const Numpy& numpy = Numpy::get();
    return nb::make_tuple(column<std::int64_t>(numpy.int64, hits, [](const Hit& h) { return h.query; }),
                          column<std::int64_t>(numpy.int64, hits, [](const Hit& h) { return h.id; }),
                          column<std::int32_t>(numpy.int32, hits, [](const Hit& h) { return h.distance; }));
}

unsigned checked_radius(const Index& self, long radius) {
    if (radius == -1) return self.radius();
    if (radius >= 0 && radius <= static_cast<long>(index::kCodeBits)) return static_cast<unsigned>(radius);
    throw index::Failure(Fault::kInvalid, "the radius must be from 0 to 256, not " + std::to_string(radius));
}

nb::object search(Index& self, nb::handle queries, long radius, unsigned threads) {
    thread_local index::Hits hits;
    hits.clear();
    const Array codes(queries, "queries");
    const std::size_t count = codes.rows_of_codes();
    const unsigned within = checked_radius(self, radius);
    {
        const nb::gil_scoped_release released;
        self.search(codes.codes(), count, within, threads, hits);
    }
    return arrays_of(hits);
}

std::size_t checked_pairs(const Array& codes, const Array& ids) {
    if (codes.rows_of_codes() != ids.rows_of_ids()) throw index::Failure(Fault::kInvalid, "codes and ids differ in length");
    return ids.rows_of_ids();
}

std::unique_ptr<Index> build(nb::handle codes, nb::handle ids, unsigned radius, unsigned threads) {
    const Array c(codes, "codes"), i(ids, "ids");
    const std::size_t count = checked_pairs(c, i);
    if (radius > index::kCodeBits) throw index::Failure(Fault::kInvalid, "the radius must be from 0 to 256");
    const nb::gil_scoped_release released;
    return Index::build(c.codes(), i.ids(), count, radius, threads);
}

void add(Index& self, nb::handle codes, nb::handle ids, std::uint64_t change_number) {
    const Array c(codes, "codes"), i(ids, "ids");
    const std::size_t count = checked_pairs(c, i);
    const nb::gil_scoped_release released;
    self.add(c.codes(), i.ids(), count, change_number);
}

std::size_t discard(Index& self, nb::handle ids, std::uint64_t change_number) {
    const Array i(ids, "ids");
    const std::size_t count = i.rows_of_ids();
    const nb::gil_scoped_release released;
    return self.discard(i.ids(), count, change_number);
}

nb::dict info(Index& self) {
    const index::Info i = self.info();
    nb::dict d;
    d["fingerprints"] = i.codes, d["tombstones"] = i.tombstones, d["segments"] = i.parts, d["additions"] = i.added;
    d["bytes"] = i.bytes, d["generation"] = i.generation, d["change_number"] = i.change_number;
    d["radius"] = i.radius, d["writable"] = i.writable, d["out_of_service"] = i.out_of_service;
    return d;
}

nb::list fault_steps() {
    nb::list steps;
    for (const char* step : index::kFaultSteps) steps.append(step);
    return steps;
}

}  // namespace

void bind_index(nb::module_& m) {
    failure_type = PyErr_NewException("shelterwood._native._ext.IndexFailure", nullptr, nullptr);
    m.attr("IndexFailure") = nb::borrow(failure_type);
    nb::register_exception_translator(translate);
    using Released = nb::call_guard<nb::gil_scoped_release>;
    nb::class_<Index>(m, "Index")
        .def_static("build", build, nb::arg("codes"), nb::arg("ids"), nb::arg("radius"), nb::arg("threads"))
        .def_static("open", &Index::open, nb::arg("directory"), nb::arg("writable"), Released())
        .def_static("repair", &Index::repair, nb::arg("directory"), Released())
        .def("search", search, nb::arg("queries"), nb::arg("radius"), nb::arg("threads"))
        .def("add", add, nb::arg("codes"), nb::arg("ids"), nb::arg("change_number"))
        .def("discard", discard, nb::arg("ids"), nb::arg("change_number"))
        .def("save", &Index::save, nb::arg("directory"), nb::arg("threads"), Released())
        .def("merge", &Index::merge, nb::arg("everything"), nb::arg("threads"), Released())
        .def("sync", &Index::sync, Released())
        .def("warm", &Index::warm, Released())
        .def("close", &Index::close, Released())
        .def("verify", [](Index& self) {
            const nb::gil_scoped_release released;
            const index::Verification v = self.verify();
            return std::pair(v.blocks, v.bad);
        })
        .def("info", info)
        .def("size", &Index::size, Released());
    m.def("index_kernels", [] { return index::kernels().name; });
    m.def("index_fault_steps", fault_steps);
}

}  // namespace shelterwood
