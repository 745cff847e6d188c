// useSyncSelector: the value of a selector, in step with the database.
import assert from "node:assert/strict";
import { StrictMode, useEffect, useLayoutEffect, useState } from "react";
import { renderToString } from "react-dom/server";
import { DBProvider, useSyncSelector } from "@hyperdb/web/react";
import { fakeDatabase } from "./support/fake_live.mjs";
import { closeUnused, definitions, openTasks, runsOf, untilReleased } from "./support/module.mjs";
import { Page, act, h, testPage } from "./support/render.mjs";

const {
  addSamples,
  allProjects,
  createProject,
  createTask,
  deleteTask,
  projectCounts,
  projectTasks,
  renameTask,
  taskById,
} = definitions;
const openOf = (projectId) => ({ selector: projectTasks, args: { projectId, state: "open" } });

/** A component that logs each value that it renders, and each that reaches the screen. */
function makeShown() {
  const rendered = [];
  const shown = [];
  const Shown = (options) => {
    const value = useSyncSelector(options);
    rendered.push(value);
    useEffect(() => {
      shown.push(value);
    });
    return Array.isArray(value)
      ? value.map((each) => each.title).join()
      : (JSON.stringify(value) ?? "undefined");
  };
  return { Shown, rendered, shown };
}

testPage("the first render returns the selector's value", async ({ page }) => {
  const { Shown, rendered } = makeShown();
  await page.render(h(Shown, { ...openOf("p"), defaultValue: [] }));
  assert.equal(page.text, "Task 0,Task 1,Task 2");
  assert.ok(
    rendered.every((each) => each.length === 3),
    "the default was never used",
  );
});

testPage("while disabled the newest default is the value, and nothing runs", async ({ page, db }) => {
  const { Shown } = makeShown();
  const disabled = { selector: projectTasks, args: { projectId: () => "not an argument" }, enabled: false };
  await page.render(h(Shown, { ...disabled, defaultValue: "one" }));
  assert.equal(page.text, '"one"');
  await page.render(h(Shown, { ...disabled, defaultValue: "two" }));
  assert.equal(page.text, '"two"');
  await page.render(h(Shown, disabled));
  assert.equal(page.text, "undefined");
  const { entries, subscriptions, lives } = db.stats();
  assert.deepEqual([runsOf(db), entries, subscriptions, lives], [0, 0, 0, 0]);
});

testPage(
  "the render that enables has the selector's value, the one that disables has the default",
  async ({ page, db }) => {
    const { Shown, rendered } = makeShown();
    const options = { ...openOf("p"), defaultValue: "none" };
    await page.render(h(Shown, { ...options, enabled: false }));
    const count = rendered.length;
    await page.render(h(Shown, { ...options, enabled: true }));
    assert.ok(rendered.slice(count).every((each) => each.length === 3));
    assert.equal(db.stats().subscriptions, 1);
    await page.render(h(Shown, { ...options, enabled: false }));
    assert.equal(page.text, '"none"');
    assert.equal(db.stats().subscriptions, 0);
  },
);

testPage("arguments that are equal by content keep the subscription and the value", async ({ page, db }) => {
  const { Shown, rendered } = makeShown();
  await page.render(h(Shown, openOf("p")));
  await page.render(h(Shown, { selector: projectTasks, args: { state: "open", projectId: "p" } }));
  await page.render(h(Shown, projectTasks({ projectId: "p", state: "open" })));
  assert.equal(new Set(rendered).size, 1);
  assert.deepEqual([runsOf(db), db.stats().lives, db.stats().subscriptions], [1, 1, 1]);
});

testPage(
  "other arguments show their value in the same render, and the old call loses its subscriber",
  async ({ page, db, commit }) => {
    const { Shown, rendered } = makeShown();
    await page.render(h(Shown, openOf("p")));
    const count = rendered.length;
    await page.render(h(Shown, openOf("q")));
    assert.ok(rendered.slice(count).every((each) => each.length === 1));
    assert.equal(db.stats().subscriptions, 1);
    const runs = runsOf(db);
    await commit(createTask({ id: "x", projectId: "p", title: "of the old call" }));
    assert.equal(runsOf(db), runs);
  },
);

testPage(
  "a commit renders once when it touches what was read, and not at all otherwise",
  async ({ page, commit }) => {
    const { Shown, shown } = makeShown();
    await page.render(h(Shown, openOf("p")));
    const count = shown.length;
    await commit(createTask({ id: "x", projectId: "p", title: "new" }));
    assert.equal(page.text, "Task 0,Task 1,Task 2,new");
    assert.equal(shown.length, count + 1);
    await commit(createTask({ id: "y", projectId: "q", title: "elsewhere" }));
    assert.equal(shown.length, count + 1);
  },
);

testPage(
  "a selector that reads a whole index renders after an insert anywhere in it",
  async ({ page, commit }) => {
    const { Shown } = makeShown();
    await page.render(h(Shown, allProjects()));
    await commit(createProject({ id: "a", title: "first" }));
    await commit(createProject({ id: "b", title: "second" }));
    assert.equal(page.text, "first,second");
  },
);

testPage(
  "rows that a commit left alone are the same objects, and so is an equal result",
  async ({ page, commit }) => {
    const rows = makeShown();
    const counts = makeShown();
    await page.render([
      h(rows.Shown, { key: 1, ...openOf("p") }),
      h(counts.Shown, { key: 2, selector: projectCounts, args: { projectId: "p" } }),
    ]);
    const before = rows.shown.at(-1);
    const countsBefore = counts.shown.at(-1);
    await commit(renameTask({ id: "p-1", title: "renamed" }));
    const after = rows.shown.at(-1);
    assert.deepEqual(
      after.map((each, i) => each === before[i]),
      [true, false, true],
    );
    assert.deepEqual(
      before.map((each) => each.title),
      ["Task 0", "Task 1", "Task 2"],
    );
    assert.equal(counts.shown.at(-1), countsBefore);
  },
);

testPage(
  "components with equal calls share one result: one run for each change",
  async ({ page, db, commit }) => {
    const one = makeShown();
    const other = makeShown();
    await page.render([h(one.Shown, { key: 1, ...openOf("p") }), h(other.Shown, { key: 2, ...openOf("p") })]);
    await commit(renameTask({ id: "p-1", title: "renamed" }));
    assert.equal(runsOf(db), 2);
    assert.equal(one.shown.at(-1), other.shown.at(-1));
    assert.equal(page.text, "Task 0,renamed,Task 2".repeat(2));
  },
);

testPage("an error of the selector is thrown by the render", async ({ page }) => {
  const { Shown } = makeShown();
  await page.render(h(Shown, { selector: projectTasks, args: { projectId: "p", state: "no" } }));
  assert.match(page.text, /^error: state: expected one of "open", "done", got "no"/);
});

testPage("a selector that the module does not have is an error that names it", async ({ page }) => {
  const { Shown } = makeShown();
  await page.render(h(Shown, { selector: { definitionName: "noSelector" }, args: {} }));
  assert.match(page.text, /no selector "noSelector"/);
});

testPage("a storage that has to be waited for is an error of the render", async ({ page }) => {
  const { Shown } = makeShown();
  await page.render(h(Shown, openOf("p")), { db: fakeDatabase() });
  assert.equal(page.text, "error: the storage does not answer at once");
});

testPage("the server renders the selector's value", async ({ page, db }) => {
  const { Shown } = makeShown();
  const html = renderToString(h(DBProvider, { value: db }, h(Shown, openOf("p"))));
  assert.equal(html, "Task 0,Task 1,Task 2");
  await page.hydrate(renderToString(page.element(h(Shown, openOf("p")))), h(Shown, openOf("p")));
  assert.deepEqual([page.text, page.recovered], ["Task 0,Task 1,Task 2", []]);
});

testPage(
  "a component that mounts again soon has the kept value without a run",
  async ({ page, db }) => {
    const { Shown, shown } = makeShown();
    await page.render(h(Shown, openOf("p")));
    await page.render(null);
    assert.equal(db.stats().subscriptions, 0);
    await page.render(h(Shown, openOf("p")));
    assert.equal(runsOf(db), 1);
    assert.equal(shown.at(-1), shown[0]);
  },
  { gcTimeMs: 3000 },
);

testPage(
  "after gcTimeMs without a subscriber the result is gone, and a later mount runs the selector",
  async ({ page, db }) => {
    const { Shown } = makeShown();
    await page.render(h(Shown, openOf("p")));
    await page.render(null);
    await untilReleased(db);
    await page.render(h(Shown, openOf("p")));
    assert.equal(page.text, "Task 0,Task 1,Task 2");
    assert.equal(runsOf(db), 2);
  },
);

testPage("a result that a thrown-away render has looked at is released too", async ({ page, db }) => {
  const Abandoned = () => {
    useSyncSelector(openOf("p"));
    throw new Error("not this time");
  };
  await page.render(h(Abandoned));
  assert.equal(page.text, "error: not this time");
  await untilReleased(db);
});

testPage(
  "a component that subscribes only after its result was released is live all the same",
  async ({ page, db, commit }) => {
    const live = db.live(openOf("p"));
    assert.equal(live.snapshot().length, 3);
    await untilReleased(db);
    let calls = 0;
    const end = live.subscribe(() => {
      ++calls;
    });
    calls = 0; // the subscription has run the selector
    await commit(deleteTask({ id: "p-0" }));
    assert.deepEqual([calls, live.snapshot().length], [1, 2]);
    const { Shown } = makeShown();
    await page.render(h(Shown, openOf("p")));
    assert.equal(db.live(openOf("p")), live);
    end();
  },
);

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
  "double rendering and double effects make no second run and leave no subscription",
  async ({ page, db }) => {
    const { Shown } = makeShown();
    await page.render(h(StrictMode, null, h(Shown, openOf("p"))));
    assert.deepEqual([runsOf(db), db.stats().subscriptions, db.stats().entries], [1, 1, 1]);
    await page.render(null);
    assert.equal(db.stats().subscriptions, 0);
  },
);

testPage(
  "a commit inside of an event handler renders all components from one state",
  async ({ page, db }) => {
    const torn = [];
    const Pair = () => {
      const rows = useSyncSelector(openOf("p"));
      const counts = useSyncSelector({ selector: projectCounts, args: { projectId: "p" } });
      if (rows.length !== counts.open) torn.push([rows.length, counts.open]);
      return `${rows.length}/${counts.open}`;
    };
    await page.render(h(Pair));
    await act(async () => {
      for (let i = 0; i < 5; ++i) db.dispatch(createTask({ id: `x${i}`, projectId: "p", title: "new" }));
    });
    assert.deepEqual([page.text, torn], ["8/8", []]);
  },
);

testPage("hundreds of components that come and go leave nothing behind", async ({ page, db, commit }) => {
  const { Shown } = makeShown();
  let setCount;
  const Many = () => {
    const [count, set] = useState(0);
    setCount = set;
    return Array.from({ length: count }, (_, i) =>
      h(Shown, { key: i, selector: taskById, args: { id: `p-${i}` } }),
    );
  };
  await commit(addSamples({ projectId: "p", first: 0, count: 100 }));
  await page.render(h(Many));
  for (const count of [100, 0, 50, 100, 3, 60]) await act(async () => setCount(count));
  assert.equal(db.stats().subscriptions, 60);
  await act(async () => setCount(0));
  assert.equal(db.stats().subscriptions, 0);
});

testPage("two databases in one page do not see each other", async ({ page, db, commit, isStrict }) => {
  const other = await openTasks();
  const otherPage = new Page(other, isStrict);
  const one = makeShown();
  const two = makeShown();
  await page.render(h(one.Shown, openOf("p")));
  await otherPage.render(h(two.Shown, openOf("p")));
  await commit(renameTask({ id: "p-0", title: "mine" }));
  assert.deepEqual([page.text, otherPage.text], ["mine,Task 1,Task 2", "Task 0,Task 1,Task 2"]);
  await otherPage.unmount();
  await closeUnused(other);
});

testPage("closing the database under mounted components leaves what they show", async ({ page }) => {
  const own = await openTasks();
  const { Shown } = makeShown();
  await page.render(h(Shown, openOf("p")), { db: own });
  await act(async () => own.close());
  assert.equal(page.text, "Task 0,Task 1,Task 2");
  await page.unmount();
});

testPage("a selector without arguments takes an empty object or a call", async ({ page }) => {
  const { Shown } = makeShown();
  await page.render(h(Shown, { selector: allProjects, args: {} }));
  assert.equal(page.text, "");
  await page.render(h(Shown, allProjects()));
  assert.equal(page.text, "");
});
