// Live results, and what other frameworks use of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dehydrate, liveSelector, preloadSelector } from "@hyperdb/web";
import { closeUnused, definitions, openTasks, runsOf, sleep, untilReleased } from "./support/module.mjs";

const { createTask, projectTasks, renameTask, taskById } = definitions;
const openOf = (projectId) => projectTasks({ projectId, state: "open" });

test("equal calls have one live result, and calls of other arguments or of another kind have others", async () => {
  const db = await openTasks();
  const live = db.live(openOf("p"));
  assert.equal(db.live({ selector: projectTasks, args: { state: "open", projectId: "p" } }), live);
  assert.notEqual(db.live(openOf("q")), live);
  assert.notEqual(db.live(openOf("p"), true), live);
  await closeUnused(db);
});

test("a result that nothing looks at takes no place in the module", async () => {
  const db = await openTasks();
  db.live(openOf("p"));
  assert.deepEqual([db.stats().lives, runsOf(db)], [0, 0]);
  await closeUnused(db);
});

test("looks without a subscription keep the result, and see each commit", async () => {
  const gcTimeMs = 1000;
  const db = await openTasks({ gcTimeMs });
  const live = db.live(openOf("p"));
  let last = live.snapshot();
  for (let i = 0; i < 15; ++i) {
    const lookedAtMs = performance.now();
    await sleep(100);
    const now = live.snapshot();
    if (performance.now() - lookedAtMs < gcTimeMs / 2) assert.equal(now, last); // a busy machine sleeps longer
    last = now;
  }
  db.dispatch(createTask({ id: "x", projectId: "p", title: "new" }));
  assert.equal(live.snapshot().length, 4);
  await closeUnused(db);
});

test("a released result is opened again by the next look", async () => {
  const db = await openTasks();
  const live = db.live(openOf("p"));
  live.snapshot();
  await untilReleased(db);
  db.dispatch(renameTask({ id: "p-0", title: "renamed" }));
  assert.equal(live.snapshot()[0].title, "renamed");
  assert.equal(db.live(openOf("p")), live);
  await closeUnused(db);
});

test("refused arguments are the error of the state, the same one at each look", async () => {
  const db = await openTasks();
  const live = db.live(projectTasks({ projectId: "p", state: "no" }));
  const end = live.subscribe(() => {});
  assert.equal(live.state().error.code, "invalid_argument");
  assert.equal(live.state(), live.state());
  assert.throws(live.snapshot, { code: "invalid_argument" });
  live.refetch();
  assert.equal(live.peek(), live.state());
  end();
  await closeUnused(db);
});

test("after the database is closed a result keeps its last state, and a subscription has no effect", async () => {
  const db = await openTasks();
  const live = db.live(openOf("p"));
  const rows = live.snapshot();
  const unused = db.live(openOf("q"));
  const end = live.subscribe(() => {});
  db.close();
  assert.equal(live.snapshot(), rows);
  live.subscribe(() => {})();
  end();
  assert.throws(unused.snapshot, { code: "closed" });
  assert.throws(() => db.live(openOf("p")), { code: "closed" });
});

test("one listener that throws does not keep the others from being called", async () => {
  const db = await openTasks();
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  const live = db.live(openOf("p"));
  let calls = 0;
  const ends = [
    live.subscribe(() => {
      throw new Error("mine");
    }),
    live.subscribe(() => {
      ++calls;
    }),
  ];
  calls = 0;
  db.dispatch(renameTask({ id: "p-0", title: "renamed" }));
  assert.equal(calls, 1);
  assert.ok(reported.includes("mine"));
  delete globalThis.reportError;
  ends.forEach((end) => end());
  await closeUnused(db);
});

test("rows are plain frozen objects, lists of them plain arrays that a commit leaves as they were", async () => {
  const db = await openTasks();
  const live = db.live(openOf("p"));
  const rows = live.snapshot();
  assert.ok(
    Array.isArray(rows) &&
      rows.every((row) => Object.isFrozen(row) && Object.getPrototypeOf(row) === Object.prototype),
  );
  db.dispatch(renameTask({ id: "p-0", title: "renamed" }));
  assert.deepEqual([rows[0].title, live.snapshot()[0].title], ["Task 0", "renamed"]);
  await closeUnused(db);
});

test("dehydrated text has the results that were looked at, and running no selector makes it", async () => {
  const db = await openTasks();
  db.live(openOf("q"));
  db.live(openOf("p")).snapshot();
  const { readDehydrated } = await import("../dist/dehydrate.js");
  assert.deepEqual([...readDehydrated(dehydrate(db)).keys()], [db.keyOf(openOf("p"))]);
  assert.equal(runsOf(db), 1);
  assert.throws(() => readDehydrated("AAAA"), { name: "HyperDBError" });
  await closeUnused(db);
});

test("liveSelector gives any framework a subscription, a value and a promise", async () => {
  const db = await openTasks();
  const { subscribe, getSnapshot, promise } = liveSelector(db, taskById({ id: "p-0" }));
  const seen = [];
  const end = subscribe(() => seen.push(getSnapshot().title));
  assert.equal((await promise).title, "Task 0");
  seen.length = 0;
  db.dispatch(renameTask({ id: "p-0", title: "renamed" }));
  assert.deepEqual([seen, getSnapshot() === getSnapshot()], [["renamed"], true]);
  end();
  db.dispatch(renameTask({ id: "p-0", title: "again" }));
  assert.deepEqual(seen, ["renamed"]);
  await closeUnused(db);
});

test("preloading runs the selector once, for gcTimeMs, and rejects with its error", async () => {
  const db = await openTasks({ gcTimeMs: 3000 });
  await preloadSelector(db, openOf("p"));
  assert.equal(db.live(openOf("p")).snapshot().length, 3);
  assert.equal(runsOf(db), 1);
  await assert.rejects(preloadSelector(db, projectTasks({ projectId: "p", state: "no" })), {
    code: "invalid_argument",
  });
  await closeUnused(db);
});
