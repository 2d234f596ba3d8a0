//===- GeneratorTasks.cpp - tasks that go on ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A task owns some buffers of its surroundings from its start on, has others
// for itself until it is awaited, and reads more. One that nobody awaits has
// only what nobody frees.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <utility>

namespace langone::resource::test {

/// Whether `name` is one of the names in `text`.
static bool mentions(llvm::StringRef text, llvm::StringRef name) {
  for (size_t at = text.find(name); at != llvm::StringRef::npos;
       at = text.find(name, at + 1)) {
    llvm::StringRef rest = text.drop_front(at + name.size());
    if (rest.empty() || (!llvm::isAlnum(rest[0]) && rest[0] != '#'))
      return true;
  }
  return false;
}

/// What the surroundings may not do while the task is under way.
void Generator::restrictTo(Scope &scope, Task &task) {
  for (Id id : task.read)
    ++handles[id].readers;
  for (Handle &handle : handles)
    for (Id owner : task.exclusive)
      handle.hidden += llvm::is_contained(handle.owners, owner);
  for (llvm::ArrayRef<Id> used : {task.read, task.exclusive})
    for (Id id : used)
      if (llvm::is_contained(scope.owned, id)) {
        llvm::erase(scope.owned, id);
        task.held.push_back(id);
      }
}

void Generator::giveBack(Scope &scope, Task &task) {
  for (Id id : task.read)
    --handles[id].readers;
  for (Handle &handle : handles)
    for (Id owner : task.exclusive)
      handle.hidden -= llvm::is_contained(handle.owners, owner);
  task.read.clear();
  task.exclusive.clear();
  // Another task may read it, too.
  for (Id id : std::exchange(task.held, {})) {
    auto *reader = llvm::find_if(scope.tasks, [&](const Task &other) {
      return llvm::is_contained(other.read, id);
    });
    (reader == scope.tasks.end() ? scope.owned : reader->held).push_back(id);
  }
}

/// Owners of what the body, which is the text from `start` on, has read.
llvm::SmallVector<Generator::Id> Generator::findReads(size_t start) {
  llvm::SmallVector<Id> read;
  llvm::StringRef body = llvm::StringRef(text).drop_front(start);
  auto note = [&](Id id) {
    if (!llvm::is_contained(read, id))
      read.push_back(id);
  };
  for (const Handle &handle : handles)
    if (handle.live && handle.hidden == 0 && mentions(body, handle.name))
      llvm::for_each(handle.owners, note);
  // What is lent may be known by the name of another argument.
  if (llvm::any_of(read, [&](Id id) { return handles[id].lent; }))
    for (Id id = 0; id < handles.size(); ++id)
      if (handles[id].lent)
        note(id);
  return read;
}

/// What the task has to itself. Returns what it owns.
llvm::SmallVector<Generator::Id> Generator::handToTask(Scope &scope,
                                                       Task &task) {
  llvm::SmallVector<Id> consumed;
  for (Id id : scope.owned)
    if (random.percent(25))
      consumed.push_back(id);
  for (Id id : consumed) {
    llvm::erase(scope.owned, id);
    kill(id);
  }
  if (!task.isAwaited) {
    // Nobody writes or frees what such a task reads.
    if (!scope.owned.empty() && chance(Feature::Leak, 60)) {
      Id leaked = random.pick(scope.owned);
      llvm::erase(scope.owned, leaked);
      ++handles[leaked].readers;
      scope.forever.push_back(leaked);
    }
    return consumed;
  }
  for (Id id = 0; id < handles.size(); ++id)
    if (handles[id].live && handles[id].hidden == 0 && !handles[id].lent &&
        llvm::is_contained(handles[id].owners, id) && isWritable(scope, id) &&
        random.percent(15))
      task.exclusive.push_back(id);
  return consumed;
}

void Generator::task(Scope &scope) {
  use(Feature::Task);
  Task task;
  task.token = fresh("t");
  task.isAwaited = random.percent(75);
  // What those before it have, it may have next.
  llvm::SmallVector<Id> readBefore, exclusiveBefore;
  for (Task &earlier : scope.tasks) {
    if (!random.percent(40))
      continue;
    task.after.push_back(earlier.token);
    if (!task.isAwaited)
      continue;
    readBefore.append(earlier.read);
    exclusiveBefore.append(earlier.exclusive);
    giveBack(scope, earlier);
  }
  llvm::SmallVector<Id> consumed = handToTask(scope, task);
  if (task.isAwaited && chance(Feature::YieldedBuffer, 25))
    task.value = fresh("t");
  task.type = anyTransferType();

  line(task.token + (task.value.empty() ? "" : ", " + task.value) +
       " = async.execute" +
       (task.after.empty() ? "" : " [" + llvm::join(task.after, ", ") + "]") +
       (task.value.empty() ? ""
                           : " -> !async.value<" + task.type.getText() + ">") +
       " {");
  const auto before = handles;
  const size_t start = text.size();
  for (Handle &handle : handles) {
    handle.live &= task.isAwaited || llvm::all_of(handle.owners, [&](Id id) {
                     return llvm::is_contained(scope.forever, id);
                   });
    for (Id owner : task.exclusive)
      handle.hidden += llvm::is_contained(handle.owners, owner);
  }
  Scope body;
  body.parallelStart = handles.size();
  body.depth = scope.depth + 1;
  const auto visible = handles;
  for (Id id : consumed)
    body.owned.push_back(
        add(before[id].name, before[id].type, before[id].written));
  for (Id id : task.exclusive)
    add(before[id].name, before[id].type, before[id].written);
  ++indent;
  block(body, 1 + random.below(4));
  std::string value;
  if (!task.value.empty())
    value = " " + take(body, task.type) + " : " + task.type.getText();
  dispose(body);
  line("async.yield" + value);
  --indent;
  line("}");

  handles = visible;
  task.read = findReads(start);
  handles = before;
  if (!task.isAwaited) {
    task.read.clear();
  } else {
    for (Id id : exclusiveBefore)
      if (!llvm::is_contained(consumed, id) &&
          !llvm::is_contained(task.exclusive, id))
        task.exclusive.push_back(id);
    for (Id id : readBefore)
      if (!llvm::is_contained(consumed, id) &&
          !llvm::is_contained(task.read, id))
        task.read.push_back(id);
    restrictTo(scope, task);
  }
  scope.tasks.push_back(task);
}

void Generator::finishTask(Scope &scope, Task task) {
  giveBack(scope, task);
  // With the task, those are over that it has waited for.
  for (const std::string &token : task.after) {
    auto *earlier = llvm::find_if(
        scope.tasks, [&](const Task &other) { return other.token == token; });
    if (earlier == scope.tasks.end() || !earlier->value.empty() ||
        !random.percent(50))
      continue;
    Task over = *earlier;
    scope.tasks.erase(earlier);
    finishTask(scope, over);
  }
}

void Generator::awaitTask(Scope &scope) {
  llvm::SmallVector<unsigned> candidates;
  for (auto [index, task] : llvm::enumerate(scope.tasks))
    if (task.isAwaited)
      candidates.push_back(index);
  if (candidates.empty())
    return;
  unsigned index = random.pick(candidates);
  Task task = scope.tasks[index];
  scope.tasks.erase(scope.tasks.begin() + index);
  if (task.value.empty()) {
    line("async.await " + task.token + " : !async.token");
  } else {
    std::string name = fresh("r");
    line(name + " = async.await " + task.value + " : !async.value<" +
         task.type.getText() + ">");
    scope.owned.push_back(add(name, task.type, /*written=*/true));
  }
  finishTask(scope, task);
}

void Generator::awaitTasks(Scope &scope) {
  while (llvm::any_of(scope.tasks,
                      [](const Task &task) { return task.isAwaited; }))
    awaitTask(scope);
}

} // namespace langone::resource::test
