// Bindings of the PDQ library: NumPy arrays in without a copy, bytes out, the GIL released while computing.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bindings.hpp"
#include "kernels.hpp"
#include "pdq.hpp"

namespace nb = nanobind;

namespace shelterwood {
namespace {

using RgbArray = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::device::cpu>;
using LumaArray = nb::ndarray<const std::uint8_t, nb::ndim<2>, nb::device::cpu>;

pdq::RgbView view(const RgbArray& rgb) {
    if (rgb.shape(2) != 3) throw std::invalid_argument("the last axis must hold the three channels R, G and B");
    return {rgb.data(), rgb.shape(0), rgb.shape(1), rgb.stride(0), rgb.stride(1), rgb.stride(2)};
}

pdq::LumaView view(const LumaArray& luma, std::size_t full_height, std::size_t full_width, std::size_t divisor,
                   std::size_t lead_y, std::size_t lead_x) {
    if (divisor == 0) throw std::invalid_argument("the divisor must be 1, 2, 4 or 8");
    const pdq::LumaView picture{luma.data(), {full_height, divisor, lead_y}, {full_width, divisor, lead_x},
                                luma.stride(0), luma.stride(1)};
    if (full_height > pdq::kLargestSide || full_width > pdq::kLargestSide || lead_y >= divisor || lead_x >= divisor ||
        picture.rows.cells() != luma.shape(0) || picture.columns.cells() != luma.shape(1)) {
        throw std::invalid_argument("the luma array does not have the shape that the full size, divisor and leads give");
    }
    return picture;
}

// (the eight codes one after the other, the first being the picture's own; quality; doubtful frequencies)
nb::tuple as_tuple(const pdq::Fingerprint& fingerprint) {
    const nb::bytes codes(fingerprint.orientations.data(), sizeof(fingerprint.orientations));
    return nb::make_tuple(codes, fingerprint.quality, fingerprint.doubtful);
}

const pdq::Kernels& kernels_named(const std::string& name) {
    for (const pdq::Kernels* const kernels : pdq::runnable_kernels()) {
        if (name == kernels->name) return *kernels;
    }
    throw std::invalid_argument("this machine has no PDQ kernels of that name");
}

template <class Compute>
nb::tuple without_gil(Compute compute) {
    pdq::Fingerprint fingerprint;
    {
        const nb::gil_scoped_release release;
        fingerprint = compute();
    }
    return as_tuple(fingerprint);
}

std::vector<std::string> kernel_names() {
    std::vector<std::string> names;
    for (const pdq::Kernels* const kernels : pdq::runnable_kernels()) names.emplace_back(kernels->name);
    return names;
}

}  // namespace

void bind_pdq(nb::module_& m) {
    m.def("pdq_strict", [](const RgbArray& rgb) {
        const auto picture = view(rgb);
        return without_gil([&] { return pdq::strict(picture); });
    }, nb::arg("rgb").noconvert());
    m.def("pdq_fast", [](const RgbArray& rgb) {
        const auto picture = view(rgb);
        return without_gil([&] { return pdq::fast(picture); });
    }, nb::arg("rgb").noconvert());
    m.def("pdq_scaled", [](const LumaArray& luma, std::size_t full_height, std::size_t full_width, std::size_t divisor,
                           std::size_t lead_y, std::size_t lead_x) {
        const auto picture = view(luma, full_height, full_width, divisor, lead_y, lead_x);
        return without_gil([&] { return pdq::fast(picture); });
    }, nb::arg("luma").noconvert(), nb::arg("full_height"), nb::arg("full_width"), nb::arg("divisor"), nb::arg("lead_y"), nb::arg("lead_x"));

    m.def("pdq_kernels", &kernel_names);
    m.def("pdq_strict_with", [](const std::string& kernels, const RgbArray& rgb) {
        return as_tuple(pdq::strict(view(rgb), kernels_named(kernels)));
    }, nb::arg("kernels"), nb::arg("rgb").noconvert());
    m.def("pdq_fast_with", [](const std::string& kernels, const RgbArray& rgb) {
        return as_tuple(pdq::fast(view(rgb), kernels_named(kernels)));
    }, nb::arg("kernels"), nb::arg("rgb").noconvert());
}

}  // namespace shelterwood
