// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Typed access to a JSON document that knows where it is: every complaint carries a JSON pointer.
// Knows no schema.

#ifndef LANGONE_TOOLS_REPORT_JSON_READER_H
#define LANGONE_TOOLS_REPORT_JSON_READER_H

#include "report.h"

#include <functional>
#include <nlohmann/json.hpp>

namespace langone::report {

using Json = nlohmann::json;

/// Parses `text`, at most 64 levels deep. Throws Malformed with line and column.
Json parse_json(const std::string& text);

/// A value of a document, with the way to it. Valid as long as the document and the node that it
/// came from.
class Node {
public:
    explicit Node(const Json& json) : json_(&json) {}

    // Each of these throws Malformed if the value is not such a thing.
    std::string string() const;
    std::uint64_t bytes() const;
    std::int64_t time() const;
    /// The members of an array, in order.
    void each(const std::function<void(const Node&)>& visit) const;
    /// The member of an object; Malformed if it is missing.
    Node at(const char* key) const;

    /// The member of an object, if it is there and not null.
    std::optional<Node> find(const char* key) const;
    bool is_null() const { return json_->is_null(); }
    bool is_string() const { return json_->is_string(); }

    [[noreturn]] void reject(const std::string& message) const;

private:
    Node(const Json& json, const Node& parent, std::string key)
        : json_(&json), parent_(&parent), key_(std::move(key)) {}
    std::string pointer() const;

    const Json* json_;
    const Node* parent_ = nullptr;
    std::string key_;
};

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_JSON_READER_H
