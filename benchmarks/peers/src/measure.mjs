// How an operation is timed: a warm-up, then repetitions of a batch that lasts long enough to be measured.

const nowNs = () => process.hrtime.bigint();

/** Stops the process with a message: nothing is timed that was not checked. */
export function require(condition, what) {
  if (!condition) throw new Error(`wrong result: ${what}`);
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function collectGarbage() {
  if (globalThis.gc) for (let i = 0; i < 3; ++i) globalThis.gc();
}

function summary(samplesNs, operations) {
  const middle = median(samplesNs);
  return {
    ns: middle,
    spread: (Math.max(...samplesNs) - Math.min(...samplesNs)) / middle,
    repetitions: samplesNs.length,
    operations,
  };
}

/**
 * Times `operation()`. `prepare(count)`, if given, is called before each batch and not timed. `limit` is the most
 * operations that may ever run (warm-up included): for operations that make the store grow. When the first timed thing
 * began, in seconds since the process began, is left in `settings.setUpSeconds`.
 */
export function measure(operation, settings, { prepare, limit = Infinity } = {}) {
  let used = 0;
  const batch = (count) => {
    used += count;
    if (prepare) prepare(count);
    const start = nowNs();
    for (let i = 0; i < count; ++i) operation();
    return Number(nowNs() - start) / count;
  };

  settings.setUpSeconds = process.uptime();
  // The warm-up doubles the batch until it has run for long enough; the last one says how long an operation takes.
  const warmUpStart = nowNs();
  let count = 1;
  let perOperation = batch(1);
  while (Number(nowNs() - warmUpStart) < settings.warmUpMs * 1e6 && used + 2 * count < limit / 3) {
    count *= 2;
    perOperation = batch(count);
  }

  const repetitions = perOperation > settings.repetitionMs * 1e6 ? settings.slowRepetitions : settings.repetitions;
  count = Math.ceil((settings.repetitionMs * 1e6) / perOperation);
  count = Math.max(1, Math.min(count, Math.floor((limit - used) / repetitions)));
  const samples = [];
  for (let i = 0; i < repetitions; ++i) samples.push(batch(count));
  return summary(samples, count * samples.length);
}

/** For operations that need a fresh start each time: `setUp()` is not timed, `operation(fresh)` is. */
export function measureFresh(setUp, operation, check, settings) {
  settings.setUpSeconds = process.uptime();
  const samples = [];
  let repetitions = settings.repetitions;
  for (let i = -1; i < repetitions; ++i) {
    const fresh = setUp();
    collectGarbage();
    const start = nowNs();
    operation(fresh);
    const took = Number(nowNs() - start);
    check(fresh);
    if (i >= 0) samples.push(took);
    else if (took > 1e9) repetitions = settings.slowRepetitions;
  }
  return summary(samples, samples.length);
}
