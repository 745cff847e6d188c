// Lazy lists of rows and change sets, without React: against plain arrays, over random commits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RowPages } from "../dist/rows.js";
import { RowChangesStore } from "../dist/row_changes.js";
import { applyChanges } from "@hyperdb/web";
import { closeUnused, definitions, openTasks } from "./support/module.mjs";

const { addSamples, createTask, deleteTask, moveTask, projectTasks, renameTask, toggleTask } = definitions;
const openTasksOf = (projectId) => projectTasks({ projectId, state: "open" });

/** Numbers from 0 to below `end`, the same ones in each run. */
function makeRandom(seed) {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * end);
  };
}

function randomAction(random, number) {
  const id = `p-${random(300)}`;
  const kinds = [
    () => renameTask({ id, title: `renamed ${number}` }),
    () => deleteTask({ id }),
    () => moveTask({ id, rank: random(400) + 0.5 }),
    () => toggleTask({ id }),
    () => createTask({ id: `new-${number}`, projectId: "p", title: `new ${number}` }),
    () => addSamples({ projectId: "p", first: random(300), count: random(5) }),
  ];
  return kinds[random(kinds.length)]();
}

/** Does an action; one that finds no row changes nothing. */
function attempt(db, action) {
  try {
    db.dispatch(action);
  } catch (error) {
    assert.equal(error.name, "HyperDBError");
  }
}

test("a lazy list looks like the array of its rows, after each of many commits", async () => {
  const db = await openTasks();
  db.dispatch(addSamples({ projectId: "p", first: 0, count: 300 }));
  const whole = db.live(openTasksOf("p"));
  const lazy = db.live(openTasksOf("p"), true);
  const ends = [whole.subscribe(() => {}), lazy.subscribe(() => {})];
  const random = makeRandom(7);
  for (let i = 0; i < 150; ++i) {
    attempt(db, randomAction(random, i));
    const array = whole.snapshot();
    const rows = lazy.snapshot();
    assert.equal(rows.length, array.length);
    for (const at of [0, random(array.length), -1, array.length, -array.length - 1])
      assert.equal(rows.at(at), array.at(at));
    const first = random(array.length) - 20;
    assert.deepEqual(rows.slice(first, first + 30), array.slice(first, first + 30));
    if (i % 30 === 0) {
      assert.deepEqual([...rows], [...array]);
      assert.deepEqual(
        rows.map((row, at) => [row.id, at]),
        array.map((row, at) => [row.id, at]),
      );
      assert.deepEqual(rows.slice(), array.slice());
    }
  }
  ends.forEach((end) => end());
  await closeUnused(db);
});

test("a list of an earlier commit keeps its own rows, or says that it has lost one", async () => {
  const db = await openTasks();
  db.dispatch(addSamples({ projectId: "p", first: 0, count: 200 }));
  const whole = db.live(openTasksOf("p"));
  const lazy = db.live(openTasksOf("p"), true);
  const ends = [whole.subscribe(() => {}), lazy.subscribe(() => {})];
  const random = makeRandom(3);
  let lostCount = 0;
  let readCount = 0;
  for (let round = 0; round < 20; ++round) {
    const array = whole.snapshot();
    const rows = lazy.snapshot();
    if (round % 2 === 0) rows.slice(0, 100);
    for (let i = 0; i < 10; ++i) {
      attempt(db, randomAction(random, round * 10 + i));
      lazy.snapshot();
    }
    for (let at = 0; at < array.length; ++at) {
      try {
        assert.equal(rows.at(at), array[at]);
        ++readCount;
      } catch (error) {
        assert.equal(error.code, "snapshot_lost", error.message);
        assert.ok(round % 2 !== 0 || at >= 100, "what was read before the commits is there");
        ++lostCount;
      }
    }
  }
  assert.ok(lostCount > 0 && readCount > 20 * lostCount, `lost ${lostCount} of ${readCount}`);
  ends.forEach((end) => end());
  await closeUnused(db);
});

test("a loop over rows may commit, row by row", async () => {
  const db = await openTasks();
  const lazy = db.live(openTasksOf("p"), true);
  const end = lazy.subscribe(() => lazy.snapshot());
  for (const row of lazy.snapshot()) db.dispatch(toggleTask({ id: row.id }));
  assert.equal(lazy.snapshot().length, 0);
  end();
  await closeUnused(db);
});

test("reading goes to the module once for a range, and not again for what a commit left in place", () => {
  const reads = [];
  const pages = new RowPages((first, count) => {
    reads.push([first, count]);
    return Array.from({ length: count }, (_, i) => ({ id: first + i }));
  });
  const insertedAt = (...positions) => positions.map((position) => ({ position, row: undefined }));
  const all = Array.from({ length: 1000 }, (_, i) => i);
  pages.follow({ size: 1000, removed: [], updated: [], inserted: insertedAt(...all) }).slice(0, 200);
  assert.deepEqual(reads.splice(0), [[0, 256]]);
  const later = pages.follow({ size: 1001, removed: [], updated: [], inserted: insertedAt(130) });
  later.slice(0, 128);
  assert.deepEqual(reads.splice(0), []);
  later.at(130);
  assert.deepEqual(reads.splice(0), [[128, 64]]);
  const updated = pages.follow({
    size: 1001,
    removed: [],
    updated: [{ oldPosition: 3, newPosition: 3 }],
    inserted: [],
  });
  updated.at(70);
  updated.at(3);
  assert.deepEqual(reads.splice(0), [[0, 64]]);
});

test("lists of too many changes ago are lost, so that they do not fill the memory", () => {
  const pages = new RowPages((first, count) => Array.from({ length: count }, (_, i) => ({ id: first + i })));
  const first = pages.follow({ size: 100, removed: [], updated: [], inserted: [] });
  assert.equal(first.at(1).id, 1);
  for (let i = 0; i < 1001; ++i) {
    pages.follow({ size: 100, removed: [], updated: [{ oldPosition: 50, newPosition: 50 }], inserted: [] });
  }
  assert.throws(() => first.at(1), { code: "snapshot_lost" });
});

test("a list whose result has left the module has the rows that were read", async () => {
  const db = await openTasks();
  const rows = db.live(openTasksOf("p"), true).snapshot();
  assert.equal(rows.at(0).title, "Task 0");
  await closeUnused(db);
  assert.equal(rows.at(0).title, "Task 0");
  assert.equal(rows.length, 3);
});

test("change sets lead from the committed rows to the shown ones, also over commits that were not shown", async () => {
  const db = await openTasks();
  const live = db.live(openTasksOf("p"));
  const store = new RowChangesStore(live);
  let committed = store.getSnapshot();
  assert.deepEqual([committed.rows.length, committed.changes], [3, []]);
  const end = store.subscribe(() => {});
  const random = makeRandom(5);
  for (let round = 0; round < 60; ++round) {
    for (let i = random(4); i > 0; --i) attempt(db, randomAction(random, round * 4 + i));
    const late = store.getSnapshot();
    if (random(2) === 0) attempt(db, randomAction(random, 1000 + round)); // between a render and its commit
    if (late !== committed) {
      assert.deepEqual(
        late.changes.reduce((rows, each) => applyChanges(rows, each), committed.rows),
        late.rows,
      );
    }
    store.committed(late);
    committed = late;
  }
  end();
  await closeUnused(db);
});

test("a change that was not followed step by step is told as a whole", () => {
  const rows = ["a", "b", "c"].map((id) => ({ id }));
  let state = { error: null, data: rows.slice(0, 2), dataVersion: 1, changes: null };
  const store = new RowChangesStore({ state: () => state, subscribe: () => () => {} });
  const before = store.getSnapshot();
  state = {
    error: null,
    data: rows.slice(1),
    dataVersion: 4,
    changes: { size: 2, removed: [], updated: [], inserted: [] },
  };
  const { changes } = store.getSnapshot();
  assert.deepEqual(
    changes.reduce((list, each) => applyChanges(list, each), before.rows),
    rows.slice(1),
  );
});
