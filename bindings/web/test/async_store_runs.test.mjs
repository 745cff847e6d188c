// The runs of an AsyncStore: commits, subscribers, refetch, promises.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStore, pick } from "./support/async_store.mjs";
import { FakeLive } from "./support/fake_live.mjs";

test("commits during a run drop its result, and one run follows them all", () => {
  const { live, result, results, subscribe } = makeStore();
  subscribe();
  live.commit();
  live.commit();
  live.succeed("outdated");
  assert.deepEqual([result().status, live.runsCount], ["pending", 2]);
  live.succeed("current");
  assert.equal(live.runsCount, 2);
  assert.deepEqual(
    results.map((each) => each.data).filter((each) => each !== undefined),
    ["current"],
  );
});

test("a commit between the first look and the subscription is noticed", () => {
  const { live, result, subscribe } = makeStore({}, new FakeLive());
  result();
  live.succeed("first");
  assert.equal(result().data, "first");
  live.commit();
  subscribe();
  live.succeed("second");
  assert.equal(result().data, "second");
});

test("a run goes on when the last subscriber leaves, and one that comes back uses it", () => {
  const { live, result, subscribe } = makeStore();
  subscribe()();
  const { results } = { results: [] };
  subscribe();
  assert.equal(live.runsCount, 1);
  live.succeed("answer");
  assert.deepEqual([result().data, results.length], ["answer", 0]);
});

test("a commit while no subscriber was there makes the next look run again", () => {
  const { live, result, subscribe } = makeStore();
  subscribe()();
  live.commit();
  subscribe();
  live.succeed("outdated");
  assert.equal(result().status, "pending");
  live.succeed("current");
  assert.equal(result().data, "current");
});

test("a refetch that lost its last subscriber ends with the result so far, and its promise is cancelled", async () => {
  const { live, result, results, subscribe } = makeStore();
  const unsubscribe = subscribe();
  live.succeed("answer");
  const done = result().refetch();
  const { promise } = results.at(-1);
  unsubscribe();
  assert.deepEqual(pick(await done, "status data fetchStatus"), {
    status: "success",
    data: "answer",
    fetchStatus: "idle",
  });
  await assert.rejects(promise, { code: "cancelled", message: "Async selector run was cancelled" });
  assert.equal(live.listenersCount, 0);
});

test("a destroyed store ends its refetch, and nothing changes it any more", async () => {
  const { live, result, results, store, subscribe } = makeStore();
  subscribe();
  const done = result().refetch();
  store.destroy();
  store.destroy();
  assert.equal((await done).fetchStatus, "idle");
  const count = results.length;
  live.succeed("late");
  live.commit();
  assert.deepEqual([result().data, results.length, live.listenersCount], [undefined, count, 0]);
  assert.equal((await result().refetch()).status, "pending");
});

test("refetch runs the selector, also when its result is current, and resolves when it has ended", async () => {
  const { live, result, results, subscribe } = makeStore();
  subscribe();
  live.succeed("first");
  const { refetch } = result();
  const done = refetch();
  assert.deepEqual([results.at(-1).isRefetching, live.runsCount], [true, 2]);
  live.succeed("second");
  const end = await done;
  assert.deepEqual([end.data, end.refetch], ["second", refetch]);
  assert.equal(result().refetch, refetch);
});

test("refetch with an equal result sets the time and goes back to idle", async () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  live.succeed("same");
  const done = result().refetch();
  live.succeed("same");
  assert.deepEqual(pick(await done, "data fetchStatus status"), {
    data: "same",
    fetchStatus: "idle",
    status: "success",
  });
  assert.equal(result().fetchStatus, "idle");
});

test("refetch resolves on an error too, unless it is asked to throw", async () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  live.succeed("first");
  const quiet = result().refetch();
  const throwing = result().refetch({ throwOnError: true });
  live.fail(); // dropped: the second refetch asks for one more run
  live.fail();
  assert.equal((await quiet).status, "error");
  await assert.rejects(throwing, { code: "driver_failure" });
});

test("a refetch during a run joins it: one more run follows, and all callers get its result", async () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  const all = [result().refetch(), result().refetch({ cancelRefetch: true }), result().refetch()];
  assert.equal(live.runsCount, 1);
  live.succeed("dropped");
  live.succeed("last");
  assert.deepEqual(
    (await Promise.all(all)).map((each) => each.data),
    ["last", "last", "last"],
  );
  assert.equal(live.runsCount, 2);
});

test("stores of one result share its promise, and a later one has its data without a run", async () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  const other = makeStore({}, live);
  assert.equal(result().promise, other.result().promise);
  const { promise } = result();
  live.succeed("answer");
  assert.equal(await promise, "answer");
  assert.equal(await result().promise, "answer");
  const late = makeStore({}, live);
  assert.deepEqual(
    [late.result().data, late.result().isFetchedAfterMount, live.runsCount],
    ["answer", true, 1],
  );
});

test("a promise that was asked for without a subscriber settles, and subscribes no longer than that", async () => {
  const { live, store } = makeStore();
  const { promise } = store;
  await Promise.resolve();
  assert.equal(live.listenersCount, 1);
  live.succeed("answer");
  assert.equal(await promise, "answer");
  assert.equal(live.listenersCount, 0);
});

test("the snapshot is the same object until something changes", () => {
  const { live, store, subscribe } = makeStore();
  subscribe();
  const before = store.getSnapshot();
  assert.equal(store.getSnapshot(), before);
  live.succeed("answer");
  assert.notEqual(store.getSnapshot(), before);
  assert.equal(store.getSnapshot(), store.getSnapshot());
});

test("on a server: dehydrated data, else initial data, else pending; nothing runs", () => {
  const at = (options) => {
    const { live, store } = makeStore(options);
    const { status, data } = store.resultOf(store.getServerSnapshot());
    return [status, data, live.runsCount];
  };
  const dehydrated = { value: "dehydrated", updatedAt: 1 };
  const initialData = { value: "initial", updatedAt: 1 };
  const standIn = () => ({ value: "stand-in" });
  assert.deepEqual(at({ dehydrated, initialData, standIn }), ["success", "dehydrated", 0]);
  assert.deepEqual(at({ initialData, standIn }), ["success", "initial", 0]);
  assert.deepEqual(at({ standIn }), ["pending", "stand-in", 0]);
  assert.deepEqual(at({}), ["pending", undefined, 0]);
});

test("the result has all fields", () => {
  const { result } = makeStore();
  assert.deepEqual(Object.keys(result()).sort(), [
    "data",
    "dataUpdatedAt",
    "error",
    "errorUpdateCount",
    "errorUpdatedAt",
    "failureCount",
    "failureReason",
    "fetchStatus",
    "isEnabled",
    "isError",
    "isFetched",
    "isFetchedAfterMount",
    "isFetching",
    "isInitialLoading",
    "isLoading",
    "isLoadingError",
    "isPaused",
    "isPending",
    "isPlaceholderData",
    "isRefetchError",
    "isRefetching",
    "isStale",
    "isSuccess",
    "promise",
    "refetch",
    "status",
  ]);
});
