// useSuspenseSelector, and server rendering with data of the server.
import assert from "node:assert/strict";
import { Suspense, startTransition, useState } from "react";
import { renderToString } from "react-dom/server";
import { dehydrate, preloadSelector } from "@hyperdb/web";
import {
  DBProvider,
  useAsyncSelector,
  useRowChanges,
  useRows,
  useSuspenseSelector,
  useSyncSelector,
} from "@hyperdb/web/react";
import { fakeDatabase } from "./support/fake_live.mjs";
import { closeUnused, definitions, openTasks, runsOf } from "./support/module.mjs";
import { act, h, testPage } from "./support/render.mjs";

const { createTask, projectTasks, renameTask, taskById } = definitions;
const openOf = (projectId) => ({ selector: projectTasks, args: { projectId, state: "open" } });
const titles = (rows) => rows.map((each) => each.title ?? each).join();
const onlyLive = (fake) => [...fake.lives.values()].at(-1);

const Suspending = (options) => titles(useSuspenseSelector(options));
const waiting = (children) => h(Suspense, { fallback: "waiting" }, children);

testPage("a storage that answers at once never suspends", async ({ page, db, commit }) => {
  await page.render(waiting(h(Suspending, openOf("p"))));
  assert.deepEqual([page.text, runsOf(db)], ["Task 0,Task 1,Task 2", 1]);
  await commit(renameTask({ id: "p-0", title: "renamed" }));
  assert.equal(page.text, "renamed,Task 1,Task 2");
});

testPage("a component suspends until the first result, with one run, and never again", async ({ page }) => {
  const fake = fakeDatabase();
  await page.render(waiting(h(Suspending, openOf("p"))), { db: fake });
  assert.deepEqual([page.text, onlyLive(fake).runsCount], ["waiting", 1]);
  await act(async () => onlyLive(fake).succeed(["first"]));
  assert.equal(page.text, "first");
  await act(async () => onlyLive(fake).commit());
  assert.equal(page.text, "first");
  await act(async () => onlyLive(fake).succeed(["second"]));
  assert.deepEqual([page.text, onlyLive(fake).runsCount], ["second", 2]);
});

testPage("components that suspend on one call share its run", async ({ page }) => {
  const fake = fakeDatabase();
  await page.render(
    waiting([h(Suspending, { key: 1, ...openOf("p") }), h(Suspending, { key: 2, ...openOf("p") })]),
    { db: fake },
  );
  await act(async () => onlyLive(fake).succeed(["shared"]));
  assert.deepEqual([page.text, onlyLive(fake).runsCount], ["sharedshared", 1]);
});

testPage(
  "other arguments in a transition keep the old value on the screen while they are waited for",
  async ({ page }) => {
    const fake = fakeDatabase();
    let setProject;
    const Switching = () => {
      const [project, set] = useState("p");
      setProject = set;
      return h(Suspending, openOf(project));
    };
    await page.render(waiting(h(Switching)), { db: fake });
    await act(async () => onlyLive(fake).succeed(["of p"]));
    await act(async () => startTransition(() => setProject("q")));
    assert.equal(page.container.textContent, "of p");
    await act(async () => onlyLive(fake).succeed(["of q"]));
    assert.equal(page.text, "of q");
  },
);

testPage("an error of the first run is thrown to the boundary, and so is a later one", async ({ page }) => {
  const fake = fakeDatabase();
  await page.render(waiting(h(Suspending, openOf("p"))), { db: fake });
  await act(async () => onlyLive(fake).fail(new Error("no luck")));
  assert.equal(page.text, "error: no luck");
  await page.unmount();
  const other = fakeDatabase();
  await page.render(waiting(h(Suspending, openOf("p"))), { db: other });
  await act(async () => onlyLive(other).succeed(["first"]));
  await act(async () => onlyLive(other).commit());
  await act(async () => onlyLive(other).fail(new Error("later")));
  assert.equal(page.text, "error: later");
});

testPage("a component that is unmounted while it is suspended leaves no subscription", async ({ page }) => {
  const fake = fakeDatabase();
  await page.render(waiting(h(Suspending, openOf("p"))), { db: fake });
  await page.unmount();
  await act(async () => onlyLive(fake).succeed(["late"]));
  assert.equal(onlyLive(fake).listenersCount, 0);
});

testPage(
  "a preloaded selector is there in the first render, without another run",
  async ({ page, db }) => {
    await preloadSelector(db, projectTasks({ projectId: "p", state: "open" }));
    assert.equal(runsOf(db), 1);
    await page.render(waiting(h(Suspending, openOf("p"))));
    assert.deepEqual([page.text, runsOf(db)], ["Task 0,Task 1,Task 2", 1]);
    await assert.rejects(preloadSelector(db, projectTasks({ projectId: "p", state: "no" })), {
      code: "invalid_argument",
    });
  },
  { gcTimeMs: 3000 },
);

const Sync = (options) => titles(useSyncSelector(options));
const Async = (options) => {
  const { status, data = [] } = useAsyncSelector(options);
  return `${status}:${titles(data)}`;
};

const Lazy = (options) => titles(useRows(options).slice(0, 10));
const Changes = (options) => {
  const { rows, changes } = useRowChanges(options);
  return `${changes.length} changes:${titles(rows)}`;
};

testPage("a page takes over the server's results, and then shows its own", async ({ page, db, commit }) => {
  const server = await openTasks();
  server.dispatch(createTask({ id: "s", projectId: "p", title: "of the server" }));
  await preloadSelector(server, projectTasks({ projectId: "p", state: "open" }));
  const dehydrated = dehydrate(server);
  assert.match(dehydrated, /^[A-Za-z0-9+/=]+$/);
  for (const Shown of [Sync, Async, Suspending, Lazy, Changes]) {
    const children = waiting(h(Shown, openOf("p")));
    const html = renderToString(page.element(children, { db: server, dehydrated }));
    assert.match(html, /Task 0,Task 1,Task 2,of the server/);
    await page.hydrate(html, children, { dehydrated });
    assert.match(page.text, /Task 0,Task 1,Task 2$/, "the page's own database has no such task");
    await page.unmount();
  }
  assert.deepEqual(page.recovered, []);
  await commit(createTask({ id: "x", projectId: "p", title: "new" }));
  await closeUnused(server);
});

testPage(
  "without the server's results an asynchronous selector is its initial data, its default, or pending",
  async ({ page, db }) => {
    const htmlOf = (options) =>
      renderToString(h(DBProvider, { value: db }, h(Async, { ...openOf("p"), ...options })));
    assert.equal(htmlOf({ initialData: ["initial"], defaultValue: ["default"] }), "success:initial");
    assert.equal(htmlOf({ defaultValue: ["default"] }), "pending:default");
    assert.equal(htmlOf({}), "pending:");
    assert.equal(runsOf(db), 0);
    await page.hydrate(renderToString(page.element(h(Async, openOf("p")))), h(Async, openOf("p")));
    assert.deepEqual([page.text, page.recovered], ["success:Task 0,Task 1,Task 2", []]);
  },
);

testPage("dehydrated results keep every kind of value", async ({ db }) => {
  await preloadSelector(db, taskById({ id: "p-0" }));
  await preloadSelector(db, taskById({ id: "none" }));
  const { readDehydrated } = await import("../dist/dehydrate.js");
  const results = readDehydrated(dehydrate(db));
  const resultOf = (id) => results.get(db.keyOf(taskById({ id }))).value;
  assert.deepEqual([resultOf("p-0").title, resultOf("none")], ["Task 0", undefined]);
  assert.equal(results.get(db.keyOf(taskById({ id: "p-1" }))), undefined);
});
