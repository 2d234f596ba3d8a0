// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Charges what passes through to an account, whose limit it so enforces. It owns no memory; what
// upstream needs beyond the requested bytes is not counted.

#ifndef LANGONE_RT_ACCOUNT_ADAPTOR_H
#define LANGONE_RT_ACCOUNT_ADAPTOR_H

#include "langone/rt/account.h"
#include "langone/rt/resource.h"

namespace langone::rt {

/// Thread-safe if upstream is. BudgetExceeded, before upstream is asked, if the account refuses.
class AccountAdaptor final : public Resource {
public:
  AccountAdaptor(Resource &upstream, Account &account) noexcept
      : upstream_(upstream), account_(account) {
    account_.retain();
  }
  ~AccountAdaptor() override { account_.release(); }

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override;
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override;

private:
  Resource &upstream_;
  Account &account_;
};

} // namespace langone::rt

#endif // LANGONE_RT_ACCOUNT_ADAPTOR_H
