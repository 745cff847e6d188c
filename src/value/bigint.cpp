#include <hyperdb/bigint.hpp>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include <hyperdb/detail/builtin.hpp>

#include <boost/multiprecision/cpp_int.hpp>

namespace hyperdb {

using Wide = boost::multiprecision::cpp_int;

struct BigInt::Large {
  explicit Large(Wide number) : value(std::move(number)) {}

  /// Returns the canonical BigInt of a number: inline when it fits.
  static BigInt make(Wide number) {
    static const Wide smallest = std::numeric_limits<std::int64_t>::min();
    static const Wide largest = std::numeric_limits<std::int64_t>::max();
    if (number >= smallest && number <= largest) return BigInt(number.convert_to<std::int64_t>());
    BigInt result;
    result.large_ = std::make_shared<const Large>(std::move(number));
    return result;
  }
  static Wide wide(const BigInt& number) { return number.large_ ? number.large_->value : Wide(number.small_); }

  const Wide value;
};

namespace {

/// Returns |value| without overflow for the smallest integer.
std::uint64_t absolute(std::int64_t value) noexcept {
  auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

constexpr std::size_t chunkDigits = 18;  // this many always fit 64 bits

std::int64_t readChunk(std::string_view digits) {
  std::int64_t chunk = 0;
  for (char c : digits) chunk = chunk * 10 + (c - '0');
  return chunk;
}

/// Parses by halving the digits, so that long numbers are multiplied with long ones, which takes less than n^2.
/// `powers[i]` is 10^(chunkDigits * 2^i), as far as needed so far.
Wide readDigits(std::string_view digits, std::vector<Wide>& powers) {
  if (digits.size() <= chunkDigits) return readChunk(digits);
  std::size_t level = 0;
  std::size_t lowCount = chunkDigits;
  for (; lowCount * 2 < digits.size(); lowCount *= 2) ++level;
  if (powers.empty()) powers.emplace_back(std::int64_t{1'000'000'000'000'000'000});
  while (powers.size() <= level) powers.push_back(powers.back() * powers.back());
  const Wide high = readDigits(digits.substr(0, digits.size() - lowCount), powers);
  return high * powers[level] + readDigits(digits.substr(digits.size() - lowCount), powers);
}

}  // namespace

BigInt::BigInt(std::uint64_t value) : small_(static_cast<std::int64_t>(value)) {
  if (small_ >= 0) return;
  large_ = std::make_shared<const Large>(Wide(value));
  small_ = 0;
}

std::optional<BigInt> BigInt::parse(std::string_view text) {
  bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;

  if (text.size() <= chunkDigits) {
    const std::int64_t small = readChunk(text);
    return BigInt(negative ? -small : small);
  }
  std::vector<Wide> powers;
  Wide number = readDigits(text, powers);
  if (negative) number = -number;
  return Large::make(std::move(number));
}

BigInt BigInt::fromMagnitude(bool negative, std::string_view bigEndianBytes) {
  while (!bigEndianBytes.empty() && bigEndianBytes.front() == '\0') bigEndianBytes.remove_prefix(1);
  if (bigEndianBytes.size() < sizeof(std::int64_t)) {
    std::int64_t value = 0;
    for (char byte : bigEndianBytes) value = value * 256 + static_cast<unsigned char>(byte);
    return BigInt(negative ? -value : value);
  }
  Wide number;
  const auto* first = reinterpret_cast<const unsigned char*>(bigEndianBytes.data());
  boost::multiprecision::import_bits(number, first, first + bigEndianBytes.size(), 8, true);
  if (negative) number = -number;
  return Large::make(std::move(number));
}

bool BigInt::isNegative() const noexcept { return large_ ? large_->value.sign() < 0 : small_ < 0; }

std::optional<std::int64_t> BigInt::toInt64() const noexcept {
  if (large_) return std::nullopt;
  return small_;
}

std::optional<std::uint64_t> BigInt::toUint64() const noexcept {
  if (!large_) {
    if (small_ < 0) return std::nullopt;
    return static_cast<std::uint64_t>(small_);
  }
  const Wide& number = large_->value;
  if (number.sign() < 0 || boost::multiprecision::msb(number) >= 64) return std::nullopt;
  return number.convert_to<std::uint64_t>();
}

std::string BigInt::magnitude() const {
  std::string bytes;
  if (large_) {
    boost::multiprecision::export_bits(Wide(boost::multiprecision::abs(large_->value)), std::back_inserter(bytes), 8,
                                       true);
    return bytes;
  }
  for (std::uint64_t rest = absolute(small_); rest != 0; rest >>= 8) bytes += static_cast<char>(rest & 0xFF);
  std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

std::string BigInt::toString() const { return large_ ? large_->value.str() : std::to_string(small_); }

int BigInt::compare(const BigInt& a, const BigInt& b) noexcept {
  if (!a.large_ && !b.large_) return a.small_ < b.small_ ? -1 : a.small_ > b.small_ ? 1 : 0;
  // A number that is not inline is beyond all inline ones, on the side of its sign.
  if (!b.large_) return a.large_->value.sign();
  if (!a.large_) return -b.large_->value.sign();
  return a.large_ == b.large_ ? 0 : a.large_->value.compare(b.large_->value);
}

BigInt operator+(const BigInt& a, const BigInt& b) {
  std::int64_t sum = 0;
  if (!a.large_ && !b.large_ && !detail::addOverflows(a.small_, b.small_, sum)) return BigInt(sum);
  return BigInt::Large::make(BigInt::Large::wide(a) + BigInt::Large::wide(b));
}

BigInt operator-(const BigInt& a, const BigInt& b) {
  std::int64_t difference = 0;
  if (!a.large_ && !b.large_ && !detail::subtractOverflows(a.small_, b.small_, difference)) return BigInt(difference);
  return BigInt::Large::make(BigInt::Large::wide(a) - BigInt::Large::wide(b));
}

BigInt operator*(const BigInt& a, const BigInt& b) {
  std::int64_t product = 0;
  if (!a.large_ && !b.large_ && !detail::multiplyOverflows(a.small_, b.small_, product)) return BigInt(product);
  return BigInt::Large::make(BigInt::Large::wide(a) * BigInt::Large::wide(b));
}

}  // namespace hyperdb
