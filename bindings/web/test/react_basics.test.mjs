// The provider and the functions that run commands.
import assert from "node:assert/strict";
import { useEffect } from "react";
import {
  DBProvider,
  useAsyncDispatch,
  useAsyncSelect,
  useDB,
  useDispatch,
  useOptionalDB,
  useRowChanges,
  useRows,
  useSelect,
  useSelectAsync,
  useSelectSync,
  useSuspenseSelector,
  useSyncDispatch,
  useSyncSelector,
  useAsyncSelector,
} from "@hyperdb/web/react";
import { definitions, openTasks, closeUnused, runsOf } from "./support/module.mjs";
import { h, testPage } from "./support/render.mjs";

const { addSamples, projectTasks, renameTask, taskById, toggleTask, createTask } = definitions;
const openOf = (projectId) => ({ selector: projectTasks, args: { projectId, state: "open" } });

/** Renders a component that gives what its hook returns to `got`. */
const show = (use, got) =>
  h(function Shown() {
    const value = use();
    useEffect(() => {
      got.push(value);
    });
    return null;
  });

testPage("every hook outside of a provider throws that there is no database", async ({ page }) => {
  const call = openOf("p");
  const hooks = [
    useDB,
    useSyncDispatch,
    useAsyncDispatch,
    useSelectSync,
    useSelectAsync,
    () => useSyncSelector(call),
    () => useAsyncSelector(call),
    () => useSuspenseSelector(call),
    () => useRows(call),
    () => useRowChanges(call),
  ];
  for (const use of hooks) {
    await page.render(show(use, []), { db: null });
    assert.equal(page.text, "error: DB not provided");
    await page.unmount();
  }
});

testPage("useOptionalDB outside of a provider is null", async ({ page, db }) => {
  const got = [];
  await page.render(show(useOptionalDB, got), { db: null });
  assert.equal(got.at(-1), null);
  await page.render(show(useOptionalDB, got));
  assert.equal(got.at(-1), db);
});

testPage("the innermost provider counts", async ({ page, db }) => {
  const inner = await openTasks();
  const got = [];
  await page.render(
    [show(useDB, got), h(DBProvider, { value: inner, key: 1 }, show(useDB, got))].map((each, i) =>
      h("div", { key: i }, each),
    ),
  );
  assert.deepEqual(new Set(got), new Set([db, inner]));
  await page.unmount();
  await closeUnused(inner);
});

testPage("another database in the provider is used by all hooks below", async ({ page }) => {
  const other = await openTasks();
  other.dispatch(addSamples({ projectId: "p", first: 10, count: 1 }));
  const got = [];
  const Shown = () => {
    const rows = useSyncSelector(openOf("p"));
    const functions = [useSyncDispatch(), useAsyncDispatch(), useSelectSync(), useSelectAsync()];
    useEffect(() => {
      got.push({ rows, functions });
    });
    return null;
  };
  await page.render(h(Shown));
  const before = got.at(-1);
  await page.render(h(Shown), { db: other });
  const after = got.at(-1);
  assert.deepEqual([before.rows.length, after.rows.length], [3, 4]);
  before.functions.forEach((each, i) => assert.notEqual(each, after.functions[i]));
  await page.unmount();
  await closeUnused(other);
});

testPage("the functions of the hooks are the same in each render", async ({ page }) => {
  const got = [];
  const use = () => [useSyncDispatch(), useAsyncDispatch(), useSelectSync(), useSelectAsync()];
  const Shown = () => {
    const functions = use();
    useEffect(() => {
      got.push(functions);
    });
    return null;
  };
  await page.render(h(Shown));
  await page.render(h(Shown, { other: 1 }));
  assert.ok(got.length >= 2);
  got[0].forEach((each, i) => assert.equal(got.at(-1)[i], each));
  assert.deepEqual(
    [useDispatch, useSelect, useAsyncSelect],
    [useSyncDispatch, useSelectSync, useSelectAsync],
  );
});

testPage(
  "dispatch returns the action's result, and throws its error after nothing was written",
  async ({ page, db }) => {
    const got = [];
    await page.render(show(useSyncDispatch, got));
    const dispatch = got[0];
    assert.equal(dispatch(toggleTask({ id: "p-0" })), true);
    const revision = db.stats().revision;
    const again = createTask({ id: "p-1", projectId: "p", title: "there already" });
    assert.throws(() => dispatch(again), { name: "HyperDBError", code: "duplicate_id" });
    assert.equal(db.stats().revision, revision);
  },
);

testPage("asynchronous dispatch is a promise of the same", async ({ page, db }) => {
  const got = [];
  await page.render(show(useAsyncDispatch, got));
  assert.equal(await got[0](toggleTask({ id: "p-0" })), true);
  const again = createTask({ id: "p-1", projectId: "p", title: "there already" });
  await assert.rejects(got[0](again), { code: "duplicate_id" });
  assert.equal(db.select(taskById({ id: "p-1" })).title, "Task 1");
});

testPage("select runs at each call, and commits render nothing", async ({ page, db, commit }) => {
  const got = [];
  await page.render(show(useSelectSync, got));
  const select = got[0];
  const rendersBefore = got.length;
  const scans = () => db.stats().counters.scans;
  const before = scans();
  assert.equal(select({ selector: projectTasks, args: { projectId: "p", state: "open" } }).length, 3);
  assert.equal(select(projectTasks({ projectId: "p", state: "open" })).length, 3);
  assert.equal(scans(), before + 2);
  await commit(renameTask({ id: "p-0", title: "new" }));
  assert.equal(got.length, rendersBefore);
  assert.deepEqual([runsOf(db), db.stats().entries], [0, 0]);
});

testPage("asynchronous select is a promise of the same", async ({ page, db }) => {
  const got = [];
  await page.render(show(useSelectAsync, got));
  assert.equal((await got[0](openOf("p"))).length, 3);
  await assert.rejects(got[0]({ selector: projectTasks, args: { projectId: "p", state: "no" } }), {
    code: "invalid_argument",
  });
  assert.equal(db.stats().entries, 0);
});
