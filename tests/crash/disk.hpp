// Disk: files in memory that know what is safe from a loss of power, and what is not yet.
//
// What a program sees of a file is there at once. It is safe once the file was synced; that a name exists, or is gone,
// once the folder was. All changes can be recorded and applied to another disk again, up to any point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/test_random.hpp"

namespace hyperdb::test {

/// Contents by name.
using DiskImage = std::map<std::string, std::string>;

/// What a loss of power does to changes that are not safe.
enum class Loss {
  everything,     ///< none is there
  nothing,        ///< all are there
  fromSomePoint,  ///< those up to one are there, in their order; that one in part
  anything        ///< each sector of each write, each truncation and each name is there or not, torn or ruined
};

struct DiskChange {
  enum class Kind { create, remove, write, truncate, sync, syncFolder };

  Kind kind;
  std::size_t file = 0;  ///< of write, truncate, sync
  std::string name{};    ///< of create (empty: a file without a name), remove
  std::size_t offset = 0;
  std::string bytes{};   ///< of write
  std::size_t size = 0;  ///< of truncate

  bool endsFile() const noexcept { return kind == Kind::truncate; }
};

class Disk {
 public:
  static constexpr std::size_t sectorSize = 512;

  Disk() = default;
  /// All of it safe.
  explicit Disk(const DiskImage& image);

  /// Returns the file of a create.
  std::size_t apply(DiskChange change);
  std::optional<std::size_t> find(const std::string& name) const;
  const std::string& content(std::size_t file) const { return files_[file].current; }
  /// What a program sees that is started now.
  DiskImage image() const;
  /// What is there after power was lost at this moment. Bytes beside what was written keep their values, unless
  /// `ruinsSectors`: then they may be lost with it.
  DiskImage imageAfterLoss(Loss loss, TestRandom& random, bool ruinsSectors = false) const;
  std::size_t bytesUsed() const;

  /// Where changes are recorded; null: nowhere.
  std::vector<DiskChange>* recorder = nullptr;

 private:
  struct Pending {
    std::uint64_t number;  ///< their order, of all files
    DiskChange change;
  };
  struct File {
    std::string current;
    std::string safe;
    std::vector<Pending> pending;
  };
  struct PendingName {
    std::uint64_t number;
    std::string name;
    std::optional<std::size_t> file;  ///< nothing: it is removed
  };
  struct Fate;

  static void applyTo(std::string& content, const DiskChange& change);
  static void applyInPart(std::string& content, const DiskChange& change, Fate& fate);

  std::vector<File> files_;
  std::map<std::string, std::size_t> names_;
  std::map<std::string, std::size_t> safeNames_;
  std::vector<PendingName> pendingNames_;
  std::uint64_t changesCount_ = 0;
};

}  // namespace hyperdb::test
