#include "crash/disk_vfs.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <new>
#include <stdexcept>
#include <thread>

namespace hyperdb::test {

namespace {

/// An open file. SQLite gives the memory.
struct OpenFile {
  sqlite3_file base;
  DiskVfs* vfs;
  sqlite3* connection;
  DiskVfs::SharedState* shared;  ///< null for files without a name
  std::string name;
  std::size_t file;
  int lockLevel;
  bool syncsFolder;  ///< the first sync is to make the name safe too, as SQLite does it on Unix
  bool isRemovedOnClose;
  bool usesMemory;
};
static_assert(offsetof(OpenFile, base) == 0);

OpenFile& self(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
DiskVfs& self(sqlite3_vfs* vfs) { return *static_cast<DiskVfs*>(vfs->pAppData); }

using Lock = std::lock_guard<std::mutex>;

void letMemoryGo(OpenFile& file) {
  if (!file.usesMemory) return;
  file.usesMemory = false;
  file.shared->memory->unlockAll(&file);
  if (--file.shared->memoryUsersCount == 0) file.shared->memory.reset();
}

int unmapMemory(sqlite3_file* base, int) {
  const Lock lock(self(base).vfs->mutex());
  letMemoryGo(self(base));
  return SQLITE_OK;
}

int closeFile(sqlite3_file* base) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  letMemoryGo(file);
  if (file.shared != nullptr) file.shared->locks.unlock(&file, file.lockLevel, SQLITE_LOCK_NONE);
  if (file.isRemovedOnClose && file.vfs->disk().find(file.name)) {
    file.vfs->disk().apply({.kind = DiskChange::Kind::remove, .name = file.name});
  }
  file.~OpenFile();
  return SQLITE_OK;
}

int readFile(sqlite3_file* base, void* out, int size, sqlite3_int64 offset) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  const int code = file.vfs->failBefore(DiskCall::read);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) return code;
  const std::string& content = file.vfs->disk().content(file.file);
  const auto start = std::min(static_cast<std::size_t>(offset), content.size());
  std::size_t count = std::min(static_cast<std::size_t>(size), content.size() - start);
  if (code == SQLITE_IOERR_SHORT_READ) count /= 2;
  std::memset(out, 0, static_cast<std::size_t>(size));
  std::memcpy(out, content.data() + start, count);
  return count == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int writeFile(sqlite3_file* base, const void* bytes, int size, sqlite3_int64 offset) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  DiskVfs& vfs = *file.vfs;
  int code = vfs.failBefore(DiskCall::write);
  auto count = static_cast<std::size_t>(size);
  if (code == SQLITE_OK && vfs.failsHalfDone()) code = SQLITE_IOERR_WRITE;
  if (vfs.failsHalfDone() || code == SQLITE_FULL) {
    count /= 2;
  } else if (code != SQLITE_OK) {
    return code;
  }
  const std::size_t end = static_cast<std::size_t>(offset) + count;
  const std::size_t fileSize = vfs.disk().content(file.file).size();
  if (end > fileSize && vfs.disk().bytesUsed() + (end - fileSize) > vfs.bytesMax) return SQLITE_FULL;
  if (count != 0) {
    vfs.disk().apply({.kind = DiskChange::Kind::write,
                      .file = file.file,
                      .offset = static_cast<std::size_t>(offset),
                      .bytes = std::string(static_cast<const char*>(bytes), count)});
  }
  return code;
}

int truncateFile(sqlite3_file* base, sqlite3_int64 size) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  if (const int code = file.vfs->failBefore(DiskCall::truncate); code != SQLITE_OK) return code;
  file.vfs->disk().apply(
      {.kind = DiskChange::Kind::truncate, .file = file.file, .size = static_cast<std::size_t>(size)});
  return file.vfs->failsHalfDone() ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
}

int syncFile(sqlite3_file* base, int) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  if (const int code = file.vfs->failBefore(DiskCall::sync); code != SQLITE_OK) return code;
  file.vfs->disk().apply({.kind = DiskChange::Kind::sync, .file = file.file});
  if (file.vfs->failsHalfDone()) return SQLITE_IOERR_FSYNC;
  if (file.syncsFolder) {
    file.vfs->disk().apply({.kind = DiskChange::Kind::syncFolder});
    file.syncsFolder = false;
  }
  return SQLITE_OK;
}

int sizeOfFile(sqlite3_file* base, sqlite3_int64* size) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  if (const int code = file.vfs->failBefore(DiskCall::fileSize); code != SQLITE_OK) return code;
  *size = static_cast<sqlite3_int64>(file.vfs->disk().content(file.file).size());
  return SQLITE_OK;
}

int lockFile(sqlite3_file* base, int level) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  if (file.shared == nullptr) return SQLITE_OK;
  if (const int code = file.vfs->failBefore(DiskCall::lock); code != SQLITE_OK) return code;
  return file.shared->locks.lock(&file, file.lockLevel, level);
}

int unlockFile(sqlite3_file* base, int level) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  if (file.shared == nullptr) return SQLITE_OK;
  const int code = file.vfs->failBefore(DiskCall::unlock);
  file.shared->locks.unlock(&file, file.lockLevel, level);
  return code;
}

int checkReservedLock(sqlite3_file* base, int* result) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  *result = 0;
  if (file.shared == nullptr) return SQLITE_OK;
  if (const int code = file.vfs->failBefore(DiskCall::lock); code != SQLITE_OK) return code;
  *result = file.shared->locks.isReserved() ? 1 : 0;
  return SQLITE_OK;
}

/// SQLite says whose file it is while it opens it, and sets its default for checkpoints after that: ours comes with the
/// first pragma.
int controlFile(sqlite3_file* base, int what, void* argument) {
  OpenFile& file = self(base);
  if (what == SQLITE_FCNTL_PDB) file.connection = *static_cast<sqlite3**>(argument);
  if (what == SQLITE_FCNTL_PRAGMA && file.connection != nullptr && file.vfs->checkpointPages != 0) {
    sqlite3_wal_autocheckpoint(file.connection, file.vfs->checkpointPages);
  }
  return SQLITE_NOTFOUND;
}

int sectorSizeOfFile(sqlite3_file*) { return 4096; }
int deviceTraits(sqlite3_file* base) { return self(base).vfs->ruinsSectors ? 0 : SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int mapMemory(sqlite3_file* base, int number, int size, int makes, void volatile** memory) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  *memory = nullptr;
  if (const int code = file.vfs->failBefore(DiskCall::mapMemory); code != SQLITE_OK) return code;
  if (!file.usesMemory) {
    file.usesMemory = true;
    if (file.shared->memoryUsersCount++ == 0) file.shared->memory = std::make_unique<SharedMemory>();
  }
  *memory = file.shared->memory->region(static_cast<std::size_t>(number), static_cast<std::size_t>(size), makes != 0);
  return SQLITE_OK;
}

int lockMemory(sqlite3_file* base, int first, int count, int flags) {
  OpenFile& file = self(base);
  const Lock lock(file.vfs->mutex());
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    file.shared->memory->unlock(&file, first, count);
    return SQLITE_OK;
  }
  if (const int code = file.vfs->failBefore(DiskCall::lockMemory); code != SQLITE_OK) return code;
  return file.shared->memory->lock(&file, first, count, (flags & SQLITE_SHM_EXCLUSIVE) != 0);
}

/// Taking the mutex is what makes one thread's writes to the shared memory seen by the next.
void memoryBarrier(sqlite3_file* base) { const Lock lock(self(base).vfs->mutex()); }

const sqlite3_io_methods methods = {
    2,          closeFile,     readFile,          writeFile,   truncateFile,     syncFile,     sizeOfFile,
    lockFile,   unlockFile,    checkReservedLock, controlFile, sectorSizeOfFile, deviceTraits, mapMemory,
    lockMemory, memoryBarrier, unmapMemory,       nullptr,     nullptr};

int openFile(sqlite3_vfs* base, const char* path, sqlite3_file* out, int flags, int* flagsOut) {
  DiskVfs& vfs = self(base);
  const Lock lock(vfs.mutex());
  out->pMethods = nullptr;
  if (const int code = vfs.failBefore(DiskCall::open); code != SQLITE_OK) return code;
  const std::string name = path != nullptr ? path : "";
  std::optional<std::size_t> found = vfs.disk().find(name);
  bool syncsFolder = false;
  if (!found) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    found = vfs.disk().apply({.kind = DiskChange::Kind::create, .name = name});
    syncsFolder = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
  }
  new (out) OpenFile{{&methods},
                     &vfs,
                     nullptr,
                     name.empty() ? nullptr : &vfs.shared(name),
                     name,
                     *found,
                     SQLITE_LOCK_NONE,
                     syncsFolder,
                     (flags & SQLITE_OPEN_DELETEONCLOSE) != 0,
                     false};
  if (flagsOut != nullptr) *flagsOut = flags;
  return SQLITE_OK;
}

int removeFile(sqlite3_vfs* base, const char* path, int syncsFolder) {
  DiskVfs& vfs = self(base);
  const Lock lock(vfs.mutex());
  if (const int code = vfs.failBefore(DiskCall::remove); code != SQLITE_OK) return code;
  if (!vfs.disk().find(path)) return SQLITE_IOERR_DELETE_NOENT;
  vfs.disk().apply({.kind = DiskChange::Kind::remove, .name = path});
  if (vfs.failsHalfDone()) return SQLITE_IOERR_DELETE;
  if (syncsFolder != 0) vfs.disk().apply({.kind = DiskChange::Kind::syncFolder});
  return SQLITE_OK;
}

int accessFile(sqlite3_vfs* base, const char* path, int what, int* result) {
  DiskVfs& vfs = self(base);
  const Lock lock(vfs.mutex());
  if (const int code = vfs.failBefore(DiskCall::access); code != SQLITE_OK) return code;
  const std::optional<std::size_t> found = vfs.disk().find(path);
  *result = found && (what != SQLITE_ACCESS_EXISTS || !vfs.disk().content(*found).empty()) ? 1 : 0;
  return SQLITE_OK;
}

int fullPath(sqlite3_vfs*, const char* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

int randomBytes(sqlite3_vfs* base, int size, char* out) {
  const Lock lock(self(base).mutex());
  for (int i = 0; i < size; ++i) out[i] = static_cast<char>(self(base).random().bits());
  return size;
}

int sleepFor(sqlite3_vfs* base, int microseconds) {
  if (self(base).sleepsForReal) std::this_thread::sleep_for(std::chrono::microseconds(std::min(microseconds, 200)));
  return microseconds;
}

int currentTime(sqlite3_vfs*, double* days) {
  *days = 2460000.5;
  return SQLITE_OK;
}

int lastError(sqlite3_vfs*, int, char*) { return 0; }

int errorOf(DiskCall call) {
  switch (call) {
    case DiskCall::open: return SQLITE_CANTOPEN;
    case DiskCall::read: return SQLITE_IOERR_READ;
    case DiskCall::write: return SQLITE_IOERR_WRITE;
    case DiskCall::truncate: return SQLITE_IOERR_TRUNCATE;
    case DiskCall::sync: return SQLITE_IOERR_FSYNC;
    case DiskCall::remove: return SQLITE_IOERR_DELETE;
    case DiskCall::access: return SQLITE_IOERR_ACCESS;
    case DiskCall::fileSize: return SQLITE_IOERR_FSTAT;
    case DiskCall::lock: return SQLITE_IOERR_LOCK;
    case DiskCall::unlock: return SQLITE_IOERR_UNLOCK;
    case DiskCall::mapMemory: return SQLITE_IOERR_SHMMAP;
    case DiskCall::lockMemory: break;
  }
  return SQLITE_IOERR_SHMLOCK;
}

bool concerns(FaultKind kind, DiskCall call) {
  switch (kind) {
    case FaultKind::refused:
    case FaultKind::noMemory: return true;
    case FaultKind::halfDone:
      return call == DiskCall::write || call == DiskCall::truncate || call == DiskCall::sync ||
             call == DiskCall::remove;
    case FaultKind::diskFull: return call == DiskCall::write;
    case FaultKind::isBusy: return call == DiskCall::lock || call == DiskCall::lockMemory;
    case FaultKind::shortRead: break;
  }
  return call == DiskCall::read;
}

}  // namespace

DiskVfs::DiskVfs(Disk& disk) : disk_(disk) {
  static std::atomic<int> lastNumber{0};
  name_ = "hyperdb-disk-" + std::to_string(++lastNumber);
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(OpenFile);
  vfs_.mxPathname = 200;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = openFile;
  vfs_.xDelete = removeFile;
  vfs_.xAccess = accessFile;
  vfs_.xFullPathname = fullPath;
  vfs_.xRandomness = randomBytes;
  vfs_.xSleep = sleepFor;
  vfs_.xCurrentTime = currentTime;
  vfs_.xGetLastError = lastError;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("sqlite3_vfs_register failed");
}

DiskVfs::~DiskVfs() { sqlite3_vfs_unregister(&vfs_); }

void DiskVfs::setFault(const DiskFault& fault) {
  const Lock lock(mutex_);
  fault_ = fault;
}

DiskFault DiskVfs::fault() const {
  const Lock lock(mutex_);
  return fault_;
}

void DiskVfs::endFault() {
  const Lock lock(mutex_);
  fault_.after = -1;
}

DiskImage DiskVfs::image() const {
  const Lock lock(mutex_);
  return disk_.image();
}

std::size_t DiskVfs::changesCount() const {
  const Lock lock(mutex_);
  return disk_.recorder->size();
}

int DiskVfs::failBefore(DiskCall call) {
  isHalfDone_ = false;
  if (fault_.after < 0 || !concerns(fault_.kind, call)) return SQLITE_OK;
  const long number = fault_.callsCount++;
  if (number < fault_.after || (number > fault_.after && !fault_.isLasting)) return SQLITE_OK;
  ++fault_.failuresCount;
  switch (fault_.kind) {
    case FaultKind::refused: return errorOf(call);
    case FaultKind::noMemory: return SQLITE_IOERR_NOMEM;
    case FaultKind::halfDone: isHalfDone_ = true; return SQLITE_OK;
    case FaultKind::diskFull: return SQLITE_FULL;
    case FaultKind::isBusy: return SQLITE_BUSY;
    case FaultKind::shortRead: break;
  }
  return SQLITE_IOERR_SHORT_READ;
}

}  // namespace hyperdb::test
