export { openDatabase, Database, liveSelector } from "./database.js";
export { defineAction, defineSelector, defineTable } from "./definitions.js";
export { HyperDBError } from "./errors.js";
export { applyChanges } from "./bytes.js";
export { LiveResult } from "./live.js";
