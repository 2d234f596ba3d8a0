// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "json_reader.h"

#include <algorithm>
#include <set>
#include <vector>

namespace langone::tools {

namespace {

Malformed at_byte(std::string_view text, std::size_t byte, std::string message) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n');
    const std::size_t newline = before.rfind('\n'); // npos + 1 is 0
    return {static_cast<std::size_t>(line) + 1, before.size() - (newline + 1) + 1, "",
            std::move(message)};
}

/// What the parser does not look after: how deep a document is, and whether a member is named
/// twice. Goes over brackets and strings alone; anything else is the parser's to refuse.
class Scan {
public:
    Scan(std::string_view text, const JsonRules& rules) : text_(text), rules_(rules) {}

    void run() {
        for (std::size_t i = 0; i < text_.size(); ++i) {
            const char c = text_[i];
            if (c == '"')
                i = string(i);
            else if (c == '[' || c == '{')
                open(i);
            else if ((c == ']' || c == '}') && !keys_.empty())
                keys_.pop_back();
        }
    }

private:
    void open(std::size_t at) {
        keys_.emplace_back();
        if (keys_.size() > static_cast<std::size_t>(rules_.max_depth))
            throw at_byte(text_, at,
                          "more than " + std::to_string(rules_.max_depth) + " levels of nesting");
    }

    /// The end of the string that begins here; a colon behind it makes it a key.
    std::size_t string(std::size_t begin) {
        std::size_t end = begin + 1;
        for (; end < text_.size() && text_[end] != '"'; ++end)
            end += text_[end] == '\\';
        const std::size_t next = text_.find_first_not_of(" \t\r\n", end + 1);
        if (rules_.unique_keys && end < text_.size() && next != std::string_view::npos &&
            text_[next] == ':' && !keys_.empty())
            key(begin, text_.substr(begin + 1, end - begin - 1));
        return end;
    }

    void key(std::size_t at, std::string_view name) {
        // The same key could be written in two ways.
        if (name.find('\\') != std::string_view::npos)
            throw at_byte(text_, at, "a key with an escape");
        if (!keys_.back().insert(name).second)
            throw at_byte(text_, at, "\"" + std::string(name) + "\" is there twice");
    }

    std::string_view text_;
    const JsonRules& rules_;
    /// Of each object or array around.
    std::vector<std::set<std::string_view>> keys_;
};

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

std::string Malformed::text() const {
    if (line != 0)
        return ':' + std::to_string(line) + ':' + std::to_string(column) + ": error: " + message;
    return ": error: " + (pointer.empty() ? "the document" : pointer) + ": " + message;
}

Json parse_json(std::string_view text, const JsonRules& rules) {
    Scan(text, rules).run();
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

std::uint64_t Node::count() const {
    if (!json_->is_number_unsigned())
        reject(json_->is_number() ? "is not a whole number from 0 below 2^64"
                                  : std::string("is ") + json_->type_name() + ", not a number");
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

void Node::allow(std::initializer_list<std::string_view> keys) const {
    if (!json_->is_object())
        reject(std::string("is ") + json_->type_name() + ", not an object");
    for (const auto& [key, value] : json_->items())
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            reject("has an unknown member \"" + printable(key) + '"');
}

std::optional<Node> Node::find(const char* key) const {
    if (!json_->is_object())
        reject(std::string("is ") + json_->type_name() + ", not an object");
    const auto found = json_->find(key);
    if (found == json_->end() || found->is_null())
        return std::nullopt;
    return Node(*found, *this, key);
}

} // namespace langone::tools
