// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Detached POSIX threads.

#include "monitor/background_thread.h"

#include <csignal>
#include <memory>
#include <pthread.h>

namespace langone::rt {

namespace {

void *run(void *body) {
  const std::unique_ptr<std::function<void()>> owned(static_cast<std::function<void()> *>(body));
  (*owned)();
  return nullptr;
}

} // namespace

bool run_in_background(const char *name, std::function<void()> body) {
  auto owned = std::make_unique<std::function<void()>>(std::move(body));
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0)
    return false;
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, 256 * 1024); // handlers run on it
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const bool started = ::pthread_create(&thread, &attributes, run, owned.get()) == 0;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  if (!started)
    return false;
  ::pthread_setname_np(thread, name);
  static_cast<void>(owned.release());
  return true;
}

} // namespace langone::rt
