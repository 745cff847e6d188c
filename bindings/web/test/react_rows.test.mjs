// useRows and useRowChanges.
import assert from "node:assert/strict";
import { useEffect } from "react";
import { renderToString } from "react-dom/server";
import { applyChanges } from "@hyperdb/web";
import { useRowChanges, useRows } from "@hyperdb/web/react";
import { definitions } from "./support/module.mjs";
import { act, h, testPage } from "./support/render.mjs";

const { addSamples, createTask, deleteTask, moveTask, projectTasks, renameTask, toggleTask } = definitions;
const openOf = (projectId) => ({ selector: projectTasks, args: { projectId, state: "open" } });

testPage(
  "useRows shows a part of the list, and renders after each commit that changes it",
  async ({ page, db, commit }) => {
    let rendersCount = 0;
    const Shown = ({ first, end, ...options }) => {
      const rows = useRows(options);
      useEffect(() => {
        ++rendersCount;
      });
      return `${rows.length}: ${rows
        .slice(first, end)
        .map((each) => each.title)
        .join()}`;
    };
    await page.render(h(Shown, { ...openOf("p"), first: 1, end: 3 }));
    assert.equal(page.text, "3: Task 1,Task 2");
    await commit(renameTask({ id: "p-1", title: "renamed" }));
    assert.equal(page.text, "3: renamed,Task 2");
    await commit(deleteTask({ id: "p-0" }));
    assert.equal(page.text, "2: Task 2");
    const before = rendersCount;
    await commit(createTask({ id: "x", projectId: "q", title: "elsewhere" }));
    assert.equal(rendersCount, before);
    await page.render(h(Shown, { ...openOf("q"), first: 0, end: 9 }));
    assert.equal(page.text, "2: Task 0,elsewhere");
    assert.deepEqual([db.stats().subscriptions, db.stats().lives <= 3], [1, true]);
  },
);

testPage("useRows of a long list reads only what is shown", async ({ page, db, commit }) => {
  const Shown = (options) =>
    useRows(options)
      .slice(0, 3)
      .map((each) => each.title)
      .join();
  await commit(addSamples({ projectId: "long", first: 0, count: 5000 }));
  await page.render(h(Shown, openOf("long")));
  const slots = db.stats().slots;
  assert.ok(slots < 200, `${slots} rows were read`);
  await commit(toggleTask({ id: "long-1" }));
  assert.equal(page.text, "Task 0,Task 2,Task 3");
});

testPage("an event handler goes on with the rows that it has while it commits", async ({ page, db }) => {
  let shown;
  const Shown = (options) => {
    const rows = useRows(options);
    useEffect(() => {
      shown = rows;
    });
    return rows.map((each) => each.title).join();
  };
  await page.render(h(Shown, openOf("p")));
  await act(async () => {
    for (let i = 0; i < shown.length; ++i) db.dispatch(toggleTask({ id: shown.at(i).id }));
  });
  assert.equal(page.text, "");
});

testPage("useRows throws what the selector throws, and renders on a server", async ({ page }) => {
  const Shown = (options) => `${useRows(options).length} rows`;
  assert.equal(renderToString(page.element(h(Shown, openOf("p")))), "3 rows");
  await page.render(h(Shown, { selector: projectTasks, args: { projectId: "p", state: "no" } }));
  assert.match(page.text, /^error: state: expected/);
});

testPage(
  "useRowChanges has the change sets from what was on the screen to what is there now",
  async ({ page, db, commit }) => {
    let onScreen = [];
    let last;
    const steps = [];
    const Shown = (options) => {
      const result = useRowChanges(options);
      useEffect(() => {
        if (result === last) return; // effects of StrictMode run twice
        last = result;
        steps.push(result.changes.length);
        onScreen =
          result.changes.length === 0
            ? result.rows
            : result.changes.reduce((rows, each) => applyChanges(rows, each), onScreen);
      }, [result]);
      return result.rows.map((each) => each.title).join();
    };
    await page.render(h(Shown, openOf("p")));
    await commit(renameTask({ id: "p-1", title: "renamed" }));
    await act(async () => {
      db.dispatch(moveTask({ id: "p-0", rank: 9 }));
      db.dispatch(createTask({ id: "x", projectId: "p", title: "new" }));
      db.dispatch(deleteTask({ id: "p-2" }));
    });
    assert.equal(page.text, "renamed,Task 0,new");
    assert.deepEqual(
      onScreen.map((each) => each.title),
      ["renamed", "Task 0", "new"],
    );
    assert.deepEqual(steps, [0, 1, 3]);
  },
);

testPage(
  "useRowChanges with a callback tells each change in order, and renders nothing",
  async ({ page, db, commit }) => {
    let rendersCount = 0;
    let view;
    const told = [];
    const Shown = ({ name, ...options }) => {
      const first = useRowChanges(options, ({ changes, rows }) => {
        told.push([name, changes.length]);
        view = changes.reduce((list, each) => applyChanges(list, each), view);
        assert.deepEqual(view, rows);
      });
      useEffect(() => {
        ++rendersCount;
        view ??= first;
      });
      return first.length;
    };
    await page.render(h(Shown, { ...openOf("p"), name: "one" }));
    const before = rendersCount;
    await commit(renameTask({ id: "p-1", title: "renamed" }));
    await act(async () => {
      db.dispatch(deleteTask({ id: "p-0" }));
      db.dispatch(createTask({ id: "x", projectId: "p", title: "new" }));
    });
    assert.deepEqual(
      [told, rendersCount],
      [
        [
          ["one", 1],
          ["one", 1],
          ["one", 1],
        ],
        before,
      ],
    );
    await page.render(h(Shown, { ...openOf("p"), name: "two" }));
    await commit(deleteTask({ id: "x" }));
    assert.deepEqual(told.at(-1), ["two", 1]);
    assert.deepEqual(
      view.map((each) => each.title),
      ["renamed", "Task 2"],
    );
  },
);
