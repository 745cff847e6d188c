// What programs on a disk that fails may see, and what must be stored afterwards.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crash/disk_vfs.hpp"
#include "crash/ledger.hpp"

namespace hyperdb::test {

/// What an attempt came to. The first are those of Outcome.
enum class Answer { done, conflict, refused, failed };

/// Tries it. An error must be one that the disk's fault explains, and say so.
Answer answerOf(const DiskVfs& vfs, const std::string& path, const std::function<void()>& attempt);

/// "refused", "half done", ...
const char* nameOf(FaultKind kind);

/// Opens what is on the disk, as the next program does: one of the ledgers is there, whole, nothing is damaged, and
/// everything goes on. `options`: those of the first program, but for the disk.
void checkStored(const DiskImage& image, const std::string& path, SqlOptions options,
                 const std::vector<Ledger>& possible);
/// Whether a file that could be opened is used as the options say.
void checkJournalMode(const DiskImage& image, const std::string& path, JournalMode mode);
/// Whether it is one of them; else the test has failed.
bool checkPossible(const Ledger& seen, const std::vector<Ledger>& possible);

/// Every how-manieth case is tried: `every`, fewer of the many cheap ones under AddressSanitizer, or all of them when
/// HYPERDB_TEST_ROUNDS_MULTIPLIER asks for more.
long testStride(int every);
/// Which one is the first: another one for each seed.
long testStart(long stride);

}  // namespace hyperdb::test
