#!/usr/bin/env node
// Makes what a page loads of a linked module: make_module.mjs linked.wasm folder name
//   <name>.wasm, <name>.legacy.wasm, <name>.js, <name>.d.ts
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { declarations, definitions } from "./declarations.mjs";

const features = [
  "exception-handling",
  "reference-types",
  "bulk-memory",
  "sign-ext",
  "mutable-globals",
  "nontrapping-float-to-int",
  "multivalue",
].map((each) => `--enable-${each}`);

function wasmOpt() {
  try {
    const require = createRequire(import.meta.url);
    return join(dirname(require.resolve("binaryen/package.json")), "bin", "wasm-opt");
  } catch {
    throw new Error("binaryen is missing: run `npm ci` in the folder of the package @hyperdb/web");
  }
}

function optimise(input, output, ...flags) {
  // binaryen's wasm-opt is a script for Node.
  const stdio = ["ignore", "inherit", "inherit"];
  execFileSync(process.execPath, [wasmOpt(), input, "-o", output, ...features, ...flags], { stdio });
}

/** Runs the module for a moment, to hear what it exposes. */
async function describe(file) {
  const module = await WebAssembly.compile(readFileSync(file));
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = () => 0;
  const { exports } = await WebAssembly.instantiate(module, imports);
  exports._initialize?.();
  const failed = exports.hdb_describe();
  const [address, size] = new Uint32Array(exports.memory.buffer, exports.hdb_result(), 2);
  const { ByteReader } = await import("../dist/bytes.js");
  const bytes = new Uint8Array(exports.memory.buffer, address, size);
  const written = new ByteReader(bytes, { shapes: [], rows: [] }).value();
  if (failed) throw new Error(`the module can't say what it exposes: ${written.message}`);
  return written;
}

const [linked, folder, name] = process.argv.slice(2);
if (!name) {
  console.error("usage: make_module.mjs linked.wasm folder name");
  process.exit(2);
}
try {
  mkdirSync(folder, { recursive: true });
  const legacy = join(folder, `${name}.legacy.wasm`);
  optimise(linked, legacy, "-Os", "-lmu", "--strip-debug", "--strip-producers");
  optimise(
    legacy,
    join(folder, `${name}.wasm`),
    "--translate-to-exnref",
    "-Oz",
    "-lmu",
    "--strip-debug",
    "--strip-producers",
  );
  const description = await describe(legacy);
  writeFileSync(join(folder, `${name}.d.ts`), declarations(description, name));
  writeFileSync(join(folder, `${name}.js`), definitions(description, name));
} catch (error) {
  console.error(`${fileURLToPath(import.meta.url)}: ${error.message}`);
  process.exit(1);
}
