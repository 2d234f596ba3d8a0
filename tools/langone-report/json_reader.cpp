// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "json_reader.h"

#include <algorithm>

namespace langone::report {

namespace {

constexpr int max_depth = 64;

Malformed at_byte(const std::string& text, std::size_t byte, std::string message) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
    const auto line = std::count(text.begin(), end, '\n');
    const auto begin = std::find(std::make_reverse_iterator(end), text.rend(), '\n').base();
    return {static_cast<std::size_t>(line) + 1, static_cast<std::size_t>(end - begin) + 1, "",
            std::move(message)};
}

/// A document of nothing but brackets would take fifty times its size in memory.
void check_depth(const std::string& text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > max_depth)
                throw at_byte(text, i,
                              "more than " + std::to_string(max_depth) + " levels of nesting");
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
}

/// Without what a terminal would obey: control characters of ASCII, and of Latin-1 in UTF-8.
std::string printable(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f)
            text[i] = ' ';
        else if (byte == 0xc2 && i + 1 < text.size() &&
                 static_cast<unsigned char>(text[i + 1]) < 0xa0)
            text[i] = text[i + 1] = ' ';
    }
    return text;
}

/// What nlohmann-json says, without its own number and place, and not at any length.
std::string reason(const Json::parse_error& error) {
    constexpr std::size_t longest = 160;
    std::string text = error.what();
    if (const auto found = text.find("syntax error while parsing "); found != std::string::npos)
        text = text.substr(found);
    if (const auto found = text.find(" - "); found != std::string::npos)
        text = text.substr(found + 3);
    // It quotes the text, of which any bytes may have been read.
    text = text.substr(0, longest);
    std::replace_if(text.begin(), text.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return "not valid JSON: " + text;
}

} // namespace

Json parse_json(const std::string& text) {
    check_depth(text);
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw at_byte(text, error.byte == 0 ? 0 : error.byte - 1, reason(error));
    } catch (const Json::exception& error) { // a number beyond all range
        throw at_byte(text, 0, std::string("not valid JSON: ") + error.what());
    }
}

std::string Node::pointer() const {
    if (!parent_)
        return "";
    std::string escaped;
    for (const char c : key_) {
        if (c == '~')
            escaped += "~0";
        else if (c == '/')
            escaped += "~1";
        else
            escaped += c;
    }
    return parent_->pointer() + '/' + escaped;
}

void Node::reject(const std::string& message) const {
    throw Malformed{0, 0, pointer(), message};
}

std::string Node::string() const {
    if (!json_->is_string())
        reject(std::string("is ") + json_->type_name() + ", not a string");
    return printable(json_->get<std::string>());
}

std::uint64_t Node::bytes() const {
    if (!json_->is_number_unsigned())
        reject(json_->is_number()
                   ? "is not a whole number of bytes below 2^64"
                   : std::string("is ") + json_->type_name() + ", not a number of bytes");
    return json_->get<std::uint64_t>();
}

std::int64_t Node::time() const {
    const bool fits = json_->is_number_unsigned() ? json_->get<std::uint64_t>() <= INT64_MAX
                                                  : json_->is_number_integer();
    if (!fits)
        reject("is not a whole number of 64 bits");
    return json_->get<std::int64_t>();
}

void Node::each(const std::function<void(const Node&)>& visit) const {
    if (!json_->is_array())
        reject(std::string("is ") + json_->type_name() + ", not an array");
    std::size_t index = 0;
    for (const Json& member : *json_)
        visit(Node(member, *this, std::to_string(index++)));
}

Node Node::at(const char* key) const {
    if (!json_->is_object())
        reject(std::string("is ") + json_->type_name() + ", not an object");
    const auto found = json_->find(key);
    if (found == json_->end())
        reject(std::string("has no \"") + key + '"');
    return {*found, *this, key};
}

std::optional<Node> Node::find(const char* key) const {
    if (!json_->is_object())
        reject(std::string("is ") + json_->type_name() + ", not an object");
    const auto found = json_->find(key);
    if (found == json_->end() || found->is_null())
        return std::nullopt;
    return Node(*found, *this, key);
}

} // namespace langone::report
