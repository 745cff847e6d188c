// What a fuzz target is: a file with one LLVMFuzzerTestOneInput, linked to libFuzzer to search for inputs that break
// it, and to replay_main.cpp to run those that are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace hyperdb::fuzz {

/// Ends the program with a message if a promise is broken: that is how a fuzzer learns of it.
inline void require(bool isKept, const char* promise) {
  if (isKept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

/// Takes an input apart. What is beyond its end reads as zeros.
class ByteReader {
 public:
  ByteReader(const std::uint8_t* data, std::size_t size) noexcept : data_(data), size_(size) {}

  bool atEnd() const noexcept { return position_ == size_; }
  std::uint8_t byte() noexcept { return atEnd() ? std::uint8_t{0} : data_[position_++]; }
  /// From 0 to `end` - 1. REQUIRES: 0 < end <= 256.
  std::size_t below(std::size_t end) noexcept { return byte() % end; }
  std::string_view text(std::size_t lengthMax) noexcept {
    const std::size_t length = lengthMax < size_ - position_ ? lengthMax : size_ - position_;
    const std::string_view taken(reinterpret_cast<const char*>(data_) + position_, length);
    position_ += length;
    return taken;
  }
  std::string_view rest() noexcept { return text(size_); }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t position_ = 0;
};

}  // namespace hyperdb::fuzz
