// What TypeScript accepts, and what it refuses: a refused line that compiles is an error too.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import "./support/module.mjs";

const folder = fileURLToPath(new URL("..", import.meta.url));

test("the types of the hooks and of a module accept and refuse what they should", () => {
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "test/types"], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(stdout, "");
});
