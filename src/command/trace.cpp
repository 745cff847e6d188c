#include <atomic>

#include <hyperdb/trace.hpp>

namespace hyperdb {

namespace {
std::atomic<Tracer*> currentDefaultTracer{nullptr};
}

void setDefaultTracer(Tracer* tracer) noexcept { currentDefaultTracer.store(tracer); }
Tracer* defaultTracer() noexcept { return currentDefaultTracer.load(); }

}  // namespace hyperdb
