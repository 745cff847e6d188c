#include "base/text_hash.hpp"

#include <cstring>
#include <random>

#include <hyperdb/detail/builtin.hpp>

namespace hyperdb::detail {

namespace {

struct Secrets {
  std::uint64_t words[3];
};

const Secrets& secrets() {
  static const Secrets made = [] {
    std::random_device device;
    Secrets result{};
    for (std::uint64_t& word : result.words) word = (std::uint64_t{device()} << 32 | device()) | 1U;
    return result;
  }();
  return made;
}

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  const WideProduct product = multiplyWide(a, b);
  return product.low ^ product.high;
}

std::uint64_t loadWord(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, 8);
  return word;
}

}  // namespace

std::uint64_t hashText(std::string_view text) noexcept {
  const Secrets& secret = secrets();
  std::uint64_t hash = secret.words[0] ^ text.size();
  while (text.size() >= 16) {
    hash = fold(loadWord(text.data()) ^ secret.words[1], loadWord(text.data() + 8) ^ hash);
    text.remove_prefix(16);
  }
  char rest[16] = {};
  if (!text.empty()) std::memcpy(rest, text.data(), text.size());
  hash = fold(loadWord(rest) ^ secret.words[2], loadWord(rest + 8) ^ hash);
  return fold(hash ^ secret.words[0], secret.words[1]);
}

}  // namespace hyperdb::detail
