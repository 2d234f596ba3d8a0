// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "format.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace langone::report {

std::string decimal(double value, int decimals) {
    std::array<char, 512> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
    std::string text = buffer.data();
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

std::string short_bytes(std::uint64_t bytes) {
    return short_bytes(static_cast<double>(bytes));
}

std::string short_bytes(double value) {
    static constexpr std::array<const char*, 7> units = {"B",   "KiB", "MiB", "GiB",
                                                         "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    // What would be rounded to 1024 is 1 of the next.
    while (value >= 1023.995 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return decimal(value, 2) + ' ' + units[unit];
}

std::string short_bytes(const Bytes& bytes) {
    return bytes ? short_bytes(*bytes) : "unbounded";
}

std::string exact_bytes(std::uint64_t bytes) {
    std::string digits = std::to_string(bytes);
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
        digits.insert(static_cast<std::size_t>(i), ",");
    digits += " B";
    return bytes < 1024 ? digits : digits + " (" + short_bytes(bytes) + ')';
}

std::string exact_bytes(const Bytes& bytes) {
    return bytes ? exact_bytes(*bytes) : "unbounded";
}

std::string difference(std::uint64_t from, std::uint64_t to) {
    if (from == to)
        return "no change";
    const char* sign = to > from ? "+" : "-";
    const std::uint64_t bytes = to > from ? to - from : from - to;
    std::string text = sign + short_bytes(bytes);
    if (from == 0)
        return text;
    const double percent = 100 * static_cast<double>(bytes) / static_cast<double>(from);
    const int decimals = percent >= 0.05 ? 1 : 4;
    return text + ", " + sign + decimal(percent, decimals) + " %";
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return result;
}

std::string count(std::size_t number, const char* noun) {
    return std::to_string(number) + ' ' + noun + (number == 1 ? "" : "s");
}

namespace {

/// The number behind the last colon of `text`, which is cut off with it.
std::optional<std::uint32_t> take_number(std::string_view& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end)
        return std::nullopt;
    text = text.substr(0, colon);
    return number;
}

} // namespace

std::optional<Place> parse_place(const std::string& location) {
    std::string_view rest = location;
    const auto column = take_number(rest);
    const auto line = column ? take_number(rest) : std::nullopt;
    if (!line || rest.empty())
        return std::nullopt;
    return Place{std::string(rest), *line, *column};
}

std::string short_place(const std::string& location) {
    if (!parse_place(location))
        return location;
    const auto slash = location.rfind('/');
    return slash == std::string::npos ? location : location.substr(slash + 1);
}

} // namespace langone::report
