// The database of a part of the page.
import { createContext, createElement, useContext, useMemo } from "react";
import type { ReactElement, ReactNode } from "react";
import type { TimedData } from "../async_store.js";
import type { Database } from "../database.js";
import type { SelectorCall } from "../definitions.js";
import { readDehydrated } from "../dehydrate.js";
import type { Dehydrated } from "../dehydrate.js";

interface Provided {
  readonly db: Database;
  readonly dehydrated: Dehydrated;
}

export interface DBProviderProps {
  readonly value: Database;
  /** What `dehydrate` has made on the server: shown while React takes over the server's page. */
  readonly dehydrated?: string;
  readonly children?: ReactNode;
}

const none: Dehydrated = new Map();
const DBContext = createContext<Provided | null>(null);
DBContext.displayName = "DBContext";

/** Gives a database to the components inside; the innermost provider counts. */
export function DBProvider({ value: db, dehydrated, children }: DBProviderProps): ReactElement {
  const provided = useMemo(
    () => ({ db, dehydrated: dehydrated === undefined ? none : readDehydrated(dehydrated) }),
    [db, dehydrated],
  );
  return createElement(DBContext.Provider, { value: provided }, children);
}

export function useProvided(): Provided {
  const provided = useContext(DBContext);
  if (!provided?.db) throw new Error("DB not provided");
  return provided;
}

/** Returns the database of the provider around. Throws when there is none. */
export function useDB(): Database {
  return useProvided().db;
}
/** Returns the database of the provider around, or null. */
export function useOptionalDB(): Database | null {
  return useContext(DBContext)?.db ?? null;
}

/** Returns what the server has for a call. */
export function useDehydrated<Args, Result>(
  call: SelectorCall<Args, Result>,
  isUsed = true,
): TimedData<Result> | undefined {
  const { db, dehydrated } = useProvided();
  return isUsed && dehydrated.size > 0
    ? (dehydrated.get(db.keyOf(call)) as TimedData<Result> | undefined)
    : undefined;
}
