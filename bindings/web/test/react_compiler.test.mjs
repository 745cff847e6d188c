// Components and hooks under the React compiler, which keeps what a render makes as long as its inputs are the same.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { transformSync } from "@babel/core";
import { definitions } from "./support/module.mjs";
import { act, h, testPage } from "./support/render.mjs";

const { createTask, renameTask, toggleTask } = definitions;

/** Compiles a module; fails for code that breaks a rule of React. */
function compile(source, filename) {
  const options = { panicThreshold: "all_errors" };
  const plugins = [["babel-plugin-react-compiler", options]];
  return transformSync(source, { plugins, filename, babelrc: false, configFile: false, sourceType: "module" })
    .code;
}
async function compileAndImport(name, source) {
  const file = new URL(`./.module/${name}.mjs`, import.meta.url);
  const code = compile(source, file.pathname);
  assert.match(code, /react\/compiler-runtime/);
  mkdirSync(new URL("./", file), { recursive: true });
  writeFileSync(file, code);
  return import(file);
}

const { App } = await compileAndImport(
  "compiled_app",
  `
import { createElement as h, useState } from "react";
import {
  useAsyncSelector, useDispatch, useRowChanges, useRows, useSuspenseSelector, useSyncSelector
} from "@hyperdb/web/react";
import { projectTasks, projectCounts, toggleTask } from "./tasks_web.js";

function Line({ task, onToggle }) {
  return h("li", { onClick: () => onToggle(task.id) }, task.title);
}
export function App({ projectId }) {
  const [suffix] = useState("!");
  const args = { projectId, state: "open" };
  const tasks = useSyncSelector({ selector: projectTasks, args });
  const { data } = useAsyncSelector({ selector: projectTasks, args, placeholderData: (previous) => previous });
  const lazy = useRows({ selector: projectTasks, args });
  const counts = useSuspenseSelector({ selector: projectCounts, args: { projectId } });
  const { rows } = useRowChanges({ selector: projectTasks, args });
  const dispatch = useDispatch();
  const onToggle = (id) => dispatch(toggleTask({ id }));
  const numbers = [tasks.length, data.length, lazy.length, counts.open, rows.length].join() + suffix;
  return h("ul", null, numbers, tasks.map((task) => h(Line, { key: task.id, task, onToggle })));
}
`,
);

testPage("compiled components follow the database with every hook", async ({ page, commit }) => {
  await page.render(h(App, { projectId: "p" }));
  assert.equal(page.text, "3,3,3,3,3!Task 0Task 1Task 2");
  await commit(renameTask({ id: "p-0", title: "renamed" }));
  assert.equal(page.text, "3,3,3,3,3!renamedTask 1Task 2");
  await commit(createTask({ id: "x", projectId: "p", title: "new" }));
  assert.equal(page.text, "4,4,4,4,4!renamedTask 1Task 2new");
  await act(async () => page.container.querySelector("li").click());
  assert.equal(page.text, "3,3,3,3,3!Task 1Task 2new");
  await page.render(h(App, { projectId: "q" }));
  assert.equal(page.text, "1,1,1,1,1!Task 0");
  await commit(toggleTask({ id: "q-0" }));
  assert.equal(page.text, "0,0,0,0,0!");
});

test("the hooks themselves keep the rules that the compiler checks", () => {
  for (const name of ["async", "context", "dispatch", "held", "rows", "sync"]) {
    const file = new URL(`../dist/react/${name}.js`, import.meta.url);
    compile(readFileSync(file, "utf8"), file.pathname);
  }
});
