// Functions that run commands; they are the same in each render.
import type { Database } from "../database.js";
import type { ActionCall, SelectorCall } from "../definitions.js";
import { useDB } from "./context.js";

export type SyncDispatch = <Args, Result>(call: ActionCall<Args, Result>) => Result;
export type AsyncDispatch = <Args, Result>(call: ActionCall<Args, Result>) => Promise<Result>;
export type SelectSync = <Args, Result>(call: SelectorCall<Args, Result>) => Result;
export type SelectAsync = <Args, Result>(call: SelectorCall<Args, Result>) => Promise<Result>;

interface Functions {
  readonly dispatch: SyncDispatch;
  readonly dispatchAsync: AsyncDispatch;
  readonly select: SelectSync;
  readonly selectAsync: SelectAsync;
}

const functionsByDatabase = new WeakMap<Database, Functions>();

function functionsOf(db: Database): Functions {
  let functions = functionsByDatabase.get(db);
  if (!functions) {
    functions = {
      dispatch: (call) => db.dispatch(call),
      dispatchAsync: (call) => db.dispatchAsync(call),
      select: (call) => db.select(call),
      selectAsync: (call) => db.selectAsync(call),
    };
    functionsByDatabase.set(db, functions);
  }
  return functions;
}

/** Returns a function that runs an action in one transaction and returns its result; what it throws wrote nothing. */
export function useSyncDispatch(): SyncDispatch {
  return functionsOf(useDB()).dispatch;
}
/** The same with a promise of the result. */
export function useAsyncDispatch(): AsyncDispatch {
  return functionsOf(useDB()).dispatchAsync;
}
/** Returns a function that runs a selector once; nothing is cached, and later commits render nothing. */
export function useSelectSync(): SelectSync {
  return functionsOf(useDB()).select;
}
/** The same with a promise of the result. */
export function useSelectAsync(): SelectAsync {
  return functionsOf(useDB()).selectAsync;
}

export { useSyncDispatch as useDispatch, useSelectSync as useSelect, useSelectAsync as useAsyncSelect };
