#include "crash/disk.hpp"

#include <algorithm>

namespace hyperdb::test {

Disk::Disk(const DiskImage& image) {
  for (const auto& [name, content] : image) {
    names_[name] = safeNames_[name] = files_.size();
    files_.push_back({content, content, {}});
  }
}

void Disk::applyTo(std::string& content, const DiskChange& change) {
  if (change.kind == DiskChange::Kind::truncate) {
    content.resize(change.size);
    return;
  }
  content.resize(std::max(content.size(), change.offset + change.bytes.size()));
  content.replace(change.offset, change.bytes.size(), change.bytes);
}

std::size_t Disk::apply(DiskChange change) {
  using Kind = DiskChange::Kind;
  if (recorder != nullptr) recorder->push_back(change);
  const std::uint64_t number = ++changesCount_;
  std::size_t file = change.file;
  switch (change.kind) {
    case Kind::create:
      file = files_.size();
      files_.emplace_back();
      if (change.name.empty()) break;
      names_[change.name] = file;
      pendingNames_.push_back({number, change.name, file});
      break;
    case Kind::remove:
      names_.erase(change.name);
      pendingNames_.push_back({number, change.name, std::nullopt});
      break;
    case Kind::write:
    case Kind::truncate:
      applyTo(files_[file].current, change);
      files_[file].pending.push_back({number, std::move(change)});
      break;
    case Kind::sync:
      files_[file].safe = files_[file].current;
      files_[file].pending.clear();
      makeNameSafe(file);
      break;
    case Kind::syncFolder:
      safeNames_ = names_;
      pendingNames_.clear();
      break;
  }
  return file;
}

/// Of a file that is new; what was done to the name before that is settled with it.
void Disk::makeNameSafe(std::size_t file) {
  const auto created = std::find_if(pendingNames_.begin(), pendingNames_.end(),
                                    [&](const PendingName& pending) { return pending.file == file; });
  if (created == pendingNames_.end()) return;
  const PendingName done = *created;
  safeNames_[done.name] = file;
  std::erase_if(pendingNames_,
                [&](const PendingName& pending) { return pending.name == done.name && pending.number <= done.number; });
}

std::optional<std::size_t> Disk::find(const std::string& name) const {
  const auto found = names_.find(name);
  if (found == names_.end()) return std::nullopt;
  return found->second;
}

DiskImage Disk::image() const {
  DiskImage result;
  for (const auto& [name, file] : names_) result[name] = files_[file].current;
  return result;
}

std::size_t Disk::bytesUsed() const {
  std::size_t bytes = 0;
  for (const auto& [name, file] : names_) bytes += files_[file].current.size();
  return bytes;
}

/// Decides what becomes of changes that are not safe.
struct Disk::Fate {
  Loss loss;
  TestRandom& random;
  bool ruinsSectors;
  std::uint64_t lastNumber = 0;  ///< of fromSomePoint: the change that is there in part

  bool keepsWhole(std::uint64_t number) {
    switch (loss) {
      case Loss::everything: return false;
      case Loss::nothing: return true;
      case Loss::fromSomePoint: return number < lastNumber;
      case Loss::anything: break;
    }
    return random.chance(2);
  }
  bool keepsPart(std::uint64_t number) const {
    return loss == Loss::anything || (loss == Loss::fromSomePoint && number == lastNumber);
  }
  std::string noise(std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.bits());
    return bytes;
  }
};

/// Sector by sector: some are written, some are not, one may be torn or hold anything.
void Disk::applyInPart(std::string& content, const DiskChange& change, Fate& fate) {
  if (change.endsFile()) return;  // lost: a truncation has no parts
  const std::size_t end = change.offset + change.bytes.size();
  std::size_t start = change.offset;
  while (start < end) {
    const std::size_t sector = start / sectorSize * sectorSize;
    const std::size_t stop = std::min(end, sector + sectorSize);
    DiskChange part = change;
    part.offset = start;
    part.bytes = change.bytes.substr(start - change.offset, stop - start);
    switch (fate.random.below(16)) {
      case 0:  // torn
        part.bytes.resize(fate.random.below(part.bytes.size() + 1));
        if (!part.bytes.empty()) applyTo(content, part);
        break;
      case 1:  // ruined
        if (fate.ruinsSectors) part.offset = sector;
        part.bytes = fate.noise(stop - part.offset);
        applyTo(content, part);
        break;
      default:
        if (fate.random.chance(2)) applyTo(content, part);
        break;
    }
    start = stop;
  }
}

DiskImage Disk::imageAfterLoss(Loss loss, TestRandom& random, bool ruinsSectors) const {
  Fate fate{loss, random, ruinsSectors};
  if (loss == Loss::fromSomePoint) {
    std::vector<std::uint64_t> numbers;
    for (const File& file : files_) {
      for (const Pending& pending : file.pending) numbers.push_back(pending.number);
    }
    for (const PendingName& pending : pendingNames_) numbers.push_back(pending.number);
    if (!numbers.empty()) {
      std::sort(numbers.begin(), numbers.end());
      fate.lastNumber = numbers[random.below(numbers.size())];
    }
  }
  std::map<std::string, std::size_t> names = safeNames_;
  for (const PendingName& pending : pendingNames_) {
    if (!fate.keepsWhole(pending.number)) continue;
    if (pending.file) {
      names[pending.name] = *pending.file;
    } else {
      names.erase(pending.name);
    }
  }
  DiskImage result;
  for (const auto& [name, number] : names) {
    const File& file = files_[number];
    std::string content = file.safe;
    for (const Pending& pending : file.pending) {
      if (fate.keepsWhole(pending.number)) {
        applyTo(content, pending.change);
      } else if (fate.keepsPart(pending.number)) {
        applyInPart(content, pending.change, fate);
      }
    }
    result[name] = std::move(content);
  }
  return result;
}

}  // namespace hyperdb::test
