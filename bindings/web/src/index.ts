export { openDatabase, Database, liveSelector, preloadSelector } from "./database.js";
export type { CommitReport, Counters, LiveSelector, OpenOptions, Stats } from "./database.js";
export { defineAction, defineSelector, defineTable } from "./definitions.js";
export type {
  ActionCall,
  ActionDefinition,
  ResultOf,
  RowOf,
  SelectorCall,
  SelectorDefinition,
  TableDefinition,
} from "./definitions.js";
export type { ModuleSource } from "./engine.js";
export { HyperDBError } from "./errors.js";
export type { ErrorPlace, HyperDBErrorCode } from "./errors.js";
export { applyChanges } from "./bytes.js";
export type { ListChanges } from "./bytes.js";
export { dehydrate } from "./dehydrate.js";
export type { LiveSource, LiveState, LiveStatus } from "./live.js";
export { LiveResult } from "./live.js";
export type { Rows } from "./rows.js";
