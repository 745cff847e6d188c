// Random programs over both drivers of two tiers, against naive tasks: many readers and a writer at once, over a disk
// that answers at once or late, fails, and is changed by another process.
//
// What is checked: a transaction sees one state and its own writes, or says that it has lost it; writes are judged as
// with all rows in memory; when everything is flushed or the database closed, the disk holds what memory held.
#include <iostream>
#include <list>

#include "hybrid/model_parts.hpp"

namespace hyperdb::test {
namespace {

template <class Hybrid>
class HybridModel : public ::testing::Test {
 protected:
  void openRound(std::uint64_t seed) {
    random_ = TestRandom(seed);
    disk_ = std::make_shared<Disk>();
    disk_->givesKeys = random_.chance(2);
    committed_.clear();
    unflushed_.clear();
    isLate_ = !random_.chance(3);
    HybridOptions options;
    options.timer = &timer_;
    options.triesMax = 1000;
    options.pendingCommitsMax = 1 + random_.below(6);
    options.commitsPerFlushMax = 1 + random_.below(4);
    options.memoryRowsMax = random_.chance(2) ? 0 : 1 + random_.below(8);
    std::unique_ptr<Driver> primary = std::make_unique<DiskDriver>(disk_);
    if (isLate_) {
      LateOptions late;
      late.seed = seed;
      late.postponeOneIn = random_.chance(3) ? 0 : 2 + random_.below(3);
      auto slow = std::make_unique<LateDriver>(std::move(primary), loop_, late);
      control_ = slow->control();
      primary = std::move(slow);
    }
    std::vector<Task> stored;
    for (std::size_t i = random_.below(14); i > 0; --i) stored.push_back(randomTask(random_));
    for (const Task& task : stored) writeNaively(committed_, {task}, false);
    stored.clear();
    for (const auto& [id, task] : committed_) stored.push_back(task);
    storeOn(*disk_, stored);
    driver_ = std::make_unique<Hybrid>(std::move(primary), options);
    driver_->attach(host_);
    Completion<void> loaded = driver_->loadTables(std::vector{tasksTable.sharedDef(), logTable.sharedDef()});
    loop_.runReady();
    loaded.get();
  }

  void step() {
    switch (random_.below(14)) {
      case 0:
      case 1: return beginReader();
      case 2:
      case 3:
      case 4: return ask();
      case 5:
      case 6:
      case 7: return write();
      case 8: return endWriter();
      case 9: return endReader();
      case 10: return disturb(random_, *disk_, control_.get());
      case 11: timer_.advanceMs(static_cast<std::int64_t>(random_.below(100'000))); return;
      case 12:
        if (random_.chance(3)) loading_.push_back(driver_->preloadTables({tasksTable}));
        if (random_.chance(6)) loading_.push_back(driver_->loadTables(std::vector{laterTable_.sharedDef()}));
        if (random_.chance(2)) changeOutside();
        return;
      default:
        for (std::size_t i = random_.below(10); i > 0; --i) loop_.runOne();
    }
    poll();
  }

  /// No more failures: everything comes to its end.
  void settle() {
    stopFailing(*disk_, control_.get());
    for (int i = 0; i < 5; ++i) {
      loop_.runReady();
      timer_.advanceMs(1'000'000'000'000);
    }
    loop_.runReady();
    poll();
    if (writer_) finishWriter(true);
    loop_.runReady();
    poll();
    readers_.clear();
    ASSERT_FALSE(writer_);
    runUntilReady(loop_, driver_->flushed());
    ASSERT_EQ(driver_->pendingCommits(), 0U);
    ASSERT_EQ(onDisk(), describeTasks(committed_));
  }

  /// Everything that can be asked, in a new transaction, twice.
  void checkAnswers() {
    for (int i = 0; i < 30; ++i) {
      const TaskQuestion question = TaskQuestion::random(random_);
      const ScanPlan plan = question.plan();
      const auto transaction = driver_->begin(TransactionMode::readOnly).get();
      Completion<ScanResult> answer = transaction->scan(plan);
      loop_.runReady();
      ASSERT_EQ(describeTasks(Rows<Task>(answer.get().rows)), question.answer(committed_));
      ASSERT_TRUE(transaction->scan(plan).isReady()) << "what was read is known";
    }
  }

  void endRound() {
    if (!random_.chance(3)) {  // else it is closed with work on its way
      settle();
      if (this->HasFatalFailure()) return;
      checkAnswers();
    }
    // Commits that are in memory are flushed by the close, whatever is on its way and fails for a while.
    stopFailing(*disk_, control_.get());
    if (random_.chance(2)) {
      if (control_) control_->failNth(1 + random_.below(4), FailurePoint::afterEffect);
      disk_->commitsToFail = static_cast<int>(random_.below(4));
      disk_->failsAfterEffect = random_.chance(2);
    }
    readers_.clear();
    write_ = {};
    evictedCount_ += driver_->hybridCounters().rowsEvicted;
    if (!committing_) writer_.reset();
    if (committing_) ++commitsAcrossCloseCount_;
    driver_->close();
    if (committing_) {
      ASSERT_TRUE(committing_->isReady()) << "it waited for room";
      committing_->get();
      committed_ = writer_->expected;
    }
    committing_.reset();
    writer_.reset();
    ASSERT_EQ(onDisk(), describeTasks(committed_)) << "after the close";
    driver_.reset();
    loop_.runReady();
    loading_.clear();
    control_.reset();
    disk_.reset();
  }

  std::size_t answersCount_ = 0;
  std::size_t writesCount_ = 0;
  std::size_t commitsCount_ = 0;
  std::size_t failuresCount_ = 0;
  std::size_t lostCount_ = 0;
  std::size_t changesOutsideCount_ = 0;
  std::uint64_t evictedCount_ = 0;
  std::size_t changesBesideCommitsCount_ = 0;
  std::size_t commitsAcrossCloseCount_ = 0;

 private:
  std::string onDisk() {
    const ScanPlan plan{&tasksTable.def(), TableDef::byIdIndex, {KeyRange::all()}, asc, ScanPlan::noLimit};
    return describeTasks(Rows<Task>(disk_->storage.begin(TransactionMode::readOnly).get()->scan(plan).get().rows));
  }

  void beginReader() {
    if (committing_ && isWriterAcross_) return;
    if (readers_.size() < 5) readers_.push_back({driver_->begin(TransactionMode::readOnly).get(), committed_});
  }
  void endReader() {
    if (readers_.empty()) return;
    auto reader = readers_.begin();
    std::advance(reader, static_cast<std::ptrdiff_t>(random_.below(readers_.size())));
    readers_.erase(reader);  // perhaps with a read on its way
  }
  void ask() {
    const TaskQuestion question = TaskQuestion::random(random_);
    const bool asksAll = random_.chance(4);  // several want the same at the same time
    if (writer_ && !write_.pending && !committing_ && !writer_->scanning && (asksAll || random_.chance(3))) {
      askOf(*writer_, question);
      if (!asksAll) return;
    }
    for (Open& reader : readers_) {
      if (reader.scanning || !(asksAll || random_.chance(2))) continue;
      askOf(reader, question);
      if (!asksAll) return;
    }
  }
  void askOf(Open& open, const TaskQuestion& question) {
    open.question = question;
    open.plan = open.question.plan();
    open.scanning.emplace(open.transaction->scan(open.plan));
    pollScan(open);
  }

  void write() {
    if (!writer_) {
      writer_.emplace(Open{driver_->begin(TransactionMode::readWrite).get(), committed_});
      isWriterAcross_ = false;
    }
    if (write_.pending || committing_ || writer_->scanning) return;
    write_ = {};
    write_.type = static_cast<OpType>(random_.below(3));
    std::set<std::string> ids;
    for (std::size_t i = 1 + random_.below(3); i > 0; --i) {
      const Task task = randomTask(random_);
      if (write_.type == OpType::upsert && !ids.insert(task.id).second) continue;
      write_.tasks.push_back(task);
      write_.rows.push_back(rowOf(task));
      write_.ids.push_back(task.id);
    }
    const TableDef& table = tasksTable.def();
    DriverTransaction& transaction = *writer_->transaction;
    write_.pending.emplace(write_.type == OpType::insert   ? transaction.insert(table, write_.rows)
                           : write_.type == OpType::upsert ? transaction.upsert(table, write_.rows)
                                                           : transaction.deleteRows(table, write_.ids));
    poll();
  }
  void endWriter() {
    if (!writer_ || committing_) return;
    if (write_.pending || writer_->scanning || random_.chance(4)) {
      if (!random_.chance(3)) return;
      write_ = {};
      writer_.reset();  // rolled back, perhaps with work pending
      return;
    }
    finishWriter(false);
  }
  void finishWriter(bool isLast) {
    if (write_.pending || committing_ || (isLast && writer_->scanning)) return;
    if (isWriterAcross_) readers_.clear();  // what it has written may not be known as it was before
    if (writer_->isLost) return writer_.reset();
    committing_.emplace(writer_->transaction->commit());
    poll();
  }

  void poll() {
    for (Open& reader : readers_) pollScan(reader);
    if (!writer_) return;
    pollScan(*writer_);
    if (write_.pending && write_.pending->isReady()) checkWrite();
    if (committing_ && committing_->isReady()) {
      try {
        std::exchange(committing_, std::nullopt)->get();
        committed_ = writer_->expected;
        unflushed_.committed(std::move(writer_->written));
        ++commitsCount_;
      } catch (const Error& error) {
        ASSERT_TRUE(writer_->hasLost(error)) << error.what();
      }
      writer_.reset();
    }
  }
  void pollScan(Open& open) {
    if (!open.scanning || !open.scanning->isReady()) return;
    Completion<ScanResult> done = std::move(*open.scanning);
    open.scanning.reset();
    try {
      ASSERT_EQ(open.wrongAnswer(describeTasks(Rows<Task>(done.get().rows))), "");
      ++answersCount_;
    } catch (const Error& error) {
      if (open.hasLost(error)) return void(++lostCount_);
      ASSERT_EQ(error.code(), ErrorCode::driverFailure) << error.what();
      ++failuresCount_;
    }
  }
  void checkWrite() {
    Completion<Ops> done = std::move(*write_.pending);
    write_.pending.reset();
    NaiveTasks& tasks = writer_->expected;
    NaiveTasks before = tasks;
    std::optional<ErrorCode> expected;
    try {
      Ops ops;
      if (write_.type == OpType::delete_) {
        ops = done.get();
        for (const std::string& id : write_.ids) tasks.erase(id);
      } else {
        expected = writeNaively(tasks, write_.tasks, write_.type == OpType::insert);
        ops = done.get();
        ASSERT_FALSE(expected);
      }
      for (const Op& op : ops) {
        const auto old = before.find(std::string(op.rowId()));
        ASSERT_EQ(op.oldRow ? describeTask(*RowPtr<Task>(op.oldRow)) : "none",
                  old != before.end() ? describeTask(old->second) : "none");
        if (op.oldRow != op.newRow) writer_->written.emplace(op.rowId());
      }
      ++writesCount_;
    } catch (const Error& error) {
      tasks = std::move(before);
      writer_->hasRead = writer_->hasRead || error.code() != ErrorCode::driverFailure;
      if (writer_->hasLost(error)) return;
      if (error.code() == ErrorCode::driverFailure) {
        ++failuresCount_;
      } else {
        ASSERT_TRUE(expected) << error.what();
        ASSERT_EQ(error.code(), *expected) << error.what();
      }
    }
  }

  /// Another process writes; that is merged, or reported, or only that something was written.
  void changeOutside() {
    hearWhatIsDone();
    // The disk has one writer at a time.
    if (disk_->writersCount > 0 || committing_ || write_.pending || (writer_ && writer_->scanning)) return;
    const std::set<std::string> unflushed = unflushed_.left(driver_->pendingCommits());
    const OutsideWrite write = OutsideWrite::random(random_, committed_, unflushed.empty() && !writer_);
    Ops ops = storeOn(*disk_, write.tasks, write.removed);
    write.applyTo(committed_, unflushed);
    for (Open& reader : readers_) reader.changedOutside(committed_);
    if (writer_) mergeIntoWriter(committed_);
    ++changesOutsideCount_;
    if (!unflushed.empty()) ++changesBesideCommitsCount_;
    if (!writer_ && random_.chance(2)) {
      readers_.clear();                                    // until it is merged they may read an unreported commit
      if (control_) control_->holdBack(LateKind::commit);  // what is flushed before it is merged would be the newer
      mergeAll(*driver_, loop_, write, random_.chance(4));
      if (control_) control_->letGo();
    } else if (random_.chance(2)) {
      disk_->host->onExternalCommit(std::move(ops));
    } else {
      disk_->host->onUnknownChange();
      isWriterAcross_ = writer_.has_value();
    }
  }
  /// The outcome of the flush is known, as it is before a primary reports a later external commit.
  void hearWhatIsDone() {
    if (control_) control_->pause();
    loop_.runReady();
    poll();
    if (control_) control_->letGo();
  }
  /// The writer keeps what it has written; of what it has not it sees the new state.
  void mergeIntoWriter(const NaiveTasks& changed) {
    NaiveTasks own = changed;
    for (const std::string& id : writer_->written) {
      own.erase(id);
      const auto mine = writer_->expected.find(id);
      if (mine != writer_->expected.end()) own.insert(*mine);
    }
    writer_->expected = std::move(own);
    writer_->mayBeLost = writer_->hasRead;
  }

  RunLoop loop_;
  Host host_{loop_};
  ManualTimer timer_;
  TestRandom random_;
  std::shared_ptr<Disk> disk_;
  std::shared_ptr<LateControl> control_;
  std::unique_ptr<Hybrid> driver_;
  bool isLate_ = false;
  NaiveTasks committed_;
  UnflushedIds unflushed_;
  std::list<Open> readers_;
  std::optional<Open> writer_;
  bool isWriterAcross_ = false;  ///< began before an unknown external change
  Write write_;
  std::optional<Completion<void>> committing_;
  std::vector<Completion<void>> loading_;
  const Table<LogLine> laterTable_ = defineTable<LogLine>("later");
};

using Drivers = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(HybridModel, Drivers);

TYPED_TEST(HybridModel, EveryTransactionSeesItsStateAndTheDiskTheLast) {
  const AliveInProcess aliveBefore;
  const int rounds = testRounds(400);
  for (int round = 0; round < rounds && !this->HasFatalFailure(); ++round) {
    const std::uint64_t seed = testSeed() + static_cast<std::uint64_t>(round);
    try {
      this->openRound(seed);
      for (int i = 0; i < 120 && !this->HasFatalFailure(); ++i) this->step();
      if (!this->HasFatalFailure()) this->endRound();
    } catch (const std::exception& error) {
      FAIL() << error.what() << "\nHYPERDB_TEST_SEED=" << seed;
    }
    if (this->HasFatalFailure()) std::cerr << "HYPERDB_TEST_SEED=" << seed << " is the round that failed\n";
  }
  if (this->HasFatalFailure()) return;
  EXPECT_EQ(AliveInProcess(), aliveBefore);
  EXPECT_GT(this->answersCount_, static_cast<std::size_t>(rounds) * 5);
  EXPECT_GT(this->writesCount_, static_cast<std::size_t>(rounds) * 3);
  EXPECT_GT(this->commitsCount_, static_cast<std::size_t>(rounds));
  EXPECT_GT(this->failuresCount_, static_cast<std::size_t>(rounds) / 4);
  EXPECT_GT(this->evictedCount_, static_cast<std::size_t>(rounds));
  EXPECT_GT(this->changesOutsideCount_, static_cast<std::size_t>(rounds));
  EXPECT_GT(this->changesBesideCommitsCount_, static_cast<std::size_t>(rounds) / 10);
  EXPECT_GT(this->commitsAcrossCloseCount_, 0U);
  EXPECT_GT(this->lostCount_, 0U);
}

}  // namespace
}  // namespace hyperdb::test
