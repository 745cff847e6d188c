#include "runtime/load_job.hpp"

#include <utility>

#include "runtime/running_job.hpp"

namespace hyperdb::detail {

namespace {

class LoadEnd final : public AsyncEnd {
 public:
  explicit LoadEnd(Executor& executor) : source_(executor) {}

  Completion<void> completion() const { return source_.completion(); }
  void finish() noexcept override { source_.resolve(); }
  void fail(std::exception_ptr error) noexcept override { source_.fail(std::move(error)); }
  void onCancel(std::function<void()> handler) override { source_.onCancel(std::move(handler)); }
  bool isCancelRequested() const noexcept override { return source_.isCancelRequested(); }

 private:
  CompletionSource<void> source_;
};

}  // namespace

Completion<void> loadAsync(std::shared_ptr<DatabaseCore> core, std::vector<std::shared_ptr<const TableDef>> tables) {
  Executor& executor = core->executor();
  auto end = std::make_shared<LoadEnd>(executor);
  Completion<void> result = end->completion();
  startJob(std::make_shared<RunningJob>(
               std::move(core), "loadTables", std::move(end),
               [tables = std::move(tables)](RunningJob& job) { return job.core()->load(tables, true); }),
           executor);
  return result;
}

}  // namespace hyperdb::detail
