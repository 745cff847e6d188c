// AsyncStore: what useAsyncSelector knows of a result, over a storage that takes its time. No React.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AsyncStore } from "../dist/async_store.js";
import { FakeLive } from "./support/fake_live.mjs";

function makeStore(options = {}, live = new FakeLive()) {
  const store = new AsyncStore({ open: () => live, follows: true, isEnabled: true, ...options });
  const results = [];
  const result = () => store.resultOf(store.getSnapshot());
  const subscribe = () => store.subscribe(() => results.push(result()));
  return { live, store, result, results, subscribe };
}
const pick = (object, names) => Object.fromEntries(names.split(" ").map((name) => [name, object[name]]));

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
  assert.deepEqual(pick(result(), "status fetchStatus data isFetched isPlaceholderData"),
    { status: "success", fetchStatus: "idle", data: "answer", isFetched: true, isPlaceholderData: false });
});

test("a selector that waits is pending until its run ends, and then the listeners are called once", () => {
  const { live, result, results, subscribe } = makeStore();
  assert.deepEqual(pick(result(), "status fetchStatus isLoading isInitialLoading isRefetching data"),
    { status: "pending", fetchStatus: "fetching", isLoading: true, isInitialLoading: true, isRefetching: false, data: undefined });
  subscribe();
  live.succeed("answer");
  assert.deepEqual(results.map((each) => [each.status, each.data]), [["success", "answer"]]);
});

test("pending without options: no data, no placeholder, never updated, stale", () => {
  const { result } = makeStore();
  assert.deepEqual(pick(result(), "data isPlaceholderData dataUpdatedAt isStale error failureCount isFetched"), {
    data: undefined, isPlaceholderData: false, dataUpdatedAt: 0, isStale: true, error: null, failureCount: 0,
    isFetched: false });
});

test("what stands in for data is shown while pending, is no success, and ends with the first result", () => {
  const { live, result, subscribe } = makeStore({ standIn: () => ({ value: "stand-in" }) });
  subscribe();
  assert.deepEqual(pick(result(), "data isPlaceholderData status isFetched"),
    { data: "stand-in", isPlaceholderData: true, status: "pending", isFetched: false });
  live.succeed("answer");
  assert.deepEqual(pick(result(), "data isPlaceholderData"), { data: "answer", isPlaceholderData: false });
});

test("initial data is a success at once, and a run starts all the same", () => {
  const { live, result, subscribe } = makeStore({ initialData: { value: "initial", updatedAt: 7 } });
  subscribe();
  assert.deepEqual(
    pick(result(), "status data dataUpdatedAt isFetched isFetchedAfterMount isPlaceholderData isRefetching isLoading isStale"),
    { status: "success", data: "initial", dataUpdatedAt: 7, isFetched: true, isFetchedAfterMount: false,
      isPlaceholderData: false, isRefetching: true, isLoading: false, isStale: true });
  live.succeed("answer");
  assert.deepEqual(pick(result(), "data isFetchedAfterMount isStale"),
    { data: "answer", isFetchedAfterMount: true, isStale: false });
});

test("initial data younger than staleTimeMs is not stale", () => {
  const { result } = makeStore({ initialData: { value: 1, updatedAt: Date.now() - 1000 }, staleTimeMs: 60_000 });
  assert.equal(result().isStale, false);
});

test("a store that does not follow runs nothing and subscribes to nothing", () => {
  const { live, result, results, subscribe } = makeStore({ follows: false, isEnabled: false });
  subscribe();
  assert.deepEqual(pick(result(), "status fetchStatus isEnabled data"),
    { status: "pending", fetchStatus: "idle", isEnabled: false, data: undefined });
  live.commit();
  assert.deepEqual([live.runsCount, live.listenersCount, results.length], [0, 0, 0]);
});

test("a store that does not follow refetches when asked, and ignores later commits", async () => {
  const { live, result, results, subscribe } = makeStore({ follows: false });
  subscribe();
  const done = result().refetch();
  assert.equal(results.at(-1).fetchStatus, "fetching");
  live.succeed("answer");
  assert.deepEqual(pick(await done, "status data isFetching"), { status: "success", data: "answer", isFetching: false });
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
    pick(result(), "status data error failureCount failureReason isFetched isFetchedAfterMount fetchStatus errorUpdateCount"),
    { status: "success", data: "answer", error: null, failureCount: 0, failureReason: null, isFetched: true,
      isFetchedAfterMount: true, fetchStatus: "idle", errorUpdateCount: 1 });
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
  assert.deepEqual(pick(failed, "status data dataUpdatedAt errorUpdateCount failureCount isRefetchError isLoadingError"),
    { status: "error", data: "answer", dataUpdatedAt, errorUpdateCount: 1, failureCount: 1, isRefetchError: true,
      isLoadingError: false });
  assert.equal(failed.failureReason, failed.error);
  assert.ok(failed.errorUpdatedAt > 0);
  await assert.rejects(promise, { code: "driver_failure" });
});

test("an error without data is a loading error, and the stand-in is no placeholder any more", () => {
  const { live, result, subscribe } = makeStore({ standIn: () => ({ value: "stand-in" }) });
  subscribe();
  live.fail();
  assert.deepEqual(pick(result(), "isLoadingError isRefetchError isPlaceholderData isFetched"),
    { isLoadingError: true, isRefetchError: false, isPlaceholderData: false, isFetched: true });
});

test("an error that the selector throws at once is a result like any other", () => {
  const { result } = makeStore({}, new FakeLive(() => { throw new Error("refused"); }));
  assert.deepEqual([result().status, result().error.message], ["error", "refused"]);
});

test("a call that can't be made is an error like any other, and the same one at each look", () => {
  const open = () => { throw new Error("no such call"); };
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
  assert.deepEqual(pick(result(), "status isLoading isRefetching"), { status: "pending", isLoading: true, isRefetching: false });
  live.succeed("answer");
  live.commit();
  assert.deepEqual(pick(result(), "status data isRefetching isLoading"),
    { status: "success", data: "answer", isRefetching: true, isLoading: false });
  live.fail();
  live.commit();
  assert.deepEqual(pick(result(), "status data isRefetching"), { status: "error", data: "answer", isRefetching: true });
});

test("commits during a run drop its result, and one run follows them all", () => {
  const { live, result, results, subscribe } = makeStore();
  subscribe();
  live.commit();
  live.commit();
  live.succeed("outdated");
  assert.deepEqual([result().status, live.runsCount], ["pending", 2]);
  live.succeed("current");
  assert.equal(live.runsCount, 2);
  assert.deepEqual(results.map((each) => each.data).filter((each) => each !== undefined), ["current"]);
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

test("when the last subscriber leaves, a refetch ends with the result of that moment, and its promise is cancelled",
  async () => {
    const { live, result, results, subscribe } = makeStore();
    const unsubscribe = subscribe();
    live.succeed("answer");
    const done = result().refetch();
    const { promise } = results.at(-1);
    unsubscribe();
    assert.deepEqual(pick(await done, "status data fetchStatus"), { status: "success", data: "answer", fetchStatus: "idle" });
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

test("refetch runs the selector, also when its result is current, and resolves with the result of its end", async () => {
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
  assert.deepEqual(pick(await done, "data fetchStatus status"), { data: "same", fetchStatus: "idle", status: "success" });
  assert.equal(result().fetchStatus, "idle");
});

test("refetch resolves on an error too, unless it is asked to throw", async () => {
  const { live, result, subscribe } = makeStore();
  subscribe();
  live.succeed("first");
  const quiet = result().refetch();
  const throwing = result().refetch({ throwOnError: true });
  live.fail();  // dropped: the second refetch asks for one more run
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
  assert.deepEqual((await Promise.all(all)).map((each) => each.data), ["last", "last", "last"]);
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
  assert.deepEqual([late.result().data, late.result().isFetchedAfterMount, live.runsCount], ["answer", true, 1]);
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
  assert.deepEqual(Object.keys(result()).sort(), ["data", "dataUpdatedAt", "error", "errorUpdateCount", "errorUpdatedAt",
    "failureCount", "failureReason", "fetchStatus", "isEnabled", "isError", "isFetched", "isFetchedAfterMount",
    "isFetching", "isInitialLoading", "isLoading", "isLoadingError", "isPaused", "isPending", "isPlaceholderData",
    "isRefetchError", "isRefetching", "isStale", "isSuccess", "promise", "refetch", "status"]);
});
