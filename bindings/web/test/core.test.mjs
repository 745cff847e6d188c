// The package without React: opening, calls, live results, errors, what is alive afterwards.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { HyperDBError, liveSelector, openDatabase } from "@hyperdb/web";
import { definitions, wasm, wasmFile } from "./support/module.mjs";

const {
  addSamples,
  createProject,
  createTask,
  deleteTask,
  moveTask,
  projectCounts,
  projectTasks,
  renameTask,
  taskById,
  toggleTask,
} = definitions;
const openOf = (projectId) => projectTasks({ projectId, state: "open" });

let db;
beforeEach(async () => {
  db = await openDatabase({ module: wasm, name: "test" });
});
afterEach(() => {
  if (db.isClosed) return;
  const { subscriptions, operationsRunning } = db.stats();
  assert.deepEqual({ subscriptions, operationsRunning }, { subscriptions: 0, operationsRunning: 0 });
  db.close();
});

const codeOf = (work) => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof HyperDBError, String(error));
    return error.code;
  }
  return "nothing was thrown";
};

test("a page opens a module, reads and writes", async () => {
  const module = new URL(`file://${wasmFile}`);
  // [open]
  const db = await openDatabase({ module }); // `import module, { createTask, taskById } from "./tasks_web.js"`
  db.dispatch(createTask({ id: "t1", projectId: "home", title: "Water the plants" }));
  const task = db.select(taskById({ id: "t1" }));
  // [/open]
  assert.equal(task.title, "Water the plants");
  db.close();
});

test("texts of any script come back, and absent rows are undefined", () => {
  db.dispatch(createProject({ id: "p1", title: "Home" }));
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "Grüße, 世界 😀" }));
  assert.deepEqual(db.select(taskById({ id: "t1" })), {
    id: "t1",
    projectId: "p1",
    title: "Grüße, 世界 😀",
    state: "open",
    rank: 1,
  });
  assert.equal(db.select(taskById({ id: "t2" })), undefined);
  assert.deepEqual(db.select(projectCounts({ projectId: "p1" })), { open: 1, done: 0 });
  assert.deepEqual(db.tables, ["projects", "tasks"]);
});

test("rows are frozen, and the same objects while they are unchanged", () => {
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "One" }));
  db.dispatch(createTask({ id: "t2", projectId: "p1", title: "Two" }));
  const [first, second] = db.select(openOf("p1"));
  assert.ok(Object.isFrozen(first));
  assert.equal(db.select(taskById({ id: "t1" })), first);
  db.dispatch(renameTask({ id: "t2", title: "Zwei" }));
  const after = db.select(openOf("p1"));
  assert.equal(after[0], first);
  assert.notEqual(after[1], second);
  assert.equal(second.title, "Two");
});

test("a live result is patched, calls back after commits that change it, and only then", () => {
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "One" }));
  const live = liveSelector(db, openOf("p1"));
  const before = live.getSnapshot();
  let calls = 0;
  const end = live.subscribe(() => ++calls);
  live.getSnapshot();
  calls = 0;
  db.dispatch(createTask({ id: "t2", projectId: "p2", title: "Elsewhere" }));
  assert.equal(calls, 0);
  assert.equal(live.getSnapshot(), before);
  db.dispatch(createTask({ id: "t3", projectId: "p1", title: "Two" }));
  assert.equal(calls, 1);
  const after = live.getSnapshot();
  assert.deepEqual(
    after.map((task) => task.id),
    ["t1", "t3"],
  );
  assert.equal(after[0], before[0]);
  assert.equal(before.length, 1);
  end();
  db.dispatch(deleteTask({ id: "t1" }));
  assert.equal(calls, 1);
  assert.deepEqual(
    live.getSnapshot().map((task) => task.id),
    ["t3"],
  );
});

test("random changes patch a live list to what a fresh read gives", () => {
  const seed = Number(process.env.HYPERDB_TEST_SEED ?? 20240229);
  let state = seed;
  const below = (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  const live = liveSelector(db, openOf("p1"));
  const end = live.subscribe(() => {});
  for (let i = 0; i < 400; ++i) {
    const id = `t${below(60)}`;
    const there = db.select(taskById({ id }));
    if (!there) db.dispatch(createTask({ id, projectId: "p1", title: `${i}` }));
    else if (below(4) === 0) db.dispatch(deleteTask({ id }));
    else if (below(3) === 0) db.dispatch(toggleTask({ id }));
    else if (below(2) === 0) db.dispatch(moveTask({ id, rank: below(100) / 4 }));
    else db.dispatch(addSamples({ projectId: "p1", first: below(100), count: below(40) }));
    if (below(3) === 0)
      assert.deepEqual(live.getSnapshot(), db.select(openOf("p1")), `HYPERDB_TEST_SEED=${seed}`);
  }
  end();
});

test("all live results are fresh before the first listener is called", () => {
  const open = liveSelector(db, openOf("p1"));
  const done = liveSelector(db, projectTasks({ projectId: "p1", state: "done" }));
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "One" }));
  const seen = [];
  const look = () => seen.push([open.getSnapshot().length, done.getSnapshot().length]);
  const ends = [open.subscribe(look), done.subscribe(look)];
  look();
  seen.length = 0;
  db.dispatch(toggleTask({ id: "t1" }));
  assert.deepEqual(seen, [
    [0, 1],
    [0, 1],
  ]);
  for (const end of ends) end();
});

test("a listener may dispatch; what it throws is reported and hurts nothing else", async () => {
  const reported = [];
  const before = globalThis.reportError;
  globalThis.reportError = (error) => reported.push(error.message);
  const live = liveSelector(db, openOf("p1"));
  const ends = [
    live.subscribe(() => {
      if (live.getSnapshot().length === 1) db.dispatch(createTask({ id: "t2", projectId: "p1", title: "" }));
    }),
    live.subscribe(() => {
      throw new Error("a listener");
    }),
  ];
  live.getSnapshot();
  reported.length = 0;
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "" }));
  assert.equal(live.getSnapshot().length, 2);
  assert.deepEqual([...new Set(reported)], ["a listener"]);
  for (const end of ends) end();
  globalThis.reportError = before;
});

test("asynchronous calls give promises", async () => {
  await db.dispatchAsync(createTask({ id: "t1", projectId: "p1", title: "One" }));
  assert.equal((await db.selectAsync(taskById({ id: "t1" }))).title, "One");
  const again = createTask({ id: "t1", projectId: "p1", title: "" });
  await assert.rejects(db.dispatchAsync(again), { code: "duplicate_id" });
  await assert.rejects(db.dispatchAsync(createTask({ id: 5 })), { code: "invalid_argument" });
});

test("an error has a code and a place, and nothing was written", () => {
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "One" }));
  assert.throws(
    () => db.dispatch(createTask({ id: "t1", projectId: "p1", title: "Two" })),
    (error) => {
      assert.equal(error.code, "duplicate_id");
      assert.deepEqual(
        { ...error.place },
        { table: "tasks", index: "byId", column: "id", rowId: "t1", command: "createTask" },
      );
      return true;
    },
  );
  assert.equal(db.select(taskById({ id: "t1" })).title, "One");
});

test("arguments that can't be passed are refused, with their place", () => {
  const cyclic = {};
  cyclic.self = cyclic;
  const refused = [
    undefined,
    5,
    NaN,
    Infinity,
    null,
    true,
    5n,
    [],
    {},
    cyclic,
    new Date(0),
    new Map(),
    () => 1,
    Symbol("s"),
    "\ud800",
    "x\udc00",
    Object.create({ a: 1 }),
    { toString: () => "x" },
    ["a"],
    new Uint8Array(2),
  ];
  for (const id of refused) {
    const call = createTask({ id, projectId: "p", title: "t" });
    assert.equal(
      codeOf(() => db.dispatch(call)),
      "invalid_argument",
      typeof id,
    );
  }
  for (const args of [undefined, 5, "x", [], { id: "a" }, { id: "a", projectId: "p", title: "t", more: 1 }]) {
    assert.equal(
      codeOf(() => db.dispatch({ action: createTask, args })),
      "invalid_argument",
    );
  }
  const odd = projectTasks({ projectId: "p", state: "odd" });
  assert.throws(() => db.select(odd), { message: /state: expected one of "open", "done", got "odd"/ });
  assert.deepEqual(db.select(openOf("p")), []);
  assert.equal(
    codeOf(() => db.select({ selector: { definitionName: "nope" }, args: {} })),
    "invalid_argument",
  );
});

test("huge and odd texts come back as they were", () => {
  const texts = [
    "",
    "\0",
    "a\0b",
    "😀".repeat(50_000),
    "x".repeat(1_000_000),
    "__proto__",
    "constructor",
    "é",
  ];
  texts.forEach((title, i) => {
    db.dispatch(createTask({ id: `t${i}`, projectId: title.slice(0, 100) || "p", title }));
    assert.equal(db.select(taskById({ id: `t${i}` })).title, title);
  });
});

test("after closing every call says so, and closing twice is no error", async () => {
  const live = liveSelector(db, openOf("p1"));
  live.getSnapshot();
  const end = live.subscribe(() => {});
  db.close();
  db.close();
  end();
  assert.equal(
    codeOf(() => db.select(taskById({ id: "t1" }))),
    "closed",
  );
  assert.equal(
    codeOf(() => db.dispatch(deleteTask({ id: "t1" }))),
    "closed",
  );
  assert.equal(
    codeOf(() => live.getSnapshot()),
    "closed",
  );
  await assert.rejects(db.dispatchAsync(deleteTask({ id: "t1" })), { code: "closed" });
});

test("databases of one module are apart, and share nothing but memory", async () => {
  const other = await openDatabase({ module: wasm });
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "Here" }));
  other.dispatch(createTask({ id: "t1", projectId: "p1", title: "There" }));
  assert.equal(db.select(taskById({ id: "t1" })).title, "Here");
  assert.equal(other.select(taskById({ id: "t1" })).title, "There");
  other.close();
  assert.equal(db.select(taskById({ id: "t1" })).title, "Here");
});

test("what is no module is refused", async () => {
  const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  await assert.rejects(openDatabase({ module: empty }), { code: "wrong_module" });
  await assert.rejects(openDatabase({ module: new Response("", { status: 404 }) }), { code: "wrong_module" });
  await assert.rejects(openDatabase({ module: 5 }), { code: "invalid_argument" });
  await assert.rejects(openDatabase({ module: wasm, driver: "floppy" }), { code: "invalid_argument" });
});

test("a module comes as bytes, a Response, a URL of a file", async () => {
  const bytes = readFileSync(wasmFile);
  const url = new URL(`file://${wasmFile}`);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  for (const module of [bytes, buffer, new Response(bytes), url]) {
    const opened = await openDatabase({ module });
    opened.dispatch(createTask({ id: "t1", projectId: "p1", title: "One" }));
    opened.close();
  }
});

test("reports say what a commit ran again, and why", () => {
  db.setCommitReports(true);
  const live = liveSelector(db, openOf("p1"));
  const end = live.subscribe(() => {});
  live.getSnapshot();
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "One" }));
  const { woken, leftAloneCount } = db.lastCommitReport();
  assert.equal(woken.length, 1);
  assert.equal(woken[0].call, 'projectTasks("p1", "open")');
  assert.match(woken[0].reason, /wrote tasks\/byRank/);
  assert.equal(leftAloneCount, 0);
  end();
});

test("rows that nothing uses any more are forgotten on both sides", () => {
  db.dispatch(addSamples({ projectId: "p1", first: 0, count: 1000 }));
  assert.equal(db.select(openOf("p1")).length, 1000);
  assert.ok(db.stats().slots >= 1000);
  for (const { id } of db.select(openOf("p1"))) db.dispatch(deleteTask({ id }));
  assert.equal(db.stats().slots, 0);
});

test("a getter in the arguments may call the database itself", () => {
  db.dispatch(createTask({ id: "t1", projectId: "p1", title: "One" }));
  const args = {
    projectId: "p1",
    get id() {
      return `after ${db.select(openOf("p1")).length}`;
    },
    title: "Two",
  };
  db.dispatch(createTask(args));
  assert.equal(db.select(taskById({ id: "after 1" })).title, "Two");
});

test("the largest gcTimeMs keeps a result, and others are refused", async () => {
  for (const gcTimeMs of [-1, 0.5, Infinity, NaN, "1"])
    await assert.rejects(openDatabase({ module: wasm, gcTimeMs }), { code: "invalid_argument" });
  const other = await openDatabase({ module: wasm, gcTimeMs: Number.MAX_SAFE_INTEGER });
  const live = other.live(openOf("p1"));
  live.snapshot();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(live.isUnused, false);
  other.close();
});
