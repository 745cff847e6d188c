// useAsyncSelector: over the module, which answers at once, and over results whose runs end when the test says so.
import assert from "node:assert/strict";
import { useEffect, useLayoutEffect } from "react";
import { useAsyncSelector, useSyncSelector } from "@hyperdb/web/react";
import { FakeLive, fakeDatabase } from "./support/fake_live.mjs";
import { closeUnused, definitions, openTasks, runsOf, untilReleased } from "./support/module.mjs";
import { act, h, testPage } from "./support/render.mjs";

const { createTask, projectTasks, renameTask, taskById } = definitions;
const openOf = (projectId) => ({ selector: projectTasks, args: { projectId, state: "open" } });

/** A component that logs each result that it renders, and each that reaches the screen. */
function makeShown() {
  const rendered = [];
  const shown = [];
  const Shown = (options) => {
    const result = useAsyncSelector(options);
    rendered.push(result);
    useEffect(() => {
      shown.push(result);
    });
    const { data } = result;
    return Array.isArray(data)
      ? data.map((each) => each.title ?? each).join()
      : (JSON.stringify(data) ?? "undefined");
  };
  return { Shown, rendered, shown, last: () => shown.at(-1) };
}
const onlyLive = (fake) => [...fake.lives.values()].at(-1);

testPage(
  "a storage that answers at once has the result in the first render, never the default",
  async ({ page, db }) => {
    const { Shown, rendered, last } = makeShown();
    await page.render(h(Shown, { ...openOf("p"), defaultValue: [] }));
    assert.equal(page.text, "Task 0,Task 1,Task 2");
    assert.ok(rendered.every((each) => each.status === "success" && each.data.length === 3));
    assert.deepEqual([last().fetchStatus, last().isFetchedAfterMount, runsOf(db)], ["idle", true, 1]);
  },
);

testPage("a selector that waits shows what stands in, then its result", async ({ page }) => {
  const fake = fakeDatabase();
  const { Shown, last } = makeShown();
  await page.render(h(Shown, { ...openOf("p"), defaultValue: ["default"] }), { db: fake });
  assert.equal(page.text, "default");
  assert.deepEqual([last().isPlaceholderData, last().isLoading, onlyLive(fake).runsCount], [true, true, 1]);
  await act(async () => onlyLive(fake).succeed(["answer"]));
  assert.deepEqual([page.text, last().isPlaceholderData, last().status], ["answer", false, "success"]);
});

testPage("a placeholder is preferred to the default, initial data to both", async ({ page }) => {
  const { Shown, last } = makeShown();
  const options = { ...openOf("p"), defaultValue: ["default"], placeholderData: ["placeholder"] };
  await page.render(h(Shown, options), { db: fakeDatabase() });
  assert.equal(page.text, "placeholder");
  await page.render(h(Shown, { ...options, initialData: ["initial"] }), { db: fakeDatabase() });
  assert.deepEqual([page.text, last().status, last().isRefetching], ["initial", "success", true]);
});

testPage("an option that is undefined counts as absent, and functions are called", async ({ page }) => {
  const { Shown, last } = makeShown();
  const absent = { initialData: undefined, placeholderData: undefined, defaultValue: () => ["made"] };
  await page.render(h(Shown, { ...openOf("p"), ...absent }), { db: fakeDatabase() });
  assert.deepEqual([page.text, last().status], ["made", "pending"]);
  await page.render(
    h(Shown, { ...openOf("p"), initialData: () => ["initial"], initialDataUpdatedAt: () => 5 }),
    { db: fakeDatabase() },
  );
  assert.deepEqual([page.text, last().dataUpdatedAt, last().isStale], ["initial", 5, true]);
  const before = Date.now();
  await page.render(
    h(Shown, { ...openOf("p"), initialData: ["initial"], initialDataUpdatedAt: () => undefined }),
    { db: fakeDatabase() },
  );
  assert.ok(last().dataUpdatedAt >= before);
});

testPage("another value of the default is shown without a new run or store", async ({ page }) => {
  const fake = fakeDatabase();
  const { Shown, last } = makeShown();
  await page.render(h(Shown, { ...openOf("p"), defaultValue: ["one"] }), { db: fake });
  const { refetch } = last();
  await page.render(h(Shown, { ...openOf("p"), defaultValue: ["two"] }), { db: fake });
  assert.deepEqual([page.text, last().refetch === refetch, onlyLive(fake).runsCount], ["two", true, 1]);
});

testPage(
  "a default that is a function is called once for each store, so its data is the same object in each render",
  async ({ page }) => {
    const fake = fakeDatabase();
    const { Shown, shown } = makeShown();
    for (let i = 0; i < 3; ++i) {
      await page.render(h(Shown, { ...openOf("p"), placeholderData: () => ["made"] }), { db: fake });
    }
    assert.equal(new Set(shown.map((each) => each.data)).size, 1);
  },
);

testPage(
  "a placeholder function gets the last data of the component, also that of other arguments",
  async ({ page }) => {
    const fake = fakeDatabase();
    const { Shown, last } = makeShown();
    const given = [];
    const placeholderData = (previous, query) => {
      given.push([previous, query]);
      return previous;
    };
    await page.render(h(Shown, { ...openOf("p"), placeholderData }), { db: fake });
    assert.deepEqual(given[0], [undefined, undefined]);
    assert.equal(last().isPlaceholderData, false);
    await act(async () => onlyLive(fake).succeed(["of p"]));
    await page.render(h(Shown, { ...openOf("q"), placeholderData }), { db: fake });
    assert.deepEqual([page.text, last().status, last().isPlaceholderData], ["of p", "pending", true]);
    await page.render(h(Shown, { ...openOf("r"), placeholderData }), { db: fake });
    assert.equal(page.text, "of p");
    await act(async () => onlyLive(fake).succeed(["of r"]));
    assert.deepEqual([page.text, last().isPlaceholderData], ["of r", false]);
  },
);

testPage("other arguments begin anew, and the result of the old run is never shown", async ({ page }) => {
  const fake = fakeDatabase();
  const { Shown, rendered, last } = makeShown();
  await page.render(h(Shown, openOf("p")), { db: fake });
  const old = onlyLive(fake);
  await act(async () => old.fail());
  await page.render(h(Shown, openOf("q")), { db: fake });
  assert.deepEqual([last().status, last().errorUpdateCount, last().failureCount], ["pending", 0, 0]);
  await act(async () => {
    old.commit();
    if (old.isRunning) old.succeed(["old"]);
  });
  await act(async () => onlyLive(fake).succeed(["new"]));
  assert.equal(page.text, "new");
  assert.ok(rendered.every((each) => each.data?.[0] !== "old"));
  assert.equal(old.listenersCount, 0);
});

testPage(
  "options that appear or vanish make a new store, and so do enabled, subscribed, selector and database",
  async ({ page, db }) => {
    const { Shown, last } = makeShown();
    const other = await openTasks();
    const variants = [
      {},
      { defaultValue: [] },
      { placeholderData: [] },
      { initialData: [] },
      { initialData: [], initialDataUpdatedAt: 1 },
      { enabled: false },
      { subscribed: false },
      { selector: taskById, args: { id: "p-0" } },
    ];
    const stores = new Set();
    for (const each of variants) {
      await page.render(h(Shown, { ...openOf("p"), ...each }), { db });
      stores.add(last().refetch);
    }
    await page.render(h(Shown, openOf("p")), { db: other });
    stores.add(last().refetch);
    assert.equal(stores.size, variants.length + 1);
    await page.unmount();
    await closeUnused(other);
  },
);

testPage(
  "disabled: no run, no subscription, any arguments; refetch runs what is on the screen",
  async ({ page, db, commit }) => {
    const { Shown, last } = makeShown();
    await page.render(h(Shown, { selector: projectTasks, args: { projectId: () => 1 }, enabled: false }));
    assert.deepEqual([last().status, last().fetchStatus, last().isEnabled], ["pending", "idle", false]);
    const { refetch } = last();
    await page.render(h(Shown, { ...openOf("q"), enabled: false }));
    await page.render(h(Shown, { ...openOf("p"), enabled: false }));
    assert.equal(last().refetch, refetch);
    assert.deepEqual([runsOf(db), db.stats().subscriptions], [0, 0]);
    await act(async () => {
      const result = await last().refetch();
      assert.equal(result.data.length, 3);
    });
    assert.equal(page.text, "Task 0,Task 1,Task 2");
    await commit(renameTask({ id: "p-0", title: "renamed" }));
    assert.equal(page.text, "Task 0,Task 1,Task 2");
    assert.deepEqual([runsOf(db), db.stats().subscriptions], [1, 0]);
  },
);

testPage(
  "not subscribed: no run and no reaction to commits, but enabled; refetch works",
  async ({ page, db, commit }) => {
    const { Shown, last } = makeShown();
    await page.render(h(Shown, { ...openOf("p"), subscribed: false }));
    assert.deepEqual([last().status, last().isEnabled, runsOf(db)], ["pending", true, 0]);
    await act(async () => last().refetch());
    await commit(renameTask({ id: "p-0", title: "renamed" }));
    assert.equal(page.text, "Task 0,Task 1,Task 2");
  },
);

testPage(
  "what was refetched without a subscription stays after the database has released it",
  async ({ page, db }) => {
    const { Shown, last } = makeShown();
    await page.render(h(Shown, { ...openOf("p"), subscribed: false }));
    await act(async () => last().refetch());
    const { refetch } = last();
    await untilReleased(db);
    await page.render(h(Shown, { ...openOf("p"), subscribed: false }));
    assert.deepEqual([page.text, last().refetch === refetch], ["Task 0,Task 1,Task 2", true]);
    await act(async () => db.dispatch(renameTask({ id: "p-0", title: "renamed" })));
    await act(async () => last().refetch());
    assert.equal(page.text, "renamed,Task 1,Task 2");
  },
);

testPage("a commit renders only what it touches", async ({ page, commit }) => {
  const { Shown, shown } = makeShown();
  await page.render(h(Shown, openOf("p")));
  const count = shown.length;
  await commit(createTask({ id: "y", projectId: "q", title: "elsewhere" }));
  assert.equal(shown.length, count);
  await commit(createTask({ id: "x", projectId: "p", title: "new" }));
  assert.deepEqual([page.text, shown.length], ["Task 0,Task 1,Task 2,new", count + 1]);
});

testPage("a commit between the render and its effects is not missed", async ({ page, db }) => {
  const { Shown } = makeShown();
  const Committing = () => {
    useLayoutEffect(() => {
      if (db.select(taskById({ id: "x" })) === undefined)
        db.dispatch(createTask({ id: "x", projectId: "p", title: "new" }));
    }, []);
    return h(Shown, openOf("p"));
  };
  await page.render(h(Committing));
  assert.equal(page.text, "Task 0,Task 1,Task 2,new");
});

testPage(
  "an error is a result: arguments that the selector refuses do not throw from the hook",
  async ({ page }) => {
    const { Shown, last } = makeShown();
    await page.render(h(Shown, { selector: projectTasks, args: { projectId: "p", state: "no" } }));
    assert.deepEqual(
      [last().status, last().error.code, last().isLoadingError, last().failureCount],
      ["error", "invalid_argument", true, 1],
    );
  },
);

testPage(
  "throwOnError throws it from the render; a function decides with error and result",
  async ({ page }) => {
    const { Shown, last } = makeShown();
    const call = { selector: projectTasks, args: { projectId: "p", state: "no" } };
    const asked = [];
    const throwOnError = (error, result) => asked.push([error, result]) < 0;
    await page.render(h(Shown, { ...call, throwOnError }));
    assert.equal(last().status, "error");
    assert.ok(asked.every(([error, result]) => error.code === "invalid_argument" && result.isError));
    await page.render(h(Shown, { ...call, throwOnError: true }));
    assert.match(page.text, /^error: state: expected one of/);
  },
);

testPage("refetch over the module runs the selector and renders the new time", async ({ page, db }) => {
  const { Shown, last } = makeShown();
  await page.render(h(Shown, openOf("p")));
  const { data } = last();
  await act(async () => {
    const result = await last().refetch();
    assert.deepEqual([result.status, result.data, result.refetch], ["success", data, last().refetch]);
  });
  assert.deepEqual([runsOf(db), last().data === data], [2, true]);
});

testPage(
  "refetch of an old store fetches its own arguments and changes nothing on the screen",
  async ({ page }) => {
    const { Shown, last } = makeShown();
    await page.render(h(Shown, openOf("p")));
    const { refetch } = last();
    await page.render(h(Shown, openOf("q")));
    await act(async () => {
      const result = await refetch();
      assert.equal(result.data.length, 3);
    });
    assert.equal(last().data.length, 1);
  },
);

testPage("a refetch that is under way at the unmount ends", async ({ page }) => {
  const fake = fakeDatabase();
  const { Shown, last } = makeShown();
  await page.render(h(Shown, openOf("p")), { db: fake });
  await act(async () => onlyLive(fake).succeed(["answer"]));
  let done;
  await act(async () => {
    done = last().refetch();
  });
  assert.equal(last().isRefetching, true);
  await page.unmount();
  assert.deepEqual([(await done).data, (await done).fetchStatus], [["answer"], "idle"]);
  assert.equal(onlyLive(fake).listenersCount, 0);
});

testPage(
  "components with equal calls share the run and the promise, also with users of the value",
  async ({ page, db }) => {
    const one = makeShown();
    const other = makeShown();
    const Value = () => useSyncSelector(openOf("p")).length;
    await page.render([
      h(one.Shown, { key: 1, ...openOf("p") }),
      h(other.Shown, { key: 2, ...openOf("p") }),
      h(Value, { key: 3 }),
    ]);
    assert.equal(runsOf(db), 1);
    assert.equal(one.last().promise, other.last().promise);
    assert.deepEqual([(await one.last().promise).length, other.last().isFetchedAfterMount], [3, true]);
  },
);

testPage(
  "while a run is under way the data stays, and the component renders its start and its end",
  async ({ page }) => {
    const fake = fakeDatabase();
    const { Shown, last } = makeShown();
    await page.render(h(Shown, openOf("p")), { db: fake });
    await act(async () => onlyLive(fake).succeed(["first"]));
    await act(async () => onlyLive(fake).commit());
    assert.deepEqual([page.text, last().isRefetching, last().isLoading], ["first", true, false]);
    await act(async () => onlyLive(fake).succeed(["second"]));
    assert.deepEqual([page.text, last().isRefetching], ["second", false]);
  },
);

testPage("a result under way is used by a component that mounts meanwhile", async ({ page }) => {
  const fake = fakeDatabase(() => new FakeLive());
  const one = makeShown();
  const other = makeShown();
  await page.render(h(one.Shown, { key: 1, ...openOf("p") }), { db: fake });
  await page.render([h(one.Shown, { key: 1, ...openOf("p") }), h(other.Shown, { key: 2, ...openOf("p") })], {
    db: fake,
  });
  assert.equal(onlyLive(fake).runsCount, 1);
  await act(async () => onlyLive(fake).succeed(["answer"]));
  assert.equal(page.text, "answeranswer");
});
