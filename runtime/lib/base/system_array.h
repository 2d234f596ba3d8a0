// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A growable array of plain values whose growth can fail without an exception. It is trivially
// destructible, so that it can live in thread-local storage beyond the thread's destructors:
// whoever holds one calls `reset`.

#ifndef LANGONE_RT_BASE_SYSTEM_ARRAY_H
#define LANGONE_RT_BASE_SYSTEM_ARRAY_H

#include "base/system.h"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace langone::rt {

template <class T> class SystemArray {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  bool empty() const noexcept { return size_ == 0; }
  bool full() const noexcept { return size_ == capacity_; }
  std::size_t size() const noexcept { return size_; }
  T &back() noexcept { return data_[size_ - 1]; }
  T *begin() noexcept { return data_; }
  T *end() noexcept { return data_ + size_; }

  /// Makes room for one more value; false, and nothing changed, if the system has no memory.
  bool reserve_one() noexcept {
    if (!full())
      return true;
    const std::size_t capacity = capacity_ == 0 ? 16 : 2 * capacity_;
    if (capacity > PTRDIFF_MAX / sizeof(T))
      return false;
    void *data = system::reallocate(data_, capacity * sizeof(T));
    if (!data)
      return false;
    data_ = static_cast<T *>(data);
    capacity_ = capacity;
    return true;
  }

  /// After reserve_one.
  void push_back(T value) noexcept { data_[size_++] = value; }
  void pop_back() noexcept { --size_; }
  void shrink(std::size_t size) noexcept { size_ = size; }

  void reset() noexcept {
    system::free(data_);
    *this = SystemArray();
  }

private:
  T *data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

} // namespace langone::rt

#endif // LANGONE_RT_BASE_SYSTEM_ARRAY_H
