// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a packing CSV: an error with a position inside the text, or a table that is written
// and read back the same.

#include "csv.h"

#include <cstdlib>
#include <sstream>

using namespace langone;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto result = plan::parse_csv({reinterpret_cast<const char*>(data), size});
    if (const auto* error = std::get_if<plan::FileError>(&result)) {
        if (error->line == 0 || error->column == 0 || error->column > size + 1 ||
            error->message.empty())
            std::abort();
        return 0;
    }
    const auto& table = std::get<plan::Table>(result);
    planner::Solution solution;
    for (const auto& offset : table.offsets)
        solution.offsets.push_back(offset.value_or(0));
    std::ostringstream stream;
    plan::write_csv(stream, {table.buffers, {}}, solution);
    const auto again = plan::parse_csv(stream.str());
    const auto* second = std::get_if<plan::Table>(&again);
    if (!second || second->buffers.size() != table.buffers.size())
        std::abort();
    for (std::size_t i = 0; i < table.buffers.size(); ++i)
        if (second->buffers[i].id != table.buffers[i].id ||
            second->buffers[i].lower != table.buffers[i].lower ||
            second->buffers[i].size != table.buffers[i].size)
            std::abort();
    return 0;
}
