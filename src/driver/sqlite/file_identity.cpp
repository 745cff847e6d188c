#include "driver/sqlite/file_identity.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>

#include <sqlite3.h>
#include <sys/stat.h>

#include <hyperdb/error.hpp>

namespace hyperdb::detail::sqlite {

namespace {

/// A file system may give two changes of a folder the same time when they are closer together than this.
constexpr std::int64_t clockStepNs = 2'500'000'000;

std::int64_t nowNs() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

std::int64_t changeTimeNs(const struct stat& status) noexcept {
#ifdef __APPLE__
  const timespec& time = status.st_ctimespec;
#else
  const timespec& time = status.st_ctim;
#endif
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::string resolvePath(const std::string& path, const std::string& vfs) {
  if (path.find('\0') != std::string::npos) {
    throw Error(ErrorCode::invalidArgument, "the path of the file has a zero byte, where the system would cut it");
  }
  sqlite3_vfs* const system = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (system == nullptr) return path;  // opening fails, and says why
  const int bytesMax = system->mxPathname;
  std::string absolute(static_cast<std::size_t>(bytesMax) + 1, '\0');
  const bool isShort = path.size() <= static_cast<std::size_t>(bytesMax);
  const int code = isShort ? system->xFullPathname(system, path.c_str(), bytesMax + 1, absolute.data()) : SQLITE_TOOBIG;
  if ((code & 0xFF) != SQLITE_OK) {
    throw Error(ErrorCode::invalidArgument, "\"" + path + "\": SQLite opens absolute paths of up to " +
                                                std::to_string(bytesMax) +
                                                " bytes; this one is longer, or can't be made absolute");
  }
  absolute.resize(absolute.find('\0'));
  if (absolute.rfind("file:", 0) == 0) {
    throw Error(ErrorCode::invalidArgument, "\"" + path + "\": a path must not begin with \"file:\", as URIs do");
  }
  return absolute;
}

/// Finds the file. `found`: the id, and the time of the last change.
FileIdentity::Find FileIdentity::find(const std::string& path, Folder& found) {
  struct stat status{};
  if (stat(path.c_str(), &status) == 0) {
    found = {{std::uint64_t{status.st_dev}, std::uint64_t{status.st_ino}}, changeTimeNs(status)};
    return Find::found;
  }
  const bool isMissing = errno == ENOENT || errno == ENOTDIR || errno == ESTALE || errno == ELOOP;
  return isMissing ? Find::missing : Find::unknown;
}

void FileIdentity::record(const std::string& path, bool hasWal) {
  folder_ = std::filesystem::path(path).parent_path().string();
  const std::array<const char*, 3> suffixes = {"", "-wal", "-shm"};
  for (std::size_t i = 0; i < files_.size(); ++i) {
    files_[i].path = path + suffixes[i];
    Folder found;
    if ((i == 0 || hasWal) && find(files_[i].path, found) == Find::found) files_[i].id = found.id;
  }
}

std::string FileIdentity::findFaultOf(const File& file) const {
  Folder found;
  const Find result = file.id ? find(file.path, found) : Find::unknown;
  if (result == Find::unknown || (result == Find::found && found.id == *file.id)) return {};
  const std::string what = &file == &files_.front() ? "the file" : "\"" + file.path + "\", a part of the file,";
  return what + (result == Find::missing ? " was deleted or renamed" : " was replaced by another one") +
         " while it was open: what is written now would be lost. Close the database and open it again";
}

std::string FileIdentity::findFault() {
  if (!files_.front().id) return {};
  const MutexLock lock(mutex_);
  Folder now;
  const bool isFolderFound = find(folder_, now) == Find::found;
  if (isFolderFound && known_ == now) return {};
  known_.reset();
  std::string fault;
  for (const File& file : files_) {
    if (fault.empty()) fault = findFaultOf(file);
  }
  // A recent time may still be given to a later change of the folder.
  if (fault.empty() && isFolderFound && now.changedNs < nowNs() - clockStepNs) known_ = now;
  isLost_.store(!fault.empty(), std::memory_order_relaxed);
  return fault;
}

}  // namespace hyperdb::detail::sqlite
