"use client";
// React: hooks for the database of a DBProvider.
export { DBProvider, useDB, useOptionalDB } from "./context.js";
export type { DBProviderProps } from "./context.js";
export {
  useAsyncDispatch,
  useAsyncSelect,
  useDispatch,
  useSelect,
  useSelectAsync,
  useSelectSync,
  useSyncDispatch,
} from "./dispatch.js";
export type { AsyncDispatch, SelectAsync, SelectSync, SyncDispatch } from "./dispatch.js";
export { useSuspenseSelector, useSyncSelector } from "./sync.js";
export type { SelectorOptions, SwitchedSyncSelectorOptions, SyncSelectorOptions } from "./sync.js";
export { useAsyncSelector } from "./async.js";
export type { AsyncSelectorOptions, DefinedData } from "./async.js";
export { useRowChanges, useRows } from "./rows.js";
export type { RowChanges } from "../row_changes.js";
export type { Rows } from "../rows.js";
export type { RefetchOptions as UseAsyncSelectorRefetchOptions } from "../async_store.js";
export type {
  AsyncResult as UseAsyncSelectorResult,
  AsyncSelectorFetchStatus,
  AsyncSelectorStatus,
  DefinedAsyncResult as UseAsyncSelectorDefinedResult,
} from "../async_result.js";
export { preloadSelector } from "../database.js";
export { dehydrate } from "../dehydrate.js";
