// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Typed errors as the C ABI shows them. It owns the conversion and the copy into a caller's struct
// of whatever size; it owns no control flow.

#ifndef LANGONE_RT_CAPI_ERROR_H
#define LANGONE_RT_CAPI_ERROR_H

#include "langone/rt/error.h"
#include "langone/runtime.h"

#include <algorithm>
#include <cstring>

namespace langone::rt {

langone_rt_error to_c(const Error &error) noexcept;

/// Copies `source` to the caller's `*out` as far as its struct_size reaches, which is kept. Null,
/// or a struct_size without room for the two leading fields: nothing to do, false.
template <class T> bool copy_out(const T &source, T *out) noexcept {
  constexpr std::uint32_t head = 2 * sizeof(std::uint32_t);
  if (!out || out->struct_size < head)
    return false;
  T copy = source;
  copy.struct_size = out->struct_size;
  std::memcpy(out, &copy, std::min<std::size_t>(out->struct_size, sizeof(T)));
  return true;
}

/// The status of a result; its error, if any, to `out`.
template <class T>
langone_rt_status report(const Result<T> &result, langone_rt_error *out) noexcept {
  if (result)
    return LANGONE_RT_OK;
  const langone_rt_error error = to_c(result.error());
  copy_out(error, out);
  return error.status;
}

} // namespace langone::rt

#endif // LANGONE_RT_CAPI_ERROR_H
