// The module of the demo, as the build has made it, and a database of it for one test.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openDatabase } from "@hyperdb/web";

const built =
  process.env.HYPERDB_WEB_MODULE ?? fileURLToPath(new URL("../../../../build/wasm/web/", import.meta.url));
const copy = fileURLToPath(new URL("../.module/", import.meta.url));
if (!existsSync(`${built}/tasks_web.js`)) {
  throw new Error(`there is no module at ${built}: build it first, or set HYPERDB_WEB_MODULE`);
}
// Inside of the package, so that its import of @hyperdb/web finds this package.
mkdirSync(copy, { recursive: true });
for (const name of ["tasks_web.js", "tasks_web.d.ts"]) copyFileSync(`${built}/${name}`, `${copy}/${name}`);

export const definitions = await import("../.module/tasks_web.js");
// Node before 24 has WebAssembly's older exceptions only.
const hasStandardExceptions = Number(process.versions.node.split(".")[0]) >= 24;
export const wasmFile = `${built}/tasks_web${hasStandardExceptions ? "" : ".legacy"}.wasm`;
export const wasm = new WebAssembly.Module(readFileSync(wasmFile));

/** Opens a database with three open tasks of project "p" and one of "q". */
export async function openTasks(options = {}) {
  const db = await openDatabase({ module: wasm, gcTimeMs: 20, ...options });
  db.dispatch(definitions.addSamples({ projectId: "p", first: 0, count: 3 }));
  db.dispatch(definitions.addSamples({ projectId: "q", first: 0, count: 1 }));
  return db;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const runsOf = (db) => db.stats().counters.selectorsRun;

/** Waits until nothing of the database is in use. */
export async function untilReleased(db) {
  const names = ["entries", "subscriptions", "ranges", "lives", "operationsRunning", "coroutineFrames"];
  const used = () =>
    Object.fromEntries(names.map((name) => [name, db.stats()[name]]).filter(([, count]) => count > 0));
  for (let i = 0; i < 2000 && Object.keys(used()).length > 0; ++i) await sleep(5);
  assert.deepEqual(used(), {}, "something of the database is still in use");
}
export async function closeUnused(db) {
  await untilReleased(db);
  db.close();
}
