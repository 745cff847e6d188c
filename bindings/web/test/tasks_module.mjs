// The module of the demo, as `make test-web` builds it, and its definitions.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as definitions from "../dist/index.js";

const folder = fileURLToPath(new URL("../../../build/wasm/web/", import.meta.url));
const hasStandardExceptions = Number(process.versions.node.split(".")[0]) >= 24;

export const modules = {
  standard: folder + "tasks_web.wasm",
  legacy: folder + "tasks_web.legacy.wasm",
  /** The one that this Node can run. */
  current: folder + (hasStandardExceptions ? "tasks_web.wasm" : "tasks_web.legacy.wasm"),
};
if (!existsSync(modules.current)) throw new Error(`${modules.current} is missing: make test-web builds it`);

/** The generated definitions. Their import of the package by its name is pointed at this copy of it. */
const text = readFileSync(folder + "tasks_web.js", "utf8")
  .replace(/^import .*$/m, "const { defineAction, defineSelector, defineTable } = globalThis.hyperdbUnderTest;");
globalThis.hyperdbUnderTest = definitions;
const source = encodeURIComponent(text.replace(/^export default .*$/m, ""));
export const tasks = await import(`data:text/javascript,${source}`);
