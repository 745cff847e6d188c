// The examples for other frameworks, with the real reactivity of Vue and Solid, and Svelte's contract of stores.
import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";
import { closeUnused, definitions, openTasks, runsOf } from "./support/module.mjs";

register("./support/frameworks.mjs", import.meta.url);
const { effect, effectScope } = await import("vue");
const { createRoot, createRenderEffect } = await import("solid-js");
const { useSelector } = await import("../examples/vue.js");
const { selectorStore } = await import("../examples/svelte.js");
const { createSelector } = await import("../examples/solid.js");

const { createTask, projectTasks } = definitions;
const call = projectTasks({ projectId: "p", state: "open" });

/** `start` shows each number of tasks by calling `show`, and returns the function that ends it. */
function testFramework(title, start) {
  test(title, async () => {
    const db = await openTasks();
    const shown = [];
    const end = start(db, (rows) => shown.push(rows.length));
    assert.deepEqual(shown, [3]);
    db.dispatch(createTask({ id: "x", projectId: "p", title: "new" }));
    db.dispatch(createTask({ id: "y", projectId: "q", title: "elsewhere" }));
    assert.deepEqual([shown, db.stats().subscriptions, runsOf(db)], [[3, 4], 1, 2]);
    end();
    db.dispatch(createTask({ id: "z", projectId: "p", title: "unseen" }));
    assert.deepEqual([shown, db.stats().subscriptions], [[3, 4], 0]);
    await closeUnused(db);
  });
}

testFramework("Vue: a ref that follows the selector until its scope ends", (db, show) => {
  const scope = effectScope();
  scope.run(() => {
    const rows = useSelector(db, call);
    effect(() => show(rows.value));
  });
  return () => scope.stop();
});

testFramework(
  "Svelte: a store that calls at once and after each change until the end of the subscription",
  (db, show) => selectorStore(db, call).subscribe(show),
);

testFramework("Solid: an accessor that follows the selector until its root ends", (db, show) =>
  createRoot((dispose) => {
    const rows = createSelector(db, call);
    createRenderEffect(() => show(rows()));
    return dispose;
  }),
);
