// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Typed access to a JSON document that knows where it is: every complaint carries a JSON pointer.
// Knows no schema.

#ifndef LANGONE_TOOLS_COMMON_JSON_READER_H
#define LANGONE_TOOLS_COMMON_JSON_READER_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace langone::tools {

using Json = nlohmann::json;

/// What is wrong with a file: at a line and column, both from 1, or at a JSON pointer.
struct Malformed {
    std::size_t line = 0, column = 0;
    std::string pointer;
    std::string message;

    /// ":LINE:COLUMN: error: MESSAGE" or ": error: POINTER: MESSAGE", to follow the file's name.
    std::string text() const;
};

struct JsonRules {
    /// A document of nothing but brackets would take fifty times its size in memory.
    int max_depth = 64;
    /// An object that names a member twice is an error: readers disagree about which one counts.
    bool unique_keys = false;
};

/// Parses `text`. Throws Malformed with line and column.
Json parse_json(std::string_view text, const JsonRules& rules = {});

/// A value of a document, with the way to it. Valid as long as the document and the node that it
/// came from.
class Node {
public:
    explicit Node(const Json& json) : json_(&json) {}

    // Each of these throws Malformed if the value is not such a thing.
    std::string string() const;
    std::uint64_t bytes() const;
    /// A number of anything else.
    std::uint64_t count() const;
    std::int64_t time() const;
    /// The members of an array, in order.
    void each(const std::function<void(const Node&)>& visit) const;
    /// The member of an object; Malformed if it is missing.
    Node at(const char* key) const;

    /// The member of an object, if it is there and not null.
    std::optional<Node> find(const char* key) const;
    /// Malformed if an object has a member that is none of these.
    void allow(std::initializer_list<std::string_view> keys) const;
    bool has(const char* key) const { return json_->is_object() && json_->contains(key); }
    bool is_null() const { return json_->is_null(); }
    bool is_string() const { return json_->is_string(); }
    bool is_array() const { return json_->is_array(); }

    [[noreturn]] void reject(const std::string& message) const;

private:
    Node(const Json& json, const Node& parent, std::string key)
        : json_(&json), parent_(&parent), key_(std::move(key)) {}
    std::string pointer() const;

    const Json* json_;
    const Node* parent_ = nullptr;
    std::string key_;
};

} // namespace langone::tools

#endif // LANGONE_TOOLS_COMMON_JSON_READER_H
