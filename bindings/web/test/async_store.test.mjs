// AsyncStore: what useAsyncSelector knows of a result, over a storage that takes its time. No React.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStore, pick } from "./support/async_store.mjs";
import { FakeLive } from "./support/fake_live.mjs";

test("the first look starts one run; later looks and the subscription start no other", () => {
  const { live, result, subscribe } = makeStore();
  assert.equal(live.runsCount, 0);
  result();
  result();
  subscribe();
  assert.equal(live.runsCount, 1);
});

test("a selector that answers at once is a success at the first look", () => {
  const { result } = makeStore({}, new FakeLive(() => "answer"));
  assert.deepEqual(pick(result(), "status fetchStatus data isFetched isPlaceholderData"), {
    status: "success",
    fetchStatus: "idle",
    data: "answer",
    isFetched: true,
    isPlaceholderData: false,
  });
});

test("a selector that waits is pending until its run ends, and then the listeners are called once", () => {
  const { live, result, results, subscribe } = makeStore();
  assert.deepEqual(pick(result(), "status fetchStatus isLoading isInitialLoading isRefetching data"), {
    status: "pending",
    fetchStatus: "fetching",
    isLoading: true,
    isInitialLoading: true,
    isRefetching: false,
    data: undefined,
  });
  subscribe();
  live.succeed("answer");
  assert.deepEqual(
    results.map((each) => [each.status, each.data]),
    [["success", "answer"]],
  );
});

test("pending without options: no data, no placeholder, never updated, stale", () => {
  const { result } = makeStore();
  assert.deepEqual(
    pick(result(), "data isPlaceholderData dataUpdatedAt isStale error failureCount isFetched"),
    {
      data: undefined,
      isPlaceholderData: false,
      dataUpdatedAt: 0,
      isStale: true,
      error: null,
      failureCount: 0,
      isFetched: false,
    },
  );
});

test("what stands in for data is shown while pending, is no success, and ends with the first result", () => {
  const { live, result, subscribe } = makeStore({ standIn: () => ({ value: "stand-in" }) });
  subscribe();
  assert.deepEqual(pick(result(), "data isPlaceholderData status isFetched"), {
    data: "stand-in",
    isPlaceholderData: true,
    status: "pending",
    isFetched: false,
  });
  live.succeed("answer");
  assert.deepEqual(pick(result(), "data isPlaceholderData"), { data: "answer", isPlaceholderData: false });
});

test("initial data is a success at once, and a run starts all the same", () => {
  const { live, result, subscribe } = makeStore({ initialData: { value: "initial", updatedAt: 7 } });
  subscribe();
  assert.deepEqual(
    pick(
      result(),
      "status data dataUpdatedAt isFetched isFetchedAfterMount isPlaceholderData isRefetching isLoading isStale",
    ),
    {
      status: "success",
      data: "initial",
      dataUpdatedAt: 7,
      isFetched: true,
      isFetchedAfterMount: false,
      isPlaceholderData: false,
      isRefetching: true,
      isLoading: false,
      isStale: true,
    },
  );
  live.succeed("answer");
  assert.deepEqual(pick(result(), "data isFetchedAfterMount isStale"), {
    data: "answer",
    isFetchedAfterMount: true,
    isStale: false,
  });
});

test("initial data younger than staleTimeMs is not stale", () => {
  const { result } = makeStore({
    initialData: { value: 1, updatedAt: Date.now() - 1000 },
    staleTimeMs: 60_000,
  });
  assert.equal(result().isStale, false);
});

test("a store that does not follow runs nothing and subscribes to nothing", () => {
  const { live, result, results, subscribe } = makeStore({ follows: false, isEnabled: false });
  subscribe();
  assert.deepEqual(pick(result(), "status fetchStatus isEnabled data"), {
    status: "pending",
    fetchStatus: "idle",
    isEnabled: false,
    data: undefined,
  });
  live.commit();
  assert.deepEqual([live.runsCount, live.listenersCount, results.length], [0, 0, 0]);
});

test("a store that does not follow refetches when asked, and ignores later commits", async () => {
  const { live, result, results, subscribe } = makeStore({ follows: false });
  subscribe();
  const done = result().refetch();
  assert.equal(results.at(-1).fetchStatus, "fetching");
  live.succeed("answer");
  assert.deepEqual(pick(await done, "status data isFetching"), {
    status: "success",
    data: "answer",
    isFetching: false,
  });
  assert.equal(result().data, "answer");
  live.commit();
  assert.deepEqual([live.runsCount, live.listenersCount, result().data], [1, 0, "answer"]);
});

test("a success sets data and its time, and resets error and failures", () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  live.fail();
  live.commit();
  const before = Date.now();
  live.succeed("answer");
  assert.deepEqual(
    pick(
      result(),
      "status data error failureCount failureReason isFetched isFetchedAfterMount fetchStatus errorUpdateCount",
    ),
    {
      status: "success",
      data: "answer",
      error: null,
      failureCount: 0,
      failureReason: null,
      isFetched: true,
      isFetchedAfterMount: true,
      fetchStatus: "idle",
      errorUpdateCount: 1,
    },
  );
  assert.ok(result().dataUpdatedAt >= before);
});

test("an error counts, keeps the data and its time, and rejects the run's promise", async () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  live.succeed("answer");
  const { dataUpdatedAt } = result();
  live.commit();
  const { promise } = result();
  live.fail();
  const failed = result();
  assert.deepEqual(
    pick(failed, "status data dataUpdatedAt errorUpdateCount failureCount isRefetchError isLoadingError"),
    {
      status: "error",
      data: "answer",
      dataUpdatedAt,
      errorUpdateCount: 1,
      failureCount: 1,
      isRefetchError: true,
      isLoadingError: false,
    },
  );
  assert.equal(failed.failureReason, failed.error);
  assert.ok(failed.errorUpdatedAt > 0);
  await assert.rejects(promise, { code: "driver_failure" });
});

test("an error without data is a loading error, and the stand-in is no placeholder any more", () => {
  const { live, result, subscribe } = makeStore({ standIn: () => ({ value: "stand-in" }) });
  subscribe();
  live.fail();
  assert.deepEqual(pick(result(), "isLoadingError isRefetchError isPlaceholderData isFetched"), {
    isLoadingError: true,
    isRefetchError: false,
    isPlaceholderData: false,
    isFetched: true,
  });
});

test("an error that the selector throws at once is a result like any other", () => {
  const { result } = makeStore(
    {},
    new FakeLive(() => {
      throw new Error("refused");
    }),
  );
  assert.deepEqual([result().status, result().error.message], ["error", "refused"]);
});

test("a call that can't be made is an error like any other, and the same one at each look", () => {
  const open = () => {
    throw new Error("no such call");
  };
  const { result, store } = makeStore({ open });
  assert.equal(result().error.message, "no such call");
  assert.equal(store.getSnapshot(), store.getSnapshot());
  assert.equal(result().errorUpdateCount, 1);
});

test("after an error no look starts a run; a commit or a refetch does", () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  live.fail();
  result();
  assert.equal(live.runsCount, 1);
  live.commit();
  assert.equal(live.runsCount, 2);
});

test("a run after a success leaves status and data; one after an error is pending only without data", () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  live.fail();
  live.commit();
  assert.deepEqual(pick(result(), "status isLoading isRefetching"), {
    status: "pending",
    isLoading: true,
    isRefetching: false,
  });
  live.succeed("answer");
  live.commit();
  assert.deepEqual(pick(result(), "status data isRefetching isLoading"), {
    status: "success",
    data: "answer",
    isRefetching: true,
    isLoading: false,
  });
  live.fail();
  live.commit();
  assert.deepEqual(pick(result(), "status data isRefetching"), {
    status: "error",
    data: "answer",
    isRefetching: true,
  });
});
